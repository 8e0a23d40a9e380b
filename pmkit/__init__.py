"""pmkit: from a heap of exports to a postmortem.

The names that a notebook uses. Each is imported when it is first asked for.

    >>> import pmkit
    >>> findings = pmkit.investigate("INC-2026-1012")
    >>> findings.impact.signals
    ('errors',)
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from inspect import signature
from typing import TYPE_CHECKING, Any

from pmkit.core.errors import IncidentError, InputError, OutputError, PmkitError, ReportError, SourceError
from pmkit.core.version import __version__

if TYPE_CHECKING:
    from pmkit.explorer.app import Explorer, explore
    from pmkit.findings.findings import Findings
    from pmkit.findings.investigate import investigate
    from pmkit.incident.folder import Incident
    from pmkit.publish.export_frame import read
    from pmkit.reports.report import Report, report
    from pmkit.reports.trends.trend_report import trends
    from pmkit.store.store import Store

__all__ = [
    "Explorer",
    "Findings",
    "Incident",
    "IncidentError",
    "InputError",
    "OutputError",
    "PmkitError",
    "Report",
    "ReportError",
    "SourceError",
    "Store",
    "__version__",
    "explore",
    "investigate",
    "read",
    "report",
    "trends",
]

# The module of each function and class that is imported late.
_FUNCTIONS = {
    "explore": "explorer.app",
    "investigate": "findings.investigate",
    "read": "publish.export_frame",
    "report": "reports.report",
    "trends": "reports.trends.trend_report",
}
_CLASSES = {
    "Explorer": "explorer.app",
    "Findings": "findings.findings",
    "Incident": "incident.folder",
    "Report": "reports.report",
    "Store": "store.store",
}


class _Function:
    """A function that is imported when it is called or looked at: completion looks at all names, and must not load them."""

    def __init__(self, name: str) -> None:
        self.__name__ = self.__qualname__ = name
        self.__module__ = "pmkit"

    def __getattr__(self, name: str) -> Any:
        if name == "__wrapped__":
            # From now on, the module has the function itself.
            globals()[self.__name__] = _imported(self.__name__, _FUNCTIONS)
            return globals()[self.__name__]
        if name == "__signature__":
            return signature(self.__wrapped__)
        raise AttributeError(f"function {self.__name__!r} has no attribute {name!r}")

    def __call__(self, *args: object, **kwargs: object) -> object:
        return self.__wrapped__(*args, **kwargs)

    def __repr__(self) -> str:
        return f"<function pmkit.{self.__name__}>"


def _imported(name: str, homes: Mapping[str, str]) -> Any:
    return getattr(import_module(f"pmkit.{homes[name]}"), name)


if not TYPE_CHECKING:
    _Function.__doc__ = property(lambda self: self.__wrapped__.__doc__)
    globals().update({name: _Function(name) for name in _FUNCTIONS})


def __getattr__(name: str) -> object:
    if name not in _CLASSES:
        raise AttributeError(f"module 'pmkit' has no attribute {name!r}")
    return _imported(name, _CLASSES)


def __dir__() -> list[str]:
    """Return what completion shows: the functions, and the errors."""
    return [name for name in __all__ if name not in _CLASSES and not name.startswith("_")]

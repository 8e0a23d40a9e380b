"""pmkit: from a heap of exports to a postmortem.

The names that a notebook uses. Each is imported when it is first asked for.

    >>> import pmkit
    >>> findings = pmkit.investigate("INC-2026-1012")
    >>> findings.impact.signals
    ('errors',)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from pmkit.core.version import __version__

if TYPE_CHECKING:
    from pmkit.core.errors import IncidentError, InputError, OutputError, PmkitError, ReportError, SourceError
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

_HOMES = {
    **dict.fromkeys(("IncidentError", "InputError", "OutputError", "PmkitError", "ReportError", "SourceError"), "core.errors"),
    **dict.fromkeys(("Explorer", "explore"), "explorer.app"),
    "Findings": "findings.findings",
    "investigate": "findings.investigate",
    "Incident": "incident.folder",
    **dict.fromkeys(("Report", "report"), "reports.report"),
    "read": "publish.export_frame",
    "trends": "reports.trends.trend_report",
    "Store": "store.store",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'pmkit' has no attribute {name!r}")
    value: object = getattr(import_module(f"pmkit.{_HOMES[name]}"), name)
    return value


def __dir__() -> list[str]:
    return __all__

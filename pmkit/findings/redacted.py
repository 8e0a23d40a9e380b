"""Redacts the findings: everything that others get to see passes through here."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, TypeVar

from pmkit.incident.folder import Incident

if TYPE_CHECKING:
    from pmkit.findings.findings import Findings

_Value = TypeVar("_Value")
# Fields of `incident.yaml` that name files or configure pmkit; they are not shown.
_SETTINGS = ("id", "exports", "sources", "formats", "impact_source", "redact")
# The `incident.yaml` in findings is not redacted, because the editor shows it; see `redact_incident`.
_NOT_TEXT = ("incident", "zone", "store", "audience", "unexplained", "earlier", "not_compared", "not_read")


def redact(value: _Value, incident: Incident) -> _Value:
    """Return a text, frame, list or data class in which placeholders replace what must not be published."""
    redacted: _Value = incident.redactor.everywhere(value)
    return redacted


def redact_findings(findings: Findings, names: Collection[str] | None = None) -> Findings:
    """Return findings in which placeholders replace what must not be published.

    Parameters
    ----------
    names : collection of str, optional
        Only these fields, because the others are redacted already.
    """
    texts = {
        name: value for name, value in _fields(findings).items() if name not in _NOT_TEXT and (names is None or name in names)
    }
    return replace(findings, **redact(texts, findings.incident))


def _fields(findings: Findings) -> dict[str, Any]:
    return {field.name: getattr(findings, field.name) for field in fields(findings)}


def redact_incident(incident: Incident) -> Incident:
    """Return an incident in whose `incident.yaml` placeholders replace what must not be published."""
    texts = {name: value for name, value in incident.file if name not in _SETTINGS}
    return incident.with_file(incident.file.model_copy(update=redact(texts, incident)))

"""The door out of the findings: whatever leaves them is redacted here."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import TypeVar

from pmkit.findings.findings import Findings
from pmkit.incident.folder import Incident

_Value = TypeVar("_Value")
# Fields of `incident.yaml` that name files or configure pmkit; they are not shown.
_SETTINGS = ("id", "exports", "sources", "formats", "impact_source", "redact")
# What people wrote, `incident.yaml`, stays as it is in findings, because the editor shows it; see `redact_incident`.
_NOT_TEXT = ("incident", "zone", "store", "audience", "unexplained", "earlier", "not_compared")


def redact(value: _Value, incident: Incident) -> _Value:
    """Return a text, frame, list or data class with placeholders in place of what must not be published."""
    redacted: _Value = incident.redactor.everywhere(value)
    return redacted


def redact_findings(findings: Findings, names: Collection[str] | None = None) -> Findings:
    """Return findings with placeholders in place of what must not be published.

    Parameters
    ----------
    names : collection of str, optional
        Only these fields, because the others are redacted already.
    """
    texts = {name: value for name, value in vars(findings).items() if name not in _NOT_TEXT and (names is None or name in names)}
    return replace(findings, **redact(texts, findings.incident))


def redact_incident(incident: Incident) -> Incident:
    """Return an incident in whose `incident.yaml` placeholders stand in place of what must not be published."""
    texts = {name: value for name, value in incident.file if name not in _SETTINGS}
    return incident.with_file(incident.file.model_copy(update=redact(texts, incident)))

"""The door out of the findings: whatever leaves them is redacted here."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import TypeVar

from pmkit.findings.findings import Findings
from pmkit.incident.folder import Incident

_Value = TypeVar("_Value")
# What people wrote, `incident.yaml`, stays as it is here: the editor shows it; reports redact it on their way out.
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

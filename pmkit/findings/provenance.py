"""Where a report comes from: what it was made from, by what and how, so that anybody can check it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any, Final

from pmkit.core.choices import Template
from pmkit.core.version import __version__
from pmkit.findings.data_quality import remarks
from pmkit.findings.findings import Findings

# Distinguishes provenance from other data in a file.
FORMAT: Final = "pmkit provenance 1"
_COUNTS: Final = ("lines", "events", "continuation", "blank", "rejected")


def provenance(findings: Findings, template: Template = "pmkit") -> dict[str, Any]:
    """Return what a report is made from.

    Parameters
    ----------
    findings : Findings
        What the report shows; for the public, inputs are identified only by their digests.
    template : str
        The report's template.

    Returns
    -------
    dict
        JSON: `format`, `pmkit` (the version), `incident`, `parameters`, `incident_yaml` (its SHA-256), `inputs` (SHA-256,
        size in bytes, counts of lines), `assumptions`, and `findings`, the JSON contract. For the public without names,
        assumptions and findings.
    """
    internal = findings.audience == "internal"
    inputs = [_input(row, internal=internal) for row in findings.inputs]
    inputs.sort(key=lambda entry: (entry.get("source", ""), entry["sha256"]))
    document: dict[str, Any] = {
        "format": FORMAT,
        "pmkit": __version__,
        "incident": findings.incident.id,
        "parameters": {"timezone": findings.zone.key, "audience": findings.audience, "template": template},
        "incident_yaml": {"sha256": hashlib.sha256(findings.incident.text.encode()).hexdigest()},
        "inputs": inputs,
    }
    if internal:
        document["assumptions"] = [f"{row['source']}: {text}" for row in findings.exports for text in remarks(row)]
        document["findings"] = {
            name: part for name, part in findings.to_dict().items() if name not in ("incident", "data_quality")
        }
    return document


def _input(row: Mapping[str, Any], *, internal: bool) -> dict[str, Any]:
    named = {"source": str(row["source"]), "format": str(row["format"]), "timezone": str(row["timezone"])} if internal else {}
    return {**named, "sha256": str(row["sha256"]), "bytes": int(row["bytes"]), **{name: int(row[name]) for name in _COUNTS}}


def differences(recorded: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    """Yield, in words, the differences between what a report says it was made from and what is there now.

    Parameters
    ----------
    recorded, now : mapping
        As `provenance` returns them: read from the report, and rebuilt with its parameters.
    """
    if recorded["pmkit"] != now["pmkit"]:
        yield f"written by pmkit {recorded['pmkit']}, checked with {now['pmkit']}"
    if recorded["incident_yaml"] != now["incident_yaml"]:
        yield "incident.yaml has changed"
    yield from _of_inputs(recorded["inputs"], now["inputs"])
    if "findings" in recorded:
        yield from _of_findings(recorded["findings"], now["findings"], "")
        yield from (f"no longer assumed: {text}" for text in recorded["assumptions"] if text not in now["assumptions"])
        yield from (f"newly assumed: {text}" for text in now["assumptions"] if text not in recorded["assumptions"])


def _of_inputs(recorded: list[dict[str, Any]], now: list[dict[str, Any]]) -> Iterator[str]:
    before, after = ({row.get("source", row["sha256"]): row for row in inputs} for inputs in (recorded, now))
    for name in sorted(before.keys() | after.keys()):
        if name not in after:
            yield f"{name}: no longer exists"
        elif name not in before:
            yield f"{name}: was not part of the report"
        else:
            old, new = before[name], after[name]
            yield from (f"{name}: {field} was {old[field]}, is {new[field]}" for field in old if old[field] != new.get(field))


def _of_findings(recorded: Any, now: Any, path: str) -> Iterator[str]:
    """Compare two trees; if the length of a list changed, only that is reported."""
    if isinstance(recorded, dict) and isinstance(now, dict):
        for name in [*recorded, *(name for name in now if name not in recorded)]:
            yield from _of_findings(recorded.get(name), now.get(name), f"{path}.{name}" if path else name)
    elif isinstance(recorded, list) and isinstance(now, list) and len(recorded) == len(now):
        for number, (old, new) in enumerate(zip(recorded, now, strict=True)):
            yield from _of_findings(old, new, f"{path}[{number}]")
    elif isinstance(recorded, list) and isinstance(now, list):
        yield f"{path}: the report has {len(recorded)}, the data give {len(now)}"
    elif recorded != now:
        yield f"{path}: the report says {recorded!r}, the data say {now!r}"

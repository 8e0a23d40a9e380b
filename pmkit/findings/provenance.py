"""Where a report comes from: what it was made from, by what and how, so that anybody can check it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any, Final

from pmkit.core.choices import Template
from pmkit.core.version import __version__
from pmkit.findings.data_quality import remarks
from pmkit.findings.findings import Findings

FORMAT: Final = "pmkit provenance 1"
"""What tells it from other data in a file."""
_COUNTS: Final = ("lines", "events", "continuation", "blank", "rejected")


def provenance(findings: Findings, template: Template = "pmkit") -> dict[str, Any]:
    """Say what a report is made from.

    Parameters
    ----------
    findings : Findings
        What the report shows; of those that are for the public, inputs are told by their digests alone.
    template : str
        In whose manner it is laid out.

    Returns
    -------
    dict
        JSON: `format`, `pmkit` (the version), `incident`, `parameters`, `incident_yaml` (its SHA-256), `inputs` (SHA-256,
        size in bytes, counts of lines), `assumptions`, and `findings`, the JSON contract. For the public without names,
        assumptions and findings.
    """
    internal = findings.audience == "internal"
    inputs = [_input(row, internal=internal) for row in findings.inputs]
    inputs.sort(key=lambda one: (one.get("source", ""), one["sha256"]))
    told: dict[str, Any] = {
        "format": FORMAT,
        "pmkit": __version__,
        "incident": findings.incident.id,
        "parameters": {"timezone": findings.zone.key, "audience": findings.audience, "template": template},
        "incident_yaml": {"sha256": hashlib.sha256(findings.incident.text.encode()).hexdigest()},
        "inputs": inputs,
    }
    if internal:
        told["assumptions"] = [f"{row['source']}: {text}" for row in findings.exports for text in remarks(row)]
        told["findings"] = {name: part for name, part in findings.to_dict().items() if name not in ("incident", "data_quality")}
    return told


def _input(row: Mapping[str, Any], *, internal: bool) -> dict[str, Any]:
    named = {"source": str(row["source"]), "format": str(row["format"]), "timezone": str(row["timezone"])} if internal else {}
    return {**named, "sha256": str(row["sha256"]), "bytes": int(row["bytes"]), **{name: int(row[name]) for name in _COUNTS}}


def differences(told: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    """Say in words what differs between what a report says it was made from, and what is there now.

    Parameters
    ----------
    told, now : mapping
        As `provenance` gives them: out of the report, and made anew with its parameters.
    """
    if told["pmkit"] != now["pmkit"]:
        yield f"made by pmkit {told['pmkit']}, checked by {now['pmkit']}"
    if told["incident_yaml"] != now["incident_yaml"]:
        yield "incident.yaml is another one"
    yield from _of_inputs(told["inputs"], now["inputs"])
    if "findings" in told:
        yield from _of_findings(told["findings"], now["findings"], "")
        yield from (f"no longer assumed: {text}" for text in told["assumptions"] if text not in now["assumptions"])
        yield from (f"newly assumed: {text}" for text in now["assumptions"] if text not in told["assumptions"])


def _of_inputs(told: list[dict[str, Any]], now: list[dict[str, Any]]) -> Iterator[str]:
    before, after = ({one.get("source", one["sha256"]): one for one in several} for several in (told, now))
    for name in sorted(before.keys() | after.keys()):
        if name not in after:
            yield f"{name}: is not there any more"
        elif name not in before:
            yield f"{name}: was not part of the report"
        else:
            old, new = before[name], after[name]
            yield from (f"{name}: {field} was {old[field]}, is {new[field]}" for field in old if old[field] != new.get(field))


def _of_findings(told: Any, now: Any, path: str) -> Iterator[str]:
    """Compare two trees; of a list whose length changed only that is told."""
    if isinstance(told, dict) and isinstance(now, dict):
        for name in [*told, *(name for name in now if name not in told)]:
            yield from _of_findings(told.get(name), now.get(name), f"{path}.{name}" if path else name)
    elif isinstance(told, list) and isinstance(now, list) and len(told) == len(now):
        for number, (old, new) in enumerate(zip(told, now, strict=True)):
            yield from _of_findings(old, new, f"{path}[{number}]")
    elif isinstance(told, list) and isinstance(now, list):
        yield f"{path}: the report has {len(told)}, the data give {len(now)}"
    elif told != now:
        yield f"{path}: the report says {told!r}, the data say {now!r}"

"""The provenance of a report: its inputs, parameters and version of pmkit, so that anybody can verify it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Final, NotRequired, TypedDict

from pmkit.core.choices import Audience, Template
from pmkit.core.json_value import JsonObject, JsonValue
from pmkit.core.version import __version__
from pmkit.findings.comparison import NO_COMPARISON, Comparison
from pmkit.findings.data_quality import ExportRow, remarks
from pmkit.findings.findings import Findings

# Distinguishes provenance from other data in a file.
FORMAT: Final = "pmkit provenance 1"


class Parameters(TypedDict):
    """The parameters of a report."""

    timezone: str
    audience: Audience
    template: Template


class IncidentYaml(TypedDict):
    """The `incident.yaml` of a report."""

    sha256: str


class Input(TypedDict):
    """One export that a report was made from; `bytes` is its size. In public reports, it has no name, format and zone."""

    source: NotRequired[str]
    format: NotRequired[str]
    timezone: NotRequired[str]
    sha256: str
    bytes: int
    lines: int
    events: int
    continuation: int
    blank: int
    rejected: int


class Provenance(TypedDict):
    """What a report was made from; `pmkit` is the version that made it. In public reports, the last three are missing."""

    format: str
    pmkit: str
    incident: str
    parameters: Parameters
    incident_yaml: IncidentYaml
    inputs: list[Input]
    assumptions: NotRequired[list[str]]
    findings: NotRequired[JsonObject]
    comparison: NotRequired[JsonObject]


def provenance(findings: Findings, template: Template = "pmkit") -> Provenance:
    """Return the provenance of a report.

    Parameters
    ----------
    findings : Findings
        What the report shows. In public findings, inputs are only identified by their digests.
    template : str
        The report's template.

    Returns
    -------
    Provenance
        JSON values; `findings` are in the form of the JSON contract, without what `inputs` says already. What the comparison
        with other incidents found stands apart from them, because their exports are no inputs.
    """
    internal = findings.audience == "internal"
    inputs = [_input(row, internal=internal) for row in findings.inputs]
    inputs.sort(key=lambda entry: (entry.get("source", ""), entry["sha256"]))
    document: Provenance = {
        "format": FORMAT,
        "pmkit": __version__,
        "incident": findings.incident.id,
        "parameters": {"timezone": findings.zone.key, "audience": findings.audience, "template": template},
        "incident_yaml": {"sha256": hashlib.sha256(findings.incident.text.encode()).hexdigest()},
        "inputs": inputs,
    }
    if internal:
        own = NO_COMPARISON.put_into(findings)
        document["assumptions"] = [f"{row.source}: {text}" for row in findings.exports for text in remarks(row)]
        document["findings"] = {name: part for name, part in own.to_dict().items() if name not in ("incident", "data_quality")}
        document["comparison"] = Comparison.of(findings).to_dict()
    return document


def _input(row: ExportRow, *, internal: bool) -> Input:
    contents: Input = {
        "sha256": row.sha256,
        "bytes": row.bytes,
        "lines": row.lines,
        "events": row.events,
        "continuation": row.continuation,
        "blank": row.blank,
        "rejected": row.rejected,
    }
    if not internal:
        return contents
    return {"source": row.source, "format": row.format, "timezone": row.timezone, **contents}


def differences(recorded: Provenance, now: Provenance) -> Iterator[str]:
    """Yield, in words, the differences between what a report says it was made from and what is there now.

    Parameters
    ----------
    recorded, now : Provenance
        Read from the report, and rebuilt with its parameters.
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


def _of_inputs(recorded: list[Input], now: list[Input]) -> Iterator[str]:
    before, after = ({row.get("source", row["sha256"]): row for row in inputs} for inputs in (recorded, now))
    for name in sorted(before.keys() | after.keys()):
        if name not in after:
            yield f"{name}: no longer exists"
        elif name not in before:
            yield f"{name}: was not part of the report"
        else:
            old: Mapping[str, object] = before[name]
            new: Mapping[str, object] = after[name]
            yield from (f"{name}: {field} was {old[field]}, is {new[field]}" for field in old if old[field] != new.get(field))


def _of_findings(recorded: JsonValue, now: JsonValue, path: str) -> Iterator[str]:
    """Yield the differences of two trees; if the length of a list changed, only that is reported."""
    if isinstance(recorded, dict) and isinstance(now, dict):
        for name in [*recorded, *(name for name in now if name not in recorded)]:
            yield from _of_findings(recorded.get(name), now.get(name), f"{path}.{name}" if path else name)
    elif isinstance(recorded, list) and isinstance(now, list) and len(recorded) == len(now):
        for number, (old, new) in enumerate(zip(recorded, now, strict=True)):
            yield from _of_findings(old, new, f"{path}[{number}]")
    elif isinstance(recorded, list) and isinstance(now, list):
        yield f"{path}: the report has {len(recorded)}, the data give {len(now)}"
    elif recorded != now:
        yield f"{path}: the report says {_shown(recorded)}, the data say {_shown(now)}"


def _shown(value: JsonValue) -> str:
    return "nothing" if value is None else repr(value)

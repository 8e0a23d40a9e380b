"""How the response went: its milestones, and the changes made during the impact."""

from __future__ import annotations

from typing import Final

from pmkit.analysis.causes.suspects import describe_change
from pmkit.analysis.response.moment import Moment, Step
from pmkit.analysis.rows import evidence
from pmkit.core.markdown import code, escape, table
from pmkit.core.schema import BIN_S
from pmkit.core.wording import duration, plural
from pmkit.findings.findings import Findings

MOST_MITIGATIONS: Final = 20

# A range narrower than this share of a time is not worth showing.
_NARROW: Final = 0.1


def moments(findings: Findings) -> str | None:
    """Write when the incident was detected, acknowledged, mitigated and resolved, and how that is known; None if nothing is."""
    if not findings.impact.measured and not any(findings.response.at(step) for step in findings.response.steps):
        return None
    if findings.audience == "public":
        return _moments_for_customers(findings)
    rows = []
    for step, moment in findings.response.steps.items():
        row = [
            step.capitalize(),
            findings.clock(moment.at) if moment.at is not None else "–",
            _after_onset(findings, step),
            findings.clock(moment.declared_at) if moment.declared_at is not None else "–",
            escape(_how_known(findings, moment)),
        ]
        rows.append([*row, code(moment.evidence) if moment.evidence else ""])
    header = ["Step", "Measured", "After onset", "Confirmed", "How it is known", "Evidence"]
    widths = [14, 11, 17, 11, 26, 21]
    filled = [n for n in range(len(header)) if any(row[n] not in ("", "–") for row in rows)]
    return table([header[n] for n in filled], [[row[n] for n in filled] for row in rows], [widths[n] for n in filled])


def _how_known(findings: Findings, moment: Moment) -> str:
    """Write how the time of a step is known, or why it is not."""
    if not findings.inputs and moment.status == "pending":
        return "not known: incident.yaml does not name it"
    if not findings.inputs and moment.declared_at is not None and moment.status == "recorded":
        return "from incident.yaml"
    status = "not known" if moment.status == "pending" else moment.status
    return moment.reason if moment.status == "recorded" else f"{status}: {moment.reason}"


def _moments_for_customers(findings: Findings) -> str | None:
    """Write when the incident was detected, mitigated and resolved, as far as that is known."""
    steps = [(step, at) for step in findings.response.steps if (at := findings.response.at(step)) is not None]
    rows = [[step.capitalize(), findings.clock(at), _after_onset(findings, step)] for step, at in steps if step != "acknowledged"]
    return table(["Step", "Time", "After onset"], rows, [30, 35, 35]) if rows else None


def _after_onset(findings: Findings, step: Step) -> str:
    """Write how long after the onset a step was, with the range if it is wide enough to matter."""
    after, span = findings.response.time_to(step), findings.response.time_to_range(step)
    if after is None:
        return "–"
    text = duration(after) if after >= 0 else f"{duration(-after)} before"
    if span is None or span[0] < 0 or span[1] - span[0] <= max(_NARROW * abs(after), BIN_S):
        return text
    return f"{text} ({duration(span[0])} to {duration(span[1])})"


def mitigations(findings: Findings) -> str | None:
    """Write the changes made during the impact and what followed each; None where there are none."""
    rows = list[list[str]]()
    changes = findings.response.mitigations
    if changes.empty:
        return None
    places = _most_informative(findings)
    for place in places:
        change, effect = changes.iloc[place], findings.response.effects[place]
        row = [findings.clock(change["at"]), escape(describe_change(change)), escape(effect.words), code(evidence(change))]
        rows.append(row)
    header, widths = ["Time", "Change during the impact", "What followed", "Evidence"], [10, 37, 29, 24]
    hidden = len(changes) - len(places)
    are = "is" if hidden == 1 else "are"
    rest = f"\n\n{plural(hidden, 'more change')} during the impact {are} not shown." if hidden else ""
    return f"{table(header, rows, widths)}{rest}"


def _most_informative(findings: Findings) -> list[int]:
    """Return the positions of the changes to show: first those with an effect, then the latest."""
    effects = findings.response.effects
    had_effect = [effect.verdict not in ("no effect", "cannot be determined") for effect in effects]
    return sorted(sorted(range(len(effects)), key=lambda place: (not had_effect[place], -place))[:MOST_MITIGATIONS])

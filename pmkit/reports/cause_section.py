"""The Root Cause: trigger, cause and contributing factors as people wrote them, and what the data show about them."""

from __future__ import annotations

from typing import Final

from pmkit.analysis.causes.attribution import describe_parts
from pmkit.analysis.causes.first_signs import describe_sign
from pmkit.analysis.causes.suspects import LIKELY, Suspect
from pmkit.analysis.rows import evidence as evidence_of
from pmkit.core.markdown import bullets, code, escape, prompt, table
from pmkit.core.wording import count, day, short
from pmkit.findings.findings import Findings
from pmkit.findings.history import describe_not_compared
from pmkit.incident.model import RootCause

MOST_SUSPECTS: Final = 8

# The lowest score for each word. Scores rest on rules of thumb, so the report shows words instead of digits.
_STRENGTHS: Final = {0.95: "strong", 0.75: "good", LIKELY: "some", 0.1: "weak", 0.0: "hardly any"}


def root_cause(findings: Findings) -> str:
    """Write why the incident was possible, or ask for it with the strongest evidence."""
    file = findings.incident.file
    if file.root_causes:
        several = [_one_of_several(number, cause) for number, cause in enumerate(file.root_causes, 1)]
        return "\n\n".join([*([file.root_cause] if file.root_cause else []), *several])
    hint = (
        f"The strongest evidence so far is the {pointer(findings, findings.ranked_suspects[0])}."
        if findings.ranked_suspects
        else ""
    )
    return file.root_cause or prompt(
        "why this was possible, as a property of the system and not of a person; "
        f"`root_cause` and `root_cause_summary` in incident.yaml. {escape(hint)}"
    )


def _one_of_several(number: int, cause: RootCause) -> str:
    """Write one of several root causes with its trigger and what contributed to it."""
    heading = f"### Root cause {number}{f': {escape(cause.title)}' if cause.title else ''}"
    parts = [heading, cause.root_cause]
    parts += [f"**Trigger.** {cause.trigger}"] if cause.trigger else []
    parts += [f"**Contributing factors.**\n\n{bullets(cause.contributing_factors)}"] if cause.contributing_factors else []
    return "\n\n".join(parts)


def trigger(findings: Findings) -> str:
    """Write what set the incident off, or ask for it; empty if each of several root causes has its own."""
    file = findings.incident.file
    if not file.trigger and any(cause.trigger for cause in file.root_causes):
        return ""
    return file.trigger or prompt("what set it off; `trigger` in incident.yaml.")


def contributing_factors(findings: Findings) -> str:
    """Write what made the incident more likely, larger or longer, or ask for it; empty if several root causes have their own."""
    file = findings.incident.file
    if not file.contributing_factors and any(cause.contributing_factors for cause in file.root_causes):
        return ""
    factors = bullets(file.contributing_factors)
    return factors or prompt("what made it more likely, larger or longer; `contributing_factors` in incident.yaml.")


def pointer(findings: Findings, suspect: Suspect) -> str:
    """Return a phrase that names a suspect, with its time and its first evidence."""
    at = f", at {findings.clock(suspect.at)}" if suspect.at is not None else ""
    if suspect.kind == "change":
        return f"{suspect.summary.split(':')[0]}{at} ({suspect.evidence[0]})"
    if suspect.kind == "service":
        return f"{suspect.summary} ({suspect.evidence[0]})"
    if suspect.kind == "dimension":
        return f"{suspect.summary}, {suspect.reasons[0]} ({suspect.evidence[0]})"
    return f"message “{short(suspect.summary, 80)}”, first seen{at.removeprefix(',')} ({suspect.evidence[0]})"


def evidence(findings: Findings) -> str | None:
    """Write what the data show or suggest about the cause; None where they show nothing."""
    if not findings.ranked_suspects:
        return None
    rows = [
        [
            str(suspect.rank),
            findings.clock(suspect.at) if suspect.at is not None else "",
            code(short(suspect.summary)) if suspect.kind == "pattern" else escape(suspect.summary),
            escape("; ".join(suspect.reasons)),
            ", ".join(code(place) for place in suspect.evidence),
        ]
        for suspect in findings.ranked_suspects[:MOST_SUSPECTS]
    ]
    confirmed = findings.incident.file.root_cause is not None
    lead = "The data show this" if confirmed else "The data suggest this; it still needs to be confirmed"
    shared = f"{escape(describe_parts(findings.parts, findings.impact.impaired))}\n\n" if len(findings.parts) else ""
    listed = table(["#", "Time", "What", "Why", "Evidence"], rows, [3, 12, 31, 32, 22])
    return f"{shared}{escape(_changes(findings))} {lead}:\n\n{listed}"


def first_signs(findings: Findings) -> str | None:
    """Write which warnings and errors services logged for the first time around the onset; None if there are none."""
    signs = findings.first_signs.head(MOST_SUSPECTS)
    if signs.empty:
        return None
    lines = [
        f"{findings.clock(row['first_seen'])}: {escape(describe_sign(row))} ({code(evidence_of(row))})."
        for _, row in signs.iterrows()
    ]
    return f"Around the onset, services logged this for the first time:\n\n{bullets(lines)}"


def _changes(findings: Findings) -> str:
    """Write how well the changes explain the impact."""
    changes = [suspect for suspect in findings.ranked_suspects if suspect.kind == "change"]
    if findings.unexplained is None:
        return "The data contain no record of changes, although most incidents begin with a change."
    if not changes:
        return "The data contain no change in the 24 hours before the onset."
    best = changes[0]
    what = f"the {best.summary.split(':')[0]}"
    if best.score >= LIKELY:
        return f"Of the changes in the preceding 24 hours, {what} fits best ({_strength(best.score)})."
    return f"No change in the preceding 24 hours explains it well; the likeliest is {what} ({_strength(best.score)})."


def _strength(score: float) -> str:
    return f"{next(word for least, word in _STRENGTHS.items() if score >= least)} evidence"


def seen_before(findings: Findings) -> str | None:
    """Write which earlier incidents resemble this one, and why; None where there are none to compare with."""
    if not (findings.earlier or findings.not_compared or findings.not_read):
        return None
    matches = [
        f"**{escape(match.incident)}** on {day(match.at, findings.zone)}, “{escape(match.title)}”: "
        f"{escape('; '.join(match.reasons))}."
        for match in findings.seen_before
    ]
    paragraphs = [bullets(matches)] if matches else []
    if findings.earlier == 1 and not matches:
        paragraphs.append("The one earlier incident in the data folder does not resemble this one.")
    elif findings.earlier and not matches:
        paragraphs.append(f"None of the {count(findings.earlier)} earlier incidents in the data folder resembles this one.")
    paragraphs += [f"{escape(sentence)}." for sentence in describe_not_compared(findings)]
    return "\n\n".join(paragraphs)

"""The Root Cause: trigger, cause and contributing factors as people wrote them, and what the data show about them."""

from __future__ import annotations

from typing import Final

from pmkit.analysis.causes.attribution import describe_parts
from pmkit.analysis.causes.suspects import LIKELY, Suspect
from pmkit.core.markdown import bullets, code, escape, prompt, table
from pmkit.core.wording import clock, count, day, short
from pmkit.findings.findings import Findings
from pmkit.findings.history import describe_not_compared

MOST_SUSPECTS: Final = 8

# The lowest score for each word. Scores rest on rules of thumb, so the report shows words instead of digits.
_STRENGTHS: Final = {0.95: "strong", 0.75: "good", LIKELY: "some", 0.1: "weak", 0.0: "hardly any"}


def root_cause(findings: Findings) -> str:
    """Write why the incident was possible, or ask for it with the strongest evidence."""
    hint = f"The strongest evidence so far is the {pointer(findings, findings.suspects[0])}." if findings.suspects else ""
    return findings.incident.file.root_cause or prompt(
        "why this was possible, as a property of the system and not of a person; "
        f"`root_cause` and `root_cause_summary` in incident.yaml. {escape(hint)}"
    )


def trigger(findings: Findings) -> str:
    """Write what set the incident off, or ask for it."""
    return findings.incident.file.trigger or prompt("what set it off; `trigger` in incident.yaml.")


def contributing_factors(findings: Findings) -> str:
    """Write what made the incident more likely, larger or longer, or ask for it."""
    factors = bullets(findings.incident.file.contributing_factors)
    return factors or prompt("what made it more likely, larger or longer; `contributing_factors` in incident.yaml.")


def pointer(findings: Findings, suspect: Suspect) -> str:
    """Return a phrase that names a suspect, with its time and its first evidence."""
    at = f", at {clock(suspect.at, findings.zone)}" if suspect.at is not None else ""
    if suspect.kind == "change":
        return f"{suspect.summary.split(':')[0]}{at} ({suspect.evidence[0]})"
    if suspect.kind == "dimension":
        return f"{suspect.summary}, {suspect.reasons[0]} ({suspect.evidence[0]})"
    return f"message “{short(suspect.summary, 80)}”, first seen{at.removeprefix(',')} ({suspect.evidence[0]})"


def evidence(findings: Findings) -> str | None:
    """Write what the data show or suggest about the cause; None where they show nothing."""
    if not findings.suspects:
        return None
    rows = [
        [
            str(suspect.rank),
            clock(suspect.at, findings.zone) if suspect.at is not None else "",
            code(short(suspect.summary)) if suspect.kind == "pattern" else escape(suspect.summary),
            escape("; ".join(suspect.reasons)),
            ", ".join(code(place) for place in suspect.evidence),
        ]
        for suspect in findings.suspects[:MOST_SUSPECTS]
    ]
    confirmed = findings.incident.file.root_cause is not None
    lead = "The data show this" if confirmed else "The data suggest this; it still needs to be confirmed"
    shared = f"{escape(describe_parts(findings.parts, findings.impact.impaired))}\n\n" if len(findings.parts) else ""
    listed = table(["#", "Time", "What", "Why", "Evidence"], rows, [3, 12, 31, 32, 22])
    return f"{shared}{escape(_changes(findings))} {lead}:\n\n{listed}"


def _changes(findings: Findings) -> str:
    """Write how well the changes explain the impact."""
    changes = [suspect for suspect in findings.suspects if suspect.kind == "change"]
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

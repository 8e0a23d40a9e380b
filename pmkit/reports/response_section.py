"""The words of how the response went: its moments, what was tried, and what the alerts were worth."""

from __future__ import annotations

import pandas as pd

from pmkit.analysis.causes.suspects import describe_change
from pmkit.analysis.response.milestones import Step
from pmkit.analysis.response.rule_replay import RuleVerdict
from pmkit.analysis.rows import evidence
from pmkit.core.markdown import code, escape, table
from pmkit.core.schema import BIN_S
from pmkit.core.wording import clock, count, day, duration, listing, percent, plural
from pmkit.findings.findings import Findings

_CLOSE = 0.1
"""A range that is narrower than this share of a time says nothing."""
_SILENT = 3
_RULES = 12
MOST_MITIGATIONS = 20
"""So many changes during the impact are shown."""


def moments(findings: Findings) -> str:
    """Write when the incident was detected, acknowledged, mitigated and resolved, and how that is known."""
    internal, rows = findings.audience == "internal", []
    for step, moment in findings.response.steps.items():
        row = [
            step.capitalize(),
            clock(moment.at, findings.zone) if moment.at is not None else "–",
            _after(findings, step),
            clock(moment.declared_at, findings.zone) if moment.declared_at is not None else "–",
            escape(moment.reason if moment.status == "recorded" else f"{moment.status}: {moment.reason}"),
        ]
        rows.append(row + ([code(moment.evidence) if moment.evidence else ""] if internal else []))
    header, widths = ["Step", "Measured", "After onset", "Confirmed", "How it is known"], [14, 11, 17, 11, 26]
    if internal:
        header, widths = [*header, "Evidence"], [*widths, 21]
    return table(header, rows, widths)


def _after(findings: Findings, step: Step) -> str:
    """Say how long after the onset a step was, and between what, if that is wide enough to matter."""
    after, span = findings.response.time_to(step), findings.response.time_to_range(step)
    if after is None:
        return "–"
    told = duration(after) if after >= 0 else f"{duration(-after)} before"
    if span is None or span[0] < 0 or span[1] - span[0] <= max(_CLOSE * abs(after), BIN_S):
        return told
    return f"{told} ({duration(span[0])} to {duration(span[1])})"


def alerts(findings: Findings) -> str:
    """Write which alerts fired, and what they were worth."""
    parts = [_fired(findings), *_burn(findings)]
    if findings.audience == "internal":
        parts += [*_missing(findings), *_needless(findings), *_caught(findings)]
    return " ".join(parts)


def _fired(findings: Findings) -> str:
    those, by = findings.response.alerts, findings.response.detected_by
    if those.empty:
        return "No alert of this incident is in the data." + (" A person noticed it first." if by == "person" else "")
    names = listing([escape(name) for name in dict.fromkeys(those["name"].dropna())])
    fired = "alert fired" if len(those) == 1 else "alerts fired"
    late = " A person noticed it before any of them." if by == "person" else ""
    return f"{count(len(those))} {fired} for this incident: {names}.{late}"


def _burn(findings: Findings) -> list[str]:
    """Say what an alert on the burn rate would have done, beside what the real ones did."""
    burn = findings.alerting.burn_rate
    if burn is None:
        return []
    windows = f"{burn.factor:g} times too fast over {duration(burn.long_s)} and {duration(burn.short_s)}"
    what = f"An alert on the error budget for {percent(burn.objective)}, which fires when it burns {windows},"
    if burn.at is None:
        return [f"{what} would not have fired."]
    detected = findings.response.at("detected")
    said = f"{what} would have fired at {clock(burn.at, findings.zone)}"
    if detected is None:
        return [f"{said}."]
    ahead = (detected - burn.at).total_seconds()
    relation = f"{duration(abs(ahead))} {'before' if ahead > 0 else 'after'} it was detected" if abs(ahead) >= 1 else "just then"
    return [f"{said}, {relation}."]


def _missing(findings: Findings) -> list[str]:
    told = [f"{escape(name)} ({escape(incident)})" for name, incident in findings.alerting.missing]
    if not told:
        return []
    return [f"Fired in an earlier incident like this one, and not here: {listing(told)}."]


def _needless(findings: Findings) -> list[str]:
    needless, unjudged = findings.alerting.without_need, findings.alerting.not_judged
    said = []
    if len(needless):
        several = [
            f"{escape(str(row['name']))} at {clock(row['started_at'], findings.zone)} ({code(evidence(row))})"
            for _, row in needless.head(5).iterrows()
        ]
        more = f" and {plural(len(needless) - 5, 'more')}" if len(needless) > 5 else ""
        medium = findings.impact.measured_on.medium
        said.append(f"Fired while the {medium} show nothing wrong: {listing(several)}{more}.")
    if unjudged:
        said.append(
            f"{plural(unjudged, 'alert')} at times that the logs do not cover {'is' if unjudged == 1 else 'are'} not judged."
        )
    return said


def _caught(findings: Findings) -> list[str]:
    """Say which rules would have caught the incident without an alert, and which could have."""
    detected, said = findings.response.at("detected"), []
    for rule in findings.alerting.rules:
        name = escape(rule.name)
        if not rule.fired and rule.verdict == "fires":
            when = _earlier(rule.fires_at, detected, findings)
            said.append(f"The rule {name} would have fired{when}, and no such alert is in the data.")
        elif not rule.fired and rule.verdict == "too short":
            when = _earlier(rule.met_at, detected, findings)
            held = f"held for {duration(rule.held_s)}, and the rule waits for {duration(rule.for_s)}"
            said.append(f"The condition of the rule {name} was met{when}; it {held}.")
    return said[:_SILENT]


def _earlier(at: pd.Timestamp | None, detected: pd.Timestamp | None, findings: Findings) -> str:
    if at is None:
        return ""
    ahead = 0.0 if detected is None else (detected - at).total_seconds()
    return f" at {clock(at, findings.zone)}" + (f", {duration(ahead)} before it was detected" if ahead >= BIN_S else "")


def rule_verdicts(findings: Findings) -> str | None:
    """Write what each alert rule would have done, those that would have fired first; None where the data hold none."""
    those = findings.alerting.rules
    if not those:
        return None
    rows = [
        [escape(rule.name), _would(rule, findings), "yes" if rule.fired else "no", _why(rule), code(rule.evidence)]
        for rule in those[:_RULES]
    ]
    left = f"\n\n{plural(len(those) - _RULES, 'more rule')} did not come closer." if len(those) > _RULES else ""
    basis = {rule.basis for rule in those if rule.basis}
    known = {"logs": "the requests in the logs", "metrics": "the metrics"}
    on = known.get(str(basis.pop()), "metrics and logs") if len(basis) == 1 else "metrics and logs"
    lead = f"What the alert rules in the data would have done, evaluated on {on}:\n\n"
    return lead + table(["Rule", "Would have fired", "Fired", "Why", "Evidence"], rows, [19, 16, 7, 37, 21]) + left


def _would(rule: RuleVerdict, findings: Findings) -> str:
    match rule.verdict:
        case "fires" if rule.fires_at is not None:
            return clock(rule.fires_at, findings.zone)
        case "always":
            return "long before"
        case "not evaluable":
            return "cannot be told"
    return "no"


def _why(rule: RuleVerdict) -> str:
    """Say how near a rule came to firing."""
    if rule.verdict == "not evaluable":
        return escape(rule.why)
    said = []
    if rule.reached is not None:
        said.append(f"reached {rule.reached:.3g} (asks for {rule.operator} {rule.limit:.3g})")
    if rule.held_s:
        said.append(f"held for {duration(rule.held_s)}" + (f" (asks for {duration(rule.for_s)})" if rule.for_s else ""))
    return escape(", ".join(said) or "its condition did not hold")


def mitigations(findings: Findings) -> str | None:
    """Write the changes made during the impact, and what followed each; None where there are none."""
    zone, internal, rows = findings.zone, findings.audience == "internal", list[list[str]]()
    made = findings.response.mitigations
    if made.empty:
        return None
    places = _telling(findings)
    for place in places:
        change, followed = made.iloc[place], findings.response.effects[place]
        source = [code(evidence(change))] if internal else []
        rows.append([clock(change["at"], zone), escape(describe_change(change)), escape(followed.words), *source])
    header, widths = ["Time", "Change during the impact", "What followed"], [10, 37, 29]
    if internal:
        header, widths = [*header, "Evidence"], [*widths, 24]
    left = len(made) - len(places)
    rest = f"\n\n{plural(left, 'more change')} during the impact {'is' if left == 1 else 'are'} not shown." if left else ""
    return f"{table(header, rows, widths)}{rest}"


def _telling(findings: Findings) -> list[int]:
    """Choose the changes during the impact that are shown: where there are many, those that did something, and the last."""
    effects = findings.response.effects
    telling = [effect.verdict not in ("no effect", "cannot be told") for effect in effects]
    return sorted(sorted(range(len(effects)), key=lambda place: (not telling[place], -place))[:MOST_MITIGATIONS])


def spells(findings: Findings) -> list[str]:
    """Say that the impact paused, and that something else was wrong at other times."""
    impact, zone = findings.impact, findings.zone
    own, apart = impact.spells[~impact.spells["apart"]], impact.spells[impact.spells["apart"]]
    said = []
    if len(own) > 1:
        pauses = f"It came in {count(len(own))} spells, with pauses between them"
        said.append(f"{pauses}: {listing([_span(row, findings) for _, row in own.head(8).iterrows()])}.")
    if len(apart):
        other = listing([_span(row, findings) for _, row in apart.head(5).iterrows()])
        thing = impact.impaired[1] if "traffic" not in impact.signals[:1] else "was missing"
        same_day = day(impact.start, zone) == day(pd.Timestamp(apart["start"].iloc[0]), zone)
        said.append(f"Apart from it, more than usual {thing} {'' if same_day else 'on other days '}from {other}.")
    return said


def _span(row: pd.Series, findings: Findings) -> str:
    start, end = clock(row["start"], findings.zone), clock(row["end"], findings.zone)
    share = f" ({percent(row['error_ratio'])})" if row["failed"] and findings.impact.measured_on.unit != "event" else ""
    return f"{start} to {end}{share}"

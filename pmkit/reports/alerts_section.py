"""How useful the alerts were, and what the alert rules would have done."""

from __future__ import annotations

from typing import Final

import pandas as pd

from pmkit.analysis.response.rule_replay import RuleVerdict
from pmkit.analysis.rows import evidence
from pmkit.core.markdown import code, escape, table
from pmkit.core.schema import BIN_S
from pmkit.core.wording import count, duration, listing, percent, plural, quantity
from pmkit.findings.findings import Findings

MOST_NEEDLESS: Final = 5
MOST_SILENT: Final = 3
MOST_RULES: Final = 12


def alerts(findings: Findings) -> str | None:
    """Write which alerts fired and how useful they were; None for the public and where there is nothing to say."""
    if findings.audience == "public" or (findings.response.alerts.empty and not findings.impact.measured):
        return None
    sentences = [_fired(findings), *_burn_rate(findings), *_missing(findings), *_needless(findings), *_silent_rules(findings)]
    return " ".join(sentences)


def _fired(findings: Findings) -> str:
    fired, first = findings.response.alerts, findings.response.detected_by
    if fired.empty:
        return "The data contain no alert for this incident." + (" A person noticed it first." if first == "person" else "")
    names = listing([escape(name) for name in dict.fromkeys(fired["name"].dropna())])
    late = " A person noticed it before any of them." if first == "person" else ""
    return f"{plural(len(fired), 'alert')} fired for this incident: {names}.{late}"


def _burn_rate(findings: Findings) -> list[str]:
    """Write what a burn-rate alert would have done, compared with the real alerts."""
    burn = findings.alerting.burn_rate
    if burn is None:
        return []
    windows = f"{burn.factor:g}x over {duration(burn.long_s)} and {duration(burn.short_s)}"
    what = f"A burn-rate alert on the {percent(burn.objective)} SLO ({windows})"
    if burn.at is None:
        return [f"{what} would not have fired."]
    detected = findings.response.at("detected")
    fired = f"{what} would have fired at {findings.clock(burn.at)}"
    if detected is None:
        return [f"{fired}."]
    ahead = (detected - burn.at).total_seconds()
    if abs(ahead) < 1:
        return [f"{fired}, at the moment of detection."]
    return [f"{fired}, {duration(abs(ahead))} {'before' if ahead > 0 else 'after'} detection."]


def _missing(findings: Findings) -> list[str]:
    missing = [f"{escape(name)} ({escape(incident)})" for name, incident in findings.alerting.missing]
    return [f"Alerts that fired in an earlier, similar incident but not in this one: {listing(missing)}."] if missing else []


def _needless(findings: Findings) -> list[str]:
    needless, unassessed = findings.alerting.without_need, findings.alerting.not_judged
    sentences = []
    if len(needless):
        shown = [
            f"{escape(str(row['name']))} at {findings.clock(row['started_at'])} ({code(evidence(row))})"
            for _, row in needless.head(MOST_NEEDLESS).iterrows()
        ]
        hidden = [f"{count(len(needless) - MOST_NEEDLESS)} more"] if len(needless) > MOST_NEEDLESS else []
        medium = findings.impact.measured_on.medium
        sentences.append(f"Alerts that fired while the {medium} show nothing wrong: {listing([*shown, *hidden])}.")
    if unassessed:
        were = "was" if unassessed == 1 else "were"
        fired = f"{plural(unassessed, 'alert')} fired outside the period covered by the logs"
        sentences.append(f"{fired} and {were} not assessed.")
    return sentences


def _silent_rules(findings: Findings) -> list[str]:
    """Write which rules would have caught the incident without an alert, and which nearly did."""
    detected, sentences = findings.response.at("detected"), []
    for rule in findings.alerting.rules:
        name = escape(rule.name)
        if not rule.fired and rule.verdict == "fires":
            when = _compared(rule.fires_at, detected, findings)
            sentences.append(f"The rule {name} would have fired{when}, but the data contain no such alert.")
        elif not rule.fired and rule.verdict == "too short":
            when = _compared(rule.met_at, detected, findings)
            duration_held = f"held for {duration(rule.held_s)}, and the rule needs {duration(rule.for_s)}"
            sentences.append(f"The condition of the rule {name} was met{when}; it {duration_held}.")
    return sentences[:MOST_SILENT]


def _compared(at: pd.Timestamp | None, detected: pd.Timestamp | None, findings: Findings) -> str:
    """Write when something was, and how long before the detection; empty if the time is unknown."""
    if at is None:
        return ""
    ahead = 0.0 if detected is None else (detected - at).total_seconds()
    return f" at {findings.clock(at)}" + (f", {duration(ahead)} before detection" if ahead >= BIN_S else "")


def rule_verdicts(findings: Findings) -> str | None:
    """Write what each alert rule would have done, beginning with those that would have fired; None if there are no rules."""
    rules = findings.alerting.rules
    if not rules:
        return None
    rows = [
        [escape(rule.name), _would_fire(rule, findings), "yes" if rule.fired else "no", _why(rule), code(rule.evidence)]
        for rule in rules[:MOST_RULES]
    ]
    hidden = len(rules) - MOST_RULES
    rest = f"\n\n{plural(hidden, 'more rule')} came no closer to firing." if hidden > 0 else ""
    bases = {rule.basis for rule in rules if rule.basis}
    words = {"logs": "the requests in the logs", "metrics": "the metrics"}
    basis = words.get(str(bases.pop()), "metrics and logs") if len(bases) == 1 else "metrics and logs"
    lead = f"What the alert rules in the data would have done, evaluated on {basis}:\n\n"
    return lead + table(["Rule", "Would have fired", "Fired", "Why", "Evidence"], rows, [19, 16, 7, 37, 21]) + rest


def _would_fire(rule: RuleVerdict, findings: Findings) -> str:
    match rule.verdict:
        case "fires" if rule.fires_at is not None:
            return findings.clock(rule.fires_at)
        case "always":
            return "long before"
        case "not evaluable":
            return "unknown"
    return "no"


def _why(rule: RuleVerdict) -> str:
    """Write how close a rule came to firing."""
    if rule.verdict == "not evaluable":
        return escape(rule.why)
    reasons = []
    if rule.reached is not None and rule.limit is not None:
        extreme = "fell to" if str(rule.operator).startswith("<") else "peaked at" if ">" in str(rule.operator) else "reached"
        reasons.append(f"{extreme} {quantity(rule.reached)} (threshold {rule.operator} {quantity(rule.limit)})")
    if rule.held_s:
        reasons.append(f"held for {duration(rule.held_s)}" + (f" (needs {duration(rule.for_s)})" if rule.for_s else ""))
    return escape(", ".join(reasons) or "its condition was not met")

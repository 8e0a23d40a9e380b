"""The page of the rules, from the rules."""

from __future__ import annotations

from itertools import groupby

from pmkit.check.rule import Rule, rules

_GROUPS = {"PM1": "Form", "PM2": "Facts", "PM3": "Cause", "PM4": "Words", "PM5": "Measures"}


def listing() -> str:
    """Write a line a rule."""
    return "\n".join(f"{rule.code} {rule.severity:8} {rule.name}: {rule.reason}" for rule in rules().values())


def page() -> str:
    """Write the page of the rules, Markdown."""
    parts = [
        "# The rules of `pmkit check`",
        "Errors make it exit with 1. A rule that does not hold for an incident is waived in its `incident.yaml`:",
        "```yaml\nwaivers:\n  - rule: PM111\n    reason: The service has no objective yet.\n```",
        "This page is written from the rules by `make manual`; every example here is run by the tests, "
        "against the data of INC-2026-1103 unless it says otherwise.",
    ]
    for group, several in groupby(rules().values(), key=lambda rule: rule.code[:3]):
        parts.append(f"## {_GROUPS[group]}")
        for rule in several:
            parts += [
                f"### {rule.code} {rule.name} ({rule.severity})",
                rule.reason,
                f"Instead of\n\n```yaml\n{rule.bad}\n```",
                f"such as\n\n```yaml\n{rule.good}\n```",
                rule.suggestion + ("" if rule.on == Rule.on else f" (The example is of {rule.on}.)"),
            ]
    return "\n\n".join(part for part in parts if part) + "\n"

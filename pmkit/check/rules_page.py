"""The list of rules for the terminal, and the manual page about them."""

from __future__ import annotations

from itertools import groupby

from pmkit.check.linter import all_rules
from pmkit.check.rule import GROUPS, Rule


def rules_list() -> str:
    """Return one line per rule."""
    return "\n".join(f"{rule.code} {rule.severity:8} {rule.name}: {rule.reason}" for rule in all_rules().values())


def rules_page() -> str:
    """Return the manual page about the rules, in Markdown."""
    parts = [
        "# The rules of `pmkit check`",
        "`pmkit check` exits with 1 if it finds an error. To switch off a rule that does not apply to an incident, "
        "waive it in `incident.yaml`:",
        "```yaml\nwaivers:\n  - rule: PM111\n    reason: The service has no objective yet.\n```",
        "`make manual` generates this page from the rules. The tests apply every example here to the data of "
        f"{Rule.example_data}, unless stated otherwise.",
    ]
    for group, rules in groupby(all_rules().values(), key=lambda rule: rule.code[:3]):
        parts.append(f"## {GROUPS[group]}")
        for rule in rules:
            parts += [
                f"### {rule.code} {rule.name} ({rule.severity})",
                rule.reason,
                f"Instead of\n\n```yaml\n{rule.bad}\n```",
                f"which pmkit reports as\n\n```text\n{rule.expected}\n```",
                f"write\n\n```yaml\n{rule.good}\n```",
                rule.suggestion + ("" if rule.example_data == Rule.example_data else f" (Example data: {rule.example_data}.)"),
            ]
    return "\n\n".join(parts) + "\n"

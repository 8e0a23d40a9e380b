"""The list of rules for the terminal, and the manual page about them."""

from __future__ import annotations

import csv
from importlib import resources
from itertools import groupby
from typing import Final

from pmkit.check.linter import all_rules
from pmkit.check.rule import GROUPS, Rule

# When and on what the rules about words were measured.
_MEASURED: Final = "28 November 2026, on 34 public postmortems of 32 organisations, 81 pages"


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
        f"The rules about words were measured on {_MEASURED}. A strict editor marked what they should find; each rule shows how "
        "many of its findings the editor shares, and how many of the marked places it finds. Small numbers say little.",
    ]
    measured = _accuracy()
    for group, rules in groupby(all_rules().values(), key=lambda rule: rule.code[:3]):
        parts.append(f"## {GROUPS[group]}")
        for rule in rules:
            parts += [
                f"### {rule.code} {rule.name} ({rule.severity})",
                rule.reason,
                f"Instead of\n\n```yaml\n{rule.bad}\n```",
                f"which pmkit reports as\n\n```text\n{rule.expected}\n```",
                f"write\n\n```yaml\n{rule.good}\n```",
                *([measured[rule.code]] if rule.code in measured else []),
                rule.suggestion + ("" if rule.example_data == Rule.example_data else f" (Example data: {rule.example_data}.)"),
            ]
    return "\n\n".join(parts) + "\n"


def _accuracy() -> dict[str, str]:
    """Return a sentence about the accuracy of each rule that was measured."""
    table = resources.files("pmkit.check").joinpath("lists", "measured.tsv").read_text(encoding="utf-8")
    sentences = {}
    for row in csv.DictReader(table.splitlines(), delimiter="\t"):
        findings, right, marks, found = (int(row[name]) for name in ("findings", "right", "marks", "found"))
        recall = f"; {found} of {marks} marked places were found" if marks else ""
        sentences[row["rule"]] = f"Measured: {right} of {findings} findings were right ({right / findings:.0%}){recall}."
    return sentences

"""Applies the lint rules to an incident."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from pmkit.check import rules
from pmkit.check.rule import REGISTERED, Context, Location, Match, Rule
from pmkit.findings.findings import Findings
from pmkit.incident.folder import Incident


@dataclass(frozen=True)
class Problem:
    """A violation of a rule, with its line and column, counted from 1, and its field."""

    rule: Rule
    line: int
    column: int
    message: str
    location: Location = ()


@cache
def all_rules() -> dict[str, Rule]:
    """Load every module of `check/rules` and return the rules by code, in order."""
    for module in iter_modules(rules.__path__, f"{rules.__name__}."):
        import_module(module.name)
    return dict(sorted(REGISTERED.items()))


def lint(
    findings: Findings, *, select: Iterable[str] = (), ignore: Iterable[str] = (), today: date | None = None
) -> list[Problem]:
    """Return the problems of an incident's postmortem.

    Parameters
    ----------
    findings : Findings
        The incident, and what the data show about it.
    select, ignore : iterable of str, optional
        Codes or prefixes, such as `PM2`, of the only rules to apply, and of rules not to apply. Rules under `waivers` in
        `incident.yaml` are not applied either.
    today : date, optional
        The day on which action items are overdue or not. Today if omitted.

    Returns
    -------
    list of Problem
        The problems, in the order of the file.
    """
    selected, ignored = tuple(select) or ("",), tuple(ignore)
    waived = {waiver.rule for waiver in findings.incident.file.waivers}
    context = Context(findings, today or date.today())  # noqa: DTZ011 - due dates follow the reader's calendar
    problems = [
        _problem(rule, match, findings.incident)
        for code, rule in all_rules().items()
        if code.startswith(selected) and not (ignored and code.startswith(ignored)) and code not in waived
        for match in rule.find(context)
    ]
    return sorted(problems, key=lambda problem: (problem.line, problem.column, problem.rule.code, problem.message))


def _problem(rule: Rule, match: Match, incident: Incident) -> Problem:
    line, column = incident.positions.find(*match.location, words=match.words)
    return Problem(rule, line, column, " ".join(match.message.split()), match.location)

"""Applies the lint rules to an incident."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import get_args

from pmkit.check import rules
from pmkit.check.rule import REGISTERED, Context, Match, Rule, Severity
from pmkit.check.text import Location
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
    matches = [
        (rule, match)
        for code, rule in all_rules().items()
        if code.startswith(selected) and not (ignored and code.startswith(ignored)) and code not in waived
        for match in rule.find(context)
    ]
    problems = [_problem(rule, match, findings.incident) for rule, match in _without_repetition(matches)]
    return sorted(problems, key=lambda problem: (problem.line, problem.column, problem.rule.code, problem.message))


def _without_repetition(matches: list[tuple[Rule, Match]]) -> Iterator[tuple[Rule, Match]]:
    """Yield the matches, of those about the same words only that of the most severe rule, or else of the longest words."""
    severities = get_args(Severity)
    reported: defaultdict[Location, list[tuple[int, int]]] = defaultdict(list)
    for rule, match in sorted(matches, key=lambda found: (severities.index(found[0].severity), -len(found[1].words))):
        if match.start is not None and rule.find_in is not None:
            begin, end = match.start, match.start + len(match.words)
            if any(begin < other_end and other_begin < end for other_begin, other_end in reported[match.location]):
                continue
            reported[match.location].append((begin, end))
        yield rule, match


def _problem(rule: Rule, match: Match, incident: Incident) -> Problem:
    line, column = incident.positions.find(*match.location, words=match.words, start=match.start)
    return Problem(rule, line, column, " ".join(match.message.split()), match.location)

"""What a rule is, and how all of them are applied."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from importlib import import_module
from typing import Final, Literal

from pmkit.findings.findings import Findings
from pmkit.incident.folder import Incident
from pmkit.incident.model import IncidentFile

Severity = Literal["error", "warning", "note"]
Location = tuple[str | int, ...]

_GROUPS: Final = ("completeness", "facts", "cause", "words", "follow_up")
"""The modules that hold the rules."""
_ONE: Final = (
    "title", "what_happened", "data_loss", "trigger", "root_cause", "root_cause_summary", "resolution", "still_degraded",
    "backlog_check", "internal_message", "external_message",
)  # fmt: skip
_MANY: Final = ("contributing_factors", "five_whys", "went_well", "went_badly", "got_lucky")
_ASIDE: Final = re.compile(r"`[^`]*`|“[^”]*”|\"[^\"\n]*\"|https?://\S+")
"""Code, quoted text and addresses are nobody's own words."""


@dataclass(frozen=True)
class Text:
    """Something that a person wrote.

    Attributes
    ----------
    location : tuple
        The field, and the number of the entry.
    text : str
        It as it is.
    """

    location: Location
    text: str

    @cached_property
    def own(self) -> str:
        """The text with blanks for what is quoted, code or an address."""
        return _ASIDE.sub(lambda found: " " * len(found[0]), self.text)


@dataclass(frozen=True)
class Context:
    """What rules look at.

    Attributes
    ----------
    findings : Findings
        What the data say.
    today : date
        For what is overdue.
    """

    findings: Findings
    today: date

    @property
    def file(self) -> IncidentFile:
        """What people wrote."""
        return self.findings.incident.file

    @cached_property
    def texts(self) -> tuple[Text, ...]:
        """All prose, in the order of the fields."""
        file = self.file
        found = [Text((name,), str(getattr(file, name))) for name in _ONE if getattr(file, name)]
        found += [Text((name, n), text) for name in _MANY for n, text in enumerate(getattr(file, name))]
        found += [Text(("timeline", n, "text"), note.text) for n, note in enumerate(file.timeline)]
        found += [Text(("timeline_edits", n, "text"), edit.text) for n, edit in enumerate(file.timeline_edits) if edit.text]
        found += [Text(("sections", n, "text"), section.text) for n, section in enumerate(file.sections)]
        for n, measure in enumerate(file.measures):
            found.append(Text(("measures", n, "action"), measure.action))
            found += [Text(("measures", n, "done_when"), measure.done_when)] if measure.done_when else []
        return tuple(found)


@dataclass(frozen=True)
class Found:
    """One place at which a rule finds fault.

    Attributes
    ----------
    location : tuple
        The field; where it is missing, the field that it would be.
    message : str
        What is wrong there.
    words : str
        The words in it that are meant, if some are.
    """

    location: Location
    message: str
    words: str = ""


Finder = Callable[[Context], Iterator[Found]]


@dataclass(frozen=True)
class Rule:
    """One rule.

    Attributes
    ----------
    code, name : str
        What it is called.
    severity : str
        error, warning or note.
    reason : str
        Why it matters.
    bad, good : str
        Fields of `incident.yaml` that it finds fault with, and that it does not.
    suggestion : str
        What to do.
    find : callable
        Finds the faults.
    on : str
        The recorded incident whose data the examples are of; or a calm log, or a failing log, and nothing else.
    """

    code: str
    name: str
    severity: Severity
    reason: str
    bad: str
    good: str
    suggestion: str
    find: Finder
    on: str = "INC-2026-1103"


@dataclass(frozen=True)
class Problem:
    """A fault, and where it is: line and column from 1, and the field."""

    rule: Rule
    line: int
    column: int
    message: str
    location: Location = ()


_known: dict[str, Rule] = {}


def rule(code: str, name: str, severity: Severity, **about: str) -> Callable[[Finder], Finder]:
    """Make a rule of a function that finds its faults; `about` are the texts of `Rule`."""

    def made(find: Finder) -> Finder:
        if code in _known:
            raise ValueError(f"{code} is taken")
        _known[code] = Rule(code, name, severity, find=find, **about)
        return find

    return made


@cache
def rules() -> dict[str, Rule]:
    """Return all rules by code, in order."""
    for group in _GROUPS:
        import_module(f"pmkit.check.{group}")
    return dict(sorted(_known.items()))


def problems(
    findings: Findings, *, select: Iterable[str] = (), ignore: Iterable[str] = (), today: date | None = None
) -> list[Problem]:
    """Apply the rules to an incident.

    Parameters
    ----------
    findings : Findings
        What the data say, with the incident that they are about.
    select, ignore : iterable of str, optional
        Codes, or how they begin, such as `PM2`: only these rules, and without those. What `waivers` in
        `incident.yaml` names is left out too.
    today : date, optional
        The day by which measures are overdue; if not given, today.

    Returns
    -------
    list of Problem
        In the order of the file.
    """
    wanted, unwanted = tuple(select) or ("",), tuple(ignore)
    waived = {waiver.rule for waiver in findings.incident.file.waivers}
    context = Context(findings, today or date.today())  # noqa: DTZ011 - a due date is one of the reader's calendar
    found = [
        _problem(one, fault, findings.incident)
        for code, one in rules().items()
        if code.startswith(wanted) and not (unwanted and code.startswith(unwanted)) and code not in waived
        for fault in one.find(context)
    ]
    return sorted(found, key=lambda problem: (problem.line, problem.column, problem.rule.code, problem.message))


def _problem(one: Rule, fault: Found, incident: Incident) -> Problem:
    line, column = incident.places.of(*fault.location, words=fault.words)
    return Problem(one, line, column, " ".join(fault.message.split()), fault.location)

"""What a lint rule is, what it examines, and how it is registered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, cached_property
from typing import Final, Literal, get_args, get_type_hints

from pmkit.check.people import people_in
from pmkit.check.text import Location, Text
from pmkit.findings.findings import Findings
from pmkit.incident.field_types import Block, Markdown
from pmkit.incident.model import IncidentFile

Severity = Literal["error", "warning", "note"]

# The groups of rules: the heading in the manual, by the beginning of the code.
GROUPS: Final = {"PM1": "Completeness", "PM2": "Facts", "PM3": "Root cause", "PM4": "Wording", "PM5": "Action items"}


@dataclass(frozen=True)
class Context:
    """What a rule examines.

    Attributes
    ----------
    findings : Findings
        The incident, and what the data show about it.
    today : date
        The day on which action items are overdue or not.
    """

    findings: Findings
    today: date

    @property
    def file(self) -> IncidentFile:
        """The contents of `incident.yaml`."""
        return self.findings.incident.file

    @cached_property
    def texts(self) -> tuple[Text, ...]:
        """All prose in `incident.yaml`."""
        names = frozenset(people_in(self.findings))
        return tuple(Text(location, text, names) for location, text in _prose(self.file, ()))

    def texts_of(self, *fields: str) -> Iterator[Text]:
        """Yield the texts of some fields of `incident.yaml`."""
        return (text for text in self.texts if text.location[0] in fields)

    def is_settled(self, text: Text) -> bool:
        """Return whether a text belongs to an action item that is done or declined, which nobody will reword."""
        match text.location:
            case ("measures", int(index), *_):
                return not self.file.measures[index].is_open
        return False


# How the codes of rules about action items begin.
_OF_ACTION_ITEMS: Final = "PM5"

# Prose that is shown as it is written, and is therefore not declared as Markdown.
_PLAIN_PROSE: Final = {"title"}


def _prose(block: Block, location: Location) -> Iterator[tuple[Location, str]]:
    """Yield all prose of a mapping, at any depth: what the model declares as Markdown, and plain prose."""
    hints = _hints(type(block))
    for name in type(block).model_fields:
        value = getattr(block, name)
        entries = enumerate(value) if isinstance(value, tuple) else value.items() if isinstance(value, dict) else ()
        for place, item in [((*location, name, key), item) for key, item in entries] or [((*location, name), value)]:
            if isinstance(item, Block):
                yield from _prose(item, place)
            elif item and isinstance(item, str) and (name in _PLAIN_PROSE or _is_prose(hints[name])):
                yield place, item


@cache
def _hints(model: type[Block]) -> dict[str, object]:
    return get_type_hints(model, include_extras=True)


def _is_prose(hint: object) -> bool:
    return hint == Markdown or any(_is_prose(part) for part in get_args(hint))


@dataclass(frozen=True)
class Match:
    """A place that violates a rule.

    Attributes
    ----------
    location : tuple
        The field; for a missing field, the one to add.
    message : str
        What is wrong there.
    words : str
        The words that violate the rule, if it is about words.
    start : int, optional
        Where in the text of the field these words begin.
    """

    location: Location
    message: str
    words: str = ""
    start: int | None = None


Finder = Callable[[Context], Iterator[Match]]
TextFinder = Callable[[Text], Iterator[Match]]


@dataclass(frozen=True)
class Rule:
    """A lint rule, with the examples that document and test it.

    Attributes
    ----------
    code, name : str
        What the rule is selected, ignored or waived by, and a short name.
    severity : str
        error, warning or note.
    reason : str
        Why it matters.
    bad, good : str
        Fields of `incident.yaml` that violate the rule, and fields that do not.
    expected : str
        What the rule reports for `bad`: one line per match, `field: message`, where … stands for any text.
    suggestion : str
        How to fix it.
    find : callable
        Yields the matches.
    find_in : callable, optional
        Yields the matches in one text, if the rule is about words.
    flagged, accepted : tuple of str
        More examples for a rule about words: what it reports and what it does not, each as `field: text`.
    example_data : str
        The recorded incident that the examples are applied to, or "a calm log" or "a failing log": an incident
        with a single access log.
    """

    code: str
    name: str
    severity: Severity
    reason: str
    bad: str
    good: str
    expected: str
    suggestion: str
    find: Finder
    example_data: str = "INC-2026-1103"
    find_in: TextFinder | None = None
    flagged: tuple[str, ...] = ()
    accepted: tuple[str, ...] = ()


# All rules that have been registered, by code.
REGISTERED: Final[dict[str, Rule]] = {}


def rule(
    code: str,
    name: str,
    severity: Severity,
    *,
    reason: str,
    bad: str,
    good: str,
    expected: str,
    suggestion: str,
    example_data: str = Rule.example_data,
) -> Callable[[Finder], Finder]:
    """Register the decorated function as the finder of a new rule; `Rule` describes the parameters."""
    if code in REGISTERED or code[:3] not in GROUPS:
        raise ValueError(f"rule {code}: the code is taken, or begins with none of {', '.join(GROUPS)}")

    def register(find: Finder) -> Finder:
        REGISTERED[code] = Rule(code, name, severity, reason, bad, good, expected, suggestion, find, example_data)
        return find

    return register


def word_rule(
    code: str,
    name: str,
    severity: Severity,
    find_in: TextFinder,
    *,
    reason: str,
    bad: str,
    good: str,
    expected: str,
    suggestion: str,
    flagged: tuple[str, ...] = (),
    accepted: tuple[str, ...] = (),
) -> None:
    """Register a rule that examines each text on its own; `Rule` describes the parameters."""

    def find(context: Context) -> Iterator[Match]:
        for text in context.texts:
            if not (code.startswith(_OF_ACTION_ITEMS) and context.is_settled(text)):
                yield from find_in(text)

    rule(code, name, severity, reason=reason, bad=bad, good=good, expected=expected, suggestion=suggestion)(find)
    REGISTERED[code] = replace(REGISTERED[code], find_in=find_in, flagged=flagged, accepted=accepted)

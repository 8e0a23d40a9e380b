"""What a lint rule is, what it examines, and how it is registered."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final, Literal, get_args, get_type_hints

from pmkit.findings.findings import Findings
from pmkit.incident.field_types import Markdown
from pmkit.incident.model import IncidentFile

Severity = Literal["error", "warning", "note"]
Location = tuple[str | int, ...]

# The groups of rules: the heading in the manual, by the beginning of the code.
GROUPS: Final = {"PM1": "Completeness", "PM2": "Facts", "PM3": "Root cause", "PM4": "Wording", "PM5": "Action items"}

# Code, quoted text and addresses are not the author's own words.
_NOT_OWN_WORDS: Final = re.compile(r"`[^`]*`|“[^”]*”|\"[^\"\n]*\"|https?://\S+")


@dataclass(frozen=True)
class Text:
    """A text that a person wrote.

    Attributes
    ----------
    location : tuple
        The field, and for lists the index of the entry.
    text : str
        The text as written.
    """

    location: Location
    text: str

    @cached_property
    def own_words(self) -> str:
        """The text with quotations, code and addresses replaced by spaces."""
        return _NOT_OWN_WORDS.sub(lambda match: " " * len(match[0]), self.text)


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
        file = self.file
        values = {name: getattr(file, name) for name in _prose_fields()}
        texts = [Text((name,), value) for name, value in values.items() if value and isinstance(value, str)]
        for name, value in values.items():
            if isinstance(value, tuple):
                texts += [Text((name, n), text) for n, text in enumerate(value)]
        texts += [Text(("timeline", n, "text"), note.text) for n, note in enumerate(file.timeline)]
        texts += [Text(("timeline_edits", n, "text"), edit.text) for n, edit in enumerate(file.timeline_edits) if edit.text]
        texts += [Text(("sections", n, "text"), section.text) for n, section in enumerate(file.sections)]
        for n, item in enumerate(file.measures):
            texts.append(Text(("measures", n, "action"), item.action))
            texts += [Text(("measures", n, "done_when"), item.done_when)] if item.done_when else []
        return tuple(texts)

    def texts_of(self, *fields: str) -> Iterator[Text]:
        """Yield the texts of some fields of `incident.yaml`."""
        return (text for text in self.texts if text.location[0] in fields)


def _prose_fields() -> list[str]:
    """Return the title and every field of `incident.yaml` that the model declares as Markdown."""
    hints = get_type_hints(IncidentFile, include_extras=True)
    return ["title", *(name for name in IncidentFile.model_fields if _is_prose(hints[name]))]


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
    """

    location: Location
    message: str
    words: str = ""


Finder = Callable[[Context], Iterator[Match]]


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

"""Finds blaming language: people as the subject of what went wrong, and what they should have done instead.

"The service failed to connect" is a fact, "the engineer failed to check" is a verdict: the subject decides, not the verb.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

_ROLES: Final = (
    r"engineers?|developers?|devs?|operators?|admin(?:istrator)?s?|sysadmins?|dbas?|sres?|on-?call(?: engineer| person)?|"
    r"responders?|programmers?|interns?|contractors?|colleagues?|employees?|staff|managers?|authors?|reviewers?|committers?|"
    r"technicians?|juniors?|commanders?|leads?|testers?|analysts?|architects?|owners?|people|persons?|humans?|members?|"
    r"newcomers?|hires?|vendors?"
)
_PEOPLE: Final = (
    r"(?:(?:the|a|an|one|our|their|this|that|some|two|several|every|no|another|whichever)\s+)?"
    rf"(?:[\w-]+\s+){{0,3}}?(?:{_ROLES})|"
    r"(?:the\s+)?(?:[\w-]+\s+){0,2}?teams?|he|she|they|we|i|somebody|someone|nobody|no one|who(?:ever)?|everyone|everybody"
)
_NOT_DONE: Final = (
    "check|test|verify|validate|notice|read|follow|think|ask|look|know|understand|realise|realize|review|bother|care|tell|"
    "communicate|document|escalate|pay attention|double-check|update|consider|see"
)
_FAULT: Final = (
    r"fail(?:ed|s|ing)?\s+to|neglect(?:ed|s)?(?:\s+to)?|forg[oe]t(?:s|ten)?|omitted to|ignor(?:ed|es|ing)|overlook(?:ed|s)|"
    r"(?:didn['’]t|did not|never|doesn['’]t|does not)\s+(?:even\s+|properly\s+|bother\s+to\s+|carefully\s+)*"
    rf"(?:{_NOT_DONE})(?:e?d)?\b|bothered to|dropped the ball|clueless|"
    r"miss(?:ed|es)\b|mis(?:configured|typed|read|understood|judged|handled|managed|interpreted|diagnosed)|"
    r"(?:made|makes) (?:a|an|the|this|another|several)(?: \w+){0,2} (?:mistake|error|blunder)s?|"
    r"(?:accidentally|mistakenly|carelessly|wrongly|incorrectly|inadvertently|foolishly|hastily|erroneously|blindly)\b|"
    r"(?:broke|botched|bungled|screwed up|messed up|took down|crashed|caused)\b|"
    r"(?:was|were|is|are|had been)\s+(?:\w+\s+)?(?:careless|negligent|lazy|sloppy|reckless|inattentive|distracted|unprepared|"
    r"incompetent|to blame|at fault|responsible for the|not careful|not paying attention|too slow|asleep)|"
    r"(?:should|could|would|ought to|must)(?:n['’]t| not)? have\b|(?:should|ought to) (?:know|be more careful|pay more)\b|"
    r"violated|disregarded|skipped|bypassed|rushed"
)
_BETWEEN: Final = r"(?:\s+(?!(?:which|that|whose|because|when|while|since)\b)[\w'’-]+){0,4}?\s+"
_PERSON_AT_FAULT: Final = re.compile(rf"\b(?P<who>{_PEOPLE}){_BETWEEN}(?P<what>{_FAULT})", re.I)
_BY_PERSON: Final = re.compile(
    r"\b(?:caused|broken|triggered|deleted|misconfigured|introduced|forgotten|overlooked|missed|ignored|mistyped)(?:\s+\w+){0,2}"
    rf"\s+by\s+(?:(?:an?|the|our|one)\s+)?(?:[\w-]+\s+){{0,2}}?(?:{_ROLES})\b",
    re.I,
)
_JUDGEMENT: Final = re.compile(
    r"\b(?:carelessness|careless(?:ly)?|negligen(?:ce|t)|incompeten(?:ce|t)|sloppy|sloppiness|lazy|laziness|stupid(?:ity|ly)?|"
    r"reckless(?:ly)?|irresponsible|idiot(?:ic)?|dumb|bad judge?ment|foolish(?:ly)?|inexcusable|unforgivable|embarrassing|"
    r"shameful)\b|"
    r"\b(?:their|his|her|whose|someone['’]s|somebody['’]s|\w+['’]s)\s+(?:own\s+)?(?:fault|mistake|negligence|oversight|blunder|"
    r"carelessness|failure to|inattention|lack of (?:care|attention|diligence|discipline))\b|"
    r"\black of (?:care|attention|diligence|discipline|common sense)\b|\b(?:simply|just) forgot\b|\bto blame\b",
    re.I,
)
_HINDSIGHT: Final = re.compile(rf"\bif only\b|\bhad (?:{_PEOPLE})\s+(?:\w+ly\s+|only\s+|just\s+)?\w+(?:ed|en|own|ught|t)\b", re.I)
_NAME: Final = re.compile(r"(?<![\w.])@[a-z][\w.-]{2,}\b|\b[\w.+-]+@[\w-]+\.[\w.-]+\b", re.I)
_SYSTEM_SUBJECT: Final = re.compile(
    r"\b(?:services?|pods?|jobs?|alerts?|deploys?|requests?|probes?|checks?|scripts?|nodes?|clients?|servers?)\s*$", re.I
)


BlameKind = Literal["person", "judgement", "hindsight", "name"]


@dataclass(frozen=True)
class Blame:
    """Words that blame.

    Attributes
    ----------
    kind : str
        `person` for people as the subject of something that went wrong; `judgement` for a word that judges people;
        `hindsight` for what would have happened if people had acted differently; `name` for an e-mail address or a handle.
    words : str
        The words.
    """

    kind: BlameKind
    words: str


def find_blame(text: str) -> list[Blame]:
    """Return the words of a text that blame people.

    Parameters
    ----------
    text : str
        Prose without quotations.

    Examples
    --------
    >>> find_blame("The service failed to connect."), [blame.kind for blame in find_blame("The engineer failed to check.")]
    ([], ['person'])
    """
    blames = [Blame("name", match[0]) for match in _NAME.finditer(text)]
    blames += [Blame("person", match[0]) for match in _PERSON_AT_FAULT.finditer(text) if not _SYSTEM_SUBJECT.search(match["who"])]
    blames += [Blame("person", match[0]) for match in _BY_PERSON.finditer(text)]
    blames += [Blame("hindsight", match[0]) for match in _HINDSIGHT.finditer(text)]
    reported = " ".join(blame.words.casefold() for blame in blames)
    judgements = (match[0] for match in _JUDGEMENT.finditer(text))
    return [*blames, *(Blame("judgement", words) for words in judgements if words.casefold() not in reported)]

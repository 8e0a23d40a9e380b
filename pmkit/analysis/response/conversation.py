"""What a chat message contributes to the timeline of an incident."""

from __future__ import annotations

import re
from typing import Final

import pandas as pd

# What makes a chat message matter, by what it does; the first pattern that matches names it.
MATTERS: Final = {
    "acknowledgement": r"\back(nowledged?|ing)?\b|\bon it\b|\binvestigating\b|\blooking\b|"
    r"\b(i|i['’]?ll|i will|we) (take|am taking|are taking) (this|it|over)\b|\b(i['’]?m|i am|we are) on this\b",
    "command": r"\b(take|took|taking|hand(ing)? over) command\b|\bincident commander\b|\bseverity\b|\bsev ?\d\b|\bescalat",
    "decision": r"\bdecision\b|\bdecided?\b|\bwe (will|switch|roll|revert|restart|fail over|scale)\b",
    "action": r"\b(roll(ed|ing)?|rollback|revert(ed|ing)?|restart(ed|ing)?|fail(ed)? over|switch(ed|ing)?|drain|scal(ed?|ing)|"
    r"disabl|deploy)",
    "finding": r"\b(because|cause[ds]?|found|shows?|logs?|only|crash(es)?|leaks?|exhausted|timeouts?|dead|idle|waits?|"
    r"does not|no change)\b",
    "report": r"\b(customers?|users?|clients?|support|complain|cannot|unusable|spins|stuck|broken|failing)\b|"
    r"\b(is|are|was|were)(n['’]?t| not) \w+ing\b|\b(is|are) down\b|\bno longer\b",
    "recovery": r"\b(all clear|back|recover|resolved|again|going down|fixed|mitigated|works)\b",
}

ACKNOWLEDGES: Final = re.compile(
    r"\b(ack(nowledged?|ing)?|on it|(i['’]?m|i am|we are) on this|looking( into)?|investigating|"
    r"(taking|i take|i['’]?ll take|i will take) (this|it|over))\b",
    re.I,
)
ALL_CLEAR: Final = re.compile(r"\b(all clear|incident (is )?(over|resolved|closed)|fully recovered|resolved)\b", re.I)
# What comes before words that do not hold yet, within one sentence, and what makes a question of them.
_NOT_YET: Final = re.compile(
    r"\b(?:not|never|cannot|until|till|once|when|whether|if|unless|before|almost|nearly|hopefully|should be|will be)\b"
    r"[^.,;!?\n]*$|n['’]t\b[^.,;!?\n]*$|\bno\s+$",
    re.I,
)
_ASKED: Final = re.compile(r"[^.,;!?\n]*\?")
# What a time to the minute leaves open.
_MINUTE: Final = pd.Timedelta(minutes=1) - pd.Timedelta(microseconds=1)
_MACHINE: Final = re.compile(r"bot\b|alert|pager|monitor|webhook|jenkins|github|gitlab|opsgenie|grafana", re.I)
# Kinds of messages that show that their author knows of the incident.
_AWARE: Final = ("acknowledgement", "command", "report")


def by_people(messages: pd.DataFrame) -> pd.DataFrame:
    """Return the messages that no machine posted."""
    return messages[~messages["author_role"].fillna("").str.contains(_MACHINE)]


def classify(text: str) -> str | None:
    """Return what a chat message contributes, a key of `MATTERS`; None when it does not matter.

    Examples
    --------
    >>> classify("decision: roll catalog back"), classify("good morning"), classify("Mails are not going out, I take this.")
    ('decision', None, 'acknowledgement')
    """
    return next((kind for kind, pattern in MATTERS.items() if re.search(pattern, text, re.I)), None)


def states(text: str, pattern: re.Pattern[str]) -> bool:
    """Return whether a text states what a pattern matches: it is neither negated, nor awaited, nor asked.

    Examples
    --------
    >>> [states(text, ALL_CLEAR) for text in ("all clear", "not resolved yet", "I'll write once it is resolved", "resolved?")]
    [True, False, False, False]
    """
    return any(
        not _NOT_YET.search(text, 0, match.start()) and not _ASKED.match(text, match.end()) for match in pattern.finditer(text)
    )


def state(messages: pd.DataFrame, pattern: re.Pattern[str]) -> pd.Series:
    """Return for each message whether its text states what a pattern matches, see `states`."""
    return messages["text"].map(lambda text: states(text, pattern), na_action="ignore").fillna(value=False).astype(bool)


def latest_times(messages: pd.DataFrame) -> pd.Series:
    """Return for each message the latest time at which it may have been written.

    A chat that was copied from a window has minutes only: where no time of an export has seconds, a message may be up to a
    minute younger.
    """
    seconds = messages["at"] - messages["at"].dt.floor("min")
    is_to_the_minute = seconds.eq(pd.Timedelta(0)).groupby(messages["source"], dropna=False).transform("all").astype(bool)
    return messages["at"].where(~is_to_the_minute, messages["at"] + _MINUTE)


def shows_awareness(messages: pd.DataFrame) -> pd.Series:
    """Return for each message whether its author has noticed that something is wrong."""
    is_aware = messages["text"].map(lambda text: classify(text) in _AWARE, na_action="ignore")
    return is_aware.fillna(value=False).astype(bool)

"""What a chat message does for the story of an incident."""

from __future__ import annotations

import re
from typing import Final

import pandas as pd

MATTERS: Final = {
    "acknowledgement": r"\back(nowledged?|ing)?\b|\bon it\b|\binvestigating\b|\blooking\b",
    "command": r"\b(take|took|taking|hand(ing)? over) command\b|\bincident commander\b|\bseverity\b|\bsev ?\d\b|\bescalat",
    "decision": r"\bdecision\b|\bdecided?\b|\bwe (will|switch|roll|revert|restart|fail over|scale)\b",
    "action": r"\b(roll(ed|ing)?|rollback|revert(ed|ing)?|restart(ed|ing)?|fail(ed)? over|switch(ed|ing)?|drain|scal(ed?|ing)|"
    r"disabl|deploy)",
    "finding": r"\b(because|cause[ds]?|found|shows?|logs?|only|crash(es)?|leaks?|exhausted|timeouts?|dead|idle|waits?|"
    r"does not|no change)\b",
    "report": r"\b(customers?|users?|clients?|support|complain|cannot|unusable|spins)\b",
    "recovery": r"\b(all clear|back|recover|resolved|again|going down|fixed|mitigated|works)\b",
}
"""What makes a chat message matter, by what it does; the first that fits names it."""

ACKNOWLEDGES: Final = re.compile(r"\b(ack(nowledged?|ing)?|on it|looking( into)?|taking (this|it|over)|investigating)\b", re.I)
ALL_CLEAR: Final = re.compile(r"\b(all clear|incident (is )?(over|resolved|closed)|fully recovered|resolved)\b", re.I)
_MACHINE: Final = re.compile(r"bot\b|alert|pager|monitor|webhook|jenkins|github|gitlab|opsgenie|grafana", re.I)
_NOTICES: Final = ("acknowledgement", "command", "report")


def by_people(messages: pd.DataFrame) -> pd.DataFrame:
    """Leave out the messages that machines post."""
    return messages[~messages["author_role"].fillna("").str.contains(_MACHINE)]


def matters(text: str) -> str | None:
    """Say what a chat message does for the story; None when it does not matter.

    Examples
    --------
    >>> matters("decision: roll catalog back"), matters("good morning")
    ('decision', None)
    """
    return next((kind for kind, pattern in MATTERS.items() if re.search(pattern, text, re.I)), None)


def says(messages: pd.DataFrame, pattern: re.Pattern[str]) -> pd.Series:
    """Tell which messages say something."""
    return messages["text"].map(lambda text: bool(pattern.search(text)), na_action="ignore").fillna(value=False).astype(bool)


def notices(messages: pd.DataFrame) -> pd.Series:
    """Tell which messages show that somebody has noticed that something is wrong."""
    kinds = messages["text"].map(matters, na_action="ignore")
    return kinds.isin(_NOTICES)

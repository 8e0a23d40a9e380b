"""One ordered story from changes, impact, alerts, chat and people's notes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise, zip_longest
from typing import Final

import pandas as pd

from pmkit.analysis.causes.suspects import describe_change
from pmkit.analysis.impact.impact import Impact
from pmkit.analysis.impact.metric_signals import describe_move
from pmkit.analysis.response.conversation import by_people, matters
from pmkit.analysis.response.milestones import Response
from pmkit.analysis.rows import evidence, phrase
from pmkit.core.wording import listing, percent, plural, short
from pmkit.incident.model import EntryEdit

LEAD_S: Final = 86_400
"""How long before the impact the story begins, seconds."""
TOGETHER_S: Final = 60
"""Alerts of one name that fire or resolve within this time are one entry, seconds."""
MOST_WORDS: Final = 600
"""So many characters of a message are told."""
LONG_GAP_S: Final = 900
"""A silence during the impact that is longer than this is pointed out, seconds."""

NOTABLE_S: Final = 30
"""Latency that rises earlier than this before the first error is an entry of its own, seconds."""

MOST: Final = 150
"""Of more entries, some are left out where people read them."""
_NAMED: Final = 4
_MANY: Final = {"change": "change", "alert": "alert event", "message": "chat message"}

KINDS: Final = ("change", "impact", "pattern", "metric", "alert", "message", "note")
"""Kinds of entries, in their order within one second."""


@dataclass(frozen=True)
class Entry:
    """One entry of the timeline.

    Attributes
    ----------
    at : Timestamp
        When, UTC.
    kind : str
        change, impact, pattern, metric, alert, message or note.
    text : str
        What happened, in one sentence.
    source : str or None
        Evidence, `file:line`.
    key : bool
        Whether people marked it as one that tells the story.
    hidden : bool
        Whether people chose to leave it out.
    """

    at: pd.Timestamp
    kind: str
    text: str
    source: str | None
    key: bool = False
    hidden: bool = False

    def is_named(self, at: pd.Timestamp, kind: str, source: str | None) -> bool:
        """Tell whether it is the entry of that time (to the second), kind and evidence."""
        return (kind, source, at.floor("s")) == (self.kind, self.source, self.at.floor("s"))


def build_timeline(
    impact: Impact,
    response: Response,
    changes: pd.DataFrame,
    messages: pd.DataFrame,
    patterns: pd.DataFrame,
    *,
    moves: pd.DataFrame,
    notes: tuple[Entry, ...] = (),
    onset_source: str | None = None,
    end_source: str | None = None,
) -> tuple[Entry, ...]:
    """Order everything that tells the story.

    Parameters
    ----------
    impact, response : Impact, Response
        What was found.
    changes, messages, patterns : DataFrame
        Canonical tables and those of `patterns.changed_patterns` that rose; not changed.
    moves : DataFrame
        What `metric_signals.moved_series` returns; not changed.
    notes : tuple of Entry
        Entries that people wrote.
    onset_source, end_source : str, optional
        Evidence of the first and of the last error.

    Returns
    -------
    tuple of Entry
        By time; of the chat only messages that matter, see `chat.MATTERS`.
    """
    if not impact.detected:
        return tuple(sorted(notes, key=lambda entry: entry.at))
    resolved = response.at("resolved")
    last = max(impact.end, resolved) if resolved is not None else impact.data_end
    window = (impact.start - pd.Timedelta(seconds=LEAD_S), last)
    entries = [
        *(_change_entry(row) for _, row in changes[changes["at"].between(*window)].iterrows()),
        *_impact_entries(impact, onset_source, end_source),
        *_pattern_entries(impact, patterns),
        *_metric_entries(impact, moves),
        *_alert_entries(response.alerts),
        *_message_entries(messages[messages["at"].between(*window)]),
        *notes,
    ]
    return tuple(sorted(entries, key=_order))


def _order(entry: Entry) -> tuple[pd.Timestamp, int, pd.Timestamp, str]:
    """Sort by the second: many logs write no fractions, and a cause comes before what it causes."""
    return entry.at.floor("s"), KINDS.index(entry.kind), entry.at, entry.text


def apply_edits(entries: Sequence[Entry], edits: Sequence[tuple[pd.Timestamp, EntryEdit]]) -> tuple[Entry, ...]:
    """Apply what people make of entries.

    Parameters
    ----------
    entries : sequence of Entry
        As `build_timeline` gives them.
    edits : sequence of (Timestamp, EntryEdit)
        Each with its time in UTC; one that names no entry changes nothing.
    """
    return tuple(_edited(entry, edits) for entry in entries)


def _edited(entry: Entry, edits: Sequence[tuple[pd.Timestamp, EntryEdit]]) -> Entry:
    for at, edit in edits:
        if entry.is_named(at, edit.kind, edit.evidence):
            return replace(entry, text=edit.text or entry.text, key=edit.key, hidden=edit.hide)
    return entry


def select_entries(entries: Sequence[Entry], impact: Impact, most: int = MOST) -> tuple[Entry, ...]:
    """Choose the entries that a reader has time for.

    Parameters
    ----------
    entries : sequence of Entry
        All of them.
    impact : Impact
        What they tell of.
    most : int, optional
        So many are chosen where there are more.

    Returns
    -------
    tuple of Entry
        In their order. Changes, alerts and messages may be left out, unless people marked them: first what another of
        them says too, but for numbers, then what is furthest from the beginning and from the end of the impact.
    """
    many = [entry for entry in entries if entry.kind in _MANY and not entry.key]
    room = max(most - (len(entries) - len(many)), 0)
    if len(many) <= room:
        return tuple(entries)
    said: set[tuple[str, str]] = set()
    ranked: dict[str, list[tuple[bool, pd.Timedelta, int]]] = {kind: [] for kind in _MANY}
    for place, entry in enumerate(many):
        words = entry.kind, re.sub(r"\d+", "", entry.text)
        ranked[entry.kind].append((words in said, min(abs(entry.at - impact.start), abs(entry.at - impact.end)), place))
        said.add(words)
    turns = zip_longest(*(sorted(places) for places in ranked.values()))
    chosen = {one[-1] for one in islice((one for turn in turns for one in turn if one), room)}
    out = {id(entry) for place, entry in enumerate(many) if place not in chosen}
    return tuple(entry for entry in entries if id(entry) not in out)


def describe_omitted(entries: Sequence[Entry], chosen: Sequence[Entry]) -> str | None:
    """Say how many entries were not chosen, and of which kinds; None where all were."""
    left = Counter(entry.kind for entry in entries)
    left.subtract(entry.kind for entry in chosen)
    told = [plural(left[kind], f"more {noun}") for kind, noun in _MANY.items() if left[kind]]
    return f"The data hold {listing(told)} of this time." if told else None


def find_gaps(entries: tuple[Entry, ...], impact: Impact) -> list[tuple[pd.Timestamp, pd.Timestamp]]:
    """Find the silences during the impact that are longer than `LONG_GAP_S`."""
    times = [impact.start, *(entry.at for entry in entries if impact.start < entry.at < impact.end), impact.end]
    return [(a, b) for a, b in pairwise(times) if (b - a).total_seconds() > LONG_GAP_S]


def _change_entry(row: pd.Series) -> Entry:
    words = describe_change(row)
    by = "" if pd.isna(row["actor_role"]) else f" ({row['actor_role']})"
    return Entry(pd.Timestamp(row["at"]), "change", f"{words[0].upper()}{words[1:]}{by}.", evidence(row))


def _impact_entries(impact: Impact, onset: str | None, end: str | None) -> Iterator[Entry]:
    if (
        impact.slow_from is not None
        and "errors" in impact.signals
        and impact.start - impact.slow_from > pd.Timedelta(seconds=NOTABLE_S)
    ):
        yield Entry(impact.slow_from, "impact", "Responses become slower than usual.", None)
    thing = (
        "impaired request"
        if impact.measured_on.unit == "request" and "errors" not in impact.signals
        else impact.measured_on.failure
    )
    began = "The data begin; the impact had begun before." if impact.began_before else f"Impact begins: the first {thing} of it."
    yield Entry(impact.start, "impact", began, onset)
    if impact.failed_requests and impact.measured_on.unit == "request":
        yield Entry(
            max(impact.peak_at, impact.start),
            "impact",
            f"Peak: {percent(impact.peak_error_ratio)} of this minute's requests fail.",
            None,
        )
    ended = "The data end; the impact had not." if impact.ongoing else f"Impact ends: the last {thing} of it."
    yield Entry(impact.end, "impact", ended, end)


def _pattern_entries(impact: Impact, patterns: pd.DataFrame) -> Iterator[Entry]:
    new = patterns[~patterns["general"] & (patterns["before"] == 0)]
    new = new[new["first_seen"] >= impact.start - pd.Timedelta(seconds=TOGETHER_S)]
    for _, row in new.sort_values("first_seen").head(1).iterrows():
        text = f"First new error message{phrase(' from ', row['service'])}: “{short(row['example'])}”."
        yield Entry(pd.Timestamp(row["first_seen"]), "pattern", text, evidence(row))


def _metric_entries(impact: Impact, moves: pd.DataFrame) -> Iterator[Entry]:
    """Tell of the metric that moved first, if that was well before the impact."""
    early = moves[moves["moved_at"] < impact.start - pd.Timedelta(seconds=NOTABLE_S)]
    for _, row in early.sort_values(["moved_at", "series"]).head(1).iterrows():
        yield Entry(pd.Timestamp(row["moved_at"]), "metric", f"{describe_move(row)}.", evidence(row))


def _alert_entries(alerts: pd.DataFrame) -> Iterator[Entry]:
    for column, verb in (("started_at", "fire"), ("resolved_at", "resolve")):
        known = alerts.dropna(subset=[column]).sort_values([column, "alert_id"])
        for name, group in known.groupby("name", sort=False):
            together = (group[column].diff().dt.total_seconds() > TOGETHER_S).cumsum()
            for _, same in group.groupby(together):
                first = same.iloc[0]
                text = _one_alert(first, verb) if len(same) == 1 else _several_alerts(str(name), same, verb)
                yield Entry(pd.Timestamp(first[column]), "alert", text, evidence(first))


def _one_alert(alert: pd.Series, verb: str) -> str:
    told = "" if verb == "resolve" or pd.isna(alert["summary"]) else f": {str(alert['summary']).rstrip('.')}"
    return f"Alert {alert['name']} {verb}s{told}."


def _several_alerts(name: str, alerts: pd.DataFrame, verb: str) -> str:
    services = list(dict.fromkeys(alerts["service"].dropna()))
    about = f" for {listing(services, _NAMED)}" if services else ""
    return f"{plural(len(alerts), f'{name} alert')} {verb}{about}."


def _message_entries(messages: pd.DataFrame) -> Iterator[Entry]:
    for _, row in by_people(messages).iterrows():
        if matters(row["text"]):
            role = "Somebody" if pd.isna(row["author_role"]) else str(row["author_role"])
            text = f"{role[0].upper()}{role[1:]}: “{short(str(row['text']), MOST_WORDS)}”"
            yield Entry(pd.Timestamp(row["at"]), "message", text, evidence(row))

"""The timeline: changes, impact, alerts, chat messages and people's notes in order of time."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise, zip_longest
from typing import Final, Literal, get_args

import pandas as pd

from pmkit.analysis.causes.first_signs import LEAD_S, describe_first, first_new_messages, new_errors
from pmkit.analysis.causes.suspects import describe_change
from pmkit.analysis.impact.impact import Impact
from pmkit.analysis.impact.metric_signals import describe_move
from pmkit.analysis.impact.time_bins import TimeSpan
from pmkit.analysis.response.conversation import by_people, classify
from pmkit.analysis.response.milestones import Response
from pmkit.analysis.rows import evidence, phrase
from pmkit.core.wording import listing, percent, plural, short
from pmkit.incident.confirmed_facts import DataEntryKind, EntryEdit

# Kinds of entries, in their order within one second; notes are written by people.
EntryKind = Literal[DataEntryKind, "note"]
KINDS: Final[tuple[EntryKind, ...]] = get_args(EntryKind)

# How long before the impact the timeline begins, seconds.
TIMELINE_LEAD_S: Final = 86_400
# Alerts of one name that fire or resolve within this time are one entry, seconds.
TOGETHER_S: Final = 60
# A chat message is cut after this many characters.
MOST_CHARACTERS: Final = 600
# Silences during the impact that are longer than this are pointed out, seconds.
LONG_GAP_S: Final = 900
# Latency that rises earlier than this before the first error is an entry of its own, seconds.
NOTABLE_S: Final = 30
# Readers see no more entries than this.
MOST: Final = 150
# Kinds of entries that readers do not need in full, with the noun for what is omitted.
_OMITTABLE: Final[dict[EntryKind, str]] = {"change": "change", "alert": "alert event", "message": "chat message"}
_MOST_SERVICES: Final = 4


@dataclass(frozen=True)
class Entry:
    """One entry of the timeline.

    Attributes
    ----------
    at : Timestamp
        When, UTC.
    kind : str
        One of `KINDS`.
    text : str
        What happened, in one sentence.
    source : str or None
        Evidence, `file:line`.
    key : bool
        Whether people marked it as one of the entries that matter most.
    hidden : bool
        Whether people chose to leave it out.
    is_dated : bool
        Whether its time is known; if not, `at` is only its place in the order.
    until : Timestamp or None
        When it ended, if it took a while.
    is_written : bool
        Whether a person wrote the text, which is Markdown then.
    place : Timestamp or None
        Its place in the order if that is not `at`, such as that of a day below a time of the day.
    """

    at: pd.Timestamp
    kind: EntryKind
    text: str
    source: str | None
    key: bool = False
    hidden: bool = False
    is_dated: bool = True
    until: pd.Timestamp | None = None
    is_written: bool = False
    place: pd.Timestamp | None = None

    def matches(self, at: pd.Timestamp, kind: str, source: str | None) -> bool:
        """Return whether the entry has this time (to the second), kind and evidence."""
        return (kind, source, at.floor("s")) == (self.kind, self.source, self.at.floor("s"))


def build_timeline(
    impact: Impact,
    response: Response,
    changes: pd.DataFrame,
    messages: pd.DataFrame,
    patterns: pd.DataFrame,
    *,
    signs: pd.DataFrame,
    moves: pd.DataFrame,
    notes: tuple[Entry, ...] = (),
    onset_source: str | None = None,
    end_source: str | None = None,
) -> tuple[Entry, ...]:
    """Build the timeline of an incident.

    Parameters
    ----------
    impact, response : Impact, Response
        The impact and the response to it.
    changes, messages, patterns, signs, moves : DataFrame
        Canonical tables, the log patterns that rose, first signs and series that moved; not changed.
    notes : tuple of Entry
        Entries that people wrote.
    onset_source, end_source : str, optional
        Evidence of the first and of the last error.

    Returns
    -------
    tuple of Entry
        Sorted by time; of the chat messages, only those that matter, see `conversation.MATTERS`.
    """
    if not impact.detected and impact.measured:
        return tuple(sorted(notes, key=_order))
    window = _period(impact, response)
    entries = [
        *(_change_entry(row) for _, row in changes[changes["at"].between(*window)].iterrows()),
        *_impact_entries(impact, onset_source, end_source),
        *_pattern_entries(impact, patterns, signs),
        *_metric_entries(impact, moves),
        *_alert_entries(response.alerts),
        *_message_entries(messages[messages["at"].between(*window)]),
        *notes,
    ]
    return tuple(sorted(entries, key=_order))


def _period(impact: Impact, response: Response) -> TimeSpan:
    """Return the period of which changes and messages are entries."""
    if not impact.detected:
        return impact.data_start - pd.Timedelta(seconds=TIMELINE_LEAD_S), impact.data_end
    resolved = response.at("resolved")
    last = max(impact.end, resolved) if resolved is not None else max(impact.end, impact.data_end)
    return impact.start - pd.Timedelta(seconds=TIMELINE_LEAD_S), last


def _order(entry: Entry) -> tuple[pd.Timestamp, int, pd.Timestamp, str]:
    """Return the sort key of an entry: by the second, because many logs write no fractions; people's in their own order."""
    text = "" if entry.kind == "note" else entry.text
    return (place := entry.place or entry.at).floor("s"), KINDS.index(entry.kind), place, text


def apply_edits(entries: Sequence[Entry], edits: Sequence[tuple[pd.Timestamp, EntryEdit]]) -> tuple[Entry, ...]:
    """Return the entries with the edits that people made.

    Parameters
    ----------
    entries : sequence of Entry
        As `build_timeline` returns them.
    edits : sequence of (Timestamp, EntryEdit)
        Each with its time in UTC; an edit that matches no entry changes nothing.
    """
    return tuple(_edited(entry, edits) for entry in entries)


def _edited(entry: Entry, edits: Sequence[tuple[pd.Timestamp, EntryEdit]]) -> Entry:
    for at, edit in edits:
        if entry.matches(at, edit.kind, edit.evidence):
            return replace(entry, text=edit.text or entry.text, key=edit.key, hidden=edit.hide, is_written=bool(edit.text))
    return entry


def select_entries(entries: Sequence[Entry], impact: Impact, most: int = MOST) -> tuple[Entry, ...]:
    """Select the entries that a reader has time for.

    Parameters
    ----------
    entries : sequence of Entry
        All of them.
    impact : Impact
        The impact that they are about.
    most : int, optional
        No more entries than this are selected, unless people or the analysis marked more of them.

    Returns
    -------
    tuple of Entry
        In their order. Changes, alerts and messages may be omitted, unless people marked them: first those that repeat
        another one except for its numbers, then those farthest from the start and the end of the impact.
    """
    omittable = [entry for entry in entries if entry.kind in _OMITTABLE and not entry.key]
    room = max(most - (len(entries) - len(omittable)), 0)
    if len(omittable) <= room:
        return tuple(entries)
    kept = set(islice(_by_importance(omittable, impact), room))
    omitted = {id(entry) for place, entry in enumerate(omittable) if place not in kept}
    return tuple(entry for entry in entries if id(entry) not in omitted)


def _by_importance(entries: Sequence[Entry], impact: Impact) -> Iterator[int]:
    """Yield the positions of the entries, the most important first, alternating between the kinds."""
    texts: set[tuple[str, str]] = set()
    ranked: dict[str, list[tuple[bool, pd.Timedelta, int]]] = {kind: [] for kind in _OMITTABLE}
    for place, entry in enumerate(entries):
        text = entry.kind, re.sub(r"\d+", "", entry.text)
        distance = min(abs(entry.at - impact.start), abs(entry.at - impact.end))
        ranked[entry.kind].append((text in texts, distance, place))
        texts.add(text)
    for turn in zip_longest(*(sorted(ranks) for ranks in ranked.values())):
        yield from (rank[-1] for rank in turn if rank)


def describe_omitted(entries: Sequence[Entry], selected: Sequence[Entry]) -> str | None:
    """Return a sentence on how many entries of which kinds were omitted; None when none was."""
    omitted = Counter(entry.kind for entry in entries)
    omitted.subtract(entry.kind for entry in selected)
    numbers = [plural(omitted[kind], f"more {noun}") for kind, noun in _OMITTABLE.items() if omitted[kind]]
    return f"The data contain {listing(numbers)} from this period." if numbers else None


def find_gaps(entries: Sequence[Entry], impact: Impact) -> list[TimeSpan]:
    """Return the silences during the impact that are longer than `LONG_GAP_S`."""
    gaps = []
    # A chronicle of days or weeks has no entry every quarter of an hour.
    for start, end in (span for span in impact.spans if (span[1] - span[0]).total_seconds() <= TIMELINE_LEAD_S):
        inside = sorted(entry.at for entry in entries if entry.is_dated and start < entry.at < end)
        gaps += [gap for gap in pairwise([start, *inside, end]) if (gap[1] - gap[0]).total_seconds() > LONG_GAP_S]
    return gaps


def _change_entry(row: pd.Series) -> Entry:
    words = describe_change(row)
    by = f" ({row['actor_role']})" if phrase("", row["actor_role"]) else ""
    return Entry(pd.Timestamp(row["at"]), "change", f"{words[0].upper()}{words[1:]}{by}.", evidence(row))


def _impact_entries(impact: Impact, onset_source: str | None, end_source: str | None) -> Iterator[Entry]:
    """Yield the beginning and the end of each window, and the peak."""
    by_errors = "errors" in impact.signals
    if impact.slow_from is not None and by_errors and impact.start - impact.slow_from > pd.Timedelta(seconds=NOTABLE_S):
        yield Entry(impact.slow_from, "impact", "Responses become slower than usual.", None)
    requests = impact.measured_on.unit == "request"
    failure = "impaired request" if requests and not by_errors else impact.measured_on.failure
    before, after = ("before the ", "after the ") if impact.measured_on.unit == "sample" else ("", "")
    for number, window in enumerate(impact.windows, 1):
        which = f"Impact {number} of {len(impact.windows)}" if len(impact.windows) > 1 else "Impact"
        began = "confirmed" if window.start_confirmed else f"{before}first {failure}"
        ended = "confirmed" if window.end_confirmed else f"{after}last {failure}"
        first, last = number == 1, window.end == impact.end
        text = f"{which} begins ({began})."
        text = "The data begin; the impact had begun before." if first and impact.began_before else text
        yield Entry(window.start, "impact", text, onset_source if first and not window.start_confirmed else None)
        text = "The data end; the impact had not." if last and impact.ongoing else f"{which} ends ({ended})."
        yield Entry(window.end, "impact", text, end_source if last and not window.end_confirmed else None)
    if impact.failed_requests and requests:
        peak = f"Peak: {percent(impact.peak_error_ratio)} of requests in this minute failed."
        yield Entry(max(impact.peak_at, impact.start), "impact", peak, None)


def _pattern_entries(impact: Impact, patterns: pd.DataFrame, signs: pd.DataFrame) -> Iterator[Entry]:
    errors = new_errors(patterns, signs)
    errors = errors[errors["first_seen"] >= impact.start - pd.Timedelta(seconds=LEAD_S)]
    for noun, row in first_new_messages(errors, signs):
        yield Entry(pd.Timestamp(row["first_seen"]), "pattern", f"{describe_first(noun, row)}.", evidence(row))


def _metric_entries(impact: Impact, moves: pd.DataFrame) -> Iterator[Entry]:
    """Yield an entry for the metric that moved first, if that was well before the impact."""
    early = moves[moves["moved_at"] < impact.start - pd.Timedelta(seconds=NOTABLE_S)]
    for _, row in early.sort_values(["moved_at", "series"]).head(1).iterrows():
        yield Entry(pd.Timestamp(row["moved_at"]), "metric", f"{describe_move(row)}.", evidence(row))


def _alert_entries(alerts: pd.DataFrame) -> Iterator[Entry]:
    for column, verb in (("started_at", "fire"), ("resolved_at", "resolve")):
        timed = alerts.dropna(subset=[column]).sort_values([column, "alert_id"])
        for name, alerts_of_name in timed.groupby("name", sort=False):
            group = (alerts_of_name[column].diff().dt.total_seconds() > TOGETHER_S).cumsum()
            for _, together in alerts_of_name.groupby(group):
                first = together.iloc[0]
                text = _one_alert(first, verb) if len(together) == 1 else _several_alerts(str(name), together, verb)
                yield Entry(pd.Timestamp(first[column]), "alert", text, evidence(first))


def _one_alert(alert: pd.Series, verb: str) -> str:
    summary = "" if verb == "resolve" else phrase(": ", alert["summary"]).rstrip(".")
    return f"Alert {alert['name']} {verb}s{summary}."


def _several_alerts(name: str, alerts: pd.DataFrame, verb: str) -> str:
    services = list(dict.fromkeys(alerts["service"].dropna()))
    about = f" for {listing(services, _MOST_SERVICES)}" if services else ""
    return f"{plural(len(alerts), f'{name} alert')} {verb}{about}."


def _message_entries(messages: pd.DataFrame) -> Iterator[Entry]:
    for _, row in by_people(messages).iterrows():
        if classify(row["text"]):
            role = phrase("", row["author_role"]) or "somebody"
            text = f"{role[0].upper()}{role[1:]}: “{short(str(row['text']), MOST_CHARACTERS)}”"
            yield Entry(pd.Timestamp(row["at"]), "message", text, evidence(row))

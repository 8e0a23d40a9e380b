"""Patterns and timeline show what really happened, each with its evidence."""

from __future__ import annotations

import gzip
import re
from dataclasses import replace

import pandas as pd
import pytest
from backports import zstd
from conftest import DATA, RECORDED, findings_of

from pmkit.analysis.causes import log_patterns
from pmkit.analysis.response import timeline
from pmkit.core import schema
from pmkit.core.schema import conform
from pmkit.findings.findings import Findings
from pmkit.incident.service_level import ErrorRule

CULPRITS = {
    "INC-2026-1012": ("deploy of catalog v2.4.1", "/api/search failed: max() arg is an empty sequence"),
    "INC-2026-1103": ("deploy of checkout v3.8.0", "no database connection for <*>"),
    "INC-2026-1112": ("configuration change of network, netpol-214", "database unavailable: connection timeout expired"),
    "INC-2026-1123": ("deploy of catalog v2.6.0", "/api/search failed: max() arg is an empty sequence"),
}


@pytest.mark.parametrize("incident_id", RECORDED)
def test_the_characteristic_error_message_comes_first(incident_id) -> None:
    patterns = findings_of(incident_id).patterns
    first = patterns.iloc[0]
    assert (first["template"], first["severity"], first["before"]) == (CULPRITS[incident_id][1], "ERROR", 0)
    assert first["during"] > 100
    assert not (patterns["template"] == "request completed").any()


def test_the_timeline_is_in_order_and_contains_every_kind_of_entry(recorded: Findings) -> None:
    times = [entry.at.floor("s") for entry in recorded.entries]
    assert times == sorted(times)
    kinds = {entry.kind for entry in recorded.entries}
    assert {"change", "impact", "pattern", "alert", "message"} <= kinds <= set(timeline.KINDS)


def test_the_trigger_comes_before_the_onset(recorded: Findings) -> None:
    texts = [entry.text for entry in recorded.entries]
    trigger = next(n for n, text in enumerate(texts) if CULPRITS[recorded.incident.id][0].split()[-1] in text)
    onset = next(n for n, text in enumerate(texts) if text.startswith("Impact begins"))
    assert trigger < onset


def line_of(place: str, folder) -> str:
    source, _, number = place.rpartition(":")
    content = (folder / source).read_bytes()
    if source.endswith(".gz"):
        content = gzip.decompress(content)
    elif source.endswith(".zst"):
        content = zstd.decompress(content)
    return content.decode().split("\n")[int(number) - 1]


def test_evidence_cites_the_line_it_comes_from(recorded: Findings) -> None:
    folder = DATA / recorded.incident.id
    cited = {entry.text: entry.source for entry in recorded.entries if entry.source and entry.kind != "note"}
    assert len(cited) >= 12
    for text, place in cited.items():
        assert line_of(place, folder), text
    first = next(place for text, place in cited.items() if text.startswith("Impact begins"))
    assert '" 50' in line_of(first, folder)
    last = next(place for text, place in cited.items() if text.startswith("Impact ends"))
    assert '" 50' in line_of(last, folder)
    for _, pattern in recorded.patterns.iterrows():
        assert pattern["example"][:40] in line_of(f"{pattern['source']}:{pattern['line']}", folder).replace('\\"', '"')


def test_alerts_of_the_same_name_that_fire_together_are_one_entry() -> None:
    fired = [entry.text for entry in findings_of("INC-2026-1112").entries if "HighErrorRatio alerts fire" in entry.text]
    assert fired == ["4 HighErrorRatio alerts fire for catalog and checkout."]


def test_notes_from_people_are_in_the_timeline() -> None:
    notes = [entry for entry in findings_of("INC-2026-1012").entries if entry.kind == "note"]
    lines = (DATA / "INC-2026-1012" / "incident.yaml").read_text().splitlines()
    place = f"incident.yaml:{lines.index('  - at: 2026-10-12 16:13:30') + 1}"
    assert [(note.at.isoformat(), note.source) for note in notes] == [("2026-10-12T14:13:30+00:00", place)]


def templates(*counts: tuple[str, str, int, int, int]) -> pd.DataFrame:
    """Return the counts of messages in one minute each before, during and after an impact."""
    times = [pd.Timestamp(f"2026-01-17T03:0{minute}:00Z") for minute in (0, 1, 2)]
    rows = [
        {"bin": at, "first_at": at, "service": "a", "severity": severity, "template": text, "example": text, "events": n,
         "source": "a.log", "line": 1}
        for text, severity, *several in counts for at, n in zip(times, several, strict=True) if n
    ]  # fmt: skip
    return conform(pd.DataFrame(rows), schema.TEMPLATES)


def test_messages_are_classified_as_new_more_less_or_gone() -> None:
    changed = log_patterns.changed_patterns(
        templates(
            ("pool exhausted", "ERROR", 0, 40, 0),
            ("retrying", "WARN", 5, 90, 6),
            ("request done", "INFO", 400, 60, 410),
            ("heartbeat", "INFO", 60, 0, 60),
            ("steady", "INFO", 100, 101, 99),
            ("came after", "INFO", 0, 0, 80),
        ),
        [(pd.Timestamp("2026-01-17T03:01:00Z"), pd.Timestamp("2026-01-17T03:01:50Z"))],
        (pd.Timestamp("2026-01-17T03:00:00Z"), pd.Timestamp("2026-01-17T03:02:50Z")),
        ErrorRule(),
    )
    assert dict(zip(changed["template"], changed["change"], strict=True)) == {
        "pool exhausted": "new",
        "retrying": "more",
        "request done": "less",
        "heartbeat": "gone",
    }
    assert list(changed["template"][:2]) == ["pool exhausted", "retrying"]


def test_messages_that_became_rarer_in_a_recording_are_reported(findings: Findings) -> None:
    assert list(findings.faded["template"]) == ["request handled"]
    assert list(findings.faded["change"]) == ["less"]
    assert set(findings.patterns["change"]) <= {"new", "more"}


def test_the_timeline_shows_the_start_peak_and_end_of_the_impact(recorded: Findings) -> None:
    texts = [entry.text for entry in recorded.entries if entry.kind == "impact" and not entry.text.startswith("Responses")]
    begin, peak, end = texts
    assert begin == "Impact begins (first failed request)."
    assert re.fullmatch(r"Peak: \d+% of requests in this minute failed\.", peak.replace("\u00a0", " "))
    assert end == "Impact ends (last failed request)."
    cut = replace(recorded.impact, ongoing=True, began_before=True)
    entries = timeline.build_timeline(
        cut,
        recorded.response,
        recorded.changes,
        recorded.messages,
        recorded.patterns,
        signs=recorded.first_signs,
        moves=recorded.metrics,
    )
    first, *_, last = [entry.text for entry in entries if entry.kind == "impact" and not entry.text.startswith("Responses")]
    assert (first, last) == ("The data begin; the impact had begun before.", "The data end; the impact had not.")


def stormed(recorded: Findings, number: int) -> tuple[timeline.Entry, ...]:
    """Return a timeline with very many more changes, alerts and messages."""
    start, length = recorded.impact.start, recorded.impact.end - recorded.impact.start
    more = [
        timeline.Entry(start + length * (n / number), kind, f"{words} {n}.", f"a.log:{n}")
        for kind, words in (("change", "Deploy of v"), ("alert", "Alert fires"), ("message", "Somebody: still failing"))
        for n in range(number)
    ]
    return tuple(sorted([*recorded.entries, *more], key=lambda entry: entry.at))


def test_a_very_long_timeline_keeps_the_entries_that_tell_the_story(recorded: Findings) -> None:
    marked = timeline.Entry(recorded.impact.start, "message", "Somebody: still failing 999.", "a.log:1", key=True)
    every = (*stormed(recorded, 1_000), marked)
    shown = timeline.select_entries(every, recorded.impact)
    assert len(shown) == timeline.MOST
    assert list(shown) == [entry for entry in every if entry in shown]
    assert marked in shown
    assert {entry for entry in every if entry.kind in ("impact", "pattern", "metric", "note")} <= {*shown}
    shown_texts = {re.sub(r"\d", "", entry.text) for entry in shown}
    assert {re.sub(r"\d", "", entry.text) for entry in recorded.entries} <= shown_texts
    left = len(every) - len(shown)
    rest = timeline.describe_omitted(every, shown) or ""
    assert sum(int(re.sub(r"\D", "", number)) for number in re.findall(r"[\d,]+ more", rest)) == left


def test_a_short_timeline_is_shown_in_full(recorded: Findings) -> None:
    shown = timeline.select_entries(recorded.entries, recorded.impact)
    assert shown == recorded.entries
    assert timeline.describe_omitted(recorded.entries, shown) is None


def test_the_report_stays_readable_in_a_storm_of_alerts_and_changes(findings: Findings) -> None:
    from pmkit.reports import response_section, timeline_section

    row = findings.response.mitigations.iloc[0]
    many = pd.DataFrame([row.to_dict() | {"summary": f"try {n}"} for n in range(500)])
    effects = (
        *[replace(findings.response.effects[0], verdict="no effect")] * 499,
        replace(findings.response.effects[0], verdict="helped"),
    )
    response = replace(findings.response, mitigations=many, effects=effects)
    stormy = replace(findings, story=stormed(findings, 2_000), response=response)
    rows = [line for line in timeline_section.timeline(stormy).splitlines() if line.startswith("|")]
    assert len(rows) == timeline.MOST + 2
    assert "more chat messages from this period." in timeline_section.timeline(stormy)
    tried = response_section.mitigations(stormy) or ""
    assert tried.count("try ") == response_section.MOST_MITIGATIONS
    assert "try 499" in tried
    assert tried.endswith("480 more changes during the impact are not shown.")

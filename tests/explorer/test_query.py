"""Queries on the logs give the same answers as pandas on all lines."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import EXAMPLES

from pmkit.core import schema
from pmkit.explorer.logs import Logs
from pmkit.explorer.query import FACETS, Query
from pmkit.explorer.span_comparison import SpanComparison
from pmkit.findings.findings import Findings
from pmkit.store.text_search import MATCHED


@pytest.fixture(scope="module", params=["read", "held"])
def logs(findings: Findings, request) -> Logs:
    logs = Logs(findings)
    if request.param == "held":
        logs.prepare()
    return logs


@pytest.fixture(scope="module")
def lines(findings: Findings) -> pd.DataFrame:
    frame = findings.store.logs()
    assert frame.attrs["events"] == len(frame)
    return frame


def expected(lines: pd.DataFrame, query: Query) -> pd.DataFrame:
    kept = lines
    if query.start is not None:
        kept = kept[kept["timestamp"] >= query.start]
    if query.end is not None:
        kept = kept[kept["timestamp"] < query.end]
    for column, values in query.chosen.items():
        kept = kept[kept[column].astype("string").fillna("").isin(values)]
    if query.failed:
        by_status = kept["http_status"].fillna(0) >= 500
        by_severity = kept["severity"].isin(["ERROR", "FATAL"]).fillna(value=False)
        kept = kept[by_status.where(kept["http_status"].notna(), by_severity).astype(bool)]
    if query.text:
        searched = kept["message"].fillna("") + "\0" + kept["url_path"].fillna("")
        exact = (kept["client"] == query.text) | (kept["trace_id"] == query.text)
        contained = searched.str.lower().str.contains(query.text.lower(), regex=False)
        in_attributes = kept["attributes"].fillna("").str.lower().str.contains(query.text.lower(), regex=False)
        kept = kept[contained | in_attributes | exact.fillna(value=False)]
    return kept.sort_values(["timestamp", "source", "line"])


@settings(max_examples=5 * EXAMPLES, deadline=None)
@given(chance=st.randoms(use_true_random=False))
def test_a_query_counts_the_same_lines_as_pandas(findings: Findings, logs: Logs, lines: pd.DataFrame, chance) -> None:
    impact = findings.impact
    whole = [chance.choice(lines[column].dropna().unique().tolist()) for column in MATCHED]
    query = Query(text=chance.choice(["", "", "search", "CHECKOUT", "%", "'", *whole]), failed=chance.random() < 0.3)
    if chance.random() < 0.7:
        start = impact.data_start + (impact.data_end - impact.data_start) * chance.random()
        begin, end = logs.snapped(start, start + pd.Timedelta(seconds=chance.choice([1, 30, 400])))
        query = replace(query, start=begin, end=end)
    for column in chance.sample(FACETS, chance.choice([0, 0, 1, 2])):
        values = sorted(lines[column].astype("string").fillna("").unique())
        query = replace(query, chosen={**query.chosen, column: tuple(chance.sample(values, min(len(values), 2)))})
    expected_lines = expected(lines, query)
    assert logs.count(query) == len(expected_lines)
    first = logs.page(query)
    assert first[["source", "line"]].to_dict("records") == expected_lines.head(50)[["source", "line"]].to_dict("records")
    counted = logs.values("service", query)
    assert counted["events"].sum() == len(expected(lines, replace(query.without("service"), text="")))


@pytest.mark.parametrize("text", ["", "checkout", "10."])
def test_pages_contain_every_line_once_and_in_order(findings: Findings, logs: Logs, text: str) -> None:
    query = Query(*logs.snapped(findings.impact.start, findings.impact.start + pd.Timedelta("40s")), text=text)
    seen: list[tuple[str, int]] = []
    after = None
    while len(page := logs.page(query, after, size=200)):
        seen += list(zip(page["source"], page["line"], strict=True))
        last = page.iloc[-1]
        after = (last["timestamp"], str(last["source"]), int(last["line"]))
    assert len(seen) == len(set(seen)) == logs.count(query)


def test_filtering_by_template_returns_the_lines_written_from_it(findings: Findings, logs: Logs) -> None:
    query = Query(*logs.snapped(findings.impact.start, findings.impact.end))
    rising = SpanComparison(findings, logs).rising(query)
    assert len(rising)
    for _, pattern in rising.iterrows():
        narrowed = replace(
            query, template=pattern["template"], chosen={"severity": (pattern["severity"],), "service": (pattern["service"],)}
        )
        assert logs.count(narrowed) == pattern["during"]
    page = logs.page(replace(query, template=rising["template"].iloc[0]))
    assert page["message"].str.startswith(rising["template"].iloc[0].split("<*>")[0]).all()


def test_requests_are_counted_in_the_log_of_the_impact_or_in_others_with_matches(findings: Findings, logs: Logs) -> None:
    counts, sources = logs.requests(Query())
    assert sources == findings.impact.measured_on.sources
    assert counts["events"].sum() == sum(part.ledger.events for part in findings.store.parts if part.source in sources)
    versions = logs.values("version", Query(chosen={"service": ("catalog",)}))
    version = next(value for value in versions["value"] if value)
    counts, sources = logs.requests(Query(chosen={"version": (version,)}))
    assert sources
    assert set(sources).isdisjoint(findings.impact.measured_on.sources)
    assert counts["events"].sum() > 0


def test_the_span_of_the_impact_shows_the_same_common_factor_as_the_report(findings: Findings, logs: Logs) -> None:
    parts = SpanComparison(findings, logs).parts(Query(*logs.snapped(findings.impact.start, findings.impact.end)))
    assert findings.parts["what"].iloc[0] in set(parts["what"])


def test_a_span_is_widened_to_whole_bins(logs: Logs) -> None:
    begin, end = logs.snapped(pd.Timestamp("2026-10-12T14:09:46Z"), pd.Timestamp("2026-10-12T14:09:51Z"))
    assert (begin, end) == (pd.Timestamp("2026-10-12T14:09:40Z"), pd.Timestamp("2026-10-12T14:10:00Z"))
    assert (end - begin).total_seconds() % schema.BIN_S == 0

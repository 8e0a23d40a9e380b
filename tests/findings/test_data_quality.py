"""The report points out problems with the exports: time zones, clocks, gaps and copies."""

from __future__ import annotations

from datetime import timedelta

import pytest
from conftest import findings_of
from samples import access_line, access_log, at

from pmkit.findings.findings import Findings
from pmkit.findings.investigate import analyse_store, investigate
from pmkit.findings.terminal import text
from pmkit.ingest.cache import open_incident

MINUTES = 30
BAD = range(600, 900)


def shop(offset: timedelta = timedelta(0), *, zoned: bool = True, ids: bool = True, skip: range = range(0)) -> str:
    """Write the application's log of the requests in `edge`; every second request in BAD fails."""
    lines = []
    for second in range(MINUTES * 60):
        if second in skip:
            continue
        when = at(second + 0.2) + offset
        stamp = when.isoformat(timespec="milliseconds") if zoned else f"{when:%Y-%m-%d %H:%M:%S},{when.microsecond // 1000:03}"
        level = "error" if second in BAD and second % 2 == 0 else "info"
        name = f" request_id=r{second}" if ids else ""
        lines.append(f'time="{stamp}" level={level} msg="served"{name} duration_ms=10\n')
    return "".join(lines)


def edge() -> str:
    lines = []
    for second in range(MINUTES * 60):
        status = 500 if second in BAD and second % 2 == 0 else 200
        lines.append(access_line(at(second), status).rstrip("\n") + f" rid=r{second}\n")
    return "".join(lines)


@pytest.fixture
def notes(incident):
    def read(exports: dict[str, str | bytes], yaml: str = "") -> dict[str, tuple[str, ...]]:
        case = incident(exports, yaml)
        return dict(analysed(case).data_quality.set_index("source")["notes"])

    return read


def analysed(case) -> Findings:
    return analyse_store(case, open_incident(case))


def test_a_log_in_the_right_zone_gets_no_remark(notes) -> None:
    assert notes({"edge.log": edge(), "shop.log": shop(zoned=False)}) == {"edge.log": (), "shop.log": ()}


@pytest.mark.parametrize("year", [1970, 2019, 2031])
def test_an_event_whose_time_is_far_from_all_others_is_pointed_out_and_left_out(incident, year) -> None:
    stray = access_line(at(0).replace(year=year), 500)
    findings = analysed(incident({"edge.log": edge() + stray}))
    assert (findings.impact.start, findings.impact.end) == (at(600), at(898))
    assert (findings.impact.data_start.year, findings.impact.data_end.year) == (2026, 2026)
    expected = (
        f"1 event has a time far from nearly all others, the first 17 January {year}, 03:00:00: its clock may be wrong; "
        "not counted in the analysis"
    )
    assert expected in dict(findings.data_quality.set_index("source")["notes"])["edge.log"]


def test_a_sample_whose_time_is_far_from_all_others_is_left_out(incident) -> None:
    rows = "".join(f"{at(60 * minute):%Y-%m-%dT%H:%M:%SZ},{minute % 3}\n" for minute in range(200))
    findings = analysed(incident({"edge.log": edge(), "errors.csv": f"time,errors_total\n1971-01-17T03:00:00Z,5\n{rows}"}))
    (note,) = dict(findings.data_quality.set_index("source")["notes"])["errors.csv"]
    assert note.startswith("1 sample has a time far from nearly all others, the first 17 January 1971")


def test_events_of_an_earlier_month_that_are_a_part_of_the_data_are_not_left_out(notes) -> None:
    early = "".join(access_line(at(second) - timedelta(days=45)) for second in range(200))
    texts = [text for texts in notes({"edge.log": edge(), "early.log": early}).values() for text in texts]
    assert not any("far from" in text for text in texts)


@pytest.mark.parametrize("days", [1, 30.5, 61, 100])
def test_no_event_of_a_sparse_log_is_left_out(incident, days) -> None:
    times = [at(0) - timedelta(days=days * (150 - number)) for number in range(150)]
    lines = [f"{when:%Y-%m-%d %H:%M:%S} {'INFO' if n < 140 else 'ERROR'} backup\n" for n, when in enumerate(times)]
    findings = analysed(incident({"backup.log": "".join(lines)}))
    assert int(findings.impact.fine["events"].sum()) == 150
    assert (findings.impact.start, findings.impact.failed_requests) == (times[140], 10)
    assert len(findings.impact.bins) <= 101
    assert not any("far from" in text for text in findings.data_quality["notes"].iloc[0])


def test_a_few_events_decades_apart_from_the_others_do_not_blur_the_impact(incident) -> None:
    early = "".join(access_line(at(60 * minute).replace(year=1971)) for minute in range(60))
    findings = analysed(incident({"edge.log": early + edge()}))
    assert (findings.impact.start, findings.impact.end) == (at(600), at(898))
    assert findings.impact.data_start.year == 1971
    assert len(findings.impact.fine) < 1000


_PLAIN = "".join(f"2026-01-17 03:0{minute}:00 deployed cart\n" for minute in range(9))


@pytest.mark.parametrize(
    ("source", "table"),
    [
        ("alerts/pages.txt", "alerts"),
        ("changes/deploys.log", "changes"),
        ("chat/room.txt", "messages"),
        ("metrics/cpu.txt", "metrics"),
    ],
)
def test_an_export_that_was_read_as_a_log_although_its_folder_is_for_something_else_is_pointed_out(notes, source, table) -> None:
    (note,) = [text for text in notes({"logs/edge.log": edge(), source: _PLAIN})[source] if "was read as a log" in text]
    assert f"so the report has no {table} from it. If it is a log, move it to logs/" in note


def test_what_a_simple_table_needs_is_said_so_that_following_it_works(notes) -> None:
    tables = {
        "alerts/a.csv": "alert_name,started_at,resolved_at\nHigh,2026-01-17T03:10:00Z,2026-01-17T03:16:00Z\n",
        "changes/c.csv": "at,kind,service,version\n2026-01-17T03:09:00Z,deploy,cart,7\n",
        "chat/m.csv": "at,author,text\n2026-01-17T03:11:00Z,on-call,I take this\n",
        "metrics/m.csv": "time,cpu\n2026-01-17T03:10:00Z,0.3\n2026-01-17T03:11:00Z,0.9\n",
        "logs/changes.csv": "at,kind,service,version\n2026-01-17T03:19:00Z,rollback,cart,6\n",
    }
    assert not any("was read as a log" in text for texts in notes({"edge.log": edge(), **tables}).values() for text in texts)


@pytest.mark.parametrize(
    ("ids", "shown"),
    [(True, "as shown by 1,800 requests it shares with edge.log"), (False, "as shown by its errors")],
)
def test_a_zone_that_shifts_a_log_by_hours_is_reported_with_one_that_fits(notes, ids, shown) -> None:
    (remark,) = notes({"edge.log": edge(), "shop.log": shop(timedelta(hours=-5), zoned=False, ids=ids)})["shop.log"]
    assert remark.startswith("read in UTC, its timestamps are 5 h behind the other logs")
    assert shown in remark
    assert "UTC−05:00, for example America/New_York, would align them" in remark


def test_a_log_that_overlaps_no_other_is_aligned_by_its_time_span(notes) -> None:
    calm = "".join(
        line for line in shop(timedelta(hours=9), zoned=False, ids=False).splitlines(keepends=True) if "error" not in line
    )
    (remark,) = notes({"edge.log": edge(), "shop.log": calm})["shop.log"]
    assert "9 h ahead of the other logs, as shown by its time span, which does not overlap theirs" in remark
    assert "Asia/Tokyo" in remark


def test_a_configured_zone_aligns_the_log(notes) -> None:
    yaml = "sources:\n- {match: shop.log, timezone: America/New_York}\n"
    assert notes({"edge.log": edge(), "shop.log": shop(timedelta(hours=-5), zoned=False)}, yaml)["shop.log"] == ()


def test_a_clock_that_is_ahead_is_reported_but_not_corrected(incident) -> None:
    case = incident({"edge.log": edge(), "shop.log": shop(timedelta(seconds=7))})
    findings = analysed(case)
    (remark,) = findings.data_quality.set_index("source").loc["shop.log", "notes"]
    assert remark.startswith("its clock is 7.2 s ahead of that of edge.log, as shown by 1,800 shared requests")
    assert findings.store.logs(source="shop.log")["timestamp"].min() == at(7.2)


def test_a_configured_clock_offset_is_corrected(incident) -> None:
    case = incident(
        {"edge.log": edge(), "shop.log": shop(timedelta(seconds=7))}, "sources:\n- {match: shop.log, clock_offset_s: -7.2}\n"
    )
    findings = analysed(case)
    assert findings.data_quality["notes"].tolist() == [(), ()]
    assert findings.store.logs(source="shop.log")["timestamp"].min() == at(0)


def test_a_gap_around_the_impact_raises_a_question(notes) -> None:
    (remark,) = notes({"edge.log": edge(), "shop.log": shop(skip=range(620, 860))})["shop.log"]
    assert remark == (
        "no events between 03:10:19 and 03:14:20, where about 241 were expected: was the service down, "
        "is the export incomplete, or was the clock set ahead?"
    )


def test_a_log_that_ends_before_the_impact_is_reported(notes) -> None:
    (remark,) = notes({"edge.log": edge(), "shop.log": shop(skip=range(700, 1800))})["shop.log"]
    assert remark == "it ends at 03:11:39, before the impact ends"


def test_a_log_rotated_during_the_impact_continues_in_the_next_file(notes) -> None:
    remarks = notes({"edge.log": edge(), "shop.log.1": shop(skip=range(700, 1800)), "shop.log": shop(skip=range(700))})
    assert remarks["shop.log.1"] == remarks["shop.log"] == ()


def test_a_host_whose_log_ends_during_the_impact_is_reported_even_if_another_continues(notes) -> None:
    remarks = notes({"edge.log": edge(), "shop-1.log": shop(skip=range(700, 1800), ids=False), "shop-2.log": shop()})
    assert remarks["shop-1.log"] == ("it ends at 03:11:39, before the impact ends",)


def test_sparse_logs_have_no_gaps(notes) -> None:
    sparse = "".join(shop().splitlines(keepends=True)[::200])
    assert notes({"edge.log": edge(), "shop.log": sparse})["shop.log"] == ()


def test_the_appendix_lists_every_assumption(incident) -> None:
    from pmkit.reports.evidence_section import data_quality

    text = data_quality(analysed(incident({"edge.log": access_log(MINUTES), "shop.log": shop(zoned=False, ids=False)})))
    assert "`shop.log`: timestamps have no time zone; read as UTC, the incident's zone." in text


def test_the_terminal_shows_the_remarks_too(incident) -> None:
    case = incident(
        {"access.log": access_log(3), "app.log": "2026-01-17 03:00:00,000 ERROR [a] broke\nnonsense\n", "odd.txt": "Dear all\n"}
    )
    summary = text(investigate(case.id, case.folder.parent))
    assert "    timestamps have no time zone; read as UTC, the incident's zone" in summary
    assert "    rejected line 1: no known format: Dear all" in summary
    assert "\n\n\n" not in summary
    assert "\n\n\n" not in text(findings_of("INC-2026-1103"))


@pytest.mark.slow
def test_many_similar_exports_are_shown_as_one_row_with_their_total_counts(incident) -> None:
    from pmkit.reports.evidence_section import data_quality

    lines = access_log(MINUTES).splitlines(keepends=True)
    hosts = {f"web-{n}/access.log": "".join(lines[n::20]) for n in range(20)}
    findings = analysed(incident({**hosts, "shop.log": shop()}))
    text = data_quality(findings)
    (row,) = (row for row in text.splitlines() if "similar ones" in row)
    assert [cell.strip() for cell in row.split("|")[1:5]] == [
        "`web-0/access.log` and 19 similar ones", "access-combined-pairs", f"{len(lines):,}",
        f"{len(lines):,}",
    ]  # fmt: skip
    assert "`shop.log`" in text
    assert all(row.sha256 in text for row in findings.exports)


@pytest.mark.slow
def test_the_digests_of_hundreds_of_exports_are_only_in_the_report_data(incident) -> None:
    from pmkit.reports.evidence_section import data_quality

    lines = access_log(MINUTES).splitlines(keepends=True)
    findings = analysed(incident({f"web-{n}/access.log": "".join(lines[n::6]) for n in range(6)}))
    text = data_quality(findings, most_digests=5)
    assert "from 6 files; the report carries the SHA-256 of each" in text
    assert not any(row.sha256 in text for row in findings.exports)
    assert all(row.sha256 in findings.to_json() for row in findings.exports)


def test_a_log_whose_events_do_not_say_whether_they_failed_is_pointed_out(notes) -> None:
    silent = "".join(f"{at(second):%Y-%m-%d %H:%M:%S} order {second} stored\n" for second in range(600))
    mixed = "".join(
        f"{at(second):%Y-%m-%d %H:%M:%S} {'INFO ' if second % 2 else ''}item {second} packed\n" for second in range(600)
    )
    remarks = notes({"edge.log": edge(), "silent.log": silent, "mixed.log": mixed})
    assert "none of its 600 events states a severity or a status, so failures among them are not counted" in remarks["silent.log"]
    assert (
        "300 of its 600 events state neither a severity nor a status, so failures among them are not counted"
        in remarks["mixed.log"]
    )
    assert remarks["edge.log"] == ()


def timed(seconds: float) -> str:
    fields = f"level=info method=GET path=/a status=200 duration_s={seconds}"
    return "".join(f'time="{at(second).isoformat()}" {fields}\n' for second in range(600))


def test_requests_that_take_minutes_are_pointed_out_for_their_unit(notes) -> None:
    (note,) = notes({"shop.log": timed(709)})["shop.log"]
    assert note == "half of its requests took 11 min 48 s or longer, as their durations were read; check the unit"


def test_requests_that_take_a_second_are_not_pointed_out(notes) -> None:
    assert notes({"shop.log": timed(1)}) == {"shop.log": ()}

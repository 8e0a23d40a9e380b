"""A postmortem can be written without logs, with several windows, and with times as people know them."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable

import pytest
from samples import access_log

from pmkit.core.wording import sentences
from pmkit.findings.findings import Findings
from pmkit.findings.investigate import analyse_store
from pmkit.incident.folder import Incident
from pmkit.ingest.cache import open_incident
from pmkit.reports.pictures import Picture
from pmkit.reports.report import Report


@pytest.fixture
def analysed(incident: Callable[..., Incident]) -> Callable[..., Findings]:
    def findings_of(files: dict[str, str | bytes], yaml: str) -> Findings:
        new_incident = incident(files, yaml)
        return analyse_store(new_incident, open_incident(new_incident))

    return findings_of


def text_of(findings: Findings, title: str, audience: str = "internal") -> str:
    parts = Report(findings, audience).section(title).parts
    return "\n\n".join(part for part in parts if isinstance(part, str)).replace("\u00a0", " ")


LEAK = """
timezone: America/New_York
times: {started_at: 2023-03-03, ended_at: about 2024-06-28 14:00, detected_at: 2024-06-28 13:40, resolved_at: not known}
what_happened: At 5 p.m. UTC the U.S. East region leaked a `token`. Nobody saw it. A third one. A fourth one. A fifth one.
impact_numbers: [{what: tokens exposed, value: 1}]
root_causes: [{title: No scan, root_cause: Images are not scanned.}, {title: No expiry, root_cause: Tokens do not expire.}]
timeline:
  - {at: 2023-03-03, text: The token is created.}
  - {at: not known, text: The **image** is pushed.}
measures: [{action: Scan images, status: in progress}]
"""


def test_a_postmortem_without_logs_has_its_confirmed_times_and_no_charts(analysed) -> None:
    findings = analysed({}, LEAK)
    report = Report(findings)
    assert [part for section in report.sections for part in section.parts if not isinstance(part, str)] == []
    summary = text_of(findings, "Issue Summary")
    assert (
        "lasted about 483 d 13 h, from 3 March 2023 to about 14:00 UTC-04:00 on 28 June 2024 (EST, UTC-05:00, confirmed)."
        in summary
    )
    assert "Known about the impact: tokens exposed: 1." in summary
    assert "The 2 root causes are: No scan; No expiry." in summary
    json = findings.to_dict()
    assert (json["impact"]["verdict"], json["impact"]["measured"], json["impact"]["by_data"]) == ("impact", False, None)
    assert json["response"]["time_to_detect_s"] == findings.response.time_to("detected") == 483 * 86400 + 12 * 3600 + 40 * 60


def test_the_summary_keeps_to_five_sentences_and_the_rest_follows(analysed) -> None:
    summary = text_of(analysed({}, LEAK), "Issue Summary")
    in_short, in_full = summary.split("### In full")
    body = in_short.split("## Issue Summary\n\n")[1].split("*The summary keeps")[0]
    assert len(sentences(body)) == 5
    assert "At 5 p.m. UTC the U.S. East region leaked a `token`." in body
    assert "A fifth one." in in_full


def test_the_timeline_has_years_and_says_which_times_are_not_known(analysed) -> None:
    timeline = text_of(analysed({}, LEAK), "Timeline")
    assert "| 3 Mar 2023 | note | The token is created. |" in timeline
    assert "| not known | note | The **image** is pushed. |" in timeline
    assert "Time (EST and EDT)" in timeline


WINDOWS = """
impact_windows:
  - {started_at: 2026-01-17 03:05, ended_at: 2026-01-17 03:10, text: the first}
  - {started_at: 2026-01-17 03:30, ended_at: 2026-01-17 03:32}
  - {started_at: 2026-01-19 03:00, ended_at: 2026-01-19 04:00}
"""


def test_windows_have_their_numbers_and_their_sums_are_the_totals(analysed) -> None:
    log = access_log(40, failing=[range(300, 600), range(1800, 1920)])
    findings = analysed({"access.log": log}, WINDOWS)
    impact = findings.impact
    numbers = [(window.duration_s, window.failed_requests, window.covered) for window in impact.windows]
    assert [number[0] for number in numbers] == [300.0, 120.0, 3600.0]
    assert [number[2] for number in numbers] == [True, True, False]
    assert impact.duration_s == 4020
    assert impact.failed_requests == sum(window.failed_requests for window in impact.windows)
    assert len(findings.to_dict()["impact"]["windows"]) == 3
    summary = text_of(findings, "Issue Summary")
    assert (
        "There were 3 windows of impact, the first on 17 January 2026, 1 h 7 min in all: 17 Jan 03:05 to 03:10 (5 min)" in summary
    )
    assert "| 19 Jan 03:00 to 04:00 | 1 h | confirmed | no data |" in summary


def test_similar_stretches_in_the_logs_are_windows_of_one_incident(analysed) -> None:
    impact = analysed({"access.log": access_log(60, failing=[range(300, 600), range(2400, 2700)])}, "").impact
    assert [round(window.duration_s, -1) for window in impact.windows] == [300, 300]
    assert impact.duration_s == pytest.approx(598, abs=4)
    assert not impact.start_confirmed


def test_a_confirmed_time_counts_and_what_the_data_show_is_named(analysed) -> None:
    log = access_log(20, failing=[range(600, 900)])
    findings = analysed({"access.log": log}, "times: {started_at: 2026-01-17 03:05:00, ended_at: 2026-01-17 03:15:00}")
    assert findings.impact.duration_s == 600
    assert "People confirmed the start 17 Jan 03:05:00, where the logs show 17 Jan 03:10:00." in text_of(findings, "Timeline")
    assert "the logs show 03:10:00" in text_of(findings, "Appendix: evidence")


def test_pictures_of_the_folder_are_shown_and_others_are_not(analysed) -> None:
    findings = analysed({"graph.png": png()}, "resolution: |\n  See:\n\n  ![Load `db`](graph.png)\n\n  ![x](../secret.png) end\n")
    parts = Report(findings).resolution.parts
    assert [(part.mime, part.alt) for part in parts if isinstance(part, Picture)] == [("image/png", "Load db")]
    assert "x (the picture `../secret.png` is not in the incident's folder) end" in text_of(findings, "Resolution and recovery")
    assert not any(isinstance(part, Picture) for part in Report(findings, "public").resolution.parts)


def test_the_public_version_names_no_alerts_priorities_ports_or_owners(analysed) -> None:
    alert = '[{"name": "HighErrorRate", "severity": "page", "started_at": "2026-01-17T03:10:10Z", "service": "api"}]'
    yaml = (
        "root_cause: The proxy lost payments-upstream:8443 on port 9000.\nmeasures: [{action: Retry, owner: SRE, priority: P1}]\n"
    )
    findings = analysed({"access.log": access_log(20, failing=[range(600, 900)]), "alerts.json": alert}, yaml)
    report = Report(findings, "public")
    text = "\n".join(part for section in report.sections for part in section.parts if isinstance(part, str))
    assert "The proxy lost an internal service." in text
    for word in ("HighErrorRate", "P1", "SRE", "8443", "9000", "burn", "Nothing is recorded", "To write:** what helped"):
        assert word not in text, word


def png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 2, 1, 8, 2, 0, 0, 0)
    pixels = chunk(b"IDAT", zlib.compress(b"\0" + bytes(6)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + pixels + chunk(b"IEND", b"")

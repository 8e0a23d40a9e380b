"""Trends over many incidents, and how little a few incidents prove."""

from __future__ import annotations

import csv
import io
import shutil
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from conftest import DATA
from hypothesis import given
from hypothesis import strategies as st
from samples import access_log, at

from pmkit.cli import main
from pmkit.core.errors import IncidentError, InputError
from pmkit.publish import job, run
from pmkit.reports.trends.cases import Trends, of_folder
from pmkit.reports.trends.quantile_interval import spread
from pmkit.reports.trends.trend_report import TrendReport, trends

TODAY = date(2026, 11, 25)


@pytest.fixture(scope="module")
def recorded_trends() -> Trends:
    return of_folder(DATA, today=TODAY)


@given(st.lists(st.floats(0, 1e6), max_size=60), st.sampled_from([0.5, 0.9]))
def test_a_quantile_lies_within_its_interval_and_the_range_of_the_values(values: list[float], share: float) -> None:
    interval = spread(values, share)
    assert interval.count == len(values)
    if interval.value is not None:
        assert min(values) <= interval.value <= max(values)
        assert interval.low is None or interval.low <= interval.value
        assert interval.high is None or interval.high >= interval.value


@pytest.mark.fuzz
@pytest.mark.parametrize(("number", "share"), [(6, 0.5), (12, 0.5), (40, 0.5), (40, 0.9), (60, 0.9)])
def test_the_interval_contains_the_true_value_at_least_as_often_as_promised(number: int, share: float) -> None:
    chance = np.random.default_rng(number)
    contained = 0
    for _ in range(2000):
        interval = spread([chance.random() for _ in range(number)], share)
        contained += (interval.low or 0.0) <= share <= (1.0 if interval.high is None else interval.high)
    assert contained / 2000 >= 0.94


def test_too_few_values_have_no_interval() -> None:
    assert (spread([1, 2, 3, 4, 5], 0.5).low, spread([1, 2, 3, 4, 5], 0.5).high) == (None, None)
    assert spread([1, 2, 3, 4, 5, 6], 0.5).low == 1
    assert spread([], 0.5).value is None


def test_the_trends_of_the_recordings_show_what_recurred_and_what_is_open(recorded_trends: Trends) -> None:
    assert [case.incident for case in recorded_trends.cases] == [
        "INC-2026-1012",
        "INC-2026-1103",
        "INC-2026-1112",
        "INC-2026-1123",
    ]
    assert [[case.incident for case in family] for family in recorded_trends.families()] == [["INC-2026-1012", "INC-2026-1123"]]
    triggers = {case.incident: (case.trigger, case.trigger_from) for case in recorded_trends.cases}
    assert triggers["INC-2026-1112"] == ("configuration push", "people")
    assert triggers["INC-2026-1123"] == ("binary push", "data")
    assert next(case.services for case in recorded_trends.cases if case.incident == "INC-2026-1123") == ("catalog",)
    report = TrendReport(recorded_trends)
    text = "\n".join(str(part) for section in report.sections for part in section.parts if isinstance(part, str))
    assert "The same failure happened twice: INC-2026-1012 and INC-2026-1123." in text.replace("\\", "")
    assert "9 action items are open, 4 of them overdue." in text
    assert "So few incidents prove little" in text
    assert "too few for an interval" in text
    assert "26 days" in text


def test_only_incidents_since_the_chosen_day_are_counted(recorded_trends: Trends) -> None:
    later = of_folder(DATA, date(2026, 11, 12), today=TODAY)
    assert [case.incident for case in later.cases] == ["INC-2026-1112", "INC-2026-1123"]
    assert {name for name, _ in later.measures} <= {"INC-2026-1112", "INC-2026-1123"}
    assert len(later.open_measures()) < len(recorded_trends.open_measures())


def test_an_incident_that_cannot_be_read_is_named_and_the_others_are_counted(folder) -> None:
    good = folder({"web.log": access_log(20, failing=[range(300, 600)])})
    data = good.parent
    (data / "INC-2").mkdir()
    (data / "INC-2" / "incident.yaml").write_text("id: INC-2\ntitel: x\n")
    report = trends(data)
    assert [case.incident for case in report.trends.cases] == [good.name]
    assert "INC-2" in str(report.summary.parts[0])
    assert "unknown field" in str(report.summary.parts[0])


def test_a_folder_without_incidents_and_an_invalid_day_are_refused(tmp_path: Path) -> None:
    with pytest.raises(IncidentError, match="contains no incidents"):
        trends(tmp_path)
    with pytest.raises(InputError, match="since 'soon': expected a day"):
        trends(DATA, "soon")


def test_a_calm_log_is_an_incident_without_impact(folder) -> None:
    incident_folder = folder({"web.log": access_log(20)})
    report = trends(incident_folder.parent)
    assert "The data show no impact for" in str(report.summary.parts[0])
    assert "none found" in str(report.counts.parts[2])
    assert len(report.times.parts) == 2  # no chart without a time


def test_an_impact_that_cannot_be_determined_is_counted_on_its_own(folder) -> None:
    incident_folder = folder({"shop.log": "".join(f"{at(n):%Y-%m-%d %H:%M:%S} order {n} was packed\n" for n in range(600))})
    report = trends(incident_folder.parent)
    assert "For 1 of them, the data cannot show whether there was an impact." in str(report.summary.parts[0])
    assert "show no impact" not in str(report.summary.parts[0])
    assert "| cannot be determined |" in str(report.counts.parts[2])


def test_the_csv_table_has_one_row_per_incident_and_no_formulas(folder, capsys: pytest.CaptureFixture[str]) -> None:
    incident_folder = folder({"web.log": access_log(20, failing=[range(300, 600)])}, yaml="severity: '=1+2'\n")
    assert main(["trends", "--data", str(incident_folder.parent), "--to", "csv", "--quiet"]) == 0
    (row,) = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert (row["incident"], row["severity"], row["duration_s"], row["family"]) == (incident_folder.name, "'=1+2", "299.0", "")


@pytest.mark.kernel
def test_the_notebook_writes_the_report_as_html_and_pdf(tmp_path: Path) -> None:
    written = run.run(job.TrendsJob(DATA, tmp_path, ["html", "pdf"]))
    assert [path.name for path in written] == ["trends.html", "trends.pdf"]
    page = (tmp_path / "trends.html").read_text()
    for heading in ("Summary", "Counts", "Response times", "Triggers and causes", "Open action items"):
        assert f">{heading}</h2>" in page
    assert "<script" not in page


def test_an_unknown_format_is_refused_before_anything_is_read(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["trends", "--data", str(tmp_path), "--to", "docx"]) == 2
    assert "'--to': expected some of html, pdf, md, ipynb, csv, joined by commas, got 'docx'" in capsys.readouterr().err


@pytest.mark.slow
def test_an_incident_is_not_read_again_for_every_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PMKIT_CACHE", str(tmp_path / "cache"))
    data = tmp_path / "data"
    shutil.copytree(DATA / "INC-2026-1103", data / "INC-2026-1103")
    first: list[str] = []
    of_folder(data, progress=first.append)
    assert "reading INC-2026-1103" in first
    again: list[str] = []
    of_folder(data, progress=again.append)
    assert again == []

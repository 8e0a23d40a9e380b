"""A report lists its inputs so that anybody can verify it, and the same input gives the same bytes."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pypdf
import pytest
from samples import access_log

from pmkit.cli import main
from pmkit.core.errors import InputError
from pmkit.findings.investigate import investigate
from pmkit.findings.provenance import differences, provenance
from pmkit.findings.public import public
from pmkit.incident.folder import find_incident
from pmkit.publish import job, run
from pmkit.publish.document import Document
from pmkit.publish.html_exporter import page
from pmkit.publish.verify import KINDS, build_anew, differences_from, provenance_of, verify
from pmkit.publish.writers import WRITERS

ID = "INC-1"
RULE = 'sum(rate(http_requests_total{status=~"5.."}[1m])) / sum(rate(http_requests_total[1m])) > 0.05'
# A small incident with a file of every table that a report without metrics is made from; one of its logs is empty.
FILES = {
    "incident.yaml": f"id: {ID}\ntitle: Search fails\ntimezone: Europe/Berlin\n",
    "logs/access.log": access_log(6, failing=[range(120, 240)]),
    "logs/search.log": "".join(f"2026-01-17 04:0{n}:05,000 ERROR [search] no index of shard {n}\n" for n in range(2, 4)),
    "logs/edge-error.log": "",
    "changes/deploys.jsonl": '{"at": "2026-01-17T03:01:50Z", "kind": "deploy", "service": "search", "version": "v2.6.0"}\n',
    "alerts/alerts.jsonl": '{"alertname": "Errors", "startsAt": "2026-01-17T03:03:00Z", "endsAt": "2026-01-17T03:05:00Z"}\n',
    "alerts/rules.yml": f"groups:\n- name: shop\n  rules:\n  - alert: Errors\n    expr: {RULE}\n    for: 1m\n",
}
# When the reports were written, in seconds since 1970.
WRITTEN = "1790000000"


def write_files(folder: Path, files: Mapping[str, str]) -> None:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Create a folder with an incident and the report on it."""
    folder = tmp_path_factory.mktemp("reported")
    write_files(folder / "data" / ID, FILES)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SOURCE_DATE_EPOCH", WRITTEN)
        run.run(job.Job(find_incident(ID, folder / "data"), folder / "reports", ["html", "pdf", "md", "ipynb"]))
    return folder


@pytest.fixture(scope="module")
def anew(reported: Path) -> Document:
    """Build the report anew from the data, once for all that is changed in it."""
    return build_anew(reported / "reports" / f"{ID}.html", reported / "data")


@pytest.fixture
def changed(reported: Path, tmp_path: Path) -> Path:
    """Return a copy of the incident's data that may be changed."""
    shutil.copytree(reported / "data", tmp_path / "data")
    return tmp_path / "data"


def test_a_report_matches_its_data(reported: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(reported / "reports" / f"{ID}.html"), "--data", str(reported / "data"), "--quiet"]) == 0
    assert capsys.readouterr().out == "the report matches the data\n"


@pytest.mark.parametrize("kind", ["pdf", "ipynb"])
def test_every_kind_of_report_matches_its_data(reported: Path, anew: Document, kind: str) -> None:
    assert differences_from(anew, reported / "reports" / f"{ID}.{kind}") == []


def test_it_lists_every_input_with_digest_size_and_counts(reported: Path) -> None:
    recorded = provenance_of(reported / "reports" / f"{ID}.html")
    files = {str(path.relative_to(reported / "data" / ID)): path for path in find_incident(ID, reported / "data").exports()}
    assert {entry["source"] for entry in recorded["inputs"]} == set(files)
    for entry in recorded["inputs"]:
        assert entry["bytes"] == files[entry["source"]].stat().st_size
        assert entry["lines"] == entry["events"] + entry["continuation"] + entry["blank"] + entry["rejected"]
    assert recorded["parameters"] == {"timezone": "Europe/Berlin", "audience": "internal", "template": "pmkit"}
    assert any("no time zone" in text for text in recorded["assumptions"])


def test_all_three_files_contain_the_same_provenance(reported: Path) -> None:
    recorded = [provenance_of(reported / "reports" / f"{ID}.{kind}") for kind in ("html", "pdf", "ipynb")]
    assert recorded[0] == recorded[1] == recorded[2]
    assert list(pypdf.PdfReader(reported / "reports" / f"{ID}.pdf").attachments) == ["provenance.json"]


def test_every_output_format_except_markdown_contains_its_provenance() -> None:
    assert KINDS.keys() == {f".{name}" for name in WRITERS if name != "md"}


def test_changes_since_the_report_are_listed(reported: Path, changed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = changed / ID / "logs" / "edge-error.log"
    log.write_text(log.read_text() + "2026/01/17 04:02:00 [error] 7#7: *1 upstream timed out\n")
    (changed / ID / "changes" / "more.jsonl").write_text('{"at": "2026-01-17T02:00:00Z", "kind": "deploy", "service": "edge"}\n')
    (changed / ID / "alerts" / "rules.yml").unlink()
    yaml = changed / ID / "incident.yaml"
    yaml.write_text(f"{yaml.read_text()}\n# a remark\n")
    assert main(["verify", str(reported / "reports" / f"{ID}.html"), "--data", str(changed), "--quiet"]) == 1
    output = capsys.readouterr().out
    for difference in (
        "incident.yaml has changed",
        "alerts/rules.yml: no longer exists",
        "changes/more.jsonl: was not part of the report",
        "logs/edge-error.log: lines was 0, is 1",
        "alerting.rules: the report has 1, the data give 0",
    ):
        assert difference in output


def test_a_finding_that_differs_is_listed_with_both_values(reported: Path, anew: Document) -> None:
    path = reported / "reports" / f"{ID}.html"
    forged = path.with_name("forged.html")
    recorded = provenance_of(path)
    count = recorded["findings"]["impact"]["failed_requests"]
    forged.write_text(path.read_text().replace(f'"failed_requests": {count}', '"failed_requests": 7'))
    assert differences_from(anew, forged) == [
        f"impact.{name}: the report says 7, the data say {count}" for name in ("failed_requests", "windows[0].failed_requests")
    ]


@pytest.fixture
def changed_page(reported: Path, anew: Document) -> Callable[[str, str], list[str]]:
    """Return a function that returns what `verify` says about the page after one text of it was replaced."""

    def differences_after(old: str, new: str) -> list[str]:
        page = (reported / "reports" / f"{ID}.html").read_text()
        assert old in page
        forged = reported / "reports" / "forged.html"
        forged.write_text(page.replace(old, new, 1))
        return differences_from(anew, forged)

    return differences_after


def test_a_number_that_was_changed_in_the_page_is_listed_with_the_one_that_the_data_give(
    reported: Path, changed_page: Callable[[str, str], list[str]]
) -> None:
    page = (reported / "reports" / f"{ID}.html").read_text()
    share = re.search(r"\d[\d,]* of \d[\d,]*", page.split('<main id="content">')[1])
    assert share
    (difference,) = changed_page(share[0], "3 of 600")
    assert "3 of 600" in difference
    assert "the data give “" in difference
    assert share[0] in difference.split("the data give")[1]


def test_a_sentence_that_was_added_or_taken_from_the_page_is_listed(
    reported: Path, changed_page: Callable[[str, str], list[str]]
) -> None:
    heading = '<h2 id="timeline">'
    added = changed_page(heading, f"<p>The database was upgraded at 09:00.</p>{heading}")
    assert added == ["the report says “The database was upgraded at 09:00.”, which the data do not give"]
    page = (reported / "reports" / f"{ID}.html").read_text()
    caption = re.search(r"<figcaption>(.*?)</figcaption>", page)
    assert caption
    (missing,) = changed_page(caption[0], "")
    assert missing.startswith("the report lacks “")


def test_a_chart_that_was_exchanged_is_listed(reported: Path, changed_page: Callable[[str, str], list[str]]) -> None:
    page = (reported / "reports" / f"{ID}.html").read_text()
    pictures = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    # The wide forms of two charts.
    other = next(picture for picture in pictures[1:] if 'class="chart wide"' in picture)
    assert changed_page(pictures[0], other)[0] == "picture 1 is not the one that the data give"


def test_markup_that_was_changed_is_listed_although_the_text_is_the_same(changed_page: Callable[[str, str], list[str]]) -> None:
    differences_listed = changed_page('<h2 id="timeline">', '<h2 id="timeline" hidden>')
    assert differences_listed == ["the page looks different from what the data give, although its text is the same"]


def test_text_that_was_hidden_among_the_code_is_listed(changed_page: Callable[[str, str], list[str]]) -> None:
    differences_listed = changed_page('<pre class="input">', '<pre class="input"><code>x = 1</code></pre>\n<pre class="input">')
    assert differences_listed == ["contains code that the notebook of pmkit does not: “x = 1”"]


def test_a_sentence_that_was_changed_in_the_notebook_is_listed(reported: Path, anew: Document) -> None:
    notebook = json.loads((reported / "reports" / f"{ID}.ipynb").read_text())
    outputs = [output for cell in notebook["cells"] for output in cell["outputs"] if "text/markdown" in output["data"]]
    outputs[1]["data"]["text/markdown"] = "Nothing happened."
    forged = reported / "reports" / "forged.ipynb"
    forged.write_text(json.dumps(notebook))
    assert any("“Nothing happened.”" in difference for difference in differences_from(anew, forged))


def test_a_page_of_the_pdf_that_was_exchanged_is_listed(reported: Path, anew: Document) -> None:
    original, forged = (reported / "reports" / f"{name}.pdf" for name in (ID, "forged"))
    writer = pypdf.PdfWriter(clone_from=original)
    stream = writer.pages[0].get_contents()
    assert stream is not None
    stream.set_data(stream.get_data() + b"\n0 0 500 500 re f\n")
    writer.pages[0][pypdf.generic.NameObject("/Contents")] = stream
    writer.write(forged)
    assert differences_from(anew, forged) == ["page 1 looks different from what the data give, although its text is the same"]


def test_what_a_report_says_about_other_incidents_is_taken_from_the_report(reported: Path, changed: Path) -> None:
    write_files(changed / "INC-2", {**FILES, "incident.yaml": "id: INC-2\ntitle: Search fails again\n"})
    assert main(["summary", "INC-2", "--data", str(changed), "--quiet"]) == 0
    assert verify(reported / "reports" / f"{ID}.html", changed) == []


def test_the_public_version_identifies_inputs_only_by_their_digests(reported: Path) -> None:
    recorded = provenance(public(investigate(ID, reported / "data")))
    assert set(recorded) == {"format", "pmkit", "incident", "parameters", "incident_yaml", "inputs"}
    assert all(
        set(entry) == {"sha256", "bytes", "lines", "events", "continuation", "blank", "rejected"} for entry in recorded["inputs"]
    )


@pytest.mark.kernel
def test_a_public_report_can_be_verified_too(module_incident: Path, tmp_path: Path) -> None:
    data = module_incident.parent
    (report,) = run.run(job.Job(find_incident("INC-1", data), tmp_path, ["html"], audience="public"))
    assert verify(report, data) == []
    assert "access.log" not in report.read_text()


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.html", b"<html></html>", "contains no provenance"),
        ("a.html", b'<script type="application/json" id="pmkit-provenance">{"format": </script>', "is damaged"),
        ("a.html", b"\xff\xfe", "is damaged"),
        ("a.pdf", b"%PDF-1.7\nno", "is damaged"),
        ("a.ipynb", b'{"cells": []}', "contains no provenance"),
        ("a.ipynb", b"[]", "is damaged"),
        ("a.md", b"# a", "expected a report as .html, .pdf, .ipynb"),
        ("a.pdf", b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\nstartxref\n7\n%%EOF", "is damaged"),
        ("missing.html", None, "missing.html: no such file; name a report, such as reports/"),
        ("missing", None, "missing: no such file; name a report, such as reports/"),
        (".", None, "is not a file; name a report, such as reports/"),
    ],
)
def test_a_file_that_is_not_a_report_is_refused_with_the_reason(
    name: str, content: bytes | None, message: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=message) as refused:
        provenance_of(tmp_path / name)
    assert not re.search(r"Errno|'\w+'$|codec|line \d+ column", str(refused.value))
    assert capfd.readouterr() == ("", "")


def test_a_finding_without_a_value_is_called_nothing(reported: Path) -> None:
    now = provenance(investigate(ID, reported / "data"))
    forged = {**now, "findings": {**now["findings"], "incident_severity": None}}
    now["findings"]["incident_severity"] = "SEV-2"
    expected = "incident_severity: the report says nothing, the data say 'SEV-2'"
    assert list(differences(forged, now)) == [expected]


def test_no_text_can_close_the_provenance_element(tmp_path: Path) -> None:
    hostile = json.dumps({"format": "pmkit provenance 1", "title": "</script><script>window.ran=1</script><!-- \u2028"})
    text = page(Document("a title", (), (), "INC-1", hostile))
    assert text.count("<script") == 1
    assert text.count("</script") == 1
    (tmp_path / "a.html").write_text(text)
    assert provenance_of(tmp_path / "a.html") == json.loads(hostile)


def files_in(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.kernel
def test_the_same_input_gives_the_same_bytes_in_another_folder_and_zone_on_another_day_and_without_fonts(
    reported: Path, tmp_path: Path
) -> None:
    elsewhere = {"TZ": "Asia/Tokyo", "FONTCONFIG_FILE": "/nonexistent", "XDG_DATA_HOME": "/nonexistent"}
    library = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)
    if library is not None:
        elsewhere |= {"LD_PRELOAD": str(library), "FAKETIME": "@1999-05-05 10:00:00"}
    shutil.copytree(reported / "data", tmp_path / "deeper" / "incidents")
    words = ["--data", str(tmp_path / "deeper" / "incidents"), "--out", str(tmp_path / "out"), "--to", "html,pdf,md"]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": WRITTEN, "PMKIT_CACHE": str(tmp_path / "cache"), **elsewhere}
    subprocess.run([sys.executable, "-m", "pmkit", "report", ID, *words], env=environment, check=True, capture_output=True)
    files = files_in(tmp_path / "out")
    assert {Path(name).suffix for name in files} == {".html", ".pdf", ".md", ".svg"}
    usual = files_in(reported / "reports")
    assert {name: usual[name] for name in files} == files
    assert str(tmp_path).encode() not in b"".join(files.values())

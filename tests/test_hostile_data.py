"""Whatever stands in exports and in `incident.yaml`: nothing of it runs, asks for anything or changes what the report is."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from chrome import needs_chromium
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from payloads import PAYLOADS
from playwright.sync_api import Browser
from ruamel.yaml import YAML
from samples import BEGIN, at
from serving import LAB, WAIT_MS, serving

from pmkit.cli import main
from pmkit.core.choices import Template
from pmkit.core.markdown import tamed
from pmkit.findings.findings import investigate
from pmkit.incident import action_items
from pmkit.incident.folder import find
from pmkit.incident.model import IncidentFile
from pmkit.publish import job, run
from pmkit.reports.outlines import OUTLINES
from pmkit.reports.report import Report

ID = "INC-66"
UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
SECTIONS = ["Issue Summary", "Timeline", "Root Cause", "Resolution and recovery", "Corrective and Preventative Measures"]


def of(number: int) -> str:
    return PAYLOADS[number % len(PAYLOADS)]


def exports() -> dict[str, str]:
    """Write logs, alerts, rules, changes, chat and metrics of an incident, with payloads in the fields that hold free text."""
    requests, errors = [], []
    for second in range(1200):
        bad, name = 400 <= second < 700, of(second)
        time = at(second).isoformat()
        served = {"host": of(second + 1), "client_ip": of(second + 2), "service": of(3) if second % 2 else "cart",
                  "path": f"/{name}", "version": of(5), "request_id": f"r{second}", "user agent": of(second + 7),
                  of(second): "x"}  # fmt: skip
        requests.append({"time": time, **served, "status": 500 if bad else 200, "method": "GET", "duration_ms": 12})
        if bad:
            errors.append({"time": time, "level": "error", "service": of(second % 3), "msg": name, "logger": of(second + 9)})
    alerts = [
        {"alertname": of(n), "started_at": at(460 + n).isoformat(), "resolved_at": at(760).isoformat(), "summary": of(n + 1),
         "service": of(n + 2), "severity": of(n + 3), "instance": of(n + 4), "url": of(n + 5)}
        for n in range(0, len(PAYLOADS), 9)
    ]  # fmt: skip
    changes = [
        {"at": at(300 + n).isoformat(), "kind": "deploy", "service": of(n), "version": of(n + 1), "summary": of(n + 2),
         "actor": of(n + 3), "url": of(n + 4)}
        for n in range(0, len(PAYLOADS), 7)
    ]  # fmt: skip
    chat = [
        {"type": "message", "user": "U1", "username": of(n), "ts": f"{BEGIN.timestamp() + 480 + n:.6f}", "text": f"ack, {of(n)}"}
        for n in range(len(PAYLOADS))
    ]
    series = {"metric": {"__name__": "errors_total", "job": of(0), of(1): of(2)},
              "values": [[BEGIN.timestamp() + 15 * n, str(500 if 27 <= n < 47 else 1)] for n in range(80)]}  # fmt: skip
    rule = {"name": of(1), "query": of(2), "duration": 30, "labels": {"severity": of(3)}, "annotations": {}, "type": "alerting"}
    return {
        "requests.jsonl": "".join(json.dumps(one) + "\n" for one in requests),
        "errors.jsonl": "".join(json.dumps(one) + "\n" for one in errors),
        "odd.jsonl": "".join(
            json.dumps(
                {
                    "time": at(500 + n).isoformat(),
                    "method": one,
                    "request_id": of(n + 1),
                    "level": of(n + 2),
                    "status": of(n + 3),
                    "duration_ms": of(n + 4),
                    "msg": "odd",
                    "client_ip": of(n + 5),
                    "path": "/a",
                    "trace_id": of(n + 6),
                }
            )
            + "\n"
            for n, one in enumerate(PAYLOADS)
        ),
        "odd-requests.jsonl": "".join(
            json.dumps(
                {
                    "time": at(450 + n).isoformat(),
                    "method": one,
                    "trace_id": of(n + 1),
                    "status": 500,
                    "path": "/a",
                    "version": of(n),
                }
            )
            + "\n"
            for n, one in enumerate(PAYLOADS)
        ),
        "kinds.csv": "time,type,service,version,id\n"
        + "".join(
            ",".join([at(420 + n).isoformat(), *('"' + of(n + k).replace('"', '""') + '"' for k in range(4))]) + "\n"
            for n in range(0, len(PAYLOADS), 5)
        ),
        "alerts.jsonl": "".join(json.dumps(one) + "\n" for one in alerts),
        "changes.jsonl": "".join(json.dumps(one) + "\n" for one in changes),
        "chat.json": json.dumps(chat),
        "metrics.json": json.dumps({"status": "success", "data": {"resultType": "matrix", "result": [series]}}),
        "rules.json": json.dumps({"status": "success", "data": {"groups": [{"name": of(0), "file": of(1), "rules": [rule]}]}}),
        "<img src=x onerror=window.ran=1>.log": f"{at(500).isoformat()} ERROR {of(0)}\n" * 3,
    }


def written() -> dict[str, object]:
    """Write `incident.yaml` with a payload in every field that holds text."""
    plain = [UNSEEN.sub("", one) for one in PAYLOADS]
    one_sentence = [re.sub(r"\s+", " ", one).rstrip(".!?") for one in plain]
    measures = [
        {"action": one, "type": "prevent", "owner": plain[n - 1], "priority": "P1", "due": "2026-02-01", "tracker": plain[n - 2],
         "done_when": plain[n - 3]}
        for n, one in enumerate(plain)
    ]  # fmt: skip
    notes = [{"at": "2026-01-17 03:08:00", "text": one, "evidence": plain[n - 1]} for n, one in enumerate(plain)]
    texts = ("title", "severity", "owner", "reviewer", "trigger", "root_cause", "resolution", "still_degraded", "backlog_check",
             "internal_message", "external_message")  # fmt: skip
    lists = ("services", "contributing_factors", "five_whys", "responders", "went_well", "went_badly", "got_lucky")
    return {
        "id": ID,
        **{name: plain[n] for n, name in enumerate(texts)},
        **dict.fromkeys(lists, plain),
        **{name: one_sentence[n] for n, name in enumerate(("what_happened", "data_loss", "root_cause_summary"))},
        "timeline": notes,
        "measures": measures,
        "sections": [{"title": one, "text": plain[n - 1]} for n, one in enumerate(plain)],
    }


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile") / ID
    folder.mkdir()
    for name, text in exports().items():
        (folder / name).write_text(text)
    with (folder / "incident.yaml").open("w", encoding="utf-8") as file:
        YAML().dump(written(), file)
    return folder.parent


@pytest.fixture(scope="module")
def made(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the report in the manner that shows most fields."""
    out = tmp_path_factory.mktemp("out")
    run.run(job.Job(find(ID, data), out, ["html", "pdf", "md", "ipynb"], template="pagerduty"))
    return out


def bare(markdown: str) -> str:
    """Leave out of Markdown what is code or escaped."""
    return re.sub(r"\\.", "", re.sub(r"(?<![\\`])(`+)(?!`).*?(?<!`)\1(?!`)", "", markdown))


# fmt: off
PIECES = st.sampled_from([
    "<img src=http://evil.example/a>", "<script>", "![x](http://evil.example/b)", "[x](javascript:window.ran=1)", "`", "``",
    "```", "~~~", "\n", "\n\n", "    ", "- ", "> ", "1. ", "|", "\\", "a", " ", "[x]: javascript:1\n", "<https://shop.example/>",
    "<!--", "-->", "&lt;", "[x][x]", "![x][x]", "|-|-|\n", "\t", "$", "*", "<a href='`'>",
])
# fmt: on


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, max_size=14).map("".join))
def test_markdown_of_people_holds_no_html_no_remote_picture_and_no_link_that_runs(text: str) -> None:
    for reader in (MarkdownIt("gfm-like", {"linkify": False}), MarkdownIt("commonmark")):
        for token in reader.parse(tamed(text)):
            for one in [token, *(token.children or [])]:
                assert one.type not in {"html_block", "html_inline", "image"}, (text, one)
                assert not str(one.attrs.get("href", "")).lower().startswith(("javascript:", "data:", "vbscript:")), (text, one)


def test_there_are_payloads_enough() -> None:
    assert len(set(PAYLOADS)) == len(PAYLOADS) >= 60


@needs_chromium[0]
@needs_chromium[1]
def test_the_page_runs_nothing_asks_for_nothing_and_keeps_its_shape(made: Path, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    asked, dialogs = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    page.goto((made / f"{ID}.html").as_uri())
    page.wait_for_timeout(300)
    assert page.evaluate("window.ran") is None
    assert dialogs == []
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    shown = page.locator("main h2").all_inner_texts()
    assert [name for name in shown if name in SECTIONS] == SECTIONS
    assert (
        page.locator("main script, main style, main iframe, main form, main input, main object, main img:not(figure img)").count()
        == 0
    )
    links = page.locator("main a").evaluate_all("all => all.map(one => one.href)")
    assert [link for link in links if link and not link.startswith(("http://", "https://", "mailto:", "file:"))] == []
    page.close()


@needs_chromium[0]
@needs_chromium[1]
@pytest.mark.parametrize("trusted", [False, True], ids=["untrusted", "trusted"])
def test_the_notebook_opened_in_jupyterlab_runs_nothing_and_asks_for_nothing(
    made: Path, browser: Browser, tmp_path: Path, trusted: bool
) -> None:
    work = tmp_path / "work"
    work.mkdir()
    shutil.copy(made / f"{ID}.ipynb", work / "hostile.ipynb")
    if trusted:
        around = {**os.environ, "JUPYTER_CONFIG_DIR": str(work / "config"), "JUPYTER_DATA_DIR": str(work / "data-of-jupyter")}
        subprocess.run(
            [sys.executable, "-m", "jupyter", "trust", work / "hostile.ipynb"], check=True, env=around, capture_output=True
        )
    with serving(work, *LAB) as address:
        page = browser.new_page(viewport={"width": 1280, "height": 2000})
        asked, dialogs = [], []
        page.on("request", lambda request: asked.append(request.url))
        page.on("dialog", lambda dialog: dialogs.append(dialog.message))
        page.goto(f"{address}/lab/tree/hostile.ipynb?reset")
        page.locator(".jp-OutputArea-output h2", has_text="Issue Summary").wait_for(timeout=WAIT_MS)
        page.screenshot(path=work / "lab.png")
        for _ in range(12):  # what is further down is drawn when it is scrolled to
            page.mouse.move(700, 900)
            page.mouse.wheel(0, 4000)
            page.wait_for_timeout(150)
        assert page.evaluate("window.ran") is None
        assert dialogs == []
        assert [url for url in asked if not url.startswith((address, "data:", "blob:", address.replace("http", "ws")))] == []
        links = page.locator(".jp-OutputArea-output a").evaluate_all("all => all.map(one => one.href)")
        assert not [link for link in links if link.startswith(("javascript:", "data:", "vbscript:"))]
        page.close()


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs poppler")
def test_the_pdf_holds_the_text_as_it_was_and_nothing_else(made: Path) -> None:
    said = subprocess.run(["pdftotext", "-raw", made / f"{ID}.pdf", "-"], capture_output=True, text=True, check=True).stdout
    flat = "".join(said.split())
    for text in ("<script>window.ran=1</script>", '#read("/etc/hostname")', "{{7*7}}", "${7*7}", '#panic("no")'):
        assert text.replace(" ", "") in flat
    assert Path("/etc/hostname").read_text().strip() not in flat or len(Path("/etc/hostname").read_text().strip()) < 4
    links = subprocess.run(["pdfinfo", "-url", made / f"{ID}.pdf"], capture_output=True, text=True, check=True).stdout
    assert not re.search(r"(?i)javascript:|data:|vbscript:|file:", links)


def test_the_markdown_shows_what_comes_from_data_as_text(made: Path) -> None:
    text = (made / f"{ID}.md").read_text()
    timeline = text.split("## Timeline")[1].split("## Root Cause")[0]
    assert "<" not in bare(timeline)
    assert "](javascript:" not in bare(timeline)
    assert not UNSEEN.search(text)


@pytest.mark.parametrize("template", OUTLINES)
def test_what_comes_from_data_is_escaped_in_every_manner(data: Path, template: Template) -> None:
    found = investigate(ID, data)
    silent = found.incident.with_file(IncidentFile(id=ID, title="a test", responders=PAYLOADS))
    report = Report(replace(found, incident=silent), template=template)
    told = "\n\n".join(part for section in report.sections for part in section.parts if isinstance(part, str))
    assert "<" not in bare(told)
    assert "](javascript:" not in bare(told)
    assert len(re.findall(r"^# ", told, re.MULTILINE)) == 1


def test_the_notebook_carries_nothing_that_lab_would_run(made: Path) -> None:
    notebook = json.loads((made / f"{ID}.ipynb").read_text())
    kinds = {mime for cell in notebook["cells"] for output in cell.get("outputs", ()) for mime in output.get("data", {})}
    assert kinds <= {"text/markdown", "text/plain", "image/svg+xml"}
    drawn = [
        "".join(output["data"]["image/svg+xml"])
        for cell in notebook["cells"]
        for output in cell.get("outputs", ())
        if "image/svg+xml" in output.get("data", {})
    ]
    assert drawn
    for element in (element for svg in drawn for element in ET.fromstring(svg).iter()):  # noqa: S314 - of our own making
        assert not re.search(r"\}(?:script|foreignObject|iframe|image|a|animate|set)$", str(element.tag))
        for name, value in element.attrib.items():
            assert not name.lower().startswith("on")
            assert not re.search(r"(?i)javascript:|data:|https?:", value) or "rdf" in str(element.tag) or "purl" in value


def test_the_terminal_is_sent_no_control_characters(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("summary", "check", "ingest", "actions"):
        main([command, ID, "--data", str(data)])
        said = capsys.readouterr()
        assert not UNSEEN.search(said.out + said.err), command


def test_no_cell_of_a_table_is_a_formula(data: Path) -> None:
    for form in ("csv", "jira"):
        for row in csv.reader(io.StringIO(action_items.written(find(ID, data), form))):
            assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]

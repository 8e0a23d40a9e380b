"""No text in exports or `incident.yaml` runs, loads anything or breaks the report, in any output."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from chrome import needs_chromium
from conftest import SECTIONS
from hostile_incident import ID, UNPRINTABLE, write_hostile_incident
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from payloads import PAYLOADS
from playwright.sync_api import Browser, Page
from samples import EXAMPLES
from serving import WAIT_MS, jupyter_home

from pmkit.cli import main
from pmkit.core.choices import Template
from pmkit.core.markdown_cells import LINE_BREAK
from pmkit.core.markdown_safety import sanitize
from pmkit.core.theme import NARROW_SVG
from pmkit.findings.findings import Findings
from pmkit.findings.investigate import investigate
from pmkit.incident import action_items
from pmkit.incident.folder import find_incident
from pmkit.incident.model import IncidentFile
from pmkit.publish import job, run
from pmkit.reports.outlines import OUTLINES
from pmkit.reports.report import Report

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of all incidents, which contains the hostile one."""
    folder = tmp_path_factory.mktemp("hostile")
    write_hostile_incident(folder)
    return folder


@pytest.fixture(scope="module")
def hostile_findings(data: Path) -> Findings:
    """Return the findings on the hostile incident."""
    return investigate(ID, data)


@pytest.fixture(scope="module")
def outputs(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the report in every format, in the template that shows the most fields."""
    out = tmp_path_factory.mktemp("out")
    run.run(job.Job(find_incident(ID, data), out, ["html", "pdf", "md", "ipynb"], template="pagerduty"))
    return out


def outside_code(markdown: str) -> str:
    """Return Markdown without code, escaped characters and line breaks in cells of tables."""
    markdown = markdown.replace(LINE_BREAK, "")
    return re.sub(r"\\.", "", re.sub(r"(?<![\\`])(`+)(?!`).*?(?<!`)\1(?!`)", "", markdown))


# fmt: off
PIECES = st.sampled_from([
    "<img src=http://evil.example/a>", "<script>", "![x](http://evil.example/b)", "[x](javascript:window.ran=1)", "`", "``",
    "```", "~~~", "\n", "\n\n", "    ", "- ", "> ", "1. ", "|", "\\", "a", " ", "[x]: javascript:1\n", "<https://shop.example/>",
    "<!--", "-->", "&lt;", "[x][x]", "![x][x]", "|-|-|\n", "\t", "$", "*", "<a href='`'>",
])
# fmt: on


@settings(max_examples=150 * EXAMPLES, deadline=None)
@given(st.lists(PIECES, max_size=14).map("".join))
def test_sanitized_markdown_contains_no_html_images_or_script_links(text: str) -> None:
    for reader in (MarkdownIt("gfm-like", {"linkify": False}), MarkdownIt("commonmark")):
        for block in reader.parse(sanitize(text)):
            for token in [block, *(block.children or [])]:
                assert token.type not in {"html_block", "html_inline", "image"}, (text, token)
                target = str(token.attrs.get("href", "")).lower()
                assert not target.startswith(("javascript:", "data:", "vbscript:")), (text, token)


def test_no_payload_occurs_twice() -> None:
    assert len(set(PAYLOADS)) == len(PAYLOADS) >= 60


@contextmanager
def watched(browser: Browser, height: int, allowed: tuple[str, ...]) -> Iterator[Page]:
    """Open a page, and check at the end that nothing ran and that it only requested allowed addresses."""
    page = browser.new_page(viewport={"width": 1280, "height": height})
    requests: list[str] = []
    dialogs: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    yield page
    assert page.evaluate("window.ran") is None
    assert dialogs == []
    assert [url for url in requests if not url.startswith(allowed)] == []
    page.close()


@needs_chromium[0]
@needs_chromium[1]
def test_the_page_runs_nothing_loads_nothing_and_keeps_its_shape(outputs: Path, browser: Browser) -> None:
    with watched(browser, 900, ("file:", "data:")) as page:
        page.goto((outputs / f"{ID}.html").as_uri())
        page.wait_for_timeout(300)
        assert page.evaluate("document.documentElement.scrollWidth") <= 1280
        headings = page.locator("main h2").all_inner_texts()
        assert [name for name in headings if name in SECTIONS] == SECTIONS
        forbidden = ["script", "style", "iframe", "form", "input", "object", "img:not(figure img)"]
        assert page.locator(", ".join(f"main {selector}" for selector in forbidden)).count() == 0
        links = page.locator("main a:not([download])").evaluate_all("links => links.map(link => link.href)")
        assert [link for link in links if link and not link.startswith(("http://", "https://", "mailto:", "file:"))] == []
        files = page.locator("main a[download]").evaluate_all("links => links.map(link => [link.download, link.href])")
        assert all(name.endswith(".csv") and link.startswith("data:text/csv;charset=utf-8;base64,") for name, link in files)
        assert len(files) > 5


@needs_chromium[0]
@needs_chromium[1]
def test_the_notebook_in_jupyterlab_runs_nothing_and_loads_nothing(
    outputs: Path, browser: Browser, jupyterlab: tuple[Path, str]
) -> None:
    work, address = jupyterlab[0] / "hostile", jupyterlab[1]
    work.mkdir()
    for name in ("untrusted.ipynb", "trusted.ipynb"):
        shutil.copy(outputs / f"{ID}.ipynb", work / name)
    command = [sys.executable, "-m", "jupyter", "trust", work / "trusted.ipynb"]
    subprocess.run(command, check=True, env={**os.environ, **jupyter_home(work.parent)}, capture_output=True)
    for name in ("untrusted.ipynb", "trusted.ipynb"):
        with watched(browser, 2000, (address, "data:", "blob:", address.replace("http", "ws"))) as page:
            page.goto(f"{address}/lab/tree/{work.name}/{name}?reset")
            page.locator(".jp-OutputArea-output h2", has_text="Issue Summary").wait_for(timeout=WAIT_MS)
            for _ in range(12):  # JupyterLab renders what is scrolled into view
                page.mouse.move(700, 900)
                page.mouse.wheel(0, 4000)
                page.wait_for_timeout(150)
            links = page.locator(".jp-OutputArea-output a").evaluate_all("links => links.map(link => link.href)")
            assert not [link for link in links if link.startswith(("javascript:", "data:", "vbscript:"))]


@pytest.mark.kernel
@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs poppler")
def test_the_pdf_shows_payloads_as_text(outputs: Path) -> None:
    pdf = outputs / f"{ID}.pdf"
    text = subprocess.run(["pdftotext", "-raw", pdf, "-"], capture_output=True, text=True, check=True).stdout
    flat = "".join(text.split())
    for payload in ("<script>window.ran=1</script>", '#read("/etc/hostname")', "{{7*7}}", "${7*7}", '#panic("no")'):
        assert payload.replace(" ", "") in flat
    hostname = Path("/etc/hostname").read_text().strip()
    assert len(hostname) < 4 or hostname not in flat
    links = subprocess.run(["pdfinfo", "-url", pdf], capture_output=True, text=True, check=True).stdout
    assert not re.search(r"(?i)javascript:|data:|vbscript:|file:", links)


@pytest.mark.kernel
def test_the_markdown_shows_data_as_text(outputs: Path) -> None:
    text = (outputs / f"{ID}.md").read_text()
    timeline = text.split("## Timeline")[1].split("## Root Cause")[0]
    assert "<" not in outside_code(timeline)
    assert "](javascript:" not in outside_code(timeline)
    assert not UNPRINTABLE.search(text)


@pytest.mark.parametrize("template", OUTLINES)
def test_data_is_escaped_in_every_template(hostile_findings: Findings, template: Template) -> None:
    silent = hostile_findings.incident.with_file(IncidentFile(id=ID, title="a test", responders=PAYLOADS))
    report = Report(replace(hostile_findings, incident=silent), template=template)
    text = "\n\n".join(part for section in report.sections for part in section.parts if isinstance(part, str))
    assert "<" not in outside_code(text)
    assert "](javascript:" not in outside_code(text)
    assert len(re.findall(r"^# ", text, re.MULTILINE)) == 1


@pytest.mark.kernel
def test_the_notebook_carries_nothing_that_jupyterlab_would_run(outputs: Path) -> None:
    notebook = json.loads((outputs / f"{ID}.ipynb").read_text())
    bundles = [output.get("data", {}) for cell in notebook["cells"] for output in cell.get("outputs", ())]
    assert {mime for bundle in bundles for mime in bundle} <= {"text/markdown", "text/plain", "image/svg+xml", NARROW_SVG}
    charts = ["".join(bundle["image/svg+xml"]) for bundle in bundles if "image/svg+xml" in bundle]
    assert charts
    for element in (element for svg in charts for element in ET.fromstring(svg).iter()):  # noqa: S314 - our own
        assert not re.search(r"\}(?:script|foreignObject|iframe|image|a|animate|set)$", str(element.tag))
        for name, value in element.attrib.items():
            assert not name.lower().startswith("on")
            assert not re.search(r"(?i)javascript:|data:|https?:", value) or "rdf" in str(element.tag) or "purl" in value


def test_the_terminal_gets_no_control_characters(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("summary", "check", "ingest", "actions"):
        main([command, ID, "--data", str(data)])
        printed = capsys.readouterr()
        assert not UNPRINTABLE.search(printed.out + printed.err), command


def test_no_cell_of_a_table_is_a_formula(data: Path) -> None:
    for form in ("csv", "jira"):
        for row in csv.reader(io.StringIO(action_items.export(find_incident(ID, data), form))):
            assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]

"""In a real browser the page requests nothing, runs nothing and is accessible to everybody."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import hostile
import pytest
from chrome import REQUIRED, needs_chromium
from conftest import ROOT
from playwright.sync_api import Browser, Page

from pmkit.publish.html_exporter import HtmlReportExporter

AXE = ROOT / "tests" / "node_modules" / "axe-core" / "axe.min.js"
pytestmark = needs_chromium


class Seen:
    """The requests and console messages of a page."""

    def __init__(self, page: Page) -> None:
        self.requests: list[str] = []
        self.console: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("console", lambda message: self.console.append(message.text))
        page.on("pageerror", lambda error: self.console.append(str(error)))

    @property
    def remote(self) -> list[str]:
        return [url for url in self.requests if not url.startswith(("file:", "data:"))]


@pytest.fixture(params=["light", "dark"])
def report(browser: Browser, published: Path, request: pytest.FixtureRequest) -> Iterator[tuple[Page, Seen]]:
    context = browser.new_context(color_scheme=request.param, reduced_motion="reduce", viewport={"width": 1280, "height": 900})
    page = context.new_page()
    seen = Seen(page)
    page.goto((published / "INC-2026-1103.html").as_uri())
    yield page, seen
    context.close()


def test_the_page_requests_nothing_and_logs_no_errors(report: tuple[Page, Seen]) -> None:
    page, seen = report
    page.wait_for_load_state("networkidle")
    assert seen.remote == []
    assert seen.console == []


def test_no_word_in_a_table_is_broken(report: tuple[Page, Seen]) -> None:
    page, _ = report
    words = page.evaluate(
        """[...document.querySelectorAll("th, td")].filter(cell => /^[\\w:.]+$/.test(cell.textContent.trim())).map(cell => {
            const range = document.createRange();
            range.selectNodeContents(cell);
            return [cell.textContent.trim(), new Set([...range.getClientRects()].map(box => Math.round(box.top))).size];
        })"""
    )
    assert len(words) > 100
    assert [word for word, lines in words if lines > 1] == []


def test_every_link_in_the_contents_leads_to_its_heading(report: tuple[Page, Seen]) -> None:
    page, _ = report
    links = page.locator("nav a")
    assert links.count() >= 12
    for link in links.all():
        link.click()
        target = page.locator(f"[id='{link.get_attribute('href')[1:]}']")
        assert target.inner_text() == link.inner_text()
        assert target.evaluate("node => node.getBoundingClientRect().top < innerHeight")


def test_no_accessibility_rule_is_broken(report: tuple[Page, Seen]) -> None:
    if not AXE.exists() and not REQUIRED:
        pytest.skip("needs axe-core: npm install --prefix tests")
    page, _ = report
    page.locator("#show-code").check()
    # The page's own policy forbids scripts; the DevTools protocol is exempt from it.
    session = page.context.new_cdp_session(page)
    session.send("Runtime.evaluate", {"expression": AXE.read_text()})
    audit = session.send(
        "Runtime.evaluate",
        {
            "expression": "axe.run().then(({violations}) => violations.map(rule => [rule.id, rule.nodes[0].html.slice(0, 200)]))",
            "awaitPromise": True,
            "returnByValue": True,
        },
    )
    assert audit["result"]["value"] == []


def test_code_is_hidden_until_requested(report: tuple[Page, Seen]) -> None:
    page, _ = report
    code = page.locator("pre.input").first
    assert not code.is_visible()
    page.get_by_label("Show the code").check()
    assert code.is_visible()


def test_charts_fit_the_page_and_the_phone_and_have_the_colours_of_the_page(report: tuple[Page, Seen]) -> None:
    page, _ = report
    for width, shown, least in ((1280, "wide", 600), (768, "wide", 600), (390, "narrow", 340)):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        sizes = page.locator(".chart").evaluate_all("charts => charts.map(chart => [chart.classList[1], chart.clientWidth])")
        assert len(sizes) == 10
        assert all(size >= least if form == shown else size == 0 for form, size in sizes)
        charts = page.locator(f".{shown}").all()
        colours = [chart.locator("path").first.evaluate("path => getComputedStyle(path).fill") for chart in charts]
        assert set(colours) == {page.evaluate("getComputedStyle(document.body).backgroundColor")}


def test_a_row_is_a_card_on_a_phone_and_each_cell_says_what_it_is(report: tuple[Page, Seen]) -> None:
    page, _ = report
    page.set_viewport_size({"width": 390, "height": 800})
    cards = page.locator(".cards tbody tr")
    assert cards.count() > 60
    places = """rows => rows.map(row => [row.offsetWidth, ...[...row.children].filter(cell => cell.textContent && !cell.align)
        .map(cell => cell.offsetWidth)])"""
    assert all(width > 300 for widths in cards.evaluate_all(places) for width in widths)
    timeline = page.locator(".cards").first.locator("tbody tr").first.locator("td")
    assert timeline.evaluate_all("cells => cells.map(cell => cell.dataset.label)") == [
        "Time (CET)", "Kind", "What happened", "Evidence",
    ]  # fmt: skip
    assert page.locator(".cards").first.locator("thead").evaluate("head => head.offsetWidth") == 1


def test_a_section_can_be_linked_and_a_table_taken_away_as_csv(report: tuple[Page, Seen]) -> None:
    page, seen = report
    page.get_by_role("heading", name="Timeline", exact=True).hover()
    page.get_by_role("link", name="Link to Timeline", exact=True).click()
    assert page.url.endswith("#timeline")
    with page.expect_download() as download:
        page.get_by_role("link", name="This table as CSV: timeline.csv").click()
    text = download.value.path().read_text()
    assert text.splitlines()[:2] == [
        "Time (CET),Kind,What happened,Evidence",
        "10:08:39,change,Deploy of checkout v3.8.0: answer expired coupons with 409 before an order is placed (checkout team).,"
        "changes/deploys.jsonl:1",
    ]
    assert seen.remote == []


def test_it_prints_without_its_navigation(report: tuple[Page, Seen]) -> None:
    page, _ = report
    page.emulate_media(media="print")
    assert not page.locator("nav").is_visible()
    assert page.locator("h2").filter(has_text="Issue Summary").is_visible()
    assert page.locator(".wide path").first.evaluate("path => getComputedStyle(path).fill") == "rgb(255, 255, 255)"


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Log nothing."""


@pytest.fixture
def served(tmp_path: Path) -> Iterator[str]:
    """Serve a folder over HTTP, where a page may do more than from a file."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=tmp_path))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def test_a_hostile_notebook_runs_nothing_and_loads_nothing(browser: Browser, tmp_path: Path, served: str) -> None:
    html, _ = HtmlReportExporter().from_notebook_node(hostile.notebook())
    (tmp_path / "hostile.html").write_text(html)
    page = browser.new_page()
    seen = Seen(page)
    page.goto(f"{served}/hostile.html")
    for link in page.locator("main a").all():
        link.click(no_wait_after=True)
    page.wait_for_timeout(300)
    assert page.evaluate("window.ran") is None
    assert [url for url in seen.remote if not url.startswith(served)] == []
    assert page.url.startswith(f"{served}/hostile.html")
    page.close()

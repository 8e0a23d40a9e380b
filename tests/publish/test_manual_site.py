"""The manual as web pages: every page is there, links lead somewhere, and the search works from a disk."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import chrome
import pytest
from conftest import ROOT
from playwright.sync_api import Browser

from pmkit.publish.manual.manual_site import Site, build, read_page, write
from pmkit.publish.manual.navigation import PAGES, Page

MANUAL = ROOT / "pmkit" / "manual"
AXE = ROOT / "tests" / "node_modules" / "axe-core" / "axe.min.js"


@cache
def site() -> Site:
    return build()


def with_overview(markdown: str) -> Site:
    """Return the site with another text of the overview."""
    return build(lambda page: markdown if page.url == "index.html" else "# Page\n\n## Part\n")


def test_no_link_of_the_manual_is_broken() -> None:
    assert site().broken == []


def test_every_page_of_the_manual_is_in_the_navigation() -> None:
    assert {path.name for path in MANUAL.glob("*.md")} == {Path(path).name for path in PAGES if path.startswith("pmkit/manual/")}


def test_every_page_links_all_pages_and_marks_itself() -> None:
    for url, html in site().pages.items():
        assert all(f'href="{page.url}"' in html for page in PAGES.values())
        assert f'<a href="{url}" aria-current="page">' in html


def test_links_that_lead_nowhere_are_listed() -> None:
    text = "# Start\n[a](nowhere.md) [b](how-to.md#none) [c](how-to.md#part) [d](#start) [e](../../LICENSE) [f](pictures/no.png)"
    overview = "pmkit/manual/README.md"
    assert with_overview(text).broken == [
        f"{overview}: {link}" for link in ("nowhere.md", "how-to.md#none", "../../LICENSE", "pictures/no.png")
    ]


def test_links_between_pages_lead_to_pages_of_the_site() -> None:
    html = with_overview("# Start\n[a](how-to.md#part) [b](../ingest/cluster/README.md) [c](https://example.org)").pages[
        "index.html"
    ]
    assert all(f'href="{url}"' in html for url in ("how-to.html#part", "cluster.html", "https://example.org"))


def test_the_text_of_a_page_is_not_markup() -> None:
    assert "<script>alert" not in with_overview("# A <script>alert(1)</script>\n\n<script>alert(2)</script>").pages["index.html"]


def test_the_search_finds_the_text_of_a_section_under_its_heading() -> None:
    entries = with_overview("# Start\n\nOne.\n\n## A `code`\n\nTwo.\n\n| h |\n| --- |\n| three |\n").search
    assert entries[:2] == [
        ("index.html", "Overview", "Start", "One."),
        ("index.html#a-code", "Overview", "A code", "Two. three"),
    ]


def test_headings_of_one_name_have_anchors_of_their_own() -> None:
    html = with_overview("# Start\n\n## Part\n\n## Part\n").pages["index.html"]
    assert ('<h2 id="part">' in html, '<h2 id="part-1">' in html) == (True, True)


def test_the_pages_and_their_pictures_are_written(pmkit, tmp_path: Path) -> None:
    exit_code, out, err = pmkit("docs", "--out", tmp_path)
    assert (exit_code, out, err) == (0, f"{tmp_path / 'index.html'}\n", "")
    pictures = {Path(name).name for name in site().files if name.startswith("pictures/")}
    assert {path.name for path in (tmp_path / "pictures").iterdir()} == pictures
    assert {path.name for path in MANUAL.glob("pictures/*")} == pictures


def test_a_folder_that_cannot_be_written_is_named(pmkit, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    exit_code, _, err = pmkit("docs", "--out", tmp_path / "file")
    assert exit_code == 2
    assert f"{tmp_path / 'file'}: cannot be written" in err


@pytest.mark.parametrize("page", PAGES.values(), ids=lambda page: page.url)
def test_a_page_begins_with_its_only_top_heading(page: Page) -> None:
    headings = [line for line in read_page(page).split("```")[0].splitlines() if line.startswith("# ")]
    assert headings == [read_page(page).splitlines()[0]]


class TestInTheBrowser:
    pytestmark = chrome.needs_chromium

    @pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
    def test_the_search_works_from_a_disk_and_loads_nothing(self, browser: Browser, tmp_path: Path, width: int, scheme) -> None:
        write(site(), tmp_path)
        context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
        tab, requests, errors = context.new_page(), [], []
        tab.on("request", lambda request: requests.append(request.url))
        tab.on("pageerror", lambda error: errors.append(str(error)))
        tab.goto((tmp_path / "tutorial.html").as_uri())
        tab.keyboard.press("/")
        tab.keyboard.type("fails_if")
        hit = tab.locator("#hits a").first
        hit.wait_for()
        assert tab.locator("#hits mark").first.inner_text() == "fails_if"
        tab.keyboard.press("ArrowDown")
        tab.keyboard.press("Enter")
        tab.wait_for_url("**/*.html#*")
        assert tab.evaluate("document.documentElement.scrollWidth") == width
        assert errors == []
        assert all(url.startswith("file://") for url in requests)
        context.close()

    def test_no_accessibility_rule_is_broken(self, browser: Browser, tmp_path: Path) -> None:
        if not AXE.exists() and not chrome.REQUIRED:
            pytest.skip("needs axe-core: npm install --prefix tests")
        write(site(), tmp_path)
        for scheme in ("light", "dark"):
            tab = browser.new_page(viewport={"width": 1280, "height": 800}, color_scheme=scheme)
            tab.goto((tmp_path / "tutorial.html").as_uri())
            tab.keyboard.press("/")
            tab.keyboard.type("deploy")
            tab.locator("#hits a").first.wait_for()
            tab.add_script_tag(path=AXE)
            audit = "axe.run().then(({violations}) => violations.map(rule => [rule.id, rule.nodes[0].html.slice(0, 200)]))"
            assert tab.evaluate(audit) == []
            tab.close()

"""The explorer in real JupyterLab, and in Voilà, in Chromium."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from chrome import needs_chromium
from conftest import DATA, ROOT
from playwright.sync_api import Browser, Locator, Page, expect
from ruamel.yaml import YAML
from serving import WAIT_MS, run_explorer, serving

ID = "INC-2026-1103"
pytestmark = needs_chromium


@pytest.fixture(scope="module")
def work(jupyterlab: tuple[Path, str]) -> Path:
    """Create a folder like a user's: incidents, and the notebook for one of them."""
    folder = jupyterlab[0] / "explorer"
    shutil.copytree(DATA / ID, folder / "data" / "incidents" / ID)
    (folder / "notebooks").mkdir()
    notebook = (ROOT / "notebooks" / "investigate.ipynb").read_text().replace("INC-2026-1012", ID)
    (folder / "notebooks" / "investigate.ipynb").write_text(notebook)
    return folder


@pytest.fixture(scope="module")
def lab(jupyterlab: tuple[Path, str], work: Path, browser: Browser) -> Iterator[Page]:
    """Open the notebook in JupyterLab and run it."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    run_explorer(page, jupyterlab[1], work.name)
    yield page
    page.close()


def drag(page: Page, start: float, end: float) -> None:
    """Drag across the chart, from one fraction of its width to another."""
    canvas = page.locator(".pmkit canvas").last
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + start * box["width"], y)
    page.mouse.down()
    page.mouse.move(box["x"] + (start + 0.02) * box["width"], y, steps=3)
    page.mouse.move(box["x"] + end * box["width"], y, steps=6)
    page.mouse.up()


def span(page: Page) -> list[str]:
    return [box.input_value() for box in page.locator(".pmkit input[type=text]").all()[:2]]


def tab(page: Page, name: str) -> None:
    page.locator(".pmkit").get_by_role("tab", name=name).click()


def field(page: Page, title: str) -> Locator:
    """Return the input of a field of the postmortem, by its title."""
    return page.locator(".pmkit").get_by_label(title, exact=True)


def test_dragging_a_span_shows_what_happened_in_it(lab: Page) -> None:
    before = span(lab)
    assert before == ["2026-11-03 10:17:10", "2026-11-03 10:25:10"]
    drag(lab, 0.2, 0.4)
    expect(lab.get_by_text("No message is clearly more frequent here than outside.")).to_be_visible(timeout=WAIT_MS)
    expect(lab.locator(".pmkit input[type=text]").first).not_to_have_value(before[0], timeout=WAIT_MS)
    after = span(lab)
    assert after[0] < after[1] < before[0]
    assert all(at.endswith("0") for at in after)  # whole bins of ten seconds
    lab.get_by_role("button", name="Detected impact").click()
    expect(lab.locator(".pmkit .rank button").first).to_contain_text("no database connection for", timeout=WAIT_MS)
    for box, at in zip(lab.locator(".pmkit input[type=text]").all()[:2], before, strict=True):
        expect(box).to_have_value(at, timeout=WAIT_MS)


def test_a_click_on_a_message_shows_its_lines(lab: Page) -> None:
    lab.locator(".pmkit .rank button").first.click()
    expect(lab.get_by_text("1,778 lines")).to_be_visible(timeout=WAIT_MS)
    expect(lab.locator(".pmkit table.lines tr.bad")).to_have_count(50)
    lab.get_by_role("button", name="Clear").click()
    expect(lab.get_by_text("17,872 lines")).to_be_visible(timeout=WAIT_MS)


def test_text_and_a_filter_narrow_the_lines(lab: Page) -> None:
    severities = field(lab, "Severity").first  # the filter; the written field comes after it
    options = severities.locator("option").all_inner_texts()
    severities.select_option(index=next(number for number, text in enumerate(options) if text.endswith("ERROR")))
    expect(lab.get_by_text("3,556 lines")).to_be_visible(timeout=WAIT_MS)
    lab.get_by_placeholder("in messages, paths").fill("database connection")
    lab.keyboard.press("Enter")
    expect(lab.get_by_text("1,778 lines")).to_be_visible(timeout=WAIT_MS)
    lab.get_by_role("button", name="Clear").click()


def test_a_click_on_the_chart_sets_the_time_of_a_note_and_saving_writes_it(lab: Page, work: Path) -> None:
    canvas = lab.locator(".pmkit canvas").last
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    before = span(lab)
    canvas.click(position={"x": 0.7 * box["width"], "y": 0.5 * box["height"]})
    tab(lab, "Timeline")
    assert span(lab) == before
    moment = lab.get_by_placeholder("2026-01-17 03:10:00")
    expect(moment).to_have_value(re.compile(r"2026-11-03 10:2[23]:\d\d"), timeout=WAIT_MS)
    at = moment.input_value()
    lab.get_by_placeholder("what happened, one sentence").fill("Support is told.")
    lab.get_by_role("button", name="Add note").click()
    expect(lab.get_by_text("Not saved: timeline.")).to_be_visible(timeout=WAIT_MS)
    lab.get_by_role("button", name="Save", exact=True).click()
    expect(lab.get_by_text("Saved to incident.yaml.")).to_be_visible(timeout=WAIT_MS)
    text = (work / "data" / "incidents" / ID / "incident.yaml").read_text()
    assert f"  - at: {at}\n    text: Support is told.\n" in text
    assert "# the checkout hosts still run on head office time" in text


def test_the_linter_shows_problems_beside_the_field_while_the_user_types(lab: Page) -> None:
    tab(lab, "Postmortem")
    box = field(lab, "Trigger")
    box.fill("The engineer failed to check the pool.")
    expect(lab.locator(".pmkit .problem.error").first).to_contain_text("PM401", timeout=WAIT_MS)


def test_a_concurrent_change_by_someone_else_is_shown_and_kept(lab: Page, work: Path) -> None:
    path = work / "data" / "incidents" / ID / "incident.yaml"
    field(lab, "Trigger").fill("The deploy of checkout v3.8.0.")
    # Action items, the form of which also has an owner, come after it.
    owner = field(lab, "Owner").first
    owner.fill("my team")
    expect(lab.get_by_text("Not saved: trigger, owner.")).to_be_visible(timeout=WAIT_MS)
    path.write_text(path.read_text().replace("owner: checkout team", "owner: their team"))
    lab.get_by_role("button", name="Save", exact=True).click()
    expect(lab.locator(".pmkit .conflict")).to_contain_text("their team", timeout=WAIT_MS)
    assert "owner: their team" in path.read_text()
    lab.get_by_role("button", name="Take theirs").click()
    expect(lab.get_by_text("Saved to incident.yaml.")).to_be_visible(timeout=WAIT_MS)
    expect(owner).to_have_value("their team")
    saved = YAML(typ="safe").load(path.read_text())
    assert (saved["owner"], saved["trigger"]) == ("their team", "The deploy of checkout v3.8.0.")


def test_the_report_is_previewed_and_exported(lab: Page, work: Path) -> None:
    lab.get_by_role("button", name="Preview").click()
    frame = lab.frame_locator(".pmkit iframe")
    expect(frame.get_by_role("heading", name="Issue Summary")).to_be_visible(timeout=WAIT_MS)
    expect(frame.get_by_text("Support is told.")).to_be_visible()
    expect(lab.locator(".pmkit iframe")).to_be_in_viewport(timeout=WAIT_MS)
    lab.get_by_role("button", name="Export HTML and PDF").click()
    expect(lab.get_by_text("Written:")).to_be_visible(timeout=WAIT_MS)
    with lab.expect_download() as download:
        lab.get_by_role("link", name=f"reports/{ID}.pdf").click()
    assert download.value.path().read_bytes() == (work / "reports" / f"{ID}.pdf").read_bytes()
    assert (work / "reports" / f"{ID}.html").exists()


def test_every_control_can_be_reached_with_the_keyboard(lab: Page) -> None:
    tab(lab, "Evidence")
    lab.get_by_role("button", name="Save", exact=True).focus()
    reached = []
    for _ in range(24):
        reached.append(lab.evaluate("document.activeElement.textContent || document.activeElement.tagName"))
        lab.keyboard.press("Tab")
    for expected in ("Preview", "Export HTML and PDF", "Detected impact", "Confirm this span", "Clear"):
        assert expected in reached


def test_the_tab_key_moves_past_the_chart(lab: Page) -> None:
    tab(lab, "Evidence")
    lab.locator(".pmkit canvas").last.click(position={"x": 200, "y": 200})
    lab.get_by_role("button", name="Export HTML and PDF").focus()
    for key, expected in (("Tab", "Detected impact"), ("Shift+Tab", "Export HTML and PDF")):
        passed = []
        # Links to the files that were exported may stand on the way.
        while expected not in passed and len(passed) < 8:
            lab.keyboard.press(key)
            passed.append(lab.evaluate("document.activeElement.textContent || document.activeElement.tagName"))
        assert expected in passed


def test_the_chart_fills_the_available_width(lab: Page) -> None:
    canvas, whole = lab.locator(".pmkit canvas").last, lab.locator(".pmkit").first
    for width in (1900, 1280):
        lab.set_viewport_size({"width": width, "height": 900})
        available = whole.evaluate("element => element.offsetWidth")
        expect(canvas).to_have_js_property("offsetWidth", min(1480, available), timeout=WAIT_MS)
    assert abs(canvas.evaluate("element => element.offsetHeight") - 410) <= 1


def test_the_notebook_works_unchanged_in_voila(work: Path, browser: Browser) -> None:
    notebook = work / "notebooks" / "investigate.ipynb"
    with serving(work, "voila", str(notebook), "--no-browser") as address:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(address, timeout=WAIT_MS)
        page.get_by_text("Everything is saved.").wait_for(timeout=WAIT_MS)
        drag(page, 0.2, 0.4)
        expect(page.get_by_text("No message is clearly more frequent here than outside.")).to_be_visible(timeout=WAIT_MS)
        page.close()

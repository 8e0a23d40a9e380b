"""Take the README's pictures from the real thing: a report, and the explorer in JupyterLab.

make picture
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import chrome
from playwright.sync_api import Browser
from serving import LAB, run_explorer, serving

from pmkit import runner
from pmkit.incident import find

ROOT = Path(__file__).parent.parent
INCIDENT = "INC-2026-1103"


def report(browser: Browser, folder: Path) -> None:
    """Take the first page of the report."""
    runner.run(runner.Job(find(INCIDENT, ROOT / "data" / "incidents"), folder, ["html"]))
    page = browser.new_page(viewport={"width": 1160, "height": 1235}, device_scale_factor=1.25)
    page.goto((folder / f"{INCIDENT}.html").as_uri())
    page.screenshot(path=ROOT / "data" / "report.png")


def explorer(browser: Browser, folder: Path) -> None:
    """Take the explorer with the lines of one message."""
    shutil.copytree(ROOT / "data" / "incidents" / INCIDENT, folder / "data" / "incidents" / INCIDENT)
    (folder / "notebooks").mkdir()
    notebook = (ROOT / "notebooks" / "investigate.ipynb").read_text().replace("INC-2026-1012", INCIDENT)
    (folder / "notebooks" / "investigate.ipynb").write_text(notebook)
    with serving(folder, *LAB) as address:
        page = browser.new_page(viewport={"width": 1180, "height": 1760})
        run_explorer(page, address)
        page.get_by_role("button", name="No", exact=True).click()  # no news
        page.keyboard.press("Control+b")  # without the list of files
        page.locator(".pmkit .rank button").first.click()
        page.locator(".pmkit table.lines tr.bad").first.wait_for()
        page.wait_for_timeout(1500)
        page.locator(".jp-WindowedPanel-outer").first.evaluate("panel => panel.scrollTop = 0")
        page.locator(".pmkit").first.screenshot(path=ROOT / "data" / "explorer.png")


def main() -> None:
    with tempfile.TemporaryDirectory() as name, chrome.opened() as browser:
        report(browser, Path(name))
        explorer(browser, Path(name))


if __name__ == "__main__":
    main()

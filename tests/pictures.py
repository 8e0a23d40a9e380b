"""Take the screenshots in the README and the manual: real reports, and the explorer in JupyterLab.

make pictures
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

import chrome
from playwright.sync_api import Browser
from serving import LAB, run_explorer, serving
from walkthrough import MANUAL, ROOT, Shell, steps

PICTURES = MANUAL / "pictures"
DATA = ROOT / "data" / "incidents"
EXAMPLE = "INC-2026-1103"
TUTORIAL = "INC-2026-1012"


def page(browser: Browser, file: Path, name: str, width: int, height: int) -> None:
    """Take a screenshot of the top of a page."""
    tab = browser.new_page(viewport={"width": width, "height": height}, device_scale_factor=1.25)
    tab.goto(file.as_uri())
    tab.screenshot(path=PICTURES / name)
    tab.close()


def explorer(browser: Browser, folder: Path, incident: Path, name: str) -> None:
    """Take a screenshot of the explorer with the lines of the message that increased most."""
    shutil.copytree(incident, folder / "data" / "incidents" / incident.name)
    (folder / "notebooks").mkdir()
    notebook = (ROOT / "notebooks" / "investigate.ipynb").read_text().replace(TUTORIAL, incident.name)
    (folder / "notebooks" / "investigate.ipynb").write_text(notebook)
    with serving(folder, *LAB) as address:
        tab = browser.new_page(viewport={"width": 1180, "height": 1760})
        run_explorer(tab, address)
        tab.get_by_role("button", name="No", exact=True).click()  # dismiss the prompt about news
        tab.keyboard.press("Control+b")  # hide the file browser
        tab.locator(".pmkit .rank button").first.click()
        tab.locator(".pmkit table.lines tr.bad").first.wait_for()
        tab.wait_for_timeout(1500)
        tab.locator(".jp-WindowedPanel-outer").first.evaluate("panel => panel.scrollTop = 0")
        tab.locator(".pmkit").first.screenshot(path=PICTURES / name)
        tab.close()


def readme(browser: Browser, folder: Path) -> None:
    """Take screenshots of the sample report and of the explorer, for an incident that ships with pmkit."""
    page(browser, MANUAL / "sample" / f"{EXAMPLE}.html", "report.png", 1160, 1235)
    explorer(browser, folder / "lab", DATA / EXAMPLE, "explorer.png")


def tutorial(browser: Browser, folder: Path) -> None:
    """Run the commands of the tutorial and take screenshots of their output."""
    shell = Shell(folder)
    for step in steps("tutorial.md"):
        if step.language == "console":
            shell(step.command)
        if "--out exercise/draft" in step.command:
            page(browser, folder / "exercise" / "draft" / f"{TUTORIAL}.html", "draft.png", 1160, 1180)
            explorer(browser, folder / "lab", folder / "exercise" / TUTORIAL, "digging.png")
    shell.close()
    pdf = folder / "exercise" / "reports" / f"{TUTORIAL}.pdf"
    subprocess.run(["pdftoppm", "-r", "90", "-png", "-singlefile", "-l", "1", pdf, PICTURES / "pdf"], check=True)


def main() -> None:
    """Take all screenshots."""
    for take in (readme, tutorial):
        with tempfile.TemporaryDirectory() as name, chrome.opened() as browser:
            take(browser, Path(name))


if __name__ == "__main__":
    main()

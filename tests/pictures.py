"""Take the pictures of README and manual from the real thing: reports, and the explorer in JupyterLab.

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
from typed import MANUAL, ROOT, Shell, steps

from pmkit.incident.folder import find_incident
from pmkit.publish import job, run

PICTURES = MANUAL / "pictures"
DATA = ROOT / "data" / "incidents"
SHOWN = "INC-2026-1103"
TUTORIAL = "INC-2026-1012"


def page(browser: Browser, file: Path, name: str, width: int, height: int) -> None:
    """Take the beginning of a page."""
    opened = browser.new_page(viewport={"width": width, "height": height}, device_scale_factor=1.25)
    opened.goto(file.as_uri())
    opened.screenshot(path=PICTURES / name)
    opened.close()


def explorer(browser: Browser, folder: Path, incident: Path, name: str) -> None:
    """Take the explorer with the lines of the message that rose most."""
    shutil.copytree(incident, folder / "data" / "incidents" / incident.name)
    (folder / "notebooks").mkdir()
    notebook = (ROOT / "notebooks" / "investigate.ipynb").read_text().replace(TUTORIAL, incident.name)
    (folder / "notebooks" / "investigate.ipynb").write_text(notebook)
    with serving(folder, *LAB) as address:
        opened = browser.new_page(viewport={"width": 1180, "height": 1760})
        run_explorer(opened, address)
        opened.get_by_role("button", name="No", exact=True).click()  # no news
        opened.keyboard.press("Control+b")  # without the list of files
        opened.locator(".pmkit .rank button").first.click()
        opened.locator(".pmkit table.lines tr.bad").first.wait_for()
        opened.wait_for_timeout(1500)
        opened.locator(".jp-WindowedPanel-outer").first.evaluate("panel => panel.scrollTop = 0")
        opened.locator(".pmkit").first.screenshot(path=PICTURES / name)
        opened.close()


def readme(browser: Browser, folder: Path) -> None:
    """Take a report and the explorer of an incident that ships with pmkit."""
    run.run(job.Job(find_incident(SHOWN, DATA), folder, ["html"]))
    page(browser, folder / f"{SHOWN}.html", "report.png", 1160, 1235)
    explorer(browser, folder / "lab", DATA / SHOWN, "explorer.png")


def tutorial(browser: Browser, folder: Path) -> None:
    """Type the commands of the tutorial, and take what they make."""
    shell = Shell(folder)
    for step in steps("tutorial.md"):
        if step.language == "console":
            shell(step.typed)
        if "--out exercise/draft" in step.typed:
            page(browser, folder / "exercise" / "draft" / f"{TUTORIAL}.html", "draft.png", 1160, 1180)
            explorer(browser, folder / "lab", folder / "exercise" / TUTORIAL, "digging.png")
    shell.close()
    pdf = folder / "exercise" / "reports" / f"{TUTORIAL}.pdf"
    subprocess.run(["pdftoppm", "-r", "90", "-png", "-singlefile", "-l", "1", pdf, PICTURES / "pdf"], check=True)


def main() -> None:
    """Take all of them."""
    for take in (readme, tutorial):
        with tempfile.TemporaryDirectory() as name, chrome.opened() as browser:
            take(browser, Path(name))


if __name__ == "__main__":
    main()

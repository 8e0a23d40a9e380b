"""Take the README's picture from a real report.

make picture
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import chrome

from pmkit import runner
from pmkit.incident import find

ROOT = Path(__file__).parent.parent
INCIDENT = "INC-2026-1103"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, chrome.opened() as browser:
        runner.run(runner.Job(find(INCIDENT, ROOT / "data" / "incidents"), Path(folder), ["html"]))
        page = browser.new_page(viewport={"width": 1160, "height": 1235}, device_scale_factor=1.25)
        page.goto(Path(folder, f"{INCIDENT}.html").as_uri())
        page.screenshot(path=ROOT / "data" / "report.png")


if __name__ == "__main__":
    main()

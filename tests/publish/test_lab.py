"""The notebook runs in JupyterLab, in a real browser."""

from __future__ import annotations

import shutil
from pathlib import Path

from chrome import needs_chromium
from conftest import ROOT
from playwright.sync_api import Browser
from serving import WAIT_MS, run_all_cells

pytestmark = needs_chromium


def test_running_all_cells_shows_every_section_and_chart(browser: Browser, jupyterlab: tuple[Path, str]) -> None:
    work, address = jupyterlab[0] / "report", jupyterlab[1]
    shutil.copytree(ROOT / "notebooks", work / "notebooks", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    notebook = work / "notebooks" / "postmortem.ipynb"
    notebook.write_text(notebook.read_text().replace(r"incident_id = \"\"", r"incident_id = \"INC-2026-1012\""))
    (work / "data").mkdir()
    (work / "data" / "incidents").symlink_to(ROOT / "data" / "incidents")
    page = browser.new_page(viewport={"width": 1400, "height": 12_000})
    run_all_cells(page, f"{address}/lab/tree/{work.name}/notebooks/postmortem.ipynb?reset")
    outputs = page.locator(".jp-OutputArea-output")
    outputs.get_by_role("heading", name="Appendix: evidence").wait_for(timeout=WAIT_MS)
    headings = outputs.locator("h2").all_inner_texts()
    assert [heading.rstrip("¶") for heading in headings][:2] == ["Issue Summary", "Timeline"]
    page.locator(".jp-RenderedSVG img").nth(3).wait_for(timeout=WAIT_MS)
    assert page.locator("[data-mime-type$='.error'], [data-mime-type$='.stderr']").count() == 0
    page.close()

"""The notebook runs in JupyterLab, in a real browser."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from chrome import needs_chromium
from conftest import ROOT
from playwright.sync_api import Browser

pytestmark = needs_chromium


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[str]:
    """Start JupyterLab as `make lab` does, in a copy of the notebooks that may be written to."""
    project = tmp_path / "project"
    shutil.copytree(ROOT / "notebooks", project / "notebooks", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    (project / "data").mkdir()
    (project / "data" / "incidents").symlink_to(ROOT / "data" / "incidents")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "jupyter", "lab", "postmortem.ipynb", "--no-browser", f"--port={port}", "--allow-root"]
    command += ["--ServerApp.token=secret", "--LabApp.news_url=None"]
    home = {**os.environ, "JUPYTER_CONFIG_DIR": str(tmp_path / "config"), "JUPYTERLAB_SETTINGS_DIR": str(tmp_path / "settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(tmp_path / "workspaces")}  # fmt: skip
    with (tmp_path / "lab.log").open("w") as log:
        server = subprocess.Popen(command, cwd=project / "notebooks", env=home, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=2):
                break
            time.sleep(0.3)
        yield f"http://127.0.0.1:{port}/lab/tree/postmortem.ipynb?token=secret&reset"
    finally:
        server.terminate()
        server.wait(timeout=20)


def test_running_all_cells_shows_every_section_and_chart(browser: Browser, lab: str) -> None:
    page = browser.new_page(viewport={"width": 1400, "height": 12_000})
    page.goto(lab)
    page.locator(".jp-Notebook").wait_for(timeout=60_000)
    page.get_by_text("Python 3 (ipykernel)").first.wait_for(timeout=60_000)
    page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").first.wait_for(timeout=60_000)
    page.get_by_role("menuitem", name="Run").first.click()
    page.get_by_text("Run All Cells", exact=True).click()
    outputs = page.locator(".jp-OutputArea-output")
    outputs.get_by_role("heading", name="Appendix: evidence").wait_for(timeout=60_000)
    headings = outputs.locator("h2").all_inner_texts()
    assert [heading.rstrip("¶") for heading in headings][:2] == ["Issue Summary", "Timeline"]
    page.locator(".jp-RenderedSVG img").nth(3).wait_for(timeout=30_000)
    assert page.locator("[data-mime-type$='.error'], [data-mime-type$='.stderr']").count() == 0

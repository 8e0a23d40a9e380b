"""Jupyter servers for tests and pictures."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from playwright.sync_api import Page

WAIT_MS: Final = 60_000
LAB: Final = (
    "jupyterlab", "--no-browser", "--allow-root", "--IdentityProvider.token=", "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
)  # fmt: skip


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def jupyter_home(work: Path) -> dict[str, str]:
    """Return the environment in which Jupyter keeps its settings inside a folder."""
    return {
        "JUPYTER_CONFIG_DIR": str(work / "config"),
        "JUPYTER_DATA_DIR": str(work / "data-of-jupyter"),
        "JUPYTERLAB_SETTINGS_DIR": str(work / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(work / "workspaces"),
    }


@contextlib.contextmanager
def serving(work: Path, *command: str) -> Iterator[str]:
    """Start a Jupyter server in a folder and yield its address."""
    port = _free_port()
    log = (work / "server.log").open("w")
    process = subprocess.Popen(
        [sys.executable, "-m", *command, f"--port={port}"],
        cwd=work,
        env={**os.environ, **jupyter_home(work)},
        stdout=log,
        stderr=log,
    )
    try:
        for _ in range(600):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            assert process.poll() is None, (work / "server.log").read_text()
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)
        log.close()


def run_all_cells(page: Page, url: str) -> None:
    """Open a notebook in JupyterLab and run all cells."""
    page.goto(url)
    page.locator(".jp-Notebook .jp-Cell").first.wait_for(timeout=WAIT_MS)
    page.get_by_text("| Idle").wait_for(timeout=WAIT_MS)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.locator("#jp-mainmenu-run").get_by_text("Run All Cells", exact=True).click()


def run_explorer(page: Page, address: str, folder: str = ".") -> None:
    """Open `notebooks/investigate.ipynb` of a folder in JupyterLab and run all cells."""
    run_all_cells(page, f"{address}/lab/tree/{folder}/notebooks/investigate.ipynb?reset")
    page.get_by_text("Everything is saved.").wait_for(timeout=WAIT_MS)

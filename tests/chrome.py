"""Chromium, driven by Playwright, for tests and pictures."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

REQUIRED = os.environ.get("PMKIT_BROWSER_TESTS") == "required"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip

needs_chromium = [
    pytest.mark.browser,
    pytest.mark.skipif(shutil.which("chromium") is None and not REQUIRED, reason="needs Chromium"),
]


@contextlib.contextmanager
def opened() -> Iterator[Browser]:
    """Start Chromium, yield it and close it.

    Playwright keeps an event loop running in its thread: open one at a time, and nothing else that starts a loop there.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield browser
        browser.close()

"""What has to be known about an export before a cluster reads it."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from pmkit.ingest.cluster.tasks import inspect_export
from pmkit.ingest.request import Request


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("app.log", "2026-01-17 03:00:00,000 ERROR [shop] no stock\n" * 100, ""),
        ("app.log.gz", gzip.compress(os.urandom(5_000)), "it is compressed; decompressed, it would be divided among the workers"),
        (
            "log.csv",
            "time,level,message\n" + "2026-01-17T03:00:00Z,ERROR,no stock\n" * 100,
            "its events can only be read from the beginning of the file",
        ),
    ],
)
def test_what_is_larger_than_a_range_and_not_divided_is_explained(
    tmp_path: Path, name: str, content: str | bytes, reason: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    assert inspect_export(Request(path, "UTC"), 1_000).undivided == reason

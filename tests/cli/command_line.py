"""Helpers for tests of the command line."""

from __future__ import annotations

INCIDENT = "INC-2026-1012"


def refused(result: tuple[int, str, str], *parts: str) -> None:
    """Assert that a command refused its input with a message that contains all parts."""
    exit_code, out, err = result
    assert exit_code == 2
    assert out == ""
    assert err.startswith("pmkit: ")
    assert "Traceback" not in err
    for part in parts:
        assert part in err

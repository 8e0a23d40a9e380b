"""Carries out `pmkit events`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pmkit.core.markdown import printable
from pmkit.core.progress import Progress
from pmkit.publish import events


def convert(
    *, paths: Sequence[Path], format_name: str | None, timezone: str, explain: bool, to: str, out: Path | None, progress: Progress
) -> None:
    """Write the events of exports, or print how their formats were recognised."""
    if explain:
        print(printable("\n\n".join(events.explain(path, timezone=timezone, format_name=format_name) for path in paths)))
    else:
        events.write(paths, to, out, timezone=timezone, format_name=format_name, progress=progress)

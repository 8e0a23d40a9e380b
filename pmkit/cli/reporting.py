"""Where messages, progress and results of a command go."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator

from pmkit.core.errors import PmkitError
from pmkit.core.markdown import printable
from pmkit.core.progress import Progress


def report_error(error: PmkitError) -> int:
    """Print an error on standard error, and return its exit code."""
    print_message(str(error))
    return error.exit_code


def print_message(message: str) -> None:
    """Print a message on standard error, without control characters."""
    print(printable(f"pmkit: {message}"), file=sys.stderr)


@contextlib.contextmanager
def progress_on_terminal(*, quiet: bool) -> Iterator[Progress]:
    """Yield a progress callback: one that does nothing, a bar on a terminal, or lines on standard error."""
    if quiet:
        yield lambda _: None
    elif sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
        from pmkit.cli.progress_bar import ProgressBar  # noqa: PLC0415 - loads rich, which pipes need not wait for

        with ProgressBar() as bar:
            yield bar
    else:
        yield print_message

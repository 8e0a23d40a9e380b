"""The status line: whether the draft is saved, and what the last action did."""

from __future__ import annotations

import base64
import contextlib
import html
import mimetypes
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from pmkit.core.errors import PmkitError
from pmkit.explorer.widgets import problem, words


class StatusLine:
    """A line of text that changes with every action.

    Attributes
    ----------
    view : HTML
        The line.
    """

    def __init__(self) -> None:
        self.view = words("", "faint")

    def show(self, text: str) -> None:
        """Show a text."""
        self.view.value = html.escape(text)

    def show_files(self, text: str, paths: Sequence[Path]) -> None:
        """Show a text with files, each as a link that carries its contents, because a browser cannot open a path."""
        links = []
        for path in paths:
            kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
            data = base64.b64encode(path.read_bytes()).decode("ascii")
            links.append(f'<a download="{html.escape(path.name)}" href="data:{kind};base64,{data}">{html.escape(str(path))}</a>')
        self.view.value = f"{html.escape(text)} {', '.join(links)}"

    def show_problem(self, text: str) -> None:
        """Show what went wrong."""
        self.view.value = problem(text)

    @contextlib.contextmanager
    def busy(self, text: str) -> Iterator[Callable[..., None]]:
        """Show what is being done, and afterwards the result or the error.

        Yields
        ------
        callable
            The block calls it with the result: a text, and files if there are any.
        """
        result, files = "", list[Path]()

        def report(text: str, paths: Sequence[Path] = ()) -> None:
            nonlocal result
            result = text
            files.extend(paths)

        self.show(text)
        try:
            yield report
        except PmkitError as error:
            self.show_problem(str(error))
        else:
            self.show_files(result, files)

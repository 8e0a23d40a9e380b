"""The status line: whether the draft is saved, and what the last action did."""

from __future__ import annotations

import contextlib
import html
from collections.abc import Callable, Iterator

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

    def show_problem(self, text: str) -> None:
        """Show what went wrong."""
        self.view.value = problem(text)

    @contextlib.contextmanager
    def busy(self, text: str) -> Iterator[Callable[[str], None]]:
        """Show what is being done, and afterwards the result or the error.

        Yields
        ------
        callable
            The block calls it with the result, as a text.
        """
        result = ""

        def report(text: str) -> None:
            nonlocal result
            result = text

        self.show(text)
        try:
            yield report
        except PmkitError as error:
            self.show_problem(str(error))
        else:
            self.show(result)

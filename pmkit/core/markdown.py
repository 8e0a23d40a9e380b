"""Writes Markdown: escaped text and code from data, tables, lists, prompts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

# Characters that Markdown gives a meaning anywhere in a line, and those that it gives one at the start.
_SPECIAL: Final = re.compile(r"[\\`*_\[\]|~$]")
_AT_START: Final = re.compile(r"^([-+=:#]|\d+[.)](?= ))")

# Characters that become entities: readers that make an address a link take a backslash before them as a part of the address.
_ENTITIES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})

# Control characters, direction overrides and the byte order mark.
_UNPRINTABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")

_NO_BREAK_SPACE: Final = "\u00a0"

# The space between a number and its unit, where no line may break.
_SPACE_BEFORE_UNIT: Final = re.compile(r"(?<=\d) (?=(?:ms|s|min|h|d)(?!\w))")

# How a prompt begins.
TO_WRITE: Final = "To write:"


def printable(text: object) -> str:
    r"""Return a text without control characters and overrides of the writing direction.

    Examples
    --------
    >>> printable("a\u202eb\x1b[31m")
    'ab[31m'
    """
    return _UNPRINTABLE.sub("", str(text))


def _on_one_line(text: object) -> str:
    """Return a text on one line; non-breaking spaces stay."""
    spaces = re.compile(r"[\s\x85\u2028\u2029]+")
    return spaces.sub(lambda match: match[0] if match[0] in _NO_BREAK_SPACE else " ", printable(text)).strip()


def escape(text: object) -> str:
    r"""Return Markdown, on one line, that shows a text from data exactly as it is.

    Examples
    --------
    >>> escape("<b>5 * 3</b> | x_y")
    '&lt;b&gt;5 \\* 3&lt;/b&gt; \\| x\\_y'
    """
    line = _SPACE_BEFORE_UNIT.sub(_NO_BREAK_SPACE, _on_one_line(text))
    escaped = _SPECIAL.sub(r"\\\g<0>", line).translate(_ENTITIES)
    return _AT_START.sub(lambda match: f"{match[0][:-1]}\\{match[0][-1]}", escaped)


def code(text: object) -> str:
    r"""Return a text from data as code on one line, also for use in a table.

    Code in a table cannot contain a backslash before a bar; such a text is escaped instead.

    Examples
    --------
    >>> code("a|b `c`")
    '`` a\\|b `c` ``'
    """
    if "\\|" in str(text):
        return escape(text)
    line = _on_one_line(text).replace("|", "\\|")
    longest = max((len(run) for run in re.findall("`+", line)), default=0)
    fence = "`" * (longest + 1)
    return f"{fence} {line} {fence}" if longest else f"`{line}`"


def table(header: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int]) -> str:
    """Return a pipe table; a negative width aligns its column to the right.

    Parameters
    ----------
    header : sequence of str
        Names of the columns.
    rows : sequence of sequence of str
        Cells in Markdown, escaped.
    widths : sequence of int
        Relative widths of the columns, which add up to about 100 where cells are long.

    Examples
    --------
    >>> print(table(["Route", "Failed"], [["/a", "7"]], [6, -4]))
    | Route | Failed |
    |------|---:|
    | /a | 7 |
    """
    rule = "|".join("-" * width if width > 0 else "-" * (-width - 1) + ":" for width in widths)
    lines = [f"| {' | '.join(header)} |", f"|{rule}|"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def prompt(text: str) -> str:
    """Return a marked prompt for a text that a person has yet to write.

    Examples
    --------
    >>> prompt("why was it possible?")
    '> **To write:** why was it possible?'
    """
    return f"> **{TO_WRITE}** {text}"


def bullets(items: Sequence[str]) -> str:
    r"""Return a list; what an item contains besides text, such as a list or code, belongs to the item.

    Examples
    --------
    >>> bullets(["first", "on two\nlines", "with\n- its own\n- list"])
    '- first\n- on two\n  lines\n- with\n  - its own\n  - list'
    """
    return "\n".join(f"- {_indented(item, 2)}" for item in items)


def numbered(items: Sequence[str]) -> str:
    r"""Return a numbered list, as `bullets` does.

    Examples
    --------
    >>> numbered(["first", "second"])
    '1. first\n2. second'
    """
    return "\n".join(f"{n}. {_indented(item, len(f'{n}. '))}" for n, item in enumerate(items, 1))


def _indented(text: str, by: int) -> str:
    """Return a text whose lines but the first are indented; blank lines stay empty."""
    first, *others = text.strip().splitlines() or [""]
    return "\n".join([first, *(f"{' ' * by}{line}" if line.strip() else "" for line in others)])


def fenced(text: str) -> str:
    """Return a text as a code block.

    Examples
    --------
    >>> print(fenced("a"))
    ```
    a
    ```
    """
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}\n{text.rstrip()}\n{fence}" if text.strip() else ""

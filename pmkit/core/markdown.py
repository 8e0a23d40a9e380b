"""Markdown from data: escaped text, tables, prompts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

_SPECIAL: Final = re.compile(r"([\\`*_\[\]<>|~$&])")
_AT_START: Final = re.compile(r"^([-+=:#>]|\d+[.)](?= ))")
_UNSEEN: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")

_UNIT: Final = re.compile(r"(?<=\d) (?=(?:ms|s|min|h|d)(?!\w))")
"""The space between a number and its unit, where no line is to be broken."""

_UNBROKEN: Final = "\u00a0"

TO_WRITE: Final = "To write:"
"""How a prompt begins."""


def printable(text: object) -> str:
    r"""Take out control characters and overrides of the writing direction.

    Examples
    --------
    >>> printable("a\u202eb\x1b[31m")
    'ab[31m'
    """
    return _UNSEEN.sub("", str(text))


def _flat(text: object) -> str:
    """Put a text on one line; spaces that do not break stay."""
    return re.sub(r"[\s\x85\u2028\u2029]+", lambda found: found[0] if found[0] in _UNBROKEN else " ", printable(text)).strip()


def escape(text: object) -> str:
    r"""Write a text from data so that Markdown shows it as it is, on one line.

    Examples
    --------
    >>> escape("<b>5 * 3</b> | x_y")
    '\\<b\\>5 \\* 3\\</b\\> \\| x\\_y'
    """
    return _AT_START.sub(_escape_start, _SPECIAL.sub(r"\\\1", _UNIT.sub("\u00a0", _flat(text))))


def _escape_start(found: re.Match[str]) -> str:
    return f"{found[0][:-1]}\\{found[0][-1]}"


def code(text: object) -> str:
    r"""Write a text from data as code, on one line; it can stand in a table.

    In a table there is no way to write a backslash before a bar as code: such a text is written as plain text.

    Examples
    --------
    >>> code("a|b `c`")
    '`` a\\|b `c` ``'
    """
    if "\\|" in str(text):
        return escape(text)
    flat = _flat(text).replace("|", "\\|")
    longest = max((len(run) for run in re.findall("`+", flat)), default=0)
    fence = "`" * (longest + 1)
    return f"{fence} {flat} {fence}" if longest else f"`{flat}`"


def tamed(markdown: str) -> str:
    r"""Take out of Markdown that a person wrote what would run or ask for something where it is shown.

    HTML becomes text, a picture that lies elsewhere a link to it, and a link is one to the web or for mail. Code stays as it is
    where every reader of Markdown sees code: in one line without a bar, where no sign for code is left over in the paragraph, or
    between fences that begin their lines, where there are no others.

    Examples
    --------
    >>> tamed("**Why** <img src=x> ![load](https://shop.example/load.png) in `a<b>`")
    '**Why** \\<img src=x> [load](https://shop.example/load.png) in `a<b>`'
    >>> tamed("[a](javascript:x) <https://shop.example/>")
    '[a](#javascript:x) <https://shop.example/>'
    """
    text = printable(markdown)
    parts = _FENCED.split(text)
    if any(_FENCE.search(part) for part in parts[::2]):
        parts = [text]
    return "".join(part if place % 2 else _SPACED.sub(_tame_paragraph, part) for place, part in enumerate(parts))


_FENCE: Final = re.compile(r"`{3,}|~{3,}")
_FENCED: Final = re.compile(
    r"(^(?:```[^`~\n]*\n(?:(?!.*(?:```|~~~)).*\n)*?```|~~~[^`~\n]*\n(?:(?!.*(?:```|~~~)).*\n)*?~~~)[ \t]*$)", re.MULTILINE
)
_SPACED: Final = re.compile(r"(?:[^\n]|\n(?![ \t]*\n))+")
_CODE: Final = r"(?P<code>(?P<tick>`+)(?!`)[^\n|]*?(?<!`)(?P=tick)(?!`))|(?P<ticks>`+)|"
_OTHER: Final = (
    r"(?P<escaped>\\[^\w\s])|(?P<auto><(?:https?://|mailto:)[^\s<>`]*>)|(?P<tag><)|(?P<image>!\[)|"
    r"(?P<link>\]\(\s*<?|^ {0,3}\[[^\]\n]+\]:\s*<?)(?!https?://|mailto:)(?=[^\s)/?#]*[:&\\])"
)
_PIECES: Final = re.compile(_CODE + _OTHER, re.MULTILINE)
_NO_CODE: Final = re.compile(_OTHER, re.MULTILINE)


def _tame_paragraph(found: re.Match[str]) -> str:
    pieces = _PIECES if not any(one["ticks"] for one in _PIECES.finditer(found[0])) else _NO_CODE
    return pieces.sub(_tame, found[0])


def _tame(found: re.Match[str]) -> str:
    if found["tag"]:
        return "\\<"
    if found["image"]:
        return "["
    return f"{found[0]}#" if found["link"] else found[0]


def table(header: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int]) -> str:
    """Write a pipe table; a negative width aligns its column to the right.

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
    """Write what a person has still to write, clearly marked.

    Examples
    --------
    >>> prompt("why was it possible?")
    '> **To write:** why was it possible?'
    """
    return f"> **{TO_WRITE}** {text}"


def bullets(items: Sequence[str]) -> str:
    """Write a list of Markdown items."""
    return "\n".join(f"- {' '.join(item.split())}" for item in items)

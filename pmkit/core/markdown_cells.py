"""Puts Markdown that people wrote on one line, for sentences and for cells of a table."""

from __future__ import annotations

import re
from typing import Final

from pmkit.core.markdown import code, escape
from pmkit.core.markdown_safety import has_lone_backticks, sanitize

# Code, bold and emphasised words, and links.
_MARKUP: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?P<sign>`+)(?!`)(?P<words>[^`]+)(?<!`)(?P=sign)(?!`)",
        r"(?<![\w*])(?P<sign>\*\*|\*)(?=\S)(?P<words>[^*]+?)(?<=\S)(?P=sign)(?![\w*])",
        r"!?\[(?P<words>[^\]]+)\]\([^)\s]*\)",
    )
)

# What begins a heading, a quote or an item of a list.
_BLOCK_SIGN: Final = re.compile(r"^\s*([-*+>]|#)#*\s+")

_CODE_WITH_BAR: Final = re.compile(r"(`+)(?!`)([^`\n]*\|[^`\n]*)\1(?!`)")

# A bar that would end the cell of a table.
_UNESCAPED_BAR: Final = re.compile(r"(?<!\\)\|")


def inline(text: str) -> str:
    r"""Return Markdown on one line that is as safe beside other texts as alone.

    A lone backtick becomes an entity, because it would pair up with one in the next text, and what that text has as code would
    no longer be code.

    Examples
    --------
    >>> inline("a `lone\ntick` and `"), inline("`a<b>`")
    ('a &#96;lone tick&#96; and &#96;', '`a<b>`')
    """
    line = sanitize(" ".join(text.split()))
    return line.replace("`", "&#96;") if has_lone_backticks(line) else line


def plain(text: str) -> str:
    """Return the words of Markdown on one line, without signs for code, emphasis and links, where only text can be shown.

    Examples
    --------
    >>> plain("The `main` database was **deleted**, see [the issue](https://shop.example/7)")
    'The main database was deleted, see the issue'
    """
    line = " ".join(text.split())
    for markup in _MARKUP:
        line = markup.sub(r"\g<words>", line)
    return line


def sentence_of(text: str) -> str:
    r"""Return Markdown on one line with a full stop at its end, unless it ends a sentence already.

    Examples
    --------
    >>> sentence_of("Limit the pool"), sentence_of("Why was it\npossible?"), sentence_of("Add `x`.")
    ('Limit the pool.', 'Why was it possible?', 'Add `x`.')
    """
    line = in_cell(text)
    return line if re.search(r"[.!?…][*_`\"”)\]]*$", line) else f"{line}."


def in_cell(text: str) -> str:
    r"""Return Markdown on one line, for a cell of a table: a code block becomes code, an item of a list a bullet.

    Examples
    --------
    >>> in_cell("Ran\n```sh\nps | wc\n```\n- twice")
    'Ran ps \\| wc • twice'
    """
    lines: list[str] = []
    fence: list[str] | None = None
    for line in text.strip().splitlines():
        if re.match(r"\s*(?:```|~~~)", line):
            lines, fence = (lines, []) if fence is None else ([*lines, _code(" ".join(fence))], None)
        elif fence is not None:
            fence.append(line.strip())
        else:
            text_of_line = _BLOCK_SIGN.sub(lambda sign: "" if sign[1] in "#>" else "• ", line)
            lines.append(_UNESCAPED_BAR.sub(r"\\|", _CODE_WITH_BAR.sub(lambda found: escape(found[2]), text_of_line)))
    return inline(" ".join(filter(None, lines)))


def _code(text: str) -> str:
    """Return a text as code, or escaped if it has a bar, which ends a cell even in code."""
    return escape(text) if "|" in text else code(text)

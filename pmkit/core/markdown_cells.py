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

# The HTML with which a line ends in the cell of a table; readers of Markdown have no other way.
LINE_BREAK: Final = "<br>"

# What begins a heading, a quote or an item of a list.
_BLOCK_SIGN: Final = re.compile(r"^(?P<indent>\s*)(?P<sign>[-*+>]|#+|\d{1,3}[.)])(?:\s+|$)")
_QUOTE: Final = "&gt;"
_RULE: Final = re.compile(r"(?:[-*_]\s*){3,}")

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
    line = " ".join(_lines(text))
    return line if re.search(r"[.!?…:;。！？][*_`\"”)\]]*$", line) else f"{line}."


def in_cell(text: str) -> str:
    r"""Return Markdown on one line, for a cell of a table, where paragraphs, items of lists and lines of code are lines.

    Examples
    --------
    >>> in_cell("Ran\nit:\n```sh\nps | wc\ndate\n```\n- twice\n  - quickly")
    'Ran it:<br>ps \\| wc<br>`date`<br>• twice<br>&nbsp;&nbsp;◦ quickly'
    """
    return LINE_BREAK.join(_lines(text))


def _lines(text: str) -> list[str]:
    """Return Markdown as lines for a cell: a paragraph, an item of a list and a line of code are one line each."""
    lines: list[list[str]] = [[]]
    in_code = False
    for line in text.strip().splitlines():
        block = _BLOCK_SIGN.match(line)
        if re.match(r"\s*(?:```|~~~)", line):
            in_code = not in_code
            lines.append([])
        elif in_code:
            lines += [[_code(line.rstrip())] if line.strip() else [], []]
        elif block:
            goes_on = block["sign"] == ">" and lines[-1][:1] == [_QUOTE]
            lines += [] if goes_on else [[_bullet(block)]]
            lines[-1].append(_escaped_bars(line[block.end() :]))
        elif line.strip() and not _RULE.fullmatch(line.strip()):
            lines[-1].append(_escaped_bars(line))
        else:
            lines.append([])
    return [inline_line for parts in lines if (inline_line := inline(" ".join(filter(None, parts))))]


def _bullet(block: re.Match[str]) -> str:
    """Return what stands in a cell for the sign that begins an item, a quote or a heading."""
    if block["sign"][0] in "#>":
        return _QUOTE if block["sign"] == ">" else ""
    if block["sign"][0] in "-*+":
        return "&nbsp;&nbsp;◦" if len(block["indent"].expandtabs(4)) > 1 else "•"
    return f"{'&nbsp;&nbsp;' if len(block['indent'].expandtabs(4)) > 1 else ''}{block['sign'][:-1]}\\{block['sign'][-1]}"


def _escaped_bars(line: str) -> str:
    """Return a line of Markdown in which no bar ends the cell, not even in code."""
    return _UNESCAPED_BAR.sub(r"\\|", _CODE_WITH_BAR.sub(lambda code_in_line: escape(code_in_line[2]), line))


def _code(text: str) -> str:
    """Return a text as code, or escaped if it has a bar, which ends a cell even in code."""
    return escape(text) if "|" in text else code(text)

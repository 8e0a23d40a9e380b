"""Fits tables into the page of a PDF: widths of columns, smaller text, a page on its side, and words that break."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from pmkit.core.markdown_cells import LINE_BREAK

# An element of pandoc's document: `t` is its kind, `c` its contents.
Element = dict[str, object]

# Cells with more characters than this are expected to wrap, so further characters widen a column less.
_LINE: Final = 30
# A cell with more characters than this may be higher than a page, and may go on on the next one.
_TALL: Final = 1200

# A character of code is so many times as wide as one of other text.
_CODE_WIDTH: Final = 1.3

# Where a line may break; the template of the PDF puts a space without width there, which is not copied with the text.
_ZERO_WIDTH_SPACE: Final = "\u200b"

# A column is at least so wide that words of this many characters fit, and what is beside them.
_WORD: Final = 16
_BESIDE: Final = 2.5


@dataclass(frozen=True)
class _Layout:
    """A way to set a table: how many characters fit in a line, and what Typst has to do for it."""

    characters: float
    before: str = ""
    after: str = ""


# The ways to set a table, the best first.
_LAYOUTS: Final = (
    _Layout(100),
    _Layout(122, "#[#show table: set text(7pt)", "]"),
    _Layout(146, "#page(flipped: true)[", "]"),
    _Layout(178, "#page(flipped: true)[#show table: set text(7pt)", "]"),
)


def fitted(table: list[Any], *, may_turn: bool) -> list[Element]:
    """Return a table, and what is around it, so that it fits into the page, which `may_turn` on its side."""
    columns, head, bodies = table[2], table[3], table[4]
    rows = [*head[1], *(row for body in bodies for row in [*body[2], *body[3]])]
    texts = [[text_of(cell[4]) for cell in row[1]] for row in rows]
    cells = [[row[n] for row in texts if n < len(row)] for n in range(len(columns))]
    least = sum(_BESIDE + min(_longest_word(column), _WORD) for column in cells)
    layouts = _LAYOUTS if may_turn else _LAYOUTS[:2]
    layout = next((layout for layout in layouts if least <= layout.characters), layouts[-1])
    needs = [_need(column) for column in cells]
    shares = [need / sum(needs) for need in needs]
    for row in rows:
        for cell, share in zip(row[1], shares, strict=False):
            cell[4] = _with_breaks(cell[4], int(share * layout.characters - 1))
    sized = [[align, {"t": "ColWidth", "c": share}] for (align, _), share in zip(columns, shares, strict=True)]
    own: Element = {"t": "Table", "c": [table[0], table[1], sized, *table[3:]]}
    before, after = layout.before, layout.after
    # A page cannot be turned inside of a block.
    if layout in _LAYOUTS[:2] and any(len(text) > _TALL for row in texts for text in row):
        before, after = f"#[#set table.cell(breakable: true)\n{before}", f"{after}]"
    return [_raw(before), own, _raw(after)] if before else [own]


def _raw(text: str) -> Element:
    return {"t": "RawBlock", "c": ["typst", text]}


def _longest_word(cells: list[str]) -> int:
    return max((len(word) for cell in cells for word in re.split(r"[\s/._-]+|:(?!\d)", cell)), default=1)


def _need(cells: list[str]) -> float:
    """Return the estimated width of a column in characters, from its longest word and its usual length."""
    usual = sum(min(len(cell), 90) for cell in cells) / max(len(cells), 1)
    return float(_BESIDE + max(min(_longest_word(cells), _WORD), min(usual, _LINE) + max(usual - _LINE, 0) ** 0.7))


def _with_breaks(node: Any, most: int) -> Any:
    """Return a part of a cell in which words with more characters than fit into a line may break, see `_breakable`."""
    match node:
        case list():
            return [_with_breaks(item, most) for item in node]
        case {"t": "Str", "c": str(text)}:
            return {"t": "Str", "c": _breakable(text, most)}
        case {"t": "Code", "c": [attributes, str(text)]}:
            return {"t": "Code", "c": [attributes, _breakable(text, int(most / _CODE_WIDTH))]}
        case dict():
            return {name: _with_breaks(value, most) for name, value in node.items()}
    return node


def _breakable(text: str, most: int) -> str:
    """Return a text in which longer words may break behind their signs, and anywhere where they have none.

    Examples
    --------
    >>> _breakable("ingress-controller.log:7420 fits", 16).split(_ZERO_WIDTH_SPACE)
    ['ingress-', 'controller.', 'log:', '7420 fits']
    """
    least = max(most, _WORD)

    def divided(word: re.Match[str]) -> str:
        pieces = re.findall(r"[^-/._:=&?,;]*[-/._:=&?,;]+|[^-/._:=&?,;]+", word[0])
        return _ZERO_WIDTH_SPACE.join(_ZERO_WIDTH_SPACE.join(piece) if len(piece) > least else piece for piece in pieces)

    return re.sub(rf"\S{{{least + 1},}}", divided, text)


def text_of(node: object) -> str:
    """Return the text of a part of the document."""
    return "".join(_words(node))


def _words(node: object) -> Iterator[str]:
    match node:
        case list():
            for item in node:
                yield from _words(item)
        case {"t": "Str", "c": str(text)} | {"t": "Code", "c": [_, str(text)]}:
            yield text
        case {"t": "Space" | "SoftBreak" | "LineBreak"}:
            yield " "
        case {"t": "RawInline", "c": [_, str(text)]}:
            yield " " if text == LINE_BREAK else text
        case {"c": content}:
            yield from _words(content)

"""Measures the labels of charts, and breaks or shortens them so that they fit."""

from __future__ import annotations

import re
from typing import Final

from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from pmkit.core import theme
from pmkit.reports.figures.chart_fonts import families

_POINTS_PER_INCH: Final = 72

# Where a long label is broken best: behind a space or a sign that joins words.
_WORDS: Final = re.compile(r"[^\s/._:,;=&?-]*[\s/._:,;=&?-]?")


def width_in(text: str, size_pt: float = theme.FONT_SIZE_PT) -> float:
    """Return the width of a text in the font of charts, inches."""
    properties = FontProperties(family=families(), size=size_pt)
    width, _, _ = text_to_path.get_text_width_height_descent(text, properties, ismath=False)
    return float(width) / _POINTS_PER_INCH


def fitting(text: str, room_in: float) -> str:
    """Return a text that is not wider than the room, shortened with an ellipsis if necessary.

    Examples
    --------
    >>> fitting("a long name", 9), fitting("a long name", 0.5)
    ('a long name', 'a long…')
    """
    if width_in(text) <= room_in:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if width_in(f"{text[:middle].rstrip()}…") <= room_in else (low, middle - 1)
    return f"{text[:low].rstrip()}…"


def wrapped(text: str, room_in: float, most: int = 2) -> str:
    r"""Return a text in at most so many lines that fit the room; if it is too long, the beginning of the last line is left out.

    The names of routes often differ only at their ends.

    Examples
    --------
    >>> wrapped("catalog /api/products/search", 1.1)
    'catalog /api/\nproducts/search'
    >>> wrapped("/a/very/long/route/indeed", 0.6)
    '/a/very/\n…e/indeed'
    """
    lines = [""]
    for word in _WORDS.findall(text):
        if width_in((lines[-1] + word).rstrip()) <= room_in or not lines[-1]:
            lines[-1] += word
        else:
            lines.append(word)
    first, last = lines[: most - 1], "".join(lines[most - 1 :]).strip()
    if width_in(last) > room_in:
        last = fitting(last[::-1], room_in)[::-1]
    return "\n".join(filter(None, [*(fitting(line.strip(), room_in) for line in first), last]))

"""Tables of the page: each row is a card on a phone, and each table can be taken away as CSV."""

from __future__ import annotations

import base64
import csv
import io
import re
from collections.abc import Sequence
from html import unescape
from typing import Final

from markupsafe import escape

_ROW: Final = re.compile(r"<tr>(.*?)</tr>", re.S)
_CELL: Final = re.compile(r"<(t[hd])((?: [^>]*)?)>(.*?)</\1>", re.S)
_TAG: Final = re.compile(r"<[^>]+>")

# The roles of a table's elements, which some browsers forget when the elements are shown as cards.
_ROLES: Final = {"thead": "rowgroup", "tbody": "rowgroup", "tr": "row"}

# What a spreadsheet would take for a formula, and numbers, which it may.
_FORMULA: Final = re.compile(r"[=+\-@\t\r]")
_NUMBER: Final = re.compile(r"[+-]?[\d.,]+%?")


def page_table(inner: str, name: str) -> str:
    """Return a table that scrolls if it is wide, whose rows become cards on a phone, with a link to it as CSV.

    Parameters
    ----------
    inner : str
        What is between the tags of the table, sanitised.
    name : str
        The name of the CSV file, without an extension.
    """
    rows = [_CELL.findall(row) for row in _ROW.findall(inner)]
    is_plain = len({len(row) for row in rows}) == 1 and len(rows) > 1 and not re.search(r"colspan|rowspan|<table", inner)
    if not is_plain or "<thead>" not in inner:
        return _scrolling(f"<table>{inner}</table>")
    header, *body = [[text_of(content) for _, _, content in row] for row in rows]
    for tag, role in _ROLES.items():
        inner = inner.replace(f"<{tag}>", f'<{tag} role="{role}">')
    number = -1

    def labelled(cell: re.Match[str]) -> str:
        nonlocal number
        number += 1
        if number < len(header):
            return f'<{cell[1]} role="columnheader"{cell[2]}>{cell[3]}</{cell[1]}>'
        label = escape(header[number % len(header)])
        return f'<{cell[1]} role="cell" data-label="{label}"{cell[2]}>{cell[3]}</{cell[1]}>'

    table = f'<table role="table" class="cards">{_CELL.sub(labelled, inner)}</table>'
    return f"{_scrolling(table)}{_link([header, *body], name)}"


def text_of(html: str) -> str:
    """Return the text of HTML without its tags.

    Examples
    --------
    >>> text_of("<code>a</code> &amp; b<br>c")
    'a & b c'
    """
    return " ".join(unescape(_TAG.sub("", html.replace("<br>", " "))).split())


def _scrolling(table: str) -> str:
    return f'<div class="table" tabindex="0" role="group" aria-label="table">{table}</div>'


def _link(rows: Sequence[Sequence[str]], name: str) -> str:
    data = base64.b64encode(table_as_csv(rows).encode()).decode("ascii")
    href = f"data:text/csv;charset=utf-8;base64,{data}"
    return f'<p class="csv"><a download="{name}.csv" href="{href}" aria-label="This table as CSV: {name}.csv">CSV</a></p>'


def table_as_csv(rows: Sequence[Sequence[str]]) -> str:
    r"""Return a table as CSV, in which no cell is a formula.

    Examples
    --------
    >>> table_as_csv([["Time", "What"], ["-2", '=cmd("x")']])
    'Time,What\r\n-2,"\'=cmd(""x"")"\r\n'
    """
    out = io.StringIO()
    csv.writer(out).writerows([_no_formula(cell) for cell in row] for row in rows)
    return out.getvalue()


def _no_formula(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else cell

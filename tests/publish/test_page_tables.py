"""The page shows texts and tables as they are meant, and offers tables as CSV."""

from __future__ import annotations

import base64
import re

from nbformat import v4 as notebooks

from pmkit.publish.document import read
from pmkit.publish.html_exporter import page
from pmkit.publish.page_tables import page_table


def page_of(markdown: str) -> str:
    return page(read(notebooks.new_notebook(cells=[notebooks.new_markdown_cell(f"# T\n\n{markdown}")])))


def test_only_a_plain_table_becomes_cards_and_csv_without_formulas() -> None:
    html = page_of("## A\n\n| b | c |\n|---|---|\n| =1+1 | &lt;i&gt; |")
    assert '<td role="cell" data-label="c">&lt;i&gt;</td>' in html
    (data,) = re.findall(r'download="a.csv" href="data:text/csv;charset=utf-8;base64,([^"]+)"', html)
    assert base64.b64decode(data).decode() == "b,c\r\n'=1+1,<i>\r\n"
    assert page_table("<thead><tr><th colspan=2>a</th></tr></thead><tbody><tr><td>1</td></tr></tbody>", "a").count("cards") == 0


def test_an_entity_is_shown_as_its_character_and_html_as_text() -> None:
    body = page_of("AT&amp;T &lt;b&gt; <b>x</b> & &#60;script&#62; [a&amp;b](https://shop.example/?a&amp;b)")
    assert "<p>AT&amp;T &lt;b&gt; &lt;b&gt;x&lt;/b&gt; &amp; &lt;script&gt; " in body
    assert ">a&amp;b</a>" in body

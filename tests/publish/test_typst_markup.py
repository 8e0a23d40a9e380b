"""In the PDF, text is text, whatever stands before it."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from pypdf import PdfReader

from pmkit.publish.pdf_exporter import PdfReportExporter


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("**checkout**.shop.example was down", "checkout.shop.example was down"),
        ("**a**.at(str(1), default: read(str.from-unicode(47)))", "a.at(str(1), default: read(str.from-unicode(47)))"),
        ("*a*(1) ~~b~~[c] `d`.e", "a(1) b[c] d.e"),
        ("see [the wiki](https://wiki.example/a).html", "see the wiki.html"),
        ("**a**//b and *c*/d*/", "a//b and c/d*/"),
        ("see https://wiki.example/a.html.", "see https://wiki.example/a.html."),
    ],
)
def test_text_after_emphasis_code_or_a_link_is_text(tmp_path: Path, written: str, shown: str) -> None:
    pdf, _ = PdfReportExporter().from_notebook_node(
        nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(f"# Title\n\n{written}")])
    )
    (tmp_path / "x.pdf").write_bytes(pdf)
    assert shown in " ".join(" ".join(page.extract_text() for page in PdfReader(tmp_path / "x.pdf").pages).split())

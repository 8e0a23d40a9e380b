"""What a PDF contains stays on its page: long words break, and wide tables become smaller or turn."""

from __future__ import annotations

import io

import pypdf

from pmkit.publish.document import Block, Document
from pmkit.publish.pdf_exporter import pdf
from pmkit.publish.typst_markup import typst_markup

HASH = "0123456789abcdef" * 8
WIDE = f"|{' a-column-name |' * 14}\n|{'---|' * 14}\n|{' `an_identifier` |' * 14}"


def document(text: str, title: str = "A title") -> Document:
    return Document(title, (("Owner", HASH),), (Block("markdown", text),), "INC-1")


def test_only_words_that_a_column_has_no_room_for_may_break() -> None:
    markup = typst_markup(document(f"| Where | What |\n|---|---|\n| shop | {HASH} authentication |"))
    assert "\u200b".join(HASH) in markup
    assert "authentication" in markup


def test_a_table_with_many_columns_turns_its_page_but_not_inside_of_a_list() -> None:
    alone, listed = (
        typst_markup(document(WIDE)),
        typst_markup(document("- an item\n\n" + WIDE.replace("|\n", "|\n  ").replace("|", "  |", 1))),
    )
    assert "#page(flipped: true)" in alone
    assert "#page(flipped: true)" not in listed


def test_no_text_of_a_page_is_beside_it() -> None:
    narrow = f"| a | b |\n|---|---|\n| {HASH} | `{HASH}` |"
    text = f"{HASH}\n\n> {'x' * 200}\n\n- {HASH}\n\n  - `{HASH}`\n\n```\n{HASH}{HASH}\n```\n\n{WIDE}\n\n{narrow}"
    reader = pypdf.PdfReader(io.BytesIO(pdf(document(text, "T" * 200))))
    pages = [page.mediabox for page in reader.pages]
    assert any(page.width > page.height for page in pages)
    texts = [page.extract_text().replace("\u200b", "") for page in reader.pages]
    upright = [text for text, page in zip(texts, pages, strict=True) if page.width < page.height]
    # So many characters of code fit into a line.
    assert max(len(line) for text in upright for line in text.splitlines()) < 110
    words = "".join(texts).replace("\n", "")
    assert words.count(HASH) >= 5
    assert "x" * 200 in words

"""Writes a document in Typst's markup, by way of pandoc, so that no text in it is read as markup or code."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

import pypandoc

from pmkit.core.markdown import fenced
from pmkit.core.markdown_cells import LINE_BREAK
from pmkit.publish.document import Block, Document
from pmkit.publish.typst_tables import Element, fitted

_FORMAT: Final = "commonmark+pipe_tables+strikeout+autolink_bare_uris"
_IMAGE: Final = "pmkit-image:"

# Pandoc writes these elements as calls of functions. What follows a call directly would be read as code, such as `.name` or
# `(x)`, so a comment separates it.
_CALLS: Final = frozenset(
    ("Strong", "Emph", "Strikeout", "Underline", "Superscript", "Subscript", "SmallCaps", "Quoted", "Cite", "Code", "Link",
     "Image", "Note", "Span", "Math", "RawInline")
)  # fmt: skip
_SEPARATOR: Final[Element] = {"t": "RawInline", "c": ["typst", "/**/"]}


def typst_markup(document: Document) -> str:
    """Return the document in Typst's markup, escaped so that no text in it is read as markup."""
    texts = (_source(number, block) for number, block in enumerate(document.blocks))
    source = "\n\n".join(text for text in texts if text)
    tree = json.loads(pypandoc.convert_text(source, "json", format=_FORMAT))
    images = {f"{_IMAGE}{n}": block for n, block in enumerate(document.blocks) if block.image}
    tree["blocks"] = _fitted([_safe(block, images) for block in tree["blocks"]], is_top=True)
    _level_headings(tree["blocks"])
    return str(pypandoc.convert_text(json.dumps(tree), "typst", format="json", extra_args=["--wrap=none"]))


def _source(number: int, block: Block) -> str:
    texts = {
        "markdown": block.text.strip(),
        "image": f"![]({_IMAGE}{number})",
        "html": fenced(block.plain),
        "output": fenced(block.text),
        "error": fenced(block.text),
        "code": "",
    }
    return texts[block.kind]


def _safe(node: object, images: dict[str, Block]) -> object:
    """Return a part of the document with its charts in place, without other pictures, and with raw markup as text."""
    match node:
        case list():
            return [safe for item in node for safe in _separated(item, images)]
        case {"t": str(kind), "c": list(content)} if kind in _SAFE:
            return _SAFE[kind](content, images)
        case dict():
            return {name: _safe(value, images) for name, value in node.items()}
    return node


def _separated(item: object, images: dict[str, Block]) -> list[object]:
    """Return an item of a list, with a separator behind it if it becomes a call."""
    safe = _safe(item, images)
    match item:
        case {"t": str(kind)} if kind in _CALLS:
            return [safe, _SEPARATOR]
    return [safe]


def _paragraph(content: list[object], images: dict[str, Block]) -> Element:
    match content:
        case [{"t": "Image", "c": [_, _, [str(target), *_]]}] if target in images:
            return {"t": "RawBlock", "c": ["typst", _chart(images[target])]}
    return {"t": "Para", "c": _safe(content, images)}


def _link(content: list[object], images: dict[str, Block]) -> Element:
    attributes, text, target = content
    match target:
        case [str(url), *_] if url.startswith(("http://", "https://", "mailto:")):
            return {"t": "Link", "c": [attributes, _safe(text, images), target]}
    return {"t": "Emph", "c": _safe(text, images)}


def _code(text: object) -> Element:
    return {"t": "Code", "c": [["", [], []], text]}


# How to rewrite the elements that are not safe or not ready as they are: charts and other pictures, links, raw markup.
_SAFE: Final[dict[str, Callable[[list[object], dict[str, Block]], Element]]] = {
    "Para": _paragraph,
    "Image": lambda content, images: {"t": "Emph", "c": _safe(content[1], images)},
    "RawInline": lambda content, _: {"t": "LineBreak"} if content[1] == LINE_BREAK else _code(content[1]),
    "RawBlock": lambda content, _: {"t": "Para", "c": [_code(content[1])]},
    "Link": _link,
}


def _chart(block: Block) -> str:
    image = block.image
    if image is None:
        return ""
    return f"#chart({_quoted(image.file)}, {_quoted(image.alt)}, {_quoted(image.caption)})"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    return f'"{escaped}"'


def _fitted(node: Any, *, is_top: bool = False) -> Any:
    """Return a part of the document whose tables fit into the page; only a table that stands alone may turn its page."""
    match node:
        case list():
            parts = [fitted(item["c"], may_turn=is_top) if _is_table(item) else [_fitted(item)] for item in node]
            return [item for part in parts for item in part]
        case dict():
            return {name: _fitted(value) for name, value in node.items()}
    return node


def _is_table(node: object) -> bool:
    return isinstance(node, dict) and node.get("t") == "Table"


def _level_headings(blocks: list[Element]) -> None:
    """Raise headings by one level, so sections are at level 1, and leave no gap between a heading and the one before."""
    before = 0
    for block in blocks:
        match block:
            case {"t": "Header", "c": [int(level), *rest]}:
                before = min(max(1, level - 1), before + 1)
                block["c"] = [before, *rest]

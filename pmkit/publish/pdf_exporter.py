"""The report as PDF/UA, by way of pandoc and Typst."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from importlib import resources
from pathlib import Path
from typing import Any, Final

import pypandoc
import typst
from nbformat import NotebookNode
from traitlets import Enum, Unicode

from pmkit.core.errors import ReportError
from pmkit.findings.embedded_provenance import ATTACHMENT
from pmkit.publish.document import Block, Document
from pmkit.publish.document_exporter import DocumentExporter
from pmkit.publish.markdown_exporter import fenced
from pmkit.publish.writers import TYPST_TEMPLATE, Resources

_FORMAT: Final = "commonmark+pipe_tables+strikeout+autolink_bare_uris"
_IMAGE: Final = "pmkit-image:"
_MISSING: Final = re.compile(r'the text `"(.+?)"` could not be displayed')
_CODE_POINT: Final = re.compile(r"\\u\{([0-9a-f]+)\}")
_MOST_ATTEMPTS: Final = 3
_REPLACEMENT: Final = "\ufffd"

# Cells with more characters than this are expected to wrap, so further characters widen a column less.
_LINE: Final = 30

# The paper sizes, with Typst's name for each.
PAPERS: Final = {"a4": "a4", "letter": "us-letter"}

# An element of pandoc's document: `t` is its kind, `c` its contents.
Element = dict[str, object]

# Pandoc writes these elements as calls of functions. What follows a call directly would be read as code, such as `.name` or
# `(x)`, so a comment separates it.
_CALLS: Final = frozenset(
    ("Strong", "Emph", "Strikeout", "Underline", "Superscript", "Subscript", "SmallCaps", "Quoted", "Cite", "Code", "Link",
     "Image", "Note", "Span", "Math", "RawInline")
)  # fmt: skip
_SEPARATOR: Final[Element] = {"t": "RawInline", "c": ["typst", "/**/"]}

_ATTACH_PROVENANCE: Final = (
    f'#pdf.attach("{ATTACHMENT}", bytes(sys.inputs.provenance), relationship: "data", mime-type: "application/json", '
    'description: "What this report was made from.")\n\n'
)


class PdfReportExporter(DocumentExporter):
    """Export an executed notebook to PDF/UA-1, without its code.

    If `SOURCE_DATE_EPOCH` is set, the same notebook always results in the same bytes. Only the fonts that come with the
    packages are used, unless they lack a character. A character that no font on the machine has becomes U+FFFD, and the last
    page lists it.
    """

    export_from_notebook = "pmkit: PDF"
    output_mimetype = "application/pdf"
    paper = Enum(list(PAPERS), default_value="a4", help="paper size: a4 or letter").tag(config=True)

    template_dir = Unicode("", help=f"a folder with your own `{TYPST_TEMPLATE}`").tag(config=True)

    file_extension = Unicode(".pdf").tag(config=True)

    def from_notebook_node(  # type: ignore[override] # nbconvert's own exporters return text here, too
        self, nb: NotebookNode, resources: Resources | None = None, **kw: object
    ) -> tuple[bytes, Resources]:
        """Return the PDF's bytes and the resources."""
        document, filled = self.read_document(nb, resources, **kw)
        return pdf(document, self.paper, self.template_dir), filled


def pdf(document: Document, paper: str = "a4", template_dir: str = "") -> bytes:
    """Write a document as PDF.

    Parameters
    ----------
    document : Document
        What to write.
    paper : str
        One of `PAPERS`.
    template_dir : str, optional
        A folder whose `report.typ` is used instead of pmkit's. It may import pmkit's as `pmkit.typ`, must define what
        that defines, and may use the other files in the folder.

    Raises
    ------
    ReportError
        When Typst cannot compile the document.
    """
    body = _typst(document)
    unshown: frozenset[str] = frozenset()
    system_fonts = False
    for _ in range(_MOST_ATTEMPTS):
        about = _about(document, paper, unshown)
        try:
            return _compile(document, _shown(body, unshown), about, template_dir, system_fonts=system_fonts)
        except typst.TypstError as error:
            missing = _missing(error.diagnostic)
            if not missing:
                raise ReportError(f"the PDF could not be typeset: {error.message}") from error
            unshown |= missing if system_fonts else set()
            system_fonts = True
    raise ReportError(f"the PDF could not be typeset: no font has {' '.join(sorted(unshown))}")


def _missing(diagnostic: str) -> set[str]:
    """Return the characters that no font has, according to the compiler's message."""
    characters = "".join(_MISSING.findall(diagnostic))
    return set(_CODE_POINT.sub(lambda match: chr(int(match[1], 16)), characters))


def _about(document: Document, paper: str, unshown: frozenset[str]) -> str:
    """Return what the title page, the running header and the last line need, as JSON."""
    about = {"title": document.title, "id": document.id, "facts": document.facts, "paper": PAPERS[paper]}
    text = _shown(json.dumps(about, ensure_ascii=False), unshown)
    return json.dumps({**json.loads(text), "unshown": [f"U+{ord(character):04X}" for character in sorted(unshown)]})


def _shown(text: str, unshown: frozenset[str]) -> str:
    """Return a text in which the characters that no font has are replaced."""
    return text.translate(dict.fromkeys(map(ord, unshown), _REPLACEMENT))


def _compile(document: Document, body: str, about: str, template_dir: str, *, system_fonts: bool) -> bytes:
    with tempfile.TemporaryDirectory(prefix="pmkit-pdf-") as folder:
        root = Path(folder)
        for own in Path(template_dir).iterdir() if template_dir else ():
            if own.is_file():
                shutil.copy(own, root / ("style.typ" if own.name == TYPST_TEMPLATE else own.name))
        for image in document.images:
            (root / image.file).write_bytes(image.data)
        style = resources.files("pmkit.publish").joinpath("templates/report.typ").read_text(encoding="utf-8")
        (root / "pmkit.typ").write_text(style, encoding="utf-8")
        if not (root / "style.typ").exists():
            (root / "style.typ").write_text('#import "pmkit.typ": *', encoding="utf-8")
        attachment = _ATTACH_PROVENANCE if document.provenance else ""
        (root / "report.typ").write_text(f'#import "style.typ": *\n#show: report\n\n{attachment}{body}', encoding="utf-8")
        _copy_fonts(root / "fonts")
        epoch = os.environ.get("SOURCE_DATE_EPOCH")
        contents = typst.compile(
            root / "report.typ",
            root=root,
            font_paths=[root / "fonts"],
            ignore_system_fonts=not system_fonts,
            format="pdf",
            sys_inputs={"about": about, "provenance": document.provenance},
            pdf_standards=["ua-1"],
            timestamp=int(epoch) if epoch else None,
        )
        return bytes(contents)


def _copy_fonts(folder: Path) -> None:
    """Copy the fallback font to where Typst looks for fonts; Typst has the fonts for text and code built in.

    The fallback font comes with matplotlib. Its font of last resort is left out, because it would show a box for any
    character without a warning.
    """
    matplotlib = importlib.util.find_spec("matplotlib")
    if matplotlib is None or matplotlib.origin is None:
        raise ReportError("the fonts of matplotlib are missing; install matplotlib")
    folder.mkdir()
    for font in (Path(matplotlib.origin).parent / "mpl-data" / "fonts" / "ttf").glob("DejaVuSans*.ttf"):
        shutil.copy(font, folder)


# From Markdown to Typst's markup


def _typst(document: Document) -> str:
    """Return the document in Typst's markup, escaped so that no text in it is read as markup."""
    texts = (_source(number, block) for number, block in enumerate(document.blocks))
    source = "\n\n".join(text for text in texts if text)
    tree = json.loads(pypandoc.convert_text(source, "json", format=_FORMAT))
    images = {f"{_IMAGE}{n}": block for n, block in enumerate(document.blocks) if block.image}
    tree["blocks"] = [_safe(block, images) for block in tree["blocks"]]
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


# How to rewrite the elements that are not safe or not ready as they are: charts and other pictures, links, raw markup, tables.
_SAFE: Final[dict[str, Callable[[list[object], dict[str, Block]], Element]]] = {
    "Para": _paragraph,
    "Image": lambda content, images: {"t": "Emph", "c": _safe(content[1], images)},
    "RawInline": lambda content, _: _code(content[1]),
    "RawBlock": lambda content, _: {"t": "Para", "c": [_code(content[1])]},
    "Link": _link,
    "Table": lambda content, images: {"t": "Table", "c": _safe(_with_widths(content), images)},
}


def _chart(block: Block) -> str:
    image = block.image
    if image is None:
        return ""
    return f"#chart({_quoted(image.file)}, {_quoted(image.alt)}, {_quoted(image.caption)})"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    return f'"{escaped}"'


def _with_widths(table: list[Any]) -> list[object]:
    """Return the contents of a table in which each column has the share of the page that its words need."""
    columns, head, bodies = table[2], table[3], table[4]
    rows = [*head[1], *(row for body in bodies for row in [*body[2], *body[3]])]
    texts = [[_text(cell[4]) for cell in row[1]] for row in rows]
    needs = [_need([row[n] for row in texts if n < len(row)]) for n in range(len(columns))]
    whole = sum(needs)
    sized = [[align, {"t": "ColWidth", "c": need / whole}] for (align, _), need in zip(columns, needs, strict=True)]
    return [table[0], table[1], sized, *table[3:]]


def _need(cells: list[str]) -> float:
    """Return the estimated width of a column in characters, from its longest word and its usual length."""
    words = max((len(word) for cell in cells for word in re.split(r"[\s/._-]+|:(?!\d)", cell)), default=1)
    usual = sum(min(len(cell), 90) for cell in cells) / max(len(cells), 1)
    return float(2.5 + max(min(words, 16), min(usual, _LINE) + max(usual - _LINE, 0) ** 0.7))


def _text(node: object) -> str:
    return "".join(_words(node))


def _words(node: object) -> Iterator[str]:
    match node:
        case list():
            for item in node:
                yield from _words(item)
        case {"t": "Str", "c": str(text)} | {"t": "Code", "c": [_, str(text)]}:
            yield text
        case {"t": "Space" | "SoftBreak"}:
            yield " "
        case {"c": content}:
            yield from _words(content)


def _level_headings(blocks: list[Element]) -> None:
    """Raise headings by one level, so sections are at level 1, and leave no gap between a heading and the one before."""
    before = 0
    for block in blocks:
        match block:
            case {"t": "Header", "c": [int(level), *rest]}:
                before = min(max(1, level - 1), before + 1)
                block["c"] = [before, *rest]

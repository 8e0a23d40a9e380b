"""The report as PDF/UA through pandoc and Typst."""

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
from nbconvert.exporters import Exporter
from nbformat import NotebookNode
from traitlets import Enum, Unicode

from pmkit.core.errors import ReportError
from pmkit.publish.document import Block, Document, read
from pmkit.publish.markdown_exporter import fenced

_FORMAT: Final = "commonmark+pipe_tables+strikeout+autolink_bare_uris"
_IMAGE: Final = "pmkit-image:"
_MISSING: Final = re.compile(r'the text `"(.+?)"` could not be displayed')
_CODE_POINT: Final = re.compile(r"\\u\{([0-9a-f]+)\}")
_ROUNDS: Final = 3
_REPLACED: Final = "\ufffd"
_LINE: Final = 30
TEMPLATE: Final = "report.typ"
PAPERS: Final = {"a4": "a4", "letter": "us-letter"}
"""The paper sizes, with Typst's name for each."""


_ATTACHED: Final = (
    '#pdf.attach("provenance.json", relationship: "data", mime-type: "application/json", '
    'description: "What this report was made from.")\n\n'
)


class PdfReportExporter(Exporter):
    """Export an executed notebook to PDF/UA-1; code is left out.

    The same notebook gives the same bytes when `SOURCE_DATE_EPOCH` is set. Only the fonts that
    come with the packages are used, unless a character has no glyph in them; what no font of
    the machine can show becomes U+FFFD, and the last page says so.
    """

    export_from_notebook = "pmkit: PDF"
    output_mimetype = "application/pdf"
    paper = Enum(list(PAPERS), default_value="a4", help="paper size: a4 or letter").tag(config=True)

    template_dir = Unicode("", help="a folder with a `report.typ` of one's own").tag(config=True)

    file_extension = Unicode(".pdf").tag(config=True)

    def from_notebook_node(  # type: ignore[override] # nbconvert's own exporters return text here, too
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[bytes, dict[str, Any]]:
        """Return the PDF's bytes and the resources."""
        nb, found = super().from_notebook_node(nb, resources, **kw)
        return pdf(read(nb, found.get("metadata", {}).get("name", "notebook")), self.paper, self.template_dir), found


def pdf(document: Document, paper: str = "a4", template_dir: str = "") -> bytes:
    """Write a document as PDF.

    Parameters
    ----------
    document : Document
        What to write.
    paper : str
        One of `PAPERS`.
    template_dir : str, optional
        A folder whose `report.typ` is taken instead of pmkit's; it may import that as `pmkit.typ`, has to define what
        that defines, and may use the other files of the folder.

    Raises
    ------
    ReportError
        When Typst refuses the document.
    """
    body = _typst(document)
    unshown: frozenset[str] = frozenset()
    system_fonts = False
    for _ in range(_ROUNDS):
        about = _about(document, paper, unshown)
        try:
            return _compile(document, _shown(body, unshown), about, template_dir, system_fonts=system_fonts)
        except typst.TypstError as refused:
            missing = _missing(refused.diagnostic)
            if not missing:
                raise ReportError(f"the PDF could not be set: {refused.message}") from refused
            unshown |= missing if system_fonts else set()
            system_fonts = True
    raise ReportError(f"the PDF could not be set: no font has {' '.join(sorted(unshown))}")


def _missing(diagnostic: str) -> set[str]:
    """Read from the compiler's message which characters no font has."""
    named = "".join(_MISSING.findall(diagnostic))
    return set(_CODE_POINT.sub(lambda found: chr(int(found[1], 16)), named))


def _about(document: Document, paper: str, unshown: frozenset[str]) -> str:
    """Write what the title page, the running header and the last line need, as JSON."""
    about = {"title": document.title, "id": document.id, "facts": document.facts, "paper": PAPERS[paper]}
    text = _shown(json.dumps(about, ensure_ascii=False), unshown)
    return json.dumps({**json.loads(text), "unshown": [f"U+{ord(character):04X}" for character in sorted(unshown)]})


def _shown(text: str, unshown: frozenset[str]) -> str:
    """Replace the characters that no font has."""
    return text.translate(dict.fromkeys(map(ord, unshown), _REPLACED))


def _compile(document: Document, body: str, about: str, template_dir: str, *, system_fonts: bool) -> bytes:
    with tempfile.TemporaryDirectory(prefix="pmkit-pdf-") as folder:
        root = Path(folder)
        for own in Path(template_dir).iterdir() if template_dir else ():
            if own.is_file():
                shutil.copy(own, root / ("style.typ" if own.name == TEMPLATE else own.name))
        for image in document.images:
            (root / image.file).write_bytes(image.data)
        style = resources.files("pmkit.publish").joinpath("templates/report.typ").read_text(encoding="utf-8")
        (root / "pmkit.typ").write_text(style, encoding="utf-8")
        if not (root / "style.typ").exists():
            (root / "style.typ").write_text('#import "pmkit.typ": *', encoding="utf-8")
        attached = _ATTACHED if document.provenance else ""
        (root / "provenance.json").write_text(document.provenance, encoding="utf-8")
        (root / "report.typ").write_text(f'#import "style.typ": *\n#show: report\n\n{attached}{body}', encoding="utf-8")
        _copy_fonts(root / "fonts")
        epoch = os.environ.get("SOURCE_DATE_EPOCH")
        made = typst.compile(
            root / "report.typ",
            root=root,
            font_paths=[root / "fonts"],
            ignore_system_fonts=not system_fonts,
            format="pdf",
            sys_inputs={"about": about},
            pdf_standards=["ua-1"],
            timestamp=int(epoch) if epoch else None,
        )
        return bytes(made)


def _copy_fonts(folder: Path) -> None:
    """Put the fallback font where Typst looks; the text and code fonts are inside of Typst.

    It comes with matplotlib, whose font of last resort is left out: it would show a box for any
    character, and nobody would be told.
    """
    found = importlib.util.find_spec("matplotlib")
    if found is None or found.origin is None:
        raise ReportError("the fonts of matplotlib are missing; install matplotlib")
    folder.mkdir()
    for font in (Path(found.origin).parent / "mpl-data" / "fonts" / "ttf").glob("DejaVuSans*.ttf"):
        shutil.copy(font, folder)


# From Markdown to Typst's markup


def _typst(document: Document) -> str:
    """Turn the document into Typst's markup; nothing of it can be markup of Typst's own."""
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


def _safe(node: Any, images: dict[str, Block]) -> Any:
    """Put charts in their places; no other picture is loaded, and raw markup is shown as text."""
    if isinstance(node, list):
        return [_safe(item, images) for item in node]
    if not isinstance(node, dict):
        return node
    kind: str = node.get("t", "")
    content: Any = node.get("c")
    if kind in _SAFE:
        return _SAFE[kind](content, images)
    return {name: _safe(value, images) for name, value in node.items()}


def _paragraph(content: list[Any], images: dict[str, Block]) -> dict[str, Any]:
    target = content[0]["c"][2][0] if len(content) == 1 and content[0]["t"] == "Image" else None
    if target in images:
        return {"t": "RawBlock", "c": ["typst", _chart(images[target])]}
    return {"t": "Para", "c": _safe(content, images)}


def _link(content: list[Any], images: dict[str, Block]) -> dict[str, Any]:
    text = _safe(content[1], images)
    if content[2][0].startswith(("http://", "https://", "mailto:")):
        return {"t": "Link", "c": [content[0], text, content[2]]}
    return {"t": "Emph", "c": text}


def _code(text: str) -> dict[str, Any]:
    return {"t": "Code", "c": [["", [], []], text]}


_SAFE: Final[dict[str, Callable[[Any, dict[str, Block]], dict[str, Any]]]] = {
    "Para": _paragraph,
    "Image": lambda content, images: {"t": "Emph", "c": _safe(content[1], images)},
    "RawInline": lambda content, _: _code(content[1]),
    "RawBlock": lambda content, _: {"t": "Para", "c": [_code(content[1])]},
    "Link": _link,
    "Table": lambda content, images: {"t": "Table", "c": _safe(_with_widths(content), images)},
}
"""What is not taken as it is: charts, other pictures, links, raw markup, tables."""


def _chart(block: Block) -> str:
    image = block.image
    if image is None:
        return ""
    return f"#chart({_quoted(image.file)}, {_quoted(image.alt)}, {_quoted(image.caption)})"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    return f'"{escaped}"'


def _with_widths(table: list[Any]) -> list[Any]:
    """Give each column the share of the page that its words need."""
    columns, head, bodies = table[2], table[3], table[4]
    rows = [*head[1], *(row for body in bodies for row in [*body[2], *body[3]])]
    texts = [[_text(cell[4]) for cell in row[1]] for row in rows]
    needs = [_need([row[n] for row in texts if n < len(row)]) for n in range(len(columns))]
    whole = sum(needs)
    sized = [[align, {"t": "ColWidth", "c": need / whole}] for (align, _), need in zip(columns, needs, strict=True)]
    return [table[0], table[1], sized, *table[3:]]


def _need(cells: list[str]) -> float:
    """Estimate the width of a column in characters, from its longest word and its usual length."""
    words = max((len(word) for cell in cells for word in re.split(r"[\s/._-]+|:(?!\d)", cell)), default=1)
    usual = sum(min(len(cell), 90) for cell in cells) / max(len(cells), 1)
    return float(2.5 + max(min(words, 16), min(usual, _LINE) + max(usual - _LINE, 0) ** 0.7))


def _text(node: Any) -> str:
    return "".join(_words(node))


def _words(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for item in node:
            yield from _words(item)
    elif isinstance(node, dict):
        match node.get("t"):
            case "Str":
                yield node["c"]
            case "Code":
                yield node["c"][1]
            case "Space" | "SoftBreak":
                yield " "
            case _:
                yield from _words(node.get("c", []))


def _level_headings(blocks: list[Any]) -> None:
    """Let sections be of the first level, and none be more than one deeper than the one before."""
    before = 0
    for block in blocks:
        if block["t"] == "Header":
            before = block["c"][0] = min(max(1, block["c"][0] - 1), before + 1)

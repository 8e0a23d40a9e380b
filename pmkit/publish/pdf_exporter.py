"""The report as PDF/UA, by way of pandoc and Typst."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import tempfile
from importlib import resources
from pathlib import Path
from typing import Final

import typst
from nbformat import NotebookNode
from traitlets import Enum, Unicode

from pmkit.core.errors import ReportError
from pmkit.core.fonts import package_font_folders
from pmkit.publish.document import Document
from pmkit.publish.document_exporter import DocumentExporter
from pmkit.publish.embedded_provenance import ATTACHMENT
from pmkit.publish.typst_markup import typst_markup
from pmkit.publish.writers import TYPST_TEMPLATE, Resources

_MISSING: Final = re.compile(r'the text `"(.+?)"` could not be displayed')
_CODE_POINT: Final = re.compile(r"\\u\{([0-9a-f]+)\}")
_MOST_ATTEMPTS: Final = 3
_REPLACEMENT: Final = "\ufffd"

# The paper sizes, with Typst's name for each.
PAPERS: Final = {"a4": "a4", "letter": "us-letter"}

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
    body = typst_markup(document)
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
            font_paths=[root / "fonts", *package_font_folders()],
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

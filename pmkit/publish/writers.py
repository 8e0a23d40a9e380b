"""The table of output formats: what each one is, and which exporter writes it.

Importing this module does not import the exporters; `Writer.load` does.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol, TypedDict

if TYPE_CHECKING:
    from nbformat import NotebookNode


# The files in a folder of templates that change the look of the page and of the PDF.
HTML_TEMPLATE: Final = "report.html.j2"
TYPST_TEMPLATE: Final = "report.typ"


class Metadata(TypedDict, total=False):
    """What nbconvert's resources say about the notebook; `name` is that of its file, without the extension."""

    name: str


class Resources(TypedDict, total=False):
    """nbconvert's resources, as far as reports use them; `outputs` are the files beside the report, by path."""

    metadata: Metadata
    outputs: dict[str, bytes]


class ReportExporter(Protocol):
    """Anything with the interface of nbconvert's exporters."""

    def from_notebook_node(self, nb: NotebookNode, resources: Resources) -> tuple[str | bytes, Resources]:
        """Return the contents of the file, and the resources with the files beside it."""


@dataclass(frozen=True)
class Writer:
    """One output format of a report.

    Attributes
    ----------
    exporter : str
        The exporter, as `module:class`.
    options : tuple of str
        The options of a report that the exporter takes: `paper`, `template_dir` or both.
    public : bool
        Whether a public report can be written in this format.
    """

    exporter: str
    options: tuple[str, ...] = ()
    public: bool = True

    def load(self, *, paper: str, template_folder: Path | None) -> ReportExporter:
        """Import the exporter and return an instance with the options of a report."""
        module, name = self.exporter.split(":")
        chosen = {"paper": paper, "template_dir": str(template_folder.resolve()) if template_folder else ""}
        make: Callable[..., ReportExporter] = getattr(importlib.import_module(module), name)
        return make(**{option: chosen[option] for option in self.options})


# The output formats by the names that `--to` takes, which are the file name extensions: a self-contained web page, a tagged PDF,
# Markdown with its charts as SVG, and the executed notebook.
WRITERS: Final[dict[str, Writer]] = {
    "html": Writer("pmkit.publish.html_exporter:HtmlReportExporter", ("template_dir",)),
    "pdf": Writer("pmkit.publish.pdf_exporter:PdfReportExporter", ("paper", "template_dir")),
    "md": Writer("pmkit.publish.markdown_exporter:MarkdownReportExporter"),
    "ipynb": Writer("nbconvert.exporters:NotebookExporter", public=False),
}

# What is written unless `--to` names something else.
DEFAULT_FORMATS: Final = ("html", "pdf")

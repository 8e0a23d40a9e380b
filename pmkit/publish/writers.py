"""The table of output formats: what each one is, and which exporter writes it.

Importing this module imports no exporter; `Writer.load` does.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

if TYPE_CHECKING:
    from nbformat import NotebookNode


class ReportExporter(Protocol):
    """Anything with nbconvert's interface of an exporter."""

    def from_notebook_node(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[str | bytes, dict[str, Any]]:
        """Return the contents of the file, and resources whose `outputs` are the files beside it."""


@dataclass(frozen=True)
class Writer:
    """One output format of a report.

    Attributes
    ----------
    what : str
        What it is, for help texts.
    exporter : str
        Where its exporter is, `module:class`.
    options : tuple of str
        The options of a report that the exporter takes: `paper`, `template_dir` or both.
    public : bool
        Whether a report for the public can be written in this format.
    """

    what: str
    exporter: str
    options: tuple[str, ...] = ()
    public: bool = True

    def load(self, *, paper: str, templates: Path | None) -> ReportExporter:
        """Import the exporter and return one with the options of a report."""
        module, name = self.exporter.split(":")
        chosen = {"paper": paper, "template_dir": str(templates.resolve()) if templates else ""}
        make: Callable[..., ReportExporter] = getattr(importlib.import_module(module), name)
        return make(**{option: chosen[option] for option in self.options})


# The output formats by the names that `--to` takes, which are the file name extensions.
WRITERS: Final[dict[str, Writer]] = {
    "html": Writer("a self-contained web page", "pmkit.publish.html_exporter:HtmlReportExporter", ("template_dir",)),
    "pdf": Writer("a tagged PDF (PDF/UA)", "pmkit.publish.pdf_exporter:PdfReportExporter", ("paper", "template_dir")),
    "md": Writer("Markdown with its charts as SVG", "pmkit.publish.markdown_exporter:MarkdownReportExporter"),
    "ipynb": Writer("the executed notebook", "nbconvert.exporters:NotebookExporter", public=False),
}

# What is written unless `--to` names something else.
DEFAULT_FORMATS: Final = ("html", "pdf")

"""The report as one Markdown file with its charts beside it, for a wiki."""

from __future__ import annotations

from typing import Any

from nbconvert.exporters import Exporter
from nbformat import NotebookNode
from traitlets import Unicode

from pmkit.core.markdown import escape
from pmkit.publish.document import Block, Document, read


class MarkdownReportExporter(Exporter):
    """Export an executed notebook to Markdown; code is left out.

    The charts are in `resources["outputs"]`, by path: `NAME_files/CHART.svg`.
    """

    export_from_notebook = "pmkit: Markdown"
    output_mimetype = "text/markdown"

    file_extension = Unicode(".md").tag(config=True)

    def from_notebook_node(  # type: ignore[override] # nbconvert's own exporters return text here, too
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """Return the Markdown and the resources with the charts."""
        nb, found = super().from_notebook_node(nb, resources, **kw)
        name = found.get("metadata", {}).get("name", "notebook")
        document = read(nb, name)
        folder = f"{name}_files"
        found.setdefault("outputs", {}).update({f"{folder}/{image.file}": image.data for image in document.images})
        return markdown(document, folder), found


def markdown(document: Document, folder: str) -> str:
    """Write a document as Markdown (CommonMark with pipe tables), its pictures lying in `folder`."""
    facts = " · ".join(f"{escape(name)}: {escape(fact)}" for name, fact in document.facts)
    written = (f"# {escape(document.title)}", facts, *(_block(block, folder) for block in document.blocks))
    return "\n\n".join(text for text in written if text) + "\n"


def _block(block: Block, folder: str) -> str:
    match block.kind:
        case "markdown":
            return block.text.strip()
        case "image" if block.image:
            caption = f"\n\n*{escape(block.image.caption)}*" if block.image.caption else ""
            return f"![{escape(block.image.alt)}]({folder}/{block.image.file}){caption}"
        case "html":
            return fenced(block.plain)
        case "output" | "error":
            return fenced(block.text)
        case _:
            return ""


def fenced(text: str) -> str:
    """Write a text as a code block.

    Examples
    --------
    >>> print(fenced("a"))
    ```
    a
    ```
    """
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}\n{text.rstrip()}\n{fence}" if text.strip() else ""

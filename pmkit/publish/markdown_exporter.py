"""The report as one Markdown file with its charts beside it, for a wiki."""

from __future__ import annotations

from nbformat import NotebookNode
from traitlets import Unicode

from pmkit.core.markdown import escape, fenced
from pmkit.publish.document import Block, Document
from pmkit.publish.document_exporter import DocumentExporter, name_of
from pmkit.publish.writers import Resources


class MarkdownReportExporter(DocumentExporter):
    """Export an executed notebook to Markdown, without its code.

    The charts are in `resources["outputs"]`, by path: `NAME_files/CHART.svg`.
    """

    export_from_notebook = "pmkit: Markdown"
    output_mimetype = "text/markdown"

    file_extension = Unicode(".md").tag(config=True)

    def from_notebook_node(  # type: ignore[override] # nbconvert's own exporters return text here, too
        self, nb: NotebookNode, resources: Resources | None = None, **kw: object
    ) -> tuple[str, Resources]:
        """Return the Markdown, and the resources with the charts."""
        document, filled = self.read_document(nb, resources, **kw)
        folder = f"{name_of(filled)}_files"
        filled.setdefault("outputs", {}).update({f"{folder}/{image.file}": image.data for image in document.images})
        return markdown(document, folder), filled


def markdown(document: Document, folder: str) -> str:
    """Write a document as Markdown (CommonMark with pipe tables), with its pictures in `folder`."""
    facts = " · ".join(f"{escape(name)}: {escape(fact)}" for name, fact in document.facts)
    paragraphs = (f"# {escape(document.title)}", facts, *(_block(block, folder) for block in document.blocks))
    return "\n\n".join(text for text in paragraphs if text) + "\n"


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

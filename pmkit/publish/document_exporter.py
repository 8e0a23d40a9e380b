"""What pmkit's exporters share: they read the notebook as a document."""

from __future__ import annotations

from typing import cast

from nbconvert.exporters import Exporter
from nbformat import NotebookNode

from pmkit.publish.document import Document, read
from pmkit.publish.writers import Resources


class DocumentExporter(Exporter):
    """An exporter that writes a document; each format is a subclass."""

    def read_document(self, nb: NotebookNode, resources: Resources | None, **options: object) -> tuple[Document, Resources]:
        """Return the notebook as a document, and nbconvert's resources with its defaults filled in."""
        preprocessed, defaulted = super().from_notebook_node(nb, resources, **options)
        filled = cast("Resources", defaulted)
        return read(preprocessed, name_of(filled)), filled


def name_of(resources: Resources) -> str:
    """Return the name of the notebook, which is that of its file without the extension."""
    return resources.get("metadata", {}).get("name", "notebook")

"""What an exporter needs of an executed notebook: a title and a row of blocks."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

from nbformat import NotebookNode

from pmkit.core.markdown import printable

_ANSI: Final = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_RASTER: Final = ("image/png", "image/jpeg")

Kind = Literal["markdown", "image", "html", "output", "error", "code"]


@dataclass(frozen=True)
class Image:
    """A picture: a chart as SVG, or a raster picture of a cell that a user added."""

    name: str
    mime: str
    data: bytes
    alt: str
    caption: str

    @property
    def file(self) -> str:
        """Its file name."""
        return f"{self.name}.{self.mime.split('/')[1].split('+')[0]}"


@dataclass(frozen=True)
class Block:
    """One piece of the document: text of its kind, or an image.

    An `html` block carries the same as plain text, for exporters that show no HTML.
    """

    kind: Kind
    text: str = ""
    image: Image | None = None
    plain: str = ""


@dataclass(frozen=True)
class Document:
    """An executed notebook as a document.

    Attributes
    ----------
    title : str
        The report's title; the notebook's first heading where it is no report of pmkit's.
    facts : tuple of (str, str)
        What identifies the incident, for the title page: names with their values.
    blocks : tuple of Block
        The contents in order, without the title; `code` blocks are the inputs.
    id : str
        The incident.
    provenance : str
        What it was made from, JSON; empty where the notebook does not say.
    """

    title: str
    facts: tuple[tuple[str, str], ...]
    blocks: tuple[Block, ...]
    id: str
    provenance: str = ""

    @property
    def images(self) -> tuple[Image, ...]:
        """The pictures in their order."""
        return tuple(block.image for block in self.blocks if block.image)


def read(notebook: NotebookNode, name: str = "notebook") -> Document:
    """Read an executed notebook.

    Parameters
    ----------
    notebook : NotebookNode
        nbformat 4.
    name : str
        Its name, for the title where nothing better is found.
    """
    about: dict[str, Any] = {}
    blocks: list[Block] = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            blocks.append(Block("markdown", printable(cell.source)))
        elif cell.cell_type == "code":
            if source := _shown(cell):
                blocks.append(Block("code", source))
            for output in cell.outputs:
                if not about and (about := _about(output)):
                    continue  # the title cell: every exporter writes title and facts in its own way
                blocks.extend(_output(output, len(blocks)))
    if about.get("audience") == "public":
        blocks = [block for block in blocks if block.kind != "code"]  # which tell of folders here
    title = about.get("title") or _take_heading(blocks) or name
    facts = tuple((printable(label), printable(fact)) for label, fact in about.get("facts", ()))
    made_from = json.dumps(about["provenance"], ensure_ascii=False) if "provenance" in about else ""
    return Document(printable(title), facts, tuple(blocks), printable(about.get("id", "")), made_from)


def _shown(cell: NotebookNode) -> str:
    """Return a cell's code; of the parameters that papermill put in, without the folder on this machine."""
    lines = printable(cell.source).splitlines()
    if "injected-parameters" in cell.metadata.get("tags", ()):
        lines = [line for line in lines if not line.startswith("data_dir = ")]
    return "\n".join(lines).strip("\n")


def _about(output: NotebookNode) -> dict[str, Any]:
    said = output.get("metadata", {}).get("text/markdown", {})
    found = said.get("pmkit") if isinstance(said, dict) else None
    return dict(found) if isinstance(found, dict) else {}


def _take_heading(blocks: list[Block]) -> str | None:
    """Take the first heading of the first level out of the blocks."""
    for number, block in enumerate(blocks):
        found = re.search(r"^# +(.+)$", block.text, re.M) if block.kind == "markdown" else None
        if found:
            blocks[number] = Block("markdown", block.text[: found.start()] + block.text[found.end() :])
            return found[1].strip()
    return None


def _output(output: NotebookNode, number: int) -> Iterator[Block]:
    if output.output_type == "stream":
        yield Block("output", printable(_ANSI.sub("", output.text)))
    elif output.output_type == "error":
        yield Block("error", printable(_ANSI.sub("", "\n".join(output.traceback) or f"{output.ename}: {output.evalue}")))
    else:
        yield from _displayed(output, number)


def _displayed(output: NotebookNode, number: int) -> Iterator[Block]:
    data = output.data
    if "text/markdown" in data:
        yield Block("markdown", printable(data["text/markdown"]))
    elif "image/svg+xml" in data:
        yield Block("image", image=_image(output, "image/svg+xml", data["image/svg+xml"].encode(), number))
    elif found := next((mime for mime in _RASTER if mime in data), None):
        yield Block("image", image=_image(output, found, base64.b64decode(data[found]), number))
    elif "text/html" in data:
        yield Block("html", printable(data["text/html"]), plain=printable(data.get("text/plain", "")))
    elif "application/json" in data:
        yield Block("output", printable(json.dumps(data["application/json"], indent=1)))
    elif "text/plain" in data:
        yield Block("output", printable(data["text/plain"]))


def _image(output: NotebookNode, mime: str, data: bytes, number: int) -> Image:
    said = output.get("metadata", {}).get(mime, {})
    name = re.sub(r"[^A-Za-z0-9-]", "-", str(said.get("name") or f"figure-{number}"))
    alt = printable(said.get("alt") or "A figure without a description.")
    return Image(name, mime, data, alt, printable(said.get("caption") or ""))

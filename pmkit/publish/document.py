"""An executed notebook as exporters need it: a title and a sequence of blocks."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from nbformat import NotebookNode

from pmkit.core import theme
from pmkit.core.markdown import printable

if TYPE_CHECKING:
    from pmkit.reports.title_section import About

_ANSI: Final = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_RASTER: Final = ("image/png", "image/jpeg", "image/gif")

Kind = Literal["markdown", "image", "html", "output", "error", "code"]


@dataclass(frozen=True)
class Image:
    """A picture: a chart as SVG, or a raster image from a cell that a user added.

    A chart may also have a drawing for a phone, as SVG.
    """

    name: str
    mime: str
    data: bytes
    alt: str
    caption: str
    narrow: bytes = b""

    @property
    def file(self) -> str:
        """The file name."""
        return f"{self.name}.{self.mime.split('/')[1].split('+')[0]}"


@dataclass(frozen=True)
class Block:
    """One piece of the document: a text of some kind, or an image.

    An `html` block has its text also as plain text, for exporters that do not show HTML.
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
        The report's title, or the notebook's first heading if it is not one of pmkit's reports.
    facts : tuple of (str, str)
        What identifies the incident, for the title page: names with their values.
    blocks : tuple of Block
        The contents in order, without the title; `code` blocks are the sources of cells.
    id : str
        The ID of the incident.
    provenance : str
        What the report was built from, as JSON; empty if the notebook does not say.
    """

    title: str
    facts: tuple[tuple[str, str], ...]
    blocks: tuple[Block, ...]
    id: str
    provenance: str = ""

    @property
    def images(self) -> tuple[Image, ...]:
        """The pictures in order."""
        return tuple(block.image for block in self.blocks if block.image)


def read(notebook: NotebookNode, name: str = "notebook") -> Document:
    """Read an executed notebook.

    Parameters
    ----------
    notebook : NotebookNode
        The notebook, in nbformat 4.
    name : str
        Its name, which becomes the title if there is no better one.
    """
    about: About = {}
    blocks: list[Block] = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            blocks.append(Block("markdown", printable(cell.source)))
        elif cell.cell_type == "code":
            if source := _shown(cell):
                blocks.append(Block("code", source))
            for output in cell.outputs:
                # The title cell is not a block, because every exporter writes title and facts in its own way.
                if not about and (about := _about(output)):
                    continue
                blocks.extend(_output(output, len(blocks)))
    # The code names folders of this machine.
    if about.get("audience") == "public":
        blocks = [block for block in blocks if block.kind != "code"]
    title = about.get("title") or _take_heading(blocks) or name
    facts = tuple((printable(label), printable(fact)) for label, fact in about.get("facts", ()))
    provenance = json.dumps(about["provenance"], ensure_ascii=False) if "provenance" in about else ""
    return Document(printable(title), facts, tuple(blocks), printable(about.get("id", "")), provenance)


def _shown(cell: NotebookNode) -> str:
    """Return a cell's code, without the data folder on this machine that papermill adds to the parameters."""
    lines = printable(cell.source).splitlines()
    if "injected-parameters" in cell.metadata.get("tags", ()):
        lines = [line for line in lines if not line.startswith("data_dir = ")]
    return "\n".join(lines).strip("\n")


def _about(output: NotebookNode) -> About:
    """Return what a title cell says about its report; empty for any other output."""
    metadata = output.get("metadata", {}).get("text/markdown", {})
    about: About | None = metadata.get("pmkit") if isinstance(metadata, dict) else None
    return about if isinstance(about, dict) else {}


def _take_heading(blocks: list[Block]) -> str | None:
    """Remove the first heading of level 1 from the blocks and return it; None if there is none."""
    for number, block in enumerate(blocks):
        heading = re.search(r"^# +(.+)$", block.text, re.M) if block.kind == "markdown" else None
        if heading:
            blocks[number] = Block("markdown", block.text[: heading.start()] + block.text[heading.end() :])
            return heading[1].strip()
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
    elif raster := next((mime for mime in _RASTER if mime in data), None):
        yield Block("image", image=_image(output, raster, base64.b64decode(data[raster]), number))
    elif "text/html" in data:
        yield Block("html", printable(data["text/html"]), plain=printable(data.get("text/plain", "")))
    elif "application/json" in data:
        yield Block("output", printable(json.dumps(data["application/json"], indent=1)))
    elif "text/plain" in data:
        yield Block("output", printable(data["text/plain"]))


def _image(output: NotebookNode, mime: str, data: bytes, number: int) -> Image:
    metadata = output.get("metadata", {}).get(mime, {})
    name = re.sub(r"[^A-Za-z0-9-]", "-", str(metadata.get("name") or f"figure-{number}"))
    alt = printable(metadata.get("alt") or "A figure without a description.")
    narrow = str(output.data.get(theme.NARROW_SVG, "")).encode()
    return Image(name, mime, data, alt, printable(metadata.get("caption") or ""), narrow)

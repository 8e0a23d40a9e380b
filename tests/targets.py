"""Fuzz targets: each takes any bytes and may only raise errors that pmkit raises on purpose."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import nbformat

from pmkit.analysis.causes.log_templates import templates_of
from pmkit.core.errors import PmkitError
from pmkit.core.markdown_safety import sanitize
from pmkit.formats.detection import candidates
from pmkit.formats.sample import Sample
from pmkit.incident.yaml_reader import parse
from pmkit.ingest.export import ingest
from pmkit.ingest.request import Request
from pmkit.publish.document import read
from pmkit.publish.html_exporter import page
from pmkit.publish.pdf_exporter import pdf
from pmkit.redaction.patterns import PERSONAL
from pmkit.redaction.redactor import Redactor

_ALL: Final = Redactor([kind.name for kind in PERSONAL])


def recognition(data: bytes) -> None:
    """Detect the format of a text."""
    text = re.sub("\r\n?|\0", "\n", data.decode("utf-8", "replace"))
    if text:
        candidates(Sample.from_text(text))


def reading(data: bytes) -> None:
    """Read an export: every line is accounted for."""
    folder = Path(tempfile.mkdtemp(prefix="pmkit-fuzz-"))
    try:
        (folder / "export").write_bytes(data)
        (folder / "part").mkdir()
        ledger = ingest(Request(folder / "export", timezone="UTC"), folder / "part")
        assert ledger.lines == ledger.events + ledger.continuation + ledger.blank + ledger.rejected
    finally:
        shutil.rmtree(folder)


def incident_yaml(data: bytes) -> None:
    """Read `incident.yaml`."""
    parse(Path("incident.yaml"), data.decode("utf-8", "replace"))


def redaction(data: bytes) -> None:
    """Redact a text: a second pass finds nothing more."""
    text = data.decode("utf-8", "surrogateescape")
    redacted = _ALL(text)
    end = 0
    for hit in _ALL.hits(text):
        assert end <= hit.start < hit.end <= len(text)
        end = hit.end
    assert _ALL(redacted) == redacted, redacted


def messages(data: bytes) -> None:
    """Group messages by template."""
    texts = data.decode("utf-8", "replace").splitlines()
    assert set(templates_of(texts)) == set(texts)


def markdown(data: bytes) -> None:
    """Sanitize Markdown and render it as a page: nothing in it runs."""
    html = page(_document(sanitize(data.decode("utf-8", "replace"))))
    main = html.split("<main", 1)[-1]
    assert not re.search(r"(?i)<(?:script|iframe|object|embed|form|link|meta|base)\b(?![^>]*pmkit-provenance)", main), main
    assert not re.search(r"(?i)<[^>]*\son\w+\s*=", main), main


def paper(data: bytes) -> None:
    """Render Markdown as PDF."""
    assert pdf(_document(data.decode("utf-8", "replace"))).startswith(b"%PDF")


def _document(text: str):
    output = nbformat.v4.new_output("display_data", {"text/markdown": f"# A page\n\n## A part\n\n{text}"})
    return read(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1", outputs=[output], execution_count=1)]))


TARGETS: Final[Mapping[str, Callable[[bytes], None]]] = {
    target.__name__: target for target in (recognition, reading, incident_yaml, redaction, messages, markdown, paper)
}


def run_target(name: str, data: bytes) -> None:
    """Run a target; errors that pmkit raises on purpose are fine if they have a message."""
    try:
        TARGETS[name](data)
    except PmkitError as error:
        assert str(error)

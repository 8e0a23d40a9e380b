"""Verifies a report: rebuilds it from the data, and compares what a reader sees, and what it says it was built from."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

import nbformat
import pypdf
from pypdf.errors import PyPdfError

from pmkit.core.errors import InputError
from pmkit.core.progress import Progress
from pmkit.core.wording import count, short
from pmkit.findings.comparison import NO_COMPARISON, Comparison
from pmkit.findings.investigate import analyse_store
from pmkit.findings.provenance import FORMAT, Provenance, differences
from pmkit.incident.folder import find_incident
from pmkit.ingest.cache import open_incident
from pmkit.publish.document import Document, read
from pmkit.publish.embedded_provenance import ATTACHMENT, HTML_ELEMENT
from pmkit.publish.html_exporter import page
from pmkit.publish.job import shipped
from pmkit.publish.pdf_exporter import PAPERS, pdf
from pmkit.publish.preview import executed
from pmkit.publish.visible_contents import VisibleContents, visible_in_document, visible_in_html, visible_in_pdf
from pmkit.reports.report import Report

_IN_HTML: Final = re.compile("(.*?)".join(map(re.escape, HTML_ELEMENT)), re.DOTALL)

# The cell that papermill adds: assignments of the notebook's parameters.
_PARAMETERS: Final = re.compile(r"(# Parameters|(incident_id|data_dir|timezone|audience|template) = .*)")

# At most this many differences of what a reader sees are listed.
_MOST_LISTED: Final = 20


@dataclass(frozen=True)
class Kind:
    """How one kind of report is verified.

    Attributes
    ----------
    provenance : callable
        Returns the provenance that the file contains, as JSON text, or None.
    seen : callable
        Returns what a reader sees of the file.
    rebuilt : callable
        Returns what a reader sees of a document that is written in the same way as the file, with a folder of templates.
    """

    provenance: Callable[[Path], str | None]
    seen: Callable[[Path], VisibleContents]
    rebuilt: Callable[[Document, Path, str], VisibleContents]


def provenance_of(report: Path) -> Provenance:
    """Return the provenance that a report contains.

    Parameters
    ----------
    report : Path
        An HTML page, a PDF or an executed notebook.

    Raises
    ------
    InputError
        When the file cannot be read, or contains no provenance.
    """
    if not report.is_file():
        problem = "is not a file" if report.exists() else "no such file"
        raise InputError(f"{report}: {problem}; name a report, such as reports/INC-2026-1103.html")
    kind = KINDS.get(report.suffix.lower())
    if kind is None:
        raise InputError(f"{report}: expected a report as {', '.join(KINDS)}")
    try:
        text = kind.provenance(report)
        recorded = json.loads(text) if text else None
    except OSError as refused:
        raise InputError(f"{report}: cannot be read: {refused.strerror or refused}") from refused
    except (ValueError, PyPdfError, KeyError, TypeError) as broken:
        raise _damaged(report) from broken
    if not isinstance(recorded, dict) or recorded.get("format") != FORMAT:
        raise InputError(f"{report}: contains no provenance: it is not a pmkit report, or an old version of pmkit wrote it")
    return cast("Provenance", recorded)


def _of_html(report: Path) -> str | None:
    match = _IN_HTML.search(report.read_text(encoding="utf-8"))
    return match[1] if match else None


def _of_pdf(report: Path) -> str | None:
    attachments = _reader(report.read_bytes()).attachments
    return attachments[ATTACHMENT][0].decode() if ATTACHMENT in attachments else None


def _reader(contents: bytes) -> pypdf.PdfReader:
    # Pypdf logs what it finds wrong with a file; pmkit reports that itself.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    return pypdf.PdfReader(io.BytesIO(contents))


def _of_notebook(report: Path) -> str | None:
    cells = json.loads(report.read_text(encoding="utf-8"))["cells"]
    outputs = (output for cell in cells for output in cell.get("outputs", ()))
    about = (output.get("metadata", {}).get("text/markdown", {}).get("pmkit", {}) for output in outputs)
    return next((json.dumps(fields["provenance"]) for fields in about if "provenance" in fields), None)


def _paper_of(report: Path) -> str:
    """Return the paper of a PDF, of the sizes that pmkit writes."""
    width = float(_reader(report.read_bytes()).pages[0].mediabox.width)
    return min(PAPERS, key=lambda name: abs(width - _WIDTHS[name]))


# Widths of the paper sizes in points.
_WIDTHS: Final = {"a4": 595.28, "letter": 612.0}

# How each kind of report is verified, by the file name extension. Markdown contains no provenance.
KINDS: Final[dict[str, Kind]] = {
    ".html": Kind(
        _of_html,
        lambda report: visible_in_html(report.read_text(encoding="utf-8")),
        lambda document, _, templates: visible_in_html(page(document, templates)),
    ),
    ".pdf": Kind(
        _of_pdf,
        lambda report: visible_in_pdf(_reader(report.read_bytes())),
        lambda document, report, templates: visible_in_pdf(_reader(pdf(document, _paper_of(report), templates))),
    ),
    ".ipynb": Kind(
        _of_notebook,
        lambda report: visible_in_document(read(nbformat.read(report, as_version=4), report.stem)),
        lambda document, _, __: visible_in_document(document),
    ),
}


def verify(report: Path, data: Path, template_folder: Path | None = None, progress: Progress = lambda _: None) -> list[str]:
    """Rebuild a report from the data and return the differences.

    What it says about other incidents is taken from its provenance, because their exports are no part of it.

    Parameters
    ----------
    report : Path
        An HTML page, a PDF or an executed notebook, which the notebook that comes with pmkit has made.
    data : Path
        The folder of all incidents.
    template_folder : Path, optional
        The folder of templates that it was written with, if there was one.
    progress : callable, optional
        Called with progress messages.

    Returns
    -------
    list of str
        The differences, in words; empty if there are none.

    Raises
    ------
    InputError
        When the report contains no provenance, or its incident does not exist.
    """
    document = build_anew(report, data, progress)
    progress("comparing what a reader sees")
    return differences_from(document, report, template_folder)


def differences_from(document: Document, report: Path, template_folder: Path | None = None) -> list[str]:
    """Return the differences between a report and the same one as the data give it, in words.

    Parameters
    ----------
    document : Document
        What `build_anew` returned for the report.
    report : Path
        The report.
    template_folder : Path, optional
        The folder of templates that it was written with, if there was one.
    """
    kind = KINDS[report.suffix.lower()]
    seen, rebuilt = _seen(kind, report), kind.rebuilt(document, report, str(template_folder or ""))
    of_contents = [*seen.differences(rebuilt), *_foreign_code(seen)]
    left_out = len(of_contents) - _MOST_LISTED
    return [
        *differences(provenance_of(report), json.loads(document.provenance)),
        *of_contents[:_MOST_LISTED],
        *([f"and {count(left_out)} more differences"] if left_out > 0 else []),
    ]


def build_anew(report: Path, data: Path, progress: Progress = lambda _: None) -> Document:
    """Return a report as the data give it, with the parameters and the comparison that it contains.

    Parameters
    ----------
    report : Path
        The report, of which only the provenance is read.
    data : Path
        The folder of all incidents.
    progress : callable, optional
        Called with progress messages.
    """
    recorded = provenance_of(report)
    incident, parameters = find_incident(recorded["incident"], data), recorded["parameters"]
    findings = analyse_store(incident, open_incident(incident, progress), parameters["timezone"])
    progress("building the report")
    try:
        comparison = Comparison.from_dict(recorded["comparison"]) if "comparison" in recorded else NO_COMPARISON
    except (KeyError, TypeError, ValueError) as broken:
        raise _damaged(report) from broken
    public = parameters["audience"] == "public"
    rebuilt = Report(comparison.put_into(findings), parameters["audience"], parameters["template"])
    return read(executed(rebuilt, incident.redactor.public() if public else incident.redactor), incident.id)


def _seen(kind: Kind, report: Path) -> VisibleContents:
    try:
        return kind.seen(report)
    except (ValueError, PyPdfError, KeyError, TypeError) as broken:
        raise _damaged(report) from broken


def _foreign_code(seen: VisibleContents) -> Iterator[str]:
    """Yield, in words, the code of a report that the notebook that comes with pmkit does not contain."""
    own = {cell.source.strip("\n") for cell in nbformat.read(shipped(), as_version=4).cells}
    for source in seen.code:
        if source not in own and not all(map(_PARAMETERS.fullmatch, source.splitlines())):
            yield f"contains code that the notebook of pmkit does not: “{short(source)}”"


def _damaged(report: Path) -> InputError:
    return InputError(f"{report}: is damaged, or pmkit did not write it; build the report again")

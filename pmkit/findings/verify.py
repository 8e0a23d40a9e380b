"""Verifies a report: rebuilds its findings from the data, and compares them with those in the report."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable
from pathlib import Path
from typing import Final, cast

import pypdf
from pypdf.errors import PyPdfError

from pmkit.core.errors import InputError
from pmkit.findings.embedded_provenance import ATTACHMENT, HTML_ELEMENT
from pmkit.findings.investigate import analyse_store
from pmkit.findings.provenance import FORMAT, Provenance, differences, provenance
from pmkit.findings.public import public
from pmkit.incident.folder import find_incident
from pmkit.ingest.cache import open_incident

_IN_HTML: Final = re.compile("(.*?)".join(map(re.escape, HTML_ELEMENT)), re.DOTALL)


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
    read = READERS.get(report.suffix.lower())
    if read is None:
        raise InputError(f"{report}: expected a report as {', '.join(READERS)}")
    try:
        text = read(report)
        recorded = json.loads(text) if text else None
    except OSError as refused:
        raise InputError(f"{report}: cannot be read: {refused.strerror or refused}") from refused
    except (ValueError, PyPdfError, KeyError, TypeError) as broken:
        raise InputError(f"{report}: is damaged, or pmkit did not write it; build the report again") from broken
    if not isinstance(recorded, dict) or recorded.get("format") != FORMAT:
        raise InputError(f"{report}: contains no provenance: it is not a pmkit report, or an old version of pmkit wrote it")
    return cast("Provenance", recorded)


def _of_html(report: Path) -> str | None:
    match = _IN_HTML.search(report.read_text(encoding="utf-8"))
    return match[1] if match else None


def _of_pdf(report: Path) -> str | None:
    # Pypdf logs what it finds wrong with a file; pmkit reports that itself.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    with report.open("rb") as file:
        attachments = pypdf.PdfReader(file).attachments
        return attachments[ATTACHMENT][0].decode() if ATTACHMENT in attachments else None


def _of_notebook(report: Path) -> str | None:
    cells = json.loads(report.read_text(encoding="utf-8"))["cells"]
    outputs = (output for cell in cells for output in cell.get("outputs", ()))
    about = (output.get("metadata", {}).get("text/markdown", {}).get("pmkit", {}) for output in outputs)
    return next((json.dumps(fields["provenance"]) for fields in about if "provenance" in fields), None)


# How the provenance is read from each kind of report, by the file name extension. Exporters are listed in `publish.writers`,
# which is a later room; Markdown contains no provenance.
READERS: Final[dict[str, Callable[[Path], str | None]]] = {".html": _of_html, ".pdf": _of_pdf, ".ipynb": _of_notebook}


def verify(report: Path, data: Path, progress: Callable[[str], None] = lambda _: None) -> list[str]:
    """Rebuild a report's findings from the data and return the differences.

    Parameters
    ----------
    report : Path
        An HTML page, a PDF or an executed notebook.
    data : Path
        The folder of all incidents.
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
    recorded = provenance_of(report)
    parameters = recorded["parameters"]
    incident = find_incident(recorded["incident"], data)
    findings = analyse_store(incident, open_incident(incident, progress), parameters["timezone"])
    shown = public(findings) if parameters["audience"] == "public" else findings
    return list(differences(recorded, json.loads(json.dumps(provenance(shown, parameters["template"])))))

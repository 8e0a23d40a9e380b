"""Check a report against the data that it says it was made from."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pypdf
from pypdf.errors import PyPdfError

from pmkit.core.errors import InputError
from pmkit.findings.investigate import analyse_store, compare_with_earlier
from pmkit.findings.provenance import FORMAT, differences, provenance
from pmkit.findings.public import public
from pmkit.incident.folder import find_incident
from pmkit.ingest.cache import open_incident

ATTACHED: Final = "provenance.json"
"""The name of the attachment in a PDF."""
_IN_HTML: Final = re.compile(r'<script type="application/json" id="pmkit-provenance">(.*?)</script>', re.S)


def provenance_of(report: Path) -> dict[str, Any]:
    """Read from a report where it comes from.

    Parameters
    ----------
    report : Path
        An HTML page, a PDF or an executed notebook.

    Raises
    ------
    InputError
        When the file cannot be read, or does not say where it comes from.
    """
    read = _READERS.get(report.suffix.lower())
    if read is None:
        raise InputError(f"{report}: expected a report as {', '.join(_READERS)}")
    try:
        text = read(report)
        told = json.loads(text) if text else None
    except OSError as refused:
        raise InputError(f"{report}: cannot be read: {refused.strerror or refused}") from refused
    except (ValueError, PyPdfError, KeyError, TypeError) as broken:
        raise InputError(f"{report}: is damaged: {broken}") from broken
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise InputError(f"{report}: does not say where it comes from: no report of pmkit's, or one of before it did")
    return told


def _of_html(report: Path) -> str | None:
    found = _IN_HTML.search(report.read_text(encoding="utf-8"))
    return found[1] if found else None


def _of_pdf(report: Path) -> str | None:
    with report.open("rb") as file:
        attached = pypdf.PdfReader(file).attachments
        return attached[ATTACHED][0].decode() if ATTACHED in attached else None


def _of_notebook(report: Path) -> str | None:
    cells = json.loads(report.read_text(encoding="utf-8"))["cells"]
    outputs = (output for cell in cells for output in cell.get("outputs", ()))
    about = (output.get("metadata", {}).get("text/markdown", {}).get("pmkit", {}) for output in outputs)
    return next((json.dumps(one["provenance"]) for one in about if "provenance" in one), None)


_READERS: Final[dict[str, Callable[[Path], str | None]]] = {".html": _of_html, ".pdf": _of_pdf, ".ipynb": _of_notebook}


def verify(report: Path, data: Path, progress: Callable[[str], None] = lambda _: None) -> list[str]:
    """Make anew what a report says, and say what differs.

    Parameters
    ----------
    report : Path
        An HTML page, a PDF or an executed notebook.
    data : Path
        The folder of all incidents.
    progress : callable, optional
        Is told in words what is done.

    Returns
    -------
    list of str
        What differs, in words; empty if nothing does.

    Raises
    ------
    InputError
        When the report does not say where it comes from, or its incident is not there.
    """
    told = provenance_of(report)
    parameters = told["parameters"]
    incident = find_incident(told["incident"], data)
    findings = compare_with_earlier(analyse_store(incident, open_incident(incident, progress), parameters["timezone"]), progress)
    shown = public(findings) if parameters["audience"] == "public" else findings
    return list(differences(told, json.loads(json.dumps(provenance(shown, parameters["template"])))))

"""The report as a page, without running the notebook."""

from __future__ import annotations

from typing import Any

from nbformat import v4 as notebooks

from pmkit.findings.findings import Findings
from pmkit.publish.html_exporter import HtmlReportExporter
from pmkit.reports.figures import Chart
from pmkit.reports.outlines import Part
from pmkit.reports.report import Report, Section


def page(findings: Findings) -> str:
    """Return the report on some findings as HTML, as the notebook would give it."""
    cells = []
    for section in Report(findings).sections:
        cell = notebooks.new_code_cell("")
        cell.outputs = [_output(section, part) for part in section.parts]
        cells.append(cell)
    body, _ = HtmlReportExporter().from_notebook_node(
        notebooks.new_notebook(cells=cells), {"metadata": {"name": findings.incident.id}}
    )
    return str(body)


def _output(section: Section, part: Part) -> Any:
    if isinstance(part, Chart):
        data, metadata = part._repr_mimebundle_()
        return notebooks.new_output("display_data", data, metadata=metadata)
    about = {"text/markdown": {"pmkit": section.about}} if section.about else {}
    return notebooks.new_output("display_data", {"text/markdown": part, "text/plain": part}, metadata=about)

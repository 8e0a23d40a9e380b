"""The report as an HTML page, without running the notebook."""

from __future__ import annotations

from nbformat import v4 as notebooks

from pmkit.findings.findings import Findings
from pmkit.publish.html_exporter import HtmlReportExporter
from pmkit.reports.report import Report


def page(findings: Findings) -> str:
    """Return the report on the findings as HTML, as running the notebook would write it."""
    cells = []
    for section in Report(findings).sections:
        cell = notebooks.new_code_cell("")
        cell.outputs = [notebooks.new_output("display_data", data, metadata=metadata) for data, metadata in section.outputs()]
        cells.append(cell)
    body, _ = HtmlReportExporter().from_notebook_node(
        notebooks.new_notebook(cells=cells), {"metadata": {"name": findings.incident.id}}
    )
    return str(body)

"""The report without running the notebook."""

from __future__ import annotations

from nbformat import NotebookNode
from nbformat import v4 as notebooks

from pmkit.findings.findings import Findings
from pmkit.publish.html_exporter import HtmlReportExporter
from pmkit.redaction.notebook import redact_notebook
from pmkit.redaction.redactor import Redactor
from pmkit.reports.report import Report


def page(findings: Findings) -> str:
    """Return the report on the findings as HTML, as running the notebook would write it."""
    notebook = executed(Report(findings), findings.incident.redactor)
    body, _ = HtmlReportExporter().from_notebook_node(notebook, {"metadata": {"name": findings.incident.id}})
    return str(body)


def executed(report: Report, redactor: Redactor) -> NotebookNode:
    """Return a report as a notebook that has been run, without code."""
    cells = []
    for section in report.sections:
        cell = notebooks.new_code_cell("")
        cell.outputs = [notebooks.new_output("display_data", data, metadata=metadata) for data, metadata in section.outputs()]
        cells.append(cell)
    return redact_notebook(notebooks.new_notebook(cells=cells), redactor)

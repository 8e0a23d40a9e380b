"""The output of notebook cells is redacted like the findings."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest
from conftest import findings_of
from nbformat.v4 import new_code_cell, new_notebook, new_output
from small_notebook import write_notebook

from pmkit.cli import main
from pmkit.core.errors import IncidentError
from pmkit.incident.folder import Incident
from pmkit.redaction.notebook import redact_notebook
from pmkit.redaction.redactor import Redactor
from pmkit.reports.report import Report

SECRET = "hunter22-of-the-till"  # noqa: S105 - made up


def test_every_type_of_output_is_redacted_and_markup_stays_valid() -> None:
    cell = new_code_cell(f"login(password='{SECRET}')")
    cell.outputs = [
        new_output("stream", text=f"password={SECRET}\n"),
        new_output(
            "display_data",
            data={
                "text/plain": f"password={SECRET}",
                "text/markdown": f"`password={SECRET}`",
                "text/html": f"<b title='x'>password={SECRET}</b> &amp; more",
                "image/svg+xml": f"<svg><text>password={SECRET}</text></svg>",
                "application/json": {"password": [f"password={SECRET}"]},
                "image/png": "aGVsbG8=",
            },
        ),
        new_output("error", ename="ValueError", evalue=f"password={SECRET}", traceback=[f"\x1b[31mpassword={SECRET}\x1b[0m"]),
    ]
    notebook = redact_notebook(new_notebook(cells=[cell]), Redactor())
    assert SECRET not in nbformat.writes(notebook)
    data = notebook.cells[0].outputs[1].data
    assert data["text/html"].startswith("<b title='x'>password=&lt;password:")
    assert data["text/html"].endswith("</b> &amp; more")
    assert data["image/svg+xml"].startswith("<svg><text>password=&lt;password:")
    assert data["image/png"] == "aGVsbG8="
    nbformat.validate(notebook)


@pytest.mark.parametrize("incident_id", ["INC-2026-1012", "INC-2026-1103"])
def test_a_report_without_secrets_is_unchanged(incident_id: str) -> None:
    parts = [part for section in Report(findings_of(incident_id)).sections for part in section.parts]
    texts = [part for part in parts if isinstance(part, str)]
    charts = [part.svg() for part in parts if not isinstance(part, str)]
    cell = new_code_cell("report")
    cell.outputs = [new_output("display_data", data={"text/markdown": text}) for text in texts]
    cell.outputs += [new_output("display_data", data={"image/svg+xml": chart}) for chart in charts]
    notebook = redact_notebook(new_notebook(cells=[cell]), Redactor())
    assert [output.data.get("text/markdown") for output in notebook.cells[0].outputs[: len(texts)]] == texts
    assert [output.data.get("image/svg+xml") for output in notebook.cells[0].outputs[len(texts) :]] == charts


@pytest.mark.kernel
def test_the_output_of_a_custom_cell_is_redacted_in_every_format(healthy: Path, tmp_path: Path) -> None:
    own = write_notebook(tmp_path / "own.ipynb", f"print('password={SECRET}')")
    data = str(healthy.parent)
    assert main(["report", "INC-1", "--data", data, "--out", str(tmp_path), "--notebook", str(own), "--to", "html,ipynb,md"]) == 0
    for name in ("html", "ipynb", "md"):
        assert SECRET not in (tmp_path / f"INC-1.{name}").read_text()
    assert "&lt;password:" in (tmp_path / "INC-1.html").read_text()


@pytest.mark.kernel
def test_a_failed_notebook_and_its_error_message_contain_no_secret(
    healthy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = write_notebook(tmp_path / "own.ipynb", f"raise ValueError('cannot open postgres://till:{SECRET}@db/orders')")
    data = str(healthy.parent)
    assert main(["report", "INC-1", "--data", data, "--out", str(tmp_path), "--notebook", str(own), "--to", "html"]) == 3
    message = capsys.readouterr().err
    assert "ValueError" in message
    assert SECRET not in message
    kept = tmp_path / "INC-1.failed.ipynb"
    assert SECRET not in kept.read_text()
    assert "<url-password:" in json.dumps(json.loads(kept.read_text()))


def incident_of(folder: Path, more: str) -> Incident:
    folder = folder / "INC-1"
    folder.mkdir(exist_ok=True)
    (folder / "incident.yaml").write_text(f"id: INC-1\ntitle: Test\n{more}")
    return Incident(folder)


def test_custom_rules_and_personal_data_are_replaced_and_exceptions_are_kept(tmp_path: Path) -> None:
    redact = incident_of(
        tmp_path,
        "redact:\n  personal: [email, phone]\n  rules:\n    - {name: customer, pattern: 'C-(?P<secret>[0-9]{5})'}\n"
        "  keep: [changeme1]\n",
    ).redactor
    redacted = redact("C-12345 wrote from ada@example.org, +49 170 1234567, 10.1.1.7, password=changeme1")
    assert "C-<customer:" in redacted
    assert "<email:" in redacted
    assert "<phone:" in redacted
    assert "10.1.1.7" in redacted
    assert "password=changeme1" in redacted


@pytest.mark.parametrize("pattern", ["(", "(?<=x)y", "a*", "", "^$"])
def test_an_invalid_pattern_is_reported_with_its_line(tmp_path: Path, pattern: str) -> None:
    with pytest.raises(IncidentError, match=r"incident\.yaml:3.*not a regular expression for RE2"):
        incident_of(tmp_path, f"redact: {{rules: [{{name: x, pattern: '{pattern}'}}]}}\n")


def test_public_documents_contain_placeholders_that_keep_equal_values_equal() -> None:
    redacted = Redactor().public()("10.1.1.7 and 10.1.1.7 and 10.1.1.8, ada@example.org, (555) 123-4567")
    first, second, third = (part.split(">")[0] for part in redacted.split("<ip:")[1:])
    assert first == second != third
    assert "<email:" in redacted
    assert "<phone:" in redacted

"""Every command ends with the right exit code, and never in a traceback, on every incident and every kind of export."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import pandas as pd
import pytest
from conftest import DATA, RECORDED
from samples import EXAMPLES, KINDS, in_a_file

from pmkit.cli.group import PMKIT
from pmkit.core import schema
from pmkit.formats.catalog import FORMATS
from pmkit.publish.events import COPY_OPTIONS

# The arguments of each command that works on a recorded incident, and the exit codes that it may have. All are tried on one
# incident, and the first ones of one command on each of the others; with more examples, those of all commands.
ON_AN_INCIDENT: Final = {
    "summary": ([["INCIDENT"], ["INCIDENT", "--json"]], {0}),
    "check": ([["INCIDENT"], *(["INCIDENT", "--to", to] for to in ("json", "github", "sarif"))], {0, 1}),
    "actions": ([["INCIDENT", "--done", "--to", to] for to in ("csv", "json", "github", "jira")], {0}),
    "ingest": ([["INCIDENT"]], {0}),
}
SMALLEST: Final = min(RECORDED, key=lambda name: sum(path.stat().st_size for path in (DATA / name / "logs").iterdir()))
# Commands whose other tests run them: those that start a kernel, and those without an incident.
ELSEWHERE: Final = {"new", "report", "verify", "trends", "events", "formats", "docs", "doctor"}

# Exports that fill another table than those beside them.
OF_ANOTHER_TABLE: Final = {"alerts/rules.json", "metrics/alerts.json"}


def test_no_command_is_left_out() -> None:
    assert ON_AN_INCIDENT.keys() | ELSEWHERE == PMKIT.commands.keys()


@pytest.mark.slow
@pytest.mark.parametrize("incident", RECORDED)
def test_every_command_works_on_every_recorded_incident(pmkit, incident: str) -> None:
    number = RECORDED.index(incident)
    commands = [*ON_AN_INCIDENT] if incident == SMALLEST or EXAMPLES > 1 else [[*ON_AN_INCIDENT][number % len(ON_AN_INCIDENT)]]
    for command in commands:
        variants, exit_codes = ON_AN_INCIDENT[command]
        for arguments in variants if incident == SMALLEST else variants[:1]:
            words = [incident if word == "INCIDENT" else word for word in arguments]
            exit_code, _, err = pmkit(command, *words, "--data", DATA, "--quiet")
            assert (exit_code in exit_codes, err) == (True, ""), (command, words)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["logs", "alerts", "changes", "chat", "metrics"])
def test_every_export_of_a_recorded_incident_is_converted(pmkit, tmp_path: Path, kind: str) -> None:
    exports = [path for path in sorted((DATA / SMALLEST / kind).iterdir()) if f"{kind}/{path.name}" not in OF_ANOTHER_TABLE]
    rows = converted(pmkit, tmp_path, exports, "parquet")
    assert {str(path) for path in exports if path.stat().st_size} == {*rows["source"]}


@pytest.mark.slow
@pytest.mark.parametrize("table", schema.TABLES)
def test_the_samples_of_each_kind_of_format_are_converted_to_every_output_format(pmkit, tmp_path: Path, table: str) -> None:
    exports, rows = [], 0
    for entry in KINDS.values() if table == "logs" else FORMATS:
        for number, sample in enumerate(entry.samples if entry.table == table else ()):
            exports.append(tmp_path / f"{entry.name}-{number}.log")
            exports[-1].write_text(in_a_file(entry, sample.text))
            rows += len(sample.rows)
    assert len(converted(pmkit, tmp_path, exports, "parquet")) == rows
    tables = [converted(pmkit, tmp_path, exports[:5], to) for to in COPY_OPTIONS]
    assert len({len(frame) for frame in tables}) == 1
    assert [list(frame.columns) for frame in tables] == [list(schema.TABLES[table])] * len(COPY_OPTIONS)


def converted(pmkit, folder: Path, exports: list[Path], to: str) -> pd.DataFrame:
    """Return what `pmkit events` writes for exports in an output format."""
    out = folder / f"events.{to}"
    assert pmkit("events", *exports, "--to", to, "--out", out, "--quiet") == (0, "", "")
    if to == "jsonl":
        return pd.DataFrame([json.loads(line) for line in out.read_text().splitlines()])
    return pd.read_csv(out) if to == "csv" else pd.read_parquet(out)

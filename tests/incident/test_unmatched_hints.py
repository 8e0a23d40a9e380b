"""A hint in `incident.yaml` that matches no export is an error, with near names."""

from __future__ import annotations

from pathlib import Path

import pytest

from pmkit.core.errors import IncidentError
from pmkit.incident.folder import Incident
from pmkit.incident.unmatched_hints import require_matching_hints

SOURCES = ["logs/edge-a.log", "logs/Edge-b.log", "alerts.json", "old.zip/checkout.log"]


def error_of(tmp_path: Path, *patterns: str, sources: list[str] = SOURCES) -> str:
    hints = "".join(f"  - timezone: UTC\n    match: '{pattern}'\n" for pattern in patterns)
    incident = Incident(tmp_path / "INC-1", f"id: INC-1\ntitle: Test\nsources:\n{hints}")
    with pytest.raises(IncidentError) as error:
        require_matching_hints(incident, sources)
    return str(error.value).replace(f"{tmp_path}/", "")


@pytest.mark.parametrize(
    ("pattern", "hint"),
    [
        ("logs/edge-c.log", "did you mean logs/Edge-b.log or logs/edge-a.log?"),
        ("logs/edge-b.log", "did you mean logs/Edge-b.log?"),
        ("alerst.json", "did you mean alerts.json?"),
        ("log/edge-a.log", "did you mean logs/edge-a.log?"),
        ("db/*.sql", "the exports are logs/edge-a.log, logs/Edge-b.log, alerts.json and old.zip/checkout.log"),
    ],
)
def test_the_error_names_the_exports_that_may_be_meant(tmp_path: Path, pattern: str, hint: str) -> None:
    assert error_of(tmp_path, pattern) == f"INC-1/incident.yaml:5: sources.0.match: no export matches {pattern!r}; {hint}"


def test_every_hint_without_an_export_has_its_line(tmp_path: Path) -> None:
    lines = error_of(tmp_path, "a.txt", "*.log", "b.txt").splitlines()
    assert [line.split(": no export")[0] for line in lines] == [
        "INC-1/incident.yaml:5: sources.0.match",
        "INC-1/incident.yaml:9: sources.2.match",
    ]


def test_a_folder_without_exports_says_so(tmp_path: Path) -> None:
    assert error_of(tmp_path, "a.txt", sources=[]).endswith("no export matches 'a.txt'; there are no exports")

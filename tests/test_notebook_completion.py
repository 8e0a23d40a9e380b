"""Completion in a notebook shows what people look for, at once and without errors."""

from __future__ import annotations

import subprocess
import sys

import jedi
import pytest
from conftest import findings_of

import pmkit

FIRST = """
import jedi, sys, pmkit
names = jedi.Interpreter("pmkit.", [{"pmkit": pmkit}]).complete()
print(*[(name.name, name.type)[0] for name in names])
print(*sys.modules)
"""


def completed(text: str, **names: object) -> list[str]:
    completions = jedi.Interpreter(text, [names]).complete()
    return [completion.name for completion in completions if completion.type]


def test_completing_the_names_of_pmkit_loads_nothing() -> None:
    done = subprocess.run([sys.executable, "-c", FIRST], capture_output=True, text=True, check=True)
    names, modules = done.stdout.splitlines()[-2:]
    functions = [name for name in names.split() if not name.endswith("Error")]
    assert functions == ["explore", "investigate", "read", "report", "trends"]
    assert {"pandas", "duckdb", "matplotlib", "pydantic"} & set(modules.split()) == set()


def test_findings_complete_to_what_people_look_for() -> None:
    names = completed("findings.", findings=findings_of("INC-2026-1012"))
    assert names == sorted(names)
    assert {"impact", "logs", "suspects", "timeline", "to_json"} <= set(names)
    assert {"story", "inputs", "clock", "entries", "ranked_suspects", "not_read", "audience"} & set(names) == set()


def test_every_name_that_completion_shows_exists() -> None:
    findings = findings_of("INC-2026-1012")
    assert all(hasattr(findings, name) for name in dir(findings))
    assert all(hasattr(pmkit, name) for name in dir(pmkit))


@pytest.mark.parametrize(
    ("part", "name"),
    [
        ("impact", "error_ratio"),
        ("impact", "verdict"),
        ("response", "steps"),
        ("alerting", "without_need"),
        ("store", "logs"),
        ("incident", "folder"),
        ("logs", "__call__"),
    ],
)
def test_the_parts_of_findings_complete(part: str, name: str) -> None:
    assert name in completed(f"findings.{part}.", findings=findings_of("INC-2026-1012"))


def test_a_function_shows_its_documentation_before_it_is_loaded() -> None:
    function = pmkit._Function("investigate")
    assert function.__doc__.startswith("Return the findings on an incident")
    assert function("INC-2026-1012").incident.id == "INC-2026-1012"
    with pytest.raises(AttributeError, match="function 'investigate' has no attribute 'nothing'"):
        _ = function.nothing

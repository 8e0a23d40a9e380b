"""`pmkit check`: exit codes, usage errors and output formats."""

from __future__ import annotations

import json
from datetime import date

import pytest
from conftest import DATA, findings_of
from samples import access_log

from pmkit.check.linter import Problem, lint
from pmkit.check.output import format_problems
from pmkit.cli import main


@pytest.fixture(scope="module")
def problems() -> list[Problem]:
    return lint(findings_of("INC-2026-1123"), today=date(2026, 11, 25))


@pytest.mark.slow
def test_only_errors_exit_with_1(capsys: pytest.CaptureFixture[str]) -> None:
    # Only incidents that have been read are compared with.
    findings_of("INC-2026-1012")
    assert main(["check", "INC-2026-1123", "--data", str(DATA), "--quiet"]) == 1
    assert "PM101 error: " in capsys.readouterr().out
    assert main(["check", "INC-2026-1123", "--data", str(DATA), "--quiet", "--ignore", "PM1,PM5"]) == 0
    printed = capsys.readouterr().out
    assert "PM218 warning: INC-2026-1012 looks like this one" in printed
    assert " error: " not in printed


@pytest.mark.parametrize(
    "arguments", [["check"], ["check", "INC-2026-1103", "--select", "PM9", "--data", str(DATA)]], ids=["no id", "no such rule"]
)
def test_wrong_usage_is_explained_and_exits_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert "check" in capsys.readouterr().err


def test_text_output_has_one_line_per_problem_like_a_compiler() -> None:
    text = format_problems(lint(findings_of("INC-2026-1123"), select=["PM101"]), "incident.yaml", "text")
    assert text.splitlines() == [
        "incident.yaml:43:2: PM101 error: the summary does not say what users saw",
        "    Describe in one sentence what users saw, under what_happened.",
        "1 error",
    ]


def test_json_contains_every_problem(problems: list[Problem]) -> None:
    rows = json.loads(format_problems(problems, "incident.yaml", "json"))
    assert [(row["code"], row["line"]) for row in rows] == [(problem.rule.code, problem.line) for problem in problems]


def test_github_annotations_are_one_escaped_line_each(problems: list[Problem]) -> None:
    lines = format_problems(problems, "data/a,b:c/incident.yaml", "github").splitlines()
    assert len(lines) == len(problems)
    place = "file=data/a%2Cb%3Ac/incident.yaml,line=43,col=2"
    assert any(line.startswith(f"::error {place},title=PM101 what-happened-missing::") for line in lines)


def test_sarif_describes_rules_and_places(problems: list[Problem]) -> None:
    run = json.loads(format_problems(problems, "incident.yaml", "sarif"))["runs"][0]
    described = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    assert {result["ruleId"] for result in run["results"]} == described
    assert {result["level"] for result in run["results"]} <= {"error", "warning", "note"}
    lines = [result["locations"][0]["physicalLocation"]["region"]["startLine"] for result in run["results"]]
    assert lines == [problem.line for problem in problems]


def test_a_change_with_a_secret_in_its_words_can_be_checked(pmkit, folder) -> None:
    change = {"at": "2026-01-17T03:04:50Z", "kind": "deploy", "service": "shop", "version": "v2", "summary": "password=hunter22x"}
    exports = {"access.log": access_log(10, failing=[range(300, 400)]), "changes.jsonl": json.dumps(change) + "\n"}
    path = folder(exports, "trigger: Something changed.\n")
    exit_code, out, err = pmkit("check", "INC-1", "--data", path.parent, "--quiet")
    assert (exit_code, err) == (1, "")
    assert "PM217" in out
    assert "hunter22x" not in out


def test_fix_sorts_the_timeline_and_corrects_a_duration_and_shows_the_changes(pmkit, folder) -> None:
    fields = (
        "what_happened: Requests failed for 40 minutes.\n"
        "timeline:\n"
        "  # the end\n"
        "  - {at: 2026-01-17 03:20:00, text: Second.}\n"
        "  - {at: 2026-01-17 03:02:00, text: First.}\n"
    )
    path = folder({"access.log": access_log(20, failing=[range(600, 900)])}, fields)
    _, out, _ = pmkit("check", "INC-1", "--data", path.parent, "--quiet", "--fix", "--select", "PM201,PM214")
    text = (path / "incident.yaml").read_text()
    assert "-what_happened: Requests failed for 40 minutes." in out
    assert "+what_happened: Requests failed for 4 min 59 s." in out
    assert text.index("First") < text.index("Second")
    assert out.endswith("no problems\n")


def test_fix_changes_nothing_in_a_file_without_such_problems(pmkit, folder) -> None:
    path = folder(
        {"access.log": access_log(20, failing=[range(600, 900)])}, "what_happened: Requests failed for over 4 minutes.\n"
    )
    before = (path / "incident.yaml").read_text()
    pmkit("check", "INC-1", "--data", path.parent, "--quiet", "--fix")
    assert (path / "incident.yaml").read_text() == before

"""Each rule reports its bad example, and nothing in its good example."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from conftest import DATA, findings_of
from ruamel.yaml import YAML
from samples import access_log

from pmkit.check.linter import Problem, all_rules, lint
from pmkit.check.rule import GROUPS, Rule, rule
from pmkit.check.rules_page import rules_page
from pmkit.findings.findings import Findings
from pmkit.findings.investigate import analyse_store
from pmkit.incident.folder import Incident, scaffold
from pmkit.incident.model import IncidentFile
from pmkit.ingest.cache import open_incident

TODAY = date(2026, 11, 25)
# The fields of `incident.yaml` that change what the analysis finds.
ANALYSED = {"errors", "times"}
SINGLE_LOGS = {"a calm log": access_log(10), "a failing log": access_log(20, failing=[range(600, 900)])}

WithFields = Callable[[str, str], Findings]


def single_log_incident(folder: Path, log: str, fields: str = "") -> Incident:
    folder.mkdir(exist_ok=True)
    (folder / "access.log").write_text(SINGLE_LOGS[log])
    (folder / "incident.yaml").write_text(f"id: INC-1\ntitle: a test\n{fields}\n")
    return Incident(folder)


@pytest.fixture(scope="module")
def findings_of_log(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Findings]:
    """Return a function that analyses an incident with a single log, once."""

    @cache
    def analysed(log: str) -> Findings:
        incident = single_log_incident(tmp_path_factory.mktemp("alone") / "INC-1", log)
        return analyse_store(incident, open_incident(incident))

    return analysed


@pytest.fixture
def with_fields(tmp_path: Path, findings_of_log: Callable[[str], Findings]) -> WithFields:
    """Return a function that replaces fields of an incident's `incident.yaml` and returns the findings."""

    def single_log(log: str, fields: str) -> Findings:
        incident = single_log_incident(tmp_path / "INC-1", log, fields)
        findings = findings_of_log(log)
        if (YAML(typ="safe").load(fields) or {}).keys() & ANALYSED:
            return analyse_store(incident, findings.store)
        return replace(findings, incident=incident)

    def recorded(incident_id: str, fields: str) -> Findings:
        yaml = YAML()
        content = yaml.load((DATA / incident_id / "incident.yaml").read_text(encoding="utf-8"))
        changed = yaml.load(fields) or {}
        content.update(changed)
        folder = tmp_path / incident_id
        folder.mkdir(exist_ok=True)
        for name in ("logs", "changes"):
            if not (folder / name).exists():
                (folder / name).symlink_to(DATA / incident_id / name)
        with (folder / "incident.yaml").open("w", encoding="utf-8") as file:
            yaml.dump(content, file)
        findings, incident = findings_of(incident_id), Incident(folder)
        if changed.keys() & ANALYSED:
            return replace(analyse_store(incident, findings.store), seen_before=findings.seen_before)
        return replace(findings, incident=incident)

    return lambda data, fields: single_log(data, fields) if data in SINGLE_LOGS else recorded(data, fields)


def problems_of(findings: Findings, code: str) -> list[Problem]:
    return [problem for problem in lint(findings, today=TODAY) if problem.rule.code == code]


def codes(findings: Findings, **options: object) -> set[str]:
    return {problem.rule.code for problem in lint(findings, today=TODAY, **options)}


@pytest.mark.parametrize("rule", all_rules().values(), ids=lambda rule: rule.code)
def test_a_rule_reports_its_bad_example_and_not_its_good_one(rule: Rule, with_fields: WithFields) -> None:
    problems = problems_of(with_fields(rule.example_data, rule.bad), rule.code)
    reported = "\n".join(f"{'.'.join(map(str, problem.location))}: {problem.message}" for problem in problems)
    assert re.fullmatch(re.escape(rule.expected).replace("…", ".+"), reported), reported
    assert all(problem.location[0] in IncidentFile.model_fields for problem in problems)
    assert problems_of(with_fields(rule.example_data, rule.good), rule.code) == []


def test_every_rule_has_its_own_name_a_reason_and_a_suggestion() -> None:
    rules = all_rules().values()
    assert len(rules) >= 40
    assert {rule.code[:3] for rule in rules} == set(GROUPS)
    assert len({rule.name for rule in rules}) == len(rules)
    assert all(rule.reason.endswith((".", "?")) and rule.suggestion.endswith((".", "”.")) for rule in rules)


@pytest.mark.parametrize("code", ["PM101", "PM901"])
def test_a_code_that_is_taken_or_belongs_to_no_group_is_refused(code: str) -> None:
    all_rules()
    with pytest.raises(ValueError, match=f"rule {code}: the code is taken, or begins with none of PM1, PM2"):
        rule(code, "again", "note", reason="", bad="", good="", expected="", suggestion="")


@pytest.mark.parametrize(("priority", "accepted"), [("P0", True), ("P1", True), ("P2", False)])
def test_one_action_item_has_to_be_urgent(priority: str, accepted: bool, with_fields: WithFields) -> None:
    rule = all_rules()["PM502"]
    findings = with_fields(rule.example_data, rule.good.replace("priority: P1", f"priority: {priority}"))
    assert (problems_of(findings, "PM502") == []) is accepted


@pytest.mark.parametrize("code", ["PM202", "PM203"])
@pytest.mark.parametrize("field", ["what_happened", "root_cause_summary", "resolution"])
def test_numbers_are_compared_in_every_field_that_describes_the_impact(code: str, field: str, with_fields: WithFields) -> None:
    rule = all_rules()[code]
    findings = with_fields(rule.example_data, rule.bad.replace("what_happened", field))
    assert [problem.location for problem in problems_of(findings, code)] == [(field,)]


def test_every_prose_field_is_examined(with_fields: WithFields) -> None:
    fields = {"title": "TODO", "root_cause": "TODO", "got_lucky": "[One., TODO]", "external_message": "TODO"}
    findings = with_fields("INC-2026-1103", "\n".join(f"{name}: {value}" for name, value in fields.items()))
    locations = {problem.location for problem in problems_of(findings, "PM115")}
    assert locations == {("title",), ("root_cause",), ("got_lucky", 1), ("external_message",)}


def test_the_title_of_a_new_incident_is_a_placeholder(with_fields: WithFields, tmp_path: Path) -> None:
    title = Incident(scaffold("INC-1", tmp_path).parent).file.title
    (problem,) = problems_of(with_fields("INC-2026-1103", f"title: {title}"), "PM115")
    assert (problem.location, problem.message) == (("title",), f"“{title}” is a placeholder")


@pytest.mark.parametrize(
    ("incident_id", "expected"),
    [("INC-2026-1012", {"PM509"}), ("INC-2026-1103", {"PM509"}), ("INC-2026-1112", {"PM114", "PM515"})],
)
def test_the_finished_postmortems_only_have_late_dates_and_one_point_that_nothing_follows(
    incident_id: str, expected: set[str]
) -> None:
    assert codes(findings_of(incident_id)) == expected


def test_an_unwritten_postmortem_lacks_every_part() -> None:
    parts = {"PM101", "PM102", "PM103", "PM104", "PM105", "PM109", "PM501", "PM218"}
    assert parts <= codes(findings_of("INC-2026-1123"))


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("  The pool ran dry.\n  The engineer failed to check it, and no test does.", "The engineer failed to check"),
        ("  The pool ran dry. The engineer\n  failed to check it, and no test does.", "The engineer"),
    ],
    ids=["in one line", "across a line end"],
)
def test_a_problem_points_at_the_line_and_column_of_its_words(text: str, at: str, with_fields: WithFields) -> None:
    findings = with_fields("INC-2026-1103", f"root_cause: |\n{text}\n")
    (problem,) = lint(findings, select=["PM401"], today=TODAY)
    line = (findings.incident.folder / "incident.yaml").read_text().splitlines()[problem.line - 1]
    assert line[problem.column - 1 :].startswith(at)
    assert problem.message == "“The engineer failed to check” blames a person"


def test_a_waiver_with_a_reason_switches_its_rule_off(with_fields: WithFields) -> None:
    bad = "root_cause: The engineer failed to check. No test does."
    assert "PM401" in codes(with_fields("INC-2026-1103", bad))
    waived = f"{bad}\nwaivers: [{{rule: PM401, reason: The vendor asked for this wording.}}]"
    assert "PM401" not in codes(with_fields("INC-2026-1103", waived))


def test_rules_are_selected_and_ignored_by_code_prefix() -> None:
    findings = findings_of("INC-2026-1123")
    assert {code[:3] for code in codes(findings, select=["PM1"])} == {"PM1"}
    assert "PM1" not in {code[:3] for code in codes(findings, ignore=["PM1"])}


def test_quotations_and_code_are_not_examined(with_fields: WithFields) -> None:
    quoted = "root_cause: The log says “the engineer failed to check”, and `human error` is a status, because no test knows it."
    assert not {"PM401", "PM301"} & codes(with_fields("INC-2026-1103", quoted))


def test_an_error_or_warning_was_right_in_most_of_its_measured_findings() -> None:
    page = rules_page()
    measured = re.findall(r"### (PM\d+) [\w-]+ \((\w+)\)(?:(?!###).)*?Measured: (\d+) of (\d+) findings", page, re.S)
    assert len(measured) >= 12
    enough = [(code, severity, int(right) / int(findings)) for code, severity, right, findings in measured if int(findings) > 5]
    assert [code for code, severity, precision in enough if severity != "note" and precision < 0.7] == []

"""The linter finds what each rule is about, and nothing in what is well written."""

from __future__ import annotations

import csv
import json
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from conftest import DATA, ROOT, findings_of
from ruamel.yaml import YAML
from samples import access_log

from pmkit import check
from pmkit.check.blame import blaming
from pmkit.check.rule import Rule
from pmkit.cli import main
from pmkit.findings.findings import Findings, analyse
from pmkit.incident.folder import Incident
from pmkit.incident.model import IncidentFile
from pmkit.ingest.cache import open_incident

WORDS_A_PAGE = 500
TODAY = date(2026, 11, 25)
ANALYSED = {"errors", "times"}
"""What the analysis looks at."""
ALONE = {"a calm log": access_log(10), "a failing log": access_log(20, failing=[range(600, 900)])}
SAID: dict[str, list[tuple[str, str]]] = defaultdict(list)
"""What each rule finds in its bad example: the field, and what it says of it."""
for _row in csv.DictReader((ROOT / "tests" / "rules.tsv").open(encoding="utf-8"), delimiter="\t"):
    SAID[_row["rule"]].append((_row["field"], _row["message"]))
SENTENCES = list(csv.DictReader((ROOT / "tests" / "blame.tsv").open(encoding="utf-8"), delimiter="\t"))


def alone(folder: Path, log: str, fields: str = "") -> Incident:
    folder.mkdir(exist_ok=True)
    (folder / "access.log").write_text(ALONE[log])
    (folder / "incident.yaml").write_text(f"id: INC-1\ntitle: a test\n{fields}\n")
    return Incident(folder)


@pytest.fixture(scope="module")
def analysed(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Findings]:
    """Give the findings of a log of which no more is said, found once."""

    @cache
    def made(log: str) -> Findings:
        incident = alone(tmp_path_factory.mktemp("alone") / "INC-1", log)
        return analyse(incident, open_incident(incident))

    return made


@pytest.fixture
def written(tmp_path: Path, analysed: Callable[[str], Findings]) -> Callable[[str, str], Findings]:
    """Give the findings of a recording, or of a log alone, whose `incident.yaml` has some fields replaced."""

    def made(incident_id: str, fields: str) -> Findings:
        if incident_id in ALONE:
            incident = alone(tmp_path / "INC-1", incident_id, fields)
            found = analysed(incident_id)
            said = (YAML(typ="safe").load(fields) or {}).keys() & ANALYSED
            return analyse(incident, found.store) if said else replace(found, incident=incident)
        yaml = YAML()
        content = yaml.load((DATA / incident_id / "incident.yaml").read_text(encoding="utf-8"))
        fresh = yaml.load(fields) or {}
        content.update(fresh)
        folder = tmp_path / incident_id
        folder.mkdir(exist_ok=True)
        for name in ("logs", "changes"):
            if not (folder / name).exists():
                (folder / name).symlink_to(DATA / incident_id / name)
        with (folder / "incident.yaml").open("w", encoding="utf-8") as file:
            yaml.dump(content, file)
        found, incident = findings_of(incident_id), Incident(folder)
        if fresh.keys() & ANALYSED:
            return replace(analyse(incident, found.store), history=found.history)
        return replace(found, incident=incident)

    return made


def codes(findings: Findings, **options: object) -> set[str]:
    return {problem.rule.code for problem in check.problems(findings, today=TODAY, **options)}


@pytest.mark.parametrize("rule", check.rules().values(), ids=lambda rule: rule.code)
def test_a_rule_finds_fault_with_its_bad_example_and_not_with_its_good_one(rule: Rule, written) -> None:
    bad = [one for one in check.problems(written(rule.on, rule.bad), today=TODAY) if one.rule.code == rule.code]
    assert [(".".join(map(str, problem.location)), problem.message) for problem in bad] == SAID[rule.code]
    assert all(problem.location[0] in IncidentFile.model_fields for problem in bad)
    assert rule.code not in codes(written(rule.on, rule.good))


@pytest.mark.parametrize(("priority", "urgent"), [("P0", True), ("P1", True), ("P2", False)])
def test_of_measures_one_at_least_is_urgent(priority: str, urgent: bool, written) -> None:
    rule = check.rules()["PM502"]
    made = written(rule.on, rule.good.replace("priority: P1", f"priority: {priority}"))
    assert ("PM502" in codes(made)) is not urgent


@pytest.mark.parametrize("code", ["PM202", "PM203"])
@pytest.mark.parametrize("field", ["what_happened", "root_cause_summary", "resolution"])
def test_numbers_are_compared_in_every_field_that_tells_of_the_impact(code: str, field: str, written) -> None:
    rule = check.rules()[code]
    made = written(rule.on, rule.bad.replace("what_happened", field))
    assert [one.location for one in check.problems(made, today=TODAY) if one.rule.code == code] == [(field,)]


def test_there_are_rules_enough_and_each_says_why() -> None:
    assert len(check.rules()) >= 40
    assert len({rule.name for rule in check.rules().values()}) == len(check.rules())
    assert all(rule.reason.endswith((".", "?")) and rule.suggestion.endswith((".", "”.")) for rule in check.rules().values())


@pytest.mark.parametrize(
    ("incident_id", "expected"),
    [("INC-2026-1012", {"PM509"}), ("INC-2026-1103", {"PM509"}), ("INC-2026-1112", {"PM114"})],
)
def test_the_written_postmortems_of_the_recordings_have_no_more_than_dates_to_note(incident_id, expected) -> None:
    assert codes(findings_of(incident_id)) == expected


def test_of_a_postmortem_that_nobody_wrote_everything_is_missed() -> None:
    found = codes(findings_of("INC-2026-1123"))
    assert {"PM101", "PM102", "PM103", "PM104", "PM105", "PM109", "PM501", "PM218"} <= found


def test_a_problem_names_line_and_column_of_the_words(written) -> None:
    findings = written(
        "INC-2026-1103", "root_cause: |\n  The pool ran dry.\n  The engineer failed to check it, and no test does.\n"
    )
    (found,) = check.problems(findings, select=["PM401"], today=TODAY)
    line = (findings.incident.folder / "incident.yaml").read_text().splitlines()[found.line - 1]
    assert line[found.column - 1 :].startswith("The engineer failed to")


def test_words_that_a_line_end_divides_are_found_where_they_begin(written) -> None:
    findings = written(
        "INC-2026-1103", "root_cause: |\n  The pool ran dry. The engineer\n  failed to check it, and no test does.\n"
    )
    (found,) = check.problems(findings, select=["PM401"], today=TODAY)
    line = (findings.incident.folder / "incident.yaml").read_text().splitlines()[found.line - 1]
    assert line[found.column - 1 :] == "The engineer"
    assert "\n" not in found.message


def test_a_waiver_with_a_reason_silences_its_rule(written) -> None:
    bad = "root_cause: The engineer failed to check. No test does."
    assert "PM401" in codes(written("INC-2026-1103", bad))
    waived = f"{bad}\nwaivers: [{{rule: PM401, reason: The vendor asked for this wording.}}]"
    assert "PM401" not in codes(written("INC-2026-1103", waived))


def test_rules_can_be_selected_and_ignored_by_how_they_begin() -> None:
    found = findings_of("INC-2026-1123")
    assert all(code.startswith("PM1") for code in codes(found, select=["PM1"]))
    assert not any(code.startswith("PM1") for code in codes(found, ignore=["PM1"]))


def test_quoted_words_and_code_are_nobodys_own(written) -> None:
    quoted = "root_cause: The log says “the engineer failed to check”, and `human error` is a status, because no test knows it."
    assert not {"PM401", "PM301"} & codes(written("INC-2026-1103", quoted))


# The command


def test_the_command_exits_with_1_on_errors_only(capsys) -> None:
    assert main(["check", "INC-2026-1103", "--data", str(DATA), "--quiet"]) == 0
    assert main(["check", "INC-2026-1123", "--data", str(DATA), "--quiet"]) == 1
    assert main(["check", "INC-2026-1123", "--data", str(DATA), "--quiet", "--ignore", "PM1,PM5"]) == 0
    assert "PM218 warning: INC-2026-1012 looks like this one" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["check"], ["check", "INC-2026-1103", "--select", "PM9"]])
def test_wrong_usage_is_said_and_exits_with_2(arguments, capsys) -> None:
    assert main([*arguments, *(["--data", str(DATA)] if len(arguments) > 1 else [])]) == 2
    assert "check" in capsys.readouterr().err


def test_lines_look_like_those_of_a_compiler() -> None:
    told = check.written(check.problems(findings_of("INC-2026-1123"), select=["PM101"]), "incident.yaml", "text")
    assert told.splitlines()[0] == "incident.yaml:1:1: PM101 error: the summary does not say what users saw"
    assert told.splitlines()[-1] == "1 error"


def test_json_holds_every_problem() -> None:
    found = check.problems(findings_of("INC-2026-1123"), today=TODAY)
    told = json.loads(check.written(found, "incident.yaml", "json"))
    assert [(row["code"], row["line"]) for row in told] == [(one.rule.code, one.line) for one in found]


def test_annotations_of_github_are_one_line_each_and_escaped() -> None:
    found = check.problems(findings_of("INC-2026-1123"), today=TODAY)
    lines = check.written(found, "data/a,b:c/incident.yaml", "github").splitlines()
    assert len(lines) == len(found)
    assert lines[0].startswith("::error file=data/a%2Cb%3Ac/incident.yaml,line=1,col=1,title=PM101 what-happened-missing::")


def test_sarif_names_rules_and_places() -> None:
    found = check.problems(findings_of("INC-2026-1123"), today=TODAY)
    run = json.loads(check.written(found, "incident.yaml", "sarif"))["runs"][0]
    known = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    assert {result["ruleId"] for result in run["results"]} == known
    assert {result["level"] for result in run["results"]} <= {"error", "warning", "note"}
    assert all(result["locations"][0]["physicalLocation"]["region"]["startLine"] >= 1 for result in run["results"])


# Words that blame


def test_blame_is_told_from_facts_on_labelled_sentences(record_property) -> None:
    counted = Counter((row["label"], bool(blaming(row["sentence"]))) for row in SENTENCES)
    hits, false, missed = counted["blame", True], counted["fact", True], counted["blame", False]
    precision, recall = hits / (hits + false), hits / (hits + missed)
    record_property("words that blame", f"precision {precision:.2f}, recall {recall:.2f}, of {len(SENTENCES)} sentences")
    assert len(SENTENCES) >= 200
    assert precision >= 0.95
    assert recall >= 0.85


@pytest.mark.parametrize(
    "sentence",
    [
        "The service failed to connect to the database.",
        "The alert should page within two minutes.",
        "The team failed over to the replica.",
        "Requests missed the cache.",
        "The deploy broke the search.",
        "Nobody was paged.",
    ],
)
def test_what_systems_did_is_no_blame(sentence) -> None:
    assert blaming(sentence) == []


def test_the_labelled_sentences_differ() -> None:
    assert len({row["sentence"].casefold() for row in SENTENCES}) == len(SENTENCES)


WORDS = ("PM205", "PM301", "PM401", "PM402", "PM403", "PM404", "PM405", "PM406", "PM407", "PM115")
"""The rules that judge prose by its words."""


@cache
def prose() -> list[dict[str, object]]:
    return list(YAML(typ="safe").load((ROOT / "tests" / "prose.yaml").read_text(encoding="utf-8")))


def test_the_other_rules_of_words_are_quiet_on_good_prose(record_property) -> None:
    base = findings_of("INC-2026-1103")
    false, pages = Counter[str](), 0.0
    for one in prose():
        if one["blaming"]:
            continue
        incident = base.incident.with_file(IncidentFile(id=base.incident.id, title="a test", root_cause=str(one["text"])))
        found = check.problems(replace(base, incident=incident), select=WORDS, today=TODAY)
        false.update(problem.rule.code for problem in found)
        pages += len(str(one["text"]).split()) / WORDS_A_PAGE
    record_property("rules of words, in prose", f"{sum(false.values()) / pages:.2f} false alarms a page: {dict(false)}")
    assert sum(false.values()) / pages <= 1


def test_the_rules_of_words_are_quiet_on_prose_that_blames_nobody(record_property) -> None:
    documents = prose()
    calm = [one["text"] for one in documents if not one["blaming"]]
    pages = sum(len(text.split()) for text in calm) / WORDS_A_PAGE
    false = sum(len(blaming(text)) for text in calm)
    found = [min(len(blaming(one["text"])), one["blaming"]) for one in documents if one["blaming"]]
    meant = sum(one["blaming"] for one in documents)
    told = f"{false / pages:.2f} false alarms a page on {pages:.1f} pages; {sum(found)} of {meant} blaming sentences found"
    record_property("words that blame, in prose", told)
    assert len(documents) >= 20
    assert false / pages <= 0.5
    assert sum(found) >= 0.7 * meant

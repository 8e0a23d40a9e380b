"""`incident.yaml` is changed field by field, and everything else stays as it was written."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from samples import EXAMPLES

from pmkit.core.errors import IncidentError
from pmkit.incident.folder import Incident, scaffold
from pmkit.incident.yaml_editor import ConflictError, Draft
from pmkit.incident.yaml_format import to_plain_data
from pmkit.incident.yaml_reader import parse
from pmkit.incident.yaml_rewriter import apply_changes

SHIPPED = sorted((ROOT / "data" / "incidents").glob("*/incident.yaml"))
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=200)
TEXTS = st.lists(WORDS, max_size=3).map(lambda lines: "\n".join(line.strip() for line in lines).strip())
LISTS = st.lists(WORDS.map(str.strip).filter(bool), max_size=4)
CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "trigger": TEXTS, "root_cause": TEXTS, "resolution": TEXTS, "severity": st.sampled_from(["SEV-1", "no", "1e3", "~"]),
        "went_well": LISTS, "contributing_factors": LISTS, "owner": WORDS,
    },
)  # fmt: skip


def a_draft(tmp_path: Path, text: str | None = None) -> Draft:
    path = scaffold("INC-1", tmp_path, "Search failed", "Europe/Berlin")
    path.write_text(path.read_text() if text is None else text)
    return Draft(Incident(path.parent))


def changed_lines(before: str, after: str) -> list[str]:
    return [
        line
        for line in difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
        if line[:2] not in ("--", "++", "@@")
    ]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.parent.name)
@settings(max_examples=10 * EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=CHANGES)
def test_changed_fields_are_read_back_and_nothing_else_changes(path: Path, changes: dict[str, Any]) -> None:
    text = path.read_text()
    expected = {field: to_plain_data(value) or None for field, value in changes.items()}
    again = apply_changes(text, expected)
    before, after = parse(path, text)[0].model_dump(), parse(path, again)[0].model_dump()
    for field, value in after.items():
        if field not in expected:
            assert value == before[field]
        elif isinstance(expected[field], str):
            assert value == expected[field].strip()
        else:
            assert list(value or ()) == (expected[field] or [])
    unchanged = [line for line in text.splitlines() if line.startswith("#")]
    assert [line for line in again.splitlines() if line in unchanged and line.startswith("#")] == unchanged


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.parent.name)
def test_setting_a_field_to_its_value_changes_nothing(path: Path) -> None:
    draft = Draft(Incident(path.parent))
    for field in ("title", "root_cause", "measures", "timeline", "times", "sources", "went_well"):
        draft.set(field, draft.get(field))
    assert draft.changes == {}
    assert draft.text == path.read_text()


def test_changing_an_item_of_a_list_changes_only_its_lines(tmp_path: Path) -> None:
    draft = a_draft(
        tmp_path,
        "id: INC-1\ntitle: Search failed   # as customers message\nmeasures:\n  # the first\n  - action: Test it   # soon\n"
        "    type: detect\n    owner: 'search team'\n    priority: P1\n    due: 2026-12-01\n\n  # the second\n"
        "  - {action: Fix it, type: repair, owner: a, priority: P0, due: 2026-12-02}\n\n# the end\n",
    )
    measures = draft.get("measures")
    measures[0]["due"] = "2026-12-09"
    draft.set("measures", measures)
    before = draft.path.read_text()
    assert changed_lines(before, draft.text) == ["-    due: 2026-12-01", "+    due: 2026-12-09"]
    measures.append({"action": "Watch it", "type": "detect", "owner": "b", "priority": "P2", "due": "2026-12-03"})
    draft.set("measures", measures)
    assert draft.incident().file.measures[2].action == "Watch it"
    draft.set("measures", measures[1:])
    assert [item.action for item in draft.incident().file.measures] == ["Fix it", "Watch it"]
    assert "# the second" in draft.text
    assert draft.text.endswith("# the end\n")


def test_a_new_field_follows_those_that_precede_it_in_the_model(tmp_path: Path) -> None:
    draft = a_draft(tmp_path)
    before = draft.path.read_text()
    draft.set("what_happened", "Search answered with an error page.")
    draft.set("timeline", [{"at": "2026-01-17 03:10:00", "text": "The status page was updated."}])
    assert [line for line in changed_lines(before, draft.text) if line.startswith("-")] == []
    lines = draft.text.splitlines()
    assert (
        lines.index("what_happened: Search answered with an error page.")
        == lines.index(next(line for line in lines if line.startswith("timezone:"))) + 1
    )
    assert "  - at: 2026-01-17 03:10:00" in lines  # a time needs no quotes


def test_a_comment_after_a_value_stays(tmp_path: Path) -> None:
    draft = a_draft(tmp_path)
    draft.set("status", "in review")
    assert any(line.startswith("status: in review  # draft, in review, final") for line in draft.text.splitlines())


def test_changes_by_others_are_kept_and_reported(tmp_path: Path) -> None:
    draft = a_draft(tmp_path)
    draft.set("trigger", "A deploy.")
    draft.path.write_text(draft.path.read_text().replace('title: "Search failed"', "title: Search was down") + "# theirs\n")
    assert draft.save() == ("title",)
    text = draft.path.read_text()
    assert "title: Search was down" in text
    assert "trigger: A deploy." in text
    assert text.endswith("# theirs\n")
    assert draft.changes == {}


def test_a_conflict_is_not_written_until_someone_chooses(tmp_path: Path) -> None:
    draft = a_draft(tmp_path)
    draft.set("title", "Mine")
    draft.set("trigger", "A deploy.")
    theirs = draft.path.read_text().replace('title: "Search failed"', "title: Theirs")
    draft.path.write_text(theirs)
    with pytest.raises(ConflictError, match="title") as error:
        draft.save()
    assert [(conflict.field, conflict.theirs, conflict.mine) for conflict in error.value.conflicts] == [
        ("title", "Theirs", "Mine")
    ]
    assert draft.path.read_text() == theirs
    draft.save(mine=frozenset({"title"}))
    assert "title: Mine" in draft.path.read_text()


def test_identical_changes_do_not_conflict(tmp_path: Path) -> None:
    draft = a_draft(tmp_path)
    draft.set("title", "Same")
    draft.path.write_text(draft.path.read_text().replace('title: "Search failed"', "title: Same"))
    draft.save()
    assert draft.path.read_text().count("title: Same") == 1


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("status", "done", "status"),
        ("times", {"started_at": "soon"}, "times.started_at"),
        ("measures", [{"owner": "x"}], "missing"),
    ],
)
def test_an_invalid_value_is_not_written(tmp_path: Path, field: str, value: Any, message: str) -> None:
    draft = a_draft(tmp_path)
    before = draft.path.read_text()
    draft.set(field, value)
    with pytest.raises(IncidentError, match=message):
        draft.save()
    assert draft.path.read_text() == before
    assert list(draft.path.parent.iterdir()) == [draft.path]


def test_a_missing_file_is_an_error_and_a_link_stays_a_link(tmp_path: Path) -> None:
    draft = a_draft(tmp_path)
    draft.set("title", "Other")
    draft.path.rename(draft.path.with_name("moved"))
    with pytest.raises(IncidentError, match="can no longer be read"):
        draft.save()
    draft.path.with_name("moved").rename(draft.path)
    before = draft.path.read_text()
    link = tmp_path / "elsewhere.yaml"
    draft.path.rename(link)
    draft.path.symlink_to(link)
    draft.save()
    assert draft.path.is_symlink()
    assert link.read_text() != before


def test_an_unknown_field_is_refused(tmp_path: Path) -> None:
    with pytest.raises(IncidentError, match="unknown field"):
        a_draft(tmp_path).set("tittle", "x")


def test_a_file_broken_by_others_gives_an_error_with_its_line_and_is_left_alone(tmp_path: Path) -> None:
    draft = a_draft(tmp_path)
    draft.set("trigger", "A deploy.")
    broken = "id: INC-1\ntitle: [\n"
    draft.path.write_text(broken)
    with pytest.raises(IncidentError, match=r"incident.yaml:\d+:\d+: not valid YAML"):
        draft.save()
    assert draft.path.read_text() == broken
    assert dict(draft.changes) == {"trigger": "A deploy."}


def test_line_endings_are_preserved(tmp_path: Path) -> None:
    draft = a_draft(tmp_path)
    draft.path.write_bytes(draft.path.read_bytes().replace(b"\n", b"\r\n"))
    draft = Draft(Incident(draft.path.parent))
    draft.set("trigger", "A deploy.\nOf the search.")
    draft.save()
    written = draft.path.read_bytes()
    assert b"\r\n" in written
    assert b"\n" not in written.replace(b"\r\n", b"")
    assert Incident(draft.path.parent).file.trigger == "A deploy.\nOf the search."

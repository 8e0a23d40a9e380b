"""The forms keep what people wrote in `incident.yaml`, whatever of it they show."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pmkit.explorer.forms import FIELDS, PostmortemForm
from pmkit.incident.folder import Incident
from pmkit.incident.yaml_editor import Draft

ALL_OF_IT = """
severity: SEV-2 # a comment
status: in review
authors: [the SRE team]
impact_windows:
  - {started_at: 2026-01-17 01:00, ended_at: about 2026-01-17 05:00, text: Builds failed.}
impact_numbers: [{what: tickets, value: 12}]
root_causes: [{title: A, root_cause: B, trigger: C, contributing_factors: [D]}]
glossary: {CI: builds and tests}
sections: [{title: Thanks, text: To all., after: Appendix}]
background: |
  One.

  - two
times: {started_at: 2026-01-17 01:00, ended_at: not known}
went_badly:
  - |
    The alert:
    - fired late

    ```
    code
      deeper
    ```
  - Second.
timeline:
  - {at: not known, until: 2026-01-16, text: "It `began`."}
measures:
  - {action: Size the pool, status: in progress}
  - {action: "Two\\nlines", type: detect, priority: P2}
"""


@pytest.mark.parametrize("name", [field.name for field in FIELDS])
def test_editing_a_field_changes_nothing_else(incident: Callable[..., Incident], name: str) -> None:
    draft = Draft(incident({}, ALL_OF_IT))
    before = {field: draft.get(field) for field in draft.incident().file.model_fields_set}
    form = PostmortemForm(draft, lambda: None)
    assert draft.changes == {}
    box = form[name]
    box.value = "final" if name == "status" else f"{box.value}\nmore".strip()
    assert list(draft.changes) == [name]
    draft.save()
    after = draft.incident().file
    assert {field: draft.get(field) for field in before if field != name} == {f: v for f, v in before.items() if f != name}
    assert after.model_fields_set >= set(before)
    assert "# a comment" in draft.text or name == "severity"


def test_items_with_several_lines_stay_items(incident: Callable[..., Incident]) -> None:
    draft = Draft(incident({}, ALL_OF_IT))
    form = PostmortemForm(draft, lambda: None)
    form["went_badly"].value += "\nThird."
    first = "The alert:\n- fired late\n\n```\ncode\n  deeper\n```"
    assert draft.get("went_badly") == [first, "Second.", "Third."]


def test_the_form_names_what_it_does_not_have(incident: Callable[..., Incident]) -> None:
    form = PostmortemForm(Draft(incident({}, ALL_OF_IT)), lambda: None)
    for name in ("impact_windows", "impact_numbers", "root_causes", "glossary", "sections"):
        assert f"<code>{name}</code>" in form.elsewhere.value


def test_a_status_that_does_not_exist_does_not_close_the_form(incident: Callable[..., Incident]) -> None:
    draft = Draft(incident({}, "status: done"))
    form = PostmortemForm(draft, lambda: None)
    assert form["status"].value == "draft"
    assert draft.changes == {}

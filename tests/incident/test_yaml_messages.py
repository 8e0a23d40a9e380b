"""What is wrong in `incident.yaml` as YAML is said in plain words, with the line and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from pmkit.core.errors import IncidentError
from pmkit.incident.yaml_reader import parse

HEAD = "id: INC-1\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (HEAD + "\ttitle: x\n", "2:1: not valid YAML: the line begins with a tab; use spaces"),
        (HEAD + "title: a: b\n", "2:9: not valid YAML: a text has a colon before a space; put the text in quotes"),
        (HEAD + 'title: "open\nowner: me\n', "2:8: not valid YAML: a text in quotes is not closed"),
        (HEAD + "services: [a, b\n", "not valid YAML: a list or a mapping is not closed with ], or a text in it needs quotes"),
        (HEAD + "title: x\ntitle: y\n", "3:1: not valid YAML: title is there twice; keep one of them"),
        (
            HEAD + "times:\n  started_at: x\n ended_at: y\n",
            "4:2: not valid YAML: the line is not indented like those that it belongs",
        ),
        (HEAD + "title: *x\n", "2:8: not valid YAML: a text cannot begin with *; put the text in quotes"),
        (HEAD + "title: @oncall\n", "2:8: not valid YAML: a text cannot begin with @; put the text in quotes"),
        (
            HEAD + "title: !!python/object:os.system x\n",
            "2: title: expected text, got 'tag:yaml.org,2002:python/object:os.system x'",
        ),
        ("- id: INC-1\n", "1: expected `name: value` lines, beginning with `id: INC-1`"),
        ("", "1: expected `name: value` lines, beginning with `id: INC-1`"),
        ("title: x\n", "1: id: missing; add it"),
    ],
)
def test_a_mistake_in_yaml_is_named_in_plain_words(text: str, message: str) -> None:
    with pytest.raises(IncidentError) as refused:
        parse(Path("INC-1/incident.yaml"), text)
    assert str(refused.value).startswith(f"INC-1/incident.yaml:{message}") or message in str(refused.value)
    assert len(str(refused.value).splitlines()) == 1

"""An error in `incident.yaml` names the line, the field and what was meant."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin

import pytest
from pydantic import BaseModel

from pmkit.core.errors import IncidentError
from pmkit.incident.model import IncidentFile
from pmkit.incident.yaml_reader import parse

Location = tuple[str | int, ...]


def nested_models(annotation: Any, location: Location = ()) -> Iterator[tuple[Location, type[BaseModel]]]:
    """Yield every model below an annotation with a location that it may have."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield location, annotation
        for name, field in annotation.model_fields.items():
            yield from nested_models(field.annotation, (*location, field.alias or name))
    elif get_origin(annotation) in (Union, UnionType):
        for argument in get_args(annotation):
            yield from nested_models(argument, location)
    elif get_origin(annotation) in (list, tuple):
        yield from nested_models(get_args(annotation)[0], (*location, 0))


MODELS = dict(nested_models(IncidentFile))


def file_with(location: Location, field: str) -> str:
    """Write an `incident.yaml` with one more field in the mapping at a location."""
    content = f"{{{field}: 1}}"
    for part in reversed(location[1:]):
        content = f"[{content}]" if isinstance(part, int) else f"{{{part}: {content}}}"
    return f"id: INC-1\ntitle: Test\n{location[0]}: {content}\n" if location else f"id: INC-1\ntitle: Test\n{field}: 1\n"


def error_of(text: str) -> str:
    with pytest.raises(IncidentError) as error:
        parse(Path("incident.yaml"), text)
    return str(error.value).splitlines()[0]


def test_models_are_found_at_every_depth() -> None:
    assert {(), ("slo",), ("redact",), ("redact", "rules", 0), ("measures", 0)} <= set(MODELS)


@pytest.mark.parametrize("location", MODELS, ids=lambda location: ".".join(map(str, location)) or "the file")
def test_a_typo_in_any_model_suggests_a_field_of_that_model(location: Location) -> None:
    for name, field in MODELS[location].model_fields.items():
        typo = f"{field.alias or name}x"
        where = ".".join(map(str, (*location, typo)))
        assert error_of(file_with(location, typo)) == (
            f"incident.yaml:3: {where}: unknown field; did you mean {field.alias or name!r}?"
        )


@pytest.mark.parametrize("location", MODELS, ids=lambda location: ".".join(map(str, location)) or "the file")
def test_a_field_unlike_any_other_lists_all_fields_of_its_model(location: Location) -> None:
    names = ", ".join(field.alias or name for name, field in MODELS[location].model_fields.items())
    assert error_of(file_with(location, "zzzz")).endswith(f"unknown field; known fields: {names}")


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("redact: {personel: [ip]}", "3: redact.personel: unknown field; did you mean 'personal'?"),
        ("redact: {rules: [{nmae: x}]}", "3: redact.rules.0.nmae: unknown field; did you mean 'name'?"),
        ("formats: [{jsn: {}}]", "3: formats.0.jsn: unknown field; did you mean 'json'?"),
        ("timezone: Berlin", "3: timezone: expected an IANA time zone, such as Europe/Berlin, got 'Berlin'"),
        ("measures: [{owner: x}]", "3: measures.0.action: missing; add it"),
        ("timeline: [", "4:1: not valid YAML: "),
        ("root_cause: one: two", "3:16: not valid YAML: a text has a colon before a space; put the text in quotes"),
        ("owner: @team", "3:8: not valid YAML: a text cannot begin with @; put the text in quotes"),
        ("exports: [logs/a.log]", "3: exports.0: expected a URL, such as s3://bucket/logs/*.gz"),
        ("sections: [{title: timeline, text: x}]", "3: sections.0: 'timeline' is a section that every report has"),
    ],
)
def test_an_invalid_value_is_reported_with_its_line_and_what_was_expected(text: str, error: str) -> None:
    assert error_of(f"id: INC-1\ntitle: Test\n{text}\n").startswith(f"incident.yaml:{error}")


def test_words_are_found_in_the_field_that_contains_them() -> None:
    text = "id: INC-1\ntitle: Test\nwent_well:\n  - first\n  - the second\n    of two\ntrigger: second\n"
    _, positions = parse(Path("incident.yaml"), text)
    assert positions.find("went_well", 1) == (5, 5)
    assert positions.find("went_well", 1, words="second of two") == (5, 9)
    assert positions.find("trigger", words="second") == (7, 10)
    assert positions.find("resolution") == (1, 1)


@pytest.mark.parametrize(
    ("field", "place"),
    [
        ("trigger: the pool, and the pool", (3, 24)),
        ("trigger: 'it''s the pool, and the pool'", (3, 31)),
        ('trigger: "\\u2019 the pool,\\tand the pool"', (3, 33)),
        ("trigger: >\n  the pool, and\n  the pool", (5, 3)),
        ("trigger: |  # a comment\n  the pool, and\n\n  the pool", (6, 3)),
        ("trigger: the pool, and\n  the pool", (4, 3)),
    ],
    ids=["plain", "single quotes", "double quotes", "folded", "literal", "two lines"],
)
def test_words_that_occur_twice_are_found_where_they_begin(field: str, place: tuple[int, int]) -> None:
    file, positions = parse(Path("incident.yaml"), f"id: INC-1\ntitle: Test\n{field}\n")
    assert file.trigger
    assert positions.find("trigger", words="the pool", start=file.trigger.rindex("the pool")) == place


def test_a_missing_field_is_found_where_it_is_commented_out() -> None:
    times = "times:\n  started_at: 2026-01-17 03:00:00\n  # ended_at: 2026-01-17 04:00:00\n"
    _, positions = parse(Path("incident.yaml"), f"id: INC-1\ntitle: Test\n#trigger: |\n#  The deploy.\n{times}")
    assert positions.find("trigger") == (3, 2)
    assert positions.find("times", "ended_at") == (7, 5)

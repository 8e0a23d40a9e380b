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

"""Whatever decides what is read from an export is part of its key in the cache."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import pytest

from pmkit.formats.custom import custom_format
from pmkit.formats.format import LogFormat
from pmkit.ingest.cache_key import folder_of
from pmkit.ingest.request import Request

SHOP = custom_format("shop", "json", {"time": "ts", "level": "sev", "message": "text"}, service="shop")
REQUEST = Request(Path("a.log"), "UTC", formats=(SHOP,))


def key_of(request: Request) -> Path:
    return folder_of(request, "0" * 64, Path("cache"))


@pytest.mark.parametrize("field", [field.name for field in fields(Request)])
def test_every_hint_on_an_export_changes_its_key_and_its_path_does_not(field: str) -> None:
    changed = () if field == "formats" else "another"
    assert (key_of(replace(REQUEST, **{field: changed})) == key_of(REQUEST)) == (field == "path")


@pytest.mark.parametrize("field", [field.name for field in fields(LogFormat) if field.init])
def test_every_field_of_a_custom_format_that_decides_what_is_read_changes_the_key(field: str) -> None:
    changed = replace(REQUEST, formats=(replace(SHOP, **{field: "another"}),))
    same = field in ("title", "samples", "claims", "flatten", "sections")
    assert (key_of(changed) == key_of(REQUEST)) == same


@pytest.mark.parametrize("kind", ["json", "pattern"])
def test_equal_hints_give_the_same_key(kind: str) -> None:
    definitions = {"json": {"time": "ts"}, "pattern": "^(?P<time>.*)$"}
    first, second = (custom_format("shop", kind, definitions[kind]) for _ in range(2))
    assert key_of(replace(REQUEST, formats=(first,))) == key_of(replace(REQUEST, formats=(second,)))

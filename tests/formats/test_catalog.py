"""The catalog contains every format that a module defines, under a unique name."""

from __future__ import annotations

import pkgutil
from importlib import import_module

from pmkit.formats import logs, records
from pmkit.formats.catalog import FORMATS, formats_in


def test_the_catalog_contains_every_format_that_a_module_defines() -> None:
    modules = [
        import_module(f"{package.__name__}.{module.name}")
        for package in (logs, records)
        for module in pkgutil.iter_modules(package.__path__)
    ]
    assert {entry.name for entry in formats_in(*modules)} == {entry.name for entry in FORMATS}


def test_every_format_has_a_unique_name_a_title_and_a_sample() -> None:
    assert len({entry.name for entry in FORMATS}) == len(FORMATS)
    assert all(entry.title and entry.samples for entry in FORMATS)

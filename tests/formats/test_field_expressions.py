"""Expressions of record formats give what JMESPath gives, though most of them are not evaluated by its interpreter."""

from __future__ import annotations

import jmespath
import pytest

from pmkit.formats.field_expressions import query

_VALUES: tuple[object, ...] = (
    None,
    {},
    {"a": 0, "b": [1, 2], "c": {"d": "x"}},
    {"a": False, "b": [], "c": None},
    {"a": 1, "b": [{"d": 1}, {"d": None}, "x"], "c": {"d": True}},
    {"a": True, "b": {"d": 1}, "c": "x"},
    [{"a": 1}],
    "text",
)


@pytest.mark.parametrize(
    "expression",
    ["a", "!a", "a || c", "a && c", "a == `1`", "a != `1`", "a == `0`", "a == `true`", "b[0]", "b[-1]", "b[5]", "b[]", "b[].d",
     "b[*].d", "b[?d].d", "b[?d == `1`]", "b[?d] | [0]", "c.d", "[a, c.d]",
     "{x: a}", "@", "b | [0].d",
     "type(a)", "type(b)", "type(c.d)", "!(type(c) == 'object')"],
)  # fmt: skip
def test_an_expression_gives_what_jmespath_gives(expression: str) -> None:
    for value in _VALUES:
        assert query(expression)(value) == jmespath.search(expression, value)

"""Compiles the expressions with which record formats find their fields: JMESPath, and the functions in `query_functions`."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import cache, reduce
from typing import Any, Final

import jmespath
from jmespath import exceptions, functions, visitor

from pmkit.formats.query_functions import FUNCTIONS


def _callable(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function as JMESPath calls it: as a method, with the number of its arguments, which may be of any type."""

    def call(_: object, *arguments: object) -> Any:
        return function(*arguments)

    signature = functions.signature(*[{"types": []} for _ in inspect.signature(function).parameters])
    method: Callable[..., Any] = signature(call)
    return method


_Functions: Final = type(
    "_Functions", (functions.Functions,), {f"_func_{name}": _callable(each) for name, each in FUNCTIONS.items()}
)
_LIBRARY: Final = _Functions()
_OPTIONS: Final = jmespath.Options(custom_functions=_LIBRARY)
_UNUSABLE: Final = (exceptions.JMESPathError, ValueError, TypeError, KeyError, AttributeError, IndexError)


@cache
def query(expression: str) -> Callable[[object], Any]:
    """Return the function that evaluates an expression on a value; null for what it cannot be evaluated on.

    Examples
    --------
    >>> query("service(labels) || host")({"labels": {"app": "cart"}, "host": "web1"})
    'cart'
    """
    find = _compiled(jmespath.compile(expression).parsed)

    def evaluate(value: object) -> Any:
        try:
            return find(value)
        except _UNUSABLE:
            return None

    return evaluate


def _compiled(node: Any) -> Callable[[Any], Any]:
    """Return a part of an expression as a function, which takes a fraction of the time that JMESPath's interpreter takes."""
    kind, name = node["type"], node.get("value")
    if kind in _COMBINED:
        return _COMBINED[kind](*map(_compiled, node["children"]))
    if kind in _LEAVES:
        return _LEAVES[kind](name)
    if kind == "comparator" and name in ("eq", "ne"):
        return _comparison(*map(_compiled, node["children"]), negated=name == "ne")
    if kind == "function_expression" and not any(child["type"] == "expref" for child in node["children"]):
        return _call(name, [_compiled(child) for child in node["children"]])
    interpreter = visitor.TreeInterpreter(_OPTIONS)
    return lambda value: interpreter.visit(node, value)


def _field(name: str) -> Callable[[Any], Any]:
    return lambda value: value.get(name) if isinstance(value, dict) else None


def _literal(result: Any) -> Callable[[Any], Any]:
    return lambda _: result


def _current(_: Any) -> Callable[[Any], Any]:
    return lambda value: value


def _index(number: int) -> Callable[[Any], Any]:
    return lambda value: value[number] if isinstance(value, list) and -len(value) <= number < len(value) else None


def _call(name: str, arguments: list[Callable[[Any], Any]]) -> Callable[[Any], Any]:
    function = FUNCTIONS.get(name)
    if function is None:
        return lambda value: _LIBRARY.call_function(name, [argument(value) for argument in arguments])
    if len(arguments) == 1:
        (only,) = arguments
        return lambda value: function(only(value))
    return lambda value: function(*[argument(value) for argument in arguments])


def _comparison(left: Callable[[Any], Any], right: Callable[[Any], Any], *, negated: bool) -> Callable[[Any], Any]:
    def compare(value: Any) -> bool:
        first, second = left(value), right(value)
        # In JMESPath, true is not 1.
        is_equal = first == second and isinstance(first, bool) == isinstance(second, bool)
        return is_equal is not negated

    return compare


def _negation(part: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def negate(value: Any) -> bool:
        result = part(value)
        # In JMESPath, zero is true.
        return not result and not (type(result) is int and result == 0)

    return negate


def _list_of(*parts: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else [part(value) for part in parts]


def _in_turn(*parts: Callable[[Any], Any]) -> Callable[[Any], Any]:
    if len(parts) == 2:
        first, second = parts
        return lambda value: second(first(value))
    return lambda value: reduce(_applied, parts, value)


def _filtered(base: Callable[[Any], Any], right: Callable[[Any], Any], condition: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def keep(value: Any) -> list[Any] | None:
        elements = base(value)
        if not isinstance(elements, list):
            return None
        results = [right(element) for element in elements if not _is_false(condition(element))]
        return [result for result in results if result is not None]

    return keep


def _projected(base: Callable[[Any], Any], right: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return _filtered(base, right, lambda _: True)


def _either(left: Callable[[Any], Any], right: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: right(value) if _is_false(first := left(value)) else first


def _both(left: Callable[[Any], Any], right: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: first if _is_false(first := left(value)) else right(value)


def _applied(value: Any, part: Callable[[Any], Any]) -> Any:
    return part(value)


def _is_false(value: object) -> bool:
    """Return whether JMESPath counts a value as false; zero is true."""
    return value is None or value is False or value in ("", [], {})


_LEAVES: Final[Mapping[str, Callable[[Any], Callable[[Any], Any]]]] = {
    "field": _field,
    "literal": _literal,
    "current": _current,
    "identity": _current,
    "index": _index,
}

_COMBINED: Final[Mapping[str, Callable[..., Callable[[Any], Any]]]] = {
    "multi_select_list": _list_of,
    "subexpression": _in_turn,
    "index_expression": _in_turn,
    "or_expression": _either,
    "and_expression": _both,
    "pipe": _in_turn,
    "not_expression": _negation,
    "projection": _projected,
    "filter_projection": _filtered,
}

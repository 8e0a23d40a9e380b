"""Compiles the expressions with which record formats find their fields: JMESPath, and the functions in `query_functions`."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cache
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
_OPTIONS: Final = jmespath.Options(custom_functions=_Functions())
_UNUSABLE: Final = (exceptions.JMESPathError, ValueError, TypeError, KeyError, AttributeError, IndexError)


@cache
def query(expression: str) -> Callable[[object], Any]:
    """Return the function that evaluates an expression on a value; null for what it cannot be evaluated on.

    Examples
    --------
    >>> query("service(labels) || host")({"labels": {"app": "cart"}, "host": "web1"})
    'cart'
    """
    parsed = jmespath.compile(expression).parsed
    interpreter = visitor.TreeInterpreter(_OPTIONS)

    def evaluate(value: object) -> Any:
        try:
            return interpreter.visit(parsed, value)
        except _UNUSABLE:
            return None

    return evaluate

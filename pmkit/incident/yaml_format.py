"""How `incident.yaml` is parsed and written: comments, quotes and line numbers are kept, and times stay text."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final, overload

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.representer import RoundTripRepresenter

_TIMESTAMP_TAG: Final = "tag:yaml.org,2002:timestamp"
_LINE_WIDTH: Final = 110
# Words that stand for a truth value or null, in YAML 1.1 or 1.2.
_KEYWORDS: Final = frozenset({"true", "false", "yes", "no", "on", "off", "y", "n", "null"})


class TimeText(str):
    """A time as it is written in the file; it needs no quotes."""

    __slots__ = ()


class _Constructor(RoundTripConstructor):
    """Leaves times as text: the model parses them, because ruamel would drop their offset."""


class _Representer(RoundTripRepresenter):
    """Writes times without quotes."""


_Constructor.add_constructor(_TIMESTAMP_TAG, lambda _, node: TimeText(node.value))
_Representer.add_representer(TimeText, lambda self, value: self.represent_scalar(_TIMESTAMP_TAG, str(value)))


def round_trip_yaml(*, preserve_quotes: bool = False) -> YAML:
    """Return a parser and writer for `incident.yaml`.

    Parameters
    ----------
    preserve_quotes : bool
        Whether quoted texts remember their quotes. They are then instances of subclasses of `str`.
    """
    yaml = YAML(typ="rt")
    yaml.Constructor = _Constructor
    yaml.Representer = _Representer
    yaml.width = _LINE_WIDTH
    yaml.allow_unicode = True
    yaml.preserve_quotes = preserve_quotes
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def load(text: str) -> CommentedMap:
    """Return the contents of a valid `incident.yaml`, ready to be edited and written back."""
    return round_trip_yaml(preserve_quotes=True).load(text) or CommentedMap()


def plain_or_quoted(word: str) -> str:
    """Return a word as it is written in YAML: in quotes if a program could read it as a number, a date, a truth value or null.

    Examples
    --------
    >>> [plain_or_quoted(word) for word in ("INC-7", "20260117", "1e5", "no")]
    ['INC-7', '"20260117"', '"1e5"', '"no"']
    """
    return word if word[:1].isalpha() and word.lower() not in _KEYWORDS else f'"{word}"'


@overload
def to_plain_data(value: Mapping[object, object]) -> dict[str, object]: ...


@overload
def to_plain_data(value: object) -> object: ...


def to_plain_data(value: object) -> object:
    """Return a value of the file as dicts, lists, numbers and texts; times become text, keys without a value are left out."""
    if isinstance(value, Mapping):
        return {str(key): to_plain_data(item) for key, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return [to_plain_data(item) for item in value]
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="microseconds" if value.microsecond else "seconds")
    if isinstance(value, date):
        return value.isoformat()
    return str(value).strip() if isinstance(value, str) else value

"""Finds what must not be published in texts, and puts placeholders in its place."""

from __future__ import annotations

import hmac
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any, Final, NamedTuple

import pandas as pd
import re2

from pmkit.redaction.patterns import PERSONAL, SECRETS, Kind

TITLES: Final = {kind.name: kind.title for kind in reversed((*SECRETS, *PERSONAL))}
"""What each is, by its name."""
_KEY: Final = b"pmkit"
_PLACEHOLDER: Final = re.compile(r"<([a-z0-9][a-z0-9-]*):([0-9a-f]{4})>")
_WRITTEN: Final = re.compile(r"(?:<|&lt;|\\<)[a-z0-9][a-z0-9-]*:[0-9a-f]{4}\\?(?:>|&gt;)")
"""A placeholder as it may be written: it is not looked into again."""
_BEHIND: Final = ".,;!?"
"""Signs that belong to the sentence and not to what ends before them."""
_LONE: Final = re.compile(r"[\ud800-\udfff]")


class Hit(NamedTuple):
    """What must not be published in a text: its kind, and from where to where it stands."""

    name: str
    start: int
    end: int


class Redactor:
    """Finds what must not be published, and puts placeholders in its place.

    Parameters
    ----------
    personal : iterable of str
        Names of `PERSONAL` that are to be found as well.
    rules : mapping of str to str
        Patterns of one's own for RE2, by the name that the placeholder has; a group `secret` is what is secret, or else
        all of it.
    keep : iterable of str
        Texts that are none, whatever they look like.

    Examples
    --------
    >>> Redactor()("password=hunter22 for both, password=hunter22")
    'password=<password:78b1> for both, password=<password:78b1>'
    >>> Redactor(["email"], {"order": "ORD-[0-9]+"})("ada@example.org asked for ORD-4711")
    '<email:b692> asked for <order:52a2>'
    """

    def __init__(self, personal: Iterable[str] = (), rules: Mapping[str, str] | None = None, keep: Iterable[str] = ()) -> None:
        self._personal, self._rules, self._keep = frozenset(personal), dict(rules or {}), frozenset(keep)
        own = tuple(Kind(name, name, pattern) for name, pattern in self._rules.items())
        self._kinds = (*own, *SECRETS, *(kind for kind in PERSONAL if kind.name in self._personal))
        self._any, self._patterns = _compiled(tuple(kind.pattern for kind in self._kinds))

    def public(self) -> Redactor:
        """Return one that finds what is not for the public as well."""
        also = [kind.name for kind in PERSONAL if kind.when == "public"]
        return Redactor({*self._personal, *also}, self._rules, self._keep)

    def hits(self, text: str) -> Iterator[Hit]:
        """Find what must not be published in a text, in order.

        Examples
        --------
        >>> [(hit.name, "key AKIAIOSFODNN7EXAMPLE"[hit.start : hit.end]) for hit in Redactor().hits("key AKIAIOSFODNN7EXAMPLE")]
        [('aws-key', 'AKIAIOSFODNN7EXAMPLE')]
        """
        whole = _LONE.sub("\ufffd", text) if not text.isascii() else text
        numbers = sorted(self._any.Match(whole) or ())
        found = [hit for number in numbers for hit in self._of(self._kinds[number], self._patterns[number], whole)]
        done = [one.span() for one in _WRITTEN.finditer(whole)] if found else []
        end = 0
        for hit in sorted(found, key=lambda hit: (hit.start, -hit.end)):
            if hit.start >= end and not any(start < hit.end and hit.start < until for start, until in done):
                yield hit
                end = hit.end

    def _of(self, kind: Kind, pattern: Any, text: str) -> Iterator[Hit]:
        for found in pattern.finditer(text):
            group = next((number for number in pattern.groupindex.values() if found[number] is not None), 0)
            start, said = found.start(group), found[group].rstrip(_BEHIND)
            if said and said not in self._keep and (kind.check is None or kind.check(said, found[0])):
                yield Hit(kind.name, start, start + len(said))

    def __call__(self, text: str) -> str:
        """Replace what must not be published by placeholders, such as `<password:3f2a>`.

        Equal texts have equal placeholders, in all incidents. Four digits do not tell which text it was: of those that one
        may try, each 65,536th has the same.
        """
        told, end = [], 0
        for hit in self.hits(text):
            told += [text[end : hit.start], self.placeholder(hit.name, text[hit.start : hit.end])]
            end = hit.end
        return "".join([*told, text[end:]]) if told else text

    @staticmethod
    def placeholder(name: str, text: str) -> str:
        """Return what stands in place of a text of a kind."""
        return f"<{name}:{hmac.new(_KEY, text.encode(errors='replace'), 'sha256').hexdigest()[:4]}>"

    def everywhere(self, value: Any) -> Any:
        """Replace it in all texts of a value: of frames, of frozen findings, of what they hold; others are as they were.

        Parameters
        ----------
        value : object
            Text, DataFrame, dataclass, part of `incident.yaml`, dict, list or tuple, and anything else, which is returned
            as it is.
        """
        if isinstance(value, str):
            return self(value)
        if isinstance(value, pd.DataFrame):
            texts = value.select_dtypes(include=["object", "string"]).columns
            return value.assign(**{str(name): value[name].map(self.everywhere).astype(value[name].dtype) for name in texts})
        if hasattr(value, "model_copy"):  # a part of `incident.yaml`
            return value.model_copy(update={name: self.everywhere(one) for name, one in value})
        if is_dataclass(value) and not isinstance(value, type):
            return replace(value, **{one.name: self.everywhere(getattr(value, one.name)) for one in fields(value) if one.init})
        return self._collected(value)

    def _collected(self, value: Any) -> Any:
        """Replace it in what a dict, list or tuple holds."""
        if isinstance(value, dict):
            return {name: self.everywhere(one) for name, one in value.items()}
        if isinstance(value, list | tuple):
            told = [self.everywhere(one) for one in value]
            return value._make(told) if hasattr(value, "_make") else type(value)(told)
        return value


@cache
def _compiled(patterns: tuple[str, ...]) -> tuple[Any, list[Any]]:
    """Compile patterns, each of its own and all together, which tells in one pass which of them are in a text."""
    options = re2.Options()
    options.max_mem, options.log_errors = 256 << 20, False
    together = re2.Set.SearchSet(options)
    for pattern in patterns:
        together.Add(pattern)
    together.Compile()
    return together, [re2.compile(pattern, options) for pattern in patterns]


def is_pattern(text: str) -> bool:
    """Tell whether a text is a pattern for RE2 that does not match where nothing is."""
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(text, options).search("") is None
    except re2.error:
        return False


def placeholders(text: str, names: Iterable[str] = ()) -> Counter[str]:
    """Count the different placeholders in a text, by the kind of what they stand for, `names` of one's own among them."""
    known = {*TITLES, *names}
    return Counter(name for name, _ in set(_PLACEHOLDER.findall(text)) if name in known)

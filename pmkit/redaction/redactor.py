"""Finds secrets and personal data in texts and replaces them with placeholders.

`Redactor` is the entry point: a call redacts one text, `everywhere` redacts all texts in a value, `public` returns the redactor
for public documents, and `hits` only finds.
"""

from __future__ import annotations

import hmac
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol, TypeVar, cast

import re2

from pmkit.core.regex_set import RegexSet, options, regex_set
from pmkit.redaction.patterns import PERSONAL, SECRETS, SensitiveData

if TYPE_CHECKING:
    import pandas as pd

_Value = TypeVar("_Value")

# The title of each kind of data, by the kind's name.
TITLES: Final = {kind.name: kind.title for kind in reversed((*SECRETS, *PERSONAL))}
_HASH_KEY: Final = b"pmkit"
_PLACEHOLDER: Final = re.compile(r"<([a-z0-9][a-z0-9-]*):([0-9a-f]{4})>")
# A placeholder as it may appear in a text, which is not redacted again.
_ESCAPED_PLACEHOLDER: Final = re.compile(r"(?:<|&lt;|\\<)[a-z0-9][a-z0-9-]*:[0-9a-f]{4}\\?(?:>|&gt;)")
# Punctuation after a secret that belongs to the sentence, unless a quote follows it.
_PUNCTUATION: Final = ".,;"
_QUOTES: Final = ('"', "'", "`", "\\", "&quot;")
_LONE_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")


class RegexMatch(Protocol):
    """A match of RE2, which comes without types."""

    def start(self, group: int, /) -> int:
        """Return where a group begins."""

    def __getitem__(self, group: int, /) -> str | None:
        """Return the text of a group, or None if the group is not part of the match."""


class Regex(Protocol):
    """A compiled pattern of RE2."""

    @property
    def groupindex(self) -> Mapping[str, int]:
        """The numbers of the named groups."""

    def finditer(self, text: str, /) -> Iterator[RegexMatch]:
        """Yield the matches in a text."""


class Hit(NamedTuple):
    """A secret or personal datum in a text: its kind, start and end."""

    name: str
    start: int
    end: int


class Redactor:
    """Finds secrets and personal data and replaces them with placeholders.

    Parameters
    ----------
    personal : iterable of str
        Names of kinds in `PERSONAL` to find, in addition to secrets.
    rules : mapping of str to str
        More patterns for RE2, by the name in their placeholders. If a pattern has a group `secret`, only that group is
        replaced.
    keep : iterable of str
        Texts that are never replaced.

    Examples
    --------
    >>> Redactor()("password=hunter22 for both, password=hunter22")
    'password=<password:78b1> for both, password=<password:78b1>'
    >>> Redactor(["email"], {"order": "ORD-[0-9]+"})("ada@example.org asked for ORD-4711")
    '<email:b692> asked for <order:52a2>'
    """

    def __init__(self, personal: Iterable[str] = (), rules: Mapping[str, str] | None = None, keep: Iterable[str] = ()) -> None:
        self._personal, self._rules, self._keep = frozenset(personal), dict(rules or {}), frozenset(keep)
        custom = tuple(SensitiveData(name, name, pattern) for name, pattern in self._rules.items())
        self._kinds = (*custom, *SECRETS, *(kind for kind in PERSONAL if kind.name in self._personal))
        self._set, self._patterns = _compile(tuple(kind.pattern for kind in self._kinds))

    def public(self) -> Redactor:
        """Return a redactor for public documents, which also finds personal data."""
        public_kinds = [kind.name for kind in PERSONAL if kind.when == "public"]
        return Redactor({*self._personal, *public_kinds}, self._rules, self._keep)

    def hits(self, text: str) -> Iterator[Hit]:
        """Yield the secrets and personal data in a text, in order and without overlaps.

        Examples
        --------
        >>> [(hit.name, "key AKIAIOSFODNN7EXAMPLE"[hit.start : hit.end]) for hit in Redactor().hits("key AKIAIOSFODNN7EXAMPLE")]
        [('aws-key', 'AKIAIOSFODNN7EXAMPLE')]
        """
        valid = text if text.isascii() else _LONE_SURROGATE.sub("\ufffd", text)
        candidates = self._candidates(valid)
        if not candidates:
            return
        spans = [match.span() for match in _ESCAPED_PLACEHOLDER.finditer(valid)]
        end = 0
        for hit in sorted(candidates, key=lambda hit: (hit.start, -hit.end)):
            # The last placeholder that begins before the end of the hit.
            place = bisect_left(spans, (hit.end, 0)) - 1
            in_placeholder = place >= 0 and hit.start < spans[place][1]
            if hit.start >= end and not in_placeholder:
                yield hit
                end = hit.end

    def _candidates(self, text: str) -> list[Hit]:
        """Return the hits of all kinds, which may overlap."""
        numbers = sorted(self._set.Match(text) or ())
        return [hit for number in numbers for hit in self._hits_of(self._kinds[number], self._patterns[number], text)]

    def _hits_of(self, kind: SensitiveData, pattern: Regex, text: str) -> Iterator[Hit]:
        for match in pattern.finditer(text):
            group = next((number for number in pattern.groupindex.values() if match[number] is not None), 0)
            start, secret = match.start(group), match[group] or ""
            if not text.startswith(_QUOTES, start + len(secret)):
                secret = secret.rstrip(_PUNCTUATION)
            if secret and secret not in self._keep and (kind.check is None or kind.check(secret, match[0] or "")):
                yield Hit(kind.name, start, start + len(secret))

    def __call__(self, text: str) -> str:
        """Return a text with placeholders, such as `<password:3f2a>`, for all secrets and personal data.

        Equal texts have equal placeholders, in all incidents. The four digits do not reveal the text, because one in every
        65,536 texts that somebody may try has the same digits.
        """
        parts, end = [], 0
        for hit in self.hits(text):
            parts += [text[end : hit.start], self.placeholder(hit.name, text[hit.start : hit.end])]
            end = hit.end
        return "".join([*parts, text[end:]]) if parts else text

    @staticmethod
    def placeholder(name: str, text: str) -> str:
        """Return the placeholder for a text of a kind."""
        return f"<{name}:{hmac.new(_HASH_KEY, text.encode(errors='replace'), 'sha256').hexdigest()[:4]}>"

    def everywhere(self, value: _Value) -> _Value:
        """Return a value of the same type with all its texts redacted, at any depth.

        Parameters
        ----------
        value : object
            A text, DataFrame, dataclass, part of `incident.yaml`, dict, list or tuple. Any other value is returned
            unchanged.
        """
        redacted: _Value = self._redact_value(value)
        return redacted

    def _redact_value(self, value: object) -> Any:
        if isinstance(value, str):
            return self(value)
        # A frame, without an import of pandas, which would delay the start of the kernel.
        if hasattr(value, "select_dtypes"):
            return self._redact_frame(cast("pd.DataFrame", value))
        # A part of `incident.yaml`, without an import of pydantic.
        if isinstance(value, Iterable) and hasattr(value, "model_copy"):
            return value.model_copy(update={name: self._redact_value(item) for name, item in value})
        if is_dataclass(value) and not isinstance(value, type):
            names = [field.name for field in fields(value) if field.init]
            return replace(value, **{name: self._redact_value(getattr(value, name)) for name in names})
        return self._redact_collection(value)

    def _redact_frame(self, frame: pd.DataFrame) -> pd.DataFrame:
        redacted = {name: self._redact_column(frame[name]) for name in frame.select_dtypes(include=["object", "string"]).columns}
        return frame.assign(**{str(name): column.astype(frame[name].dtype) for name, column in redacted.items()})

    def _redact_column(self, column: pd.Series) -> pd.Series:
        """Return a column with its texts redacted; each different text once, because most are repeated."""
        if column.dtype == object:
            return column.map(self._redact_value)
        return column.map({text: self(text) for text in column.dropna().unique()})

    def _redact_collection(self, value: object) -> object:
        if isinstance(value, dict):
            return {name: self._redact_value(item) for name, item in value.items()}
        if isinstance(value, list | tuple):
            items = [self._redact_value(item) for item in value]
            return value._make(items) if hasattr(value, "_make") else type(value)(items)
        return value


@cache
def _compile(patterns: tuple[str, ...]) -> tuple[RegexSet, list[Regex]]:
    """Compile patterns one by one, and as a set that finds in one pass which of them occur in a text."""
    return regex_set(patterns), [re2.compile(pattern, options()) for pattern in patterns]


def is_pattern(text: str) -> bool:
    """Return whether a text is a regular expression for RE2 that does not match an empty text.

    Examples
    --------
    >>> is_pattern("C-[0-9]+"), is_pattern("("), is_pattern("a*")
    (True, False, False)
    """
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(text, options).search("") is None
    except re2.error:
        return False


def placeholders(text: str, names: Iterable[str] = ()) -> Counter[str]:
    """Return the number of different placeholders of each kind in a text; `names` are the names of custom rules."""
    kinds = {*TITLES, *names}
    return Counter(name for name, _ in set(_PLACEHOLDER.findall(text)) if name in kinds)

"""A format applied to one file: where this file has each field, and how it writes its times."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from pmkit.formats import durations, fields, sampled_events, usual_keys
from pmkit.formats.format import LogFormat, Syntax
from pmkit.formats.notation import Notation
from pmkit.formats.notations import NOTATIONS, for_notation
from pmkit.formats.outcome_conventions import MessageConvention
from pmkit.formats.outcomes import StatedField, agent_key, operation_keys, stated_fields, stated_messages
from pmkit.formats.record import FieldKey, Record, field_value, pairs_in
from pmkit.formats.request_messages import is_request
from pmkit.formats.sample import Sample
from pmkit.formats.sampling import RARE_LINES
from pmkit.formats.time_zones import ambiguous_abbreviations
from pmkit.formats.timestamps import detect_notation

# Fields that a logging library does not define, but that applications often add.
_OPEN: Final = {
    "method",
    "url",
    "request",
    "status",
    "client",
    "version",
    "trace_id",
    "duration",
    "duration_s",
    "duration_ms",
    "duration_us",
    "duration_ns",
}

# With any of these, a format itself says what a request is.
_REQUEST_WORDS: Final = frozenset(("request", "method", "url", "status", "http_method", "url_path", "http_status"))

# The name of a field whose times are UTC.
_NAMES_UTC: Final = re.compile(r"UTC|GMT|Utc|\b(?:utc|gmt)|(?:utc|gmt)\b|_(?:utc|gmt)")

_FALLBACK: Final = next(notation for notation in NOTATIONS if notation.name == "ISO 8601, with a zone")

# Where a file has each field is determined from this many records at its beginning, and a few at the end of the sample.
_FIRST_RECORDS: Final = 50


@dataclass(frozen=True)
class Layer:
    """A format applied to one file.

    Attributes
    ----------
    entry : LogFormat
        The format.
    sample : Sample
        Lines of the file in this format.
    times : Notation or None
        How the lines write their times; None to find out from the sample.
    """

    entry: LogFormat
    sample: Sample
    times: Notation | None = None

    @cached_property
    def records(self) -> list[Record]:
        """The records of the sample."""
        return [record for record in self.entry.read(self.sample) if record is not None]

    @cached_property
    def pattern(self) -> str:
        """The regular expression of a text format."""
        sections = self.entry.sections
        return sections.pattern_of(next(filter(sections.is_heading, self.sample.lines))) if sections else self.entry.pattern

    @cached_property
    def usual_pattern(self) -> str | None:
        """The regular expression of lines whose times are written like those of the sample; None if there is no such."""
        return None if self.notation is None else for_notation(self.pattern, self.notation)

    @cached_property
    def words(self) -> Mapping[str, FieldKey]:
        """Where this file has each word of the vocabulary."""
        if self.entry.fields is not None:
            return {**self._usual, **self.entry.fields} if self.entry.usual else self.entry.fields
        if self.entry.syntax is Syntax.TEXT:
            names = [name for name in re.compile(self.pattern).groupindex if name != "pairs"]
            if not {"date", "clock"} <= set(names):
                return dict(zip(names, names, strict=True))
            time: FieldKey = ("time", "date+clock") if "time" in names else "date+clock"
            return {fields.TIME: time, **{name: name for name in names if name not in ("time", "date", "clock")}}
        return usual_keys.usual_keys(self._typical_records)

    @cached_property
    def _typical_records(self) -> list[Record]:
        """The first records of the sample, and the last ones, which may have rare fields."""
        last = self.records[_FIRST_RECORDS:][-2 * RARE_LINES :]
        return [fields.flattened(record) for record in [*self.records[:_FIRST_RECORDS], *last]]

    @cached_property
    def _usual(self) -> Mapping[str, FieldKey]:
        """Words that the format does not define, with the keys that usually carry them."""
        own = self.entry.fields or {}
        taken = {key for keys in own.values() for key in alternatives(keys)}
        has_duration = any(word.startswith("duration") and self._has(keys) for word, keys in own.items())
        return {
            word: key
            for word, key in usual_keys.usual_keys(self._typical_records).items()
            if key not in taken and word in _OPEN and not (has_duration and word.startswith("duration"))
        }

    def _has(self, key: FieldKey) -> bool:
        """Return whether any record of the sample has a field."""
        return any(field_value(record, key) is not None for record in self.records)

    @cached_property
    def paired(self) -> Mapping[str, str]:
        """Words that are among the key=value pairs of a text format, with their keys."""
        pairs = [pairs_in(str(record["pairs"]).lstrip()) for record in self.records if record.get("pairs")]
        keys = usual_keys.usual_keys(pairs) if pairs else {}
        return {word: key for word, key in keys.items() if word not in self.words and word != "time"}

    @cached_property
    def notation(self) -> Notation | None:
        """How this file writes its times; None if the format has none."""
        return self.times or (None if fields.TIME not in self.words else detect_notation(self.time_texts) or _FALLBACK)

    @cached_property
    def time_texts(self) -> list[object]:
        """The times of the sample's records, as they are written."""
        key = self.words.get(fields.TIME, ())
        return [value for record in self.records if (value := field_value(record, key)) not in (None, "")]

    @cached_property
    def ambiguous_zones(self) -> tuple[str, ...]:
        """Abbreviations of zones in the times that stand for several zones."""
        return () if self.notation is None or self.notation.digits_only else ambiguous_abbreviations(self.time_texts)

    @cached_property
    def has_requests(self) -> bool:
        """Whether messages of the sample are those of requests, about which the format says nothing itself."""
        message = self.words.get("message")
        if message is None or self.entry.wraps or not _REQUEST_WORDS.isdisjoint({*self.words, *self.paired, *self.entry.columns}):
            return False
        return any(is_request(str(field_value(record, message))) for record in self.records)

    @cached_property
    def stated_fields(self) -> tuple[StatedField, ...]:
        """The fields of a structured log that state outcomes."""
        if self.entry.syntax is Syntax.TEXT or self.entry.wraps:
            return ()
        meanings = [self.words[word] for word in (fields.TIME, "message", "status", *fields.LEVEL_WORDS) if word in self.words]
        taken = {key for keys in meanings for key in alternatives(keys) if not self._is_word(key)}
        return stated_fields(self._typical_records, taken)

    def _is_word(self, key: str) -> bool:
        """Return whether a field that would be an HTTP status is none in this log."""
        status = self.words.get("status")
        if status is None or key not in alternatives(status):
            return False
        values = [str(value) for record in self.records if (value := field_value(record, key)) not in (None, "")]
        return bool(values) and not any(value[:1].isdigit() for value in values)

    @cached_property
    def stated_messages(self) -> tuple[MessageConvention, ...]:
        """The conventions of outcomes that messages of the sample follow."""
        message = self.words.get("message")
        if message is None:
            return ()
        kind = self.words.get("kind", ())
        texts = (
            " ".join(str(value) for key in (kind, message) if (value := field_value(record, key))) for record in self.records
        )
        return stated_messages(texts)

    @cached_property
    def outcome_keys(self) -> tuple[str, ...]:
        """The keys of a structured log that outcomes, operations and the kind of traffic are read from, beside `keys`."""
        if self.entry.syntax is Syntax.TEXT:
            return ()
        present = {key for record in self._typical_records for key in record}
        read = [key for field in self.stated_fields for key in (*field.keys, *field.beside)]
        if read:
            read += [key for key in operation_keys(present) if key]
        agent = agent_key(present)
        return tuple(dict.fromkeys([*read, *([agent] if agent else [])]))

    @cached_property
    def has_levels(self) -> bool:
        """Whether every record of the sample has a severity of its own."""
        if "severity" in self.entry.columns:
            return True
        keys = [self.words[word] for word in fields.LEVEL_WORDS if word in self.words]
        return bool(keys) and all(any(field_value(record, key) not in (None, "") for key in keys) for record in self.records)

    @cached_property
    def duration_without_unit(self) -> str | None:
        """The field that is called a duration but says no unit; None if there is another duration."""
        if self.entry.syntax is Syntax.TEXT:
            return durations.without_unit({"duration": record.get("duration")} for record in self.records[:_FIRST_RECORDS])
        if any(word.startswith("duration") for word in self.words):
            return None
        return durations.without_unit(self._typical_records)

    @cached_property
    def sampling_rate(self) -> str | None:
        """The field that says that only some of the events were kept; None if there is none."""
        return sampled_events.sampling_rate(self._typical_records)

    @property
    def in_utc(self) -> bool:
        """Whether times without a zone are UTC, by the definition of the format or the name of the field."""
        keys = () if self.entry.syntax is Syntax.TEXT else alternatives(self.words.get(fields.TIME, ()))
        return self.entry.utc or any(map(_NAMES_UTC.search, keys))

    @property
    def zoned(self) -> bool:
        """Whether the zone of the times is known."""
        return self.in_utc or self.notation is None or self.notation.zoned or self.notation.in_utc

    @cached_property
    def width(self) -> int:
        """The number of columns of a table."""
        if not self.entry.names:
            return len(self.sample.table[0]) if self.sample.table else 1
        return max((len(record) for record in self.records), default=len(self.entry.names))

    @cached_property
    def names(self) -> list[str]:
        """The columns of a table."""
        return list(self.entry.names or (self.sample.table[0] if self.sample.table else ()))

    @cached_property
    def keys(self) -> list[str]:
        """The keys that carry a word of the vocabulary; keys that form a word together are listed one by one."""
        return [part for keys in self.words.values() for key in alternatives(keys) for part in key.split("+")]

    @property
    def key(self) -> Hashable:
        """A key that two layers share only if they are read by the same SQL; None of it refers to the sample itself."""
        table = (self.width, tuple(self.names), self.sample.delimiter) if self.entry.syntax is Syntax.CSV else ()
        mapped_keys = frozenset() if self.entry.syntax is Syntax.TEXT else frozenset(self.mapped_keys)
        paired = tuple(self.paired.items())
        words = tuple(self.words.items())
        properties = (
            self.has_levels,
            self.has_requests,
            self.duration_without_unit,
            self.sampling_rate,
            self.stated_fields,
            self.stated_messages,
            self.outcome_keys,
        )
        return (self.entry, self.pattern, words, paired, self.notation, mapped_keys, table, *properties)

    @cached_property
    def mapped_keys(self) -> set[str]:
        """The keys of a structured log that do not become attributes, because they carry a word of the vocabulary."""
        present = {key for record in self.records for key in record}
        return set(self.keys) & present - self._rivals

    @cached_property
    def fillers(self) -> list[list[tuple[str, str]]]:
        """For each column, the words that fill it, each with a key, in the order in which the first value is used."""
        by_column: dict[str, list[tuple[str, str]]] = {}
        for word, keys in self.words.items():
            column = fields.column_of(word) or word
            by_column.setdefault(column, []).extend((word, key) for key in alternatives(keys))
        return list(by_column.values())

    @cached_property
    def _rivals(self) -> set[str]:
        """The keys that some records have although another key fills their column."""
        rivals: set[str] = set()
        for fillers in self.fillers:
            for record in self.records if len(fillers) > 1 else ():
                values = [(key, value) for _, key in fillers if (value := field_value(record, key)) not in (None, "", "-")]
                rivals |= {key for key, value in values[1:] if value != values[0][1]}
        return rivals


def alternatives(key: FieldKey) -> tuple[str, ...]:
    """Return the keys among which the first one that a record has is used."""
    return (key,) if isinstance(key, str) else key

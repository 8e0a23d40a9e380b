"""The declaration of an export: how its records are recognised, and which path leads to each field."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from typing import Final, TypeGuard

from pmkit.formats.declared_rows import Declaration, RowOrNone, rows_of
from pmkit.formats.field_expressions import query
from pmkit.formats.format import BaseFormat, LogFormat
from pmkit.formats.json_documents import ANY_KEY, EMBEDDED
from pmkit.formats.nested_objects import Path
from pmkit.formats.record import Found, Record, filled_lines, has_path
from pmkit.formats.sample import Sample

# The share of the objects at one place that must be in a format, so that its records are there.
_MIN_SHARE: Final = 0.6


@dataclass(frozen=True, eq=False)
class RecordFormat(BaseFormat):
    """The format of an export (alerts, changes, chat, metrics, rules, spans) that is read record by record.

    Its records may be anywhere in JSON: alone, in a list, one on every line, in envelopes, or as JSON inside a text.

    Attributes
    ----------
    table : str
        The canonical table that it fills.
    fields : mapping of str to str, or callable
        For each column of the table, the expression (see `field_expressions`) that finds its value in a record. For products that need
        code: a function that yields the rows of a record. An exception such as KeyError means that the record lacks something,
        and rejects it.
    needs : str
        The keys that every record has, between commas; dotted if nested, and with `|` between alternatives.
    where : str
        An expression that is true for every record, such as `kind == 'Event'`.
    each : str
        An expression for the parts of a record that give one row each; in their fields, `outer` is the whole record, and `item`
        the part if it is no object.
    states : mapping of str to str
        For alerts: what the words of the product mean where they do not mean what they usually do, see `alert_steps.STATES`.
    skip : mapping of str to str
        Expressions that are true for records that are none, and what such records are.
    named : mapping of str to str
        Expressions for values that several fields use, which they find under these names in the record.
    pattern : str
        For plain text: a regular expression for one record, which may span lines; its named groups are its fields.
    line : str
        For plain text: a regular expression, in RE2's syntax, for the beginning of a line of each record.
    carried : tuple of str
        For plain text: the groups that a record without them has from the record above.
    parse : callable or None
        For plain text, in place of the pattern: a function that yields every record of a text with its place.
    """

    table: str = field(kw_only=True)
    fields: Mapping[str, str] | Callable[[Record], Iterator[RowOrNone]] = field(kw_only=True)
    needs: str = field(default="", kw_only=True)
    where: str = field(default="", kw_only=True)
    each: str = field(default="", kw_only=True)
    states: Mapping[str, str] = field(default_factory=dict, kw_only=True)
    skip: Mapping[str, str] = field(default_factory=dict, kw_only=True)
    named: Mapping[str, str] = field(default_factory=dict, kw_only=True)
    pattern: str = field(default="", kw_only=True)
    line: str = field(default="", kw_only=True)
    carried: tuple[str, ...] = field(default=(), kw_only=True)
    parse: Callable[[str], Iterator[Found]] | None = field(default=None, kw_only=True)

    @property
    def is_text(self) -> bool:
        """Whether its records are parts of a plain text, not JSON or rows of a table."""
        return bool(self.pattern) or self.parse is not None

    @cached_property
    def matcher(self) -> re.Pattern[str]:
        """The compiled pattern, which finds every record of a text."""
        return re.compile(self.pattern, re.MULTILINE)

    @cached_property
    def needed(self) -> tuple[tuple[str, ...], ...]:
        """The alternatives of each key that every record has."""
        keys = [key.strip() for key in self.needs.split(",")] if self.needs else []
        return tuple(tuple(key.split("|")) for key in keys)

    def accepts(self, record: object) -> TypeGuard[Record]:
        """Return whether a record is in this format."""
        if not isinstance(record, dict):
            return False
        for keys in self.needed:
            if not (keys[0] in record or any(has_path(record, key) for key in keys)):
                return False
        return super().accepts(record) and (not self.where or bool(query(self.where)(record)))

    def rows(self, record: Record) -> Iterator[RowOrNone]:
        """Yield the rows of a record; times are texts or numbers in its own notation, and `NoRow` says why it has none."""
        if not isinstance(self.fields, Mapping):
            yield from self.fields(record)
            return
        yield from rows_of(self._declaration, record)

    @cached_property
    def _declaration(self) -> Declaration:
        fields = self.fields if isinstance(self.fields, Mapping) else {}
        return Declaration(self.table, fields, self.each, self.states, self.skip, self.named)

    def adapted_to(self, sample: Sample) -> RecordFormat:
        """Return the format with the path at which the records of a sample are; the one nested least if there are several."""
        if self.is_text or self.flatten is not None:
            return self
        shares = ((self._share(objects), path) for path, objects in sample.places.items() if self._may_be_at(path, sample))
        possible = [(share, path) for share, path in shares if share > 0]
        best = max(possible, key=_preference, default=(0.0, self.path))[1]
        for share, path in possible:
            best = _merged(best, path) if share >= _MIN_SHARE else best
        return _with_path(self, best)

    def _may_be_at(self, path: Path, sample: Sample) -> bool:
        """Return whether objects at a path can be records: they have the keys, and general formats do not look into objects."""
        if self.general and path and path[-1] not in ("*", EMBEDDED):
            return False
        keys = sample.keys_at[path]
        return all(any(key in keys or key.split(".")[0] in keys for key in alternatives) for alternatives in self.needed)

    def _share(self, objects: list[Record]) -> float:
        return sum(map(self.accepts, objects)) / len(objects)

    def coverage(self, sample: Sample) -> float:
        """Return the share of the sample's records, 0 to 1, that are in this format."""
        return self._text_coverage(sample.text) if self.is_text else self._record_coverage(sample)

    def _text_coverage(self, text: str) -> float:
        """Return the share of the lines that belong to a record."""
        texts = [text[found.start : found.end] for found in self.matches(text) if self.accepts(found.record)]
        return sum(map(filled_lines, texts)) / max(1, filled_lines(text))

    def matches(self, text: str) -> Iterator[Found]:
        """Yield every record of a text with its place; groups that are carried are those of the record above, if it has none."""
        if self.parse is not None:
            yield from self.parse(text)
            return
        carried: Record = {}
        for match in self.matcher.finditer(text):
            record = match.groupdict()
            record |= {name: carried[name] for name in self.carried if record.get(name) is None and name in carried}
            carried = {name: record[name] for name in self.carried}
            # The pattern may begin with headings above the record, which begins with the first group.
            yield Found(
                match.start(), match.end(), record, max(match.start(), match.start(1)) if match.re.groups else match.start()
            )

    def _record_coverage(self, sample: Sample) -> float:
        """Return the share of JSON values, or of rows of a table, that are records."""
        if not sample.has_json:
            return self._share(sample.records) if sample.records else 0.0
        if not any(self._may_be_at(path, sample) for path in sample.places if _merged(self.path, path) == self.path):
            return 0.0
        objects = [record for value in sample.values for record in self.records_in(value)]
        if not objects:
            return 0.0
        without = sum(not any(True for _ in self.records_in(value)) for value in sample.values)
        return sum(map(self.accepts, objects)) / (len(objects) + without)


def _preference(candidate: tuple[float, Path]) -> tuple[bool, int, float]:
    share, path = candidate
    return (share >= _MIN_SHARE, -len(path), share)


def _merged(path: Path, other: Path) -> Path:
    """Return the path to the records at both of two paths, if they only differ in one key; else the first one."""
    differing = [number for number, (step, other_step) in enumerate(zip(path, other, strict=False)) if step != other_step]
    if len(path) != len(other) or len(differing) != 1:
        return path
    (number,) = differing
    is_key = not {"*", EMBEDDED} & {path[number], other[number]}
    return (*path[:number], ANY_KEY, *path[number + 1 :]) if is_key else path


@cache
def _with_path(entry: RecordFormat, path: Path) -> RecordFormat:
    return entry if path == entry.path else replace(entry, path=path)


Format = LogFormat | RecordFormat

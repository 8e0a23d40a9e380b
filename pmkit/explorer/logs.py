"""Answers queries on millions of log lines, fast enough for interactive use."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Final

import pandas as pd

from pmkit.analysis.causes.log_templates import templates_of
from pmkit.analysis.impact.time_bins import WIDTHS_S
from pmkit.core import schema
from pmkit.core.schema import conform
from pmkit.explorer import line_index
from pmkit.explorer.line_index import Place
from pmkit.explorer.query import (
    ATTRIBUTES,
    CONTAINS,
    FACETS,
    Condition,
    Query,
    SqlValue,
    attribute_condition,
    text_condition,
)
from pmkit.findings.findings import Findings
from pmkit.findings.redacted import redact
from pmkit.store.database import connect
from pmkit.store.part import EVENTS, ROLLUP
from pmkit.store.request_sql import IS_REQUEST_SQL
from pmkit.store.text_search import MATCHED, SEARCHED

# The number of log lines on a page.
PAGE: Final = 50

_MOST_BINS: Final = 240
_CACHED_RESULTS: Final = 8
_LINE: Final = (
    "timestamp", "source", "line", "severity", "service", "message", "http_method", "url_path", "http_status", "duration_s",
    "client", "trace_id", "version",
)  # fmt: skip
# The columns that a query filters by or searches in, and those that the error rule reads.
_INDEXED: Final = (*FACETS, *SEARCHED, "outcome")
_SUMS: Final = "CAST(sum(events) AS BIGINT) AS events, CAST(coalesce(sum(events) FILTER (is_error), 0) AS BIGINT) AS errors"


class Logs:
    """The logs of an incident, ready for queries.

    Parameters
    ----------
    findings : Findings
        The findings on the incident.
    """

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._is_error = findings.incident.file.errors.sql
        self._database = connect(reach=[part.extent.folder for part in findings.store.parts], alone=True)
        self._events = findings.store.union(EVENTS, "logs")
        rollup = findings.store.union(ROLLUP, "logs") or self._no_rows
        self._matches: dict[str, dict[str, pd.DataFrame]] = {}
        self._is_indexed = False
        self._preparing = threading.Lock()
        self._database.execute(f"CREATE TABLE rollup AS SELECT *, {self._is_error} AS is_error FROM {rollup}")

    def redacted(self, text: str) -> str:
        """Return a text from the logs without its secrets."""
        return redact(text, self._findings.incident)

    @property
    def _no_rows(self) -> str:
        columns = ", ".join(f"CAST(NULL AS {column.sql}) AS {name}" for name, column in schema.ROLLUP.items())
        return f"(SELECT {columns} WHERE false)"

    @cached_property
    def templates(self) -> pd.DataFrame:
        """The counts of log templates, each with the masked form of its messages in the database."""
        raw = self._findings.store.masked_messages()
        return raw.assign(
            mask=raw["template"], template=raw["template"].map(templates_of(raw["template"].unique())).astype("string")
        )

    @cached_property
    def width_s(self) -> int:
        """The width of the bins of charts, seconds."""
        impact = self._findings.impact
        length = (impact.data_end - impact.data_start).total_seconds()
        return next((width for width in WIDTHS_S if length / width <= _MOST_BINS), WIDTHS_S[-1])

    def snapped(self, start: pd.Timestamp, end: pd.Timestamp) -> tuple[pd.Timestamp, pd.Timestamp]:
        """Return the whole bins of the rollup that a span touches."""
        return start.floor(f"{schema.BIN_S}s"), end.ceil(f"{schema.BIN_S}s")

    def requests(self, query: Query) -> tuple[pd.DataFrame, tuple[str, ...]]:
        """Count requests and errors per bin over all data, in the log that impact is measured on.

        Returns
        -------
        tuple
            A frame indexed by the start of the bin with `events` and `errors`, including empty bins; and the logs that
            were counted, which are all logs with matching requests if that log has none.
        """
        measured_on = self._findings.impact.measured_on
        request_query = replace(query.everywhere.without("severity").on_counts, failed=False)
        condition, values = self._where(request_query)
        unit = IS_REQUEST_SQL if measured_on.counts_all_requests else "true"
        counts = self._count_per_bin(f"{condition} AND {unit} AND list_contains(?, source)", [*values, list(measured_on.sources)])
        if len(counts) or not request_query.chosen:
            return self._with_empty_bins(counts), measured_on.sources
        others = self._rows(f"SELECT DISTINCT source FROM rollup WHERE {condition} AND {unit} ORDER BY ALL", values)
        return self._with_empty_bins(self._count_per_bin(f"{condition} AND {unit}", values)), tuple(others["source"])

    def _count_per_bin(self, condition: str, values: Sequence[SqlValue]) -> pd.DataFrame:
        bins = f"time_bucket(INTERVAL {self.width_s} SECONDS, bin, TIMESTAMPTZ '1970-01-01 00:00:00+00')"
        query = f"SELECT {bins} AS bin, {_SUMS} FROM rollup WHERE {condition} GROUP BY ALL ORDER BY ALL"
        return self._rows(query, values).set_index("bin")

    def _with_empty_bins(self, counts: pd.DataFrame) -> pd.DataFrame:
        """Return counts for all bins of the data, with 0 where there are no lines."""
        impact = self._findings.impact
        bins = pd.date_range(impact.data_start.floor(f"{self.width_s}s"), impact.data_end, freq=f"{self.width_s}s", unit="us")
        return counts.reindex(bins, fill_value=0).astype("int64")

    def lines_per_bin(self, query: Query) -> pd.DataFrame:
        """Count matching log lines per bin: a frame indexed by the start of the bin with `events`.

        All data are counted; a search for a text or an attribute, which takes longer, counts only the span.
        """
        counted = query if query.text or query.attributes else query.everywhere
        if not counted.needs_lines:
            return self._with_empty_bins(self._count_per_bin(*self._where(counted)))[["events"]]
        events = pd.concat(self._matching(counted).values())["events"]
        return self._with_empty_bins(events.groupby(pd.DatetimeIndex(events.index).floor(f"{self.width_s}s")).sum().to_frame())

    def _matching(self, query: Query) -> dict[str, pd.DataFrame]:
        """Count the lines that match a text or template, per bin of the rollup; the latest results are cached.

        Returns
        -------
        dict
            By the way in which a text matches a line, see `text_condition`: counts as from `line_index.sum_counts`.
        """
        key = repr((query, sorted(query.chosen.items()), sorted(query.attributes.items())))
        if key not in self._matches:
            counts = {CONTAINS: line_index.sum_counts(self._count_containing(query))}
            for way in (*MATCHED, ATTRIBUTES) if query.text else ():
                counts[way] = line_index.sum_counts(self._count_equal(query, way))
            self._matches = dict([*self._matches.items(), (key, counts)][-_CACHED_RESULTS:])
        return self._matches[key]

    def _count_containing(self, query: Query) -> Iterator[pd.DataFrame]:
        """Count lines that contain a text or belong to a template, in the index if there is one."""
        if self._is_indexed and not query.attributes:
            condition, values = self._where(query)
            yield self._rows(line_index.count_per_bin(line_index.indexed_lines(_INDEXED), condition), values)
            return
        sources = {part.source for part in self._findings.store.parts}
        with_messages = set(self.templates["source"])
        for searched in (sources & with_messages, sources - with_messages):
            lines = self._findings.store.union(EVENTS, "logs", sources=searched)
            if lines and (searched & with_messages or not query.template):
                condition, values = self._where(query, messages=bool(searched & with_messages))
                yield self._rows(line_index.count_per_bin(lines, condition), values)

    def _count_equal(self, query: Query, way: str) -> Iterator[pd.DataFrame]:
        """Count lines that match the text only in another way."""
        condition, values = self._where(query, way=way)
        if self._is_indexed and way in MATCHED and not query.attributes:
            lines = line_index.matching_lines(way, _INDEXED, MATCHED)
            yield self._rows(line_index.count_per_bin(lines, condition), [query.text, query.text, *values])
        elif self._events:
            yield self._rows(line_index.count_per_bin(self._events, condition), values)

    def prepare(self) -> None:
        """Index the lines in memory, unless there are too many."""
        with self._preparing, self._database.cursor() as database:
            lines = sum(part.ledger.events for part in self._findings.store.parts)
            if self._events and not self._is_indexed and lines <= line_index.MOST_LINES:
                for statement in line_index.index_tables(self._events, _INDEXED, MATCHED):
                    database.execute(statement)
                self._is_indexed = True

    def values(self, column: str, query: Query) -> pd.DataFrame:
        """Count the values of a column within the span.

        Parameters
        ----------
        column : str
            One of `FACETS`.
        query : Query
            The query; its values of that column, its text and its template are ignored.

        Returns
        -------
        DataFrame
            `value` (text; empty stands for no value), `events` and `errors`, the most frequent first.
        """
        condition, values = self._where(query.without(column).on_counts, bins=True)
        return self._rows(
            f"SELECT coalesce(CAST({column} AS VARCHAR), '') AS value, {_SUMS} FROM rollup WHERE {condition} "
            "GROUP BY ALL ORDER BY events DESC, value LIMIT 200",
            values,
        )

    def count(self, query: Query) -> int:
        """Count the matching log lines."""
        if not query.needs_lines:
            condition, values = self._where(query, bins=True)
            totals = self._rows(f"SELECT coalesce(sum(events), 0) AS events FROM rollup WHERE {condition}", values)
            return int(totals["events"].iloc[0])
        return sum(int(counts["events"].sum()) for counts in self._matching(query).values())

    def page(self, query: Query, after: Place | None = None, size: int = PAGE) -> pd.DataFrame:
        """Return a page of the matching log lines, by time.

        Parameters
        ----------
        after : tuple, optional
            The last line of the previous page.

        Returns
        -------
        DataFrame
            At most `size` rows with some of the columns of `schema.LOGS`, and `is_error`, whether the line counts as an error.
        """
        columns = {**{name: schema.LOGS[name] for name in _LINE}, "is_error": schema.JUDGED["is_error"]}
        if self._events is None:
            return conform(pd.DataFrame(), columns)
        if query.needs_lines:
            bins_by_way = {way: line_index.next_bins(counts, after, size) for way, counts in self._matching(query).items()}
            pages = [
                self._lines(self._where(query, way=way), line_index.times_within(bins), after, size)
                for way, bins in bins_by_way.items()
                if len(bins)
            ]
        else:
            pages = [self._lines(self._where(query), ("true", []), after, size)]
        lines = pd.concat([conform(pd.DataFrame(), columns), *(conform(page, columns) for page in pages)])
        return lines.sort_values(["timestamp", "source", "line"], ignore_index=True).head(size)

    def _lines(self, matching: Condition, in_bins: Condition, after: Place | None, size: int) -> pd.DataFrame:
        condition, values = f"{in_bins[0]} AND {matching[0]}", [*in_bins[1], *matching[1]]
        if after is not None:
            condition += " AND timestamp >= ? AND (timestamp, source, line) > (?, ?, ?)"
            values += [after[0], after[0], after[1], int(after[2])]
        columns = f"{', '.join(_LINE)}, coalesce({self._is_error}, false) AS is_error"
        lines = f"SELECT {columns} FROM {self._events} WHERE {condition}"
        return self._rows(f"{lines} ORDER BY timestamp, source, line LIMIT {int(size)}", values)

    def count_requests(self, start: pd.Timestamp, end: pd.Timestamp) -> int:
        """Count the requests of a span in the log that impact is measured on."""
        condition, values = self._where(Query(start, end), bins=True)
        counts = self._count_per_bin(
            f"{condition} AND {IS_REQUEST_SQL} AND list_contains(?, source)",
            [*values, list(self._findings.impact.measured_on.sources)],
        )
        return int(counts["events"].sum())

    def _where(self, query: Query, *, bins: bool = False, way: str = CONTAINS, messages: bool = True) -> Condition:
        """Return a query as an SQL condition with its values.

        With `bins`, the condition is on the rollup; `way` and `messages` are those of `text_condition`.
        """
        at = "bin" if bins else "timestamp"
        conditions: list[Condition] = [("true", [])]
        conditions += [(f"{at} >= ?", [query.start])] if query.start is not None else []
        conditions += [(f"{at} < ?", [query.end])] if query.end is not None else []
        for column, chosen in query.chosen.items():
            conditions.append((f"list_contains(?, coalesce(CAST({column} AS VARCHAR), ''))", [list(chosen)]))
        if query.failed:
            conditions.append((f"coalesce({self._is_error}, false)", []))
        if query.text:
            conditions.append(text_condition(query.text, way, messages=messages))
        if query.template:
            conditions.append(self._template_condition(query.template))
        conditions += [attribute_condition(name, value) for name, value in query.attributes.items()]
        return " AND ".join(condition for condition, _ in conditions), [value for _, values in conditions for value in values]

    def _template_condition(self, template: str) -> Condition:
        """Return the condition that a message belongs to a template, searching first for its longest words, which is quick."""
        masks = self.templates.loc[self.templates["template"] == template, "mask"].unique().tolist()
        words = max(template.split("<*>"), key=len).strip()
        return "contains(message, ?) AND list_contains(?, masked(message))", [words, masks]

    def _rows(self, query: str, values: Sequence[SqlValue]) -> pd.DataFrame:
        with self._database.cursor() as database:
            rows: pd.DataFrame = database.sql(query, params=values).to_arrow_table().to_pandas()
            return rows

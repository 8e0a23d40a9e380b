"""What somebody asks of the logs while digging, answered within the blink of an eye on millions of events."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final

import pandas as pd

from pmkit.analysis.causes import attribution, log_patterns
from pmkit.analysis.causes.log_templates import templates_of
from pmkit.analysis.impact.time_bins import WIDTHS_S
from pmkit.core import schema
from pmkit.core.schema import conform
from pmkit.explorer import line_index
from pmkit.explorer.line_index import Place
from pmkit.findings.findings import Findings
from pmkit.findings.redacted import redact
from pmkit.findings.stages import compared_requests
from pmkit.store.database import connect
from pmkit.store.part import EVENTS, ROLLUP

FACETS: Final = ("service", "http_route", "http_status", "severity", "version")
"""The columns of logs by whose values one chooses."""
SEARCHED: Final = ("message", "url_path")
"""The columns of logs in which text is looked for."""
MATCHED: Final = ("client", "trace_id")
"""Those that text finds when it is all of them; a request ID has a digit."""
PAGE: Final = 50
"""So many log lines are one page."""
MOST_BINS: Final = 240
_COMPARED: Final = 6000
"""So many failed requests, and so many others, are compared while somebody waits."""
_SAMPLED: Final = 100_000
"""So many of each are held ready for long spans."""
_LONG: Final = 1_000_000
"""A span of more requests is a long one."""
_KEPT: Final = 8
"""So many answers to what was looked for are kept."""
_LINE: Final = (
    "timestamp", "source", "line", "severity", "service", "message", "http_method", "url_path", "http_status", "duration_s",
    "client", "trace_id", "version",
)  # fmt: skip
_ASKED: Final = (*FACETS, *SEARCHED)
_SUMS: Final = "CAST(sum(events) AS BIGINT) AS events, CAST(coalesce(sum(events) FILTER (is_error), 0) AS BIGINT) AS errors"

_HAS: Final = "has"


@dataclass(frozen=True)
class Query:
    """What is asked for.

    Attributes
    ----------
    start, end : Timestamp or None
        The span, UTC, on edges of bins; `end` does not belong to it. None is where the logs begin, or end.
    chosen : mapping of str to tuple of str
        For some of `FACETS` the values of which one is wanted; an empty text is "no value".
    text : str
        What the line has in one of `SEARCHED`, in upper or lower case, or what one of `MATCHED` is.
    template : str
        The log template that the message was written from.
    failed : bool
        Only what counts as an error.
    """

    start: pd.Timestamp | None = None
    end: pd.Timestamp | None = None
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    text: str = ""
    template: str = ""
    failed: bool = False

    def without(self, *columns: str) -> Query:
        """Return the query without what is chosen of some columns."""
        return replace(self, chosen={name: values for name, values in self.chosen.items() if name not in columns})

    @property
    def everywhere(self) -> Query:
        """The query for all of the time."""
        return replace(self, start=None, end=None)


class Logs:
    """The logs of an incident, held ready for questions.

    Parameters
    ----------
    findings : Findings
        Of the incident.
    """

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._is_error = findings.incident.file.errors.sql
        self._database = connect(reach=[part.folder for part in findings.store.parts], alone=True)
        self._events = findings.store.union(EVENTS, "logs")
        counted = findings.store.union(ROLLUP, "logs")
        self._matches: dict[str, dict[str, pd.DataFrame]] = {}
        self._held = False
        self._preparing = threading.Lock()
        self._database.execute(f"CREATE TABLE rollup AS SELECT *, {self._is_error} AS is_error FROM {counted or self._nothing}")

    def shown(self, text: str) -> str:
        """Return a text of a log as it may be shown: without its secrets."""
        return redact(text, self._findings.incident)

    @property
    def _nothing(self) -> str:
        columns = ", ".join(f"CAST(NULL AS {column.sql}) AS {name}" for name, column in schema.ROLLUP.items())
        return f"(SELECT {columns} WHERE false)"

    @cached_property
    def _templates(self) -> pd.DataFrame:
        """The counts of templates, each with the form that its messages have in the database."""
        raw = self._findings.store.masked_messages()
        return raw.assign(
            mask=raw["template"], template=raw["template"].map(templates_of(raw["template"].unique())).astype("string")
        )

    @cached_property
    def _few(self) -> pd.DataFrame:
        """Some of the requests of all of the time."""
        impact = self._findings.impact
        return compared_requests(self._findings.store, impact, self._is_error, impact.data_start, impact.data_end, most=_SAMPLED)

    @cached_property
    def width_s(self) -> int:
        """Width of the bins of charts, seconds."""
        impact = self._findings.impact
        length = (impact.data_end - impact.data_start).total_seconds()
        return next((width for width in WIDTHS_S if length / width <= MOST_BINS), WIDTHS_S[-1])

    def snapped(self, start: pd.Timestamp, end: pd.Timestamp) -> tuple[pd.Timestamp, pd.Timestamp]:
        """Return the whole bins of the rollup that a span touches."""
        return start.floor(f"{schema.BIN_S}s"), end.ceil(f"{schema.BIN_S}s")

    def requests(self, query: Query) -> tuple[pd.DataFrame, tuple[str, ...]]:
        """Count requests and errors per bin over all of the time, on the log that impact is counted on.

        Returns
        -------
        tuple
            A frame indexed by the start of the bin with `events` and `errors`, bins without any included; and the logs
            that are counted: where that log has none of what is chosen, all that have.
        """
        measured_on = self._findings.impact.measured_on
        asked = replace(query.everywhere.without("severity"), text="", template="", failed=False)
        condition, values = self._where(asked)
        unit = "http_status IS NOT NULL" if measured_on.unit == "request" else "true"
        found = self._counted(f"{condition} AND {unit} AND list_contains(?, source)", [*values, list(measured_on.sources)])
        if len(found) or not asked.chosen:
            return self._whole(found), measured_on.sources
        others = self._rows(f"SELECT DISTINCT source FROM rollup WHERE {condition} AND {unit} ORDER BY ALL", values)
        return self._whole(self._counted(f"{condition} AND {unit}", values)), tuple(others["source"])

    def _counted(self, condition: str, values: list[Any]) -> pd.DataFrame:
        bins = f"time_bucket(INTERVAL {self.width_s} SECONDS, bin, TIMESTAMPTZ '2000-01-01 00:00:00+00')"
        query = f"SELECT {bins} AS bin, {_SUMS} FROM rollup WHERE {condition} GROUP BY ALL ORDER BY ALL"
        return self._rows(query, values).set_index("bin")

    def _whole(self, counts: pd.DataFrame) -> pd.DataFrame:
        impact = self._findings.impact
        every = pd.date_range(impact.data_start.floor(f"{self.width_s}s"), impact.data_end, freq=f"{self.width_s}s", unit="us")
        return counts.reindex(every, fill_value=0).astype("int64")

    def lines_per_bin(self, query: Query) -> pd.DataFrame:
        """Count log lines per bin in all logs: a frame indexed by the start of the bin with `events`.

        All of the time is counted; where text is looked for, which takes longer, only the span.
        """
        asked = query if query.text else query.everywhere
        if not asked.text and not asked.template:
            return self._whole(self._counted(*self._where(asked)))[["events"]]
        found = pd.concat(self._matching(asked).values())["events"]
        return self._whole(found.groupby(pd.DatetimeIndex(found.index).floor(f"{self.width_s}s")).sum().to_frame())

    def _matching(self, query: Query) -> dict[str, pd.DataFrame]:
        """Count the lines in which something was found, per bin of the rollup; answers are kept for what is asked next.

        Returns
        -------
        dict
            By the way in which a line is found, see `_texts`, a frame as of `held.added`.
        """
        key = repr((query.start, query.end, sorted(query.chosen.items()), query.text, query.template, query.failed))
        if key not in self._matches:
            found = {_HAS: line_index.added(self._having(query))}
            for way in MATCHED if query.text else ():
                found[way] = line_index.added(self._being(query, way))
            self._matches = dict([*self._matches.items(), (key, found)][-_KEPT:])
        return self._matches[key]

    def _having(self, query: Query) -> Iterator[pd.DataFrame]:
        """Count those that have a text, or are of a template, among the lines that are held or else in the logs."""
        if self._held:
            condition, values = self._where(query)
            yield self._rows(line_index.counted(line_index.lines(_ASKED), condition), values)
            return
        every = {part.source for part in self._findings.store.parts}
        talking = set(self._templates["source"])
        for sources in (every & talking, every - talking):
            lines = self._findings.store.union(EVENTS, "logs", sources=sources)
            if lines and (sources & talking or not query.template):
                condition, values = self._where(query, messages=bool(sources & talking))
                yield self._rows(line_index.counted(lines, condition), values)

    def _being(self, query: Query, way: str) -> Iterator[pd.DataFrame]:
        """Count those that do not have it, but of which it is all of the client, or of the request ID."""
        condition, values = self._where(query, way=way)
        if self._held:
            known = line_index.known(way, _ASKED, MATCHED)
            yield self._rows(line_index.counted(known, condition), [query.text, query.text, *values])
        elif self._events:
            yield self._rows(line_index.counted(self._events, condition), values)

    def prepare(self) -> None:
        """Look up what takes longest beforehand: the lines, if they can be held, and some requests of all of the time."""
        with self._preparing, self._database.cursor() as database:
            if (
                self._events
                and not self._held
                and sum(part.ledger.events for part in self._findings.store.parts) <= line_index.MOST
            ):
                line_index.hold(database, self._events, _ASKED, MATCHED)
                self._held = True
        if self._findings.impact.measured_on.unit == "request" and self._findings.impact.requests:
            _ = self._few

    def values(self, column: str, query: Query) -> pd.DataFrame:
        """Count the values of a column within the span.

        Parameters
        ----------
        column : str
            One of `FACETS`.
        query : Query
            What is chosen of the column itself, text and template do not matter.

        Returns
        -------
        DataFrame
            `value` (text; empty is "no value"), `events` and `errors`, the most frequent first.
        """
        condition, values = self._where(replace(query.without(column), text="", template=""), bins=True)
        return self._rows(
            f"SELECT coalesce(CAST({column} AS VARCHAR), '') AS value, {_SUMS} FROM rollup WHERE {condition} "
            "GROUP BY ALL ORDER BY events DESC, value LIMIT 200",
            values,
        )

    def count(self, query: Query) -> int:
        """Count the log lines that are asked for."""
        if not query.text and not query.template:
            condition, values = self._where(query, bins=True)
            return int(self._rows(f"SELECT coalesce(sum(events), 0) AS n FROM rollup WHERE {condition}", values)["n"].iloc[0])
        return sum(int(found["events"].sum()) for found in self._matching(query).values())

    def page(self, query: Query, after: Place | None = None, size: int = PAGE) -> pd.DataFrame:
        """Return some of the log lines that are asked for, by time.

        Parameters
        ----------
        after : tuple, optional
            The last line of the page before.

        Returns
        -------
        DataFrame
            At most `size` rows in some of the columns of `schema.LOGS`, and `is_error`, whether it counts as one.
        """
        columns = {**{name: schema.LOGS[name] for name in _LINE}, "is_error": schema.JUDGED["is_error"]}
        if self._events is None:
            return conform(pd.DataFrame(), columns)
        if query.text or query.template:
            bins = {way: line_index.following(found, after, size) for way, found in self._matching(query).items()}
            pages = [
                self._lines(self._where(query, way=way), line_index.near(near), after, size)
                for way, near in bins.items()
                if len(near)
            ]
        else:
            pages = [self._lines(self._where(query), ("true", []), after, size)]
        found = pd.concat([conform(pd.DataFrame(), columns), *(conform(page, columns) for page in pages)])
        return found.sort_values(["timestamp", "source", "line"], ignore_index=True).head(size)

    def _lines(self, asked: tuple[str, list[Any]], near: tuple[str, list[Any]], after: Place | None, size: int) -> pd.DataFrame:
        condition, values = f"{near[0]} AND {asked[0]}", [*near[1], *asked[1]]
        if after is not None:
            condition += " AND timestamp >= ? AND (timestamp, source, line) > (?, ?, ?)"
            values += [after[0], after[0], after[1], int(after[2])]
        told = f"{', '.join(_LINE)}, coalesce({self._is_error}, false) AS is_error"
        lines = f"SELECT {told} FROM {self._events} WHERE {condition}"
        return self._rows(f"{lines} ORDER BY timestamp, source, line LIMIT {int(size)}", values)

    def rising(self, query: Query) -> pd.DataFrame:
        """Find the log templates that came clearly more often in the span than outside of it.

        Returns
        -------
        DataFrame
            Columns of `patterns.PATTERNS`, of the services and severities that are chosen.
        """
        impact = self._findings.impact
        table = self._templates
        for column in ("service", "severity"):
            if column in query.chosen:
                table = table[table[column].fillna("").isin(query.chosen[column])]
        start, end = query.start or impact.data_start, query.end or impact.data_end
        inside = (start, end - pd.Timedelta(seconds=schema.BIN_S))
        found = log_patterns.changed_patterns(
            table, inside, (impact.data_start, impact.data_end), self._findings.incident.file.errors
        )
        return found[found["change"].isin(log_patterns.RISING)].reset_index(drop=True)

    def parts(self, query: Query) -> pd.DataFrame:
        """Find what the failed requests of the span have in common, columns of `dimensions.PARTS`."""
        impact = self._findings.impact
        start, end = query.start or impact.data_start, query.end or impact.data_end
        until = end - pd.Timedelta(microseconds=1)
        if impact.measured_on.unit != "request":
            return attribution.no_parts()
        condition, values = self._where(Query(start, end), bins=True)
        counted = self._counted(
            f"{condition} AND http_status IS NOT NULL AND list_contains(?, source)", [*values, list(impact.measured_on.sources)]
        )
        if counted["events"].sum() <= _LONG:
            requests = compared_requests(self._findings.store, impact, self._is_error, start, until, most=_COMPARED)
            return attribution.find_parts(requests)
        within = self._few[self._few["timestamp"].between(start, until)]
        return attribution.find_parts(pd.concat([_some(one) for _, one in within.groupby("failed")], ignore_index=True))

    def _where(self, query: Query, *, bins: bool = False, way: str = _HAS, messages: bool = True) -> tuple[str, list[Any]]:
        """Write a query as a condition with its values.

        Of the rollup, `bins` says that times are those of bins; `way` and `messages` are those of `_texts`.
        """
        at = "bin" if bins else "timestamp"
        told: list[tuple[str, list[Any]]] = [("true", [])]
        told += [(f"{at} >= ?", [query.start])] if query.start is not None else []
        told += [(f"{at} < ?", [query.end])] if query.end is not None else []
        for column, values in query.chosen.items():
            told.append((f"list_contains(?, coalesce(CAST({column} AS VARCHAR), ''))", [list(values)]))
        if query.failed:
            told.append((f"coalesce({self._is_error}, false)", []))
        if query.text:
            told.append(_texts(query.text, way, messages=messages))
        if query.template:
            told.append(self._of_template(query.template))
        return " AND ".join(condition for condition, _ in told), [value for _, values in told for value in values]

    def _of_template(self, template: str) -> tuple[str, list[Any]]:
        """Write that a message is of a template; its longest plain words are looked for first, which is quick."""
        masks = self._templates.loc[self._templates["template"] == template, "mask"].unique().tolist()
        words = max(template.split("<*>"), key=len).strip()
        return "contains(message, ?) AND list_contains(?, masked(message))", [words, masks]

    def _rows(self, query: str, values: list[Any]) -> pd.DataFrame:
        with self._database.cursor() as database:
            found: pd.DataFrame = database.sql(query, params=values).to_arrow_table().to_pandas()
            return found


def _some(requests: pd.DataFrame) -> pd.DataFrame:
    """Take every so many of requests, which then stand for more."""
    step = -(-len(requests) // _COMPARED) or 1
    return requests.iloc[::step].assign(weight=requests["weight"] * step)


def _texts(text: str, way: str, *, messages: bool) -> tuple[str, list[Any]]:
    """Write how a line is found by a text: by having it, or else by one of `MATCHED`, of which the text is all.

    Of a log without `messages` none are looked at. One way at a time, because to look for several at once takes as long as
    to look at every line for each.
    """
    searched = [name for name in SEARCHED if messages or name != "message"]
    has = " OR ".join(f"contains(lower({name}), ?)" for name in searched)
    having = [text.lower()] * len(searched)
    if way == _HAS:
        return f"({has})", having
    before = MATCHED[: MATCHED.index(way)]
    others = "".join(f" AND {name} IS DISTINCT FROM ?" for name in before)
    return f"{way} = ? AND NOT coalesce({has}, false){others}", [text, *having, *[text] * len(before)]

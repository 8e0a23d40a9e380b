"""All of one log line: its fields, the raw line among its neighbours, and its trace in all logs. Redacted and escaped."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

import pandas as pd

from pmkit.core.markdown import printable
from pmkit.core.wording import plural, seconds, short
from pmkit.explorer.logs import Logs
from pmkit.findings.findings import Findings
from pmkit.ingest.source_lines import lines_around
from pmkit.store.log_filter import LogFilter

# How many lines before and after are shown, and how many events of a trace.
_MARGIN: Final = 5
_MOST_OF_TRACE: Final = 50
_MOST_AT_ONE_TIME: Final = 1_000_000
_LONGEST_LINE: Final = 1000
_LONGEST_FIELD: Final = 20_000
_NOT_SHOWN: Final = ("attributes", "source", "line")


class LineDetails:
    """Shows all of a log line.

    Parameters
    ----------
    findings : Findings
        The findings on the incident.
    logs : Logs
        Its logs.
    """

    def __init__(self, findings: Findings, logs: Logs) -> None:
        self._findings, self._logs = findings, logs

    def html(self, line: pd.Series) -> str:
        """Return all of a line as HTML.

        Parameters
        ----------
        line : Series
            A row of `Logs.page`.
        """
        event = self._event(line)
        return "".join([self._fields(event), self._neighbours(str(line["source"]), int(line["line"])), self._trace(event)])

    def _event(self, line: pd.Series) -> pd.Series:
        """Return the event of a line with all columns; of several events in one line, the one that the page shows."""
        at = line["timestamp"].to_pydatetime()
        asked = LogFilter(at, at + timedelta(microseconds=1), source=str(line["source"]))
        events = self._findings.store.select_logs(asked, _MOST_AT_ONE_TIME)
        events = events[events["line"] == line["line"]]
        for name in events.columns.intersection(line.index):
            same = events[name].isna() if pd.isna(line[name]) else events[name] == line[name]
            events = events[same.fillna(value=False)]
        event: pd.Series = events.iloc[0]
        return event

    def _fields(self, event: pd.Series) -> str:
        """Return the fields; those of several lines, such as a stack trace, below the others."""
        values = {name: self._text(value) for name, value in self._named(event)}
        short_ones = {name: text for name, text in values.items() if "\n" not in text}
        rows = "".join(f"<tr><th>{_escape(name)}</th><td>{_escape(text)}</td></tr>" for name, text in short_ones.items())
        blocks = [f"<h4>{_escape(name)}</h4><pre>{_escape(text)}</pre>" for name, text in values.items() if "\n" in text]
        return f'<table class="fields">{rows}</table>{"".join(blocks)}'

    def _named(self, event: pd.Series) -> Iterator[tuple[str, object]]:
        """Yield the columns that have a value, then the attributes."""
        yield "timestamp", f"{event['timestamp'].astimezone(self._findings.zone):%Y-%m-%d %H:%M:%S.%f %z}"
        for name, value in event.items():
            if name not in (*_NOT_SHOWN, "timestamp") and not pd.isna(value):
                yield str(name), value
        attributes = {} if pd.isna(event["attributes"]) else json.loads(event["attributes"])
        yield from attributes.items()

    def _text(self, value: object) -> str:
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
        redacted = self._logs.redacted(text)
        return redacted if len(redacted) <= _LONGEST_FIELD else f"{redacted[:_LONGEST_FIELD]}…"

    def _neighbours(self, source: str, line: int) -> str:
        """Return the line as the export has it, with those before and after."""
        title = "<h4>The line in its file, with those before and after</h4>"
        near = lines_around(self._findings.incident, [(source, line)], _MARGIN).get((source, line))
        if near is None:
            reason = "It cannot be shown: it is far into a large file, on another machine, compressed otherwise, or near a key."
            return f'{title}<p class="faint">{reason}</p>'
        texts = self._logs.redacted("\n".join(text for _, text in near)).split("\n")
        # A secret of several lines became one; then the numbers are no longer those of the lines.
        numbers = [str(number) for number, _ in near] if len(texts) == len(near) else [""] * len(texts)
        rows = (
            f"<tr{' class=this' if number == str(line) else ''}><th>{number}</th><td>{_escape(short_line(text))}</td></tr>"
            for number, text in zip(numbers, texts, strict=True)
        )
        return f'{title}<table class="raw">{"".join(rows)}</table>'

    def _trace(self, event: pd.Series) -> str:
        """Return the events of the same trace or request in all logs; empty if the line names none."""
        if pd.isna(event["trace_id"]):
            return ""
        events = self._findings.store.traces.logs([str(event["trace_id"])], limit=_MOST_OF_TRACE)
        total = int(events.attrs["events"])
        rows = "".join(self._trace_row(row, event) for _, row in events.iterrows())
        some = f", the first {len(events)} of them" if total > len(events) else ""
        title = f"The same trace or request ID in all logs: {plural(total, 'event')}{some}"
        return f'<h4>{_escape(title)}</h4><table class="raw">{rows}</table>'

    def _trace_row(self, row: pd.Series, event: pd.Series) -> str:
        is_this = (row["source"], row["line"]) == (event["source"], event["line"])
        cells = (
            f"{row['timestamp'].astimezone(self._findings.zone):%H:%M:%S.%f}"[:-3],
            "" if pd.isna(row["service"]) else row["service"],
            "" if pd.isna(row["severity"]) else row["severity"],
            short(self._logs.redacted(message_or_request(row)), _LONGEST_LINE),
            f"{row['source']}:{row['line']}",
        )
        return f"<tr{' class=this' if is_this else ''}>{''.join(f'<td>{_escape(cell)}</td>' for cell in cells)}</tr>"


def message_or_request(line: pd.Series) -> str:
    """Return the message of a line, or its request."""
    if not pd.isna(line["message"]):
        return " ".join(str(line["message"]).split())
    took = "" if pd.isna(line["duration_s"]) else f" in {seconds(line['duration_s'])}"
    request = (line["http_method"], line["url_path"], line["http_status"])
    return " ".join(str(value) for value in request if not pd.isna(value)) + took


def short_line(text: str) -> str:
    """Return a raw line, cut after many characters; its spaces stay."""
    return text if len(text) <= _LONGEST_LINE else f"{text[:_LONGEST_LINE]}…"


def _escape(text: object) -> str:
    """Return a text as HTML that shows it; line breaks stay."""
    return html.escape("\n".join(printable(line) for line in str(text).split("\n")))

"""Metrics as lines of text: Prometheus and OpenMetrics, promtool, InfluxDB's line protocol, Graphite."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pmkit.formats.aligned_tables import found_lines
from pmkit.formats.builders import record_export
from pmkit.formats.format import Example
from pmkit.formats.metric_values import labels_of, unit_of
from pmkit.formats.record import Found, Record, Row, sorted_json

_VALUE: Final = r"[+-]?(?:\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+|Inf|NaN|inf|nan)"


def _sample(record: Record) -> Iterator[Row]:
    name = record["name"]
    yield {
        "at": record["at"],
        "name": name,
        "labels": sorted_json(record["labels"]),
        "value": float(record["value"]),
        "unit": record.get("unit") or unit_of(name),
    }


_EXPOSED: Final = re.compile(
    rf"(?P<name>[A-Za-z_:][\w:]*)?(?P<labels>\{{(?:[^\"}}]|\"(?:[^\"\\]|\\.)*\")*\}})?[ \t]+(?P<value>{_VALUE})(?:[ \t]+(?P<at>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?))?(?:[ \t]+# .*)?[ \t]*"
)
_IS_EXPOSED: Final = re.compile(r"^(?:# (?:TYPE|HELP|UNIT) |[A-Za-z_:][\w:]*\{[^\n]*\}[ \t])", re.MULTILINE)


def _exposed(line: str) -> Iterator[Record]:
    match = _EXPOSED.fullmatch(line)
    if match and (match["name"] or match["labels"]):
        labels = labels_of(f"x{match['labels']}") if match["labels"] else {}
        yield {"name": match["name"] or labels.pop("__name__", ""), "labels": labels, "value": match["value"], "at": match["at"]}


def _exposition(text: str) -> Iterator[Found]:
    """Yield the samples of one or several scrapes; those of the last one are as old as the file if they have no times."""
    if not _IS_EXPOSED.search(text):
        return
    found = list(found_lines(text, _exposed, is_comment=lambda line: line.startswith("#")))
    last = {(each.record["name"], sorted_json(each.record["labels"])): number for number, each in enumerate(found)}
    newest = set(last.values())
    for number, each in enumerate(found):
        if each.record["at"] is None and number in newest:
            each.record["at"] = "0s ago"
        yield each


PROMETHEUS_TEXT = record_export(
    "prometheus-text", "Prometheus and OpenMetrics: scrapes as text; without times, they are as old as the file", "metrics", "name, value", _sample,
    Example(
        "# HELP http_requests_total Requests.\n# TYPE http_requests_total counter\nhttp_requests_total{code=\"200\",job=\"cart\"} 1027 1768618800000\n"
        "http_requests_total{code=\"500\",job=\"cart\"} 3 1768618800000\n# TYPE latency_seconds gauge\nlatency_seconds 2.5e-1 1768618800000\n",
        ({"at": "2026-01-17T03:00:00Z", "name": "http_requests_total", "labels": '{"code": "200", "job": "cart"}', "value": 1027.0}, {"value": 3.0},
         {"name": "latency_seconds", "value": 0.25, "unit": "s", "labels": "{}"}),
    ),
    Example(
        "# TYPE http_requests counter\nhttp_requests_total{code=\"500\"} 3 1768618800.5 # {trace_id=\"7\"} 1.0 1768618800.1\n# EOF\n",
        ({"at": "2026-01-17T03:00:00.500Z", "name": "http_requests_total", "value": 3.0},),
    ),
    parse=_exposition, line=r"(?:# (?:TYPE|HELP|UNIT) \S|[A-Za-z_:][\w:]*\{[^\n]*\}[ \t]+[+-]?[\d.NI])",
)  # fmt: skip

_QUERIED: Final = re.compile(rf"(?P<series>.*?) => (?P<value>{_VALUE}) @\[(?P<at>\d+(?:\.\d+)?)\]")
_SERIES: Final = re.compile(r"(?P<series>\S.*) =>[ \t]*")
_POINT: Final = re.compile(rf"(?P<value>{_VALUE}) @\[(?P<at>\d+(?:\.\d+)?)\]")


def _promtool(text: str) -> Iterator[Found]:
    series = ""

    def records(line: str) -> Iterator[Record]:
        nonlocal series
        if heading := _SERIES.fullmatch(line):
            series = heading["series"]
        elif match := _QUERIED.fullmatch(line) or (series and _POINT.fullmatch(line)):
            name = match["series"] if match.re is _QUERIED else series
            yield {"name": name.split("{")[0].strip(), "labels": labels_of(name), "value": match["value"], "at": match["at"]}

    return found_lines(text, records, is_comment=lambda line: bool(_SERIES.fullmatch(line.rstrip("\r\n"))))


PROMTOOL = record_export(
    "promtool-query", "promtool: results of instant and range queries", "metrics", "name, value", _sample,
    Example(
        'errors_total{code="500", job="cart"} => 12 @[1768618800]\nup{job="b"} => 0 @[1768618800.5]\n',
        ({"at": "2026-01-17T03:00:00Z", "name": "errors_total", "labels": '{"code": "500", "job": "cart"}', "value": 12.0},
         {"at": "2026-01-17T03:00:00.500Z", "value": 0.0}),
    ),
    Example('up{job="cart"} =>\n1 @[1768618800]\n0 @[1768618860]\n', ({"name": "up", "value": 1.0}, {"at": "2026-01-17T03:01:00Z", "value": 0.0})),
    parse=_promtool, line=r"\S[^\n]* =>(?: [+-]?[\d.NI]\S* @\[\d|[ \t]*$)",
)  # fmt: skip

_KEY: Final = r"(?:[^,= \\]|\\.)+"
_STRING: Final = r'"(?:[^"\\]|\\.)*"'
_LINE_PROTOCOL: Final = re.compile(
    rf"(?P<name>(?:[^, \\#]|\\.)(?:[^, \\]|\\.)*)(?P<tags>(?:,{_KEY}={_KEY})*) (?P<fields>{_KEY}=(?:{_STRING}|[^, ]+)(?:,{_KEY}=(?:{_STRING}|[^, ]+))*) (?P<at>\d{{10,19}})"
)
_TAG: Final = re.compile(rf",({_KEY})=({_KEY})")
_FIELD: Final = re.compile(rf"({_KEY})=({_STRING}|[^, ]+)")
_ESCAPE: Final = re.compile(r"\\([,= \\])")
_FIELD_NUMBER: Final = re.compile(rf"({_VALUE})[iu]?")


def _line_protocol(line: str) -> Iterator[Record]:
    match = _LINE_PROTOCOL.fullmatch(line.strip())
    if match is None:
        return
    labels = {_unescaped(key): _unescaped(value) for key, value in _TAG.findall(match["tags"])}
    for key, value in _FIELD.findall(match["fields"]):
        number = _FIELD_NUMBER.fullmatch(value)
        if number:
            yield {
                "name": f"{_unescaped(match['name'])}.{_unescaped(key)}",
                "labels": labels,
                "value": number[1],
                "at": match["at"],
            }


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(r"\1", text)


LINE_PROTOCOL = record_export(
    "influx-line-protocol", "InfluxDB and Telegraf: line protocol with times", "metrics", "name, value", _sample,
    Example(
        "# telegraf\nhttp,host=web1,code=500 errors=12i,latency_seconds=0.25,note=\"a b\" 1768618800000000000\nhttp\\ in,host=web1 errors=3u 1768618860\n",
        ({"at": "2026-01-17T03:00:00Z", "name": "http.errors", "labels": '{"code": "500", "host": "web1"}', "value": 12.0},
         {"name": "http.latency_seconds", "value": 0.25}, {"at": "2026-01-17T03:01:00Z", "name": "http in.errors", "value": 3.0}),
    ),
    parse=lambda text: found_lines(text, _line_protocol, is_comment=lambda line: line.startswith("#")),
    line=r"[^, \t#{\[][^ \t]* [^ =,]+=[^\n]+ \d{10,19}[ \t]*$",
)  # fmt: skip

_PATH: Final = r"[\w*-]+(?:\.[\w*-]+)+(?:;[\w.-]+=[^;,\s]+)*"
_CARBON: Final = re.compile(rf"(?P<path>{_PATH}) (?P<value>{_VALUE}) (?P<at>\d{{10}}(?:\.\d+)?)")
_RENDERED: Final = re.compile(
    rf"\"?(?P<path>{_PATH}|\w+\(.*\))\"?,(?P<at>\d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d),(?P<value>{_VALUE}|None|)"
)
_RAW: Final = re.compile(r"(?P<path>.+?),(?P<start>\d{10}),(?P<end>\d{10}),(?P<step>\d+)\|(?P<values>[^|]*)")


def _graphite(line: str) -> Iterator[Record]:
    if match := _RAW.fullmatch(line.strip()):
        for number, value in enumerate(match["values"].split(",")):
            if value not in ("None", ""):
                yield {**_target(match["path"]), "value": value, "at": int(match["start"]) + number * int(match["step"])}
    elif (match := _CARBON.fullmatch(line.strip()) or _RENDERED.fullmatch(line.strip())) and match["value"] not in ("None", ""):
        yield {**_target(match["path"]), "value": match["value"], "at": match["at"]}


def _target(path: str) -> Record:
    name, *tags = path.split(";") if "(" not in path else [path]
    return {"name": name, "labels": dict(tag.split("=", 1) for tag in tags)}


def _has_no_value(line: str) -> bool:
    match = _RENDERED.fullmatch(line.strip()) or _RAW.fullmatch(line.strip())
    return match is not None


GRAPHITE_TEXT = record_export(
    "graphite-text", "Graphite: carbon's plain text, and render as CSV and raw", "metrics", "name, value", _sample,
    Example(
        "shop.cart.errors 12 1768618800\nshop.cart.errors;dc=eu 3.5 1768618860\n",
        ({"at": "2026-01-17T03:00:00Z", "name": "shop.cart.errors", "labels": "{}", "value": 12.0}, {"labels": '{"dc": "eu"}', "value": 3.5}),
    ),
    Example("shop.cart.errors,2026-01-17 03:00:00,12.0\nshop.cart.errors,2026-01-17 03:01:00,\n", ({"at": "2026-01-17T03:00:00Z", "value": 12.0},)),
    Example("shop.cart.errors,1768618800,1768618980,60|12.0,None,3\n", ({"at": "2026-01-17T03:00:00Z", "value": 12.0}, {"at": "2026-01-17T03:02:00Z", "value": 3.0})),
    parse=lambda text: found_lines(text, _graphite, is_comment=_has_no_value),
    line=rf"{_PATH} {_VALUE} \d{{10}}|\"?(?:{_PATH}|\w+\([^\n]*\))\"?,\d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d,(?:{_VALUE}|None)?[ \t]*$|[^\n]+,\d{{10}},\d{{10}},\d+\|",
)  # fmt: skip

"""Every field of JSON, logfmt and CSV is in a column or among the attributes, and a duration is one only if its unit is known."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reading import read
from samples import EXAMPLES

TIME = "2026-03-05T10:00:00Z"


def attributes_of(event: Mapping[str, object]) -> dict[str, object]:
    """Return the attributes of an event; none if it has none."""
    text = event["attributes"]
    return json.loads(text) if isinstance(text, str) else {}


def row(**fields: object) -> Mapping[str, object]:
    """Return the event that is read from a JSON line with a time and these fields, with its attributes as a dictionary."""
    events, ledger = read(json.dumps({"time": TIME, "msg": "served", **fields}))
    assert ledger.events == 1
    event = events.iloc[0].to_dict()
    return {**event, "attributes": attributes_of(event)}


@pytest.mark.parametrize(
    ("fields", "seconds"),
    [
        ({"duration": "45ms"}, 0.045),
        ({"latency": "1m2.5s"}, 62.5),
        ({"elapsed": "310 µs"}, 0.00031),
        ({"took": "PT0.25S"}, 0.25),
        ({"duration": "00:00:01.5"}, 1.5),
        ({"durationMillis": 45}, 0.045),
        ({"response_time_us": 2500}, 0.0025),
        ({"elapsedNanoseconds": 7_000_000}, 0.007),
        ({"request_duration_seconds": 0.5}, 0.5),
        ({"request_time": 0.5, "remote_addr": "198.51.100.7"}, 0.5),
        ({"request_time": "0.500"}, 0.5),
        ({"grpc.time_ms": 12.5}, 0.0125),
        ({"nanos": 1245678, "latency_human": "1.245678ms"}, 0.001245678),
    ],
)
def test_a_duration_is_read_in_the_unit_that_the_text_the_name_or_nginx_says(fields, seconds) -> None:
    event = row(**fields)
    assert event["duration_s"] == pytest.approx(seconds)
    assert not fields.keys() & {"duration", "latency"} & event["attributes"].keys()


@pytest.mark.parametrize(
    "fields", [{"duration": 310.5}, {"elapsed": 3}, {"latency": 0.2}, {"took": "12"}, {"rt": 7}, {"request_time": 12}]
)
def test_a_number_without_a_unit_is_an_attribute_and_no_duration(fields) -> None:
    event = row(**fields)
    assert event["duration_s"] != event["duration_s"]
    assert event["attributes"] == fields


@pytest.mark.parametrize(
    ("fields", "column", "value", "attributes"),
    [
        ({"status": "404 Not Found"}, "http_status", 404, {"status": "404 Not Found"}),
        ({"status": "declined"}, "http_status", None, {"status": "declined"}),
        ({"code": "E77"}, "http_status", None, {"code": "E77"}),
        ({"code": 500}, "http_status", None, {"code": 500}),
        ({"level": "peculiar"}, "severity", None, {"level": "peculiar"}),
        ({"level": "\x1b[33mwarn\x1b[39m"}, "severity", "WARN", {}),
        ({"level": "LogLevel.Critical"}, "severity", "FATAL", {}),
        ({"level": 400, "level_name": "ERROR"}, "severity", "ERROR", {"level": 400}),
        ({"client_ip": "198.51.100.7, 10.2.0.1"}, "client", "198.51.100.7", {"client_ip": "198.51.100.7, 10.2.0.1"}),
        ({"client_ip": ["198.51.100.7", "10.2.0.1"]}, "client", "198.51.100.7", {"client_ip": ["198.51.100.7", "10.2.0.1"]}),
        ({"remote_addr": "[2001:db8::7]:40112"}, "client", "2001:db8::7", {"remote_addr": "[2001:db8::7]:40112"}),
        ({"remote_addr": "2001:db8::7:40112"}, "client", "2001:db8::7", {"remote_addr": "2001:db8::7:40112"}),
        ({"x_forwarded_for": "198.51.100.7", "remote_addr": "10.2.0.1"}, "client", "198.51.100.7", {"remote_addr": "10.2.0.1"}),
        (
            {"url": "https://shop.example/b?c=1", "method": "get"},
            "url_path",
            "/b",
            {"url": "https://shop.example/b?c=1", "query": "c=1"},
        ),
        ({"method": "get", "path": "/b"}, "http_method", "GET", {}),
        ({"method": "loadCart"}, "http_method", None, {"method": "loadCart"}),
        ({"path": "/var/log/shop.log"}, "url_path", None, {"path": "/var/log/shop.log"}),
        ({"request": "PUT /c/8 HTTP/2.0", "status": 201}, "http_route", "/c/{id}", {"protocol": "HTTP/2.0"}),
        ({"ts": "2026-03-05T09:59:59Z"}, "message", "served", {"ts": "2026-03-05T09:59:59Z"}),
        ({"Msg": "other"}, "message", "served", {"Msg": "other"}),
        ({"user": {"ids": [1, {"a": None}]}}, "message", "served", {"user": {"ids": [1, {"a": None}]}}),
    ],
)
def test_what_a_column_cannot_hold_stays_among_the_attributes(fields, column, value, attributes) -> None:
    event = row(**fields)
    cell = event[column]
    assert (None if pd.isna(cell) else cell) == value
    assert event["attributes"] == attributes


def test_what_cannot_be_a_method_is_an_attribute_beside_lines_with_methods() -> None:
    events, _ = read("".join(f'{{"time": "{TIME}", "method": "{method}", "status": 200}}\n' for method in ("get", "500 Oops")))
    assert events["http_method"].fillna("").tolist() == ["GET", ""]
    assert json.loads(events["attributes"][1]) == {"method": "500 Oops"}


def test_a_value_that_only_one_line_has_is_kept_beside_lines_that_are_all_alike() -> None:
    lines = [json.dumps({"time": TIME, "level": "info", "msg": "served", "status": 200, "n": n}) for n in range(3000)]
    lines[2500] = json.dumps({"time": TIME, "level": "info", "msg": "served", "status": "gone away", "n": 2500})
    events, _ = read("\n".join(lines))
    assert json.loads(events["attributes"][2500]) == {"n": 2500, "status": "gone away"}
    assert json.loads(events["attributes"][2499]) == {"n": 2499}


def test_lines_that_nginx_escaped_are_repaired_and_counted() -> None:
    good = [json.dumps({"time": TIME, "remote_addr": "198.51.100.7", "uri": "/find", "status": 200}) for _ in range(30)]
    bad = [
        r'{"time":"2026-03-05T10:00:01Z","remote_addr":"198.51.100.8","uri":"/find?q=\x22caf\xC3\xA9\x22","status":500,"agent":"\x5Cb\x09%41"}',
        r'{"time":"2026-03-05T10:00:02Z","remote_addr":"198.51.100.8","uri":"/find?q=\xE9","status":502,"agent":"\\x22"}',
    ]
    events, ledger = read("\n".join([*good, *bad]))
    assert ledger.rejected == 0
    assert ledger.notes == ("lines with invalid JSON that were repaired: 2",)
    assert list(events["http_status"][30:]) == [500, 502]
    assert [json.loads(text)["query"] for text in events["attributes"][30:]] == ['q="café"', "q=é"]
    assert [json.loads(text)["agent"] for text in events["attributes"][30:]] == ["\\b\t%41", "\\x22"]


def test_a_json_object_that_spans_lines_is_one_event() -> None:
    events, ledger = read(
        '{"time":"2026-03-05T10:00:00Z","level":"info","msg":"up"}\n'
        '{"time":"2026-03-05T10:00:01Z","level":"error","msg":"no disk",\n'
        '"trace": ["shop.NoDisk: no disk",\n"at shop.Save.run(Save.java:3)"]}\n'
        '{"time":"2026-03-05T10:00:02Z","level":"warn","msg":"two\nlines"}\n'
        '{"time":"2026-03-05T10:00:03Z","level":"info","msg":"end"}'
    )
    assert list(events["severity"]) == ["INFO", "ERROR", "WARN", "INFO"]
    assert (ledger.continuation, ledger.rejected) == (3, 0)
    assert events["message"][2] == "two\nlines"
    assert json.loads(events["attributes"][1])["trace"] == ["shop.NoDisk: no disk", "at shop.Save.run(Save.java:3)"]


KEYS = ["level", "status", "duration", "duration_ms", "client", "remote_addr", "method", "path", "service", "trace_id", "ts",
        "code", "Level", "took", "x_forwarded_for", "note"]  # fmt: skip
TEXTS = ["info", "odd", "200", "500 Oops", "12ms", "0.25", "GET", "run", "/a/7", "198.51.100.7", "198.51.100.7, 10.0.0.1",
         "[2001:db8::7]:443", "2026-03-05T09:00:00Z", "two words"]  # fmt: skip
COLUMNS = ["severity", "service", "host", "message", "http_method", "url_path", "http_status", "duration_s", "client", "trace_id"]
CONVERTED = {"info": "INFO", "200": 200, "12ms": 0.012, "run": "RUN", "odd": "ODD"}


def is_found(value: str, event: Mapping[str, object], key: str) -> bool:
    """Return whether a value is in a column, converted or not, or among the attributes."""
    held = [event[column] for column in COLUMNS]
    return attributes_of(event).get(key) == value or value in held or CONVERTED.get(value) in held or is_number_in(value, held)


def is_number_in(value: str, held: list[object]) -> bool:
    """Return whether a text is one of the numbers, or one in milliseconds."""
    if not value.replace(".", "").isdecimal():
        return False
    return any(number in (pytest.approx(float(value)), pytest.approx(float(value) / 1000)) for number in held)


def as_json(records: list[dict[str, str]]) -> str:
    """Return records as JSON lines."""
    return "\n".join(map(json.dumps, records))


def as_logfmt(records: list[dict[str, str]]) -> str:
    """Return records as logfmt."""
    return "\n".join(" ".join(f"{key}={json.dumps(value)}" for key, value in record.items()) for record in records)


def as_csv(records: list[dict[str, str]]) -> str:
    """Return records as a table with all of their keys."""
    table = io.StringIO()
    writer = csv.DictWriter(
        table, list(dict.fromkeys(key for record in records for key in record)), restval="", lineterminator="\n"
    )
    writer.writeheader()
    writer.writerows(records)
    return table.getvalue()


@pytest.mark.parametrize("written", [as_json, as_logfmt, as_csv])
@settings(deadline=None, max_examples=4 * EXAMPLES, derandomize=EXAMPLES == 1, suppress_health_check=list(HealthCheck))
@given(records=st.lists(st.dictionaries(st.sampled_from(KEYS), st.sampled_from(TEXTS), max_size=8), min_size=1, max_size=12))
def test_every_value_is_in_a_column_or_among_the_attributes(written, records) -> None:
    records = [{"time": TIME, "message": "served", "host": "web1", **record} for record in records]
    events, ledger = read(written(records))
    assert ledger.events == len(records)
    for record, event in zip(records, events.to_dict("records"), strict=True):
        lost = [key for key, value in record.items() if key != "time" and not is_found(value, event, key)]
        assert not lost


@pytest.mark.parametrize(("fields", "named"), [({"Elapsed": 12.5}, "Elapsed"), ({"http": {"latency": 12}}, "http.latency")])
def test_a_duration_without_a_unit_is_pointed_out(fields, named) -> None:
    _, ledger = read(json.dumps({"time": TIME, "level": "info", "msg": "served", **fields}) + "\n")
    assert ledger.notes == (
        f"`{named}` has no unit, so it is kept as an attribute; to read it as a duration, define a format in incident.yaml that "
        "maps it to duration_ms or another unit",
    )


@pytest.mark.parametrize("fields", [{"Elapsed": 12.5, "duration_ms": 12.5}, {"elapsed": "12ms"}, {"duration": "a while"}])
def test_a_duration_with_a_unit_and_a_text_are_not_pointed_out(fields) -> None:
    _, ledger = read(json.dumps({"time": TIME, "level": "info", "msg": "served", **fields}) + "\n")
    assert ledger.notes == ()


def test_level_and_message_of_one_nested_object_are_those_of_the_event() -> None:
    text = (
        '{"ts": "2026-01-17T03:00:00Z", "@fields": {"lvl": "ERROR", "msg": "pool is empty", "user": "u7"}}\n'
        '{"ts": "2026-01-17T03:00:01Z", "@fields": {"lvl": "INFO", "msg": "up"}}\n'
    )
    events, ledger = read(text)
    assert ledger.format == "json-events"
    assert (list(events["severity"]), list(events["message"])) == (["ERROR", "INFO"], ["pool is empty", "up"])
    assert json.loads(events["attributes"][0])["@fields"]["user"] == "u7"


def test_two_nested_objects_with_level_and_message_are_no_event() -> None:
    inner = '{"level": "info", "message": "up"}'
    _, ledger = read(f'{{"ts": "2026-01-17T03:00:00Z", "a": {inner}, "b": {inner}}}\n' * 3)
    assert ledger.events == 0


def test_fields_inside_other_objects_are_found_by_their_names() -> None:
    records = [
        {"meta": {"ts": TIME, "lvl": "warn"}, "event": {"msg": "slow", "http": {"method": "GET", "path": "/a", "status": "503"}}},
        {"meta": {"ts": TIME, "lvl": "info"}, "event": {"msg": "up"}},
    ]
    events, _ = read("\n".join(map(json.dumps, records)))
    assert events["message"].tolist() == ["slow", "up"]
    assert events["severity"].tolist() == ["WARN", "INFO"]
    assert events[["http_method", "url_path", "http_status"]].iloc[0].tolist() == ["GET", "/a", 503]


def test_names_with_dots_inside_other_objects_and_numbers_of_severities_are_read() -> None:
    records = [
        {
            "Timestamp": "1768618800123456789",
            "SeverityText": text,
            "SeverityNumber": number,
            "Body": "gone",
            "Resource": {"service.name": "cart"},
            "Attributes": {"http.response.status_code": 503},
        }
        for text, number in [("ERROR", 17), ("", 13)]
    ]
    events, _ = read("\n".join(map(json.dumps, records)))
    assert events["severity"].tolist() == ["ERROR", "WARN"]
    assert set(events["service"]) == {"cart"}
    assert set(events["http_status"]) == {503}


def test_columns_of_csv_whose_names_have_units_and_slashes_are_read_and_times_named_utc_are_utc() -> None:
    rows = [
        "Date/Time (UTC),Client IP,Method,URL,Status Code,Response Time (ms)",
        "2026-01-17 03:00:00,203.0.113.9,GET,/a?x=1,502,12",
        "2026-01-17 03:00:01,203.0.113.9,GET,/a?x=1,200,3012",
    ]
    events, ledger = read("\n".join(rows), "access.csv", timezone="Europe/Berlin")
    assert ledger.format == "csv-events"
    assert events["timestamp"].dt.strftime("%H:%M:%S").tolist() == ["03:00:00", "03:00:01"]
    assert events["http_status"].tolist() == [502, 200]
    assert events["duration_s"].tolist() == [0.012, 3.012]
    assert set(events["client"]) == {"203.0.113.9"}


def test_values_in_single_quotes_are_read_whole() -> None:
    text = "ts=2026-01-17T03:00:00Z level=error msg='no route to host' user=o'neill status=503 path=\"/a\"\n"
    events, _ = read(text * 3)
    assert (events["message"][0], events["http_status"][0], events["url_path"][0]) == ("no route to host", 503, "/a")
    assert json.loads(events["attributes"][0]) == {"user": "o'neill"}


def test_labels_between_tabs_are_columns_or_attributes() -> None:
    text = "time:2026-01-17T03:00:00Z\tlevel:ERROR\tmessage:broke: no route\tstatus:503\tpool:7\n"
    events, ledger = read(text * 3)
    assert (ledger.format, events["message"][0], events["severity"][0]) == ("ltsv", "broke: no route", "ERROR")
    assert (events["http_status"][0], json.loads(events["attributes"][0])) == (503, {"pool": "7"})

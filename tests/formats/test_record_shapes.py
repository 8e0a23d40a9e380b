"""The records of an export are found wherever they are, and what they say of themselves decides what they are."""

from __future__ import annotations

import json
from collections.abc import Callable

import pandas as pd
import pytest
from reading import read
from samples import EXAMPLES, thinned_when_quick

from pmkit.formats.catalog import FORMATS
from pmkit.formats.record_format import RecordFormat

_ALARMS = [
    {"AlarmName": name, "NewStateValue": state, "StateChangeTime": f"2026-01-17T03:{minute}:00.000+0000"}
    for name, state, minute in (("5xx", "ALARM", "01"), ("slow", "ALARM", "02"), ("5xx", "INSUFFICIENT_DATA", "20"))
]
_TEXTS = [json.dumps(alarm) for alarm in _ALARMS]


@pytest.mark.parametrize(
    "content",
    {
        "a list": json.dumps(_ALARMS),
        "lines": "\n".join(_TEXTS),
        "a reply of an API": json.dumps({"data": {"items": _ALARMS}, "next": None}),
        "JSON in texts": json.dumps([{"Type": "Notification", "Message": text} for text in _TEXTS]),
        "SNS in Lambda": "\n".join(json.dumps({"Records": [{"Sns": {"Message": text}}]}) for text in _TEXTS),
        "SNS in SQS": "\n".join(json.dumps({"Messages": [{"Body": json.dumps({"Message": text})}]}) for text in _TEXTS),
    }.values(),
)
def test_the_same_records_give_the_same_alerts_in_every_shape(content: str) -> None:
    rows, ledger = read(content)
    assert list(rows["name"]) == ["5xx", "slow"]
    assert list(rows["resolved_at"].notna()) == [True, False]
    assert (ledger.format, ledger.rejected) == ("cloudwatch-sns", 0)


def test_records_under_several_keys_are_all_read() -> None:
    frame = {"schema": {"fields": [{"name": "Time", "type": "time"}, {"name": "Value", "type": "number"}]}}
    frames = {key: {"frames": [{**frame, "data": {"values": [[1768618800000], [number]]}}]} for number, key in enumerate("ABC")}
    rows, _ = read(json.dumps({"results": frames}))
    assert list(rows["value"]) == [0.0, 1.0, 2.0]


def test_a_line_without_a_place_for_records_is_rejected() -> None:
    lines = [json.dumps({"Records": [{"Sns": {"Message": text}}]}) for text in _TEXTS]
    _, ledger = read("\n".join([*lines, '{"error": "no access"}']))
    assert (ledger.rejected, ledger.continuation, ledger.events) == (1, 1, 2)


def test_what_gives_no_row_is_told() -> None:
    deployments = [
        {
            "iid": number,
            "sha": "a" * 40,
            "created_at": "2026-01-17T03:00:00Z",
            "environment": {"name": "production"},
            "status": status,
        }
        for number, status in enumerate(("success", "failed", "canceled", "failed"))
    ]
    rows, ledger = read(json.dumps(deployments))
    assert len(rows) == 1
    assert ledger.notes[-2:] == ("2 records left out: a deploy that failed", "1 record left out: a deploy that was cancelled")


def test_an_alert_that_began_before_the_export_has_no_start() -> None:
    rows, ledger = read(_TEXTS[2])
    assert pd.isna(rows["started_at"][0])
    assert rows["resolved_at"][0] == pd.Timestamp("2026-01-17T03:20:00Z")
    assert ledger.notes[-1] == "1 record without a start: the alert began before the export"


def test_an_alert_with_an_unknown_state_is_rejected() -> None:
    alerts = [
        {"labels": {"alertname": "A"}, "startsAt": "2026-01-17T03:00:00Z", "status": status}
        for status in ("firing", "firing", "odd")
    ]
    rows, ledger = read(json.dumps(alerts))
    assert len(rows) == 2
    assert "unknown state 'odd'" in ledger.examples[0]


@pytest.mark.parametrize(
    ("content", "values"),
    {
        "decimals behind commas": ("Time;cart\n2026-01-17 03:00:00;12,5\n2026-01-17 03:01:00;1.250,5\n", [12.5, 1250.5]),
        "commas between thousands": ('Time,cart\n2026-01-17 03:00:00,"1,250"\n2026-01-17 03:01:00,"12"\n', [1250.0, 12.0]),
        "points and commas": ("Time;cart\n2026-01-17 03:00:00;1,250.5\n2026-01-17 03:01:00;1,250\n", [1250.5, 1250.0]),
        "a line for Excel": ("sep=;\nZeit;cart\n2026-01-17 03:00:00;0,125\n", [0.125]),
    }.values(),
)
def test_numbers_of_tables_are_read_as_the_table_writes_them(content: str, values: list[float]) -> None:
    rows, _ = read(content)
    assert list(rows["value"]) == values


def _queued(records: list[object]) -> str:
    """Return records as EventBridge sends them over SNS and SQS to Lambda."""
    events = [{"version": "0", "detail-type": "x", "time": "2026-01-17T05:00:00Z", "detail": record} for record in records]
    bodies = [json.dumps({"Type": "Notification", "Message": json.dumps(event)}) for event in events]
    return "\n".join(json.dumps({"Records": [{"eventSource": "aws:sqs", "body": body}]}) for body in bodies)


def _found(records: list[object]) -> str:
    """Return records as a search in Elasticsearch finds them."""
    hits = [{"_index": "alerts", "_id": str(number), "_source": record} for number, record in enumerate(records)]
    return json.dumps({"took": 3, "hits": {"total": {"value": len(hits)}, "hits": hits}})


def _records(text: str) -> list[object]:
    """Return the records of a sample, which are a list, a document or lines; none if it is no JSON."""
    try:
        values = [json.loads(text)]
    except ValueError:
        lines = [line for line in text.splitlines() if line.strip()]
        values = [json.loads(line) for line in lines] if all(line.startswith("{") for line in lines) else []
    return [record for value in values for record in (value if isinstance(value, list) else [value])]


_PRODUCTS = [
    entry for entry in FORMATS if isinstance(entry, RecordFormat) and not entry.general and _records(entry.samples[0].text)
]


# Each product in one of the envelopes; with more examples, in all.
_ENVELOPES = [
    (entry, shape)
    for number, entry in enumerate(_PRODUCTS)
    for shape in ((_queued, _found) if EXAMPLES > 1 else ((_queued, _found)[number % 2],))
]


@pytest.mark.parametrize(
    ("entry", "shape"),
    thinned_when_quick(_ENVELOPES, 5),
    ids=lambda value: getattr(value, "name", "") or value.__name__.strip("_"),
)
def test_the_records_of_every_product_are_read_in_every_envelope(
    entry: RecordFormat, shape: Callable[[list[object]], str]
) -> None:
    sample = entry.samples[0]
    rows, ledger = read(shape(_records(sample.text)))
    assert (ledger.format, len(rows)) == (entry.name, len(sample.rows))


@pytest.mark.parametrize(
    ("content", "table", "values"),
    {
        "alerts": (
            "Titel;Schweregrad;Dienst;Beginn;Ende\nViele Fehler;kritisch;cart;17.01.2026 03:01;17.01.2026 03:30\n",
            "alerts",
            {"name": "Viele Fehler", "severity": "kritisch", "service": "cart"},
        ),
        "changes": ("Zeit;Dienst;Version\n17.01.2026 03:00;cart;v2.4.1\n", "changes", {"service": "cart", "version": "v2.4.1"}),
        "chat": ("Datum;Autor;Nachricht\n17.01.2026 03:02;Ann;ack\n", "messages", {"author_role": "Ann", "text": "ack"}),
        "metrics": ("Zeit;Fehler\n17.01.2026 03:00:00;12,5\n", "metrics", {"name": "Fehler", "value": 12.5}),
    }.values(),
)
def test_tables_with_headers_in_other_languages_are_read(content: str, table: str, values: dict[str, object]) -> None:
    rows, ledger = read(content, "export.csv")
    assert ledger.table == table
    assert {name: rows[name][0] for name in values} == values


def test_the_service_of_a_change_that_is_an_object_is_its_name() -> None:
    rows, _ = read('[{"time": "2026-01-17T03:00:00Z", "type": "deploy", "app": {"id": 7, "name": "cart"}, "version": "v2"}]')
    assert rows["service"][0] == "cart"

"""An access line is read by its request and status, whatever stands around them."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reading import read
from samples import EXAMPLES

STATUSES = [200, 503, 404]


def lines(template: str) -> str:
    """Return three lines of a layout, with the second and the status of each."""
    return "".join(
        template.replace("SECOND", f"{second:02}").replace("STATUS", str(status)) + "\n" for second, status in enumerate(STATUSES)
    )


@pytest.mark.parametrize(
    "template",
    [
        '203.0.113.9 - - [17/Jan/2026:03:00:SECOND +0000] "GET /a HTTP/1.1" STATUS 12 "-" "curl/8" "-" 7b0fSECOND',
        '203.0.113.9 - - [17/Jan/2026:03:00:SECOND +0000] "GET /a HTTP/1.1" STATUS 12 "-" "curl/8" "7b0f-aSECOND"',
        '7b0fSECOND 203.0.113.9 - - [17/Jan/2026:03:00:SECOND +0000] TLSv1.3 "GET /a HTTP/2.0" STATUS 12',
        '"203.0.113.9" "-" "[17/Jan/2026:03:00:SECOND +0000]" "GET /a HTTP/1.1" "STATUS" "12"',
        '"203.0.113.9","2026-01-17T03:00:SECONDZ","GET","/a","HTTP/1.1","STATUS","12"',
        "17/Jan/2026:03:00:SECOND +0000|203.0.113.9|GET /a HTTP/1.1|STATUS|12",
        "2026-01-17T03:00:SECONDZ\t203.0.113.9\tGET\t/a?x=1\tHTTP/1.1\tSTATUS\t12",
        'shop.example:443 203.0.113.9 - - [17/Jan/2026:03:00:SECOND +0000] "GET /a HTTP/1.1" STATUS 12 "-" "curl/8" 31877',
        '203.0.113.9:500SECOND - - [17/Jan/2026:03:00:SECOND +0000] "GET /a HTTP/1.1" STATUS 12',
        '203.0.113.9, 10.0.0.9 - - [17/Jan/2026:03:00:SECOND +0000] "GET /a HTTP/1.1" STATUS 12 "-" "curl/8"',
        '10.0.0.9, 203.0.113.9 - - [17/Jan/2026:03:00:SECOND +0000] "GET /a HTTP/1.1" STATUS 12 "-" "curl/8"',
        '203.0.113.9 - - [17/Jan/2026:03:00:SECOND +0000] "GET /a HTTP/1.1" STATUS 12 "-" "-" 10.0.0.1:80, 10.0.0.2:80 502, 200',
        '203.0.113.9 - - [17/Jan/2026:03:00:SECOND +0000] "shop.example" 443 "GET /a HTTP/1.1" STATUS 12',
        '203.0.113.9 - - [17/Jan/2026:03:00:SECOND +0000] "get /a HTTP/1.1" STATUS 12 "-" "say \\"hi\\"" "-" x',
        '203.0.113.9 - - [17/Jan/2026:03:00:SECOND +0000] "GET /a" STATUS 12 "-" "-" "-" x',
        "203.0.113.9 - - [17/Jan/2026:03:00:SECOND +0000] GET /a HTTP/1.1 STATUS 12 curl/8",
        '203.0.113.9 "GET /a HTTP/3" STATUS 12 17/Jan/2026:03:00:SECOND +0000',
        "2026-01-17T03:00:SECONDZ | 203.0.113.9:40022 | STATUS | 1.2ms | GET | /a | -",
        "2026-01-17T03:00:SECONDZ | STATUS | 1.2ms | 203.0.113.9 | GET | /a | -",
        "2026-01-17T03:00:SECONDZ 203.0.113.9 INFO access - GET /a -> STATUS (12 ms)",
        '2026-01-17 03:00:SECOND,123 INFO werkzeug: 203.0.113.9 - - "GET /a HTTP/1.1" STATUS -',
        '2026-01-17 03:00:SECOND,123 - uvicorn.access - INFO - 203.0.113.9:500SECOND - "GET /a HTTP/1.1" STATUS',
    ],
)
def test_a_request_is_read_in_any_layout(template: str) -> None:
    events, _ = read(lines(template))
    assert list(events["http_status"]) == STATUSES
    assert set(events["http_method"]) == {"GET"}
    assert set(events["url_path"]) == {"/a"}
    assert set(events["client"]) == {"203.0.113.9"}
    assert list(events["timestamp"].dt.second) == [0, 1, 2]


@pytest.mark.parametrize(
    ("end", "duration_s"),
    [
        ("31ms", 0.031),
        ("- 3.456 ms", 0.003456),
        ('rt=0.120 uct="0.001" urt="0.110"', 0.12),
        ("request_time=0.120", 0.12),
        ("connect=1ms total=31ms", None),
        ("31877", None),
        ("0/31877", None),
        ("TLSv1.3 0.012 0.011 .", None),
    ],
)
def test_a_duration_is_read_only_where_its_unit_is_known(end: str, duration_s: float | None) -> None:
    events, _ = read(lines(f'203.0.113.9 - - [17/Jan/2026:03:00:SECOND +0000] "GET /a HTTP/1.1" STATUS 12 "-" "curl/8" {end}'))
    assert list(events["http_status"]) == STATUSES
    if duration_s is None:
        assert events["duration_s"].isna().all()
    else:
        assert events["duration_s"].tolist() == pytest.approx([duration_s] * 3)


@pytest.mark.parametrize("request_line", ["-", "", "\\x16\\x03\\x01\\x02", "hello"])
def test_what_is_no_request_has_a_status_but_neither_method_nor_path(request_line: str) -> None:
    events, _ = read(lines(f'203.0.113.9 - - [17/Jan/2026:03:00:SECOND +0000] "{request_line}" 400 0 "-" "-" "-" xSTATUS'))
    assert set(events["http_status"]) == {400}
    assert events["http_method"].isna().all()
    assert events["url_path"].isna().all()


def test_a_request_to_another_service_is_no_request_that_was_served() -> None:
    events, _ = read(lines('2026-01-17 03:00:SECOND,123 DEBUG urllib3.pool: http://api.example:80 "GET /a HTTP/1.1" STATUS 12'))
    assert events["http_status"].isna().all()


FIELDS = ["-", "7b0f", "TLSv1.3", '"curl/8"', '"-"', "key=value", "0.012", "17", "10.0.0.1:80,", "[shop-80]", '"a \\"b\\" c"']


@settings(max_examples=5 * EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    before=st.lists(st.sampled_from(["7b0f", "shop", "TLSv1.3", "key=value", "-"]), max_size=3),
    after=st.lists(st.sampled_from(FIELDS), max_size=6),
    separator=st.sampled_from([" ", "\t", " | "]),
    status=st.sampled_from([200, 301, 404, 499, 503]),
    time=st.sampled_from(
        ["[17/Jan/2026:03:00:00 +0000]", "2026-01-17T03:00:00Z", "17/Jan/2026:03:00:00 +0000", "1768618800.000"]
    ),
)
def test_fields_around_a_request_change_nothing_about_it_and_are_kept(
    before: list[str], after: list[str], separator: str, status: int, time: str
) -> None:
    line = separator.join([*before, "203.0.113.9", time, '"PROPFIND /a?b=1 HTTP/1.1"', str(status), "12", *after])
    events, ledger = read(f"{line}\n" * 3)
    assert ledger.events == 3
    event = events.iloc[0]
    assert (event["http_method"], event["url_path"], event["http_status"]) == ("PROPFIND", "/a", status)
    assert event["timestamp"] == pd.Timestamp("2026-01-17T03:00:00Z")
    assert event["client"] == "203.0.113.9"
    kept = " ".join(map(str, [*event, *json.loads(event["attributes"]).values()]))
    assert [field for field in (*before, *after) if field != "-" and field.strip('"') not in kept] == []


@pytest.mark.parametrize(
    ("message", "seconds"),
    [
        ("HTTP GET /a responded STATUS in 812.4000 ms", 0.8124),
        ('HTTP "GET" "/a" responded STATUS in 12.5 ms', 0.0125),
        ("GET /a STATUS 3.5 ms - 12", 0.0035),
        ("[7b0f] GET /a - STATUS - 2s", 2.0),
        ("GET /a STATUS", None),
    ],
)
def test_a_message_that_is_a_request_without_its_protocol_is_read(message: str, seconds: float | None) -> None:
    text = "".join(
        f"2026-01-17 03:00:0{second}.123 +01:00 [INF] {message.replace('STATUS', str(status))}\n"
        for second, status in enumerate(STATUSES)
    )
    events, _ = read(text + "2026-01-17 03:00:05.123 +01:00 [INF] could not GET /a 3 times\n")
    assert events["http_status"].dropna().tolist() == STATUSES
    assert events["url_path"].dropna().tolist() == ["/a"] * 3
    assert events["duration_s"].dropna().tolist() == ([] if seconds is None else [seconds] * 3)

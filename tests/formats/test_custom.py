"""A user adds a format in `incident.yaml`, and errors in it are reported with their line."""

# ruff: noqa: E501 - log formats and messages as they are written
from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from textwrap import indent

import pandas as pd
import pytest

from pmkit import cli
from pmkit.core.errors import IncidentError
from pmkit.formats.custom import custom_format
from pmkit.formats.sample import Sample
from pmkit.incident.folder import Incident
from pmkit.ingest.cache import open_incident

Make = Callable[..., Incident]


def block(text: str) -> str:
    return "formats:\n  - " + indent(text.strip("\n"), "    ").lstrip() + "\n"


def logs(opened: Incident) -> pd.DataFrame:
    return open_incident(opened).logs()


def test_a_regular_expression_with_named_groups_reads_a_log(incident: Make) -> None:
    yaml = block(r"""
name: till
pattern: '^<(?P<time>[^>]+)> (?P<level>\w+)/(?P<host>\S+) till=(?P<till>\d+): (?P<message>.*)$'
service: till
samples: ['<2026-01-17T03:00:00Z> E/kiosk-1 till=7: drawer stuck']
""")
    log = "<2026-01-17T03:00:00Z> I/kiosk-1 till=7: opened\n<2026-01-17T03:00:01Z> E/kiosk-2 till=9: drawer stuck\n  at slot 3\n"
    events = logs(incident({"till.log": log}, yaml))
    assert events["severity"].tolist() == ["INFO", "ERROR"]
    assert events["host"].tolist() == ["kiosk-1", "kiosk-2"]
    assert set(events["service"]) == {"till"}
    assert json.loads(events["attributes"][1]) == {"till": "9", "continuation": "  at slot 3"}


def test_a_map_of_json_fields_reads_nested_objects(incident: Make) -> None:
    yaml = block("name: shop\njson: {time: when.at, level: how.bad, message: what, trace_id: ids.request, store: shop}")
    record = {"when": {"at": 1768618800123}, "how": {"bad": "warn"}, "what": "slow", "ids": {"request": "r1"}, "shop": 7}
    events = logs(incident({"shop.log": f"{json.dumps(record)}\n" * 3}, yaml))
    assert events["timestamp"][0] == pd.Timestamp("2026-01-17T03:00:00.123Z")
    assert events.loc[0, ["severity", "message", "trace_id"]].tolist() == ["WARN", "slow", "r1"]


def test_an_nginx_log_format_reads_its_log(incident: Make) -> None:
    yaml = block("""
name: edge
nginx: '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" $request_time ms=$upstream_response_time id=$request_id "$http_x_team"'
""")
    line = '203.0.113.9 - - [17/Jan/2026:04:00:00 +0100] "GET /a?b=1 HTTP/2.0" 502 12 "-" 0.250 ms=0.249 id=ab12 "red, blue"\n'
    events = logs(incident({"edge.log": line * 2}, yaml))
    assert events["timestamp"][0] == pd.Timestamp("2026-01-17T03:00:00Z")
    assert events.loc[0, ["http_method", "url_path", "http_status", "duration_s", "client", "trace_id"]].tolist() == [
        "GET", "/a", 502, 0.25, "203.0.113.9", "ab12",
    ]  # fmt: skip
    assert json.loads(events["attributes"][0])["http_x_team"] == "red, blue"


def test_an_nginx_log_format_that_writes_json_reads_its_log(incident: Make) -> None:
    yaml = block("""
name: edge-json
nginx: '{"t": "$time_iso8601", "m": "$request_method", "u": "$request_uri", "s": $status, "took": $request_time}'
""")
    line = '{"t": "2026-01-17T03:00:00+00:00", "m": "PUT", "u": "/cart/7?x=1", "s": 503, "took": 1.5}\n'
    events = logs(incident({"edge.log": line * 2}, yaml))
    assert events.loc[0, ["http_method", "url_path", "http_status", "duration_s"]].tolist() == ["PUT", "/cart/7", 503, 1.5]


def test_an_apache_log_format_reads_its_log(incident: Make) -> None:
    yaml = block(r"""
name: site
apache: '%v:%p %h %l %u %t "%r" %>s %O "%{Referer}i" "%{User-Agent}i" %D %{X-Request-Id}i %{ms}T'
""")
    line = (
        'shop.example:443 203.0.113.9 - - [17/Jan/2026:03:00:00 +0000] "GET /a HTTP/1.1" 500 77 "-" "curl 8" 1234567 r-9 1234\n'
    )
    events = logs(incident({"site.log": line * 2}, yaml))
    assert events.loc[0, ["host", "url_path", "http_status", "trace_id"]].tolist() == ["shop.example", "/a", 500, "r-9"]
    assert events["duration_s"][0] == pytest.approx(1.234567, abs=1e-3)


def test_a_log4j_layout_reads_its_log_with_stack_traces(incident: Make) -> None:
    yaml = "timezone: Europe/Berlin\n" + block("""
name: shop
log4j: '%d{dd.MM.yyyy HH:mm:ss,SSS} %-5level [%15.15t] %c{1.}:%L - %m%n%ex'
service: shop
""")
    log = (
        "17.01.2026 04:00:00,125 INFO  [         http-1] o.s.Cart:7 - up\n"
        "17.01.2026 04:00:01,000 ERROR [         http-2] o.s.Cart:9 - broke\n"
        "java.lang.IllegalStateException: empty\n\tat o.s.Cart.total(Cart.java:9)\n"
    )
    events = logs(incident({"shop.log": log}, yaml))
    assert events["timestamp"][0] == pd.Timestamp("2026-01-17T03:00:00.125Z")
    assert events["severity"].tolist() == ["INFO", "ERROR"]
    assert events["message"].tolist() == ["up", "broke"]
    assert "Cart.java:9" in events["attributes"][1]


def test_a_custom_format_wins_over_the_built_in_ones(incident: Make) -> None:
    yaml = block(r"name: ours" + "\n" + r"pattern: '^(?P<time>\S+ \S+) (?P<level>\w+) \[(?P<service>\w+)\] (?P<message>.*)$'")
    new_incident = incident({"app.log": "2026-01-17 03:00:00,000 ERROR [cart] broke\n" * 3}, yaml)
    opened = open_incident(new_incident)
    assert opened.data_quality()["format"].tolist() == ["ours"]
    assert opened.logs()["service"].tolist() == ["cart"] * 3


def test_a_changed_definition_reads_the_export_again(incident: Make) -> None:
    line = "2026-01-17T03:00:00Z|E|broke\n"
    yaml = block("name: bars\npattern: '^(?P<time>[^|]+)[|](?P<level>.)[|](?P<message>.*)$'")
    new_incident = incident({"a.log": line * 3}, yaml)
    assert logs(new_incident)["message"].tolist() == ["broke"] * 3
    file = new_incident.folder / "incident.yaml"
    file.write_text(file.read_text().replace("<message>", "<word>"))
    assert logs(Incident(new_incident.folder))["message"].isna().all()


ERRORS = {
    "an unknown way": ("name: a\nregex: x", "7: formats.0.regex: unknown field"),
    "no way": ("name: a", "6: formats.0: expected one of pattern, json, nginx, apache, log4j, got none"),
    "two ways": ("name: a\nnginx: $time_local\napache: '%t'", "6: formats.0: expected one of pattern, json, nginx, apache, log4j, got nginx and apache"),
    "a broken expression": ("name: a\npattern: '^(?P<time>x'", "7: formats.0.pattern: not a regular expression: missing ), unterminated subpattern at 2"),
    "a lookahead": ("name: a\npattern: '(?=x)(?P<time>x)'", "7: formats.0.pattern: '(?=' at 1: lookaround"),
    "no group for the time": ("name: a\npattern: '(?P<when>x) (?P<level>y)'", "7: formats.0.pattern: no field 'time' among when, level"),
    "no key for the time": ("name: a\njson: {level: l}", "7: formats.0.json: no field 'time' among level"),
    "an nginx format without a time": ("name: a\nnginx: '$remote_addr $status'", "7: formats.0.nginx: no field 'time' among client, status"),
    "an unknown directive": ("name: a\napache: '%h %t %J'", "7: formats.0.apache: unknown directive %J; known directives: %h"),
    "an unknown conversion": ("name: a\nlog4j: '%d %w %m'", "7: formats.0.log4j: unknown conversion %w; known conversions: %d"),
    "an unknown letter in a date": ("name: a\nlog4j: '%d{yyyy-QQ} %m'", "7: formats.0.log4j: unknown letter 'Q' in the date 'yyyy-QQ'"),
    "a sample that fits only in part": (
        "name: a\npattern: '^(?P<time>\\S+) (?P<level>[A-Z]+) (?P<message>.*)$'\nsamples:\n  - 2026-01-17T03:00:00Z WARN ok\n  - 2026-01-17T03:00:00Z 17 no",
        "10: formats.0.samples.1: does not match: expected 'level' after 'time', found '17 no'",
    ),
    "a sample that does not fit at all": (
        "name: a\npattern: '^at (?P<time>\\S+) (?P<message>.*)$'\nsamples: [never]",
        "8: formats.0.samples.0: does not match: it does not begin with 'time': 'never'",
    ),
    "a sample whose time cannot be read": (
        "name: a\npattern: '^(?P<time>\\S+) (?P<message>.*)$'\nsamples: [noon broke]",
        "8: formats.0.samples.0: the notation of the time 'noon' is unknown; the known ones are listed",
    ),
    "a name with spaces": ("name: my format\nnginx: $time_local", "6: formats.0.name: string should match pattern"),
}  # fmt: skip


@pytest.mark.parametrize("error", ERRORS)
def test_an_error_in_a_definition_is_reported_with_its_line_and_field(error: str, folder: Callable[..., Path]) -> None:
    definition, expected = ERRORS[error]
    path = folder({"a.log": "x\n"}, "timezone: UTC\nstatus: draft\n" + block(definition))
    with pytest.raises(IncidentError) as raised:
        Incident(path)
    assert f"incident.yaml:{expected}" in str(raised.value)
    assert len(str(raised.value)) < 1500


def test_a_hint_with_an_unknown_format_names_those_of_the_incident(incident: Make) -> None:
    own = block("name: mine\nnginx: $time_local")
    with pytest.raises(IncidentError, match=r"unknown format 'ours'; incident\.yaml defines mine; `pmkit formats` lists all"):
        incident({"a.log": "x\n"}, "sources: [{match: '*.log', format: ours}]\n" + own)


def test_pmkit_events_reads_a_file_of_an_incident_with_its_custom_formats(incident: Make, capfd, monkeypatch) -> None:
    yaml = "timezone: Europe/Berlin\n" + block("name: bars\npattern: '^(?P<time>[^|]+)[|](?P<level>.)[|](?P<message>.*)$'")
    new_incident = incident({"logs/a.log": "2026-01-17 04:00:00|E|broke\n" * 2}, yaml)
    monkeypatch.chdir(new_incident.folder / "logs")
    assert cli.main(["events", "a.log"]) == 0
    out, err = capfd.readouterr()
    assert [json.loads(line)["timestamp"] for line in out.splitlines()] == ["2026-01-17T03:00:00.000000Z"] * 2
    assert "a.log: bars: 2 logs of 2 lines" in err
    assert cli.main(["events", "--explain", "a.log"]) == 0
    assert "chosen" in capfd.readouterr().out
    assert cli.main(["events", "--quiet", "--timezone", "UTC", "a.log"]) == 0
    assert json.loads(capfd.readouterr().out.splitlines()[0])["timestamp"] == "2026-01-17T04:00:00.000000Z"


SPRING = (
    "%clr(%d{${LOG_DATEFORMAT_PATTERN:-yyyy-MM-dd'T'HH:mm:ss.SSSXXX}}){faint} %clr(${LOG_LEVEL_PATTERN:-%5p}) %clr(${PID:- }){magenta} "
    "%clr(---){faint} %clr([%15.15t]){faint} %clr(%-40.40logger{39}){cyan} %clr(:){faint} %m%n${LOG_EXCEPTION_CONVERSION_WORD:-%wEx}"
)
LAYOUTS = {
    "%d{ISO8601} [%t] %-5p %c{1} - %m%n": ("2026-01-17 03:00:00,000 [main] WARN  Cart - slow", {"level": "WARN", "message": "slow"}),
    "%d{HH:mm:ss.SSS} [%thread] %-5level %logger{36} -%kvp- %msg%n": (
        '03:00:00.000 [main] INFO  o.s.Cart -a="1" b="2"- hi', {"pairs": 'a="1" b="2"', "message": "hi"},
    ),
    "%date %level [%thread] %logger{10} [%file:%line] %msg%n": (
        "2026-01-17 03:00:00,000 INFO [a b] o.c [A.java:3] hi there", {"thread": "a b", "place": "3"},
    ),
    "%p %d{UNIX_MILLIS} %m%n": ("WARN 1768618800000 slow", {"time": "1768618800000"}),
    "%highlight{%-5level}{FATAL=red} %d{yyyy/MM/dd HH:mm:ss} \\(%X{traceId:-}/%X{shop}\\) %m": (
        "WARN  2026/01/17 03:00:00 (ab12/7) slow", {"trace_id": "ab12", "shop": "7", "message": "slow"},
    ),
    SPRING: (
        "2026-01-17T03:00:00.000Z ERROR 7 --- [           main] o.s.Cart                                 : broke",
        {"level": "ERROR", "pid": "7", "logger": "o.s.Cart", "message": "broke"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_log4j_or_logback_layout_matches_the_lines_that_it_writes(layout: str) -> None:
    line, expected = LAYOUTS[layout]
    (record,) = custom_format("a", "log4j", layout).read(Sample([line]))
    assert record is not None
    assert {word: record[word].strip() for word in expected} == expected

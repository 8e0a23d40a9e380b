"""A log wrapped by a container or collector is read in its own format, with the host and the time of the wrapper."""

from __future__ import annotations

import json

import pytest
from reading import moments, read

from pmkit.formats.detection import recognise
from pmkit.formats.sample import Sample

LOGFMT = "level=warn msg=slow trace_id=ab12"
ACCESS = '203.0.113.9 - - [17/Jan/2026:03:00:00 +0000] "GET /a HTTP/1.1" 502 12 "-" "curl 8"'
JSON = '{"level": "error", "msg": "broke", "trace_id": "ab12"}'

DATED = '{"ts": "2026-01-17T03:00:01Z", "level": "error", "msg": "broke"}'


def docker(text: str, second: int = 0, stream: str = "stdout") -> str:
    return json.dumps({"log": text, "stream": stream, "time": f"2026-01-17T03:00:{second:02}.5Z"}) + "\n"


def test_json_lines_in_a_docker_log_are_parsed() -> None:
    events, ledger = read("".join(docker(JSON + "\n", second) for second in range(5)))
    assert ledger.format == "docker-json > json-undated"
    assert events["severity"].tolist() == ["ERROR"] * 5
    assert events["trace_id"].tolist() == ["ab12"] * 5
    assert moments(events)[4] == "2026-01-17T03:00:04.500"


def test_a_message_that_docker_split_at_16_kilobytes_is_one_event() -> None:
    whole = json.dumps({"level": "error", "msg": "x" * 40_000 + " end"}) + "\n"
    parts = [whole[n : n + 16_384] for n in range(0, len(whole), 16_384)]
    text = docker(JSON + "\n") + "".join(docker(part, 1) for part in parts) + docker(JSON + "\n", 2)
    events, ledger = read(text)
    assert ledger.format == "docker-json > json-undated"
    assert len(events) == 3
    assert events["message"][1].endswith(" end")
    assert ledger.continuation == len(parts) - 1 == 2


def test_partial_lines_are_joined_within_their_own_stream() -> None:
    text = "".join(
        f"2026-01-17T03:00:0{n}.000000000Z {stream} {tag} {words}\n"
        for n, (stream, tag, words) in enumerate(
            [
                ("stdout", "P", "level=info msg="),
                ("stderr", "P", "level=error "),
                ("stdout", "F", "up"),
                ("stderr", "F", "msg=broke"),
            ]
        )
    )
    events, ledger = read(text)
    assert ledger.format == "cri > logfmt-undated"
    assert sorted(zip(events["severity"], events["message"], strict=True)) == [("ERROR", "broke"), ("INFO", "up")]


def test_docker_compose_prefixes_name_the_service_and_each_service_has_its_own_format() -> None:
    lines = [
        f"web-1     | {ACCESS}",
        f"cart-1    | {DATED}",
        f"stock-1   | ts=2026-01-17T03:00:02Z {LOGFMT}",
    ]
    events, ledger = read("\n".join(lines * 4) + "\n")
    assert ledger.rejected == 0
    assert set(ledger.format.removeprefix("docker-compose > ").split(" + ")) == {"access-combined", "json-events", "logfmt"}
    assert events["service"].tolist()[:3] == ["web", "cart", "stock"]
    assert events["severity"].tolist()[1:3] == ["ERROR", "WARN"]
    assert events["http_status"].tolist()[0] == 502


def test_json_in_syslog_keeps_the_host_of_the_syslog_line() -> None:
    text = "".join(f"Jan 17 03:00:0{n} web7 shop[123]: {JSON}\n" for n in range(5))
    events, ledger = read(text)
    assert ledger.format == "syslog > json-undated"
    assert events.loc[0, ["host", "service", "severity", "message", "trace_id"]].tolist() == [
        "web7",
        "shop",
        "ERROR",
        "broke",
        "ab12",
    ]
    assert moments(events)[0] == "2026-01-17T03:00:00"


@pytest.mark.parametrize(("inside", "name"), [(ACCESS, "access-combined"), (LOGFMT, "logfmt-undated"), (JSON, "json-undated")])
@pytest.mark.parametrize("outer", ["cloudwatch-events", "loki", "docker-json", "cri"])
def test_collected_messages_are_parsed_in_their_own_format(outer: str, inside: str, name: str) -> None:
    at = 1768618800000
    wrapped = {
        "cloudwatch-events": lambda: json.dumps({"events": [
            {"timestamp": at + n, "message": inside, "ingestionTime": at + 9000, "logStreamName": "web/1"} for n in range(5)]}),
        "loki": lambda: json.dumps({"status": "success", "data": {"resultType": "streams", "result": [
            {"stream": {"app": "shop", "pod": "shop-7"}, "values": [[f"{at + n}000000", inside] for n in range(5)]}]}}),
        "docker-json": lambda: "".join(docker(inside + "\n", n) for n in range(5)),
        "cri": lambda: "".join(f"2026-01-17T03:00:00.00000000{n}Z stdout F {inside}\n" for n in range(5)),
    }[outer]()  # fmt: skip
    events, ledger = read(wrapped)
    assert ledger.format.endswith(f" > {name}"), ledger.format
    assert len(events) == 5
    assert ledger.rejected == 0
    assert moments(events)[0].startswith("2026-01-17T03:00:00")
    if inside is ACCESS:
        assert events["http_status"].tolist() == [502] * 5
    else:
        assert events["trace_id"].tolist() == ["ab12"] * 5


def test_three_layers_are_unwrapped() -> None:
    syslog = f"<11>1 2026-01-17T03:00:00.000Z web7 shop 1 - - {JSON}"
    events, ledger = read("".join(docker(syslog + "\n", n) for n in range(5)))
    assert ledger.format == "docker-json > syslog-5424 > json-undated"
    assert events.loc[0, ["host", "message"]].tolist() == ["web7", "broke"]


def test_a_wrapped_line_in_an_unknown_format_is_an_event_with_the_line_as_its_message() -> None:
    text = "".join(docker(JSON + "\n", n) for n in range(6)) + docker("Killed\n", 7, "stderr")
    events, ledger = read(text)
    assert ledger.rejected == 0
    assert events["message"].tolist()[-1] == "Killed"
    assert moments(events)[-1] == "2026-01-17T03:00:07.500"


def test_indented_syslog_messages_that_are_not_stack_traces_are_events() -> None:
    words = [" BIOS-e820: 0000000000000000 (usable)", " BIOS-e820: 00000000000f0000 (reserved)", "126MB LOWMEM available."]
    events, _ = read("".join(f"Jul 27 14:41:57 web7 kernel: {message}\n" for message in words * 3))
    assert events["message"].str.strip().tolist() == [message.strip() for message in words * 3]


def test_a_preamble_above_the_log_is_rejected_with_examples() -> None:
    text = "Exported by admin\nfrom: web7\n\n" + f"ts=2026-01-17T03:00:00Z {LOGFMT}\n" * 20
    events, ledger = read(text)
    assert ledger.format == "logfmt"
    assert (len(events), ledger.rejected, ledger.blank) == (20, 2, 1)
    assert ledger.examples[0].startswith("1: not logfmt: Exported by admin")


def test_a_header_line_in_the_middle_changes_the_columns() -> None:
    text = (
        "#Fields: date time cs-method cs-uri-stem sc-status time-taken\n"
        "2026-01-17 03:00:00 GET /a 200 25\n"
        "#Fields: date time sc-status cs-uri-stem cs-method\n"
        "2026-01-17 03:00:01 503 /b POST\n"
    )
    events, ledger = read(text)
    assert events["http_status"].tolist() == [200, 503]
    assert events["http_method"].tolist() == ["GET", "POST"]
    assert (ledger.continuation, ledger.rejected) == (2, 0)


def test_a_repeated_table_header_is_not_an_event() -> None:
    text = "time,level,message\n2026-01-17T03:00:00Z,error,broke\ntime,level,message\n2026-01-17T03:00:01Z,info,up\n"
    events, ledger = read(text)
    assert events["message"].tolist() == ["broke", "up"]
    assert ledger.continuation == 2


def test_separator_lines_of_tail_are_not_events() -> None:
    text = (
        f"==> /var/log/a.log <==\nts=2026-01-17T03:00:00Z {LOGFMT}\n\n==> /var/log/b.log <==\nts=2026-01-17T03:00:01Z {LOGFMT}\n"
        * 3
    )
    events, ledger = read(text)
    assert (len(events), ledger.continuation, ledger.rejected) == (6, 6, 0)


def test_a_file_that_mixes_two_formats_is_read_with_both() -> None:
    text = "".join(f"{ACCESS}\n2026-01-17 03:00:0{n},000 ERROR [pool] exhausted\n" for n in range(8))
    events, ledger = read(text)
    assert ledger.rejected == 0
    assert len(events) == 16
    assert " + " in ledger.format
    assert events["http_status"].notna().sum() == 8
    assert (events["severity"] == "ERROR").sum() == 8


def test_a_rare_second_format_is_read_too() -> None:
    text = "".join(f"{ACCESS}\n" * 9 + f"ts=2026-01-17T03:00:0{n}Z {LOGFMT}\n" for n in range(8))
    events, ledger = read(text)
    assert ledger.rejected == 0
    assert (events["message"] == "slow").sum() == 8


def test_text_in_an_unknown_format_is_scanned_for_timestamps_with_a_note() -> None:
    text = "~~ 17/Jan/2026:03:00:00 +0000 ~~ boot done\n~~ 17/Jan/2026:03:00:01 +0000 ~~ {CRITICAL} no disk\n  sda1\n" * 5
    events, ledger = read(text)
    assert ledger.format == "generic-text"
    assert events["severity"].tolist()[1] == "FATAL"
    assert any("no known format; read for its times" in note for note in ledger.notes)
    assert ledger.continuation == 5


@pytest.mark.parametrize(
    "text", ["Dear all,\nthe shop was down.\nRegards\n", "1,2,3\n4,5,6\n", "", "\n\n", "{}\n{}\n", "[]", "null\n"]
)
def test_text_without_timestamps_has_no_events(text: str) -> None:
    events, ledger = read(text)
    assert events.empty
    assert ledger.lines == ledger.blank + ledger.rejected


def test_a_log_below_comment_lines_is_recognised() -> None:
    assert recognise(Sample(["# a remark"] * 5 + [ACCESS] * 20)).name == "access-combined"


def test_columns_between_bars_are_no_prefix_of_compose() -> None:
    line = 'shop | TLSv1.3 | 203.0.113.9 | [17/Jan/2026:03:00:00 +0000] | "GET /a HTTP/1.1" | 200 | 12\n'
    events, ledger = read(line * 3)
    assert ledger.format == "access-any"
    assert events[["client", "http_status"]].iloc[0].tolist() == ["203.0.113.9", 200]
    assert json.loads(events["attributes"][0])["before"] == "shop | TLSv1.3 | 203.0.113.9 | ["


def test_a_severity_between_bars_is_inside_a_prefix_of_compose() -> None:
    events, ledger = read("".join(f"web-1  | 2026-01-17 03:00:0{n}.123 | INFO     | app:main:12 - up\n" for n in range(5)))
    assert ledger.format.startswith("docker-compose > ")
    assert set(events["service"]) == {"web"}
    assert set(events["severity"]) == {"INFO"}

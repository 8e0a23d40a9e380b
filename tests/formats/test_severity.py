"""A severity is read where one stands in a line, and nowhere else."""

from __future__ import annotations

import json

import pytest
from reading import read

# What a line says behind its time, or inside a wrapper, with the severity that it states.
STATED = {
    "ERROR could not store": "ERROR",
    "WARN slow": "WARN",
    "[ERROR] could not store": "ERROR",
    "[error] could not store": "ERROR",
    "<Warning> slow": "WARN",
    "(E) could not store": "ERROR",
    "|INFO| stored": "INFO",
    "ERROR: could not store": "ERROR",
    "error: could not store": "ERROR",
    "Severe - could not store": "ERROR",
    "SEVERE: could not store": "ERROR",
    "INF stored": "INFO",
    "WRN slow": "WARN",
    "FTL gone": "FATAL",
    "crit disk full": "FATAL",
    "error could not reach the database": "ERROR",
    "main ERROR could not store": "ERROR",
    "[main] ERROR shop.Cart - could not store": "ERROR",
    "[http-1] [trace=ab, span=1] WARN shop.Cart - slow": "WARN",
    "shop.api: WARNING: slow": "WARN",
    "77 [7]: ERROR could not store": "ERROR",
    "[core:error] [pid 7] could not store": "ERROR",
    "[ERROR/MainProcess] could not store": "ERROR",
    "ERRO[0001] could not store": "ERROR",
    "E! [outputs] could not store": "ERROR",
    "E0117 03:00:00.123456       7 store.go:12] could not store": "ERROR",
    "level=error msg=broke": "ERROR",
    "ts=1 lvl=warn msg=slow": "WARN",
    '"severity": "CRITICAL", "text": "gone"': "FATAL",
    "** ERROR ** could not store": "ERROR",
    "FEHLER Verbindung verloren": "ERROR",
    "[WARNUNG] Warteschlange voll": "WARN",
    "Schwerwiegend: Zahlung fehlgeschlagen": "ERROR",
    "[ERREUR] connexion perdue": "ERROR",
    "AVERTISSEMENT - file pleine": "WARN",
    "[noti] alarm cleared": "INFO",
}
# Lines that state none: the word is one of a path, a query, a file name, a count or a sentence.
NOT_STATED = [
    "GET /error/info took long",
    "fetched /a?level=error from the cache",
    "error.log rotated",
    "0 errors, 0 warnings",
    "no error: all is well",
    "error rate is 0%",
    "debug mode is off",
    "alert sent to the team",
    "state changed from WARN to OK",
    "could not find the ERROR template",
    "the ERROR page was rendered",
    "I could not find it",
    "TimeoutError: no answer",
    "order 12 stored",
    "la situation est GRAVE",
]


def severities(lines: list[str]) -> list[str | None]:
    return read("\n".join(lines) + "\n")[0]["severity"].astype(object).where(lambda column: column.notna(), None).tolist()


TIMES = {
    "ISO 8601": "2026-01-17T03:00:{n:02}Z ",
    "ISO 8601 with an offset": "2026-01-17T03:00:{n:02}.123+01:00 ",
    "behind a word": "shop 2026-01-17T03:00:{n:02}Z ",
    "brackets": "[17/Jan/2026:03:00:{n:02} +0000] ",
    "syslog": "Jan 17 03:00:{n:02} web1 shop[7]: ",
    "container": "2026-01-17T03:00:{n:02}.000000000Z stderr F ",
    "compose": "web-1  | 2026-01-17T03:00:{n:02}Z ",
}


@pytest.mark.parametrize("time", TIMES)
def test_a_severity_is_read_where_one_stands_behind_any_time_and_wrapper(time: str) -> None:
    texts = [*STATED, *NOT_STATED]
    lines = [TIMES[time].format(n=n) + text for n, text in enumerate(texts)]
    assert dict(zip(texts, severities(lines), strict=True)) == STATED | dict.fromkeys(NOT_STATED)


def test_a_severity_inside_json_of_a_container_or_a_collector_is_read() -> None:
    docker = [
        json.dumps({"log": f"{text}\n", "stream": "stderr", "time": f"2026-01-17T03:00:{n:02}Z"}) for n, text in enumerate(STATED)
    ]
    assert severities(docker) == list(STATED.values())
    loki = [
        json.dumps({"labels": {"app": "a"}, "line": text, "timestamp": f"2026-01-17T03:00:{n:02}Z"})
        for n, text in enumerate(STATED)
    ]
    assert severities(loki) == list(STATED.values())


def test_a_severity_that_the_line_states_wins_over_that_of_syslog() -> None:
    lines = [f"<14>Jan 17 03:00:0{n} web1 shop[7]: {text}" for n, text in enumerate(["ERROR broke", "stored", "WARN slow"])]
    assert severities(lines) == ["ERROR", "INFO", "WARN"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("ERROR could not store", "could not store"),
        ("[warn]: slow", "slow"),
        ("error: gone", "gone"),
        ("[main] ERROR gone", "[main] ERROR gone"),
        ("Error while reading", "Error while reading"),
        ("ERROR", "ERROR"),
    ],
)
def test_a_message_begins_behind_a_marked_severity(text: str, message: str) -> None:
    events, _ = read("".join(f"2026-01-17T03:00:0{n}Z {text}\n" for n in range(3)))
    assert events["message"].tolist() == [message] * 3

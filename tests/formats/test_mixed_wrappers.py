"""Lines of several wrappers in one file are taken out of each, and lines that a wrapper split are joined."""

from __future__ import annotations

import json

from reading import moments, read


def docker(message: str, second: int, stream: str = "stdout") -> str:
    return json.dumps({"log": message, "stream": stream, "time": f"2026-01-17T03:00:{second:02}.5Z"}) + "\n"


def cri(message: str, second: int, tag: str = "F", stream: str = "stdout") -> str:
    return f"2026-01-17T03:00:{second:02}.250000000Z {stream} {tag} {message}\n"


def test_two_wrappers_in_one_file_are_both_removed() -> None:
    text = (
        docker("ERROR one\n", 1) + docker("two\n", 2, "stderr") + docker("a long ", 3) + docker("line\n", 3)
        + cri("WARN three", 4) + cri("another long ", 5, "P") + cri("line", 5) + docker("four\n", 6)
    )  # fmt: skip
    events, ledger = read(text)
    assert ledger.format == "docker-json > cri"
    assert (ledger.events, ledger.continuation, ledger.rejected) == (6, 2, 0)
    assert list(events["message"]) == ["one", "two", "a long line", "three", "another long line", "four"]
    assert list(events["severity"].fillna("")) == ["ERROR", "", "", "WARN", "", ""]
    assert moments(events)[3:5] == ["2026-01-17T03:00:04.250", "2026-01-17T03:00:05.250"]


def test_what_both_wrappers_contain_is_read_by_its_format() -> None:
    line = "ts=2026-01-17T03:00:{n:02}Z level=error status=503 msg=broke"
    text = "".join(docker(line.format(n=n) + "\n", n) for n in range(4)) + "".join(cri(line.format(n=n), n) for n in range(4, 8))
    events, ledger = read(text)
    assert ledger.format == "docker-json > cri > logfmt"
    assert list(events["http_status"]) == [503] * 8
    assert list(events["message"]) == ["broke"] * 8


def test_a_line_outside_of_the_wrapper_ends_a_split_message() -> None:
    text = docker("one\n", 1) + docker("cut off", 2) + "not of docker\n" + docker("two\n", 3) + docker("three\n", 4)
    events, ledger = read(text)
    assert list(events["message"]) == ["one", "cut off", "two", "three"]
    assert ledger.rejected == 1


def test_a_panic_of_go_keeps_its_first_word() -> None:
    text = cri("panic: nil map", 1) + cri("", 1) + cri("goroutine 1 [running]:", 1) + cri("main.add(0xc000)", 1) + cri("up", 9)
    events, _ = read(text)
    assert list(events["message"]) == ["panic: nil map", "up"]
    assert list(events["severity"].fillna("")) == ["FATAL", ""]

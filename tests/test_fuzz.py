"""Any input gives a result or an error that says what is wrong."""

from __future__ import annotations

import re
from itertools import count
from pathlib import Path

import pytest
from fuzz import seeds
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from samples import EXTREMES, thinned
from targets import TARGETS, run_target

# Slow targets get fewer examples.
EXAMPLES = {"reading": 5, "paper": 3, "markdown": 25}
# fmt: off
WORDS = st.sampled_from([
    b"2026-01-17 03:00:00,123 ", b"ERROR ", b"[shop] ", b'{"time": 1768618800, "msg": ', b'"a"}', b"\n", b"\r\n", b"\r", b"\0",
    b"\xff", b"id: INC-1\ntitle: t\n", b"times: {", b"}", b"&a ", b"*a", b"- ", b": ", b"| a | b |\n|-|-|\n", b"```", b"<b>",
    b"$x$", b"#", b"password=", b"\x1f\x8b", b"PK\x03\x04", b"BZh", b"\x28\xb5\x2f\xfd", b"[", b"]", b"<?xml",
    b"#Fields: date time\n", b"127.0.0.1 - - [", b"\xef\xbb\xbf", b"\xfe",
])
# fmt: on
BYTES = st.one_of(st.binary(max_size=400), st.lists(st.one_of(WORDS, st.binary(max_size=6)), max_size=30).map(b"".join))


@pytest.mark.fuzz
@pytest.mark.parametrize("name", TARGETS)
def test_any_bytes_give_a_result_or_an_expected_error(name: str) -> None:
    @settings(max_examples=EXAMPLES.get(name, 150), deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(BYTES)
    def holds(data: bytes) -> None:
        run_target(name, data)

    holds()


def with_absurd_values(data: bytes) -> bytes:
    """Return a text with every seventh word replaced by an absurd value."""
    numbers = count(1)

    def replaced(word: re.Match[bytes]) -> bytes:
        number = next(numbers)
        return word[0] if number % 7 else EXTREMES[number // 7 % len(EXTREMES)].encode()

    return re.sub(rb"[\w.:+-]+", replaced, data)


@pytest.mark.fuzz
@pytest.mark.parametrize("name", TARGETS)
def test_a_file_of_the_project_gives_a_result_or_an_expected_error_even_if_damaged(name: str, tmp_path: Path) -> None:
    seeds(name, tmp_path)
    files = sorted(tmp_path.iterdir())
    if name in EXAMPLES:
        files = thinned(files, 24)
    assert files
    for file in files:
        data = file.read_bytes()
        for damaged in (data, data[: len(data) * 2 // 3], with_absurd_values(data)):
            run_target(name, damaged)

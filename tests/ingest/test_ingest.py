"""Nothing is dropped without being counted, whatever the bytes are."""

from __future__ import annotations

import gzip

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reading import ingested
from samples import EXAMPLES, access_line, access_log, at

from pmkit.core.errors import SourceError
from pmkit.findings.findings import Findings
from pmkit.ingest.relations import fetch_row
from pmkit.store.database import connect
from pmkit.store.part import EVENTS, REJECTED, ROLLUP, TEMPLATES

GOOD = {
    "access": access_line(at(0)).rstrip("\n"),
    "python": "2026-01-17 03:00:00,000 ERROR [a] broke",
    "json": '{"time": "2026-01-17T03:00:00Z", "level": "info", "msg": "up"}',
    "logfmt": "ts=2026-01-17T03:00:00Z level=info msg=up",
}
NOISE = st.sampled_from(
    ["", "   ", "Traceback (most recent call last):", "\x00", "{", '{"a": 1}', "time=", '"', "a,b,c", "\u2028x", "ts=never"]
)


@settings(max_examples=8 * EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(kind=st.sampled_from(sorted(GOOD)), noise=st.lists(st.one_of(st.none(), NOISE), max_size=12))
def test_lines_are_events_continuation_blank_or_rejected(kind: str, noise: list[str | None]) -> None:
    lines = [GOOD[kind]] * 30 + [GOOD[kind] if line is None else line for line in noise]
    ledger, out = ingested(("\n".join(lines) + "\n").encode())
    assert ledger.lines == len(lines)
    assert ledger.lines == ledger.events + ledger.continuation + ledger.blank + ledger.rejected
    assert ledger.events == len(pd.read_parquet(out / EVENTS)) >= 30
    assert pd.read_parquet(out / ROLLUP)["events"].sum() == ledger.events


def test_every_recorded_export_is_recognised_to_the_last_line(recorded: Findings) -> None:
    ledgers = {part.source: part.ledger for part in recorded.store.parts}
    folder = recorded.incident.folder
    assert set(ledgers) == {str(path.relative_to(folder)) for path in folder.glob("*/*") if path.is_file()}
    for source, ledger in ledgers.items():
        assert ledger.lines == ledger.events + ledger.continuation + ledger.blank + ledger.rejected, source
        assert (ledger.rejected, ledger.format == "unrecognised") == (0, False), source


def test_a_rejected_line_is_kept_with_its_number_and_reason() -> None:
    ledger, out = ingested((access_log(1) + "this is no access line\n").encode())
    rejected = pd.read_parquet(out / REJECTED)
    assert rejected.to_dict("records") == [{"line": 301, "text": "this is no access line", "reason": "not access-combined-pairs"}]
    assert ledger.examples == ("301: not access-combined-pairs: this is no access line",)


def test_an_error_of_the_database_shows_no_sql() -> None:
    with connect() as database, pytest.raises(SourceError) as refused:
        fetch_row(database, "SELECT 1 WHERE false")
    assert "SELECT" not in str(refused.value)


def test_a_line_with_an_unreadable_time_is_rejected_rather_than_dated() -> None:
    ledger, out = ingested((access_log(1) + access_line(at(0)).replace("Jan", "Xyz")).encode())
    assert ledger.rejected == 1
    assert pd.read_parquet(out / REJECTED)["reason"][0].startswith("the time cannot be read")


def test_a_file_in_an_unknown_format_is_rejected_line_by_line() -> None:
    ledger, out = ingested(b"hello\n\nworld\n")
    assert (ledger.format, ledger.events, ledger.blank, ledger.rejected) == ("unrecognised", 0, 1, 2)
    assert list(pd.read_parquet(out / REJECTED)["line"]) == [1, 3]


@pytest.mark.parametrize(
    ("encode", "note"),
    [
        (lambda text: text.replace("\n", "\r\n").encode(), None),
        (lambda text: b"\xef\xbb\xbf" + text.encode(), None),
        (lambda text: text.encode("utf-16"), "UTF-16 converted"),
        (lambda text: text.rstrip("\n").encode(), None),
    ],
    ids=["crlf", "bom", "utf-16", "no last line end"],
)
def test_encodings_and_line_endings_make_no_difference(encode, note) -> None:
    ledger, _ = ingested(encode(access_log(1)))
    assert (ledger.events, ledger.rejected) == (300, 0)
    assert note is None or note in ledger.notes


def test_bytes_that_are_not_utf8_are_read_as_latin_1_and_counted() -> None:
    ledger, out = ingested((GOOD["python"] + "\n").encode() * 3 + b"2026-01-17 03:00:00,000 INFO [a] caf\xe9\n")
    assert list(pd.read_parquet(out / EVENTS)["message"])[-1] == "café"
    assert "1 byte that is not UTF-8 read as Latin-1" in ledger.notes


@pytest.mark.parametrize("keep", [0.3, 0.9, 0.999])
def test_a_truncated_gzip_is_an_error_that_says_what_to_do(keep: float) -> None:
    whole = gzip.compress(access_log(2).encode(), mtime=0)
    with pytest.raises(SourceError, match=r"access\.log\.gz: the compressed file is cut short; .*zcat"):
        ingested(whole[: int(len(whole) * keep)], "access.log.gz")


def test_a_gzip_with_a_wrong_checksum_is_an_error() -> None:
    whole = bytearray(gzip.compress(access_log(1).encode(), mtime=0))
    whole[-6] ^= 0xFF
    with pytest.raises(SourceError, match="damaged"):
        ingested(bytes(whole), "access.log.gz")


def test_a_configured_format_is_used_and_an_unknown_one_is_refused() -> None:
    ledger, _ = ingested(b"2026-01-17T03:00:00Z nothing\n", format="logfmt")
    assert ledger.format == "logfmt"
    with pytest.raises(SourceError, match="unknown format 'nginx'; did you mean nginx-ingress or"):
        ingested(b"x\n", format="nginx")


def test_an_exit_status_of_zero_has_a_template_of_its_own() -> None:
    texts = ["process 7 exited with code 0", "process 8 exited with code 137", "exit status 0", "exit status 1"]
    _, out = ingested("".join(f"2026-01-17 03:00:0{n},000 INFO [shop] {text}\n" for n, text in enumerate(texts)))
    assert sorted(pd.read_parquet(out / TEMPLATES)["template"]) == [
        "exit status <*>",
        "exit status zero",
        "process <*> exited with code <*>",
        "process <*> exited with code zero",
    ]


def test_numbers_in_messages_are_masked() -> None:
    lines = "".join(f"2026-01-17 03:00:0{n},000 ERROR [a] order {n}17 from 10.0.0.{n} failed after {n}.5s\n" for n in range(5))
    _, out = ingested(lines.encode())
    assert list(pd.read_parquet(out / TEMPLATES)["template"]) == ["order <*> from <*>.<*>.<*>.<*> failed after <*>.<*>"]

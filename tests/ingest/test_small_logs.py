"""Small logs of one format are read at once, with the result of reading each on its own."""

from __future__ import annotations

import gzip
import io
import subprocess
import sys
import tarfile
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from samples import KINDS, thinned

from pmkit.core.errors import OutputError, SourceError
from pmkit.ingest.cache import create_cache_folder, get_or_build, open_incident, read_all
from pmkit.ingest.discovery import export_requests
from pmkit.ingest.export import ingest
from pmkit.ingest.request import Request
from pmkit.store.database import connect
from pmkit.store.ledger import Ledger
from pmkit.store.part import EVENTS, EXPORT, LEDGER, REJECTED, REQUESTS, ROLLUP, TEMPLATES, Extent, Part
from pmkit.store.store import Store
from pmkit.store.union import union_sql

TRACE = 'Traceback (most recent call last):\n  File "a.py", line 1, in main\nValueError: no stock\n'


@pytest.fixture(autouse=True)
def _empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PMKIT_CACHE", str(tmp_path / "cache"))


def rows(extent: Extent, name: str) -> pd.DataFrame:
    """Return the rows of an export from the file that it has alone or shares."""
    frame = pd.read_parquet(extent.folder / name)
    if extent.number is not None:
        frame = frame[frame[EXPORT] == extent.number].drop(columns=EXPORT)
    return frame.sort_values("line" if "line" in frame else list(frame.columns), ignore_index=True)


def described(ledger: Ledger) -> Ledger:
    return replace(ledger, data="", number=None)


def assert_equal_to_each_alone(requests: dict[str, Request], tmp_path: Path) -> list[Part]:
    """Assert that reading the exports together gives what reading each alone gives, and return what was read."""
    read_all(requests)
    # From the cache, where the logs still have the events that other logs contain, too.
    parts = [get_or_build(source, request, create_cache_folder()) for source, request in requests.items()]
    alone = [tmp_path / f"alone-{number}" for number in range(len(parts))]
    for part, out in zip(parts, alone, strict=True):
        out.mkdir()
        assert described(part.ledger) == ingest(requests[part.source], out), part.source
        for name in (EVENTS, REJECTED, *((ROLLUP, TEMPLATES, REQUESTS) if part.ledger.table == "logs" else ())):
            # A column without gaps may still have the type of one with gaps, because other logs in the same file have some.
            pd.testing.assert_frame_equal(rows(part.extent, name), rows(Extent(out), name), check_dtype=False)
    return parts


def together(parts: list[Part]) -> int:
    return sum(part.ledger.number is not None for part in parts)


def write_logs(folder: Path, texts: list[str]) -> dict[str, Request]:
    """Write logs of two services, each under a name from which its service follows."""
    requests = {}
    for number, text in enumerate(texts):
        path = folder / f"{'cart' if number % 2 else 'till'}-7d9f8b6c5-{number:05}.log"
        path.write_text(text, encoding="utf-8", newline="")
        requests |= export_requests(path, None)
    return requests


@pytest.mark.slow
def test_the_samples_of_each_kind_of_format_are_read_as_each_alone(tmp_path: Path) -> None:
    """With lines before the first event, after the last one, and without a line end, which must not reach another log."""
    texts = [entry.samples[0].text for entry in thinned([*KINDS.values()], 3)]
    variants = [text for sample in texts for text in (f"{TRACE}{sample.rstrip()}\n{TRACE.rstrip()}", sample)]
    assert together(assert_equal_to_each_alone(write_logs(tmp_path, variants), tmp_path)) > len(texts) / 2


def test_logs_in_wrappers_are_read_together_by_what_they_wrap(tmp_path: Path) -> None:
    java = "2026-01-17 03:00:0{n},582 ERROR [worker-0] com.shop.Orders - order {n} failed"
    plain = '{{"time": "2026-01-17T03:00:0{n}Z", "level": "info", "msg": "order {n}"}}'
    texts = []
    for number in range(6):
        inner = java if number % 2 else plain
        lines = [f"2026-01-17T03:00:0{n}.5Z stdout F {inner.format(n=n)}\n" for n in range(3, 9)]
        split = ["2026-01-17T03:00:09.1Z stdout P half of \n"] * (number % 3) + ["2026-01-17T03:00:09.2Z stderr F a line\n"]
        texts.append("".join([*lines, *split]))
    parts = assert_equal_to_each_alone(write_logs(tmp_path, texts), tmp_path)
    assert together(parts) == 6
    assert {part.ledger.format for part in parts} == {"cri > log4j", "cri > logrus"}


def test_each_log_keeps_its_service_notes_and_rejected_lines(tmp_path: Path) -> None:
    good = "".join(f"2026-01-17 03:00:0{n},582 ERROR [worker-0] com.shop.Orders - order {n} failed\n" for n in range(8))
    texts = [good, f"what is this\n{good}", good.rstrip(), "", f"{good}\x00\n", ""]
    parts = assert_equal_to_each_alone(write_logs(tmp_path, texts), tmp_path)
    assert [part.ledger.rejected for part in parts] == [0, 1, 0, 0, 0, 0]
    assert parts[1].ledger.examples == ("1: belongs to no event above it: what is this",)
    assert parts[3].ledger.notes == ("the file is empty",)
    assert parts[4].ledger.notes == ("1 NUL byte left out",)
    assert [rows(part.extent, EVENTS)["service"].unique().tolist() for part in parts[:2]] == [["till"], ["cart"]]


def test_logs_with_crashes_and_traces_are_read_together_with_the_notes_of_each(tmp_path: Path) -> None:
    good = "".join(f"2026-01-17 03:00:0{n},582 INFO [worker-0] com.shop.Orders - order {n} is placed\n" for n in range(8))
    warned = good.replace("INFO", "WARN")
    texts = [good, f"{good}{TRACE}", f"{good}panic: no stock\n\ngoroutine 1 [running]:\nmain.main()\n", f"{warned}{TRACE}"]
    parts = assert_equal_to_each_alone(write_logs(tmp_path, texts), tmp_path)
    assert together(parts) == 4
    assert [len(part.ledger.notes) for part in parts] == [0, 2, 2, 1]
    assert [part.ledger.events for part in parts] == [8, 9, 9, 8]


def test_the_format_of_a_log_does_not_depend_on_the_logs_beside_it(tmp_path: Path) -> None:
    syslog = "".join(f"2026-01-17T03:00:0{n}.123+01:00 web1 app[12]: up {n}\n" for n in range(9))
    java = "".join(f"2026-01-17T03:00:0{n}.123+01:00 {level} com.shop.Db: slow\n" for n, level in ((1, "WARN"), (5, "ERROR")))
    parts = assert_equal_to_each_alone(
        write_logs(tmp_path, [syslog, syslog.replace("up", "down"), java, f"{java}{java}"]), tmp_path
    )
    assert [part.ledger.format for part in parts] == ["syslog-iso", "syslog-iso", "log4j", "log4j"]
    assert together(parts) == 4


def test_many_empty_logs_do_not_make_queries_longer(tmp_path: Path) -> None:
    good = "".join(f'2026-01-17T03:00:0{n}Z level=error msg="order {n} failed"\n' for n in range(8))
    store = Store(read_all(write_logs(tmp_path, [good, *[""] * 200])))
    assert len(store.parts) == 201
    assert len(str(store.union(ROLLUP, "logs"))) < 2_000
    assert store.rollup()["events"].sum() == 8


def test_a_log_that_cannot_be_read_is_reported_and_the_others_are_read(tmp_path: Path) -> None:
    good = "".join(f'2026-01-17T03:00:0{n}Z level=error msg="order {n} failed"\n' for n in range(8))
    requests = write_logs(tmp_path, [good, good.replace("order", "item"), good])
    broken = tmp_path / "till-broken.log.gz"
    broken.write_bytes(gzip.compress(good.encode())[:-9])
    with pytest.raises(SourceError, match=r"till-broken\.log\.gz: the compressed file is cut short"):
        read_all({**requests, **export_requests(broken, None)})
    assert together([get_or_build(source, request, create_cache_folder()) for source, request in requests.items()]) == 3


def test_the_files_of_an_archive_are_read_together(tmp_path: Path) -> None:
    path = tmp_path / "pods.tar"
    with tarfile.open(path, "w") as archive:
        for number in range(5):
            text = f'2026-01-17T03:00:0{number}Z stdout F level=error msg="order {number} failed"\n'.encode() * 4
            member = tarfile.TarInfo(f"pods/cart-{number}.log")
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text))
    parts = assert_equal_to_each_alone(export_requests(path, None), tmp_path)
    assert together(parts) == 5


def test_logs_whose_times_lie_in_a_repeated_hour_are_read_on_their_own(tmp_path: Path) -> None:
    text = "".join(f"2026-10-25 0{hour}:30:00,000 INFO [main] com.shop.Orders - hour {hour}\n" for hour in (1, 2, 2, 3))
    requests = {name: replace(request, timezone="Europe/Berlin") for name, request in write_logs(tmp_path, [text] * 2).items()}
    next(iter(requests.values())).path.write_text(text + text.replace("-25 ", "-26 "))
    parts = assert_equal_to_each_alone(requests, tmp_path)
    assert together(parts) == 0
    assert all("the clocks of Europe/Berlin repeat" in " ".join(part.ledger.notes) for part in parts)


def test_a_log_that_is_added_later_is_read_alone_and_the_others_are_in_the_cache(incident) -> None:
    lines = "".join(f'2026-01-17T03:0{n}:00Z level=error msg="order {n} failed"\n' for n in range(9))
    new_incident = incident({f"cart-{number}.log": lines.replace("order", f"order {number}") for number in range(4)})
    before = open_incident(new_incident)
    (new_incident.folder / "cart-9.log").write_text(lines.replace("order", "order 9"))
    after = open_incident(new_incident)
    assert after.parts[:4] == before.parts
    assert len(after.logs()) == len(before.logs()) + 9 == 45
    assert sorted(after.logs()["source"].unique()) == [*(f"cart-{number}.log" for number in range(4)), "cart-9.log"]


def test_copies_of_a_log_are_read_under_the_name_of_each(tmp_path: Path) -> None:
    lines = "".join(f'2026-01-17T03:0{n}:00Z level=error msg="order {n} failed"\n' for n in range(9))
    requests = write_logs(tmp_path, [lines, lines.replace("order", "item"), lines])
    read_all(requests)
    parts = [get_or_build(source, request, create_cache_folder()) for source, request in requests.items()]
    with connect() as database:
        events = database.sql(f"FROM {union_sql(database, [(part.source, part.extent) for part in parts], EVENTS)}").df()
    # The first and the last log have the same content and service, so they have the same rows.
    assert events["source"].value_counts().to_dict() == dict.fromkeys(requests, 9)


def test_a_shared_folder_that_was_damaged_is_read_again(incident) -> None:
    lines = "".join(f'2026-01-17T03:0{n}:00Z level=error msg="order {n} failed"\n' for n in range(9))
    new_incident = incident({f"cart-{number}.log": lines.replace("order", f"order {number}") for number in range(4)})
    store = open_incident(new_incident)
    before = store.logs()
    (store.parts[0].extent.folder / EVENTS).unlink()
    again = open_incident(new_incident)
    pd.testing.assert_frame_equal(again.logs(), before)
    assert together(list(again.parts)) == 4


def test_an_entry_that_was_removed_in_part_is_built_again(incident) -> None:
    new_incident = incident({"cart.log": "2026-01-17T03:00:00Z level=error msg=broken\n" * 9})
    before = open_incident(new_incident)
    (before.parts[0].extent.folder / LEDGER).unlink()
    assert open_incident(new_incident).parts == before.parts


def orders(number: int) -> dict[str, str]:
    """Return small logs of one format, by file name."""
    lines = "".join(f'2026-01-17T03:0{n}:00Z level=error msg="order {n} failed"\n' for n in range(9))
    return {f"cart-{log}.log": lines.replace("order", f"order {log}") for log in range(number)}


@pytest.mark.slow
def test_a_full_disk_is_reported_and_what_was_written_of_an_entry_is_not_used(
    incident, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=40k", "tmpfs", str(disk)], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("needs the right to mount a file system")
    monkeypatch.setenv("PMKIT_CACHE", str(disk / "cache"))
    try:
        logs = incident(orders(20))
        with pytest.raises(OutputError, match="cannot write the cache: No space left on device; name another with PMKIT_CACHE"):
            open_incident(logs)
        assert list((disk / "cache").rglob(".part-*")) == []
        subprocess.run(["mount", "-o", "remount,size=40m", str(disk)], check=True)
        assert len(open_incident(logs).logs()) == 20 * 9
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_log_that_vanishes_after_it_was_listed_is_named_and_the_others_can_be_read(tmp_path: Path) -> None:
    requests = write_logs(tmp_path, list(orders(4).values()))
    vanished = list(requests)[2]
    requests[vanished].path.unlink()
    with pytest.raises(SourceError, match=r"till-.*00002.log: cannot be read: No such file or directory"):
        read_all(requests)
    del requests[vanished]
    assert [part.ledger.events for part in read_all(requests)] == [9, 9, 9]


@pytest.mark.slow
def test_two_processes_that_read_the_same_logs_at_once_read_them_once(incident) -> None:
    folder = incident(orders(30)).folder
    command = [sys.executable, "-m", "pmkit", "ingest", folder.name, "--data", str(folder.parent), "--quiet"]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    first, second = (process.communicate(timeout=120) for process in both)
    assert [process.returncode for process in both] == [0, 0]
    assert first == second
    assert first[1] == ""
    cache = create_cache_folder()
    assert len(list(cache.glob("shared/*"))) == 1
    assert len(list(cache.rglob(LEDGER))) == 30
    assert [path.name for path in cache.glob(".*")] == []

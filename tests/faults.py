"""A catalogue of what can go wrong with the exports and `incident.yaml` of an incident, and what pmkit answers."""

# ruff: noqa: E501 - one fault per line
from __future__ import annotations

import bz2
import gzip
import io
import json
import os
import subprocess
import tarfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from samples import access_log

from pmkit.ingest.bytes.compression import zstd

# The beginning of every `incident.yaml`.
HEAD = "id: INC-1\ntitle: a test\n"
LOG = access_log(4, failing=[range(60, 120)])


@dataclass(frozen=True)
class Fault:
    """Something wrong in the folder of an incident that also has a good log.

    Attributes
    ----------
    name : str
        A short description.
    arrange : callable
        Puts the fault into the folder.
    exit_code : int
        The exit code of the command: 0 where the fault is reported beside what was read, else 2.
    answer : str
        A regular expression that the output (exit code 0) or the error message matches.
    command : str
        The command that answers: `summary` for what only matters to the analysis.
    """

    name: str
    arrange: Callable[[Path], None]
    exit_code: int
    answer: str
    command: str = "ingest"


def write_file(name: str, content: str | bytes) -> Callable[[Path], None]:
    """Return a function that writes a file into the folder."""

    def arrange(folder: Path) -> None:
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())

    return arrange


def write_yaml(text: str | bytes) -> Callable[[Path], None]:
    """Return a function that replaces `incident.yaml`."""
    return write_file("incident.yaml", text)


def zip_archive(*members: tuple[str, str]) -> bytes:
    """Return a zip with these files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members:
            archive.writestr(name, text)
    return out.getvalue()


def tar_archive(name: str, **fields: object) -> bytes:
    """Return a tar with one empty member that has these header fields."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        member = tarfile.TarInfo(name)
        for field, value in fields.items():
            setattr(member, field, value)
        archive.addfile(member)
    return out.getvalue()


def json_log(**fields: object) -> str:
    """Return sixty JSON lines; every tenth has these fields."""
    usual = {"status": 200, "path": "/", "method": "GET", "service": "shop"}
    return "".join(
        json.dumps({"time": f"2026-01-17T03:00:{n:02}Z", **usual, **(fields if n % 10 == 5 else {})}) + "\n" for n in range(60)
    )


def numbered_lines(template: str) -> str:
    """Return sixty lines of a template that takes the line's number twice."""
    return "".join(template.format(n, n) + "\n" for n in range(60))


def epoch_log(per_second: int) -> str:
    """Return a JSON log with times since 1970 in units of which so many make a second."""
    first = 1768618800
    return "".join(
        json.dumps({"time": (first + n) * per_second, "level": "info", "msg": f"request {n}"}) + "\n" for n in range(60)
    )


def local_times(zone: str, template: str) -> Callable[[Path], None]:
    """Return a function that writes a log with local times of a zone."""

    def arrange(folder: Path) -> None:
        (folder / "incident.yaml").write_text(f"{HEAD}timezone: {zone}\n")
        (folder / "z.log").write_text(numbered_lines(template))

    return arrange


def yearless_log(modified: int) -> Callable[[Path], None]:
    """Return a function that writes a log without years, last modified at a time in seconds since 1970."""

    def arrange(folder: Path) -> None:
        (folder / "y.log").write_text(numbered_lines("Jan 17 03:00:{:02} web7 shop[7]: request {} failed"))
        os.utime(folder / "y.log", (modified, modified))

    return arrange


def sparse_archive(folder: Path) -> None:
    """Write a tar of one file that is almost entirely a hole."""
    with (folder / "b.log").open("wb") as file:
        file.truncate(64 << 30)
    subprocess.run(["tar", "--sparse", "-cf", "b.tar", "b.log"], cwd=folder, check=True)
    (folder / "b.log").unlink()


def overlapping_rotation(folder: Path) -> None:
    """Write the older two thirds of the log as a rotated file."""
    lines = LOG.splitlines(keepends=True)
    (folder / "access.log.1").write_text("".join(lines[: len(lines) * 2 // 3]))


def iis_log() -> str:
    """Return an IIS log that was restarted halfway with the fields in another order."""
    before = "#Software: IIS\n#Fields: date time cs-method cs-uri-stem sc-status time-taken\n"
    after = "#Software: IIS\n#Fields: date time sc-status cs-method cs-uri-stem time-taken\n"
    first = "".join(f"2026-01-17 03:00:{n:02} GET /a 200 12\n" for n in range(20))
    second = "".join(f"2026-01-17 03:01:{n:02} 200 GET /a 12\n" for n in range(20))
    return before + first + after + second


def unreadable_file(folder: Path) -> None:
    """Name a kernel file that raises an error when anybody, even root, reads it."""
    link = folder.parent / "mem.log"
    link.symlink_to("/proc/self/mem")
    (folder / "incident.yaml").write_text(f"{HEAD}exports: ['file://{link}']\n")


def archive_bomb(name: str) -> Callable[[Path], None]:
    """Return a function that writes a gigabyte of zeros, compressed."""

    def arrange(folder: Path) -> None:
        block, times = bytes(1 << 24), 65
        if name.endswith(".zip"):
            with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("b.log", "w") as member:
                for _ in range(times):
                    member.write(block)
            return
        # Both kinds of files may consist of members, so a block needs to be compressed only once.
        compress = zstd.compress if name.endswith(".zst") else gzip.compress
        (folder / name).write_bytes(compress(block) * times)

    return arrange


PLAIN = numbered_lines("2026-01-17 03:00:{:02},000 ERROR [shop] broken {}")
# What `pmkit ingest` prints of the good log.
RESULTS = r"access\.log: access-combined-pairs: 1,200 logs of 1,200 lines"
FAULTS = (
    Fault("an empty log", write_file("empty.log", ""), 0, r"empty\.log: empty: 0 logs of 0 lines"),
    Fault("a log of blank lines", write_file("blank.log", "\n" * 50), 0, r"blank\.log"),
    Fault("a directory named like a log", lambda folder: (folder / "x.log").mkdir(), 0, RESULTS),
    Fault("a FIFO", lambda folder: os.mkfifo(folder / "pipe.log"), 0, RESULTS),
    Fault("a dangling link", lambda folder: (folder / "gone.log").symlink_to("/nonexistent/x.log"), 0, RESULTS),
    Fault("a link to itself", lambda folder: (folder / "loop.log").symlink_to(folder / "loop.log"), 0, RESULTS),
    Fault("a link to a file outside", lambda folder: (folder / "outside.log").symlink_to("/etc/passwd"), 2, r"outside\.log: links to .*etc/passwd, outside"),
    Fault("a link to a file beside it", lambda folder: (folder / "beside.log").symlink_to(folder / "access.log"), 0, "counted once"),
    Fault("a file that cannot be read", unreadable_file, 2, r"mem\.log: cannot be read"),
    Fault("a link to a folder above", lambda folder: (folder / "up").symlink_to(folder.parent), 0, RESULTS),
    Fault("a name with a line break", write_file("a\nb.log", "2026-01-17 03:00:00 ERROR it broke\n"), 0, r"a.?b\.log: "),
    Fault("a name with a quote", write_file("a'b\".log", "2026-01-17 03:00:00 ERROR it broke\n"), 0, r"a'b\"\.log: "),
    Fault("a name with wildcards", write_file("a*[b]?.log", "2026-01-17 03:00:00 ERROR it broke\n"), 0, r"a\*\[b\]\?\.log: "),
    Fault("random bytes", write_file("noise.bin", bytes(range(256)) * 40), 0, r"noise\.bin: "),
    Fault("a zip that is not one", write_file("a.zip", b"PK\x03\x04 no"), 2, r"a\.zip"),
    Fault("a truncated zip", write_file("a.zip", zip_archive(("a.log", LOG))[:-40]), 2, r"a\.zip"),
    Fault("a zip whose member points outside", write_file("a.zip", zip_archive(("../../etc/evil.log", LOG))), 0, RESULTS),
    Fault("an empty zip", write_file("a.zip", zip_archive()), 0, RESULTS),
    Fault("a zip in a zip", write_file("a.zip", zip_archive(("b.zip", "PK"))), 0, RESULTS),
    Fault("a tar with a link outside", write_file("a.tar", tar_archive("l.log", type=tarfile.SYMTYPE, linkname="/etc/passwd")), 0, RESULTS),
    Fault("a tar with a device", write_file("a.tar", tar_archive("d.log", type=tarfile.CHRTYPE, devmajor=1)), 0, RESULTS),
    Fault("damaged zstd", write_file("a.log.zst", b"\x28\xb5\x2f\xfd" + b"\xff" * 40), 2, r"a\.log\.zst: the compressed data"),
    Fault("damaged gzip", write_file("a.log.gz", b"\x1f\x8b\x08" + b"\xff" * 40), 2, r"a\.log\.gz: the compressed"),
    Fault("damaged xz", write_file("a.log.xz", b"\xfd7zXZ\x00" + b"\xff" * 40), 2, r"a\.log\.xz: the compressed"),
    Fault("a duration that is not a number", write_file("n.jsonl", json_log(duration_ms="NaN")), 0, RESULTS),
    Fault("an infinite duration", write_file("n.jsonl", json_log(duration_ms=float("inf"))), 0, RESULTS),
    Fault("a negative duration", write_file("n.jsonl", json_log(duration_ms=-5)), 0, RESULTS),
    Fault("a time in the year 1", write_file("n.jsonl", json_log(time="0001-01-01T00:00:00Z")), 0, RESULTS),
    Fault("a time in the year 9999", write_file("n.jsonl", json_log(time="9999-12-31T23:59:59Z")), 0, RESULTS),
    Fault("a time that is not one", write_file("n.jsonl", json_log(time="yesterday")), 0, RESULTS),
    Fault("a status that is not one", write_file("n.jsonl", json_log(status="broken")), 0, RESULTS),
    Fault("an enormous status", write_file("n.jsonl", json_log(status=10**30)), 0, RESULTS),
    Fault("deep nesting", write_file("n.jsonl", '{"time": "2026-01-17T03:00:00Z", "a": ' + "[" * 5000 + "]" * 5000 + "}"), 0, r"n\."),
    Fault("a document nested too deeply", write_file("n.json", "[" * 100_000 + "]" * 100_000), 0, r"n\.json"),
    Fault("a line of five megabytes", write_file("n.log", "2026-01-17 03:00:00 ERROR " + "x" * 5_000_000 + "\n"), 0, r"n\.log: "),
    Fault("epoch in seconds", write_file("e.jsonl", epoch_log(1)), 0, r"e\.jsonl: [\w-]+: 60 logs of 60 lines"),
    Fault("epoch in milliseconds", write_file("e.jsonl", epoch_log(10**3)), 0, r"e\.jsonl: [\w-]+: 60 logs of 60 lines"),
    Fault("epoch in microseconds", write_file("e.jsonl", epoch_log(10**6)), 0, r"e\.jsonl: [\w-]+: 60 logs of 60 lines"),
    Fault("epoch in nanoseconds", write_file("e.jsonl", epoch_log(10**9)), 0, r"e\.jsonl: [\w-]+: 60 logs of 60 lines"),
    Fault("times without a zone", write_file("z.log", numbered_lines("2026-01-17 03:00:{:02},123 INFO [shop] ok {}")), 0,
          r"z\.log: python-logging: 60 logs of 60 lines.*timestamps have no time zone"),
    Fault("times without a year", write_file("y.log", numbered_lines("Jan 17 03:00:{:02} web7 shop[7]: request {} failed")), 0,
          r"y\.log: [\w-]+: 60 logs of 60 lines"),
    Fault("a change of year", write_file("y.log", "Dec 31 23:59:59 web7 shop[7]: one\nJan  1 00:00:01 web7 shop[7]: two\n"), 0,
          r"y\.log: [\w-]+: 2 logs of 2 lines"),
    Fault("the hour repeated in autumn", local_times("Europe/Berlin", "2026-10-25 02:{:02}:00 INFO [shop] ok {}"), 0,
          r"z\.log: [\w-]+: 60 logs of 60 lines"),
    Fault("the hour skipped in spring", local_times("Europe/Berlin", "2026-03-29 02:{:02}:00 INFO [shop] ok {}"), 0,
          r"z\.log: [\w-]+: 60 logs of 60 lines"),
    Fault("two zones in one file", write_file("z.jsonl", json_log(time="2026-01-17T04:00:05+01:00")), 0, r"z\.jsonl: [\w-]+: 60 logs"),
    Fault("a decimal comma", write_file("c.log", numbered_lines("2026-01-17 03:00:{:02},{:03} ERROR [shop] broken")), 0,
          r"c\.log: [\w-]+: 60 logs of 60 lines"),
    Fault("dashes for empty fields", write_file("d.log", '- - - [17/Jan/2026:03:00:00 +0000] "-" 408 - "-" "-"\n' + LOG), 0,
          r"d\.log: .*1.201 logs of 1.201 lines"),
    Fault("JSON in JSON", write_file("j.jsonl", json_log(msg=json.dumps({"a": json.dumps({"b": 1})}))), 0, r"j\.jsonl: [\w-]+: 60 logs"),
    Fault("a duplicate key in JSON", write_file("j.jsonl", '{"time": "2026-01-17T03:00:00Z", "level": "info", "level": "error", "msg": "x"}\n' * 30),
          0, r"j\.jsonl: [\w-]+: 30 logs of 30 lines"),
    Fault("terminal colours", write_file("c.log", numbered_lines("\x1b[31m2026-01-17 03:00:{:02},000\x1b[0m ERROR [shop] broken {}")), 0,
          r"c\.log: [\w-]+: 60 logs of 60 lines"),
    Fault("a byte order mark", write_file("b.log", b"\xef\xbb\xbf" + PLAIN.encode()), 0, r"b\.log: [\w-]+: 60 logs of 60 lines"),
    Fault("Windows line ends", write_file("w.log", PLAIN.replace("\n", "\r\n")), 0, r"w\.log: [\w-]+: 60 logs of 60 lines"),
    Fault("old Mac line ends", write_file("m.log", PLAIN.replace("\n", "\r")), 0, r"m\.log: [\w-]+: 60 logs of 60 lines"),
    Fault("UTF-16", write_file("u.log", PLAIN.encode("utf-16")), 0, r"u\.log: [\w-]+: 60 logs of 60 lines"),
    Fault("UTF-16 without a mark", write_file("u.log", PLAIN.encode("utf-16-le")), 0, r"u\.log: [\w-]+: 60 logs of 60 lines"),
    Fault("Latin-1 bytes", write_file("l.log", PLAIN.replace("broken", "zerstört").encode("latin-1")), 0,
          r"l\.log: [\w-]+: 60 logs of 60 lines.*Latin-1"),
    Fault("NUL bytes", write_file("n.log", PLAIN.replace("broken", "bro\0ken")), 0, r"n\.log: [\w-]+: 60 logs of 60 lines.*NUL"),
    Fault("a truncated last line", write_file("n.jsonl", json_log()[:-30]), 0, r"n\.jsonl: [\w-]+: 59 logs of 60 lines"),
    Fault("gzip of several members", write_file("g.log.gz", gzip.compress(PLAIN[:600].encode()) + gzip.compress(PLAIN[600:].encode())), 0,
          r"g\.log\.gz: [\w-]+: 60 logs of 60 lines"),
    Fault("a truncated gzip", write_file("g.log.gz", gzip.compress(PLAIN.encode())[:-20]), 2, r"g\.log\.gz: the compressed file is cut"),
    Fault("a gzip with a wrong checksum", write_file("g.log.gz", gzip.compress(PLAIN.encode())[:-8] + b"\0" * 8), 2, r"g\.log\.gz: the compressed"),
    Fault("a truncated zstd", write_file("g.log.zst", zstd.compress(PLAIN.encode() * 9)[:-9]), 2, r"g\.log\.zst: the compressed"),
    Fault("a truncated bzip2", write_file("g.log.bz2", bz2.compress(PLAIN.encode())[:-9]), 2, r"g\.log\.bz2: the compressed"),
    Fault("a zip of several logs", write_file("a.zip", zip_archive(("a.log", PLAIN), ("b.log", PLAIN.replace("broken", "other")))), 0,
          r"a\.zip/a\.log: [\w-]+: 60 logs.*a\.zip/b\.log: [\w-]+: 60 logs"),
    Fault("a zstd bomb", archive_bomb("b.log.zst"), 2, r"b\.log\.zst: decompresses to more than 500 times"),
    Fault("a gzip bomb", archive_bomb("b.log.gz"), 2, r"b\.log\.gz: decompresses to more than 500 times"),
    Fault("a sparse archive bomb", sparse_archive, 2, r"b\.tar: decompresses to more than 500 times"),
    Fault("a zip bomb", archive_bomb("b.zip"), 2, r"b\.zip: decompresses to more than 500 times"),
    Fault("rotated logs that overlap", overlapping_rotation, 0, r"of its events are also in .* and counted once"),
    Fault("a copied log", write_file("copy.log", LOG), 0, r"of its events are also in .* and counted once"),
    Fault("a header in the middle", write_file("h.log", iis_log()), 0, r"h\.log: [\w-]+: 40 logs of 44 lines"),
    Fault("lines out of order", write_file("o.log", "".join(reversed(PLAIN.splitlines(keepends=True)))), 0, r"o\.log: [\w-]+: 60 logs"),
    Fault("NA and null as text", write_file("n.jsonl", json_log(service="NA", msg="null")), 0, r"n\.jsonl: [\w-]+: 60 logs of 60 lines"),
    Fault("a name of two hundred and fifty bytes", write_file("x" * 246 + ".log", PLAIN), 0, r"x\.log: [\w-]+: 60 logs of 60 lines"),
    Fault("a file dated 2100", yearless_log(4102444800), 0, r"y\.log: [\w-]+: 60 logs of 60 lines"),
    Fault("a file dated 1970", yearless_log(0), 0, r"y\.log: [\w-]+: 60 logs of 60 lines"),
    Fault("a redaction rule that is not a pattern", write_yaml(HEAD + "redact: {rules: [{name: a, pattern: '('}]}\n"), 2, r"incident\.yaml:3"),
    Fault("an unknown zone", write_yaml(HEAD + "timezone: Mars/Phobos\n"), 2, r"incident\.yaml:3"),
    Fault("another incident's ID", write_yaml("id: INC-2\ntitle: a test\n"), 2, r"incident\.yaml: id is 'INC-2'"),
    Fault("an unknown field", write_yaml(HEAD + "sverity: SEV-1\n"), 0, r"incident\.yaml:3.*severity", "summary"),
    Fault("a list where a text belongs", write_yaml(HEAD + "severity: [a]\n"), 0, r"incident\.yaml:3", "summary"),
    Fault("no incident.yaml", lambda folder: (folder / "incident.yaml").unlink(), 2, r"incident\.yaml: not found"),
    Fault("no logs at all", lambda folder: (folder / "access.log").unlink(), 0, r"not known: there are no logs and no metrics", "summary"),
    Fault("a string of thirty-four million characters", write_file("n.jsonl", json_log() + '{"msg": "' + "x" * 34_000_000 + '"}\n'), 0,
          r"n\.jsonl: [\w-]+: 60 logs of 61 lines; 0 continuation, 0 blank, 1 rejected\nn\.jsonl: line 61 is longer than 32 MiB; the rest was left out"),
    Fault("a message of a million words", write_file("m.log", f"2026-01-17 03:00:00,123 ERROR shop.cart: {'x y ' * 500_000}\n"), 0,
          r"m\.log: [\w-]+: 1 logs? of 1 lines?"),
    Fault("a number of five thousand digits", write_yaml(f"{HEAD}severity: {'9' * 5000}\n"), 2, r"incident\.yaml: a number or a date cannot be read: .*; put it in quotes"),
    Fault("lists in lists in lists", write_yaml(f"{HEAD}severity: {'[' * 600}\n"), 2, r"incident\.yaml: lists or fields are nested too deeply"),
    Fault("a day that does not exist", write_yaml(f"{HEAD}times: {{started_at: 2026-02-30 10:00:00}}\n"), 0, r"incident\.yaml", "summary"),
    Fault("an empty incident.yaml", write_yaml(""), 2, r"incident\.yaml"),
    Fault("YAML with a duplicate key", write_yaml(f"{HEAD}severity: a\nseverity: b\n"), 2, r"incident\.yaml:\d+.*(?i:duplicate|twice)"),
    Fault("YAML with an alias bomb", write_yaml(HEAD + "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{','.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(9))), 2, r"incident\.yaml"),
    Fault("YAML that builds objects", write_yaml(HEAD + "severity: !!python/object/apply:os.system ['true']\n"), 0, r"incident\.yaml:3", "summary"),
    Fault("YAML with tabs", write_yaml(HEAD + "slo:\n\tavailability: 0.9\n"), 2, r"incident\.yaml:4"),
    Fault("YAML with NUL bytes", write_yaml(HEAD.encode() + b"severity: a\x00b\n"), 2, r"incident\.yaml"),
    Fault("YAML that is not UTF-8", write_yaml(HEAD.encode() + b"severity: \xff\xfe\n"), 2, r"incident\.yaml"),
    Fault("YAML with an end before the start", write_yaml(HEAD + "times: {started_at: 2026-01-18 04:00:00, ended_at: 2026-01-17}\n"),
          0, "requests failed", "summary"),
    Fault("YAML with a time in the year 1", write_yaml(HEAD + "times: {started_at: 0001-01-01 00:00:00}\n"), 0, "requests failed", "summary"),
    Fault("a hint for a missing file", write_yaml(HEAD + "sources: [{match: a.log, timezone: UTC}]\n"), 2, r"incident\.yaml:3: sources\.0\.match: no export matches 'a\.log'"),
    Fault("a missing impact source", write_yaml(HEAD + "impact_source: none.log\n"), 2, r"none\.log", "summary"),
    Fault("a pattern that cannot be compiled", write_yaml(HEAD + "formats: [{name: a, pattern: '(((' }]\n"), 2, r"incident\.yaml:3"),
    Fault("a pattern that backtracks", write_yaml(HEAD + "formats: [{name: a, pattern: '^(?P<message>(a+)+)$', samples: ['x']}]\n"), 2,
          r"incident\.yaml:3"),
    Fault("an export at a URL nobody can open", write_yaml(HEAD + "exports: ['nonsense://x']\n"), 2, r"nonsense"),
)  # fmt: skip

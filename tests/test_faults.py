"""What can go wrong with files, contents and the machine: one clear message, its exit code, and nothing that was good is lost."""

# ruff: noqa: E501 - one line a fault
from __future__ import annotations

import bz2
import gzip
import io
import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tarfile
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from conftest import ROOT
from samples import access_log

from pmkit.cli import main
from pmkit.core.errors import SourceError
from pmkit.incident.folder import Incident
from pmkit.ingest.bytes.archives import zstd
from pmkit.ingest.cache import open_incident

LOG = access_log(4, failing=[range(60, 120)])
GOOD = "a report that was good"


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong.

    Attributes
    ----------
    name : str
        What it is.
    make : callable
        Makes it in the folder of an incident with a good log.
    code : int
        What the command ends with: 0 where it is told beside the results, else 2.
    told : str
        What is said of it, a regular expression.
    """

    name: str
    make: Callable[[Path], None]
    code: int
    told: str


def file(name: str, content: str | bytes) -> Callable[[Path], None]:
    """Write a file."""

    def make(folder: Path) -> None:
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())

    return make


def yaml(text: str | bytes) -> Callable[[Path], None]:
    """Write another `incident.yaml`."""
    return file("incident.yaml", text)


def zipped(*members: tuple[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members:
            archive.writestr(name, text)
    return out.getvalue()


def tarred(name: str, **about: object) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        member = tarfile.TarInfo(name)
        for what, value in about.items():
            setattr(member, what, value)
        archive.addfile(member)
    return out.getvalue()


def lines(**fields: object) -> str:
    """Write a JSON log of which every tenth line has the fields."""
    plain = {"status": 200, "path": "/", "method": "GET", "service": "shop"}
    return "".join(
        json.dumps({"time": f"2026-01-17T03:00:{n:02}Z", **plain, **(fields if n % 10 == 5 else {})}) + "\n" for n in range(60)
    )


def plain(form: str) -> str:
    """Write sixty lines of a form that takes a number, twice."""
    return "".join(form.format(n, n) + "\n" for n in range(60))


def epochs(each_s: int) -> str:
    """Write a JSON log with times since 1970 in a unit."""
    first = 1768618800
    return "".join(json.dumps({"time": (first + n) * each_s, "level": "info", "msg": f"request {n}"}) + "\n" for n in range(60))


def in_zone(zone: str, form: str) -> Callable[[Path], None]:
    """Write a log whose times are of a zone."""

    def make(folder: Path) -> None:
        (folder / "incident.yaml").write_text(f"{HEAD}timezone: {zone}\n")
        (folder / "z.log").write_text(plain(form))

    return make


def dated(at: int) -> Callable[[Path], None]:
    """Write a log without years and say when it was last changed, seconds since 1970."""

    def make(folder: Path) -> None:
        (folder / "y.log").write_text(plain("Jan 17 03:00:{:02} web7 shop[7]: request {} failed"))
        os.utime(folder / "y.log", (at, at))

    return make


def holes(folder: Path) -> None:
    """Write an archive of one file that is nearly all hole."""
    with (folder / "b.log").open("wb") as file:
        file.truncate(64 << 30)
    subprocess.run(["tar", "--sparse", "-cf", "b.tar", "b.log"], cwd=folder, check=True)
    (folder / "b.log").unlink()


def rotated(folder: Path) -> None:
    """Write the older half of a log, and some more of it, as another."""
    (folder / "access.log.1").write_text("".join(LOG.splitlines(keepends=True)[: len(LOG.splitlines()) * 2 // 3]))


def w3c() -> str:
    """Write a log of IIS that was started anew halfway, with other fields."""
    one = "#Fields: date time cs-method cs-uri-stem sc-status time-taken\n"
    other = "#Fields: date time sc-status cs-method cs-uri-stem time-taken\n"
    first = "".join(f"2026-01-17 03:00:{n:02} GET /a 200 12\n" for n in range(20))
    return f"#Software: IIS\n{one}{first}#Software: IIS\n{other}" + "".join(
        f"2026-01-17 03:01:{n:02} 200 GET /a 12\n" for n in range(20)
    )


def unreadable(folder: Path) -> None:
    """Name a file of the kernel's that gives an error when it is read, also to those who may read everything."""
    link = folder.parent / "mem.log"
    link.symlink_to("/proc/self/mem")
    (folder / "incident.yaml").write_text(f"{HEAD}exports: ['file://{link}']\n")


def bomb(name: str) -> Callable[[Path], None]:
    """Write zeros by the gigabyte, compressed."""

    def make(folder: Path) -> None:
        size, block = (1 << 30) + (1 << 26), bytes(1 << 24)
        if name.endswith(".zip"):
            with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("b.log", "w") as member:
                for _ in range(size // len(block)):
                    member.write(block)
            return
        opener = zstd.open if name.endswith(".zst") else gzip.open
        with opener(folder / name, "wb") as stream:
            for _ in range(size // len(block)):
                stream.write(block)

    return make


PLAIN = plain("2026-01-17 03:00:{:02},000 ERROR [shop] broken {}")
HEAD = "id: INC-1\ntitle: a test\n"
FAULTS = (
    Fault("an empty log", file("empty.log", ""), 0, r"empty\.log: empty, 0 events of 0 lines"),
    Fault("a log of blank lines", file("blank.log", "\n" * 50), 0, r"blank\.log"),
    Fault("a directory named like a log", lambda folder: (folder / "x.log").mkdir(), 0, "requests failed"),
    Fault("a FIFO", lambda folder: os.mkfifo(folder / "pipe.log"), 0, "requests failed"),
    Fault("a link to nothing", lambda folder: (folder / "gone.log").symlink_to("/nonexistent/x.log"), 0, "requests failed"),
    Fault("a link to itself", lambda folder: (folder / "loop.log").symlink_to(folder / "loop.log"), 0, "requests failed"),
    Fault("a link to a file outside", lambda folder: (folder / "outside.log").symlink_to("/etc/passwd"), 2, r"outside\.log: is a link to .*etc/passwd, outside"),
    Fault("a link to a file beside it", lambda folder: (folder / "beside.log").symlink_to(folder / "access.log"), 0, "counted once"),
    Fault("a file that cannot be read", unreadable, 2, r"mem\.log: cannot be read"),
    Fault("a link to a folder above", lambda folder: (folder / "up").symlink_to(folder.parent), 0, "requests failed"),
    Fault("a name with a line end", file("a\nb.log", "2026-01-17 03:00:00 ERROR it broke\n"), 0, r"a.?b\.log: "),
    Fault("a name with a quote", file("a'b\".log", "2026-01-17 03:00:00 ERROR it broke\n"), 0, r"a'b\"\.log: "),
    Fault("a name with wildcards", file("a*[b]?.log", "2026-01-17 03:00:00 ERROR it broke\n"), 0, r"a\*\[b\]\?\.log: "),
    Fault("random bytes", file("noise.bin", bytes(range(256)) * 40), 0, r"noise\.bin: "),
    Fault("a zip that is none", file("a.zip", b"PK\x03\x04 no"), 2, r"a\.zip"),
    Fault("a zip that was cut short", file("a.zip", zipped(("a.log", LOG))[:-40]), 2, r"a\.zip"),
    Fault("a zip whose member points outside", file("a.zip", zipped(("../../etc/evil.log", LOG))), 0, "requests failed"),
    Fault("an empty zip", file("a.zip", zipped()), 0, "requests failed"),
    Fault("a zip in a zip", file("a.zip", zipped(("b.zip", "PK"))), 0, "requests failed"),
    Fault("a tar with a link outside", file("a.tar", tarred("l.log", type=tarfile.SYMTYPE, linkname="/etc/passwd")), 0, "failed"),
    Fault("a tar with a device", file("a.tar", tarred("d.log", type=tarfile.CHRTYPE, devmajor=1)), 0, "requests failed"),
    Fault("damaged zstd", file("a.log.zst", b"\x28\xb5\x2f\xfd" + b"\xff" * 40), 2, r"a\.log\.zst: the compressed data"),
    Fault("damaged gzip", file("a.log.gz", b"\x1f\x8b\x08" + b"\xff" * 40), 2, r"a\.log\.gz: the compressed"),
    Fault("damaged xz", file("a.log.xz", b"\xfd7zXZ\x00" + b"\xff" * 40), 2, r"a\.log\.xz: the compressed"),
    Fault("a duration that is not a number", file("n.jsonl", lines(duration_ms="NaN")), 0, "requests failed"),
    Fault("an infinite duration", file("n.jsonl", lines(duration_ms=float("inf"))), 0, "requests failed"),
    Fault("a negative duration", file("n.jsonl", lines(duration_ms=-5)), 0, "requests failed"),
    Fault("a time in the year 1", file("n.jsonl", lines(time="0001-01-01T00:00:00Z")), 0, "requests failed"),
    Fault("a time in the year 9999", file("n.jsonl", lines(time="9999-12-31T23:59:59Z")), 0, "requests failed"),
    Fault("a time that is none", file("n.jsonl", lines(time="yesterday")), 0, "requests failed"),
    Fault("a status that is none", file("n.jsonl", lines(status="broken")), 0, "requests failed"),
    Fault("an enormous status", file("n.jsonl", lines(status=10**30)), 0, "requests failed"),
    Fault("deep nesting", file("n.jsonl", '{"time": "2026-01-17T03:00:00Z", "a": ' + "[" * 5000 + "]" * 5000 + "}"), 0, r"n\."),
    Fault("a document nested too deeply", file("n.json", "[" * 100_000 + "]" * 100_000), 0, r"n\.json"),
    Fault("a line of five megabytes", file("n.log", "2026-01-17 03:00:00 ERROR " + "x" * 5_000_000 + "\n"), 0, r"n\.log: "),
    Fault("epoch in seconds", file("e.jsonl", epochs(1)), 0, r"e\.jsonl: [\w-]+, 60 events of 60 lines"),
    Fault("epoch in milliseconds", file("e.jsonl", epochs(10**3)), 0, r"e\.jsonl: [\w-]+, 60 events of 60 lines"),
    Fault("epoch in microseconds", file("e.jsonl", epochs(10**6)), 0, r"e\.jsonl: [\w-]+, 60 events of 60 lines"),
    Fault("epoch in nanoseconds", file("e.jsonl", epochs(10**9)), 0, r"e\.jsonl: [\w-]+, 60 events of 60 lines"),
    Fault("times without a zone", file("z.log", plain("2026-01-17 03:00:{:02},123 INFO [shop] ok {}")), 0,
          r"z\.log: python-logging, 60 events of 60 lines\s+its times carry no zone"),
    Fault("times without a year", file("y.log", plain("Jan 17 03:00:{:02} web7 shop[7]: request {} failed")), 0,
          r"y\.log: [\w-]+, 60 events of 60 lines"),
    Fault("a year that turns", file("y.log", "Dec 31 23:59:59 web7 shop[7]: one\nJan  1 00:00:01 web7 shop[7]: two\n"), 0,
          r"y\.log: [\w-]+, 2 events of 2 lines"),
    Fault("an hour that comes twice", in_zone("Europe/Berlin", "2026-10-25 02:{:02}:00 INFO [shop] ok {}"), 0,
          r"z\.log: [\w-]+, 60 events of 60 lines"),
    Fault("an hour that never comes", in_zone("Europe/Berlin", "2026-03-29 02:{:02}:00 INFO [shop] ok {}"), 0,
          r"z\.log: [\w-]+, 60 events of 60 lines"),
    Fault("zones that differ in one file", file("z.jsonl", lines(time="2026-01-17T04:00:05+01:00")), 0, r"z\.jsonl: [\w-]+, 60 events"),
    Fault("a comma for the decimal point", file("c.log", plain("2026-01-17 03:00:{:02},{:03} ERROR [shop] broken")), 0,
          r"c\.log: [\w-]+, 60 events of 60 lines"),
    Fault("dashes for what is empty", file("d.log", '- - - [17/Jan/2026:03:00:00 +0000] "-" 408 - "-" "-"\n' + LOG), 0,
          r"d\.log: .*1.201 events of 1.201 lines"),
    Fault("JSON in JSON", file("j.jsonl", lines(msg=json.dumps({"a": json.dumps({"b": 1})}))), 0, r"j\.jsonl: [\w-]+, 60 events"),
    Fault("a key twice in JSON", file("j.jsonl", '{"time": "2026-01-17T03:00:00Z", "level": "info", "level": "error", "msg": "x"}\n' * 30),
          0, r"j\.jsonl: [\w-]+, 30 events of 30 lines"),
    Fault("colours of a terminal", file("c.log", plain("\x1b[31m2026-01-17 03:00:{:02},000\x1b[0m ERROR [shop] broken {}")), 0,
          r"c\.log: [\w-]+, 60 events of 60 lines"),
    Fault("a byte order mark", file("b.log", b"\xef\xbb\xbf" + PLAIN.encode()), 0, r"b\.log: [\w-]+, 60 events of 60 lines"),
    Fault("line ends of Windows", file("w.log", PLAIN.replace("\n", "\r\n")), 0, r"w\.log: [\w-]+, 60 events of 60 lines"),
    Fault("line ends of old Macs", file("m.log", PLAIN.replace("\n", "\r")), 0, r"m\.log: [\w-]+, 60 events of 60 lines"),
    Fault("UTF-16", file("u.log", PLAIN.encode("utf-16")), 0, r"u\.log: [\w-]+, 60 events of 60 lines"),
    Fault("UTF-16 without a mark", file("u.log", PLAIN.encode("utf-16-le")), 0, r"u\.log: [\w-]+, 60 events of 60 lines"),
    Fault("bytes of Latin-1", file("l.log", PLAIN.replace("broken", "zerstört").encode("latin-1")), 0,
          r"l\.log: [\w-]+, 60 events of 60 lines.*Latin-1"),
    Fault("NUL bytes", file("n.log", PLAIN.replace("broken", "bro\0ken")), 0, r"n\.log: [\w-]+, 60 events of 60 lines.*NUL"),
    Fault("a last line that was cut", file("n.jsonl", lines()[:-30]), 0, r"n\.jsonl: [\w-]+, 59 events of 60 lines"),
    Fault("gzip of several members", file("g.log.gz", gzip.compress(PLAIN[:600].encode()) + gzip.compress(PLAIN[600:].encode())), 0,
          r"g\.log\.gz: [\w-]+, 60 events of 60 lines"),
    Fault("gzip that was cut short", file("g.log.gz", gzip.compress(PLAIN.encode())[:-20]), 2, r"g\.log\.gz: the compressed file is cut"),
    Fault("gzip with a wrong sum", file("g.log.gz", gzip.compress(PLAIN.encode())[:-8] + b"\0" * 8), 2, r"g\.log\.gz: the compressed"),
    Fault("zstd that was cut short", file("g.log.zst", zstd.compress(PLAIN.encode() * 9)[:-9]), 2, r"g\.log\.zst: the compressed"),
    Fault("bzip2 that was cut short", file("g.log.bz2", bz2.compress(PLAIN.encode())[:-9]), 2, r"g\.log\.bz2: the compressed"),
    Fault("a zip of several logs", file("a.zip", zipped(("a.log", PLAIN), ("b.log", PLAIN.replace("broken", "other")))), 0,
          r"a\.zip/a\.log: [\w-]+, 60 events.*a\.zip/b\.log: [\w-]+, 60 events"),
    Fault("an archive bomb of zstd", bomb("b.log.zst"), 2, r"b\.log\.zst: decompresses to more than 500 times"),
    Fault("an archive bomb of gzip", bomb("b.log.gz"), 2, r"b\.log\.gz: decompresses to more than 500 times"),
    Fault("an archive bomb of holes", holes, 2, r"b\.tar: decompresses to more than 500 times"),
    Fault("an archive bomb of zip", bomb("b.zip"), 2, r"b\.zip: decompresses to more than 500 times"),
    Fault("rotated logs that overlap", rotated, 0, r"of its events stand in .* too and are counted once"),
    Fault("a log twice", file("copy.log", LOG), 0, r"of its events stand in .* too and are counted once"),
    Fault("a header in the middle", file("h.log", w3c()), 0, r"h\.log: [\w-]+, 40 events of 44 lines"),
    Fault("lines out of order", file("o.log", "".join(reversed(PLAIN.splitlines(keepends=True)))), 0, r"o\.log: [\w-]+, 60 events"),
    Fault("NA and null as text", file("n.jsonl", lines(service="NA", msg="null")), 0, r"n\.jsonl: [\w-]+, 60 events of 60 lines"),
    Fault("a name of two hundred and fifty bytes", file("x" * 246 + ".log", PLAIN), 0, r"x\.log: [\w-]+, 60 events of 60 lines"),
    Fault("a file of the year 2100", dated(4102444800), 0, r"y\.log: [\w-]+, 60 events of 60 lines"),
    Fault("a file of the year 1970", dated(0), 0, r"y\.log: [\w-]+, 60 events of 60 lines"),
    Fault("a rule of one's own that is none", yaml(HEAD + "redact: {rules: [{name: a, pattern: '('}]}\n"), 2, r"incident\.yaml:3"),
    Fault("a zone that is none", yaml(HEAD + "timezone: Mars/Phobos\n"), 2, r"incident\.yaml:3"),
    Fault("another incident's ID", yaml("id: INC-2\ntitle: a test\n"), 2, r"incident\.yaml: id is 'INC-2'"),
    Fault("a field that is none", yaml(HEAD + "sverity: SEV-1\n"), 2, r"incident\.yaml:3.*severity"),
    Fault("a list where a text belongs", yaml(HEAD + "severity: [a]\n"), 2, r"incident\.yaml:3"),
    Fault("no incident.yaml", lambda folder: (folder / "incident.yaml").unlink(), 2, r"incident\.yaml: not found"),
    Fault("no logs at all", lambda folder: (folder / "access.log").unlink(), 2, r"INC-1"),
    Fault("a string of forty million characters", file("n.jsonl", lines() + '{"msg": "' + "x" * 40_000_000 + '"}\n'), 0,
          r"n\.jsonl: [\w-]+, 60 events of 61 lines, 1 rejected\n +line 61 is longer than 32 MiB; what is beyond"),
    Fault("a message of a million words", file("m.log", f"2026-01-17 03:00:00,123 ERROR shop.cart: {'x y ' * 500_000}\n"), 0,
          r"m\.log: [\w-]+, 1 events? of 1 lines?"),
    Fault("an empty incident.yaml", yaml(""), 2, r"incident\.yaml"),
    Fault("YAML with a key twice", yaml(f"{HEAD}severity: a\nseverity: b\n"), 2, r"incident\.yaml:\d+.*(?i:duplicate|twice)"),
    Fault("YAML with an alias bomb", yaml(HEAD + "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{','.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(9))), 2, r"incident\.yaml"),
    Fault("YAML that makes objects", yaml(HEAD + "severity: !!python/object/apply:os.system ['true']\n"), 2, r"incident\.yaml:3"),
    Fault("YAML with tabs", yaml(HEAD + "slo:\n\tavailability: 0.9\n"), 2, r"incident\.yaml:4"),
    Fault("YAML with NUL bytes", yaml(HEAD.encode() + b"severity: a\x00b\n"), 2, r"incident\.yaml"),
    Fault("YAML that is not UTF-8", yaml(HEAD.encode() + b"severity: \xff\xfe\n"), 2, r"incident\.yaml"),
    Fault("YAML with an end before the start", yaml(HEAD + "times: {started_at: 2026-01-18 04:00:00, ended_at: 2026-01-17}\n"),
          0, "requests failed"),
    Fault("YAML with a time in the year 1", yaml(HEAD + "times: {started_at: 0001-01-01 00:00:00}\n"), 0, "requests failed"),
    Fault("a hint for a file that is not there", yaml(HEAD + "sources: [{match: a.log, timezone: UTC}]\n"), 0, "requests failed"),
    Fault("an impact source that is not there", yaml(HEAD + "impact_source: none.log\n"), 2, r"none\.log"),
    Fault("a pattern that cannot be compiled", yaml(HEAD + "formats: [{name: a, pattern: '(((' }]\n"), 2, r"incident\.yaml:3"),
    Fault("a pattern that backtracks", yaml(HEAD + "formats: [{name: a, pattern: '^(?P<message>(a+)+)$', samples: ['x']}]\n"), 2,
          r"incident\.yaml:3"),
    Fault("an export at a URL that is none", yaml(HEAD + "exports: ['nonsense://x']\n"), 2, r"nonsense"),
)  # fmt: skip


def test_the_catalogue_is_of_eighty_at_least() -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS) >= 80


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    folder = tmp_path / "data" / "INC-1"
    folder.mkdir(parents=True)
    (folder / "incident.yaml").write_text(HEAD)
    (folder / "access.log").write_text(LOG)
    return folder


def run(folder: Path, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run a command on the incident as somebody would at a shell."""
    command = [sys.executable, "-m", "pmkit", words[0], "INC-1", "--data", str(folder.parent), *words[1:]]
    around = {**os.environ, **env}
    return subprocess.run(command, capture_output=True, text=True, timeout=120, env=around, errors="replace", check=False)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name.replace(" ", "-"))
def test_a_fault_is_told_or_met_and_nothing_is_changed(fault: Fault, ours: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fault.make(ours)
    before = {path: path.read_bytes() for path in ours.rglob("*") if path.is_file() and not path.is_symlink()}
    code = main(["summary", "INC-1", "--data", str(ours.parent), "--quiet"])
    said = capsys.readouterr()
    assert code == fault.code, said.err
    assert re.search(fault.told, said.err if code else said.out, re.DOTALL), said
    if code:
        assert said.out == ""
        assert all("incident.yaml:" in line or line.startswith("pmkit: ") for line in said.err.strip().splitlines()), said.err
    assert {path: path.read_bytes() for path in before} == before


@pytest.mark.parametrize(
    ("name", "around"),
    [
        ("no home", {"HOME": ""}),
        ("a home that is not there", {"HOME": "/nonexistent"}),
        ("an odd zone of the machine", {"TZ": "Mars/Phobos"}),
        ("a plain locale", {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "utf-8"}),
        ("no folder for matplotlib", {"MPLCONFIGDIR": "/proc/none"}),
    ],
)
def test_an_odd_machine_changes_nothing(name: str, around: dict[str, str], ours: Path) -> None:
    usual, odd = run(ours, "summary", "--quiet"), run(ours, "summary", "--quiet", **around)
    assert (odd.returncode, odd.stdout) == (0, usual.stdout), name


def test_a_damaged_cache_is_made_anew(ours: Path, tmp_path: Path) -> None:
    cache = {"PMKIT_CACHE": str(tmp_path / "cache")}
    good = run(ours, "summary", "--quiet", **cache)
    for damage in (b"", b"no parquet", None):
        for path in [path for path in (tmp_path / "cache").rglob("*.parquet") if path.is_file()]:
            path.unlink() if damage is None else path.write_bytes(damage)
        again = run(ours, "summary", "--quiet", **cache)
        assert (again.returncode, again.stdout) == (0, good.stdout), (damage, again.stderr)


def test_a_run_that_is_killed_leaves_the_good_report_and_nothing_that_looks_finished(ours: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "INC-1.html").write_text(GOOD)
    command = [sys.executable, "-m", "pmkit", "report", "INC-1", "--data", str(ours.parent), "--out", str(out), "--quiet"]
    for ended, after_s in ((signal.SIGKILL, 0.7), (signal.SIGKILL, 1.8), (signal.SIGINT, 1.2)):
        running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        time.sleep(after_s)
        running.send_signal(ended)
        said = running.communicate(timeout=60)[1]
        assert "Traceback" not in said, said
        for path in (path for path in out.iterdir() if not path.name.startswith(".")):
            whole = {".html": "</html>", ".pdf": "%%EOF"}[path.suffix]
            content = path.read_bytes().decode("latin-1").rstrip()
            assert content == GOOD or content.endswith(whole), path
    done = run(ours, "report", "--out", str(out), "--to", "html", "--quiet")
    assert done.returncode == 0, done.stderr
    assert (out / "INC-1.html").read_text() != GOOD
    assert {path.name for path in out.iterdir()} <= {"INC-1.html", "INC-1.pdf"}


def test_a_full_disk_leaves_the_good_report(ours: Path, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = shutil.which("mount") and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=40k", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if not mounted or mounted.returncode:
        pytest.skip("needs leave to mount")
    try:
        (disk / "INC-1.html").write_text(GOOD)
        done = run(ours, "report", "--out", str(disk), "--to", "html", "--quiet")
        assert done.returncode in (2, 3)
        assert "Traceback" not in done.stderr
        assert (disk / "INC-1.html").read_text() == GOOD
        assert "No space left" in done.stderr
    finally:
        subprocess.run(["umount", str(disk)], check=False)


def test_a_log_that_vanishes_while_it_is_read_is_told(ours: Path, monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PMKIT_CACHE", str(tmp_path / "cache"))
    with pytest.raises(SourceError, match=r"access\.log: cannot be read: No such file"):
        open_incident(Incident(ours), lambda _: (ours / "access.log").unlink(missing_ok=True))


@pytest.mark.parametrize("change", ["more", "less", "other"])
def test_a_log_that_changes_while_it_is_read_is_read_as_one_state_or_the_other(ours: Path, monkeypatch, tmp_path, change) -> None:
    monkeypatch.setenv("PMKIT_CACHE", str(tmp_path / "cache"))
    log = ours / "access.log"
    changed = {"more": LOG + LOG.replace("17/Jan", "18/Jan"), "less": LOG[: len(LOG) // 2], "other": PLAIN}[change]
    whole = open_incident(Incident(ours)).parts[0].ledger.events
    monkeypatch.setenv("PMKIT_CACHE", str(tmp_path / "another"))
    first = open_incident(Incident(ours), lambda _: log.write_text(changed)).parts[0].ledger
    again = open_incident(Incident(ours)).parts[0].ledger
    assert again.lines == changed.count("\n") + (not changed.endswith("\n"))  # what was read of another state is not taken for it
    assert first.events in {whole, again.events}


def test_hundreds_of_small_files_are_read_each_and_told_as_one(ours: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(60):
        (ours / f"pod-{number:04}.log").write_text(f"2026-01-17 03:00:{number % 60:02},000 ERROR [shop] pod {number} broke\n")
    assert main(["summary", "INC-1", "--data", str(ours.parent), "--quiet"]) == 0
    told = capsys.readouterr().out
    assert re.search(r"pod-0000\.log and 59 more of its kind: [\w-]+, 60 events of 60 lines", told)
    zone = "its times carry no zone and are read in UTC"
    assert told.count(zone) == 1
    assert f"pod-0000.log, pod-0001.log, pod-0002.log, pod-0003.log and 56 more: {zone}" in told


def with_memory(gigabytes: float, *command: str) -> subprocess.CompletedProcess[str]:
    limit = int(gigabytes * 2**30)
    return subprocess.run(
        [sys.executable, "-m", "pmkit", *command],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_too_small_an_address_space_is_told_before_anything_is_begun(ours: Path, tmp_path: Path) -> None:
    for command in (("summary", "INC-1"), ("report", "INC-1", "--out", str(tmp_path / "out"))):
        done = with_memory(2, *command, "--data", str(ours.parent))
        assert done.returncode == 3
        assert "the address space is limited to 2.0 GiB, and 3 GiB are needed" in done.stderr
    assert not (tmp_path / "out").exists()


def test_without_enough_memory_nothing_is_made_and_nothing_lost(ours: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "INC-1.html").write_text(GOOD)
    for gigabytes in (3, 3.2):
        done = with_memory(gigabytes, "report", "INC-1", "--data", str(ours.parent), "--out", str(out), "--to", "html", "--quiet")
        if done.returncode == 0:
            assert (out / "INC-1.html").read_text().rstrip().endswith("</html>")
            break
        assert (out / "INC-1.html").read_text() == GOOD, gigabytes
        assert [path.name for path in out.iterdir() if not path.name.startswith(".")] == ["INC-1.html"]
    assert run(ours, "report", "--out", str(out), "--to", "html", "--quiet").returncode == 0
    assert (out / "INC-1.html").read_text() != GOOD


def own_notebook(folder: Path, source: str, kernel: str = "python3") -> Path:
    notebook = nbformat.read(ROOT / "notebooks" / "postmortem.ipynb", as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell(source))
    notebook.metadata.kernelspec = {"name": kernel, "display_name": kernel, "language": "python"}
    nbformat.write(notebook, folder / "own.ipynb")
    return folder / "own.ipynb"


@pytest.mark.parametrize(
    ("name", "words", "told"),
    [
        ("a cell over its time", ("--cell-timeout", "2", "--notebook", "sleeps"), r"could not be run: .*(?i:time)"),
        ("a kernel that is not there", ("--notebook", "kernel"), r"no kernel is called .no-such-kernel. here"),
        ("a template that cannot be compiled", ("--template", "broken"), r"report\.html\.j2"),
        ("a template that asks for what is not there", ("--template", "asks"), r"report\.html\.j2|undefined"),
    ],
)
def test_a_run_that_fails_leaves_the_good_report(name: str, words, told: str, ours: Path, tmp_path: Path) -> None:
    own_notebook(tmp_path, "import time; time.sleep(60)").rename(tmp_path / "sleeps")
    own_notebook(tmp_path, "1", "no-such-kernel").rename(tmp_path / "kernel")
    for folder, template in (("broken", "{% if %}"), ("asks", "{{ nothing.there.is }}")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "report.html.j2").write_text(template)
    out = tmp_path / "out"
    out.mkdir()
    (out / "INC-1.html").write_text(GOOD)
    words = [str(tmp_path / word) if (tmp_path / word).exists() else word for word in words]
    done = run(ours, "report", "--out", str(out), "--to", "html", "--quiet", *words)
    assert done.returncode in {2, 3}, (name, done)
    assert re.search(told, done.stderr, re.DOTALL), done.stderr
    assert "Traceback" not in done.stderr
    assert (out / "INC-1.html").read_text() == GOOD


def test_a_cache_that_cannot_be_written_is_told(ours: Path) -> None:
    done = run(ours, "summary", "--quiet", PMKIT_CACHE="/proc/none/cache")
    assert done.returncode == 2
    assert "cannot make the cache" in done.stderr


def test_a_folder_for_reports_that_cannot_be_made_is_told(ours: Path) -> None:
    done = run(ours, "report", "--out", "/proc/none", "--quiet")
    assert done.returncode == 2
    assert "name another folder with --out" in done.stderr


def test_without_fonts_on_the_machine_the_report_is_the_same(ours: Path, tmp_path: Path) -> None:
    made = []
    for name, around in (("usual", {}), ("bare", {"FONTCONFIG_FILE": "/nonexistent", "XDG_DATA_HOME": "/nonexistent"})):
        out = tmp_path / name
        done = run(ours, "report", "--out", str(out), "--to", "html,pdf", "--quiet", SOURCE_DATE_EPOCH="1790000000", **around)
        assert done.returncode == 0, done.stderr
        made.append([(out / f"INC-1.{ending}").read_bytes() for ending in ("html", "pdf")])
    assert made[0] == made[1]


@pytest.mark.parametrize("when", ["@1999-05-05 10:00:00", "@2031-05-05 10:00:00"])
def test_on_another_day_the_report_is_the_same(ours: Path, tmp_path: Path, when: str) -> None:
    library = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)
    if library is None:
        pytest.skip("needs libfaketime")
    made = []
    for name, around in (("today", {}), ("then", {"LD_PRELOAD": str(library), "FAKETIME": when})):
        out = tmp_path / name
        done = run(ours, "report", "--out", str(out), "--to", "html,pdf,md", "--quiet", SOURCE_DATE_EPOCH="1790000000", **around)
        assert done.returncode == 0, done.stderr
        made.append([(out / f"INC-1.{ending}").read_bytes() for ending in ("html", "pdf", "md")])
    assert made[0] == made[1]

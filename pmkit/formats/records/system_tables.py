"""Metrics of machines as commands print them: sar, vmstat, iostat, top."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pmkit.formats.aligned_tables import found_lines
from pmkit.formats.builders import record_export
from pmkit.formats.format import Example
from pmkit.formats.record import Found, Record, Row, sorted_json

_NUMBER: Final = re.compile(r"-?\d+(?:[.,]\d+)?")
_DATE: Final = r"(?:\d{1,2}/\d{1,2}/\d{2,4}|\d{4}-\d\d-\d\d|\d{1,2}\.\d{1,2}\.\d{2,4})"
_HOST_LINE: Final = re.compile(rf"\S+ \S+ \((?P<host>[^)]+)\)\s+(?P<date>{_DATE})\b.*")
_CLOCK: Final = re.compile(r"(?P<clock>\d\d:\d\d:\d\d(?: [AP]M)?)\s+(?P<rest>\S.*)")
_MOMENT: Final = re.compile(rf"(?P<at>{_DATE} \d\d:\d\d:\d\d(?: [AP]M)?|\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[+-]\d{{4}}|Z)?)\s*")


def _sample(record: Record) -> Iterator[Row]:
    unit = "%" if record["name"].split(" ")[-1].startswith("%") or record.get("percent") else None
    yield {
        "at": record["at"],
        "name": record["name"],
        "labels": sorted_json(record["labels"]),
        "value": float(str(record["value"]).replace(",", ".")),
        "unit": unit,
    }


def _is_number(word: str) -> bool:
    return _NUMBER.fullmatch(word) is not None


def _values(names: list[str], words: list[str], at: str, labels: Record) -> Iterator[Record]:
    """Yield the values of a row; words that are no numbers name what the row is about."""
    about = {name: word for name, word in zip(names, words, strict=True) if not _is_number(word)}
    if "CPU" in names:
        about["CPU"] = words[names.index("CPU")]
    for name, word in zip(names, words, strict=True):
        if name not in about:
            yield {"name": name, "labels": {**labels, **about}, "value": word, "at": at}


def _sar(text: str) -> Iterator[Found]:
    labels: Record = {}
    date = ""
    names: list[str] = []

    def records(line: str) -> Iterator[Record]:
        nonlocal date, names
        if match := _HOST_LINE.fullmatch(line):
            date, labels["host"] = match["date"], match["host"]
        elif match := _CLOCK.fullmatch(line):
            words = match["rest"].split()
            if not any(map(_is_number, words)):
                names = words
            elif len(words) == len(names):
                yield from _values(names, words, f"{date} {match['clock']}", labels)

    def is_heading(line: str) -> bool:
        match = _CLOCK.fullmatch(line.strip())
        return (
            bool(_HOST_LINE.match(line))
            or line.startswith("Average:")
            or (match is not None and not any(map(_is_number, match["rest"].split())))
        )

    return found_lines(text, records, is_comment=is_heading) if _HOST_LINE.match(text.lstrip().split("\n", 1)[0]) else iter(())


SAR = record_export(
    "sar", "sysstat: sar", "metrics", "name, value", _sample,
    Example(
        "Linux 5.15.0 (web1) \t2026-01-17 \t_x86_64_\t(4 CPU)\n\n03:00:01        CPU     %user   %iowait\n03:10:01        all      5.10      0.30\n"
        "03:20:01          0     75.10      0.25\nAverage:        all     40.10      0.30\n",
        ({"at": "2026-01-17T03:10:01Z", "name": "%user", "labels": '{"CPU": "all", "host": "web1"}', "value": 5.1, "unit": "%"}, {"name": "%iowait", "value": 0.3},
         {"at": "2026-01-17T03:20:01Z", "labels": '{"CPU": "0", "host": "web1"}', "value": 75.1}, {"value": 0.25}),
    ),
    Example(
        "Linux 5.15.0 (web1) \t01/17/2026 \t_x86_64_\t(4 CPU)\n\n03:00:01 PM kbmemfree  %memused\n03:10:01 PM     10000      60.5\n",
        ({"at": "2026-01-17T15:10:01Z", "name": "kbmemfree", "value": 10000.0}, {"name": "%memused", "value": 60.5}),
    ),
    parse=_sar, line=rf"\S+ \S+ \([^)\n]+\)\s+{_DATE}",
)  # fmt: skip


def _vmstat(text: str) -> Iterator[Found]:
    names: list[str] = []

    def records(line: str) -> Iterator[Record]:
        nonlocal names
        words = line.split()
        if words[:2] == ["r", "b"]:
            names = words[:-1]
        elif names and len(words) == len(names) + 2 and all(map(_is_number, words[:-2])):
            yield from _values(names, words[:-2], " ".join(words[-2:]), {})

    return found_lines(text, records, is_comment=lambda line: line.startswith("procs") or line.split()[:2] == ["r", "b"])


VMSTAT = record_export(
    "vmstat", "vmstat -t", "metrics", "name, value", _sample,
    Example(
        "procs ---memory--- ---cpu--- -----timestamp-----\n r  b   free us id                 UTC\n 1  0 123456  5 94 2026-01-17 03:00:00\n",
        ({"at": "2026-01-17T03:00:00Z", "name": "r", "value": 1.0}, {"name": "b", "value": 0.0}, {"name": "free", "value": 123456.0}, {"name": "us", "value": 5.0},
         {"name": "id", "value": 94.0}),
    ),
    parse=_vmstat, line=r"procs -+memory|\s*r\s+b\s+swpd",
)  # fmt: skip


def _iostat(text: str) -> Iterator[Found]:
    labels: Record = {}
    at = ""
    names: list[str] = []

    def records(line: str) -> Iterator[Record]:
        nonlocal at, names
        words = line.split()
        if match := _HOST_LINE.fullmatch(line):
            labels["host"] = match["host"]
        elif match := _MOMENT.fullmatch(line):
            at = match["at"]
        elif words[:1] == ["avg-cpu:"] or words[:1] in (["Device"], ["Device:"]):
            names = [word.rstrip(":") for word in words if word != "avg-cpu:"]
        elif at and words and len(words) == len(names):
            yield from _values(names, words, at, labels)

    def is_heading(line: str) -> bool:
        return bool(_HOST_LINE.match(line) or _MOMENT.fullmatch(line.rstrip()) or line.startswith(("avg-cpu:", "Device")))

    return found_lines(text, records, is_comment=is_heading)


IOSTAT = record_export(
    "iostat", "sysstat: iostat -t", "metrics", "name, value", _sample,
    Example(
        "Linux 5.15.0 (web1) \t01/17/2026 \t_x86_64_\t(4 CPU)\n\n01/17/2026 03:00:00 AM\navg-cpu:  %user   %idle\n           5.10   93.40\n\n"
        "Device             tps    kB_read/s\nsda              10.00       100.00\n",
        ({"at": "2026-01-17T03:00:00Z", "name": "%user", "labels": '{"host": "web1"}', "value": 5.1, "unit": "%"}, {"name": "%idle"},
         {"name": "tps", "labels": '{"Device": "sda", "host": "web1"}', "value": 10.0}, {"name": "kB_read/s", "value": 100.0}),
    ),
    parse=_iostat, line=r"avg-cpu:|Device:?\s+(?:tps|r/s)",
)  # fmt: skip

_TOP: Final = re.compile(
    r"top - (?P<clock>\d\d:\d\d:\d\d) up .*load average: (?P<one>[\d.,]+), (?P<five>[\d.,]+), (?P<fifteen>[\d.,]+)"
)
_SUMMARY: Final = re.compile(r"(?P<what>%?Cpu\S*|Tasks|[KMG]iB (?:Mem|Swap))\s*:\s*(?P<rest>.*)")
_PART: Final = re.compile(r"(-?\d+(?:[.,]\d+)?)[ %]*\s*([A-Za-z][\w/ ]*)")


def _top(text: str) -> Iterator[Found]:
    at = ""

    def records(line: str) -> Iterator[Record]:
        nonlocal at
        if match := _TOP.fullmatch(line.strip()):
            at = match["clock"]
            for minutes, group in ((1, "one"), (5, "five"), (15, "fifteen")):
                yield {"name": f"load average {minutes} min", "labels": {}, "value": match[group].rstrip(","), "at": at}
        elif at and (match := _SUMMARY.fullmatch(line.strip())):
            what = match["what"].split("(")[0].lstrip("%")
            for number, name in _PART.findall(match["rest"]):
                yield {
                    "name": f"{what} {name.strip()}",
                    "labels": {},
                    "value": number,
                    "at": at,
                    "percent": what.startswith("Cpu"),
                }

    # The processes have no names that stay the same.
    return found_lines(text, records, is_comment=lambda line: not line.startswith("top -"))


TOP = record_export(
    "top", "top -b: load, tasks, processors and memory", "metrics", "name, value", _sample,
    Example(
        "top - 03:00:00 up 10 days,  3:12,  1 user,  load average: 0.52, 0.58, 0.59\n%Cpu(s):  5.1 us, 93.4 id\nMiB Mem :   7976.3 total,    400.1 free\n\n"
        "    PID USER      %CPU COMMAND\n   1234 app       95.0 java\n",
        ({"name": "load average 1 min", "value": 0.52}, {"name": "load average 5 min", "value": 0.58}, {"name": "load average 15 min", "value": 0.59},
         {"name": "Cpu us", "value": 5.1, "unit": "%"}, {"name": "Cpu id"}, {"name": "MiB Mem total", "value": 7976.3}, {"name": "MiB Mem free", "value": 400.1}),
    ),
    parse=_top, line=r"top - \d\d:\d\d:\d\d up ",
)  # fmt: skip

"""The command line: arguments in, calls, exit codes out."""

from __future__ import annotations

import argparse
import contextlib
import os
import resource
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, get_args

from pmkit.core.choices import Template
from pmkit.core.errors import InputError, OutputError, PmkitError, ReportError
from pmkit.core.markdown import printable
from pmkit.core.version import __version__
from pmkit.publish.writers import DEFAULT_FORMATS, WRITERS

READY: Final = get_args(Template)
"""The templates that a report can be laid out by."""
LEAST_MEMORY: Final = 3 << 30
"""Bytes of address space, which is more than the memory that is used: threads and libraries reserve it."""
UNUSED: Final = ("rfc3987_syntax", "boto3", "pyarrow", "pyarrow.fs")
"""What papermill loads if it is there and a report has no use for: a check that no notebook needs, notebooks in S3 and Hadoop."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run pmkit's command line.

    Returns
    -------
    int
        0 fine, 1 `check` found an error or `verify` a difference, 2 bad input or usage, 3 the report could not be made.
    """
    args = _parser().parse_args(arguments)
    try:
        _check_memory()
        return int(args.call(args) or 0)
    except PmkitError as wrong:
        return _tell(wrong)
    except KeyboardInterrupt:
        print("pmkit: interrupted; nothing was changed", file=sys.stderr)
        return 130
    except (MemoryError, RuntimeError) as refused:
        if isinstance(refused, RuntimeError) and "new thread" not in str(refused):
            raise
        print("pmkit: there is not enough memory; nothing was changed, give it more or fewer exports at once", file=sys.stderr)
        return 3
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _check_memory() -> None:
    """Refuse what libraries in C++ would end the process for, without a message."""
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    if resource.RLIM_INFINITY != limit < LEAST_MEMORY:
        raise ReportError(
            f"the address space is limited to {limit / 2**30:.1f} GiB, and {LEAST_MEMORY / 2**30:.0f} GiB are needed at the "
            f"least; raise the limit, such as with `ulimit -v unlimited`"
        )


def _tell(wrong: PmkitError) -> int:
    """Say what is wrong, and return the exit code."""
    print(printable(f"pmkit: {wrong}"), file=sys.stderr)
    return wrong.exit_code


def _parser() -> argparse.ArgumentParser:
    words = argparse.ArgumentParser(
        prog="pmkit",
        description="From a heap of exports to a postmortem.",
        epilog="Exit codes: 0 fine, 1 check or verify found something, 2 bad input, 3 good input that could not be worked on; "
        "of several, the worst.",
    )
    words.add_argument("--version", action="version", version=f"pmkit {__version__}")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--data", metavar="DIR", help="folder of all incidents (default: PMKIT_DATA, or data/incidents)")
    common.add_argument("--quiet", action="store_true", help="no progress on standard error")
    commands = words.add_subparsers(title="commands", required=True, metavar="COMMAND")

    for add in (_add_new, _add_report, _add_summary, _add_trends, _add_check, _add_verify, _add_actions, _add_ingest):
        add(commands, common)
    _add_events(commands)
    _add_formats(commands)
    return words


def _add_new(commands: Any, common: argparse.ArgumentParser) -> None:
    new = commands.add_parser("new", parents=[common], help="scaffold the folder of an incident")
    new.add_argument("id", help="the incident's ID, such as INC-2026-0117")
    new.add_argument("--title", default="", help="what happened, in a few words")
    new.add_argument("--timezone", default="UTC", help="IANA zone that the report is written in (default: UTC)")
    new.set_defaults(call=_new)


def _add_report(commands: Any, common: argparse.ArgumentParser) -> None:
    report = commands.add_parser("report", parents=[common], help="make the postmortem of an incident, or of several")
    report.add_argument("ids", nargs="*", metavar="id", help="the incident's ID; several make several reports")
    report.add_argument("--all", action="store_true", help="of every incident in the data folder")
    report.add_argument(
        "--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="so many reports at once (default: one a processor)"
    )
    report.add_argument(
        "--to",
        default=",".join(DEFAULT_FORMATS),
        metavar="LIST",
        help=f"{', '.join(WRITERS)}, joined by commas (default: %(default)s)",
    )
    report.add_argument("--out", type=Path, default=Path("reports"), metavar="DIR", help="where to write it (default: reports)")
    report.add_argument("--timezone", default="", metavar="TZ", help="show times in this zone (default: the incident's)")
    report.add_argument(
        "--audience",
        choices=["internal", "public"],
        default="internal",
        help="public is for customers: no hosts, addresses, people, chat or evidence",
    )
    report.add_argument("--paper", choices=["a4", "letter"], default="a4", help="paper size of the PDF (default: a4)")
    report.add_argument("--notebook", type=Path, help="run this notebook instead of pmkit's own")
    report.add_argument(
        "--template",
        action="append",
        default=[],
        metavar="NAME|DIR",
        help=f"{', '.join(READY)}: the parts as in that guide; or a folder with a report.html.j2 or report.typ of your own, "
        "for the look; once each",
    )
    report.add_argument(
        "--cell-timeout", type=int, metavar="S", help="give up when one cell takes longer, seconds (default: as long as it takes)"
    )
    report.set_defaults(call=_report)


def _add_summary(commands: Any, common: argparse.ArgumentParser) -> None:
    summary = commands.add_parser("summary", parents=[common], help="print what the data say about an incident")
    summary.add_argument("id", help="the incident's ID")
    summary.add_argument("--json", action="store_true", help="as JSON, see json.md in the manual")
    summary.add_argument("--timezone", default="", metavar="TZ", help="show times in this zone (default: the incident's)")
    summary.set_defaults(call=_summary)


def _add_trends(commands: Any, common: argparse.ArgumentParser) -> None:
    trends = commands.add_parser("trends", parents=[common], help="make a report on all incidents, or a table of them")
    trends.add_argument("--since", default="", metavar="DAY", help="only incidents from then on, such as 2026-01-17")
    trends.add_argument(
        "--to",
        default=",".join(DEFAULT_FORMATS),
        metavar="LIST",
        help=f"{', '.join(WRITERS)}, joined by commas (default: %(default)s)",
    )
    trends.add_argument("--out", type=Path, default=Path("reports"), metavar="DIR", help="where to write it (default: reports)")
    trends.add_argument("--paper", choices=["a4", "letter"], default="a4", help="paper size of the PDF (default: a4)")
    trends.add_argument("--template", type=Path, metavar="DIR", help="folder with a report.html.j2 or report.typ of your own")
    trends.add_argument("--format", choices=["csv"], help="print a table with a row an incident instead")
    trends.set_defaults(call=_trends)


def _add_check(commands: Any, common: argparse.ArgumentParser) -> None:
    check = commands.add_parser("check", parents=[common], help="say what an incident's postmortem lacks, by rules")
    check.add_argument("id", nargs="?", help="the incident's ID")
    check.add_argument("--format", choices=["text", "json", "github", "sarif"], default="text", help="format (default: text)")
    check.add_argument(
        "--select", default="", metavar="LIST", help="only these rules, by code or how it begins, such as PM2,PM401"
    )
    check.add_argument("--ignore", default="", metavar="LIST", help="without these rules")
    check.add_argument("--rules", action="store_true", help="list the rules instead, with the reason of each")
    check.add_argument("--markdown", action="store_true", help="with --rules: as a page in Markdown, with examples")
    check.set_defaults(call=_check)


def _add_verify(commands: Any, common: argparse.ArgumentParser) -> None:
    check = commands.add_parser("verify", parents=[common], help="make anew what a report says, and say what differs")
    check.add_argument("report", type=Path, metavar="REPORT", help="an HTML page, a PDF or an executed notebook of pmkit's")
    check.set_defaults(call=_verify)


def _add_actions(commands: Any, common: argparse.ArgumentParser) -> None:
    actions = commands.add_parser("actions", parents=[common], help="give the measures of an incident to other tools")
    actions.add_argument("id", help="the incident's ID")
    actions.add_argument(
        "--to", choices=["csv", "json", "github", "jira"], default="csv", help="a table, or what a tracker takes (default: csv)"
    )
    actions.add_argument("--done", action="store_true", help="those that are done, too")
    actions.add_argument("--out", type=Path, help="write to this file instead of standard output")
    actions.set_defaults(call=_actions)


def _add_ingest(commands: Any, common: argparse.ArgumentParser) -> None:
    ingest = commands.add_parser(
        "ingest", parents=[common], help="read the exports of an incident, here or on a cluster, so that reports need not"
    )
    ingest.add_argument("id", help="the incident's ID")
    ingest.add_argument(
        "--cluster", metavar="ADDRESS", help="a Dask scheduler, such as tcp://scheduler:8786, or local (default: this process)"
    )
    ingest.add_argument(
        "--range", type=int, default=64, metavar="MIB", help="divide plain logs by so many MiB on a cluster (default: 64)"
    )
    ingest.set_defaults(call=_ingest)


def _add_events(commands: Any) -> None:
    events = commands.add_parser(
        "events", help="turn exports into canonical events, by the hints of the incident in whose folder they lie"
    )
    events.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="exports, compressed or not")
    events.add_argument("--to", choices=["jsonl", "csv", "parquet"], default="jsonl", help="format (default: jsonl)")
    events.add_argument("--out", type=Path, help="write to this file instead of standard output; needed for parquet")
    events.add_argument(
        "--timezone",
        default="",
        metavar="TZ",
        help="zone of times that carry none (default: what incident.yaml says, else UTC)",
    )
    events.add_argument("--format", help="a name from `pmkit formats`, instead of recognising it")
    events.add_argument("--explain", action="store_true", help="say instead which formats were tried, and why one was chosen")
    events.add_argument("--quiet", action="store_true", help="no counts on standard error")
    events.set_defaults(call=_events)


def _add_formats(commands: Any) -> None:
    formats = commands.add_parser("formats", help="list the formats that are recognised")
    formats.add_argument("--markdown", action="store_true", help="as a page in Markdown, with what each gives")
    formats.set_defaults(call=_formats)


@contextlib.contextmanager
def _without(*modules: str) -> Iterator[None]:
    """Import without optional modules that others would load if they are there."""
    absent = [module for module in modules if module not in sys.modules]
    sys.modules.update(dict.fromkeys(absent))  # type: ignore[arg-type] # None is the import system's mark for "not there"
    try:
        yield
    finally:
        for module in absent:
            del sys.modules[module]


def _progress(args: argparse.Namespace) -> Callable[[str], None]:
    return (lambda _: None) if args.quiet else (lambda words: print(printable(f"pmkit: {words}"), file=sys.stderr))


def _new(args: argparse.Namespace) -> None:
    from pmkit.incident.folder import data_folder, scaffold  # noqa: PLC0415 - `--help` loads nothing

    path = scaffold(args.id, data_folder(args.data), args.title, args.timezone)
    print(path)
    _progress(args)(f"put the exports below {path.parent}, then run `pmkit report {args.id}`")


def _report(args: argparse.Namespace) -> int:
    with _without(*UNUSED):
        from pmkit.publish import job as jobs  # noqa: PLC0415 - `--help` loads nothing
        from pmkit.publish import run  # noqa: PLC0415
    from pmkit.incident.folder import data_folder, find_incident, incident_ids  # noqa: PLC0415

    formats = _formats_of(args.to)
    if args.all == bool(args.ids) or args.jobs < 1:
        raise InputError("report: expected IDs of incidents, or --all; and --jobs of at least 1")
    if args.cell_timeout is not None and args.cell_timeout < 1:
        raise InputError("report: expected a --cell-timeout of at least 1 second")
    ready, folder = _templates_of(args.template)
    data, code = data_folder(args.data), 0
    ids = list(dict.fromkeys(args.ids)) or incident_ids(data)
    if not ids:
        raise InputError(f"no incidents in {data}; create one with `pmkit new`")
    asked = []
    for name in ids:
        try:
            incident = find_incident(name, data)
            options = {"timezone": args.timezone, "audience": args.audience, "paper": args.paper, "template": ready}
            more = {"notebook": args.notebook, "templates": folder, "cell_timeout_s": args.cell_timeout}
            asked.append(jobs.Job(incident, args.out, formats, **options, **more))
        except PmkitError as wrong:
            code = max(code, _tell(wrong))
    for _, made in run.run_all(asked, args.jobs, _progress(args)):
        if isinstance(made, PmkitError):
            code = max(code, _tell(made))
        else:
            print("\n".join(map(str, made)))
    return code


def _trends(args: argparse.Namespace) -> None:
    from pmkit.incident.folder import data_folder  # noqa: PLC0415 - `--help` loads nothing
    from pmkit.reports.trends.trend_report import trends  # noqa: PLC0415

    formats = _formats_of(args.to)
    found = trends(args.data, args.since, progress=_progress(args)).trends
    if args.format:
        print(printable(found.to_csv()), end="")
        return
    with _without(*UNUSED):
        from pmkit.publish import job as jobs  # noqa: PLC0415
        from pmkit.publish import run  # noqa: PLC0415

    job = jobs.TrendsJob(data_folder(args.data), args.out, formats, since=args.since, paper=args.paper, templates=args.template)
    print("\n".join(map(str, run.run(job, _progress(args)))))


def _formats_of(text: str) -> list[str]:
    """Read what is to be written."""
    formats = [name.strip() for name in text.split(",") if name.strip()]
    if not formats or any(name not in WRITERS for name in formats):
        raise InputError(f"--to {text}: expected some of {', '.join(WRITERS)}, joined by commas")
    return formats


def _templates_of(given: Sequence[str]) -> tuple[str, Path | None]:
    """Tell a ready template from a folder with one's own."""
    ready, folders = [one for one in given if one in READY], [one for one in given if one not in READY]
    if len(ready) > 1 or len(folders) > 1:
        raise InputError("--template: expected at most one ready template and one folder")
    folder = Path(folders[0]) if folders else None
    if folder is not None and not folder.is_dir():
        raise InputError(f"--template {folder}: is no folder, and no ready template, which are {', '.join(READY)}")
    return ready[0] if ready else "", folder


def _summary(args: argparse.Namespace) -> None:
    from pmkit.findings.findings import investigate  # noqa: PLC0415 - `--help` loads nothing
    from pmkit.findings.terminal import text  # noqa: PLC0415

    findings = investigate(args.id, args.data, args.timezone or None, progress=_progress(args))
    print(findings.to_json() if args.json else printable(text(findings)))


def _check(args: argparse.Namespace) -> int:
    from pmkit.check.linter import all_rules, lint  # noqa: PLC0415 - `--help` loads nothing
    from pmkit.check.output import format_problems  # noqa: PLC0415
    from pmkit.check.rules_page import rules_list, rules_page  # noqa: PLC0415
    from pmkit.findings.findings import investigate  # noqa: PLC0415

    if args.rules:
        print(rules_page() if args.markdown else rules_list(), end="" if args.markdown else "\n")
        return 0
    if not args.id:
        raise InputError("check: expected the ID of an incident, or --rules")
    lists = {name: [code.strip() for code in getattr(args, name).split(",") if code.strip()] for name in ("select", "ignore")}
    for code in (code for codes in lists.values() for code in codes):
        if not any(known.startswith(code) for known in all_rules()):
            raise InputError(f"check: no rule is called {code!r} or begins so; `pmkit check --rules` lists them")
    findings = investigate(args.id, args.data, progress=_progress(args))
    found = lint(findings, select=lists["select"], ignore=lists["ignore"])
    file = (findings.incident.folder / "incident.yaml").absolute()
    here = file.relative_to(Path.cwd()) if file.is_relative_to(Path.cwd()) else file  # as tools on a checkout want it
    print(printable(format_problems(found, str(here), args.format)))
    return int(any(problem.rule.severity == "error" for problem in found))


def _verify(args: argparse.Namespace) -> int:
    from pmkit.findings.verify import verify  # noqa: PLC0415
    from pmkit.incident.folder import data_folder  # noqa: PLC0415 - `--help` loads nothing

    found = verify(args.report, data_folder(args.data), _progress(args))
    print(printable("\n".join(found)) or "the data say the same")
    return int(bool(found))


def _actions(args: argparse.Namespace) -> None:
    from pmkit.core.locations import put_text  # noqa: PLC0415
    from pmkit.incident import action_items as actions  # noqa: PLC0415 - `--help` loads nothing
    from pmkit.incident.folder import data_folder, find_incident  # noqa: PLC0415

    told = actions.export(find_incident(args.id, data_folder(args.data)), args.to, done=args.done)
    if args.out is None:
        print(printable(told), end="")
        return
    try:
        put_text(told, args.out)
    except OSError as refused:
        raise OutputError(f"{args.out}: cannot be written: {refused.strerror}; name another file with --out") from refused


def _ingest(args: argparse.Namespace) -> None:
    from pmkit.incident.folder import data_folder, find_incident  # noqa: PLC0415 - `--help` loads nothing
    from pmkit.ingest.cache import describe, open_incident  # noqa: PLC0415
    from pmkit.ingest.discovery import incident_requests  # noqa: PLC0415

    incident = find_incident(args.id, data_folder(args.data))
    if args.range < 1:
        raise InputError(f"--range {args.range}: expected a number of MiB, at least 1")
    if args.cluster:
        from pmkit.ingest.cluster.scheduling import spread  # noqa: PLC0415

        spread(incident_requests(incident), args.cluster, args.range << 20, _progress(args))
    for part in open_incident(incident, _progress(args)).parts:
        print(printable("\n".join(describe(part))))


def _events(args: argparse.Namespace) -> None:
    from pmkit.publish.events import explain, write  # noqa: PLC0415 - `--help` loads nothing

    if args.explain:
        print(printable("\n\n".join(explain(path, timezone=args.timezone, form=args.format) for path in args.paths)))
        return
    write(args.paths, args.to, args.out, timezone=args.timezone, form=args.format, progress=_progress(args))


def _formats(args: argparse.Namespace) -> None:
    from pmkit.formats import catalog_page  # noqa: PLC0415 - `--help` loads nothing

    print(catalog_page.page() if args.markdown else catalog_page.listing(), end="" if args.markdown else "\n")

"""Looks at the folders of incidents, the cache and reports, for `pmkit doctor`."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from pmkit.cli.condition import Condition, shown
from pmkit.core.errors import PmkitError
from pmkit.core.locations import is_remote
from pmkit.core.wording import amount, count, plural
from pmkit.incident.data_folder import data_folder, incident_ids, reports_folder
from pmkit.incident.folder import Incident, local_exports
from pmkit.ingest.cache import cache_folder

# Reading large exports needs free space for the cache.
_LEAST_FREE_BYTES: Final = 1 << 30
_MOST_LISTED: Final = 20


def folder_conditions(data: str | None) -> list[Condition]:
    """Return the state of the folders of incidents, the cache and reports."""
    return [
        incidents(data_folder(data), named_by="--data" if data else "PMKIT_DATA"),
        cache(cache_folder()),
        reports(reports_folder(data)),
    ]


def incidents(folder: Path, named_by: str) -> Condition:
    """Return which incidents a folder contains, and what is wrong in their files."""
    ids = incident_ids(folder) if folder.is_dir() else []
    if not ids:
        missing = "contains no incident" if folder.is_dir() else "does not exist"
        is_named = named_by == "--data" or bool(os.environ.get(named_by))
        wrong = f"{named_by} names {shown(folder)}, which {missing}; name another folder" if is_named else ""
        fact = f"{shown(folder)} {missing}; `pmkit new INC-1` creates an incident"
        return Condition("Incidents", (fact,), (wrong,) if wrong else ())
    facts, problems = [f"{plural(len(ids), 'incident')} in {shown(folder)}"], []
    for name in ids:
        try:
            incident = Incident(folder / name)
            exports = local_exports(incident.folder)
            size = sum(path.stat().st_size for path in exports)
        except PmkitError as error:
            problems.append(str(error))
            continue
        except OSError as refused:
            problems.append(f"{shown(folder / name)}: {refused.strerror}; allow pmkit to read it")
            continue
        problems += [f"{shown(folder / name)}/{problem}" for problem in incident.problems()]
        urls = f" and {plural(len(incident.file.exports), 'URL')}" if incident.file.exports else ""
        facts.append(
            f"{name}: {plural(len(exports), 'export')}{urls}, {amount(size)}" if exports or urls else f"{name}: no exports"
        )
    more = len(facts) - 1 - _MOST_LISTED
    shown_facts = [*facts[: 1 + _MOST_LISTED], f"and {count(more)} more"] if more > 0 else facts
    return Condition("Incidents", tuple(shown_facts), tuple(problems))


def cache(folder: Path) -> Condition:
    """Return how large the cache of parsed exports is, and whether it can be written to."""
    where = shown(folder)
    if is_remote(folder):
        return Condition("Cache", (f"parsed exports are kept in {where}",))
    files = list(_sizes(folder))
    if files:
        facts = [f"parsed exports in {where}: {plural(len(files), 'file')}, {amount(sum(files))}; it can be deleted at any time"]
    else:
        facts = [f"nothing is cached yet; parsed exports will be kept in {where}"]
    existing = _existing(folder)
    free = shutil.disk_usage(existing).free
    facts.append(f"{amount(free)} free on that disk")
    problems = _write_problems(existing, f"the cache cannot be written to {where}", "name another folder with PMKIT_CACHE")
    if free < _LEAST_FREE_BYTES:
        problems.append(
            f"only {amount(free)} free for the cache in {where}; free up space, or name another folder with PMKIT_CACHE"
        )
    return Condition("Cache", tuple(facts), tuple(problems))


def reports(folder: Path) -> Condition:
    """Return how many reports there are, and whether more can be written."""
    where = shown(folder.absolute())
    problems = _write_problems(_existing(folder), f"reports cannot be written to {where}", "name another folder with --out")
    written = len(list(folder.glob("*.html")))
    fact = f"{plural(written, 'HTML page')} in {where}" if written else f"none yet; they will be written to {where}"
    return Condition("Reports", (fact,), tuple(problems))


def _existing(folder: Path) -> Path:
    """Return a folder, or the nearest folder above it that exists."""
    return next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())


def _write_problems(folder: Path, problem: str, remedy: str) -> list[str]:
    """Return what is wrong if no file can be created in a folder."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            return []
    except OSError as refused:
        return [f"{problem}: {refused.strerror}; {remedy}"]


def _sizes(folder: Path) -> Iterator[int]:
    """Yield the sizes of all files below a folder; what vanishes or cannot be read in the meantime is left out."""
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                yield os.lstat(os.path.join(parent, name)).st_size  # noqa: PTH118 - many files: paths as objects take longer
            except OSError:
                continue

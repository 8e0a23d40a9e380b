"""Carries out `pmkit report`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

from pmkit.cli.incident_location import locate
from pmkit.cli.optional_libraries import UNUSED, without
from pmkit.cli.parameters import TEMPLATES
from pmkit.cli.reporting import report_error
from pmkit.core.choices import Audience, Template
from pmkit.core.errors import InputError, PmkitError
from pmkit.core.progress import Progress
from pmkit.incident.data_folder import data_folder, incident_ids
from pmkit.incident.folder import find_incident
from pmkit.publish.writers import WRITERS

with without(*UNUSED):
    from pmkit.publish.job import Job
    from pmkit.publish.run import run_all


def build(
    *,
    incidents: Sequence[str],
    all_incidents: bool,
    data: str | None,
    out: Path,
    formats: Sequence[str],
    timezone: str,
    audience: Audience,
    paper: str,
    templates: Sequence[str],
    notebook: Path | None,
    cell_timeout_s: int | None,
    jobs: int,
    progress: Progress,
) -> int:
    """Build reports, print the files written, and return the highest exit code."""
    template, folder = _split(templates)
    requested, exit_code = [], 0
    for incident_id, parent in _places(incidents, data, all_incidents=all_incidents):
        try:
            incident = find_incident(incident_id, parent)
            requested.append(
                Job(
                    incident,
                    out,
                    formats,
                    timezone=timezone,
                    audience=audience,
                    paper=paper,
                    template=template,
                    notebook=notebook,
                    template_folder=folder,
                    cell_timeout_s=cell_timeout_s,
                )
            )
        except PmkitError as error:
            exit_code = max(exit_code, report_error(error))
    for _, outcome in run_all(requested, jobs, progress):
        if isinstance(outcome, PmkitError):
            exit_code = max(exit_code, report_error(outcome))
        else:
            print("\n".join(map(str, outcome)))
    return exit_code


def _places(names: Sequence[str], data: str | None, *, all_incidents: bool) -> Iterator[tuple[str, Path]]:
    """Return the ID and the parent folder of each incident to report on, without duplicates."""
    if all_incidents and names:
        raise InputError("report: give IDs of incidents or --all, not both")
    if not all_incidents and not names:
        raise InputError("report: expected IDs of incidents, or --all")
    if all_incidents:
        folder = data_folder(data)
        ids = incident_ids(folder)
        if not ids:
            raise InputError(f"no incidents in {folder}; create one with `pmkit new`")
        return iter([(incident_id, folder) for incident_id in ids])
    places = dict.fromkeys(locate(name, data) for name in names)
    for name, folder in places:
        if name.lower() in WRITERS and not (folder / name).exists():
            raise InputError(f"report: {name!r} is a format, not an incident; join formats with commas, as in --to html,pdf")
    return iter(places)


def _split(templates: Sequence[str]) -> tuple[Template | Literal[""], Path | None]:
    """Return the template by name and the folder with the user's own templates, of those that the user named."""
    names = [name for template in templates for name in TEMPLATES if name == template]
    folders = [Path(template) for template in templates if template not in TEMPLATES]
    if len(names) > 1 or len(folders) > 1:
        raise InputError("--template: expected at most one template by name and one folder")
    return next(iter(names), ""), next(iter(folders), None)

"""The parameters that commands share, and their types: each suggests near matches and completes in a shell."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from pathlib import Path
from typing import Final, get_args

import rich_click as click
from click.shell_completion import CompletionItem

from pmkit.core.choices import Audience, Template
from pmkit.publish.writers import DEFAULT_FORMATS, WRITERS

# The templates that define which sections a report has.
TEMPLATES: Final[tuple[str, ...]] = get_args(Template)


def did_you_mean(name: str, candidates: Sequence[str]) -> str:
    """Return a hint at the candidates that are close to a name; empty if none is.

    Examples
    --------
    >>> did_you_mean("htm", ["html", "pdf"])
    '; did you mean html?'
    """
    near = difflib.get_close_matches(name, candidates, 3)
    return f"; did you mean {' or '.join(near)}?" if near else ""


class NearChoice(click.Choice[str]):
    """A choice that suggests near matches."""

    def get_invalid_choice_message(self, value: object, ctx: click.Context | None) -> str:
        """Return what is wrong with a value."""
        return f"expected {', '.join(self.choices)}, got {str(value)!r}{did_you_mean(str(value), list(self.choices))}"


class CommaList(click.ParamType[list[str]]):
    """Some of the choices, joined by commas."""

    name = "list"

    def __init__(self, choices: Sequence[str]) -> None:
        self.choices = choices

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> list[str]:
        """Split the list that the user typed, and fail if a name is not a choice."""
        if isinstance(value, list):
            return value
        names = [name.strip() for name in str(value).split(",") if name.strip()]
        unknown = [name for name in names if name not in self.choices]
        if unknown or not names:
            near = did_you_mean(unknown[0], self.choices) if unknown else ""
            self.fail(f"expected some of {', '.join(self.choices)}, joined by commas, got {str(value)!r}{near}", param, ctx)
        return names

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Complete the last name of a list."""
        before, comma, last = incomplete.rpartition(",")
        chosen = before.split(",")
        return [CompletionItem(f"{before}{comma}{name}") for name in self.choices if name.startswith(last) and name not in chosen]


class IncidentType(click.ParamType[str]):
    """The ID of an incident, or the path of its folder."""

    name = "id"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Complete the IDs of incidents in the data folder; the shell completes paths."""
        if "/" in incomplete:
            return [CompletionItem(incomplete, type="dir")]
        from pmkit.incident.folder import data_folder, incident_ids  # noqa: PLC0415 - only when an ID is completed

        ids = incident_ids(data_folder(ctx.params.get("data")))
        return [CompletionItem(incident_id) for incident_id in ids if incident_id.startswith(incomplete)]


class TemplateType(click.ParamType[str]):
    """The name of a template, or a folder with the user's own."""

    name = "template"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Fail if the value is neither a template nor a folder."""
        text = str(value)
        if text not in TEMPLATES and not Path(text).is_dir():
            near = did_you_mean(text, TEMPLATES)
            self.fail(f"expected {', '.join(TEMPLATES)} or a folder, got {text!r}{near}", param, ctx)
        return text

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Complete the names; the shell completes paths."""
        names = [CompletionItem(name) for name in TEMPLATES if name.startswith(incomplete)]
        return names or [CompletionItem(incomplete, type="dir")]


INCIDENT_HELP: Final = "An incident's ID, such as INC-2026-0117, or the path of its folder"

INCIDENT: Final = click.RichArgument(["incident"], type=IncidentType(), help=INCIDENT_HELP)
DATA: Final = click.RichOption(
    ["--data"],
    metavar="DIR",
    type=click.Path(file_okay=False),
    help="Folder of all incidents (default: PMKIT_DATA, or data/incidents)",
)
QUIET: Final = click.RichOption(["--quiet"], is_flag=True, help="Print no progress on standard error")
REPORT_TIMEZONE: Final = click.RichOption(
    ["--timezone"],
    metavar="TZ",
    default="",
    panel="Content",
    help="Show times in this IANA time zone (default: the incident's)",
)
REPORT_FORMATS: Final = click.RichOption(
    ["formats", "--to"],
    metavar="LIST",
    type=CommaList(list(WRITERS)),
    default=",".join(DEFAULT_FORMATS),
    show_default=True,
    panel="Output",
    help=f"Formats to write: {', '.join(WRITERS)}, joined by commas",
)
REPORT_FOLDER: Final = click.RichOption(
    ["--out"],
    metavar="DIR",
    type=click.Path(path_type=Path),
    default="reports",
    show_default=True,
    panel="Output",
    help="Folder to write to",
)
PAPER: Final = click.RichOption(
    ["--paper"],
    type=NearChoice(["a4", "letter"]),
    default="a4",
    show_default=True,
    panel="Output",
    help="Paper size of the PDF",
)
AUDIENCE: Final = click.RichOption(
    ["--audience"],
    type=NearChoice(get_args(Audience)),
    default="internal",
    show_default=True,
    panel="Content",
    help="Whom the report is for; `public` leaves out hosts, addresses, people, chat and evidence",
)

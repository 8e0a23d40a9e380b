"""The parameters that commands share, and their types: each suggests near matches and completes in a shell."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final, get_args
from zoneinfo import available_timezones

import rich_click as click
from click.shell_completion import CompletionItem

from pmkit.core.choices import Audience, Template
from pmkit.core.near_names import did_you_mean
from pmkit.publish.writers import DEFAULT_FORMATS, WRITERS

# The templates that define which sections a report has.
TEMPLATES: Final[tuple[Template, ...]] = get_args(Template)


class NearChoice(click.Choice[str]):
    """A choice that suggests near matches, and accepts upper and lower case."""

    def __init__(self, choices: Sequence[str]) -> None:
        super().__init__(choices, case_sensitive=False)

    def get_invalid_choice_message(self, value: object, ctx: click.Context | None) -> str:
        """Return what is wrong with a value."""
        return f"expected {', '.join(self.choices)}, got {str(value)!r}{did_you_mean(str(value), list(self.choices))}"


class WholeNumber(click.ParamType[int]):
    """A whole number of at least 1."""

    name = "number"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number, and fail if it is not one."""
        text = str(value)
        if not text.strip().isdecimal() or int(text) < 1:
            self.fail(f"expected a whole number of at least 1, got {text!r}", param, ctx)
        return int(text)


class CommaList(click.ParamType[list[str]]):
    """Some of the choices, joined by commas and without duplicates."""

    name = "list"

    def __init__(self, choices: Sequence[str]) -> None:
        self.choices = choices

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> list[str]:
        """Split the list that the user typed, and fail if a name is not a choice."""
        if isinstance(value, list):
            return value
        names = list(dict.fromkeys(name.strip().lower() for name in str(value).split(",") if name.strip()))
        unknown = [name for name in names if name not in self.choices]
        if unknown or not names:
            near = did_you_mean(unknown[0], self.choices) if unknown else ""
            self.fail(f"expected some of {', '.join(self.choices)}, joined by commas, got {str(value)!r}{near}", param, ctx)
        return names

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Complete the last name of a list."""
        before, comma, last = incomplete.rpartition(",")
        chosen = before.lower().split(",")
        return [CompletionItem(f"{before}{comma}{name}") for name in self.choices if name.startswith(last) and name not in chosen]


class IncidentType(click.ParamType[str]):
    """The ID of an incident, or the path of its folder."""

    name = "id"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Complete the IDs of incidents in the data folder; the shell completes paths."""
        if "/" in incomplete:
            return [CompletionItem(incomplete, type="dir")]
        from pmkit.incident.data_folder import data_folder, incident_ids  # noqa: PLC0415 - only when an ID is completed

        ids = incident_ids(data_folder(ctx.params.get("data")))
        return [CompletionItem(incident_id) for incident_id in ids if incident_id.startswith(incomplete)]


class TimezoneType(click.ParamType[str]):
    """An IANA time zone, or nothing for the default."""

    name = "timezone"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Fail if there is no such zone."""
        if not value:
            return ""
        from pmkit.incident.field_types import validate_timezone  # noqa: PLC0415 - loads pydantic

        zone = str(value)
        try:
            return validate_timezone(zone)
        except ValueError as error:
            self.fail(f"{error}, got {zone!r}", param, ctx)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Complete the names of zones."""
        zones = sorted(available_timezones())
        return [CompletionItem(zone) for zone in zones if zone.lower().startswith(incomplete.lower())]


class FormatType(click.ParamType[str]):
    """The name of a format of exports; whether there is one is known when the incident's own formats are."""

    name = "format"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Complete the names of the formats that come with pmkit."""
        from pmkit.formats.catalog import FORMATS  # noqa: PLC0415 - only when a name is completed

        return [CompletionItem(entry.name) for entry in FORMATS if entry.name.startswith(incomplete)]


class TemplateType(click.ParamType[str]):
    """The name of a template, or a folder with the user's own."""

    name = "template"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Fail if the value is neither a template nor a folder."""
        text = str(value)
        if text.lower() in TEMPLATES and not Path(text).is_dir():
            return text.lower()
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
    type=TimezoneType(),
    metavar="TZ",
    default="",
    panel="Content",
    help="Show times in this IANA time zone (default: the incident's)",
)


def report_formats(*, printed: Sequence[str] = (), remark: str = "") -> click.RichOption:
    """Return the option for the formats of a report.

    Parameters
    ----------
    printed : sequence of str
        Further formats that a command takes, but prints instead of writing.
    remark : str
        The end of the help, about these.
    """
    return click.RichOption(
        ["formats", "--to"],
        metavar="LIST",
        type=CommaList([*WRITERS, *printed]),
        multiple=True,
        callback=lambda _ctx, _param, lists: list(dict.fromkeys(name for names in lists for name in names)),
        default=[",".join(DEFAULT_FORMATS)],
        show_default=True,
        panel="Output",
        help=f"Formats to write: {', '.join(WRITERS)}, joined by commas{remark}",
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

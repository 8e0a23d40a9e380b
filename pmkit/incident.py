"""What people know of an incident: the folder and its `incident.yaml`."""

from __future__ import annotations

import difflib
import json
import os
import re
from datetime import date, datetime
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

import pandas as pd
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError

from pmkit.errors import IncidentError, OutputError
from pmkit.prose import sentences
from pmkit.schema import SEVERITIES

FILE_NAME = "incident.yaml"
ID_PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
NOT_EXPORTS = {FILE_NAME, "truth.yaml", "README.md"}


def known_zone(name: str) -> str:
    """Return the name of an IANA time zone, or raise ValueError with a hint."""
    if name not in available_timezones():
        near = difflib.get_close_matches(name, available_timezones(), 1, 0.5)
        hint = f", such as {near[0]}" if near else ", such as Europe/Berlin or UTC"
        raise ValueError(f"expected an IANA time zone{hint}")
    return name


def _one_sentence(text: str) -> str:
    if len(sentences(text)) > 1:
        raise ValueError("expected one sentence; the long form has its own field")
    return text.strip()


Zone = Annotated[str, AfterValidator(known_zone)]
Sentence = Annotated[str, AfterValidator(_one_sentence)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Slo(_Part):
    """The service level objective that the error budget is counted against."""

    availability: float = Field(gt=0, lt=1, description="share of requests that must succeed, such as 0.999")
    window_days: int = Field(default=30, gt=0)


class ErrorRule(_Part):
    """What counts as an error.

    Requests are judged by their HTTP status; where a log has no requests, events are judged
    by their severity.
    """

    min_http_status: int = Field(default=500, ge=100, le=599)
    also_http_status: tuple[int, ...] = ()
    not_http_status: tuple[int, ...] = ()
    min_severity: Literal["WARN", "ERROR", "FATAL"] = "ERROR"

    @property
    def severities(self) -> tuple[str, ...]:
        """The severities that count as an error."""
        return SEVERITIES[SEVERITIES.index(self.min_severity) :]

    def failed_requests(self, http_status: pd.Series) -> pd.Series:
        """Tell for each HTTP status whether the request failed; False where there is none."""
        failed = ((http_status >= self.min_http_status) | http_status.isin(self.also_http_status)) & ~http_status.isin(
            self.not_http_status
        )
        return failed.fillna(value=False).astype(bool)

    @property
    def sql(self) -> str:
        """The rule as a SQL condition: by HTTP status for requests, by severity for other events."""
        also = f" OR http_status IN {_tuple(self.also_http_status)}" if self.also_http_status else ""
        barred = f" AND http_status NOT IN {_tuple(self.not_http_status)}" if self.not_http_status else ""
        by_severity = f"severity IN {_tuple(self.severities)}"
        return (
            f"CASE WHEN http_status IS NULL THEN coalesce({by_severity}, false) "
            f"ELSE (http_status >= {self.min_http_status}{also}){barred} END"
        )

    @property
    def words(self) -> str:
        """The rule in words, for requests."""
        also = "".join(f", or is {status}" for status in self.also_http_status)
        barred = "".join(f", unless it is {status}" for status in self.not_http_status)
        return f"its HTTP status is {self.min_http_status} or above{also}{barred}"


def _tuple(values: tuple[int, ...] | tuple[str, ...]) -> str:
    return f"({', '.join(repr(value) for value in values)})"


class SourceHint(_Part):
    """What a person knows about some of the exports."""

    match: str = Field(description="file name pattern relative to the incident's folder, such as logs/edge-*.log")
    timezone: Zone | None = Field(default=None, description="zone of times that carry none")
    service: str | None = None
    format: str | None = Field(default=None, description="a name from `pmkit formats`")


class ConfirmedTimes(_Part):
    """Times that a person has confirmed; they stand beside the detected ones."""

    started_at: datetime | None = None
    ended_at: datetime | None = None
    detected_at: datetime | None = None
    acknowledged_at: datetime | None = None
    mitigated_at: datetime | None = None
    resolved_at: datetime | None = None


class Note(_Part):
    """One entry that a person adds to the timeline."""

    at: datetime
    text: str
    evidence: str | None = None


class Measure(_Part):
    """One corrective or preventative measure."""

    action: str
    type: Literal["prevent", "detect", "mitigate", "repair", "process"]
    owner: str
    priority: Literal["P0", "P1", "P2", "P3"]
    due: date
    tracker: str | None = None
    done_when: str | None = None
    status: Literal["open", "done"] = "open"


class IncidentFile(_Part):
    """The contents of `incident.yaml`."""

    id: str
    title: str
    severity: str | None = None
    status: Literal["draft", "in review", "final"] = "draft"
    owner: str | None = None
    reviewer: str | None = None
    timezone: Zone = "UTC"
    services: tuple[str, ...] = ()
    slo: Slo | None = None
    errors: ErrorRule = ErrorRule()
    impact_source: str | None = Field(default=None, description="the log that impact is counted on")
    sources: tuple[SourceHint, ...] = ()
    times: ConfirmedTimes = ConfirmedTimes()
    what_happened: Sentence | None = Field(default=None, description="what users saw, one sentence")
    data_loss: Sentence | None = None
    trigger: str | None = None
    root_cause: str | None = None
    root_cause_summary: Sentence | None = Field(default=None, description="the cause, one sentence")
    contributing_factors: tuple[str, ...] = ()
    resolution: str | None = None
    still_degraded: str | None = None
    went_well: tuple[str, ...] = ()
    went_badly: tuple[str, ...] = ()
    got_lucky: tuple[str, ...] = ()
    timeline: tuple[Note, ...] = ()
    measures: tuple[Measure, ...] = ()


class _Constructor(RoundTripConstructor):
    """Leaves times as they are written: pydantic reads them with their zone."""


_Constructor.add_constructor("tag:yaml.org,2002:timestamp", lambda _, node: node.value)


class Incident:
    """An incident's folder with its `incident.yaml`.

    Parameters
    ----------
    folder : Path
        The folder; `incident.yaml` lies in it, the exports anywhere below.

    Raises
    ------
    IncidentError
        When `incident.yaml` is missing, is not YAML, or has a field that is wrong; the
        message names file, line, field and what was expected.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file, self._note_lines = _read(folder / FILE_NAME)
        if self.file.id != folder.name:
            raise IncidentError(
                f"{folder / FILE_NAME}: id is {self.file.id!r}, but the folder is {folder.name!r}; make them the same"
            )
        self.zone = ZoneInfo(self.file.timezone)

    @property
    def id(self) -> str:
        """The incident's ID, which is also its folder's name."""
        return self.file.id

    def exports(self) -> list[Path]:
        """List the exports below the folder, in order of their names."""
        found = (path for path in self.folder.rglob("*") if path.is_file())
        return sorted(path for path in found if path.name not in NOT_EXPORTS and not path.name.startswith("."))

    def hint(self, source: str) -> SourceHint:
        """Join what the hints say about one export; an earlier hint wins field by field."""
        known: dict[str, Any] = {}
        for hint in self.file.sources:
            if Path(source).match(hint.match):
                known = hint.model_dump(exclude_none=True) | known
        return SourceHint(**{"match": source, **known})

    def notes(self) -> list[tuple[Note, str]]:
        """List the timeline entries that people wrote, each with its evidence."""
        places = (f"{FILE_NAME}:{line}" for line in self._note_lines)
        return [(note, note.evidence or place) for note, place in zip(self.file.timeline, places, strict=True)]

    def local(self, at: datetime) -> datetime:
        """Give a time its zone: one without a zone is in the incident's."""
        return at.replace(tzinfo=self.zone) if at.tzinfo is None else at


def data_folder(given: str | Path | None = None) -> Path:
    """Return the folder of all incidents.

    Parameters
    ----------
    given : str or Path, optional
        What the user said; if nothing, `PMKIT_DATA`, else `data/incidents`. A relative folder is
        looked for here and then in the folders above, so that a notebook may lie in one of its own.
    """
    wanted = Path(given or os.environ.get("PMKIT_DATA") or "data/incidents")
    here = Path.cwd()
    places = [folder / wanted for folder in (here, *here.parents)]
    return next((place for place in places if place.is_dir()), wanted) if not wanted.is_absolute() else wanted


def find(incident_id: str, data: Path) -> Incident:
    """Open the incident `incident_id` below the folder `data`.

    Raises
    ------
    IncidentError
        When the ID is not one, when there is no such incident (near matches are named), or
        when its `incident.yaml` is wrong.
    """
    check_id(incident_id)
    folder = data / incident_id
    if not folder.is_dir():
        raise IncidentError(f"no incident {incident_id!r} in {data}{_near(incident_id, data)}")
    return Incident(folder)


def scaffold(incident_id: str, data: Path, title: str = "", timezone: str = "UTC") -> Path:
    """Make the folder of an incident with a commented `incident.yaml`.

    Returns
    -------
    Path
        The new `incident.yaml`.

    Raises
    ------
    IncidentError
        When the ID or the zone is none, or when the incident has an `incident.yaml` already.
    OutputError
        When it cannot be written.
    """
    check_id(incident_id)
    try:
        known_zone(timezone)
    except ValueError as unknown:
        raise IncidentError(f"--timezone {timezone}: {unknown}") from unknown
    template = resources.files("pmkit").joinpath("scaffold.yaml").read_text(encoding="utf-8")
    quoted = json.dumps(title or "What happened, in a few words", ensure_ascii=False)
    path = data / incident_id / FILE_NAME
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(template.format(id=incident_id, title=quoted, timezone=timezone))
    except FileExistsError as there:
        raise IncidentError(f"{path}: exists already; it is left as it is") from there
    except OSError as refused:
        raise OutputError(f"{path}: cannot be written: {refused.strerror}; name another folder with --data") from refused
    return path


def check_id(incident_id: str) -> None:
    """Refuse an ID that could name a place outside the data folder."""
    if not ID_PATTERN.fullmatch(incident_id) or ".." in incident_id:
        raise IncidentError(
            f"{incident_id!r} is not an incident ID; use letters, digits, '.', '_' and '-', such as INC-2026-0117"
        )


def _near(incident_id: str, data: Path) -> str:
    if not data.is_dir():
        return "; that folder does not exist, name another with --data or PMKIT_DATA"
    known = sorted(path.parent.name for path in data.glob(f"*/{FILE_NAME}"))
    if not known:
        return "; it holds no incidents, create one with `pmkit new`"
    near = difflib.get_close_matches(incident_id, known, 3, 0.4)
    return f"; did you mean {' or '.join(near)}?" if near else f"; it holds {', '.join(known[:8])}"


def _read(path: Path) -> tuple[IncidentFile, list[int]]:
    """Read `incident.yaml`; give its contents and the lines on which its timeline entries begin."""
    yaml = YAML(typ="rt")
    yaml.Constructor = _Constructor
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as missing:
        raise IncidentError(f"{path}: not found; `pmkit new {path.parent.name}` writes one to fill in") from missing
    except (OSError, UnicodeDecodeError) as unreadable:
        raise IncidentError(f"{path}: cannot be read as UTF-8 text: {unreadable}") from unreadable
    try:
        content = yaml.load(text)
    except MarkedYAMLError as broken:
        mark = broken.problem_mark or broken.context_mark
        where = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else str(path)
        problem = (broken.problem or "not YAML").split("\n")[0]
        raise IncidentError(f"{where}: not valid YAML: {problem}") from broken
    if not isinstance(content, dict):
        raise IncidentError(f"{path}:1: expected `name: value` lines, beginning with `id: {path.parent.name}`")
    try:
        file = IncidentFile.model_validate(content)
    except ValidationError as wrong:
        errors = sorted(wrong.errors(), key=lambda error: error["type"] != "extra_forbidden")
        raise IncidentError("\n".join(_explain(path, content, error) for error in errors)) from wrong
    return file, [_line(content, ["timeline", number]) for number in range(len(file.timeline))]


def _explain(path: Path, content: Any, error: Any) -> str:
    location = [part for part in error["loc"] if isinstance(part, int | str)]
    field = ".".join(str(part) for part in location)
    where = f"{path}:{_line(content, location)}: {field}"
    if error["type"] == "missing":
        return f"{where}: missing; add it"
    if error["type"] == "extra_forbidden":
        model = _model_at(location[:-1])
        near = difflib.get_close_matches(str(location[-1]), model.model_fields, 1, 0.5)
        hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(model.model_fields)}"
        return f"{where}: unknown field; {hint}"
    message = error["msg"].removeprefix("Value error, ")
    return f"{where}: {message[0].lower()}{message[1:]}, got {error['input']!r}"


def _line(content: Any, location: list[Any]) -> int:
    line = 1
    for part in location:
        try:
            marks: Any = content.lc
            position = marks.key(part) if isinstance(content, dict) else marks.item(part)
            line = position[0] + 1
            content = content[part]
        except (AttributeError, KeyError, IndexError, TypeError):
            break
    return line


def _model_at(location: list[Any]) -> type[BaseModel]:
    parts: dict[str, type[BaseModel]] = {
        "slo": Slo, "errors": ErrorRule, "sources": SourceHint, "times": ConfirmedTimes, "timeline": Note, "measures": Measure,
    }  # fmt: skip
    return parts.get(str(location[0]), IncidentFile) if location else IncidentFile

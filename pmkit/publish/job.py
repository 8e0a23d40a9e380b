"""A report to produce: the notebook to run, its parameters, and the formats to write."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from importlib import resources
from pathlib import Path
from typing import Final, Literal

from pmkit.core.choices import Audience, Template
from pmkit.core.progress import Progress
from pmkit.incident.folder import Incident
from pmkit.redaction.redactor import Redactor

NOTEBOOK: Final = "postmortem.ipynb"
TRENDS: Final = "trends.ipynb"


@dataclass(frozen=True)
class Job:
    """One report to produce.

    Attributes
    ----------
    incident : Incident
        The incident that the report is about.
    out : Path
        The folder to write it to.
    formats : sequence of str
        Names in `writers.WRITERS`; duplicates are removed.
    timezone, audience : str
        Parameters of the notebook; an empty zone stands for the incident's.
    paper : str
        a4 or letter.
    template : str
        Parameter of the notebook: the name of a template, empty for pmkit's own.
    notebook : Path or None
        Another notebook with the same parameters; None for the one that comes with pmkit.
    template_folder : Path or None
        A folder with custom templates, see `html_exporter.page` and `pdf_exporter.pdf`.
    cell_timeout_s : int or None
        Time limit for one cell, seconds; None for no limit.
    """

    incident: Incident
    out: Path
    formats: Sequence[str]
    _: KW_ONLY
    timezone: str = ""
    audience: Audience = "internal"
    paper: str = "a4"
    template: Template | Literal[""] = ""
    notebook: Path | None = None
    template_folder: Path | None = None
    cell_timeout_s: int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "formats", tuple(dict.fromkeys(self.formats)))

    @property
    def name(self) -> str:
        """The name of the files, without an extension."""
        return self.incident.id

    @property
    def source(self) -> Path:
        """The notebook to run."""
        return self.notebook or shipped()

    @property
    def redactor(self) -> Redactor:
        """The redactor for the report's audience."""
        return self.incident.redactor.public() if self.audience == "public" else self.incident.redactor

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters of the notebook."""
        return {
            "incident_id": self.incident.id,
            "data_dir": str(self.incident.folder.parent.resolve()),
            "timezone": self.timezone,
            "audience": self.audience,
            "template": self.template,
        }

    def read(self, progress: Progress) -> None:
        """Read the exports into the cache, where the notebook waits for them."""
        from pmkit.ingest.cache import read_all  # noqa: PLC0415 - only when the kernel has started
        from pmkit.ingest.dating import confirmed_times  # noqa: PLC0415
        from pmkit.ingest.discovery import incident_requests  # noqa: PLC0415

        read_all(incident_requests(self.incident), progress, confirmed_times(self.incident))

    def check(self) -> None:
        """Raise the error if the exports themselves are the problem, because it is clearer than the error of a cell."""
        from pmkit.ingest.cache import open_incident  # noqa: PLC0415 - only after a cell failed

        open_incident(self.incident)


@dataclass(frozen=True)
class TrendsJob:
    """The report on all incidents of a folder. Its other attributes are those of `Job`.

    Attributes
    ----------
    data : Path
        The folder.
    since : str
        A day from which on incidents are included; empty for all incidents.
    """

    data: Path
    out: Path
    formats: Sequence[str]
    _: KW_ONLY
    since: str = ""
    paper: str = "a4"
    audience: Audience = "internal"
    template_folder: Path | None = None
    cell_timeout_s: int | None = None
    name: str = "trends"

    def __post_init__(self) -> None:
        object.__setattr__(self, "formats", tuple(dict.fromkeys(self.formats)))

    @property
    def source(self) -> Path:
        """The notebook to run."""
        return shipped(TRENDS)

    @property
    def redactor(self) -> Redactor:
        """The redactor for the report."""
        return Redactor()

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters of the notebook."""
        return {"data_dir": str(self.data.resolve()), "since": self.since}

    def read(self, progress: Progress) -> None:
        """Do nothing: the caller has already read the incidents."""

    def check(self) -> None:
        """Do nothing: the caller has already read the incidents."""


def shipped(name: str = NOTEBOOK) -> Path:
    """Return a notebook that comes with pmkit."""
    inside = Path(str(resources.files("pmkit"))) / "notebooks" / name
    beside = Path(str(resources.files("pmkit"))).parent / "notebooks" / name
    return inside if inside.exists() else beside

"""Fields of `incident.yaml` about the exports: hints for individual files, and custom log formats."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from pmkit.formats import custom
from pmkit.formats.format import LogFormat
from pmkit.incident.field_types import Block, Zone


class SourceHint(Block):
    """A hint: what a person knows about some of the exports."""

    match: str = Field(description="file name pattern relative to the incident's folder, such as logs/edge-*.log")
    timezone: Zone | None = Field(default=None, description="time zone of timestamps that have none")
    service: str | None = Field(default=None, description="service of events that name none")
    format: str | None = Field(default=None, description="a name from `pmkit formats`, or from `formats` in this file")
    clock_offset_s: float = Field(default=0, description="seconds to add to its timestamps, to correct a wrong clock")


class FormatBlock(Block):
    """A log format of your own, defined in one of several notations."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$", description="the name for hints and the report")
    pattern: str | None = Field(default=None, description="a regular expression with named groups")
    json_fields: dict[str, str] | None = Field(
        default=None, alias="json", description="map from pmkit's field names to JSON keys"
    )
    nginx: str | None = Field(default=None, description="an nginx log_format")
    apache: str | None = Field(default=None, description="an Apache LogFormat")
    log4j: str | None = Field(default=None, description="a log4j or logback pattern")
    service: str | None = Field(default=None, description="service of events that name none")
    multiline: bool = Field(default=True, description="whether lines that do not match belong to the event above")
    samples: tuple[str, ...] = Field(default=(), description="lines that must match")

    @model_validator(mode="after")
    def _check_samples(self) -> FormatBlock:
        definitions = self._definitions
        if len(definitions) != 1:
            raise ValueError(f"expected one of {', '.join(custom.KINDS)}, got {' and '.join(definitions) or 'none'}")
        (kind,) = definitions
        with error_at(kind):
            entry = self.entry()
        for number, line in enumerate(self.samples):
            with error_at("samples", number):
                custom.check_sample(entry, line)
        return self

    @property
    def _definitions(self) -> dict[str, str | dict[str, str]]:
        values = {kind: self.json_fields if kind == "json" else getattr(self, kind) for kind in custom.KINDS}
        return {kind: value for kind, value in values.items() if value is not None}

    def entry(self) -> LogFormat:
        """Return the format.

        Raises
        ------
        ValueError
            When the definition is wrong.
        """
        ((kind, definition),) = self._definitions.items()
        return custom.custom_format(self.name, kind, definition, service=self.service, multiline=self.multiline)


@contextmanager
def error_at(*location: str | int) -> Iterator[None]:
    """Add the location of a field, relative to the model, to a ValueError."""
    try:
        yield
    except ValueError as error:
        raise PydanticCustomError("within", "{why}", {"why": str(error), "within": location}) from error

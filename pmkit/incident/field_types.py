"""Types of fields in `incident.yaml`, and the base class of its models."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from functools import cache
from typing import Annotated, Final, Self, get_args
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict

from pmkit.core.locations import is_url
from pmkit.incident.zone_abbreviations import zones_of


@cache
def _timezones() -> frozenset[str]:
    """Return the time zones of this machine; cached, because they are hundreds of files."""
    return frozenset(available_timezones())


def validate_timezone(name: str) -> str:
    """Return the name of an IANA time zone, or raise ValueError with a suggestion."""
    if name not in _timezones():
        by_lower_case = {zone.lower(): zone for zone in sorted(_timezones())}
        wanted = name.lower().replace(" ", "_")
        places = [zone for zone in by_lower_case if "/" in zone]
        near = [wanted] if wanted in by_lower_case else difflib.get_close_matches(wanted, places, 1, 0.6)
        meant = zones_of(name) or [by_lower_case[zone] for zone in near] or ("Europe/Berlin", "UTC")
        raise ValueError(f"expected an IANA time zone, such as {' or '.join(meant)}")
    return name


def _validate_url(text: str) -> str:
    if not is_url(text):
        raise ValueError("expected a URL, such as s3://bucket/logs/*.gz; files in the incident's folder need not be listed")
    return text


Zone = Annotated[str, AfterValidator(validate_timezone)]
Url = Annotated[str, AfterValidator(_validate_url)]

_MARKDOWN: Final = "Markdown"
# Text that is rendered as Markdown. All other texts, such as names, are shown exactly as they are written.
Markdown = Annotated[str, _MARKDOWN]


def _is_markdown(annotation: object) -> bool:
    return _MARKDOWN in getattr(annotation, "__metadata__", ()) or any(map(_is_markdown, get_args(annotation)))


class Block(BaseModel):
    """One mapping of `incident.yaml`: unknown fields are errors, values are immutable."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    def with_markdown(self, change: Callable[[str], str]) -> Self:
        """Return a copy in which `change` was applied to all Markdown, at any depth."""
        changed: dict[str, object] = {}
        for name, field in type(self).model_fields.items():
            value = getattr(self, name)
            if _MARKDOWN in field.metadata or _is_markdown(field.annotation):
                changed[name] = _change_markdown(value, change)
            elif isinstance(value, Block):
                changed[name] = value.with_markdown(change)
            elif isinstance(value, tuple):
                changed[name] = tuple(item.with_markdown(change) if isinstance(item, Block) else item for item in value)
        return self.model_copy(update=changed)


def _change_markdown(value: object, change: Callable[[str], str]) -> object:
    if isinstance(value, tuple):
        return tuple(change(item) for item in value)
    if isinstance(value, dict):
        return {name: change(item) for name, item in value.items()}
    return change(value) if isinstance(value, str) else value

"""Rules about what must not be published: placeholders, secrets, and pictures without alternative text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pmkit.check.rule import Context, Location, Match, rule
from pmkit.incident.folder import PLACEHOLDER_TITLE
from pmkit.redaction.redactor import TITLES

_PLACEHOLDER: Final = re.compile(
    r"\b(TODO|TBD|TBC|FIXME|XXX+|lorem ipsum|to be (written|determined|confirmed|added))\b|<[a-z ]+>|"
    + re.escape(PLACEHOLDER_TITLE),
    re.I,
)
_PICTURE: Final = re.compile(r"!\[\s*\]\([^)]*\)|<img(?![^>]*\balt=[\"'][^\"'])[^>]*>", re.I)


@rule(
    "PM115",
    "placeholder-left",
    "error",
    reason="A placeholder in a published document shows that nobody read it to the end.",
    bad="resolution: TODO",
    good="resolution: Rolling back ended it.",
    expected="resolution: “TODO” is a placeholder",
    suggestion="Replace it with the text, or delete it.",
)
def _placeholder(context: Context) -> Iterator[Match]:
    for text in context.texts:
        for match in _PLACEHOLDER.finditer(text.own_words):
            yield Match(text.location, f"“{match[0]}” is a placeholder", match[0])


@rule(
    "PM118",
    "secret-in-text",
    "error",
    reason="The whole company can read a postmortem, so a secret in it is no longer secret.",
    bad="trigger: The deploy of checkout v3.8.0 with DB_PASSWORD=hunter22.",
    good="trigger: The deploy of checkout v3.8.0 with DB_PASSWORD=***.",
    expected="trigger: the text contains a password or another secret",
    suggestion="Remove it, and rotate it wherever it is in use: everybody who has read this text knows it.",
)
def _secret(context: Context) -> Iterator[Match]:
    redactor = context.findings.incident.redactor
    for location, text in _strings(context.file.model_dump(exclude={"redact"}), ()):
        for hit in redactor.hits(text):
            yield Match(location, f"the text contains {TITLES.get(hit.name, hit.name)}", text[hit.start : hit.end])


def _strings(value: object, location: Location) -> Iterator[tuple[Location, str]]:
    """Yield every string of a tree with its location."""
    if isinstance(value, str):
        yield location, value
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _strings(item, (*location, name))
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from _strings(item, (*location, index))


@rule(
    "PM119",
    "alt-text-missing",
    "warning",
    reason="Readers who cannot see a picture, or who print it in grey, have only its alternative text.",
    bad="sections: [{title: Load, text: '![](https://shop.example/load.png)'}]",
    good="sections: [{title: Load, text: '![Load doubled at 10:17](https://shop.example/load.png)'}]",
    expected="sections.0.text: a picture has no alternative text",
    suggestion="Describe between the brackets what the picture shows.",
)
def _picture(context: Context) -> Iterator[Match]:
    for text in context.texts:
        for match in _PICTURE.finditer(text.text):
            yield Match(text.location, "a picture has no alternative text", match[0])

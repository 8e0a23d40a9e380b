"""Rules about what must not be published: placeholders, secrets, and pictures without alternative text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pmkit.check.rule import Context, Match, rule
from pmkit.check.text import Location
from pmkit.incident.folder import PLACEHOLDER_TITLE
from pmkit.redaction.redactor import TITLES

_PLACEHOLDER: Final = re.compile(
    # "The cause has yet to be determined" is a statement; "Cause: to be determined" is a gap.
    r"\b(?:TODO|FIXME|XXX+|lorem ipsum)\b|(?-i:\b(?:TBD|TBC|TBA)\b)|(?:^|[:|>*-])\s*(?:yet |still )?(?:to be (?:written|"
    r"determined|confirmed|added|decided|filled in)|tb[dca])\b(?![^\n]{12})|"
    r"<(?:[a-z]+[ _-])+[a-z]+>|<(?:name|date|time|link|url|title|description|summary|text|owner|team|service|number|duration|"
    r"placeholder|insert|ticket|author|tbd|todo)>|"
    r"\[(?:insert|fill in|your|add|describe|enter)\b[^\]\n]*\](?!\()|" + re.escape(PLACEHOLDER_TITLE),
    re.I | re.M,
)
# The line of a command's usage, such as "-notify=<user name>".
_USAGE: Final = re.compile(r"(?:^|\s)-{1,2}\w[\w-]*[ =]$|\$ [\w./ -]*$")
_ADDRESS: Final = re.compile(r"https?://[^\s)>\]]+")
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
        for match in _PLACEHOLDER.finditer(text.placeholders):
            words = match[0].strip(" \n:|>*-") if match[0][0] != "<" else match[0]
            if not _USAGE.search(text.placeholders[: match.start()]):
                yield Match(text.location, f"“{words}” is a placeholder", words, text.text.find(words, match.start()))


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
            if not _in_slug(text, hit.start, hit.end):
                yield Match(location, f"the text contains {TITLES.get(hit.name, hit.name)}", text[hit.start : hit.end])


def _in_slug(text: str, begin: int, end: int) -> bool:
    """Return whether a part of an address consists of words with hyphens, such as the title of an article."""
    address = next((match for match in _ADDRESS.finditer(text) if match.start() <= begin and end <= match.end()), None)
    words = re.split(r"[-_/.]", text[begin:end].strip("-_/."))
    return address is not None and len(words) > 3 and all(re.fullmatch(r"[a-z]*|\d{1,4}", word) for word in words)


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

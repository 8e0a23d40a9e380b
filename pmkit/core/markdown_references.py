"""Footnotes and addresses of links that Markdown defines apart from where it uses them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

_NOTE: Final = re.compile(
    r"^\[\^(?P<name>[^\]\s]+)\]:[ \t]*(?P<text>.*(?:\n(?:[ ]{2,}|\t).+|\n[ \t]*(?=(?:\n[ \t]*)*\n(?:[ ]{4}|\t)\S))*)\n?",
    re.MULTILINE,
)
_ADDRESS: Final = re.compile(
    r"^ {0,3}\[(?P<name>[^\]\n^][^\]\n]*)\]:[ \t]*\n?[ \t]*<?(?P<address>[^\s<>()]+)>?(?:[ \t]+[\"'(][^\n]*[\"')])?[ \t]*$\n?",
    re.MULTILINE,
)
_FENCED: Final = re.compile(r"(^[ \t]*(?:```|~~~).*?^[ \t]*(?:```|~~~)[ \t]*$)", re.MULTILINE | re.DOTALL)
_USE: Final = re.compile(r"\[\^([^\]\s]+)\](?!:)")
_LINK: Final = re.compile(r"(?<![\\\]])\[(?P<words>[^\[\]\n]+(?:\n[^\[\]\n]+)*)\](?:\[(?P<name>[^\]\n]*)\])?(?![(:\[])")


@dataclass(frozen=True)
class References:
    """What texts define: footnotes by their names, and addresses by the lower-case names of links."""

    notes: dict[str, str] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, texts: Iterable[str]) -> References:
        r"""Return what some texts define; the first definition of a name counts.

        Examples
        --------
        >>> References.of(["See[^1].", "[^1]: On\n    Monday.\n\n[Issue]: https://shop.example/7"])
        References(notes={'1': 'On Monday.'}, addresses={'issue': 'https://shop.example/7'})
        """
        references = cls()
        for text in (_FENCED.sub("", text) for text in texts if _may_define(text)):
            for note in _NOTE.finditer(text):
                references.notes.setdefault(note["name"], " ".join(note["text"].split()))
            for link in _ADDRESS.finditer(text):
                references.addresses.setdefault(_name(link["name"]), link["address"])
        return references

    def beside(self, others: References) -> References:
        """Return these definitions, and those of others whose names these do not have."""
        return References({**others.notes, **self.notes}, {**others.addresses, **self.addresses})

    def used_in(self, texts: Iterable[str]) -> References:
        """Return these definitions without the footnotes that none of the texts refers to."""
        used = {name for text in texts for name in _USE.findall(text)}
        return References({name: note for name, note in self.notes.items() if name in used}, self.addresses)


def without_definitions(text: str) -> str:
    """Return a text without the definitions in it; those in blocks of code stay."""
    if not _may_define(text):
        return text
    # Every second part is a block of code.
    parts = _FENCED.split(text)
    return "".join(part if number % 2 else _ADDRESS.sub("", _NOTE.sub("", part)) for number, part in enumerate(parts))


def _may_define(text: str) -> bool:
    return "]:" in text


def with_addresses(text: str, addresses: dict[str, str]) -> str:
    """Return a text whose links by name have their address in them.

    Examples
    --------
    >>> with_addresses("[the issue][7] and [7], not [8]", {"7": "https://shop.example/7"})
    '[the issue](https://shop.example/7) and [7](https://shop.example/7), not [8]'
    """

    def resolved(link: re.Match[str]) -> str:
        address = addresses.get(_name(link["name"] or link["words"]))
        return f"[{link['words']}]({address})" if address else link[0]

    return _LINK.sub(resolved, text) if addresses else text


def _name(text: str) -> str:
    return " ".join(text.split()).casefold()

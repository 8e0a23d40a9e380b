"""What a reader sees of a report: its text, pictures and code, however the file writes them."""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from itertools import zip_longest
from typing import Final

import pypdf
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject

from pmkit.core.wording import short
from pmkit.publish.document import Document
from pmkit.publish.embedded_provenance import HTML_ELEMENT

# Elements inside a line of text; every other element begins a new line.
_INLINE: Final = frozenset(
    ("a", "abbr", "b", "bdi", "br", "button", "code", "del", "em", "i", "ins", "kbd", "label", "mark", "q", "s", "samp", "small",
     "span", "strong", "sub", "sup", "text", "time", "tspan", "u")
)  # fmt: skip
# Attributes whose values are read aloud, or lead somewhere.
_SPOKEN: Final = ("alt", "title", "href", "aria-label")
_NOT_TEXT: Final = frozenset(("script", "style", "svg"))
_PROVENANCE: Final = re.compile(".*?".join(map(re.escape, HTML_ELEMENT)), re.DOTALL)
_CODE: Final = re.compile(r'<pre class="input"><code>(.*?)</code></pre>\n?', re.DOTALL)
_SHOW_CODE: Final = re.compile(r'<p class="toggle">.*?</p>\n?', re.DOTALL)
_PICTURE: Final = re.compile(r'<img\b[^>]*\bsrc="([^"]*)"|<svg\b.*?</svg>', re.DOTALL)

# Entries of a PDF's objects that lead back to the page tree, or to the numbering of the whole file.
_BACKWARD: Final = frozenset(("/Parent", "/P", "/StructParents", "/StructParent", "/Dest", "/A"))

# Of a long line, this many characters stand before and after what differs.
_CONTEXT: Final = 30
_LONGEST: Final = 160


@dataclass(frozen=True)
class VisibleContents:
    """What a reader sees of one report.

    Attributes
    ----------
    lines : tuple of str
        Its text, one paragraph, cell or heading each; of a PDF, the lines of its pages.
    pictures : tuple of str
        A digest of each picture.
    code : tuple of str
        The sources of its cells.
    parts : dict of str to str
        Everything else, such as markup and layout: the name of each part, with a digest.
    """

    lines: tuple[str, ...]
    pictures: tuple[str, ...] = ()
    code: tuple[str, ...] = ()
    parts: dict[str, str] = field(default_factory=dict)

    def differences(self, rebuilt: VisibleContents) -> Iterator[str]:
        """Yield, in words, how a report differs from the one that the data give; their code is not compared."""
        of_text = list(_of_lines(self.lines, rebuilt.lines))
        yield from of_text
        pairs = list(zip_longest(self.pictures, rebuilt.pictures))
        of_pictures = [f"picture {n} is not the one that the data give" for n, (old, new) in enumerate(pairs, 1) if old != new]
        yield from of_pictures
        if not of_text and not of_pictures:
            names = dict.fromkeys([*self.parts, *rebuilt.parts])
            unlike = [name for name in names if self.parts.get(name) != rebuilt.parts.get(name)]
            yield from (f"{name} looks different from what the data give, although its text is the same" for name in unlike)


def visible_in_html(page: str) -> VisibleContents:
    """Return what a reader sees of an HTML page."""
    code = tuple(_CODE.findall(page))
    shown = _SHOW_CODE.sub("", _CODE.sub("", _PROVENANCE.sub("", page)))
    lines = _Lines()
    lines.feed(shown)
    lines.close()
    pictures = tuple(_digest(match[0].encode()) for match in _PICTURE.finditer(shown))
    return VisibleContents(tuple(lines.finished()), pictures, tuple(map(unescape, code)), {"the page": _digest(shown.encode())})


def visible_in_pdf(reader: pypdf.PdfReader) -> VisibleContents:
    """Return what a reader sees of a PDF."""
    lines = [line.strip() for page in reader.pages for line in page.extract_text().splitlines()]
    parts = {f"page {number}": _digest_of_page(page) for number, page in enumerate(reader.pages, 1)}
    return VisibleContents(tuple(filter(None, lines)), parts=parts)


def visible_in_document(document: Document) -> VisibleContents:
    """Return what a reader sees of an executed notebook."""
    texts = [document.title, *(f"{name}: {fact}" for name, fact in document.facts)]
    texts += [block.text for block in document.blocks if block.kind != "code"]
    lines = [line.strip() for text in texts for line in text.splitlines()]
    pictures = [_digest(image.data + image.alt.encode() + image.caption.encode()) for image in document.images]
    code = [block.text for block in document.blocks if block.kind == "code"]
    return VisibleContents(tuple(filter(None, lines)), tuple(pictures), tuple(code))


class _Lines(HTMLParser):
    """Collects the text of an HTML page, line by line."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[str] = []
        self._pieces: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        """Begin a line, and take the texts that an element has for those who do not see it."""
        if tag not in _INLINE:
            self._end_line()
        self._silent += tag in _NOT_TEXT
        # A table as CSV has the text of the table.
        attributes = {name: value for name, value in attrs if not (value or "").startswith("data:text/csv")}
        if not self._silent:
            self._pieces += [f" {attributes[name]} " for name in _SPOKEN if attributes.get(name)]

    def handle_endtag(self, tag: str) -> None:
        """End a line."""
        if tag not in _INLINE:
            self._end_line()
        self._silent -= tag in _NOT_TEXT and self._silent > 0

    def handle_data(self, data: str) -> None:
        """Take the text between elements."""
        if not self._silent:
            self._pieces.append(data)

    def _end_line(self) -> None:
        if line := " ".join("".join(self._pieces).split()):
            self._lines.append(line)
        self._pieces = []

    def finished(self) -> list[str]:
        """Return the lines."""
        self._end_line()
        return self._lines


def _of_lines(recorded: Sequence[str], rebuilt: Sequence[str]) -> Iterator[str]:
    matcher = difflib.SequenceMatcher(a=recorded, b=rebuilt, autojunk=False)
    for kind, i, j, m, n in matcher.get_opcodes():
        if kind != "equal":
            for old, new in zip_longest(recorded[i:j], rebuilt[m:n]):
                yield _of_line(old, new)


def _of_line(old: str | None, new: str | None) -> str:
    if old is None or new is None:
        quoted = f"“{short(old or new or '', _LONGEST)}”"
        return f"the report says {quoted}, which the data do not give" if old else f"the report lacks {quoted}"
    begin = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    begin = max(begin - _CONTEXT, 0)
    return f"the report says “{_from(old, begin)}”, the data give “{_from(new, begin)}”"


def _from(line: str, begin: int) -> str:
    return short(("…" if begin else "") + line[begin:], _LONGEST)


def _digest(contents: bytes) -> str:
    return hashlib.sha256(contents).hexdigest()


def _digest_of_page(page: pypdf.PageObject) -> str:
    """Return a digest of everything that a page draws, which does not depend on how the file numbers its objects."""
    digest = hashlib.sha256()
    _add(page, digest.update, [])
    return digest.hexdigest()


def _add(value: object, update: Callable[[bytes], object], inside: list[int]) -> None:
    """Add a PDF object to a digest, with the objects that it refers to; `inside` are those that it is part of."""
    if isinstance(value, IndirectObject):
        if value.idnum not in inside:
            _add(value.get_object(), update, [*inside, value.idnum])
    elif isinstance(value, DictionaryObject):
        for name in sorted(value.keys() - _BACKWARD):
            update(str(name).encode())
            _add(value.raw_get(name), update, inside)
        if isinstance(value, StreamObject):
            update(value.get_data())
    elif isinstance(value, ArrayObject):
        for item in value:
            _add(item, update, inside)
    else:
        update(repr(value).encode())

"""Pictures of the incident's folder that people show in what they write: embedded, so that a report is one file."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pmkit.core.markdown import code, escape
from pmkit.core.markdown_cells import plain
from pmkit.core.wording import amount
from pmkit.reports.figures.chart import Chart, Output

# A larger picture is not embedded, in bytes.
MOST_BYTES: Final = 5_000_000

# The types of pictures by their first bytes.
_TYPES: Final = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif"}

# A block of code, a picture, or code in a line; whichever begins first.
_IMAGE_OR_CODE: Final = re.compile(
    r"^[ \t]*(?:```|~~~).*?^[ \t]*(?:```|~~~)[ \t]*$"
    r"|!\[(?P<alt>[^\]\n]*)\]\(\s*<?(?P<path>[^\s)>]+)>?(?:\s+\"[^\"\n]*\")?\s*\)"
    r"|(?<!`)(?P<ticks>`+)(?!`)[^\n]*?(?<!`)(?P=ticks)(?!`)",
    re.MULTILINE | re.DOTALL,
)

# Stands for a picture in Markdown until the parts of a section are laid out.
_PLACE: Final = "\ue000{}\ue001"
_MARKS: Final = re.compile("\ue000(\\d+)\ue001")


@dataclass(frozen=True)
class Picture:
    """A picture with its words.

    Attributes
    ----------
    name : str
        Its file name in a report, without an extension.
    caption, alt : str
        What it shows, in the words of who wrote about it.
    mime : str
        Its type.
    data : bytes
        The picture.
    """

    name: str
    caption: str
    alt: str
    mime: str
    data: bytes

    def output(self) -> Output:
        """Return the picture as the output of a notebook cell."""
        metadata = {"alt": self.alt, "caption": self.caption, "name": self.name}
        return {self.mime: base64.b64encode(self.data).decode("ascii"), "text/plain": self.alt}, {self.mime: metadata}


class Album:
    """The pictures that the texts of one incident show.

    Parameters
    ----------
    folder : Path
        The incident's folder; pictures outside of it are not shown.
    is_public : bool
        Whether only the words of a picture are shown, because nobody can redact a picture.
    """

    def __init__(self, folder: Path, *, is_public: bool) -> None:
        self._folder, self._is_public = folder, is_public
        self._pictures: list[Picture] = []

    def collect(self, markdown: str) -> str:
        """Return Markdown in which marks stand for pictures of the folder; remote pictures stay."""
        return _IMAGE_OR_CODE.sub(self._mark, markdown)

    def _mark(self, image: re.Match[str]) -> str:
        if image["path"] is None:
            return image[0]
        path, alt = image["path"], image["alt"].strip()
        if re.match(r"[a-zA-Z][\w+.-]*:|//", path):
            return image[0]
        if self._is_public:
            return f"*{alt}*" if alt else ""
        data = self._read(path)
        if isinstance(data, str):
            return f"{alt} (the picture {code(path)} {data})".strip()
        mime = next((mime for start, mime in _TYPES.items() if data.startswith(start)), None)
        if mime is None:
            return f"{alt} (the picture {code(path)} is neither PNG nor JPEG nor GIF, and is not shown)".strip()
        self._pictures.append(
            Picture(f"picture-{len(self._pictures) + 1}", plain(alt), plain(alt) or f"The picture {path}", mime, data)
        )
        return _PLACE.format(len(self._pictures) - 1)

    def _read(self, path: str) -> bytes | str:
        """Return a file of the folder, or why it cannot be shown."""
        try:
            file = (self._folder / path).resolve()
            if not file.is_relative_to(self._folder.resolve()) or not file.is_file():
                return "is not in the incident's folder"
            size = file.stat().st_size
            return f"has {amount(size)} and is too large to be embedded" if size > MOST_BYTES else file.read_bytes()
        except (OSError, ValueError):
            return "cannot be read"

    def show(self, parts: Sequence[str | Chart]) -> Iterator[str | Chart | Picture]:
        """Yield the parts of a section, each picture after the block of text that shows it."""
        for part in parts:
            if isinstance(part, str) and _MARKS.search(part):
                yield from self._split(part)
            else:
                yield part

    def _split(self, text: str) -> Iterator[str | Picture]:
        pending: list[str] = []
        # A block that is indented, or an item of a list, belongs to the block above it.
        for block in re.split(r"\n\n(?![ \t]|[-*+] |\d+[.)] )", text):
            shown = [self._pictures[int(number)] for number in _MARKS.findall(block) if int(number) < len(self._pictures)]
            words = _MARKS.sub(lambda mark: self._words(int(mark[1])), block)
            is_alone = not _MARKS.sub("", block).strip()
            pending += [] if is_alone else [words]
            if shown:
                if pending:
                    yield "\n\n".join(pending)
                    pending = []
                yield from shown
        if pending:
            yield "\n\n".join(pending)

    def _words(self, number: int) -> str:
        return f"{escape(self._pictures[number].alt)} (picture below)" if number < len(self._pictures) else ""

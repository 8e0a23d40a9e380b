"""Writes what only some readers of Markdown know as Markdown that all of them know.

Task boxes, footnotes, definition lists, and HTML that people write in Markdown files. What comes out still has to be sanitised.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from pmkit.core.markdown_references import References, with_addresses, without_definitions

# Code, in blocks or in a line, which stays as it is.
_CODE: Final = re.compile(
    r"(^[ \t]*(?:```|~~~).*?^[ \t]*(?:```|~~~)[ \t]*$|(?<!`)`+(?!`)[^\n]*?(?<!`)`+(?!`))", re.MULTILINE | re.DOTALL
)

_SUPERSCRIPTS: Final = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_REFERENCE: Final = re.compile(r"\[\^(?P<name>[^\]\s]+)\](?!:)")

_ATTRIBUTE: Final = r"""[^>]*?\b{}\s*=\s*(?:"([^"]*)"|'([^']*)')[^>]*"""
_LINK: Final = re.compile(rf"<a\b{_ATTRIBUTE.format('href')}>(.*?)</a\s*>", re.IGNORECASE | re.DOTALL)
_IMAGE: Final = re.compile(r"<img\b([^>]*)>", re.IGNORECASE)

# How single tags, or pairs of them, are written in Markdown.
_HTML: Final[tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...]] = (
    (re.compile(r"<([\w.+-]+@[\w-]+(?:\.[\w-]+)+)>"), r"[\1](mailto:\1)"),
    (re.compile(r"<!--.*?-->\n?", re.DOTALL), ""),
    (re.compile(r"</?details\b[^>]*>", re.IGNORECASE), "\n\n"),
    (re.compile(r"<summary\b[^>]*>\s*(.*?)\s*</summary\s*>", re.IGNORECASE | re.DOTALL), r"\n\n**\1**\n\n"),
    (re.compile(r"<br\s*/?>", re.IGNORECASE), "  \n"),
    (re.compile(r"<hr\s*/?>", re.IGNORECASE), "\n\n---\n\n"),
    (re.compile(r"<(b|strong)>\s*(.*?)\s*</\1\s*>", re.IGNORECASE | re.DOTALL), r"**\2**"),
    (re.compile(r"<(i|em)>\s*(.*?)\s*</\1\s*>", re.IGNORECASE | re.DOTALL), r"*\2*"),
    (re.compile(r"<(del|s|strike)>\s*(.*?)\s*</\1\s*>", re.IGNORECASE | re.DOTALL), r"~~\2~~"),
    (re.compile(r"<(code|kbd|samp|tt)>([^`<\n]+)</\1\s*>", re.IGNORECASE), r"`\2`"),
    (re.compile(r"<su[bp]>([^<\n]+)</su[bp]\s*>", re.IGNORECASE), r"\1"),
    (re.compile(r"</?(?:p|div|center|figure|section)\b[^>]*>", re.IGNORECASE), "\n\n"),
    (re.compile(r"<figcaption\b[^>]*>\s*(.*?)\s*</figcaption\s*>", re.IGNORECASE | re.DOTALL), r"\n\n*\1*\n\n"),
    (re.compile(r"</?(?:span|font|small|u)\b[^>]*>", re.IGNORECASE), ""),
)


def to_common_markdown(text: str, elsewhere: References | None = None) -> str:
    r"""Return Markdown in which all readers show task boxes, footnotes, links by name, definition lists and simple HTML.

    Parameters
    ----------
    text : str
        Markdown that a person wrote.
    elsewhere : References, optional
        Footnotes and addresses of links that other texts of the same document define.

    Examples
    --------
    >>> to_common_markdown("- [x] Done[^1]\n- [ ] `[ ]`\n\n[^1]: On Monday.")
    '- ☑ Done¹\n- ☐ `[ ]`\n\n¹ On Monday.'
    >>> to_common_markdown("<details><summary>Log</summary>see <a href='https://a.example/'>it</a></details>")
    '**Log**\n\nsee [it](https://a.example/)'
    """
    numbers: dict[str, int] = {}
    own = References.of([text])
    references = own.beside(elsewhere or References())
    # Every second part is code.
    parts = _CODE.split(without_definitions(text))
    changed = [part if number % 2 else _change(part, numbers, references) for number, part in enumerate(parts)]
    listed = [
        f"{_superscript(number)} {with_addresses(references.notes[name], references.addresses)}"
        for name, number in numbers.items()
    ]
    listed += [note for name, note in own.notes.items() if name not in numbers and name not in (elsewhere or References()).notes]
    body = re.sub(r"\n{3,}", "\n\n", "".join(changed)).strip()
    return "\n\n".join(filter(None, [body, *listed]))


def _change(text: str, numbers: dict[str, int], references: References) -> str:
    """Return a part of a text that is not code; `numbers` receives the footnotes that it refers to."""
    for pattern, replacement in _HTML:
        text = pattern.sub(replacement, text)
    text = _LINK.sub(lambda link: f"[{' '.join(link[3].split())}]({link[1] or link[2]})", text)
    text = _IMAGE.sub(_image, text)
    text = re.sub(r"^(\s*(?:[-*+]|\d+[.)])\s+)\[ \](?=\s)", r"\1☐", text, flags=re.MULTILINE)
    text = re.sub(r"^(\s*(?:[-*+]|\d+[.)])\s+)\[[xX]\](?=\s)", r"\1☑", text, flags=re.MULTILINE)
    text = re.sub(r"^(?![-*+>#|\s])([^\n]+)\n:[ \t]+", r"**\1.** ", text, flags=re.MULTILINE)

    def refer(reference: re.Match[str]) -> str:
        name = reference["name"]
        return _superscript(numbers.setdefault(name, len(numbers) + 1)) if name in references.notes else reference[0]

    return with_addresses(_REFERENCE.sub(refer, text), references.addresses)


def _superscript(number: int) -> str:
    return str(number).translate(_SUPERSCRIPTS)


def _image(tag: re.Match[str]) -> str:
    """Return an image in Markdown; without an address, its words."""
    attributes = {
        name: re.search(rf"""\b{name}\s*=\s*(?:"([^"]*)"|'([^']*)')""", tag[1], re.IGNORECASE) for name in ("alt", "src")
    }
    alt, source = ((match[1] or match[2] or "") if match else "" for match in attributes.values())
    return f"![{alt}]({source})" if source and not re.search(r"[\s()<>]", source) else alt

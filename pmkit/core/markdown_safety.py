r"""Makes Markdown that people wrote safe to render.

This is a security boundary: whatever a person or a file puts into `incident.yaml`, the Markdown that leaves `sanitize` contains
no HTML, no picture and no link that a reader would follow to anything but the web or mail. It is written for every reader of
Markdown (JupyterLab, GitHub, pandoc, the HTML export), so where they disagree about what is code, it assumes that nothing is.

The grammar that it accepts:

    text       := parts outside and inside of fences, alternating
    fence      := a line that begins with ``` or ~~~ (three signs at least, an info string without ` and ~), any lines without
                  ``` and ~~~, and a closing line that begins with the same signs; accepted only where the rest of the text
                  has no run of three ` or ~ left, because readers pair such leftovers differently
    paragraph  := the lines between blank lines, outside of fences
    code       := a run of backticks, text without a line break or a bar (a bar ends a table cell first), and a run of the
                  same length; accepted only where no other backtick is left in the paragraph
    address    := http://, https://, ftp:// or www. and what follows up to a space, <, [, ] or ![; as some readers make it a
                  link, a backtick or a backslash in it is percent-encoded, which they would take as a part of the address
    escaped    := a backslash and a sign, kept as it is; a < becomes an entity
    auto link  := <https://…>, <http://…> or <mailto:…>, kept as it is
    tag        := any other <, which becomes an entity and so text
    image      := ![, which becomes [ and so a link to the picture
    link       := ]( or [name]: before an address that could have a scheme (a colon, an entity or a backslash before
                  the first slash) other than http, https or mailto; the address gets a # in front and so leads nowhere
"""

from __future__ import annotations

import re
from typing import Final

from pmkit.core.markdown import printable

# The beginning or end of a fenced code block, wherever it stands.
_FENCE_SIGN: Final = re.compile(r"`{3,}|~{3,}")

# A complete fenced code block. It starts and ends at the beginning of a line, and no line between contains a fence sign.
_FENCED_BLOCK: Final = re.compile(
    r"(^(?:```[^`~\n]*\n(?:(?!.*(?:```|~~~)).*\n)*?```|~~~[^`~\n]*\n(?:(?!.*(?:```|~~~)).*\n)*?~~~)[ \t]*$)", re.MULTILINE
)

# A paragraph: lines up to the next blank line.
_PARAGRAPH: Final = re.compile(r"(?:[^\n]|\n(?![ \t]*\n))+")

# Code in a line, between runs of backticks of one length; a run of backticks without its counterpart is `unpaired`.
_CODE: Final = r"(?P<code>(?P<tick>`+)(?!`)[^\n|]*?(?<!`)(?P=tick)(?!`))|(?P<unpaired>`+)|"

# Everything else that means something outside of code; see the grammar above.
_MARKUP: Final = (
    r"(?P<escaped>\\[^\w\s])|(?P<address>(?:(?:https?|ftp)://|www\.)(?:(?!!\[)[^\s<\[\]])*)|(?P<auto><(?:https?://|mailto:)[^\s<>`]*>)|(?P<tag><)|(?P<image>!\[)|"
    r"(?P<link>\]\(\s*<?|^ {0,3}\[[^\]\n]+\]:\s*<?)(?!https?://|mailto:)(?=[^\s)/?#]*[:&\\])"
)

# The tokens of a paragraph whose backticks all pair up, and of one where they do not, in which nothing counts as code.
_TOKEN: Final = re.compile(_CODE + _MARKUP, re.MULTILINE)
_TOKEN_WITHOUT_CODE: Final = re.compile(_MARKUP, re.MULTILINE)


def _neutralize(token: re.Match[str]) -> str:
    """Return a token that can no longer do any harm; code, escaped signs and links to the web stay."""
    if token["tag"] or token["escaped"] == "\\<":
        return "&lt;"
    if token["address"]:
        return token[0].replace("`", "%60").replace("\\", "%5C")
    if token["image"]:
        return "["
    return f"{token[0]}#" if token["link"] else token[0]


def _sanitize_paragraph(paragraph: re.Match[str]) -> str:
    token = _TOKEN_WITHOUT_CODE if has_lone_backticks(paragraph[0]) else _TOKEN
    return token.sub(_neutralize, paragraph[0])


def has_lone_backticks(paragraph: str) -> bool:
    """Return whether a paragraph has backticks that no reader of Markdown would pair up."""
    return any(token["unpaired"] for token in _TOKEN.finditer(paragraph))


def sanitize(markdown: str) -> str:
    r"""Return Markdown without anything that would run, or load something, where it is shown.

    HTML becomes text, a picture becomes a link to it, and only links to the web and to mail addresses remain. Code stays as it
    is where every reader of Markdown sees code; the module describes the grammar.

    Examples
    --------
    >>> sanitize("**Why** <img src=x> ![load](https://shop.example/load.png) in `a<b>`")
    '**Why** &lt;img src=x> [load](https://shop.example/load.png) in `a<b>`'
    >>> sanitize("[a](javascript:x) <https://shop.example/>")
    '[a](#javascript:x) <https://shop.example/>'
    """
    text = printable(markdown)
    # Every second part is a fenced block.
    parts = _FENCED_BLOCK.split(text)
    if any(_FENCE_SIGN.search(part) for part in parts[::2]):
        parts = [text]
    return "".join(part if number % 2 else _PARAGRAPH.sub(_sanitize_paragraph, part) for number, part in enumerate(parts))

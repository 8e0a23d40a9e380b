"""Turns the Markdown of a page into HTML: headings with anchors, links within the site, coloured code."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from typing import Final

import mistune
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

from pmkit.publish.page_tables import text_of

_ALIGNED: Final = re.compile(r'style="text-align:(\w+)"')


@dataclass
class Heading:
    """A heading of a page, with the text below it for the search."""

    level: int
    anchor: str
    html: str
    words: list[str] = field(default_factory=list)

    @property
    def title(self) -> str:
        """The heading without markup."""
        return text_of(self.html)


@dataclass(frozen=True)
class Markup:
    """A page as HTML, with its headings and the links on it."""

    html: str
    headings: list[Heading]
    links: list[str]


def anchor_of(title: str) -> str:
    """Return the anchor of a heading, as GitHub derives it.

    Examples
    --------
    >>> anchor_of("What `pmkit check` finds")
    'what-pmkit-check-finds'
    """
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def render(markdown: str, link_to: Callable[[str], str]) -> Markup:
    """Return a page as HTML.

    Parameters
    ----------
    markdown : str
        The text of the page.
    link_to : callable
        Returns the link in the site for a link of the text.
    """
    renderer = _Renderer(link_to)
    html = str(mistune.create_markdown(renderer=renderer, plugins=["table", "strikethrough", "url"])(markdown))
    return Markup(_ALIGNED.sub(r'class="\1"', html), renderer.headings, renderer.links)


class _Renderer(mistune.HTMLRenderer):
    """Collects headings, links and the words below each heading while it renders."""

    def __init__(self, link_to: Callable[[str], str]) -> None:
        super().__init__(escape=True)
        self._link_to = link_to
        self._anchors = Counter[str]()
        self.headings: list[Heading] = []
        self.links: list[str] = []

    def _collect(self, html: str) -> str:
        if self.headings:
            self.headings[-1].words.append(text_of(html))
        return html

    def heading(self, text: str, level: int, **_: object) -> str:
        anchor = anchor_of(text_of(text))
        self._anchors[anchor] += 1
        if self._anchors[anchor] > 1:
            anchor = f"{anchor}-{self._anchors[anchor] - 1}"
        self.headings.append(Heading(level, anchor, text))
        label = escape(f"Link to “{text_of(text)}”")
        link = f'<a class="anchor" href="#{anchor}" aria-label="{label}">#</a>' if level > 1 else ""
        return f'<h{level} id="{anchor}">{text}{link}</h{level}>\n'

    def paragraph(self, text: str) -> str:
        return self._collect(super().paragraph(text))

    def list_item(self, text: str) -> str:
        return self._collect(super().list_item(text))

    def table_cell(self, text: str, align: str | None = None, head: bool = False) -> str:
        if not head:
            self._collect(text)
        aligned = f' class="{align}"' if align else ""
        return f"<th{aligned}>{text}</th>" if head else f"<td{aligned}>{text}</td>"

    def table(self, text: str) -> str:
        return f'<div class="table" tabindex="0"><table>{text}</table></div>\n'

    def link(self, text: str, url: str, title: str | None = None) -> str:
        self.links.append(url)
        return super().link(text, self._link_to(url), title)

    def image(self, text: str, url: str, title: str | None = None) -> str:
        self.links.append(url)
        return f'<a class="picture" href="{escape(self._link_to(url))}">{super().image(text, self._link_to(url), title)}</a>'

    def block_code(self, code: str, info: str | None = None) -> str:
        self._collect(code)
        language = (info or "text").split()[0]
        try:
            lexer = get_lexer_by_name(language)
        except ClassNotFound:
            lexer = get_lexer_by_name("text")
        coloured = highlight(code, lexer, HtmlFormatter(nowrap=True))
        return f'<pre class="{escape(language)}" tabindex="0"><code>{coloured}</code></pre>\n'

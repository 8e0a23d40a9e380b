"""Writes the manual as a folder of web pages that load nothing from the network."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Final

import jinja2

from pmkit.core.errors import OutputError
from pmkit.core.locations import put_file, put_text
from pmkit.core.theme import SCHEMES
from pmkit.core.version import __version__
from pmkit.publish.manual.navigation import PAGES, SECTIONS, Page, file_of, resolve
from pmkit.publish.manual.page_markup import Markup, render

_ASSETS: Final = ("manual.css", "search.js")
_ELSEWHERE: Final = ("http://", "https://", "mailto:")


@dataclass(frozen=True)
class Site:
    """The manual, ready to be written.

    Parameters
    ----------
    pages : dict
        The HTML of each page, by file name.
    files : dict
        Pictures and other files that pages link to, by their place in the site.
    search : list
        What the search looks through: the place, page, heading and text of each section.
    broken : list of str
        The links that lead nowhere.
    """

    pages: dict[str, str]
    files: dict[str, Path]
    search: list[tuple[str, str, str, str]]
    broken: list[str]


def read_page(page: Page) -> str:
    """Return the Markdown of a page."""
    return file_of(page.path).read_text(encoding="utf-8")


def build(read: Callable[[Page], str] = read_page) -> Site:
    """Return the manual as web pages.

    Parameters
    ----------
    read : callable, optional
        Returns the Markdown of a page.
    """
    markups = {page: render(read(page), partial(_link, page)) for page in PAGES.values()}
    order = list(markups)
    html = {}
    for number, (page, markup) in enumerate(markups.items()):
        after = order[number + 1] if number + 1 < len(order) else None
        before = order[number - 1] if number else None
        html[page.url] = _template().render(
            page=page, markup=markup, sections=SECTIONS, before=before, after=after, schemes=SCHEMES, version=__version__
        )
    files = {target: file for page, markup in markups.items() for target, file in _files(page, markup)}
    broken = [f"{page.path}: {link}" for page, markup in markups.items() for link in _broken_links(page, markup, markups)]
    return Site(html, files, [entry for page, markup in markups.items() for entry in _search_entries(page, markup)], broken)


def write(site: Site, folder: Path) -> Path:
    """Write the pages to a folder, and return the first one.

    Raises
    ------
    OutputError
        When the folder cannot be written.
    """
    texts = {
        **site.pages,
        **{name: Path(__file__).with_name(name).read_text(encoding="utf-8") for name in _ASSETS},
        "search-index.js": f"const SECTIONS = {json.dumps(site.search, ensure_ascii=False)};\n",
    }
    try:
        for name, text in texts.items():
            put_text(text, folder / name)
        for name, file in site.files.items():
            put_file(file, folder / name)
    except OSError as refused:
        raise OutputError(f"{folder}: cannot be written: {refused.strerror}; name another folder with --out") from refused
    return folder / "index.html"


@cache
def _template() -> jinja2.Template:
    loader = jinja2.PackageLoader("pmkit.publish", "manual")
    return jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True).get_template("page.html.j2")


def _link(page: Page, url: str) -> str:
    """Return the link in the site for a link of a page."""
    if url.startswith(_ELSEWHERE):
        return url
    target, _, anchor = url.partition("#")
    path = resolve(page, target)
    place = ("" if not target else PAGES[path].url) if path in PAGES else _place(path)
    return f"{place}#{anchor}" if anchor else place


def _place(path: str) -> str:
    """Return where a file that is not a page lies in the site."""
    return path.removeprefix("pmkit/manual/")


def _files(page: Page, markup: Markup) -> Iterator[tuple[str, Path]]:
    for link in markup.links:
        path = resolve(page, link.partition("#")[0])
        if not link.startswith(_ELSEWHERE) and path not in PAGES and path.startswith("pmkit/manual/") and file_of(path).is_file():
            yield _place(path), file_of(path)


def _broken_links(page: Page, markup: Markup, markups: dict[Page, Markup]) -> Iterator[str]:
    for link in markup.links:
        target, _, anchor = link.partition("#")
        path = resolve(page, target)
        if link.startswith(_ELSEWHERE):
            continue
        if path in PAGES:
            if anchor and anchor not in {heading.anchor for heading in markups[PAGES[path]].headings}:
                yield link
        elif not path.startswith("pmkit/manual/") or not file_of(path).is_file():
            yield link


def _search_entries(page: Page, markup: Markup) -> Iterator[tuple[str, str, str, str]]:
    for heading in markup.headings:
        place = page.url if heading.level == 1 else f"{page.url}#{heading.anchor}"
        yield place, page.label, heading.title, " ".join(heading.words)

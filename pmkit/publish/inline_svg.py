"""Makes a chart a part of the page, in the colours of the page's scheme.

This is a security boundary, as a notebook may contain any SVG: only elements, attributes and values of the allow-list are
written, anew. A drawing with anything else is not made a part of the page; the page then shows it as a picture, in which a
browser runs and loads nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from xml.etree import ElementTree as ET

from pmkit.core import theme

_SVG: Final = "{http://www.w3.org/2000/svg}"
_HREF: Final = "{http://www.w3.org/1999/xlink}href"
_DOCTYPE: Final = re.compile(r'<!DOCTYPE svg PUBLIC "[^"]*"\s*"[^"]*">')

# What matplotlib writes besides the drawing: its metadata, and a style that the page repeats.
_LEFT_OUT: Final = frozenset((f"{_SVG}metadata", f"{_SVG}title", f"{_SVG}style"))
_ELEMENTS: Final = frozenset(("svg", "g", "defs", "path", "use", "clipPath", "rect"))

_NUMBERS: Final = re.compile(r"[\d\sA-Za-z.,()+-]*")
_ATTRIBUTES: Final = frozenset(("d", "viewBox", "x", "y", "width", "height", "transform"))
_REFERENCE: Final = re.compile(r"(?:url\()?#([\w.-]+)\)?")

_COLOUR: Final = re.compile(r"#[0-9a-f]{6}")
_VALUE: Final = re.compile(r"(?:none|[a-z]+|#[0-9a-f]{6}|[\d\s.,-]+)")
_PROPERTIES: Final = frozenset(
    ("fill", "stroke", "opacity", "fill-opacity", "fill-rule", "stroke-opacity", "stroke-width", "stroke-dasharray",
     "stroke-dashoffset", "stroke-linecap", "stroke-linejoin", "stroke-miterlimit")
)  # fmt: skip
_VARIABLES: Final = {light: f"var(--{name})" for name, (light, _) in theme.SCHEMES.items()}


class _NotAllowedError(Exception):
    """The drawing contains something that is not on the allow-list."""


def inline(svg: bytes, prefix: str, css_class: str) -> str | None:
    """Return a drawing as an element of a page; None if it contains anything that is not on the allow-list.

    Parameters
    ----------
    svg : bytes
        The drawing.
    prefix : str
        Begins the IDs in the drawing, so that no other element of the page has them.
    css_class : str
        The class of the element.

    Examples
    --------
    >>> svg = '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 1" style="fill: #c8460f; stroke: none"/>{}</svg>'
    >>> inline(svg.format("").encode(), "a-", "chart")
    '<svg class="chart" aria-hidden="true"><path d="M0 1" style="fill:var(--error);stroke:none"></path></svg>'
    >>> inline(svg.format("<script>alert(1)</script>").encode(), "a-", "chart") is None
    True
    """
    text = _DOCTYPE.sub("", svg.decode("utf-8", "replace"), count=1)
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        return None
    try:
        root = ET.fromstring(text)  # noqa: S314 - a text that declares entities has been returned above
        ids = {name: f"{prefix}{number}" for number, name in enumerate(_targets(root))}
        return "".join(_written(root, ids, f' class="{css_class}" aria-hidden="true"'))
    except (ET.ParseError, RecursionError, _NotAllowedError):
        return None


def _targets(root: ET.Element) -> Iterator[str]:
    """Yield the IDs of what may be referred to: paths and clip paths, which cannot repeat others over and over."""
    for element in root.iter():
        if element.tag in (f"{_SVG}path", f"{_SVG}clipPath") and "id" in element.attrib:
            yield element.attrib["id"]


def _written(element: ET.Element, ids: dict[str, str], more: str = "") -> Iterator[str]:
    """Yield the parts of an element, written anew."""
    if element.tag in _LEFT_OUT:
        return
    name = element.tag.removeprefix(_SVG)
    if f"{_SVG}{name}" != element.tag or name not in _ELEMENTS or (element.text or "").strip() or (element.tail or "").strip():
        raise _NotAllowedError
    yield f"<{name}{more}{''.join(_attributes(element, ids))}>"
    for child in element:
        yield from _written(child, ids)
    yield f"</{name}>"


def _attributes(element: ET.Element, ids: dict[str, str]) -> Iterator[str]:
    for name, value in element.attrib.items():
        if name == "id":
            if value in ids:
                yield f' id="{ids[value]}"'
        elif name == "style":
            yield f' style="{";".join(_declarations(value))}"'
        elif name in ("clip-path", _HREF):
            reference = _REFERENCE.fullmatch(value)
            target = ids.get(reference[1]) if reference else None
            if not target:
                raise _NotAllowedError
            yield f' clip-path="url(#{target})"' if name == "clip-path" else f' href="#{target}"'
        elif name in _ATTRIBUTES and _NUMBERS.fullmatch(value):
            # The page sets the size of the whole drawing.
            if element.tag != f"{_SVG}svg" or name == "viewBox":
                yield f' {name}="{" ".join(value.split())}"'
        elif name != "version":
            raise _NotAllowedError


def _declarations(style: str) -> Iterator[str]:
    for declaration in filter(None, (part.strip() for part in style.split(";"))):
        name, _, value = (part.strip() for part in declaration.partition(":"))
        if name not in _PROPERTIES or not _VALUE.fullmatch(value):
            raise _NotAllowedError
        yield f"{name}:{_COLOUR.sub(lambda colour: _VARIABLES.get(colour[0], colour[0]), value)}"

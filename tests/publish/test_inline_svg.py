"""Charts become a part of the page only if they contain nothing but a drawing."""

from __future__ import annotations

import re

import pytest

from pmkit.core import theme
from pmkit.publish.inline_svg import inline

DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" {attribute}>{content}</svg>'


def drawing(content: str = "", attribute: str = "") -> str | None:
    return inline(DRAWING.format(content=content, attribute=attribute).encode(), "a-", "chart")


@pytest.mark.parametrize(
    "content",
    [
        "<script>alert(1)</script>",
        "<style>@import url(https://shop.example)</style><text>x</text>",
        "<foreignObject><p>x</p></foreignObject>",
        "<a><path d='M0 0'/></a>",
        "<image xlink:href='https://shop.example/x.png'/>",
        "<use xlink:href='https://shop.example/x.svg#a'/>",
        "<g id='a'><path d='M0 0'/></g><use xlink:href='#a'/>",
        "<use xlink:href='#nothing'/>",
        "<path d='M0 0' onclick='alert(1)'/>",
        "<path d='M0 0' style='fill: url(https://shop.example)'/>",
        "<path d='M0 0' style='background: red'/>",
        "<path d='M0 0' clip-path='url(https://shop.example)'/>",
        "<path d='M0 0&quot;/>&lt;script>'/>",
        "<animate attributeName='href'/>",
        "some text",
        "<g>" * 100_000 + "</g>" * 100_000,
        "<g>",
    ],
)
def test_a_drawing_with_anything_else_is_not_made_a_part_of_the_page(content: str) -> None:
    assert drawing(content) is None


def test_a_drawing_that_declares_entities_or_runs_code_is_not_made_a_part_of_the_page() -> None:
    assert inline(b'<!DOCTYPE svg [<!ENTITY a "b">]>' + DRAWING.format(content="", attribute="").encode(), "a-", "c") is None
    assert drawing(attribute='onload="alert(1)"') is None
    assert drawing() == '<svg class="chart" aria-hidden="true"></svg>'


def test_what_a_drawing_refers_to_has_an_id_of_its_own() -> None:
    written = drawing('<defs><path id="x" d="M0 1"/></defs><g id="y"><use xlink:href="#x" x="2" style="fill: #c8460f"/></g>')
    assert written is not None
    assert written.split(">", 1)[1] == (
        '<defs><path id="a-0" d="M0 1"></path></defs><g><use href="#a-0" x="2" style="fill:var(--error)"></use></g></svg>'
    )


def _luminance(colour: str) -> float:
    parts = (int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    brighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("behind", ["paper", "impact"])
def test_labels_are_readable_in_both_schemes(scheme: int, behind: str) -> None:
    colours = {name: both[scheme] for name, both in theme.SCHEMES.items()}
    readable = {name: contrast(colours[name], colours[behind]) for name in ("ink", "change", "alert", "message")}
    assert {name: ratio for name, ratio in readable.items() if ratio < 4} == {}
    assert contrast(colours["error"], colours["impact"]) > 3
    assert contrast(colours["traffic"], colours["error"]) > 2


def test_every_colour_has_its_own_variable() -> None:
    lights = [light for light, _ in theme.SCHEMES.values()]
    assert len(set(lights)) == len(lights)
    assert {value for value in vars(theme).values() if isinstance(value, str) and re.fullmatch("#[0-9a-f]{6}", value)} == set(
        lights
    )

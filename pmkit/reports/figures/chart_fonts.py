"""The fonts of charts: that of the page, and for characters which it lacks those of packages."""

from __future__ import annotations

from functools import cache

from matplotlib.font_manager import FontProperties, fontManager, get_font

from pmkit.core import theme
from pmkit.core.fonts import package_fonts

# Characters up to this one are in every font.
_LATIN = "\u024f"


@cache
def families() -> tuple[str, ...]:
    """Return the names of the fonts, in the order in which they are tried for each character."""
    names = [str(theme.STYLE["font.family"])]
    for file in package_fonts():
        fontManager.addfont(str(file))
        names.append(FontProperties(fname=str(file)).get_name())
    return tuple(dict.fromkeys(names))


def unshown(text: str) -> list[str]:
    """Return the characters of a text that no font of charts has, as code points.

    Examples
    --------
    >>> unshown("Zürich: 7 %"), unshown("\U000f1234")
    ([], ['U+F1234'])
    """
    unusual = sorted({character for character in text if character > _LATIN and not character.isspace()})
    if not unusual:
        return []
    fonts = [get_font(file) for file in (fontManager.findfont(families()[0]), *map(str, package_fonts()))]
    return [f"U+{ord(character):04X}" for character in unusual if not any(font.get_char_index(ord(character)) for font in fonts)]

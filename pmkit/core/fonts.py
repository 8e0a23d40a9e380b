"""The fonts of packages that only contain fonts, for emoji, CJK and other scripts that the fonts of charts and pages lack."""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path
from typing import Final

# The packages, by the names with which they would be imported.
_PACKAGES: Final = ("manimgx_fonts", "noto_cjk_sans_jp_regular")
# Latin text has a font already.
_LEFT_OUT: Final = ("NotoSans[", "NotoSans-")


@cache
def package_fonts() -> tuple[Path, ...]:
    """Return the files of the fonts, in the order in which they are tried; none where the packages are not installed."""
    specs = [importlib.util.find_spec(name) for name in _PACKAGES]
    folders = [Path(spec.origin).parent for spec in specs if spec is not None and spec.origin]
    files = [file for folder in folders for file in sorted(folder.iterdir()) if file.suffix in (".ttf", ".otf")]
    return tuple(file for file in files if not file.name.startswith(_LEFT_OUT))


def package_font_folders() -> list[Path]:
    """Return the folders that contain these fonts."""
    return sorted({font.parent for font in package_fonts()})

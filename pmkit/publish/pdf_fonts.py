"""The fonts that a PDF can be typeset in."""

from __future__ import annotations

import typst

from pmkit.core.fonts import package_font_folders


def font_families() -> list[str]:
    """Return the families of fonts that typst and the packages of fonts bring, or that this machine has, sorted."""
    return sorted(typst.Fonts(font_paths=package_font_folders()).families())

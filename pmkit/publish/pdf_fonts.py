"""The fonts that a PDF can be typeset in."""

from __future__ import annotations

import typst


def font_families() -> list[str]:
    """Return the families of fonts that typst brings or finds on this machine, sorted."""
    return sorted(typst.Fonts().families())

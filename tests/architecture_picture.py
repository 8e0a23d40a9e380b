"""Draw the rooms of the package and their imports, for the architecture page of the manual.

make manual
"""

from __future__ import annotations

from typing import Final

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
from rooms import MANUAL, ROOMS, room_imports

PICTURE: Final = MANUAL / "pictures" / "architecture.svg"
_WIDTH: Final = 1.5
_HEIGHT: Final = 0.42
_INK: Final = "#5b6770"
# The height of each room in the picture, chosen so that no arrow crosses a box; the rest follows from the imports.
_LANES: Final = {
    "redaction": 1,
    "store": -1,
    "incident": 1,
    "analysis": 1,
    "ingest": -1,
    "check": 1,
    "reports": -1,
    "publish": -1,
    "explorer": 1,
    "cli": -1,
}


def direct(imported: dict[str, set[str]]) -> dict[str, set[str]]:
    """Leave out the imports of a room that another room it imports has as well."""
    return {
        name: {other for other in others if not any(other in imported[between] for between in others)}
        for name, others in imported.items()
    }


def columns(imported: dict[str, set[str]]) -> dict[str, int]:
    """Return the column of each room: one to the right of the last room that it imports."""
    column: dict[str, int] = {}
    for name in ROOMS:
        column[name] = max((column[other] + 1 for other in imported[name]), default=0)
    return column


def draw(axes: Axes, imported: dict[str, set[str]]) -> None:
    """Draw a box per room and an arrow per direct import, in the direction in which data flows."""
    column = columns(imported)
    place = {name: (2.0 * column[name], 0.75 * _LANES.get(name, 0)) for name in ROOMS}
    axes.set_xlim(-1, 2.0 * max(column.values()) + 1)
    axes.set_ylim(-1.05, 1.05)
    axes.axis("off")
    for name, (x, y) in place.items():
        corner = (x - _WIDTH / 2, y - _HEIGHT / 2)
        axes.add_patch(FancyBboxPatch(corner, _WIDTH, _HEIGHT, boxstyle="round,pad=0.02", fc="#f3f5f7", ec=_INK))
        axes.text(x, y, name, ha="center", va="center", weight="bold", color="#1b2328")
        for other in sorted(direct(imported)[name]):
            start = (place[other][0] + _WIDTH / 2 + 0.03, place[other][1])
            end = (x - _WIDTH / 2 - 0.03, y)
            axes.add_patch(FancyArrowPatch(start, end, arrowstyle="-|>", mutation_scale=9, color=_INK))


def main() -> None:
    """Write the picture."""
    imported = room_imports()
    facts = " ".join(f"{name} imports {', '.join(sorted(others)) or 'nothing'};" for name, others in imported.items())
    # Text stays text, and the same imports give the same file.
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "pmkit", "font.family": "sans-serif", "font.size": 9}):
        figure = Figure(figsize=(11, 2.6))
        draw(figure.add_axes((0, 0, 1, 1)), imported)
        figure.savefig(PICTURE, metadata={"Date": None, "Description": facts})


if __name__ == "__main__":
    main()

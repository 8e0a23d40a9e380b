"""One visual language for charts, HTML and PDF: colours, sizes, type.

The colours can be told apart by colour-blind readers (M. Okabe and K. Ito, 2008) and in greyscale print.
"""

from typing import Final

INK: Final = "#1c2430"
MUTED: Final = "#5b6675"
RULE: Final = "#d5dae1"
PAPER: Final = "#ffffff"
TRAFFIC: Final = "#b9c3cf"
ERROR: Final = "#c8460f"
IMPACT: Final = "#fbe5d8"
CHANGE: Final = "#0067a8"
ALERT: Final = "#b3540a"
MESSAGE: Final = "#00795a"
ACCENT: Final = "#0b5fa5"

# Every colour by the name of its CSS variable: on a light page and in print, and on a dark page.
SCHEMES: Final = {
    "ink": (INK, "#e6e9ee"),
    "muted": (MUTED, "#a5afbc"),
    "rule": (RULE, "#3a4350"),
    "paper": (PAPER, "#14181e"),
    "traffic": (TRAFFIC, "#56616f"),
    "error": (ERROR, "#ff8f5e"),
    "impact": (IMPACT, "#35251d"),
    "change": (CHANGE, "#6fb6ee"),
    "alert": (ALERT, "#eba55c"),
    "message": (MESSAGE, "#4fc8a4"),
    "accent": (ACCENT, "#7db8ec"),
}

# The width of the text on A4, so that charts look the same on screen and in print.
FIGURE_WIDTH_IN: Final = 6.9

# The width of charts on a phone, where they are shown a little larger than drawn.
NARROW_WIDTH_IN: Final = 3.6

# The type of a chart that is drawn for a phone, in the output of a notebook cell beside the usual one.
NARROW_SVG: Final = "application/vnd.pmkit.narrow+svg"

FONT_SIZE_PT: Final = 8.0

# Settings for matplotlib.
STYLE: Final[dict[str, object]] = {
    "font.family": "DejaVu Sans",
    "font.size": FONT_SIZE_PT,
    "axes.labelsize": FONT_SIZE_PT,
    "axes.titlesize": FONT_SIZE_PT,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "text.color": INK,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.labelsize": FONT_SIZE_PT - 0.5,
    "ytick.labelsize": FONT_SIZE_PT - 0.5,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "grid.color": RULE,
    "grid.linewidth": 0.5,
    "legend.fontsize": FONT_SIZE_PT - 0.5,
    "legend.frameon": False,
    "lines.linewidth": 1.4,
    "figure.facecolor": PAPER,
    "svg.hashsalt": "pmkit",
    "svg.fonttype": "path",
    # Texts of the data are shown as they are; between dollar signs, they would be read as formulas.
    "text.parse_math": False,
}

"""What many incidents have in common: how often, how long, from what, and what is still to be done."""

from pmkit.retrospect.cases import Case, Trends, of_folder
from pmkit.retrospect.report import TrendReport, trends
from pmkit.retrospect.spread import Spread, spread

__all__ = ["Case", "Spread", "TrendReport", "Trends", "of_folder", "spread", "trends"]

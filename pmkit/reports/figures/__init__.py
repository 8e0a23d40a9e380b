"""Every chart of the report, as matplotlib figures with alternative texts."""

from pmkit.reports.figures.chart import Chart
from pmkit.reports.figures.error_rate import error_rate
from pmkit.reports.figures.errors_by_route import errors_by_route
from pmkit.reports.figures.failing_parts import failing_parts
from pmkit.reports.figures.impact_timeline import impact_timeline
from pmkit.reports.figures.latency import latency
from pmkit.reports.figures.response_times import response_times

__all__ = ["Chart", "error_rate", "errors_by_route", "failing_parts", "impact_timeline", "latency", "response_times"]

"""Every chart of the report, as matplotlib figures with alternative texts."""

from pmkit.figures.chart import Chart
from pmkit.figures.error_rate import error_rate
from pmkit.figures.errors_by_route import errors_by_route
from pmkit.figures.failing_parts import failing_parts
from pmkit.figures.impact_timeline import impact_timeline
from pmkit.figures.latency import latency
from pmkit.figures.response_times import response_times

__all__ = ["Chart", "error_rate", "errors_by_route", "failing_parts", "impact_timeline", "latency", "response_times"]

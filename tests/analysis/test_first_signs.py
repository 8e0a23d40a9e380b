"""The first new warning or error of each service around the onset is shown, even if it was logged only once."""

from __future__ import annotations

import pandas as pd
import pytest

from pmkit.analysis.causes.first_signs import describe_sign, find_first_signs, first_new_messages, new_errors
from pmkit.core import schema
from pmkit.core.schema import conform

ONSET = pd.Timestamp("2026-01-17T03:10:00Z")
SPAN = (ONSET, ONSET + pd.Timedelta(minutes=5))


def logged(*rows: tuple[float, str, str, str, int]) -> pd.DataFrame:
    """Return the counts of messages: seconds after the onset, service, severity, message, number."""
    table = pd.DataFrame(rows, columns=["at", "service", "severity", "template", "events"])
    table["first_at"] = ONSET + pd.to_timedelta(table.pop("at"), unit="s")
    table = table.assign(bin=table["first_at"].dt.floor("10s"), example=table["template"], source="app.log")
    return conform(table.assign(line=range(1, len(table) + 1)), schema.TEMPLATES)


CALM = [(-1200, name, "INFO", f"{name} started", 1) for name in ("cart", "pay", "mail")]


def test_a_warning_that_was_logged_once_comes_before_the_errors_that_rose_most() -> None:
    signs = find_first_signs(
        logged(
            *CALM,
            (-1100, "mail", "ERROR", "bounced", 5),
            (2, "mail", "ERROR", "bounced", 500),
            (-40, "cart", "WARN", "pool is nearly full", 1),
            (-35, "cart", "WARN", "pool is full", 9),
            (1, "pay", "ERROR", "no answer from cart", 3),
            (20, "pay", "ERROR", "no answer from cart", 30),
            (400, "mail", "ERROR", "too late", 1),
        ),
        [SPAN],
    )
    assert [describe_sign(row) for _, row in signs.iterrows()] == [
        "First new warning from cart: “pool is nearly full”, once",
        "First new error message from pay: “no answer from cart”, 33 times",
    ]


@pytest.mark.parametrize("calm_since_s", [-60, 0])
def test_nothing_is_new_to_a_service_whose_log_begins_with_the_impact(calm_since_s) -> None:
    templates = logged((calm_since_s, "cart", "INFO", "started", 1), (1, "cart", "ERROR", "crashed", 40))
    assert find_first_signs(templates, [SPAN]).empty


def test_the_first_new_error_is_the_earliest_one_and_a_warning_counts_only_before_it() -> None:
    signs = find_first_signs(logged(*CALM, (5, "cart", "ERROR", "one broke", 1), (9, "pay", "WARN", "slow", 1)), [SPAN])
    often = {"template": "all broke", "example": "all broke", "severity": "ERROR", "first_seen": ONSET + pd.Timedelta("8s")}
    patterns = pd.DataFrame([{**often, "service": "mail", "general": False, "before": 0}])
    messages = [(noun, row["example"]) for noun, row in first_new_messages(new_errors(patterns, signs), signs)]
    assert messages == [("error message", "one broke")]

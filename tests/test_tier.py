"""Impact is counted on the log nearest to the user that covers the time."""

from __future__ import annotations

import pandas as pd

from pmkit.tier import choose


def rollup(**sources: tuple[int, int, int]) -> pd.DataFrame:
    rows = [
        {"source": name, "is_request": True, "events": events, "first_at": pd.Timestamp(first, unit="s", tz="UTC"),
         "last_at": pd.Timestamp(last, unit="s", tz="UTC")}
        for name, (first, last, events) in sources.items()
    ]  # fmt: skip
    return pd.DataFrame(rows)


def test_the_log_that_knows_the_others_requests_is_the_outermost() -> None:
    known = {("edge", "api"): 1.0, ("api", "edge"): 0.4}
    tier = choose(rollup(edge=(0, 1000, 900), api=(0, 1000, 2000)), known)
    assert tier.sources == ("edge",)
    assert tier.inner == ("api",)
    assert "100 % of the requests of api" in tier.reason


def test_without_request_ids_the_log_with_the_most_requests_is_taken() -> None:
    tier = choose(rollup(a=(0, 1000, 900), b=(0, 1000, 2000)), {})
    assert tier.sources == ("b",)
    assert tier.reason == "because it has the most requests of the logs that cover the time"


def test_a_log_that_does_not_cover_the_time_is_not_taken() -> None:
    tier = choose(rollup(edge=(500, 1000, 9000), api=(0, 1000, 2000)), {("edge", "api"): 1.0, ("api", "edge"): 0.1})
    assert tier.sources == ("api",)


def test_a_person_may_choose() -> None:
    tier = choose(rollup(a=(0, 1000, 900), b=(0, 1000, 2000)), {}, wanted="a")
    assert (tier.sources, tier.reason) == (("a",), "because incident.yaml says so")

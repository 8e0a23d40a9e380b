"""Impact is measured in the log closest to the user that covers the whole time."""

from __future__ import annotations

import pandas as pd

from pmkit.analysis.impact.measuring_point import MeasuringPoint, choose_logs, kinds_of_logs


def rollup(**sources: tuple[int, int, int]) -> pd.DataFrame:
    rows = [
        {"source": name, "is_request": True, "events": events, "first_at": pd.Timestamp(first, unit="s", tz="UTC"),
         "last_at": pd.Timestamp(last, unit="s", tz="UTC")}
        for name, (first, last, events) in sources.items()
    ]  # fmt: skip
    return pd.DataFrame(rows)


def choose(judged: pd.DataFrame, shared: dict[tuple[str, str], float], wanted: str | None = None) -> MeasuringPoint:
    return choose_logs(judged, shared, dict.fromkeys(judged["source"], "nginx"), wanted)


def test_the_log_that_contains_the_requests_of_another_is_the_outermost() -> None:
    shared = {("edge", "api"): 1.0, ("api", "edge"): 0.4}
    point = choose(rollup(edge=(0, 1000, 900), api=(0, 1000, 2000)), shared)
    assert point.sources == ("edge",)
    assert point.inner == ("api",)
    assert "100% of the requests of api" in point.reason()


def test_without_request_ids_the_log_with_the_most_requests_is_chosen() -> None:
    point = choose(rollup(a=(0, 1000, 900), b=(0, 1000, 2000)), {})
    assert point.sources == ("b",)
    assert point.reason() == "because it has the most requests of the logs that cover the whole time"


def test_a_log_that_does_not_cover_the_whole_time_is_not_chosen() -> None:
    point = choose(rollup(edge=(500, 1000, 9000), api=(0, 1000, 2000)), {("edge", "api"): 1.0, ("api", "edge"): 0.1})
    assert point.sources == ("api",)


def test_incident_yaml_may_choose_the_log() -> None:
    point = choose(rollup(a=(0, 1000, 900), b=(0, 1000, 2000)), {}, wanted="a")
    assert (point.sources, point.reason()) == (("a",), "because incident.yaml says so")


def test_several_logs_may_be_chosen_with_wildcards() -> None:
    point = choose(
        rollup(**{"web-1/a.log": (0, 1000, 9), "web-2/a.log": (0, 1000, 9), "lb.log": (0, 1000, 20)}), {}, wanted="web-*/a.log"
    )
    assert point.sources == ("web-1/a.log", "web-2/a.log")


def test_the_logs_of_several_hosts_count_as_one() -> None:
    hosts = {f"web-{n}/access.log": (0, 1000, 500) for n in range(1, 6)}
    point = choose(rollup(**hosts, **{"api.log": (0, 1000, 900)}), {})
    assert point.sources == tuple(hosts)
    assert point.inner == ("api.log",)
    assert point.reason() == (
        "because together they have the most requests of the logs that cover the whole time; "
        "by their names they are one kind of log, from several hosts or rotated"
    )


def test_the_requests_of_an_inner_log_are_found_in_the_logs_of_all_hosts_together() -> None:
    hosts = {f"web-{n}/access.log": (0, 1000, 500) for n in (1, 2)}
    shared = {(host, "api.log"): 0.5 for host in hosts} | {("api.log", host): 0.3 for host in hosts}
    point = choose(rollup(**hosts, **{"api.log": (0, 1000, 2000)}), shared)
    assert point.sources == tuple(hosts)
    assert "100% of the requests of api.log as well" in point.reason()


def test_rotated_logs_cover_the_time_together() -> None:
    point = choose(rollup(**{"access.log": (500, 1000, 900), "access.log.1": (0, 500, 900), "api.log": (0, 1000, 1500)}), {})
    assert point.sources == ("access.log", "access.log.1")


def test_a_log_that_contains_the_requests_of_another_is_of_a_different_kind_whatever_its_name() -> None:
    chain = {"proxy-1.log": (0, 1000, 900), "proxy-2.log": (0, 1000, 900)}
    point = choose(rollup(**chain), {("proxy-1.log", "proxy-2.log"): 1.0, ("proxy-2.log", "proxy-1.log"): 0.9})
    assert point.sources == ("proxy-1.log",)
    assert point.inner == ("proxy-2.log",)


def test_logs_in_different_formats_are_of_different_kinds() -> None:
    kinds = kinds_of_logs({"a-1.log": "nginx", "a-2.log": "apache"}, {})
    assert len(set(kinds.values())) == 2

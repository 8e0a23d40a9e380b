"""pmkit finds what failed requests have in common, and does not mistake chance for it."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from conftest import findings_of
from samples import access_log

from pmkit.analysis.causes import attribution
from pmkit.findings.investigate import analyse_store
from pmkit.ingest.cache import open_incident

COLUMNS = ["service", "http_route", "http_method", "version", "host", "client", "attributes"]


def requests(size: int = 4_000, seed: int = 1) -> pd.DataFrame:
    """Build requests to two services, three routes, two versions and four hosts; none has failed yet."""
    chance = np.random.default_rng(seed)
    route = chance.choice(["/", "/api/search", "/api/cart"], size)
    facets = chance.choice(["", "brand", "color"], size)
    return pd.DataFrame(
        {
            "failed": False,
            "weight": 1,
            "timestamp": pd.Timestamp("2026-01-17T03:00:00Z") + pd.to_timedelta(np.arange(size), "ms"),
            "source": "access.log",
            "line": np.arange(1, size + 1),
            "service": np.where(route == "/api/cart", "cart", "shop"),
            "http_route": route,
            "http_method": np.where(route == "/api/cart", "POST", "GET"),
            "version": chance.choice(["v1", "v2"], size),
            "host": chance.choice(["web-1", "web-2", "web-3", "web-4"], size),
            "client": [f"10.0.0.{n}" for n in chance.integers(0, 200, size)],
            "attributes": [
                json.dumps({"query": f"q=x&facets={facet}" if path == "/api/search" else None, "bytes": n, "region": where})
                for facet, path, n, where in zip(
                    facets, route, chance.integers(0, 9000, size).tolist(), chance.choice(["eu", "us", "ap"], size), strict=True
                )
            ],
        }
    )


def failing(frame: pd.DataFrame, where: pd.Series, share: float = 0.9, seed: int = 2) -> pd.DataFrame:
    """Mark a share of some requests as failed, and a few of all others; failed requests return 21 bytes."""
    chance = np.random.default_rng(seed).random(len(frame))
    failed = (where & (chance < share)) | (chance < 0.002)
    attributes = frame["attributes"].where(
        ~failed, frame["attributes"].map(lambda text: json.dumps({**json.loads(text), "bytes": 21}))
    )
    return frame.assign(failed=failed, attributes=attributes)


@pytest.mark.parametrize(
    ("where", "what"),
    {
        "http_route == '/api/search'": "route /api/search",
        "host == 'web-3'": "host web-3",
        "http_route == '/api/search' and version == 'v2'": "route /api/search and version v2",
        'attributes.str.contains(\'"region": "eu"\')': "region eu",
        "attributes.str.contains('facets=\"')": "an empty query parameter facets",
        "service == 'cart' and host == 'web-1'": "route /api/cart and host web-1",
    }.items(),
)
def test_the_smallest_description_that_explains_the_failures_comes_first(where: str, what: str) -> None:
    frame = requests()
    parts = attribution.find_parts(failing(frame, frame.eval(where, engine="python")))
    assert set(parts["what"][0].split(" and ")) == set(what.split(" and "))
    assert parts["coverage"][0] > 0.95
    assert parts["error_ratio"][0] > 0.8
    assert parts["p_value"].max() < attribution.CHANCE


def test_a_consequence_of_a_failure_does_not_explain_it() -> None:
    frame = requests()
    parts = attribution.find_parts(failing(frame, frame["host"] == "web-3"))
    assert not parts["what"].str.contains("bytes").any()


def test_descriptions_of_the_same_requests_are_listed_once() -> None:
    frame = requests()
    parts = attribution.find_parts(failing(frame, frame["service"] == "cart"))
    assert list(parts["what"]) == ["route /api/cart"]
    assert parts["also"][0] == "service cart; method POST"


def test_a_part_that_only_correlates_with_a_better_one_is_left_out() -> None:
    frame = requests()
    frame["client"] = np.where(frame["host"] == "web-3", "10.9.9.9", frame["client"]).astype(str)
    frame.loc[frame["host"].eq("web-3") & (frame.index % 3 == 0), "client"] = "10.8.8.8"
    parts = attribution.find_parts(failing(frame, frame["host"] == "web-3"))
    assert "client 10.8.8.8" not in set(parts["what"])


@pytest.mark.parametrize("seed", range(40))
def test_random_failures_have_nothing_in_common(seed: int) -> None:
    frame = requests(1_000, seed)
    struck = frame.assign(failed=np.random.default_rng(seed + 1_000).random(len(frame)) < 0.1)
    assert attribution.find_parts(struck).empty


def test_nothing_is_compared_if_no_request_failed_or_all_failed() -> None:
    frame = requests(50)
    assert attribution.find_parts(frame).empty
    assert attribution.find_parts(frame.assign(failed=True)).empty


def test_sampled_requests_count_by_their_weight() -> None:
    frame = requests()
    frame = failing(frame, frame["host"] == "web-3")
    parts = attribution.find_parts(frame.assign(weight=np.where(frame["failed"], 1, 10)))
    assert parts["what"][0] == "host web-3"
    assert bool(parts["sampled"][0])
    others = frame[~frame["failed"] & (frame["host"] == "web-3")]
    assert parts["requests"][0] == 10 * len(others) + parts["failed"][0]


def test_the_requests_are_not_modified() -> None:
    frame = requests(200)
    frame = failing(frame, frame["host"] == "web-3")
    before = frame.copy(deep=True)
    attribution.find_parts(frame)
    pd.testing.assert_frame_equal(frame, before)


@pytest.mark.parametrize(
    ("incident_id", "what"),
    {
        "INC-2026-1012": "an empty query parameter facets",
        "INC-2026-1103": "service checkout",
        "INC-2026-1123": "an empty query parameter facets",
    }.items(),
)
def test_what_broke_is_identified_in_the_recordings(incident_id: str, what: str) -> None:
    parts = findings_of(incident_id).parts
    assert parts["what"][0] == what
    assert parts["coverage"][0] == 1.0
    assert parts["rest_ratio"][0] == 0.0


def test_no_single_thing_is_blamed_when_nearly_everything_fails() -> None:
    assert attribution.describe_parts(findings_of("INC-2026-1112").parts).startswith(
        "The failed requests have no one thing in common:"
    )


def test_slow_requests_are_compared_with_the_others_when_none_failed(incident) -> None:
    lines = access_log(20, per_s=10, slow=[range(600, 780)]).splitlines(keepends=True)
    some = (line if "rt=2.000" not in line or n % 3 else line.replace("GET /a ", "GET /slow ") for n, line in enumerate(lines))
    quick = (line.replace("rt=2.000", "rt=0.010") if "GET /a " in line else line for line in some)
    new_incident = incident({"access.log": "".join(quick)})
    findings = analyse_store(new_incident, open_incident(new_incident))
    assert findings.impact.signals == ("latency",)
    assert findings.impact.impaired == ("slow", "were slow")
    assert findings.parts["what"][0] == "route /slow"
    sentence = attribution.describe_parts(findings.parts, findings.impact.impaired)
    assert sentence.startswith(
        "What the slow requests have in common: route /slow, in 100% of them; 100% of such requests were slow"
    )
    assert findings.ranked_suspects[0].reasons[0] == "100% of the slow requests"

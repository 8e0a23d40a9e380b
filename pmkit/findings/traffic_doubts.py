"""Remarks on requests that are too many, too few or fail all the time: retries, samples, failures that were not logged."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from zoneinfo import ZoneInfo

import pandas as pd

from pmkit.analysis.impact import seasonality
from pmkit.analysis.impact.anomalies import by_errors, by_traffic
from pmkit.analysis.impact.impact import Impact
from pmkit.analysis.impact.impact_window import bin_start
from pmkit.analysis.impact.impact_windows import is_bin_inside
from pmkit.analysis.impact.time_bins import counts
from pmkit.analysis.rows import route_name
from pmkit.core import schema
from pmkit.core.wording import clock, count, listing, percent, plural

# Requests are too many if there are this many times the usual number, and failed ones make up this share of the surplus.
_SURPLUS: Final = 1.5
_OF_SURPLUS: Final = 0.8
# A route has too few requests if this share of the usual number, or less, is left. So many routes are looked at.
_LEFT: Final = 0.6
_MOST_ROUTES: Final = 20
# A route fails all the time if so many of its requests fail in every one of so many parts of the data.
_STEADY: Final = 0.2
_PARTS: Final = 6
# So many of them are named.
_MOST_NAMED: Final = 3


def traffic_doubts(counted: pd.DataFrame, impact: Impact, zone: ZoneInfo) -> Iterator[tuple[str, str]]:
    """Yield a source and a remark for each doubt about the number of requests.

    Parameters
    ----------
    counted : DataFrame
        Columns of `schema.JUDGED`, without the traffic that is left out; not changed.
    impact : Impact
        The impact.
    zone : ZoneInfo
        The zone in which the remarks give times.
    """
    measured = impact.measured_on
    if not measured.counts_all_requests or measured.answers:
        return
    requests = counted[counted["source"].isin(measured.sources) & counted["is_request"]]
    if requests.empty:
        return
    source = str(requests.groupby("source")["events"].sum().idxmax())
    remarks = [*_surplus(requests, impact), *_thinned_routes(requests, impact, zone), *_steady_failures(requests, impact, zone)]
    yield from ((source, remark) for remark in remarks)


def _surplus(requests: pd.DataFrame, impact: Impact) -> Iterator[str]:
    if not impact.detected:
        return
    events = counts(requests)["events"]
    outside = events[~is_bin_inside(events.index, impact.spans).to_numpy()]
    usual = float(outside.mean()) / schema.BIN_S * impact.duration_s if len(outside) else 0.0
    surplus = impact.requests - usual
    if usual < 1 or impact.requests < _SURPLUS * usual or impact.failed_requests < _OF_SURPLUS * surplus:
        return
    yield (
        f"{count(impact.requests)} requests during the impact, where about {count(usual)} were usual, and failed ones make "
        "up the difference: were they repeated, or does the log leave out successful ones? If so, "
        f"{percent(impact.error_ratio)} is not the share of users' actions that failed"
    )


def _thinned_routes(requests: pd.DataFrame, impact: Impact, zone: ZoneInfo) -> Iterator[str]:
    """Yield a remark on each route that had fewer requests for a while, although the requests as a whole had no such drop."""
    if impact.lost_requests or "traffic" in impact.signals:
        return
    keys = [requests["service"].fillna(""), requests["http_route"].fillna("")]
    bins = counts(requests).index
    routes = requests.groupby(keys)
    for key in routes["events"].sum().sort_values(ascending=False).index[:_MOST_ROUTES]:
        route = routes.get_group(key)
        events = counts(route).reindex(bins, fill_value=0)
        usual = seasonality.baseline(events["events"])
        drop = by_traffic(events, usual)
        if drop is None or drop.began_before or drop.ongoing:
            continue
        left, expected = (int(rows.iloc[drop.first : drop.stop].sum()) for rows in (events["events"], usual))
        failed = int(events["errors"].iloc[drop.first : drop.stop].sum())
        if left > _LEFT * expected or 0 < left * _OF_SURPLUS <= failed:
            continue
        start, stop = (clock(bin_start(events, place), zone) for place in (drop.first, drop.stop))
        name = route_name(route.iloc[0]) or "its requests"
        yield (
            f"{name} has {plural(left, 'request')} from {start} to {stop}, where about {count(expected)} were usual: did they "
            "fail without being logged here, or did they go elsewhere?"
        )


def _steady_failures(requests: pd.DataFrame, impact: Impact, zone: ZoneInfo) -> Iterator[str]:
    """Yield a remark on the routes that fail all the time, with what the others show, if they hide when the impact was."""
    if not (impact.detected and impact.began_before and impact.ongoing):
        return
    keys = [requests["service"].fillna(""), requests["http_route"].fillna("")]
    part = pd.cut(requests["bin"].astype("int64"), _PARTS, labels=False)
    failed = requests["events"].where(requests["is_error"], 0)
    sums = pd.DataFrame({"events": requests["events"], "failed": failed}).groupby([*keys, part]).sum()
    ratios = (sums["failed"] / sums["events"]).unstack()
    steady = ratios[(ratios.min(axis=1) >= _STEADY) & ratios.notna().all(axis=1)].index
    is_steady = pd.MultiIndex.from_arrays(keys).isin(steady)
    others = requests[~is_steady]
    fine = counts(others)
    anomaly = by_errors(fine, requests=True) if len(fine) else None
    if not is_steady.any() or anomaly is None or (anomaly.began_before and anomaly.ongoing):
        return
    bad, rest = requests[is_steady], fine.iloc[anomaly.first : anomaly.stop]
    routes = bad[["service", "http_route"]].drop_duplicates()
    names = sorted({route_name(row) or "requests without a route" for _, row in routes.iterrows()})
    start, stop = (clock(bin_start(fine, place), zone) for place in (anomaly.first, anomaly.stop))
    yield (
        f"{listing(names, _MOST_NAMED)} failed in all of the data ({count(bad.loc[bad['is_error'], 'events'].sum())} of "
        f"{count(bad['events'].sum())} requests), so the impact seems to last as long; without that, requests were worse than "
        f"usual from {start} to {stop} ({count(rest['errors'].sum())} of {count(rest['events'].sum())} failed). To count from "
        "then to then, confirm the times in incident.yaml"
    )

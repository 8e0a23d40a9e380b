"""Whether the first alert of an incident is about what failed."""

from __future__ import annotations

import pandas as pd

from pmkit.analysis.impact.impact import Impact
from pmkit.core.service_names import is_same_service
from pmkit.core.wording import duration


def doubt_about_first(alerts: pd.DataFrame, impact: Impact) -> str:
    """Return what speaks against the first alert being about the incident, as the end of a sentence; empty if nothing does.

    Parameters
    ----------
    alerts : DataFrame
        The alerts of the incident by time, columns of `schema.ALERTS`; at least one.
    impact : Impact
        The impact. A service failed if one of its routes has failed requests; an ingress may give it a longer name.

    Returns
    -------
    str
        Such as `; mail is not among the services that failed; the first alert about one that did was HighErrorRatio,
        3 min 40 s later`.
    """
    first = alerts.iloc[0]
    if impact.reported_by == "alerts":
        return "; the start of the impact is taken from it, so how long detection took is not known"
    if pd.isna(first["service"]):
        return ""
    services = alerts["service"]
    failed = set(impact.routes.loc[impact.routes["failed"] > 0, "service"].dropna())
    if failed:
        is_about = services.map(lambda service: any(is_same_service(service, name) for name in failed), na_action="ignore")
        if is_about.iloc[0]:
            return ""
        others, whose = alerts[is_about.eq(other=True)], "about one that did"
        doubt = f"; {first['service']} is not among the services that failed"
    else:
        others, whose = alerts[services.notna() & (services != first["service"])], "of another service"
        doubt = f"; it is of {first['service']}, and which services failed is not known" if len(others) else ""
    if others.empty:
        return doubt
    later_s = (others["started_at"].iloc[0] - first["started_at"]).total_seconds()
    return f"{doubt}; the first alert {whose} was {others['name'].iloc[0]}, {duration(later_s)} later"

"""Services whose errors were worse than usual by themselves, although all errors together were not."""

from __future__ import annotations

import pandas as pd

from pmkit.analysis.impact.anomalies import FEWEST_ERRORS, by_errors
from pmkit.analysis.impact.time_bins import counts


def services_of(events: pd.DataFrame) -> pd.Series:
    """Return the service of each row, or its log where the service is not known."""
    return events["service"].astype(object).where(events["service"].notna(), events["source"].astype(object)).astype(str)


def worse_services(events: pd.DataFrame) -> tuple[str, ...]:
    """Return the services whose errors were worse than usual, although all errors together were not, as others drown them.

    Parameters
    ----------
    events : DataFrame
        Columns of `schema.JUDGED`, only events that are no requests; not changed.
    """
    services = services_of(events)
    errors = events.loc[events["is_error"], "events"].groupby(services[events["is_error"]]).sum()
    if services.nunique() < 2 or errors.empty or by_errors(counts(events), requests=False) is not None:
        return ()
    often = sorted(errors[errors >= FEWEST_ERRORS].index)
    return tuple(service for service in often if by_errors(counts(only(events, (service,))), requests=False) is not None)


def only(events: pd.DataFrame, services: tuple[str, ...]) -> pd.DataFrame:
    """Return the events of some services, and rows without events where all of the data begin and end."""
    ends = events.loc[[events["first_at"].idxmin(), events["last_at"].idxmax()]].assign(events=0, is_error=False)
    rows: pd.DataFrame = pd.concat([events[services_of(events).isin(services)], ends], ignore_index=True)
    return rows

"""Which requests are not those of users: of probes and load tests, preflights, and upgrades to WebSockets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pandas as pd

# Traffic is only left out if users have at least this share, and this number, of the requests.
_USERS_SHARE: Final = 0.02
_FEWEST_USERS: Final = 100


def traffic_left_out(counts: pd.DataFrame, kinds: Sequence[str]) -> tuple[str, ...]:
    """Return the kinds of traffic that are left out; none if hardly any requests would remain, as of a load test alone.

    Parameters
    ----------
    counts : DataFrame
        Columns of `schema.JUDGED`; not changed.
    kinds : sequence of str
        The kinds that `incident.yaml` leaves out.

    Examples
    --------
    >>> counts = pd.DataFrame({"is_request": True, "events": [900, 300], "traffic": [None, "probe"]})
    >>> traffic_left_out(counts, ["probe", "load test"]), traffic_left_out(counts.tail(1), ["probe"])
    (('probe',), ())
    """
    requests = counts[counts["is_request"]]
    present = tuple(kind for kind in kinds if (requests["traffic"] == kind).any())
    users = int(requests.loc[~requests["traffic"].isin(present), "events"].sum())
    is_enough = users >= max(_FEWEST_USERS, _USERS_SHARE * int(requests["events"].sum()))
    return present if is_enough else ()

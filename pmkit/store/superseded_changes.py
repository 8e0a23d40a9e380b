"""Takes back the end of a change that a later change of the same service may have set."""

from __future__ import annotations

import pandas as pd


def without_superseded_ends(changes: pd.DataFrame) -> pd.DataFrame:
    """Return changes whose end is unknown where it is not before the begin of the service's next change.

    Deployment records are updated when the deploy completes, and once more when the next one replaces it, so that
    the time of the last update may be either.

    Parameters
    ----------
    changes : DataFrame
        Columns of `schema.CHANGES`, by time; not changed.
    """
    next_at = changes.groupby("service")["at"].shift(-1)
    return changes.assign(finished_at=changes["finished_at"].mask(changes["finished_at"] >= next_at))

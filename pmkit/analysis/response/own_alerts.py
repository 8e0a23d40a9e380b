"""Which alerts belong to an incident."""

from __future__ import annotations

from typing import Final

import pandas as pd

from pmkit.analysis.impact.impact import Impact

# Alerts that fired this long before the first error may belong to the incident, seconds.
ALERT_LEAD_S: Final = 900


def incident_alerts(alerts: pd.DataFrame, impact: Impact) -> pd.DataFrame:
    """Return the alerts that belong to an impact: they fired during it or shortly before, and had not resolved by then.

    Where there is neither an impact nor anything that could show one, all alerts belong to the incident.
    """
    lead = pd.Timedelta(seconds=ALERT_LEAD_S)
    belongs = pd.Series(data=not impact.measured and not impact.detected, index=alerts.index)
    for start, end in impact.spans:
        belongs |= alerts["started_at"].between(start - lead, end) & ~(alerts["resolved_at"] < start)
    own = alerts[belongs]
    return own.sort_values(["started_at", "name", "alert_id"], ignore_index=True)

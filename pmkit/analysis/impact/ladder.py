"""The ladder: what says that something failed, from requests down to what people confirmed.

The highest rung on which something was worse than usual decides when the impact was; what the others show stands beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, get_args

import numpy as np
import pandas as pd

from pmkit.analysis.g_test import SIGNIFICANT, g_statistic
from pmkit.analysis.impact.anomalies import FEWEST_ERRORS
from pmkit.analysis.impact.impact import Impact, assess_impact
from pmkit.analysis.impact.impact_window import ReportedWindow
from pmkit.analysis.impact.impact_windows import ConfirmedWindow, is_bin_inside
from pmkit.analysis.impact.impairment import Verdict
from pmkit.analysis.impact.measuring_point import MeasuringPoint
from pmkit.analysis.impact.time_bins import TimeSpan
from pmkit.incident.service_level import Slo

Rung = Literal["requests", "spans", "refusals", "outcomes", "errors", "metrics", "alerts", "confirmed"]
RUNGS: Final[tuple[Rung, ...]] = get_args(Rung)

# A lower rung decides although a higher one was as usual only if it shows at least this many failures.
FEWEST_BELOW: Final = 20


@dataclass(frozen=True, eq=False)
class Evidence:
    """What one rung of the ladder is judged by.

    Attributes
    ----------
    rung : str
        The rung.
    measured_on : MeasuringPoint
        What is counted, and in which exports.
    judged : DataFrame
        The counts, columns of `schema.JUDGED`.
    reported : ReportedWindow or None
        When the impact was, if alerts or people say so; None to find out from the counts.
    may_decide : bool
        Whether it may decide when the impact was; otherwise it is only shown beside what decides.
    """

    rung: Rung
    measured_on: MeasuringPoint
    judged: pd.DataFrame
    reported: ReportedWindow | None = None
    may_decide: bool = True


@dataclass(frozen=True)
class Reading:
    """What one rung of the ladder shows by itself.

    Attributes
    ----------
    rung : str
        The rung.
    sources : tuple of str
        The exports that were counted.
    noun : str
        What was counted, such as request, task or event.
    verdict : str
        As in `Impact.verdict`.
    decides : bool
        Whether the window of the impact comes from it.
    start, end : Timestamp or None
        When it was worse than usual; None if it was not.
    events, failed : int
        What was counted then, or in all of the data, and how much of it failed.
    signals : tuple of str
        What was worse than usual.
    reason : str or None
        Why it cannot be judged, as a clause.
    services : tuple of str
        The services that were counted; empty for all.
    during_impact : int
        How many failures of a rung that shows no impact by itself lie within the impact, if clearly more than by chance.
    counted : tuple of (Timestamp, Timestamp)
        Between which times it was counted, see `ImpactWindow.counted`.
    """

    rung: Rung
    sources: tuple[str, ...]
    noun: str
    verdict: Verdict
    decides: bool
    start: pd.Timestamp | None
    end: pd.Timestamp | None
    events: int
    failed: int
    signals: tuple[str, ...]
    reason: str | None
    services: tuple[str, ...] = ()
    during_impact: int = 0
    counted: tuple[TimeSpan, ...] = ()


@dataclass(frozen=True, eq=False)
class Ladder:
    """The impact, and what each rung shows.

    Attributes
    ----------
    impact : Impact
        The impact by the rung that decides.
    readings : tuple of Reading
        What each rung shows, from the top down.
    """

    impact: Impact
    readings: tuple[Reading, ...]

    @property
    def ends(self) -> list[pd.Timestamp]:
        """The times at which bins must be divided, so that what it counts is exact."""
        spans = [*self.impact.counted_spans, *(span for reading in self.readings for span in reading.counted)]
        return sorted({at for start, last in spans for at in (start, last + pd.Timedelta(microseconds=1))})


def climb(evidence: Iterable[Evidence], slo: Slo | None = None, confirmed: Sequence[ConfirmedWindow] = ()) -> Ladder | None:
    """Return the impact by the highest rung that shows one, and what each rung shows; None without any evidence.

    Parameters
    ----------
    evidence : iterable of Evidence
        What each rung is judged by, from the top down.
    slo : Slo, optional
        What the error budget is counted against.
    confirmed : sequence of ConfirmedWindow, optional
        When the impact was according to people. It decides then, and is measured on the rung that would decide otherwise.
    """
    impacts = [(rung, assess_impact(rung.judged, rung.measured_on, slo, reported=rung.reported)) for rung in evidence]
    if not impacts:
        return None
    decisive = next((pair for pair in impacts if _decides(*pair, is_top=pair is impacts[0])), impacts[0])
    rung, impact = decisive
    agreed = (
        assess_impact(rung.judged, rung.measured_on, slo, reported=rung.reported, confirmed=confirmed) if confirmed else impact
    )
    by_people = any(window.start_confirmed or window.end_confirmed for window in agreed.windows)
    readings = tuple(
        _reading(at, shown, agreed, decides=shown is impact and shown.detected and not by_people) for at, shown in impacts
    )
    return Ladder(agreed, (*readings, _confirmed(agreed)) if by_people else readings)


def without_evidence(impact: Impact) -> Ladder:
    """Return the ladder of an impact that only people confirmed, if at all."""
    return Ladder(impact, (_confirmed(impact),) if impact.detected else ())


def _confirmed(impact: Impact) -> Reading:
    """Return what people confirmed as the last rung, with what was counted then."""
    reading = _reading(Evidence("confirmed", impact.measured_on, impact.fine), impact, impact, decides=True)
    return replace(reading, signals=("confirmed times",))


def _decides(rung: Evidence, impact: Impact, *, is_top: bool) -> bool:
    if not impact.detected or not rung.may_decide:
        return False
    return is_top or rung.rung != "errors" or impact.failed_requests >= FEWEST_BELOW


def _failures_during(shown: Impact, impact: Impact) -> int:
    """Return how many failures of a rung that shows no impact lie within the impact; 0 if not clearly more than by chance."""
    errors, whole_s = shown.fine["errors"], (shown.data_end - shown.data_start).total_seconds()
    if shown.detected or not impact.detected or errors.sum() < FEWEST_ERRORS or whole_s <= 0:
        return 0
    inside = int(errors[is_bin_inside(errors.index, impact.spans).to_numpy()].sum())
    share = min(impact.duration_s / whole_s, 1.0)
    observed, expected = (np.array([part, errors.sum() - part]) for part in (inside, share * errors.sum()))
    is_clear = inside > share * errors.sum() and g_statistic(observed, np.maximum(expected, 1e-9)) >= SIGNIFICANT
    return inside if is_clear else 0


def _reading(rung: Evidence, impact: Impact, agreed: Impact, *, decides: bool) -> Reading:
    failed, events = impact.impaired_requests
    return Reading(
        rung.rung,
        impact.measured_on.sources,
        impact.measured_on.noun,
        impact.verdict,
        decides,
        impact.start if impact.detected else None,
        impact.end if impact.detected else None,
        events,
        failed,
        impact.signals,
        impact.undetermined,
        impact.measured_on.services,
        0 if decides else _failures_during(impact, agreed),
        impact.counted_spans,
    )

"""Services as suspects, by how far their metrics moved with the impact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import pandas as pd

from pmkit.analysis.causes.suspects import LIKELY, Suspect
from pmkit.analysis.impact.metric_meaning import meaning_of
from pmkit.analysis.impact.metric_signals import describe_move
from pmkit.analysis.rows import evidence

# At most this many services are suspected, each with this many of its series.
FEW_SERVICES: Final = 3
FEW_SERIES: Final = 3
# Series of machines, which several services share.
_OF_A_MACHINE: Final = r"^node[_-]"


def with_services(suspects: Sequence[Suspect], moves: pd.DataFrame) -> tuple[Suspect, ...]:
    """Return the suspects with the services whose metrics moved farthest, before changes that are hardly suspected.

    Parameters
    ----------
    suspects : sequence of Suspect
        What `suspects.rank_suspects` returned.
    moves : DataFrame
        What `metric_signals.moved_series` returned.
    """
    place = next((n for n, one in enumerate(suspects) if one.kind == "change" and one.score < LIKELY), len(suspects))
    ordered = [*suspects[:place], *rank_services(moves)[:FEW_SERVICES], *suspects[place:]]
    return tuple(replace(suspect, rank=n) for n, suspect in enumerate(ordered, 1))


def rank_services(moves: pd.DataFrame) -> list[Suspect]:
    """Return the services whose metrics moved, the one with the farthest move first; resources are named before symptoms."""
    usable = moves[moves["service"].notna() & moves["score"].notna() & ~moves["name"].str.contains(_OF_A_MACHINE, na=False)]
    if usable.empty:
        return []
    farthest = float(usable["score"].max())
    suspects = []
    for service, rows in usable.groupby("service", sort=False):
        named = rows.head(FEW_SERIES)
        is_resource = [meaning_of(str(name), {}).kind == "saturation" for name in named["name"]]
        named = named.iloc[sorted(range(len(named)), key=lambda n: not is_resource[n])]
        summary = f"service {service}, whose metrics moved{' farthest' if rows['score'].max() == farthest else ''}"
        reasons = tuple(describe_move(row) for _, row in named.iterrows())
        places = tuple(dict.fromkeys(evidence(row) for _, row in named.iterrows()))
        score = round(float(rows["score"].max()) / farthest, 3)
        suspects.append(Suspect(0, "service", summary, rows["moved_at"].min(), "service", str(service), score, reasons, places))
    return suspects

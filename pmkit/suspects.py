"""What may have caused the impact: ranked evidence, never a verdict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import pandas as pd

from pmkit.impact import Impact
from pmkit.prose import count, duration, percent
from pmkit.response import RESOLUTION_S, evidence

LOOK_BACK_S: Final = 86_400
"""Changes earlier than this before the onset are not suspected, seconds."""
HALF_S: Final = 900
"""A change this long before the onset gets half the weight of one right before it, seconds."""
FEW_PATTERNS: Final = 3
FEW_PARTS: Final = 2
WEIGHTS: Final = {"time": 0.4, "place": 0.3, "undone": 0.3}
"""How much each kind of evidence weighs in the score of a change; they add up to 1."""

_WORDS: Final = {
    "deploy": ("deploy", " "),
    "rollback": ("rollback", " to "),
    "config": ("configuration change", ", "),
    "flag": ("flag change", ", "),
    "scale": ("scaling", " to "),
    "migration": ("migration", " to "),
    "other": ("change", ", "),
}


@dataclass(frozen=True)
class Suspect:
    """One thing that may have caused the impact.

    Attributes
    ----------
    score : float
        0 to 1, for ordering only: it is not a probability.
    reasons : tuple of str
        What speaks for it.
    evidence : tuple of str
        `file:line` of what the reasons rest on.
    """

    rank: int
    kind: Literal["change", "dimension", "pattern"]
    summary: str
    at: pd.Timestamp | None
    column: str | None
    value: str | None
    score: float
    reasons: tuple[str, ...]
    evidence: tuple[str, ...]


def rank(impact: Impact, changes: pd.DataFrame, parts: pd.DataFrame, patterns: pd.DataFrame) -> tuple[Suspect, ...]:
    """Rank the changes before the onset, then what failed requests share, then the messages most characteristic of the impact.

    Parameters
    ----------
    impact : Impact
        When and where it happened.
    changes : DataFrame
        Columns of `schema.CHANGES`; not changed.
    parts : DataFrame
        What `dimensions.common` returns.
    patterns : DataFrame
        What `patterns.characteristic` returns.

    Returns
    -------
    tuple of Suspect
        A change scores by how shortly before the onset it began, by the share of the failures
        on the service that it changed, and by whether undoing it was followed by recovery; what
        failed requests share, by their share of the failures and by how rarely others fail.
    """
    if not impact.detected:
        return ()
    look_back = pd.Timedelta(seconds=LOOK_BACK_S)
    slack = pd.Timedelta(seconds=RESOLUTION_S)
    before = changes[changes["at"].between(impact.start - look_back, impact.start_range[1] + slack)]
    found = [_change(impact, row, changes) for _, row in before.iterrows()]
    found.sort(key=lambda suspect: (-suspect.score, suspect.summary))
    found += [_part(impact, row) for _, row in parts.head(FEW_PARTS).iterrows()]
    errors = patterns[~patterns["general"]].head(FEW_PATTERNS)
    found += [_pattern(row, float(errors["score"].max())) for _, row in errors.iterrows()]
    return tuple(Suspect(**{**vars(suspect), "rank": n}) for n, suspect in enumerate(found, 1))


def describe(change: pd.Series) -> str:
    """Write a change in words.

    Examples
    --------
    >>> describe(pd.Series({"kind": "rollback", "service": "api", "version": "v2", "summary": "v3 is slow"}))
    'rollback of api to v2: v3 is slow'
    """
    noun, joint = _WORDS[str(change["kind"])]
    of = "" if pd.isna(change["service"]) else f" of {change['service']}"
    version = "" if pd.isna(change["version"]) else f"{joint}{change['version']}"
    summary = "" if pd.isna(change["summary"]) else f": {change['summary']}"
    return f"{noun}{of}{version}{summary}"


def _change(impact: Impact, row: pd.Series, changes: pd.DataFrame) -> Suspect:
    lead_s = max(0.0, (impact.start - row["at"]).total_seconds())
    lead = f"{duration(lead_s)} before" if lead_s >= 1 else "in the same second as"
    reasons, places = [f"it began {lead} the first error"], [evidence(row)]
    share = _share_of_failures(impact, row["service"])
    if share:
        reasons.append(f"{percent(share)} of the failed requests were on {row['service']}")
    undone = _undone(impact, row, changes)
    if undone is not None:
        done = undone["finished_at"] if not pd.isna(undone["finished_at"]) else undone["at"]
        after_s = (impact.end - done).total_seconds()
        relation = f"{duration(after_s)} later" if after_s > 1 else "by then"
        reasons.append(
            f"it was undone during the impact, and {'the last error came' if after_s > 1 else 'errors had stopped'} {relation}"
        )
        places.append(evidence(undone))
    parts = {"time": 1 / (1 + lead_s / HALF_S), "place": share, "undone": float(undone is not None)}
    score = sum(WEIGHTS[name] * value for name, value in parts.items())
    at = pd.Timestamp(row["at"])
    return Suspect(0, "change", describe(row), at, None, None, round(score, 3), tuple(reasons), tuple(places))


def _share_of_failures(impact: Impact, service: object) -> float:
    failed = impact.routes.groupby("service")["failed"].sum()
    return float(failed.get(service, 0) / failed.sum()) if failed.sum() else 0.0


def _undone(impact: Impact, row: pd.Series, changes: pd.DataFrame) -> pd.Series | None:
    later = changes[
        (changes["at"] >= impact.start)
        & (changes["at"] <= impact.end + pd.Timedelta(seconds=RESOLUTION_S))
        & (changes["kind"] == "rollback")
    ]
    same = later[later["service"] == row["service"]]
    return same.iloc[0] if len(same) else None


def _part(impact: Impact, row: pd.Series) -> Suspect:
    about = "about " if row["sampled"] else ""
    reasons = [
        f"{about}{percent(row['coverage'])} of the failed requests",
        f"{percent(row['error_ratio'])} of such requests failed, of all others {percent(row['rest_ratio'])}",
    ]
    if not pd.isna(row["also"]):
        reasons.append(f"the same requests: {row['also']}")
    score = float(row["coverage"] * (1 - row["rest_ratio"] / row["error_ratio"]))
    place = f"{impact.tier.sources[0]}:{row['line']}"
    return Suspect(
        0, "dimension", f"requests with {row['what']}", None, str(row["dimension"]), str(row["value"]), round(score, 3),
        tuple(reasons), (place,),
    )  # fmt: skip


def _pattern(row: pd.Series, best: float) -> Suspect:
    during, before, after = (count(row[part]) for part in ("during", "before", "after"))
    times = f"{during} times during the impact, {before} times before, {after} times after"
    seen = "it was never seen before" if row["before"] == 0 else "it came far more often than before"
    return Suspect(
        0,
        "pattern",
        str(row["example"]),
        pd.Timestamp(row["first_seen"]),
        "template",
        str(row["template"]),
        round(float(row["score"]) / best, 3),
        (f"logged by {row['service']} {times}", seen),
        (evidence(row),),
    )

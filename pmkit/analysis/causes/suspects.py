"""What may have caused the impact: ranked evidence, never a verdict."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

import pandas as pd

from pmkit.analysis.causes.change_effect import RESOLUTION_S, effect, finished
from pmkit.analysis.impact.impact import Impact
from pmkit.analysis.rows import evidence, phrase
from pmkit.core.wording import count, duration, percent

LOOK_BACK_S: Final = 86_400
"""Changes earlier than this before the onset are not suspected, seconds."""
FEW_PATTERNS: Final = 3
FEW_PARTS: Final = 2
BY_A_CHANGE: Final = 0.68
"""How many incidents are set off by a binary or a configuration push (SRE workbook, appendix C: 37% and 31%)."""
LIKELY: Final = 0.5
"""A change that scores less is less likely to be the cause than not."""
SOON: Final = 20.0
"""How many times likelier a change right before the onset is if it is the cause than if it is not …"""
SOON_S: Final = 900
"""… which falls with the square of the time between, to a quarter after so many seconds."""
ELSEWHERE: Final = 0.1
"""How likely what failed is on another service than the one changed, against no matter where …"""
THERE: Final = 3.0
"""… and how much likelier it is all on that service …"""
THAT_VERSION: Final = 4.0
"""… and all on the version that it brought."""
NEW_MESSAGE: Final = 4.0
"""How much likelier a change is the cause if its service logs an error that was never logged before, from then on …"""
NEW_ELSEWHERE: Final = 0.5
"""… or only other services do."""
CURED: Final = 6.0
"""How much likelier a change is the cause if undoing it ended the impact or helped …"""
NOT_CURED: Final = 0.2
"""… or did not."""

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
        0 to 1. Of a change, how much of the belief falls on it, see `rank_suspects`; of the others, for
        ordering only.
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


def rank_suspects(
    impact: Impact, changes: pd.DataFrame, parts: pd.DataFrame, patterns: pd.DataFrame
) -> tuple[tuple[Suspect, ...], float | None]:
    """Rank the changes before the onset, what failed requests share, and the messages most characteristic of the impact.

    Parameters
    ----------
    impact : Impact
        When and where it happened.
    changes : DataFrame
        Columns of `schema.CHANGES`; not changed.
    parts : DataFrame
        What `attribution.find_parts` returns.
    patterns : DataFrame
        Those of `patterns.changed_patterns` that rose.

    Returns
    -------
    suspects : tuple of Suspect
        Changes that are likelier than not to be the cause, then what failed requests share and the
        messages, then the other changes.
    unexplained : float or None
        The belief that none of the changes set it off, 0 to 1; with those of the changes it adds
        up to 1. None where the data hold no changes.

    Notes
    -----
    The scores of changes are what Bayes' rule makes of two hypotheses, that one of them is the cause
    and that none is. Beforehand, `BY_A_CHANGE` falls on them in equal parts. Each kind of evidence
    multiplies that by how much likelier it is if the change is the cause: how shortly before the onset it
    began, how much of what failed is on its service and version, whether its service logs new errors,
    and whether undoing it helped. These factors are judgements, not measured frequencies, and none of them
    alone decides.
    """
    if not impact.detected:
        return (), None
    look_back = pd.Timedelta(seconds=LOOK_BACK_S)
    slack = pd.Timedelta(seconds=RESOLUTION_S)
    before = changes[changes["at"].between(impact.start - look_back, impact.start_range[1] + slack)]
    new = patterns[~patterns["general"] & (patterns["before"] == 0)]
    weighed = [_change(impact, row, changes, parts, new) for _, row in before.iterrows()]
    weights = [weight * BY_A_CHANGE / max(len(weighed), 1) for _, weight in weighed]
    total = sum(weights) + 1 - BY_A_CHANGE
    found = [replace(suspect, score=round(weight / total, 3)) for (suspect, _), weight in zip(weighed, weights, strict=True)]
    found.sort(key=lambda suspect: (-suspect.score, suspect.summary))
    likely = [suspect for suspect in found if suspect.score >= LIKELY]
    others = [_part(impact, row) for _, row in parts.head(FEW_PARTS).iterrows()]
    errors = patterns[~patterns["general"]].head(FEW_PATTERNS)
    others += [_pattern(row, float(errors["score"].max())) for _, row in errors.iterrows()]
    ordered = [*likely, *others, *found[len(likely) :]]
    unexplained = round((1 - BY_A_CHANGE) / total, 3) if len(changes) else None
    return tuple(replace(suspect, rank=n) for n, suspect in enumerate(ordered, 1)), unexplained


def describe_change(change: pd.Series) -> str:
    """Write a change in words.

    Examples
    --------
    >>> describe_change(pd.Series({"kind": "rollback", "service": "api", "version": "v2", "summary": "v3 is slow"}))
    'rollback of api to v2: v3 is slow'
    """
    noun, joint = _WORDS[str(change["kind"])]
    of = "" if pd.isna(change["service"]) else f" of {change['service']}"
    version = "" if pd.isna(change["version"]) else f"{joint}{change['version']}"
    summary = "" if pd.isna(change["summary"]) else f": {change['summary']}"
    return f"{noun}{of}{version}{summary}"


def change_of(suspect: Suspect, changes: pd.DataFrame) -> pd.Series:
    """Give the change that a suspect is, a row of the changes that were ranked."""
    return next(row for _, row in changes[changes["at"] == suspect.at].iterrows() if describe_change(row) == suspect.summary)


def _change(
    impact: Impact, row: pd.Series, changes: pd.DataFrame, parts: pd.DataFrame, new: pd.DataFrame
) -> tuple[Suspect, float]:
    """Say what speaks for and against a change, and how much likelier all of it is if it is the cause."""
    lead_s = max(0.0, (impact.start - row["at"]).total_seconds())
    lead = f"{duration(lead_s)} before" if lead_s >= 1 else "in the same second as"
    reasons, places = [f"it began {lead} the first {_failure(impact)}"], [evidence(row)]
    weight = SOON / (1 + lead_s / SOON_S) ** 2
    for factor, reason, place in (_place(impact, row), _version(row, parts), _message(row, new), _undone(impact, row, changes)):
        weight *= factor
        reasons += [reason] if reason else []
        places += [place] if place else []
    at = pd.Timestamp(row["at"])
    return Suspect(0, "change", describe_change(row), at, None, None, 0.0, tuple(reasons), tuple(places)), weight


_Evidence = tuple[float, str, str]
"""How much likelier it makes a change, in words, and `file:line` of what it rests on."""
_NOTHING: Final[_Evidence] = (1.0, "", "")


def _failure(impact: Impact) -> str:
    return "error" if impact.failed_requests else "sign of the impact"


def _place(impact: Impact, row: pd.Series) -> _Evidence:
    failed = impact.routes.groupby("service")["failed"].sum()
    if pd.isna(row["service"]) or not failed.sum() or not failed.index.isin([row["service"]]).any():
        return _NOTHING  # what was changed may stand below or before the services that tell of requests
    share = float(failed[row["service"]] / failed.sum())
    factor = ELSEWHERE + (THERE - ELSEWHERE) * share
    thing = f"{impact.measured_on.failure}s"
    return factor, f"{percent(share) if share else 'none'} of the {thing} were on {row['service']}", ""


def _version(row: pd.Series, parts: pd.DataFrame) -> _Evidence:
    """See whether requests failed by the version that a change brought."""
    if pd.isna(row["version"]):
        return _NOTHING
    told = f"version {row['version']}"
    same = parts[[told in {*str(part["what"]).split(" and "), *str(part["also"]).split("; ")} for _, part in parts.iterrows()]]
    if same.empty:
        return _NOTHING
    share = float(same["coverage"].max())
    return 1 + (THAT_VERSION - 1) * share, f"{percent(share)} were on {told}", ""


def _message(row: pd.Series, new: pd.DataFrame) -> _Evidence:
    """See whether the changed service logs errors that were never logged before, from then on."""
    told = new[new["service"].notna()]
    if pd.isna(row["service"]) or told.empty:
        return _NOTHING
    own = told[(told["service"] == row["service"]) & (told["first_seen"] >= row["at"] - pd.Timedelta(seconds=RESOLUTION_S))]
    if own.empty:
        return NEW_ELSEWHERE, "", ""
    first = own.sort_values("first_seen").iloc[0]
    after_s = (first["first_seen"] - row["at"]).total_seconds()
    when = f"{duration(after_s)} later" if after_s >= 1 else "at once"
    return NEW_MESSAGE, f"{when} {row['service']} logged an error that it had not logged before", evidence(first)


def _undone(impact: Impact, row: pd.Series, changes: pd.DataFrame) -> _Evidence:
    """See whether a change was undone during the impact, and what followed."""
    slack = pd.Timedelta(seconds=RESOLUTION_S)
    inside = changes["at"].between(impact.start, impact.end + slack)
    later = changes[inside & (changes["at"] > row["at"]) & _undoes(changes, row)]
    if later.empty:
        return _NOTHING
    undoing = later.iloc[0]
    followed = effect(impact, undoing, changes)
    after_s = (impact.end - finished(undoing)).total_seconds()
    relation = f"the last error came {duration(after_s)} later" if after_s > 1 else "errors had stopped by then"
    helped = followed.verdict in ("ended it", "helped")
    went_on = relation if helped or followed.verdict == "cannot be told" else f"that did not help ({followed.words})"
    factor = CURED if helped else 1.0 if followed.verdict == "cannot be told" else NOT_CURED
    return factor, f"it was undone during the impact, and {went_on}", evidence(undoing)


def _undoes(changes: pd.DataFrame, row: pd.Series) -> pd.Series:
    """Tell which changes undo one: a rollback of its service, or its flag or setting put back to another value."""
    same = changes["service"].eq(row["service"]) if not pd.isna(row["service"]) else changes["service"].isna()
    rolled_back = same & changes["kind"].eq("rollback")
    if row["kind"] not in ("flag", "config") or pd.isna(row["version"]):
        return rolled_back
    name, _, value = str(row["version"]).partition("=")
    values = changes["version"].fillna("").str.partition("=")
    put_back = same & changes["kind"].eq(row["kind"]) & values[0].eq(name) & values[1].eq("=") & values[2].ne(value)
    return rolled_back | put_back


def _part(impact: Impact, row: pd.Series) -> Suspect:
    about = "about " if row["sampled"] else ""
    are, verb = impact.impaired
    reasons = [
        f"{about}{percent(row['coverage'])} of the {are} requests",
        f"{percent(row['error_ratio'])} of such requests {verb}, of all others {percent(row['rest_ratio'])}",
    ]
    if not pd.isna(row["also"]):
        reasons.append(f"the same requests: {row['also']}")
    score = float(row["coverage"] * (1 - row["rest_ratio"] / row["error_ratio"]))
    place = f"{row['source']}:{row['line']}"
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
        (f"logged{phrase(' by ', row['service'])} {times}", seen),
        (evidence(row),),
    )

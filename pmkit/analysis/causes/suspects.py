"""What may have caused the impact: ranked evidence, never a verdict."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import prod
from typing import Final, Literal, NamedTuple

import pandas as pd

from pmkit.analysis.causes.change_effect import RESOLUTION_S, effect, finished
from pmkit.analysis.causes.first_signs import new_errors
from pmkit.analysis.impact.impact import Impact
from pmkit.analysis.rows import evidence, phrase
from pmkit.core.service_names import names_of_service
from pmkit.core.wording import count, duration, listing, percent, short

# Changes earlier than this before the onset are not suspected, seconds.
SUSPECTED_WITHIN_S: Final = 86_400
FEW_PATTERNS: Final = 3
FEW_PARTS: Final = 2
# The share of incidents that a binary or a configuration push triggers (SRE workbook, appendix C: 37% and 31%).
BY_A_CHANGE: Final = 0.68
# A change that scores less is more likely innocent than the cause.
LIKELY: Final = 0.5

# The factors below say how many times likelier the evidence is if the change is the cause than if it is not.
# A change right before the onset; the factor falls with the square of the time between the two, to a quarter at SOON_S.
SOON: Final = 20.0
SOON_S: Final = 900
# All failures are on another service than the changed one; on that service; on the version that the change brought.
ELSEWHERE: Final = 0.1
THERE: Final = 3.0
THAT_VERSION: Final = 4.0
# The changed service logs an error from then on that it never logged before; only other services do.
NEW_MESSAGE: Final = 4.0
NEW_ELSEWHERE: Final = 0.5
# Rolling it back ended the impact or helped; it did not.
CURED: Final = 6.0
NOT_CURED: Final = 0.2

# The words for each kind of change, and for joining its version.
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
        0 to 1. For a change, the probability that it is the cause, see `rank_suspects`; otherwise for
        ordering only.
    reasons : tuple of str
        Why it is suspected.
    evidence : tuple of str
        `file:line` of what the reasons are based on.
    """

    rank: int
    kind: Literal["change", "dimension", "pattern", "service"]
    summary: str
    at: pd.Timestamp | None
    column: str | None
    value: str | None
    score: float
    reasons: tuple[str, ...]
    evidence: tuple[str, ...]


class _Evidence(NamedTuple):
    """How many times likelier a change becomes by it, the reason in words, and the `file:line` that it is based on."""

    factor: float
    reason: str
    source: str


_NOTHING: Final = _Evidence(1.0, "", "")


def rank_suspects(
    impact: Impact, changes: pd.DataFrame, parts: pd.DataFrame, patterns: pd.DataFrame, signs: pd.DataFrame | None = None
) -> tuple[tuple[Suspect, ...], float | None]:
    """Return the possible causes: changes before the onset, what failed requests share, and characteristic messages.

    Parameters
    ----------
    impact, changes : Impact, DataFrame
        The impact, and columns of `schema.CHANGES`; not changed.
    parts : DataFrame
        What `attribution.find_parts` returned.
    patterns : DataFrame
        The patterns from `log_patterns.changed_patterns` that rose.
    signs : DataFrame, optional
        What `first_signs.find_first_signs` returned.

    Returns
    -------
    suspects : tuple of Suspect
        Changes that are more likely the cause than not, then what failed requests share and the
        messages, then the other changes.
    unexplained : float or None
        The probability that none of the changes is the cause, 0 to 1; with the scores of the changes it adds
        up to 1. None where the data contain no changes.

    Notes
    -----
    The scores of changes follow from Bayes' rule for two hypotheses: that one of the changes is the cause, and that
    none is. The prior probability of the first, `BY_A_CHANGE`, is divided equally between the changes. Each
    kind of evidence multiplies it by how much likelier that evidence is if the change is the cause: how shortly before
    the onset it began, how many of the failures are on its service and version, whether its service logs new errors,
    and whether rolling it back helped. These factors are judgements, not measured frequencies, and none of them
    is decisive on its own.
    """
    if not impact.detected:
        return (), None
    ranked, unexplained = _rank_changes(impact, changes, parts, new_errors(patterns, signs))
    likely = [suspect for suspect in ranked if suspect.score >= LIKELY]
    others = [_part_suspect(impact, row) for _, row in parts.head(FEW_PARTS).iterrows()]
    errors = patterns[~patterns["general"]].head(FEW_PATTERNS)
    others += [_pattern_suspect(row, float(errors["score"].max())) for _, row in errors.iterrows()]
    ordered = [*likely, *others, *ranked[len(likely) :]]
    return tuple(replace(suspect, rank=n) for n, suspect in enumerate(ordered, 1)), unexplained


def _rank_changes(
    impact: Impact, changes: pd.DataFrame, parts: pd.DataFrame, new: pd.DataFrame
) -> tuple[list[Suspect], float | None]:
    lead = pd.Timedelta(seconds=SUSPECTED_WITHIN_S)
    slack = pd.Timedelta(seconds=RESOLUTION_S)
    before = changes[changes["at"].between(impact.start - lead, impact.start_range[1] + slack)]
    weighed = [_weigh_change(impact, row, changes, parts, new) for _, row in before.iterrows()]
    weights = [weight * BY_A_CHANGE / max(len(weighed), 1) for _, weight in weighed]
    total = sum(weights) + 1 - BY_A_CHANGE
    scored = [replace(suspect, score=round(weight / total, 3)) for (suspect, _), weight in zip(weighed, weights, strict=True)]
    unexplained = round((1 - BY_A_CHANGE) / total, 3) if len(changes) else None
    return sorted(scored, key=lambda suspect: (-suspect.score, suspect.summary)), unexplained


def describe_change(change: pd.Series) -> str:
    """Return a change in words.

    Examples
    --------
    >>> describe_change(pd.Series({"kind": "rollback", "service": "api", "version": "v2", "summary": "v3 is slow"}))
    'rollback of api to v2: v3 is slow'
    """
    noun, joint = _WORDS[str(change["kind"])]
    version, summary = phrase(joint, change["version"]), phrase(": ", change["summary"])
    return f"{noun}{phrase(' of ', change['service'])}{version}{summary}"


def change_of(suspect: Suspect, changes: pd.DataFrame) -> pd.Series:
    """Return the row of a suspected change among the changes that were ranked.

    Of several changes at one time, it is the one described in the same words; if redaction altered the words, it is the first.
    """
    same_time = [row for _, row in changes[changes["at"] == suspect.at].iterrows()]
    return min(same_time, key=lambda row: describe_change(row) != suspect.summary)


def _weigh_change(
    impact: Impact, row: pd.Series, changes: pd.DataFrame, parts: pd.DataFrame, new: pd.DataFrame
) -> tuple[Suspect, float]:
    """Return a change with its reasons, and how much likelier all of the evidence is if it is the cause."""
    lead_s = max(0.0, (impact.start - row["at"]).total_seconds())
    lead = f"{duration(lead_s)} before" if lead_s >= 1 else "in the same second as"
    first_failure = "error" if impact.failed_requests else "sign of the impact"
    every = (
        _Evidence(SOON / (1 + lead_s / SOON_S) ** 2, f"it began {lead} the first {first_failure}", evidence(row)),
        _service_evidence(impact, row),
        _version_evidence(row, parts),
        _message_evidence(row, new),
        _rollback_evidence(impact, row, changes),
    )
    weight = prod(each.factor for each in every)
    reasons, sources = (tuple(filter(None, texts)) for texts in ([e.reason for e in every], [e.source for e in every]))
    return Suspect(0, "change", describe_change(row), pd.Timestamp(row["at"]), None, None, 0.0, reasons, sources), weight


def _service_evidence(impact: Impact, row: pd.Series) -> _Evidence:
    """Weigh how many of the failures are on the changed service."""
    failed = impact.routes.groupby("service")["failed"].sum()
    names = [] if pd.isna(row["service"]) else names_of_service(row["service"], list(failed.index))
    if not names or not failed.sum():
        # The changed service may be one that logs no requests.
        return _NOTHING
    share = float(failed[names].sum() / failed.sum())
    factor = ELSEWHERE + (THERE - ELSEWHERE) * share
    failures = f"{impact.measured_on.failure}s"
    return _Evidence(factor, f"{percent(share) if share else 'none'} of the {failures} were on {listing(names)}", "")


def _version_evidence(row: pd.Series, parts: pd.DataFrame) -> _Evidence:
    """Weigh how many of the failures are on the version that a change brought."""
    if pd.isna(row["version"]):
        return _NOTHING
    version = f"version {row['version']}"
    described = [{*str(part["what"]).split(" and "), *str(part["also"]).split("; ")} for _, part in parts.iterrows()]
    same = parts[[version in descriptions for descriptions in described]]
    if same.empty:
        return _NOTHING
    share = float(same["coverage"].max())
    return _Evidence(1 + (THAT_VERSION - 1) * share, f"{percent(share)} were on {version}", "")


def _message_evidence(row: pd.Series, new: pd.DataFrame) -> _Evidence:
    """Weigh whether the changed service logs errors from then on that were never logged before."""
    of_services = new[new["service"].notna()]
    if pd.isna(row["service"]) or of_services.empty:
        return _NOTHING
    since = row["at"] - pd.Timedelta(seconds=RESOLUTION_S)
    names = names_of_service(row["service"], list(of_services["service"].unique()))
    own = of_services[of_services["service"].isin(names) & (of_services["first_seen"] >= since)]
    if own.empty:
        return _Evidence(NEW_ELSEWHERE, "", "")
    first = own.sort_values("first_seen").iloc[0]
    after_s = (first["first_seen"] - row["at"]).total_seconds()
    when = f"{duration(after_s)} later" if after_s >= 1 else "at once"
    what = f"{first['service']} logged an error that it had never logged before: “{short(str(first['example']), 80)}”"
    return _Evidence(NEW_MESSAGE, f"{when} {what}", evidence(first))


def _rollback_evidence(impact: Impact, row: pd.Series, changes: pd.DataFrame) -> _Evidence:
    """Weigh whether a change was rolled back during the impact, and what followed."""
    inside = changes["at"].between(impact.start, impact.end + pd.Timedelta(seconds=RESOLUTION_S))
    later = changes[inside & (changes["at"] > row["at"]) & _rolls_back(changes, row)]
    if later.empty:
        return _NOTHING
    rollback = later.iloc[0]
    followed = effect(impact, rollback, changes)
    if followed.verdict in ("no effect", "made it worse"):
        reason = f"it was rolled back during the impact, which did not help ({followed.words})"
        return _Evidence(NOT_CURED, reason, evidence(rollback))
    after_s = (impact.end - finished(rollback)).total_seconds()
    stopped = "the errors stopped while that was under way" if rollback["at"] <= impact.end else "the errors had stopped by then"
    relation = f"the last error came {duration(after_s)} later" if after_s > 1 else stopped
    factor = 1.0 if followed.verdict == "cannot be determined" else CURED
    return _Evidence(factor, f"it was rolled back during the impact, and {relation}", evidence(rollback))


def _rolls_back(changes: pd.DataFrame, row: pd.Series) -> pd.Series:
    """Return for each change whether it rolls another back: a rollback of its service, or its flag or setting changed back."""
    same_service = changes["service"].eq(row["service"]) if not pd.isna(row["service"]) else changes["service"].isna()
    rolled_back = same_service & changes["kind"].eq("rollback")
    if row["kind"] not in ("flag", "config") or pd.isna(row["version"]):
        return rolled_back
    name, _, value = str(row["version"]).partition("=")
    values = changes["version"].fillna("").str.partition("=")
    changed_back = same_service & changes["kind"].eq(row["kind"]) & values[0].eq(name) & values[1].eq("=") & values[2].ne(value)
    return rolled_back | changed_back


def _part_suspect(impact: Impact, row: pd.Series) -> Suspect:
    about = "about " if row["sampled"] else ""
    adjective, verb = impact.impaired
    reasons = [
        f"{about}{percent(row['coverage'])} of the {adjective} requests",
        f"{percent(row['error_ratio'])} of such requests {verb}, and {percent(row['rest_ratio'])} of all others",
    ]
    if not pd.isna(row["also"]):
        reasons.append(f"the same requests: {row['also']}")
    score = float(row["coverage"] * (1 - row["rest_ratio"] / row["error_ratio"]))
    summary, column, value = f"requests with {row['what']}", str(row["dimension"]), str(row["value"])
    return Suspect(0, "dimension", summary, None, column, value, round(score, 3), tuple(reasons), (evidence(row),))


def _pattern_suspect(row: pd.Series, best: float) -> Suspect:
    during, before, after = (count(row[phase]) for phase in ("during", "before", "after"))
    times = f"{during} times during the impact, {before} times before, {after} times after"
    return Suspect(
        0,
        "pattern",
        str(row["example"]),
        pd.Timestamp(row["first_seen"]),
        "template",
        str(row["template"]),
        round(float(row["score"]) / best, 3),
        (
            f"logged{phrase(' by ', row['service'])} {times}",
            "it was never seen before" if row["before"] == 0 else "it came far more often than before",
        ),
        (evidence(row),),
    )

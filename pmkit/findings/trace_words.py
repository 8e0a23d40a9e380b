"""What traces show, in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pandas as pd

from pmkit.analysis.rows import phrase
from pmkit.analysis.traces.failing_calls import TraceEvidence
from pmkit.core.wording import count, percent, plural, seconds, short

# A call is said to be repeated if it is made so many times as often as before.
_REPEATED: Final = 1.2
_LONGEST_ERROR: Final = 100


def describe_traces(evidence: TraceEvidence) -> tuple[str, ...]:
    """Return sentences on where traces fail or lose time, and on calls that are repeated."""
    return tuple(_sentences(evidence))


def _sentences(evidence: TraceEvidence) -> Iterator[str]:
    if evidence.services.empty:
        yield f"The {plural(evidence.traces, 'trace')} of the impact do not show where it came from."
        return
    yield _failed(evidence) if evidence.mode == "failed" else _slow(evidence)
    yield from _repeated(evidence)
    if evidence.kept_ratio is not None and evidence.kept_ratio < 1:
        yield f"About {percent(evidence.kept_ratio)} of the traces were kept, as the exports state it."


def _failed(evidence: TraceEvidence) -> str:
    first = evidence.services.iloc[0]
    usual = (
        f"before, in {percent(first['baseline_share'])} of all traces" if evidence.baseline_traces else "nothing to compare with"
    )
    is_all = first["traces"] == evidence.affected
    part = f"all {count(evidence.affected)}" if is_all else f"{count(first['traces'])} of the {count(evidence.affected)}"
    number = f"In {part} failed traces that were kept"
    error = f": {short(str(first['error']), _LONGEST_ERROR)}" if not pd.isna(first["error"]) else ""
    operation = phrase("", first["operation"]) or "a call"
    where = f"of {first['service']}" if first["is_seen"] else f"to {first['service']}, which has no spans of its own"
    lead = f"{number}, the deepest failing call is {operation} {where} ({usual}){error}"
    return f"{lead.rstrip('.')}." if evidence.named else f"{lead.rstrip('.')}. No service explains most of the failures."


def _slow(evidence: TraceEvidence) -> str:
    first = evidence.services.iloc[0]
    times = f"from {seconds(first['baseline_own_s'])} to {seconds(first['own_s'])} per request"
    share = f"{percent(first['growth'])} of the time that requests took longer"
    service = str(first["service"])
    if not evidence.is_clear:
        return "The traces are too few, or not clearly slower than before, to say which service the time was lost in."
    if evidence.named is None:
        part = f"the largest part, {percent(first['growth'])}, is of {service}"
        return f"No service explains most of the time that requests took longer; {part}."
    if not first["is_seen"]:
        return f"The calls to {service}, which has no spans of its own, went {times}: {share}."
    return f"The own time of {service}, without the calls that it makes, went {times}: {share}."


def _repeated(evidence: TraceEvidence) -> Iterator[str]:
    path = evidence.path
    repeated = path[path["per_call"] >= _REPEATED * path["baseline_per_call"]]
    for _, row in repeated.iterrows():
        times = f"{row['per_call']:.1f} times for each call of the service above it, {row['baseline_per_call']:.1f} before"
        yield f"{row['service']}{phrase(', ', row['operation'])} was called {times}: calls were repeated."

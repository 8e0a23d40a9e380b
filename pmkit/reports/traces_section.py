"""The subsection about traces: where they fail or lose time, as a small tree of calls."""

from __future__ import annotations

import pandas as pd

from pmkit.core.markdown import code, escape, table
from pmkit.core.wording import count, plural, seconds
from pmkit.findings.findings import Findings
from pmkit.findings.trace_words import describe_traces


def failing_path(findings: Findings) -> str | None:
    """Write the path of calls to the service that fails or is slow; None without traces of the impact."""
    evidence = findings.traces
    if evidence is None:
        return None
    text = escape(" ".join(describe_traces(evidence)))
    doubts = f"\n\n{escape(' '.join(evidence.doubts))}" if evidence.doubts else ""
    if evidence.path.empty:
        return f"{text}{doubts}"
    rows = [
        [
            _place(row),
            count(row["calls"]),
            count(row["failed"]),
            "–" if pd.isna(row["baseline_median_s"]) else seconds(row["baseline_median_s"]),
            "–" if pd.isna(row["median_s"]) else seconds(row["median_s"]),
        ]
        for _, row in evidence.path.iterrows()
    ]
    listed = table(["Service and operation", "Calls", "Failed", "Median before", "During"], rows, [52, -10, -10, -14, -14])
    lead = f"The calls of the requests that were affected most, from {plural(evidence.traces, 'trace')} of the impact:"
    return f"{text}\n\n{lead}\n\n{listed}{doubts}"


def _place(row: pd.Series) -> str:
    """Return the service and the operation of a call, indented by its depth; the one that explains most is bold."""
    indent = "\u2003" * int(row["depth"]) + ("└ " if row["depth"] else "")
    service = f"**{escape(row['service'])}**" if row["is_named"] else escape(row["service"])
    operation = f" {code(row['operation'])}" if row["operation"] else ""
    return f"{indent}{service}{operation}"

"""The subsection about traces: where they fail or lose time, as a small tree of calls."""

from __future__ import annotations

import pandas as pd

from pmkit.analysis.rows import evidence
from pmkit.core.markdown import code, escape, table
from pmkit.core.wording import count, plural, seconds, short
from pmkit.findings.findings import Findings
from pmkit.findings.trace_words import describe_traces


def failing_path(findings: Findings) -> str | None:
    """Write the path of calls to the service that fails or is slow; None without traces of the impact."""
    traces = findings.traces
    if traces is None:
        return None
    text = escape(" ".join(describe_traces(traces)))
    logs = _logs(traces.logs)
    doubts = f"\n\n{escape(' '.join(traces.doubts))}" if traces.doubts else ""
    if traces.path.empty:
        return f"{text}{logs}{doubts}"
    rows = [
        [
            _place(row),
            count(row["calls"]),
            count(row["failed"]),
            "–" if pd.isna(row["baseline_median_s"]) else seconds(row["baseline_median_s"]),
            "–" if pd.isna(row["median_s"]) else seconds(row["median_s"]),
        ]
        for _, row in traces.path.iterrows()
    ]
    listed = table(["Service and operation", "Calls", "Failed", "Median before", "During"], rows, [52, -10, -10, -14, -14])
    lead = f"The calls of the requests that were affected most, from {plural(traces.traces, 'trace')} of the impact:"
    return f"{text}\n\n{lead}\n\n{listed}{logs}{doubts}"


def _logs(logs: pd.DataFrame) -> str:
    """Write the failures in the logs of the affected traces; empty without any."""
    if logs.empty:
        return ""
    rows = [
        [
            "–" if pd.isna(row["service"]) else escape(row["service"]),
            code(short(row["message"])),
            count(row["traces"]),
            code(evidence(row)),
        ]
        for _, row in logs.iterrows()
    ]
    listed = table(["Service", "Message", "Traces", "Evidence"], rows, [16, 48, -10, 26])
    return f"\n\nFailures in the logs of these traces, by trace ID:\n\n{listed}"


def _place(row: pd.Series) -> str:
    """Return the service and the operation of a call, indented by its depth; the one that explains most is bold."""
    depth = int(row["depth"])
    indent = f"└{'─' * (2 * depth - 1)} " if depth else ""
    service = f"**{escape(row['service'])}**" if row["is_named"] else escape(row["service"])
    operation = f" {code(row['operation'])}" if row["operation"] else ""
    return f"{indent}{service}{operation}"

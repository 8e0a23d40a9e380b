"""The catalog of formats as text: the list that `pmkit formats` prints, and a page of the manual."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pmkit.core import schema
from pmkit.formats.catalog import FAMILIES, FORMATS
from pmkit.formats.fields import TIME, VOCABULARY
from pmkit.formats.format import LogFormat
from pmkit.formats.notations import NOTATIONS
from pmkit.formats.record_format import Format

_SPEED: Final = "thousands of records per second rather than hundreds of thousands of lines"
# The formats of records that payloads which others published were read with; see the page's introduction.
_TRIED: Final = frozenset(
    (
        "alertmanager-api", "alertmanager-webhook", "aws-eventbridge-changes", "axiom", "azure-devops-builds", "azure-metric-alert", "checkly",
        "checkmk", "cloudwatch-sns", "coralogix", "dash0", "datadog-events-v2", "datadog-incidents", "datadog-metrics", "datadog-monitor-search",
        "datadog-monitors", "datadog-timeseries", "datadog-webhook", "dynatrace-problems", "gcp-incident", "github-deployment-status",
        "github-deployments", "github-pulls", "github-releases", "github-workflow-runs", "gitlab-deployment-hook", "gitlab-job-hook",
        "gitlab-merge-hook", "gitlab-pipeline-hook", "gitlab-release-hook", "graylog", "graylog-legacy", "helm-history", "helm-history-json",
        "helm-list", "helm-list-json", "librenms", "netbox-webhook", "new-relic-legacy", "otlp-metrics", "pagerduty-webhook-v1", "pingdom",
        "prometheus-alert", "push-hook", "sentry-webhook", "splunk-observability", "thousandeyes", "wazuh-forwarded",
    )
)  # fmt: skip
_INTERNAL: Final = (TIME, "message", "timestamp")


def is_read_by_record(entry: Format) -> bool:
    """Return whether a format is read record by record in Python, which is slow beyond a few megabytes."""
    return not isinstance(entry, LogFormat) or bool(entry.path) or entry.anywhere


def listing() -> str:
    """Return the formats by family, one per line, as `pmkit formats` prints them."""
    lines: list[str] = []
    for family, entries in FAMILIES.items():
        lines += [
            family,
            *(f"  {entry.name:26}{'*' if is_read_by_record(entry) else ' '} {entry.title}" for entry in entries),
            "",
        ]
    return "\n".join([*lines, f"* read record by record in Python: {_SPEED}"])


def page() -> str:
    """Return the formats as a page in Markdown."""
    return "\n".join([*_introduction(), *_formats(), *_fields(), *_notations()]) + "\n"


def _introduction() -> Iterator[str]:
    yield "# Formats"
    yield ""
    yield f"pmkit recognises these {len(FORMATS)} formats by their content, whatever the file is called. `pmkit formats` lists"
    yield "them, and `pmkit events --explain FILE` shows which were tried on a file and why one was chosen. To set the format of a"
    yield "file yourself, use `format:` under `sources` in `incident.yaml`. [Formats of your own](how-to.md#a-log-that-is-not-recognised)"
    yield "go under `formats` there. JSON may be one document, one object per line, or a list. Any format may be wrapped in the log of a"
    yield "container or a collector."
    yield ""
    yield f"Formats marked with * are read record by record in Python: {_SPEED}."
    yield ""
    yield "Formats of alerts, changes, chat and metrics marked with † were tried on payloads that others published. The rest were"
    yield "written from what is known of the product, and tried on our own samples only. If you use one of those, compare the first rows"
    yield "with the export, and tell us where they differ."


def _formats() -> Iterator[str]:
    for family, entries in FAMILIES.items():
        yield from ("", f"## {family}", "", "| name | description | fields |", "| --- | --- | --- |")
        for entry in entries:
            mark = (" *" if is_read_by_record(entry) else "") + (" †" if entry.name in _TRIED else "")
            yield f"| `{entry.name}`{mark} | {_cell(entry.title)} | {_filled_fields(entry)} |"


def _fields() -> Iterator[str]:
    yield from ("", "## Fields", "")
    yield "Names for the groups and keys of your own formats. Any other name becomes an attribute."
    yield from ("", "| field | meaning |", "| --- | --- |")
    yield from (f"| `{word}` | {_cell(meaning)} |" for word, meaning in VOCABULARY.items())


def _notations() -> Iterator[str]:
    yield from ("", "## Times", "", "pmkit recognises the notation of a file's times from their values.")
    yield from ("", "| notation | zone | missing |", "| --- | --- | --- |")
    for notation in NOTATIONS:
        yield f"| {notation.name} | {'as written' if notation.zoned or notation.in_utc else 'of the file'} | {notation.missing} |"


def _filled_fields(entry: Format) -> str:
    if not isinstance(entry, LogFormat):
        return f"{entry.table}: {', '.join(name for name in schema.TABLES[entry.table] if name not in ('source', 'line'))}"
    fields = _named_fields(entry)
    if entry.wraps:
        return ", ".join(["those of the wrapped line", *fields])
    return ", ".join(fields) or "all keys with usual names"


def _named_fields(entry: LogFormat) -> list[str]:
    named = entry.fields if entry.fields is not None else re.compile(entry.pattern).groupindex
    fields = {**dict.fromkeys(named), **dict.fromkeys(entry.columns)}
    return [field for field in fields if (field in VOCABULARY or field in schema.LOGS) and field not in _INTERNAL]


def _cell(text: str) -> str:
    return text.replace("|", "\\|")

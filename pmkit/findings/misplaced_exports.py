"""Exports of alerts, changes, chat or metrics that were read as logs: the report lacks what they hold."""

from __future__ import annotations

from typing import Final

from pmkit.formats.simple_tables import COLUMNS

# The table that an export in a folder of this name is expected to fill.
_TABLES: Final = {
    **dict.fromkeys(("alerts", "alert", "alerting", "pages"), "alerts"),
    **dict.fromkeys(("changes", "change", "deploys", "deployments", "releases"), "changes"),
    **dict.fromkeys(("chat", "chats", "messages", "slack", "teams"), "messages"),
    **dict.fromkeys(("metrics", "metric"), "metrics"),
    **dict.fromkeys(("traces", "trace", "spans"), "spans"),
}


def describe_misplaced(source: str, table: str, format_name: str) -> str | None:
    """Return a remark on an export that was read as a log although its folder is for something else; None for any other.

    Examples
    --------
    >>> describe_misplaced("changes/deploys.txt", "logs", "generic-text")[:70]
    'was read as a log (generic-text), so the report has no changes from it'
    >>> describe_misplaced("logs/app.log", "logs", "generic-text")
    """
    folders = source.lower().split("/")[:-1]
    expected = next((_TABLES[folder] for folder in reversed(folders) if folder in _TABLES), None)
    if table != "logs" or expected is None or "logs" in folders:
        return None
    return (
        f"was read as a log ({format_name}), so the report has no {expected} from it. If it is a log, move it to logs/. If not, "
        f"export it in a format that `pmkit formats` lists, such as CSV with {COLUMNS[expected]}."
    )

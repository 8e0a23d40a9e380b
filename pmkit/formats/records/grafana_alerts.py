"""Alerts of Grafana, and the changes that people annotated there: annotations, legacy webhooks, OnCall."""

from __future__ import annotations

from pmkit.formats.alert_steps import FIRED, NEITHER, RESOLVED
from pmkit.formats.builders import record_export
from pmkit.formats.format import Example

# States of Grafana; a reason may follow in parentheses.
_STATES = {
    "nodata": FIRED, "no_data": FIRED, "alerting (nodata)": FIRED, "alerting (error)": FIRED, "normal (nodata)": RESOLVED,
    "normal (error)": RESOLVED, "normal (missingseries)": RESOLVED, "normal (updated)": RESOLVED, "normal (paused)": RESOLVED,
    "normal (ruledeleted)": RESOLVED, "pending": NEITHER, "recovering": FIRED, "alerting (missingseries)": FIRED,
}  # fmt: skip

GRAFANA = record_export(
    "grafana-annotations", "Grafana: annotations of alerts, which are their state history", "alerts", "newState, prevState, time",
    {
        # Each instance of a rule has its labels in braces in the text.
        "key": "join(' ', [text(alertId || alertName || dashboardUID) || '', match(text, '(\\{.*?\\})') || ''])",
        "state": "newState",
        "at": "time",
        "name": "alertName || match(text, '^(.*?) \\{') || text",
        "service": "service(tags(match(text, '\\{(.*?)\\}'))) || service(tags(tags))",
        "summary": "text",
        "labels": "tags(match(text, '\\{(.*?)\\}')) || tags",
    },
    Example(
        '[{"id": 3, "alertId": 7, "alertName": "High errors", "newState": "ok", "prevState": "alerting", "time": 1795469396000},\n'
        ' {"id": 2, "alertId": 7, "alertName": "High errors", "newState": "alerting", "prevState": "pending", "time": 1795469336000, "tags": ["a"]},\n'
        ' {"id": 1, "alertId": 7, "alertName": "High errors", "newState": "pending", "prevState": "ok", "time": 1795469276000}]',
        ({"name": "High errors", "started_at": "2026-11-23T21:28:56Z", "resolved_at": "2026-11-23T21:29:56Z"},),
    ),
    Example(
        '[{"id": 5, "alertId": 8, "alertName": "Slow", "newState": "Normal (NoData)", "prevState": "Alerting", "time": 1768619400000, "text": '
        '"Slow {alertname=Slow, service=cart} - "},\n'
        '{"id": 4, "alertId": 8, "alertName": "Slow", "newState": "Alerting", "prevState": "Normal", "time": 1768618900000, "text": '
        '"Slow {alertname=Slow, service=stock} - "},\n'
        '{"id": 3, "alertId": 8, "alertName": "Slow", "newState": "Alerting", "prevState": "Normal", "time": 1768618800000, "text": '
        '"Slow {alertname=Slow, service=cart} - "}]',
        ({"name": "Slow", "service": "cart", "started_at": "2026-01-17T03:00:00Z", "resolved_at": "2026-01-17T03:10:00Z"},
         {"name": "Slow", "service": "stock", "started_at": "2026-01-17T03:01:40Z", "resolved_at": None}),
    ),
    where="newState", states=_STATES,
)  # fmt: skip

LEGACY = record_export(
    "grafana-legacy-webhook", "Grafana up to 8: webhook payloads of legacy alerting", "alerts", "ruleName, state, evalMatches",
    {"key": "text(ruleId || ruleName)", "state": "state", "at": "time || date || timestamp || startsAt", "name": "ruleName || title", "summary": "message || title",
     "severity": "tags.severity", "service": "service(tags) || service(evalMatches[0].tags)", "labels": "tags || evalMatches[0].tags", "url": "ruleUrl"},
    Example(
        '{"dashboardId": 1, "ruleId": 7, "ruleName": "Slow", "state": "alerting", "evalMatches": [{"value": 3, "metric": "p95", "tags": '
        '{"service": "cart"}}], "title": "[Alerting] Slow", "message": "p95 is 3 s", "time": "2026-01-17T03:00:00Z", "tags": {}}\n'
        '{"dashboardId": 1, "ruleId": 7, "ruleName": "Slow", "state": "ok", "evalMatches": [], "title": "[OK] Slow", "time": "2026-01-17T03:20:00Z"}\n'
        '{"dashboardId": 1, "ruleId": 8, "ruleName": "Full", "state": "no_data", "evalMatches": [], "title": "[No Data] Full", "time": '
        '"2026-01-17T03:30:00Z"}',
        ({"name": "Slow", "service": "cart", "summary": "p95 is 3 s", "started_at": "2026-01-17T03:00:00Z", "resolved_at": "2026-01-17T03:20:00Z"},
         {"name": "Full", "started_at": "2026-01-17T03:30:00Z", "resolved_at": None}),
    ),
    states=_STATES,
)  # fmt: skip

ON_CALL = record_export(
    "grafana-oncall", "Grafana OnCall and IRM: alert groups", "alerts", "integration_id|alert_receive_channel, alerts_count, created_at|started_at, state|status",
    {"alert_id": "join('-', ['oncall', text(id || pk)])", "name": "title || render_for_web.title", "state": "text(state || status)", "started_at": "created_at || started_at",
     "acknowledged_at": "acknowledged_at", "resolved_at": "resolved_at", "severity": "labels.severity || last_alert.payload.commonLabels.severity",
     "service": "service(pairs(labels, 'key', 'value')) || service(last_alert.payload.commonLabels)", "url": "permalinks.web"},
    Example(
        '{"count": 2, "results": [{"id": "I1", "integration_id": "C1", "alerts_count": 3, "state": "resolved", "title": "Slow", "created_at": '
        '"2026-01-17T03:00:00.123Z", "acknowledged_at": "2026-01-17T03:02:00Z", "resolved_at": "2026-01-17T03:20:00Z"},\n'
        '{"id": "I2", "integration_id": "C1", "alerts_count": 1, "state": "acknowledged", "title": "Full", "created_at": "2026-01-17T03:30:00Z", '
        '"acknowledged_at": "2026-01-17T03:32:00Z", "resolved_at": null}]}',
        ({"name": "Slow", "started_at": "2026-01-17T03:00:00.123Z", "acknowledged_at": "2026-01-17T03:02:00Z", "resolved_at": "2026-01-17T03:20:00Z"},
         {"name": "Full", "acknowledged_at": "2026-01-17T03:32:00Z", "resolved_at": None}),
    ),
    Example(
        '[{"id": "I3", "integration_id": "C2", "alerts_count": 1, "state": "new", "title": "No mail", "created_at": "2026-01-17T04:00:00Z"}]',
        ({"name": "No mail", "started_at": "2026-01-17T04:00:00Z", "acknowledged_at": None},),
    ),
)  # fmt: skip

_WORDS = "join(' ', [text || '', join(' ', tags || `[]`)])"

ANNOTATIONS = record_export(
    "grafana-notes", "Grafana: annotations of changes", "changes", "time, text, tags, dashboardId|dashboardUID",
    {"at": "time", "finished_at": "timeEnd != time && timeEnd || null", "kind": f"kind({_WORDS})", "service": "service(tags(tags))", "summary": "text"},
    Example(
        '[{"id": 1, "dashboardId": 3, "newState": "", "prevState": "", "time": 1768618800000, "timeEnd": 1768618860000, "text": "release of cart v2.4.1", "tags": '
        '["service:cart"]},\n'
        '{"id": 2, "dashboardId": 3, "time": 1768619400000, "timeEnd": 1768619400000, "text": "cart", "tags": ["rollback"]},\n'
        '{"id": 3, "dashboardId": 3, "time": 1768619500000, "text": "people call us", "tags": []}]',
        ({"at": "2026-01-17T03:00:00Z", "finished_at": "2026-01-17T03:01:00Z", "kind": "deploy", "service": "cart", "summary": "release of cart v2.4.1"},
         {"kind": "rollback", "finished_at": None}),
    ),
    where="!newState", skip={f"kind({_WORDS}) == 'other'": "a note"},
)  # fmt: skip

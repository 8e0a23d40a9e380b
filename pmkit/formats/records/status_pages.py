"""Incidents on status pages; each is read as one alert."""

from __future__ import annotations

from pmkit.formats.builders import record_export
from pmkit.formats.format import Example

STATUSPAGE = record_export(
    "statuspage", "Statuspage: incidents.json", "alerts", "incident_updates, impact, created_at",
    {"alert_id": "join('-', ['statuspage', text(id)])", "name": "name", "severity": "impact", "service": "length(components || `[]`) == `1` && components[0].name || null",
     "started_at": "started_at || created_at", "acknowledged_at": "sort_by(incident_updates, &created_at)[?status == 'identified'] | [0].created_at",
     "resolved_at": "resolved_at", "summary": "sort_by(incident_updates, &created_at) | [0].body", "labels": "{components: components[].name}", "url": "shortlink"},
    Example(
        '{"page": {"id": "p"}, "incidents": [{"id": "i1", "name": "Errors at checkout", "impact": "major", "created_at": "2026-01-17T03:05:00.000Z", '
        '"started_at": "2026-01-17T03:01:00.000Z", "resolved_at": "2026-01-17T03:30:00.000Z", "shortlink": "https://stspg.example/1", '
        '"components": [{"name": "Checkout"}], "incident_updates": [{"status": "identified", "body": "found", "created_at": '
        '"2026-01-17T03:10:00Z"}, {"status": "investigating", "body": "looking", "created_at": "2026-01-17T03:05:00Z"}]},\n'
        '{"id": "i2", "name": "Slow", "impact": "minor", "created_at": "2026-01-17T04:05:00.000Z", "resolved_at": null, "incident_updates": []}]}',
        ({"name": "Errors at checkout", "severity": "major", "service": "Checkout", "started_at": "2026-01-17T03:01:00Z",
          "acknowledged_at": "2026-01-17T03:10:00Z", "resolved_at": "2026-01-17T03:30:00Z", "summary": "looking"}, {"name": "Slow"}),
    ),
    Example(
        '{"incidents": [{"id": "i3", "name": "Maintenance of search and cart", "impact": "maintenance", "created_at": '
        '"2026-01-17T05:05:00.000+01:00", "resolved_at": "2026-01-17T04:30:00Z", "components": [{"name": "Search"}, '
        '{"name": "Cart"}], "incident_updates": [{"status": "resolved", "body": "done", "created_at": '
        '"2026-01-17T04:30:00Z"}]}]}',
        ({"name": "Maintenance of search and cart", "service": None, "started_at": "2026-01-17T04:05:00Z", "acknowledged_at": None, "resolved_at": "2026-01-17T04:30:00Z"},),
    ),
)  # fmt: skip

GOOGLE = record_export(
    "google-cloud-status", "Google Cloud status: incidents.json", "alerts", "external_desc, begin",
    {"alert_id": "join('-', ['google', text(id)])", "name": "external_desc", "severity": "severity", "service": "service_name || affected_products[0].title",
     "started_at": "begin", "resolved_at": "end", "labels": "{products: affected_products[].title}", "url": "uri"},
    Example(
        '[{"id": "a", "number": "7", "begin": "2026-01-17T03:01:00+00:00", "created": "2026-01-17T03:05:00+00:00", "end": '
        '"2026-01-17T03:30:00+00:00", "external_desc": "Errors in Cloud SQL", "severity": "high", "affected_products": [{"title": "Cloud SQL"}], '
        '"uri": "incidents/a"},\n'
        '{"id": "b", "number": "8", "begin": "2026-01-17T03:31:00+00:00", "end": null, "external_desc": "Slow", "service_name": "Storage"}]',
        ({"name": "Errors in Cloud SQL", "service": "Cloud SQL", "started_at": "2026-01-17T03:01:00Z", "resolved_at": "2026-01-17T03:30:00Z"},
         {"name": "Slow", "service": "Storage", "resolved_at": None}),
    ),
    Example(
        '[{"id": "c", "number": "9", "begin": "2026-01-17T04:31:00+01:00", "end": "2026-01-17T03:40:00+00:00", '
        '"external_desc": "Errors in several products", "severity": "low", "affected_products": []}]',
        ({"name": "Errors in several products", "service": None, "severity": "low", "started_at": "2026-01-17T03:31:00Z", "resolved_at": "2026-01-17T03:40:00Z"},),
    ),
)  # fmt: skip

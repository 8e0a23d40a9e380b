"""The catalog of built-in formats, by family."""

from __future__ import annotations

from types import ModuleType
from typing import Final

from pmkit.formats.format import LogFormat
from pmkit.formats.logs import (
    any_access,
    any_structured,
    any_text,
    collectors,
    commands,
    containers,
    databases,
    dotnet,
    go_rust_cpp,
    java_servers,
    json_loggers,
    json_requests,
    jvm,
    mysql,
    postgresql,
    proxies,
    python,
    ruby_php,
    server_processes,
    servers,
    syslog_journals,
    w3c,
    web_servers,
)
from pmkit.formats.record_format import Format, RecordFormat
from pmkit.formats.records import (
    alert_rules,
    alerts,
    apm_traces,
    audit_logs,
    changes,
    chat,
    chat_apps,
    chat_texts,
    cloud_alerts,
    cloud_changes,
    cloud_traces,
    code_hosts,
    datadog_alerts,
    delivery_events,
    deploy_tools,
    grafana_alerts,
    incident_tools,
    kubernetes_changes,
    log_alerts,
    metric_lines,
    metric_tables,
    metrics,
    monitoring,
    on_call,
    open_traces,
    otlp_metrics,
    pagerduty,
    prometheus_alerts,
    service_desks,
    span_tables,
    status_pages,
    system_tables,
    uptime_checks,
    zabbix_nagios,
)


def formats_in(*modules: ModuleType) -> tuple[Format, ...]:
    """Return the formats that modules define, in the order of their definition."""
    return tuple(value for module in modules for value in vars(module).values() if isinstance(value, LogFormat | RecordFormat))


# Every built-in format, by family. A format is added by defining it in one of these modules.
FAMILIES: Final[dict[str, tuple[Format, ...]]] = {
    "Access logs": formats_in(web_servers, w3c, proxies, any_access),
    "Application logs": formats_in(python, jvm, java_servers, ruby_php, go_rust_cpp, dotnet),
    "Structured logs": formats_in(json_loggers, json_requests, any_structured),
    "Database logs": formats_in(postgresql, mysql, databases),
    "Server and system logs": formats_in(servers, server_processes, commands),
    "Container, journal and syslog lines": formats_in(containers, syslog_journals),
    "Exports of log collectors": formats_in(collectors),
    "Anything else": formats_in(any_text),
    "Alerts": formats_in(
        prometheus_alerts,
        grafana_alerts,
        cloud_alerts,
        datadog_alerts,
        monitoring,
        log_alerts,
        zabbix_nagios,
        uptime_checks,
        alerts,
    ),
    "Alert rules": formats_in(alert_rules),
    "Incidents": formats_in(pagerduty, on_call, status_pages, incident_tools, service_desks),
    "Changes": formats_in(code_hosts, kubernetes_changes, audit_logs, changes, deploy_tools, delivery_events, cloud_changes),
    "Chat": formats_in(chat, chat_apps, chat_texts),
    "Metrics": formats_in(metrics, otlp_metrics, metric_tables, metric_lines, system_tables),
    "Traces": formats_in(open_traces, cloud_traces, apm_traces, span_tables),
}

FORMATS: Final[tuple[Format, ...]] = tuple(entry for family in FAMILIES.values() for entry in family)

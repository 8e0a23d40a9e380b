"""The rule about acronyms that the document does not explain."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pmkit.check.rule import Context, Match, rule
from pmkit.check.rules.word_choice import CAPITALS
from pmkit.core.schema import SEVERITIES

_ACRONYM: Final = re.compile(r"(?<![\w./:@#$%&=*{<_-])([A-Z][A-Z0-9]{1,5})s?(?![\w/@#=*_}>-]|\.\w|:\w|: )")
_EXPLAINED: Final = re.compile(r"\(([A-Z][A-Z0-9]{1,5})s?\)")
_EXPLAINS: Final = re.compile(r"\b([A-Z][A-Z0-9]{1,5})s? (?:\(|stands for\b|means\b|is short for\b)")

# Acronyms that readers of postmortems know, including HTTP methods and abbreviations of time zones.
_WELL_KNOWN: Final = frozenset(SEVERITIES) | frozenset({
    "A4", "AEDT", "AEST", "AM", "AND", "API", "APIS", "ARM", "ASCII", "AWS", "AZ", "BGP", "BSD", "BST", "CA", "CD", "CDN", "CDT",
    "CEO", "CEST", "CET", "CI", "CLI", "CNAME", "CPU", "CRON", "CSS", "CST", "CSV", "CTO", "DB", "DBA", "DDOS", "DELETE", "DHCP",
    "DNS", "EC2", "EDT", "EOF", "EST", "EU", "EUR", "FAQ", "FTP", "GB", "GCP", "GET", "GIT", "GMT", "GNU", "GPU", "GRPC", "GZIP",
    "HDD", "HEAD", "HTML", "HTTP", "HTTP2", "HTTPS", "IAM", "ICMP", "ID", "IDE", "IDS", "IMAP", "IO", "IP", "IPV4", "IPV6", "ISO",
    "ISP", "IST", "IT", "JSON", "JST", "JVM", "JWT", "KB", "KPI", "LAN", "LB", "LDAP", "LRU", "MB", "MD5", "MDT", "ML", "MS",
    "MSK", "MST", "NAT", "NFS", "NIC", "NOT", "NTP", "NULL", "OAUTH", "OK", "OOM", "OR", "OS", "OSI", "P0", "P1", "P2", "P3",
    "P50", "P90", "P95", "P99", "PATCH", "PC", "PDF", "PDT", "PHP", "PID", "PM", "POST", "PR", "PST", "PUT", "QA", "QPS", "RAID",
    "RAM", "RDS", "REST", "RFC", "RPC", "RPS", "RSA", "S3", "SAAS", "SAML", "SDK", "SEV", "SEV1", "SEV2", "SEV3", "SHA", "SIM",
    "SLA", "SLI", "SLO", "SMS", "SMTP", "SQL", "SQS", "SRE", "SSD", "SSH", "SSL", "SSO", "STDOUT", "SVG", "TB", "TCP", "TLS",
    "TSV", "TTL", "TV", "UDP", "UI", "UK", "UPS", "URI", "URL", "URLS", "US", "USA", "USB", "USD", "UTC", "UTF", "UUID", "UX",
    "VAT", "VIP", "VM", "VMS", "VPC", "VPN", "WAF", "WAL", "WAN", "WIFI", "XML", "XSS", "YAML", "ZIP",
})  # fmt: skip


@rule(
    "PM407",
    "acronym-undefined",
    "note",
    reason="People in other teams read a postmortem too, and so do newcomers a year later.",
    bad="trigger: A failover of the PXQ.",
    good="trigger: A failover of the payment exchange queue (PXQ).",
    expected="trigger: PXQ is not explained",
    suggestion="Write it out at its first use, with the acronym in brackets.",
)
def _acronym(context: Context) -> Iterator[Match]:
    prose = " ".join(text.text for text in context.texts)
    explained = {match[1] for pattern in (_EXPLAINED, _EXPLAINS) for match in pattern.finditer(prose)}
    reported: set[str] = set()
    for text in context.texts:
        if CAPITALS.search(text.own_words):
            continue
        for match in _ACRONYM.finditer(text.own_words):
            name = match[1]
            if name not in explained | reported | _WELL_KNOWN:
                reported.add(name)
                yield Match(text.location, f"{name} is not explained", name)

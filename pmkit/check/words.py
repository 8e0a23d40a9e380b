"""Rules of words: nobody is blamed, nothing is cried out, and what did not happen is no fact."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Literal

from pmkit.check.blame import blaming
from pmkit.check.rule import Context, Found, rule

_COUNTERFACTUAL: Final = re.compile(r"\b(?:should|could|would|might|ought to)(?:n['’]t| not)? have (?:been )?\w+", re.I)
_EXCITED: Final = re.compile(
    r"!{2,}|\b(?:disaster(?:ous)?|catastroph\w+|horrible|horribly|terrible|terribly|nightmare|insane|ridiculous|"
    r"unbelievabl[ey]|epic|total(?:ly)? (?:mess|chaos)|utter(?:ly)?)\b",
    re.I,
)
_CAPITALS: Final = re.compile(r"\b[A-Z]{3,}(?:[ ,]+[A-Z]{2,}){2,}\b")

_ACRONYM: Final = re.compile(r"(?<![\w./:@#$%&=*{<_-])([A-Z][A-Z0-9]{1,5})s?(?![\w/@#=*_}>-]|\.\w|:\w|: )")
_EXPLAINED: Final = re.compile(r"\(([A-Z][A-Z0-9]{1,5})s?\)")
_EXPLAINS: Final = re.compile(r"\b([A-Z][A-Z0-9]{1,5})s? (?:\(|stands for\b|means\b|is short for\b)")
_EVERYBODYS: Final = frozenset({
    "A4", "AM", "AND", "API", "APIS", "ARM", "ASCII", "AWS", "AZ", "BGP", "BSD", "CA", "CD", "CDN", "CI", "CLI", "CNAME",
    "CPU", "CRON", "CSS", "CSV", "CTO", "CEO", "DB", "DBA", "DDOS", "DELETE", "DHCP", "DNS", "EC2", "EOF", "EU", "EUR",
    "FAQ", "FTP", "GB", "GCP", "GET", "GIT", "GMT", "GNU", "GPU", "GRPC", "GZIP", "HDD", "HEAD", "HTML", "HTTP", "HTTP2",
    "HTTPS", "IAM", "ICMP", "ID", "IDE", "IDS", "IMAP", "INFO", "IO", "IP", "IPV4", "IPV6", "ISO", "ISP", "IT", "JSON",
    "JVM", "JWT", "KB", "KPI", "LAN", "LB", "LDAP", "LRU", "MB", "MD5", "ML", "MS", "NAT", "NFS", "NIC", "NOT", "NTP",
    "NULL", "OAUTH", "OK", "OOM", "OR", "OS", "OSI", "P0", "P1", "P2", "P3", "P50", "P90", "P95", "P99", "PATCH", "PC",
    "PDF", "PHP", "PID", "PM", "POST", "PR", "PUT", "QA", "QPS", "RAID", "RAM", "RDS", "REST", "RFC", "RPC", "RPS", "RSA",
    "S3", "SAAS", "SAML", "SDK", "SEV", "SEV1", "SEV2", "SEV3", "SHA", "SIM", "SLA", "SLI", "SLO", "SMS", "SMTP", "SQL",
    "SQS", "SRE", "SSD", "SSH", "SSL", "SSO", "STDOUT", "SVG", "TB", "TCP", "TLS", "TSV", "TTL", "TV", "UDP", "UI", "UK",
    "UPS", "URI", "URL", "URLS", "US", "USA", "USB", "USD", "UTC", "UTF", "UUID", "UX", "VAT", "VIP", "VM", "VMS", "VPC",
    "VPN", "WAF", "WAL", "WAN", "WARN", "ERROR", "FATAL", "DEBUG", "TRACE", "WIFI", "XML", "XSS", "YAML", "ZIP", "CET",
    "CEST", "BST", "EST", "EDT", "CST", "CDT", "MST", "MDT", "PST", "PDT", "IST", "JST", "MSK", "AEST", "AEDT",
})  # fmt: skip
"""What readers of postmortems know, names of time zones and of methods among it."""


def _blame(context: Context, kind: Literal["person", "word", "instead", "name"], why: str) -> Iterator[Found]:
    for text in context.texts:
        for hit in blaming(text.own):
            if hit.kind == kind:
                yield Found(text.location, f"“{hit.words}” {why}", hit.words)


@rule(
    "PM401",
    "person-blamed",
    "error",
    reason="Who is blamed stops telling; then nobody learns what the system made likely.",
    bad="root_cause: The engineer failed to check the pool. No test does.",
    good="root_cause: The service failed to give connections back. No test holds one that long.",
    suggestion="Say what the system showed, allowed or lacked at that moment: a check, a warning, a default, a test.",
)
def _person(context: Context) -> Iterator[Found]:
    yield from _blame(context, "person", "says of people what went wrong")


@rule(
    "PM402",
    "word-that-judges",
    "error",
    reason="A judgement of character is no finding: nothing can be changed by it.",
    bad="went_badly: [The rollout was careless.]",
    good="went_badly: [The rollout went to all instances at once.]",
    suggestion="Say what was done and what the system made of it.",
)
def _word(context: Context) -> Iterator[Found]:
    yield from _blame(context, "word", "judges people")


@rule(
    "PM403",
    "hindsight",
    "warning",
    reason="What people would have done, knowing the end, explains nothing of what they did without knowing it.",
    bad="root_cause: If only the team had tested with coupons. Nothing else did.",
    good="root_cause: No test orders with an expired coupon, because the data for tests hold none.",
    suggestion="Say what people knew and saw then, and what would have shown them more.",
)
def _instead(context: Context) -> Iterator[Found]:
    yield from _blame(context, "instead", "is hindsight")


@rule(
    "PM404",
    "person-named",
    "error",
    reason="A postmortem is read by the whole company; roles tell what happened as well.",
    bad="resolution: Rolled back by @jdoe.",
    good="resolution: Rolled back by the checkout team.",
    suggestion="Name the role or the team.",
)
def _named(context: Context) -> Iterator[Found]:
    yield from _blame(context, "name", "names a person")


@rule(
    "PM405",
    "counterfactual",
    "warning",
    reason="The timeline and the cause tell what happened; what did not happen belongs to the measures.",
    bad="timeline: [{at: 2026-11-03 10:20:30, text: The alert should have fired by now.}]",
    good="timeline: [{at: 2026-11-03 10:20:30, text: No alert had fired by now.}]",
    suggestion="Say what did happen, or make a measure of it.",
)
def _counterfactual(context: Context) -> Iterator[Found]:
    for text in context.texts:
        if text.location[0] in ("timeline", "root_cause", "trigger", "what_happened", "root_cause_summary", "resolution"):
            blamed = " ".join(hit.words for hit in blaming(text.own))
            for found in _COUNTERFACTUAL.finditer(text.own):
                if found[0] not in blamed:
                    yield Found(text.location, f"“{found[0]}” tells what did not happen", found[0])


@rule(
    "PM406",
    "excited",
    "warning",
    reason="A calm text is believed, and read again.",
    bad="what_happened: A disaster for all customers!!",
    good="what_happened: Orders of 302 clients failed.",
    suggestion="Give the number instead of the feeling.",
)
def _excited(context: Context) -> Iterator[Found]:
    for text in context.texts:
        for found in (*_EXCITED.finditer(text.own), *_CAPITALS.finditer(text.own)):
            yield Found(text.location, f"“{found[0]}” is loud", found[0])


@rule(
    "PM407",
    "acronym-undefined",
    "note",
    reason="A postmortem is read by people of other teams, and in a year by newcomers.",
    bad="trigger: A failover of the PXQ.",
    good="trigger: A failover of the payment exchange queue (PXQ).",
    suggestion="Write it out where it is first used, with the acronym in brackets.",
)
def _acronym(context: Context) -> Iterator[Found]:
    told = " ".join(text.text for text in context.texts)
    explained = {found[1] for found in _EXPLAINED.finditer(told)} | {found[1] for found in _EXPLAINS.finditer(told)}
    seen: set[str] = set()
    for text in context.texts:
        for found in _ACRONYM.finditer(text.own):
            name = found[1]
            if name not in explained | seen | _EVERYBODYS and not _CAPITALS.search(text.own):
                seen.add(name)
                yield Found(text.location, f"{name} is not explained", name)

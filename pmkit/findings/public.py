"""The public version: findings without anything that must stay inside the company."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Final

from pmkit.analysis.causes import attribution
from pmkit.analysis.response.timeline import EntryKind
from pmkit.findings.comparison import NO_COMPARISON
from pmkit.findings.findings import Findings
from pmkit.incident.model import IncidentFile
from pmkit.redaction.redactor import Redactor

# Kinds of timeline entries that are not for the public, unless people wrote their text.
HIDDEN: Final[tuple[EntryKind, ...]] = ("message", "pattern", "metric", "alert", "change")

_ROLE: Final = re.compile(
    r"\b(?:team|sre|on-?call|commander|support|engineer|lead|manager|operations|ops|platform|developer|responder|bot|pipeline|"
    r"customer|service|desk|admin|dba|owner|reviewer|scribe|communications)s?\b",
    re.IGNORECASE,
)
_WORD: Final = r"(?<![\w.:-])(?:{})(?![\w-])"
_HANDLE: Final = re.compile(r"(?<![\w.@/])@[A-Za-z][\w.-]{1,}\w")
_HOSTS: Final = re.compile(
    r"(?<![\w.-])(?:(?:[\w-]+\.)+(?:internal|local|localdomain|lan|corp|intra|intranet|private|svc)|"
    r"localhost|ip(?:-\d{1,3}){4}(?:\.[\w.-]+)?|[a-z0-9]+(?:-[a-z0-9]+)*-[a-f0-9]{8,10}-[a-z0-9]{5})(?::\d+)?(?![\w-])",
    re.IGNORECASE,
)
# A service with its port, as an upstream is written.
_PORTS: Final = re.compile(r"(?<![\w.:/<-])[A-Za-z][\w-]*(?:\.[\w-]+)*:\d{3,5}(?![\w:])")
_PORT: Final = re.compile(r"\s+(?:on|at|via) (?:TCP |UDP )?port \d{2,5}\b", re.IGNORECASE)
_SHORTEST: Final = 3
_DEFAULT_REDACTOR: Final = Redactor()


class Scrub:
    """Removes internal hosts, addresses, people's names and evidence from texts.

    Parameters
    ----------
    hosts, people, sources : iterable of str
        The names of machines, people and exports in the data. Patterns find further ones.
    redact : Redactor, optional
        Replaces addresses and other personal data with placeholders.

    Examples
    --------
    >>> Scrub(["web7"], ["Ada Byron"], ["logs/app.log"])("Ada restarted web7 (10.0.3.4:80), see logs/app.log:12, 10:17:14.")
    'A colleague restarted an internal host (<ip:d0e8>), see the logs, 10:17:14.'
    """

    def __init__(
        self, hosts: Iterable[str], people: Iterable[str], sources: Iterable[str], redact: Redactor = _DEFAULT_REDACTOR
    ) -> None:
        self._redact = redact.public()
        self._replacements: list[tuple[re.Pattern[str], str]] = []
        names = {part for name in people for part in (name, *name.split()) if len(part) >= _SHORTEST}
        files = {form for source in sources for form in (source, PurePosixPath(source).name)}
        kinds = ((files, "the logs", r"(?::\d+)?"), (set(hosts), "an internal host", r"(?::\d+)?"), (names, "a colleague", ""))
        for words, replacement, suffix in kinds:
            if words:
                any_of = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
                self._replacements.append((re.compile(_WORD.format(f"(?:{any_of}){suffix}")), replacement))

    def __call__(self, text: str) -> str:
        """Return the text with internal names replaced by general words."""
        scrubbed = self._redact(text)
        for pattern, replacement in self._replacements:
            scrubbed = pattern.sub(replacement, scrubbed)
        scrubbed = _HANDLE.sub("a colleague", scrubbed)
        scrubbed = _HOSTS.sub("an internal host", scrubbed)
        scrubbed = _PORT.sub("", _PORTS.sub("an internal service", scrubbed))
        return _capital(text, scrubbed)


def _capital(before: str, after: str) -> str:
    """Return the text after a replacement, with a capital at its beginning if the beginning was replaced."""
    return after[:1].upper() + after[1:] if after[:1] != before[:1] else after


def people_of(findings: Findings) -> set[str]:
    """Return the people that the data name, except those who are only called by a role."""
    authors = [*findings.messages["author_role"].dropna(), *findings.changes["actor_role"].dropna()]
    return {name for author in authors for name in names_in(str(author))}


def names_in(author: str) -> Iterator[str]:
    """Yield the names in an author's label: all of it if it contains no role, else the parts beside the role.

    Examples
    --------
    >>> list(names_in("Ada Byron (SRE)")), list(names_in("on-call SRE"))
    (['Ada Byron'], [])
    """
    if not _ROLE.search(author):
        yield author.strip()
        return
    for part in re.split(r"[()\[\]/|,;:–—]| - ", author):
        if not _ROLE.search(part) and re.fullmatch(r"\s*[^\W\d_a-z]\w+(?:\s+[^\W\d_a-z][\w.'’-]*)+\s*", part):
            yield part.strip()


def hosts_of(findings: Findings) -> set[str]:
    """Return the machines that the data name, except those that are called like a service."""
    hosts = set(findings.store.hosts())
    for labels in findings.response.alerts["labels"].dropna():
        hosts |= set(re.findall(r'"(?:instance|host|hostname|node|pod|server)": "([^"]+)"', str(labels)))
    services = {*findings.incident.file.services, *findings.impact.routes["service"].dropna()}
    bare = {re.sub(r":\d+$", "", name) for name in hosts}
    short = {name.split(".")[0] for name in bare if not re.fullmatch(r"[\d.]+", name)}
    return {name for name in hosts | bare | short if len(name) >= _SHORTEST and name not in services and not name.isdigit()}


def public(findings: Findings) -> Findings:
    """Return findings that may be published: no internal hosts, addresses, people's names, messages, templates or evidence.

    Parameters
    ----------
    findings : Findings
        The findings; not changed.
    """
    scrub = Scrub(hosts_of(findings), people_of(findings), findings.data_quality["source"], findings.incident.redactor)
    impact, response, alerting = findings.impact, findings.response, findings.alerting
    moments = {step: replace(moment, reason=scrub(moment.reason), evidence=None) for step, moment in response.steps.items()}
    incident = findings.incident.with_file(IncidentFile.model_validate(_scrubbed(findings.incident.file.model_dump(), scrub)))
    return replace(
        NO_COMPARISON.put_into(findings),
        incident=incident,
        impact=replace(impact, routes=impact.routes.head(0), error_budget_spent=None),
        rungs=(),
        response=replace(
            response,
            steps=moments,
            effects=(),
            alerts=response.alerts.head(0),
            mitigations=response.mitigations.head(0),
        ),
        alerting=replace(
            alerting, without_need=alerting.without_need.head(0), not_judged=0, missing=(), rules=(), burn_rate=None
        ),
        alerts=findings.alerts.head(0),
        changes=findings.changes.head(0),
        messages=findings.messages.head(0),
        ranked_suspects=(),
        parts=attribution.no_parts(),
        patterns=findings.patterns.head(0),
        faded=findings.faded.head(0),
        first_signs=findings.first_signs.head(0),
        metrics=findings.metrics.head(0),
        traces=None,
        story=tuple(
            replace(entry, text=scrub(entry.text), source=None)
            for entry in findings.story
            if not entry.hidden and (entry.is_written or entry.kind not in HIDDEN)
        ),
        data_quality=findings.data_quality.head(0),
        audience="public",
    )


# Fields of `incident.yaml`, of every depth, that stay as they are.
KEPT: Final = (
    "id", "timezone", "status", "errors", "times", "trigger_category", "cause_category", "redact",
    "at", "until", "started_at", "ended_at", "kind", "key", "hide", "due", "after", "internal",
)  # fmt: skip
# Fields from whose texts internal names are removed.
SCRUBBED: Final = (
    "title", "services", "what_happened", "data_loss", "trigger", "root_cause",
    "root_cause_summary", "contributing_factors", "five_whys", "resolution", "still_degraded", "went_well", "went_badly",
    "got_lucky", "external_message", "timeline", "timeline_edits", "measures", "sections", "text", "action",
    "impact_windows", "impact_numbers", "what", "value", "background", "root_causes", "lessons", "glossary", "measures_text",
)  # fmt: skip
# Fields that are removed, with the values that replace them. A field in none of these lists is not published either.
DROPPED: Final = {
    "tracker": None,
    "evidence": None,
    "exports": (),
    "sources": (),
    "formats": (),
    "waivers": (),
    "impact_source": None,
    "responders": (),
    "internal_message": None,
    "backlog_check": None,
    "detection": None,
    "open_questions": (),
    "authors": (),
    "priority": None,
    "type": None,
    "done_when": None,
    "owner": None,
    "reviewer": None,
    "severity": None,
    "slo": None,
}


def _scrubbed(value: object, scrub: Callable[[str], str]) -> object:
    """Return a value of `incident.yaml` with internal names removed from all texts, and without internal fields."""
    if isinstance(value, dict):
        return dict(_fields(value, scrub))
    if isinstance(value, list | tuple):
        return [_scrubbed(item, scrub) for item in value]
    return scrub(value) if isinstance(value, str) else value


def _fields(value: dict[str, object], scrub: Callable[[str], str]) -> Iterator[tuple[str, object]]:
    for name, field in value.items():
        if name in DROPPED:
            yield name, DROPPED[name]
        elif name in KEPT:
            yield name, field
        elif name == "glossary" and isinstance(field, dict):
            yield name, {scrub(term): scrub(str(meaning)) for term, meaning in field.items()}
        elif name in SCRUBBED:
            yield name, _scrubbed(field, scrub)

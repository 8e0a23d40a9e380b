"""The title of the report, and the facts that identify the incident."""

from __future__ import annotations

from typing import TypedDict

from pmkit.core.markdown_cells import plain
from pmkit.core.wording import listing, zone_name
from pmkit.findings.findings import Findings
from pmkit.findings.provenance import Provenance


class About(TypedDict, total=False):
    """What identifies a report; exporters use it for the title page and the running header."""

    title: str
    id: str
    facts: list[tuple[str, str]]
    audience: str
    provenance: Provenance


def about(findings: Findings) -> About:
    """Return the title, the incident's ID, the facts for the title page, and the audience."""
    file = findings.incident.file
    facts = {
        "Incident": file.id,
        "Severity": file.severity,
        "Status": file.status if findings.audience == "internal" else None,
        "Services": listing(list(file.services)) if file.services else None,
        "Owner": file.owner,
        "Reviewer": file.reviewer,
        "Authors": listing(list(file.authors)) if file.authors else None,
        "Times": zone(findings),
    }
    present = [(name, fact) for name, fact in facts.items() if fact]
    return {"title": plain(file.title), "id": file.id, "facts": present, "audience": findings.audience}


def zone(findings: Findings) -> str:
    """Return the name of the report's time zone with its offset during the incident, or both if it changed."""
    times = [*(at for span in findings.impact.spans for at in span), *(e.at for e in findings.entries if e.is_dated)]
    names = dict.fromkeys(zone_name(at, findings.zone) for at in times or [findings.impact.start])
    if not findings.impact.dated:
        return findings.zone.key
    name = "; ".join(names)
    return name if name == findings.zone.key else f"{findings.zone.key} ({name})"

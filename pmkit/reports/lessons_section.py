"""What went well, what went badly, and where we got lucky, as people wrote it."""

from __future__ import annotations

from pmkit.core.markdown import bullets, prompt
from pmkit.findings.findings import Findings


def went_well(findings: Findings) -> str:
    """Write what helped, or ask for it."""
    return bullets(findings.incident.file.went_well) or prompt("what helped and should be kept; `went_well` in incident.yaml.")


def went_badly(findings: Findings) -> str:
    """Write what cost time or made it worse, or ask for it."""
    return bullets(findings.incident.file.went_badly) or prompt("what cost time or made it worse; `went_badly` in incident.yaml.")


def got_lucky(findings: Findings) -> str:
    """Write what could have made it worse, or ask for it."""
    return bullets(findings.incident.file.got_lucky) or prompt(
        "what could easily have made it worse; `got_lucky` in incident.yaml."
    )

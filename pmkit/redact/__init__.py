"""Takes out what must not be published: secrets, and personal data where the audience or `incident.yaml` asks for it."""

from __future__ import annotations

from pmkit.redact.kinds import PERSONAL, SECRETS, Kind
from pmkit.redact.redactor import TITLES, Hit, Redactor, is_pattern, placeholders

__all__ = ["PERSONAL", "SECRETS", "TITLES", "Hit", "Kind", "Redactor", "is_pattern", "placeholders"]

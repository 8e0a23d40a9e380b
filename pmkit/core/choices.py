"""The choices that a reader of a report has: its audience and its template."""

from __future__ import annotations

from typing import Literal

Audience = Literal["internal", "public"]
"""Whom a report is written for."""

Template = Literal["pmkit", "sre-book", "atlassian", "pagerduty"]
"""Whose outline a report follows."""

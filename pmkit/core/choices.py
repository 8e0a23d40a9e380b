"""What the reader of a report can choose: the audience and the template."""

from __future__ import annotations

from typing import Literal

# Whom a report is written for.
Audience = Literal["internal", "public"]

# Whose postmortem outline a report follows.
Template = Literal["pmkit", "sre-book", "atlassian", "pagerduty"]

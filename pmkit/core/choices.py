"""What the reader of a report can choose: the audience and the template."""

from __future__ import annotations

from typing import Literal

# Whom a report is written for.
Audience = Literal["internal", "public"]

# Whose postmortem outline a report follows.
Template = Literal["pmkit", "sre-book", "atlassian", "pagerduty"]

# The sections that every report has, in their order.
RequiredSection = Literal[
    "Issue Summary", "Timeline", "Root Cause", "Resolution and recovery", "Corrective and Preventative Measures"
]

# The sections that a person's own section can follow. Response stands for all between the required ones and the appendix, which
# comes last; the title comes first.
FollowedSection = Literal["Title", RequiredSection, "Response", "Appendix"]

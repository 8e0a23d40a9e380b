"""A linter for postmortems: what is missing, what the data contradict, and words that blame.

Each rule has a code, a reason, an example that it finds fault with and one that it does not. Rules of
what is written look at `incident.yaml`; rules of fact set it beside the findings.
"""

from pmkit.check.output import FORMATS, written
from pmkit.check.rule import Problem, Rule, Severity, problems, rules
from pmkit.check.rules_page import listing, page

__all__ = ["FORMATS", "Problem", "Rule", "Severity", "listing", "page", "problems", "rules", "written"]

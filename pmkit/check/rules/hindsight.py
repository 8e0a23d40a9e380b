"""The rules about hindsight, and about what did not happen."""

from __future__ import annotations

from typing import Final

from pmkit.check.phrase import Phrase
from pmkit.check.phrases import words
from pmkit.check.rule import word_rule

_VERB: Final = "[\\w'-]+(?:ed|en|own|ught|un|ad|ept|ent|one|ade|old|at)"
_HINDSIGHT: Final = (
    Phrase("if only(?= [^.;()]{1,60}?(?:\\bhad\\b|'d\\b|\\bwere\\b|\\bknew\\b|\\bhave\\b))"),
    Phrase(f"had (?:<who>) (?:<adverb> |not |only )?(?:been|{_VERB})(?:[^.;]{{0,80}}? (?:could|would|might)(?: not|n't)? have)?"),
    Phrase(
        "if (?:<who>)(?:'d)? (?:had |only |actually |just |not |<adverb> ){0,2}[^.;]{1,90}?(?:could|would|might)(?: not|"
        "n't|'ve)? (?:<adverb> )?(?:hav?e? |'ve )(?:been )?"
        "(?:<prevention>|happened|occurred|resolved|res)",
        unless="<attacker>",
    ),
    Phrase("(?:in|with|with the benefit of|by) hindsight|in retrospect|looking back|retrospectively"),
    Phrase(
        "(?:was|were|is|are|seems?|seemed|so|quite|pretty|rather|fairly|very|most|painfully|glaringly|blindingly|"
        "(?<!not\\s)(?<!n't\\s)(?<!without\\s)(?<!never\\s)an) obvious(?! (?:to the|in the|error|culprit|candidate)s?)|"
        "obviously|self-evident|it was clear all along",
    ),
    Phrase(
        "good enough (?:for now|at the time|back then)|should have known|as anyone|any(?:one|body) could have|common "
        "sense|of course it|was bound to (?:happen|fail)|was only a matter of time"
    ),
)

word_rule(
    "PM403",
    "hindsight",
    "warning",
    words("is hindsight", _HINDSIGHT),
    reason="What people would have done with today's knowledge does not explain what they did without it.",
    bad="root_cause: If only the team had tested with coupons. Nothing else did.",
    good="root_cause: No test orders with an expired coupon, because the data for tests hold none.",
    expected="root_cause: “If only” is hindsight",
    suggestion="Say what people knew and saw at the time, and what would have shown them more.",
    flagged=(
        "went_badly: Had we asked the vendor, we would have learned of the limit.",
        "contributing_factors: Some of the warnings were obvious.",
        "went_badly: In hindsight the window was too short.",
    ),
    accepted=(
        "root_cause: A message is lost (if only the header arrives) or sent twice.",
        "timeline: The logs showed no obvious errors.",
        "root_cause: The job had run for hours.",
    ),
)

_COUNTERFACTUALS: Final = (
    Phrase(
        "(?:should(?:n't)?|ought to)(?: not)?(?:'ve| have)(?: <adverb>){0,2} <participle>",
        unless="users should|as (?:they|it) should have|should have (?:\\w+ )?expected",
    ),
    Phrase(
        "(?:could|would|might)(?: (?!not\\b)\\w+)?(?:'ve| have)(?: <adverb>){0,2} (?:been )?(?:<adverb> )?(?:<prevention>)",
        unless="<attacker>|not have|n't have|(?:no|nothing|none|neither|nobody|hardly|never) (?:\\w+ ){0,4}(?:would|could|"
        "might) have|we would have expected",
    ),
    Phrase(
        "(?:could|would|might)(?: (?!not\\b)\\w+)?(?:'ve| have)(?: <adverb>){0,2} <participle>(?: [\\w'-]+){0,6} "
        "(?:earlier|sooner|faster|quicker|more quickly|in time|beforehand)",
        unless="<attacker>",
    ),
    Phrase(
        "(?:would|could|might)(?: not|n't)(?:'ve| have)(?: <adverb>){0,2} (?:happened|occurred|been (?:possible|affected|"
        "necessary|needed|impacted|an issue|a problem)|failed|broken|gone (?:down|wrong|unnoticed)|"
        "gone out|run out|spread|crashed|lasted|taken so|been so|been lost)",
        unless="<attacker>|(?:possible|able to) without|without (?:their|his|her|your) ",
    ),
    Phrase(
        "if (?:the|a|an|this|these|there|it|our|one|any) [^.;,]{1,60}? had (?:not )?(?:been |<adverb> "
        ")?[\\w]+[^.;]{0,60}?,? (?:\\w+ ){1,4}?(?:would|could|might)(?: not|n't)? (?:<adverb> )?have(?: <adverb>)? "
        "(?:been )?\\w+",
        unless="<attacker>",
    ),
    Phrase(
        "(?:was|were|is) (?:supposed|meant) to (?:have|alert|page|fire|catch|prevent|detect|notify|trigger|"
        "warn)[^.;,]{0,40}?(?:, but|but) (?:did not|didn't|never)"
    ),
)

word_rule(
    "PM405",
    "counterfactual",
    "warning",
    words(
        "describes what did not happen", _COUNTERFACTUALS, never=("measures", "external_message", "internal_message", "got_lucky")
    ),
    reason="A postmortem describes what happened; what did not happen belongs in the action items.",
    bad="timeline: [{at: 2026-11-03 10:20:30, text: The alert should have fired by now.}]",
    good="timeline: [{at: 2026-11-03 10:20:30, text: No alert had fired by now.}]",
    expected="timeline.0.text: “should have fired” describes what did not happen",
    suggestion="Describe what did happen, or turn it into an action item.",
    flagged=(
        "went_badly: The limit should've been tested.",
        "sections: The delay might easily have been avoided.",
        "root_cause: A canary would have shown it sooner.",
        "root_cause: If the service had a timeout, the pool would not have run out.",
    ),
    accepted=(
        "root_cause: The gap could have let an attacker read the cache.",
        "root_cause: With an empty list the share would have been rounded to zero.",
        "timeline: The team names the deploy as one that could have been the reason.",
        "sections: Flags that use the field would have had an old value.",
        "went_well: The load was what we would have expected.",
    ),
)

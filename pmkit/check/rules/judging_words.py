"""The rules about words that judge: people, their decisions and their practices."""

from __future__ import annotations

from typing import Final

from pmkit.check.phrase import Phrase
from pmkit.check.phrases import words
from pmkit.check.rule import word_rule

_PRACTICE: Final = (
    "testing|tests?|code review|reviews?|planning|communications?|coordination|response|judge?ment|preparation|training|"
    "diligence|"
    "discipline|attention|care|understanding|knowledge|ownership|oversight|hygiene|practices?|processes?|procedures?|decisions?|"
    "documentation|monitoring|alerting|observability|validation|verification|governance|management|supervision|leadership|"
    "foresight"
)

_JUDGEMENTS: Final = (
    Phrase(
        "careless(?:ness|ly)?|hastily|in haste|negligen(?:ce|t|tly)|incompeten(?:ce|t|tly)|sloppy|sloppiness|sloppily|"
        "lazy(?! (?:load|eval|"
        "init|import|"
        "delet|expir|mode|fetch|loading|evaluation|connection|migration)\\w*)|laziness|stupid(?:ity|ly)?|reckless(?:ly|"
        "ness)?|irresponsibl[ey]|"
        "idiot(?:ic)?|dumb(?! (?:pipe|terminal|client|proxy))|foolish(?:ly|ness)?|inexcusable|unforgivable|"
        "embarrassing(?:ly)?|embarrassment|"
        "shameful(?:ly)?|amateur(?:ish)?|unprofessional(?:ly)?|clumsy|clumsiness|short-?sighted(?:ness)?|complacen(?:t|"
        "cy)|thoughtless(?:ly)?|"
        "half-?baked|hubris|rookie|incompetence|irresponsibility|ignorance|arrogan(?:t|ce)"
    ),
    Phrase(
        "(?:an?|the|this|our|my|their|his|her|one|two|three|some|several|these|those|major|simple|honest|serious|glaring|"
        "unfortunate|big|critical|due to|by|pure|sheer|human)"
        " (?:[\\w-]+ ){0,2}?oversights?(?! (?:board|committee|of|body|process|role|function|team|group|over))"
    ),
    Phrase("oversights? (?:on (?:our|my|their|the)|by (?:the|our|us|me)|in (?:the|our) (?:review|planning|process))"),
    Phrase(
        "(?:planning|communication|process|management|leadership|organi[sz]ational|judge?ment|coordination|preparation) "
        "failures?|failures? (?:of|in) (?:planning|"
        "communication|judge?ment|leadership|management|coordination|process|imagination|preparation|oversight|discipline|"
        "review)"
    ),
    Phrase(
        "(?:wrong|bad|poor|terrible|questionable|unwise|ill-advised|misguided|dangerous|regrettable|unfortunate|dubious|"
        "rash|hasty|stupid) (?:call|decision|choice|move|idea|judge?ment|bet|"
        "trade-?off|instinct)s?(?! to (?:action|retry))",
        unless="no (?:wrong|bad)|not a (?:bad|wrong)|could be a (?:bad|wrong)",
    ),
    Phrase(
        "(?:their|his|her|whose|our|my|someone's|somebody's|[\\w]+'s|º+'s) (?:own )?(?:fault|mistakes?|negligence|"
        "blunders?|carelessness|failure to|"
        "inattention|lack of (?:care|attention|diligence|discipline)|incompetence)",
        unless="it's (?:own )?fault",
    ),
    Phrase(
        "lack of (?:due |proper |any )?(?:care|attention|diligence|discipline|common sense|foresight|judge?ment|"
        "professionalism|competence)"
    ),
    Phrase(
        "(?:simply|just) forgot|blunders?|lapses? (?:of|in) (?:judge?ment|attention|concentration|discipline)|lapses? by|"
        "mistakes were made|"
        "an? (?:honest|stupid|silly|simple|dumb|careless|costly|big|grave|serious|huge|basic|bad|terrible|rookie|classic|"
        "unfortunate|avoidable|critical) (?:mistake|error of|blunder)s?|"
        "(?:our|my|their|a|the) (?:big(?:gest)?|main|first|worst|own|biggest) mistakes?|"
        "it was a mistake|was a mistake|(?:poor|bad) (?:judge?ment|form)|to blame(?! (?:for|on) the (?:network|disk|"
        "kernel|database))"
    ),
)

word_rule(
    "PM402",
    "judgemental-word",
    "error",
    words("judges people", _JUDGEMENTS),
    reason="A judgement of character is not a finding: nobody can act on it.",
    bad="went_badly: [The rollout was careless.]",
    good="went_badly: [The rollout went to all instances at once.]",
    expected="went_badly.0: “careless” judges people",
    suggestion="Say what was done, and how the system responded.",
    flagged=(
        "root_cause: It was an honest oversight.",
        "went_badly: To postpone the upgrade was the wrong call.",
        "went_badly: This was a failure of planning.",
        "root_cause: The DBA's mistake went unnoticed.",
    ),
    accepted=(
        "root_cause: The lazy loading of modules hid the error.",
        "sections: The oversight board meets in May.",
        "root_cause: The request went to the wrong host.",
    ),
)

_NORMS: Final = (
    Phrase("(?:handled|managed|executed|communicated|planned|designed|tested|documented) (?:very )?(?:poorly|badly)"),
    Phrase("(?:poorly|badly) (?:handled|managed|executed|communicated|planned|designed|tested|documented)"),
    Phrase(
        f"(?:inadequate|insufficient|improper|poor|substandard|sub-?par|lax|shoddy|deficient|inappropriate|unacceptable|"
        f"weak|bad|sloppy) (?:{_PRACTICE})"
    ),
    Phrase(
        f"(?:{_PRACTICE})(?: of [\\w-]+(?: [\\w-]+){{0,2}})? (?:was|were|is|are|has been|had been|proved|turned out)(?: "
        f"to be)? (?:<adverb> )?(?:inadequate|insufficient|improper|poor|lax|lacking|too slow|unacceptable|deficient|"
        f"subpar|sub-par|weak|not good enough)"
    ),
    Phrase("(?:the|our) (?:[\\w-]+ )?team's (?:[\\w-]+ )?(?:was|were) (?:<adverb> )?(?:inadequate|insufficient|too slow|poor)"),
    Phrase(
        "lack of (?:proper|adequate|sufficient|good|appropriate|enough) [\\w-]+|not (?:<adverb> )?(?:properly|adequately|"
        "sufficiently|thoroughly|carefully) (?:tested|reviewed|planned|communicated|documented|prepared|coordinated|"
        "checked|considered|vetted|trained|thought through)"
    ),
)

word_rule(
    "PM408",
    "normative-word",
    "warning",
    words("measures against a norm that nobody stated", _NORMS),
    reason="“Inadequate” compares with a standard that nobody had agreed on before, and ends the question what there was and "
    "why.",
    bad="contributing_factors: [Insufficient testing of the release., The pool has no limit.]",
    good="contributing_factors: [The tests ran with one instance; production has forty., The pool has no limit.]",
    expected="contributing_factors.0: “Insufficient testing” measures against a norm that nobody stated",
    suggestion="Say what was there: which tests ran, who was asked, how long the response took.",
    flagged=("went_badly: The response of the network team was inadequate.", "root_cause: The change was not properly reviewed."),
    accepted=("root_cause: The node had insufficient memory.", "timeline: The pod was evicted for insufficient CPU."),
)

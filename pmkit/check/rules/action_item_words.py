"""Rules about the words of action items: a verb, something to check, and a change of the system."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pmkit.check.action_item_example import DETECTS, GOOD, action_item, action_items
from pmkit.check.phrase import Phrase
from pmkit.check.phrases import spans
from pmkit.check.rule import Match, word_rule
from pmkit.check.text import FOREIGN, Text
from pmkit.check.word_lists import VERBS
from pmkit.core.wording import short

# A checkbox, a ticket or a state before the text.
_PREFIX: Final = re.compile(
    r"\W*(?:\[[ xX]\]|#\d+\b|\b[A-Z]{2,10}-\d+\b|\b(?:done|todo|in progress|completed|p[0-4]|high|medium|"
    r"low)\b(?=\s*[:)\]-])|please\b|also\b|then\b|\d+[.)])?\W*",
    re.I,
)
# A longer text is quoted with an ellipsis.
_MOST_QUOTED: Final = 80

_LABEL: Final = re.compile(r"([^:.\n]{2,60}):\s+(?=\S)")
_VAGUE: Final = re.compile(
    r"(?:improv(?:e|ing)|investigat(?:e|ing)|look(?:ing)? (?:in(?:to)?|at|for (?:ways|options))|consider(?:ing)?|evaluat(?:e|"
    r"ing)|think(?:ing)? (?:about|of|through)|discuss(?:ing)?|"
    r"review(?:ing)?|monitor(?:ing)?|fix(?:ing)? the (?:issue|bug|problem|root cause)|be (?:aware|more)|mak(?:e|ing) sure|"
    r"ensur(?:e|ing)|try(?:ing)? to|work(?:ing)? (?:on|together|with|towards?|collaboratively)|"
    r"explor(?:e|ing)|understand(?:ing)?|examin(?:e|ing)|revisit(?:ing)?|clean(?:ing)? up|address(?:ing)?|reflect(?:ing)?|"
    r"research(?:ing)?|go(?:ing)? through|assess(?:ing)?|analy[sz](?:e|ing)|"
    r"stud(?:y|ying)|learn(?:ing)?|enhanc(?:e|ing)|strengthen(?:ing)?|optimi[sz](?:e|ing)|rethink(?:ing)?|re-?evaluat(?:e|"
    r"ing)|brainstorm|get(?:ting)? better|do(?:ing)? better|communicat(?:e|ing) (?:better|more)|"
    r"(?:defin(?:e|ing)|develop(?:ing)?|establish(?:ing)?|creat(?:e|ing)|com(?:e|ing) up with|formulat(?:e|ing)|devis(?:e|"
    r"ing))(?: and implement)? (?:an? |the |our |some )?(?:[\w-]+ ){0,3}(?:strategy|strategies|plan|approach|vision|ideas?|"
    r"best practices|guidelines)|"
    r"determine (?:how|whether|if|what)|find (?:out|ways?|a (?:way|better|solution))|see (?:if|whether|how|what)|figure out|"
    r"follow up|continue (?:to|with)|keep an eye|pay attention|raise awareness|"
    r"reduce (?:the )?(?:risk|likelihood|chance))\b",
    re.I,
)
# Verbs that may introduce something that can be checked.
_MAY_BE_SPECIFIC: Final = re.compile(
    r"(?:mak(?:e|ing) sure|ensur(?:e|ing)|monitor(?:ing)?|clean(?:ing)? up|address(?:ing)?)\b", re.I
)
_CONDITION: Final = re.compile(r"\b(?:when|if|before|after|every|cannot|never|always|rejects?|only|fails?)\b", re.I)
_MEASURABLE: Final = re.compile(
    r"\d[\d,.]*\s?(?:%|percent|ms|s|secs?|seconds?|m|min|mins|minutes?|h|hours?|days?|weeks?|[KMGT]i?B|requests?|"
    r"connections?|users?|x|times|per|QPS|RPS|instances?|replicas?|nodes?|copies)\b|\d\s?%|"
    r"(?:to|under|below|above|over|than|least|most)\s+\d|" + FOREIGN,
    re.I,
)
_LINK: Final = re.compile(r"!?\[[^\]]*\]\([^)]*\)|\[[^\]]*\]\[[^\]]*\]|https?://\S+|#\d+|\b[A-Z]{2,10}-\d+\b")
_CONDITIONAL: Final = re.compile(
    r"(?:if|when|whenever|once|before|after|for|to|in|on|during|until|as|where|while|at|by|with|from)\b", re.I
)
_BEFORE_VERB: Final = re.compile(
    r"(?:(?:always|never|only|automatically|explicitly|regularly|periodically|temporarily|permanently|immediately|don't|do "
    r"not|no longer|better|either|possibly|perhaps|maybe|optionally|"
    r"(?!(?:daily|weekly|monthly|quarterly|yearly|hourly|biweekly)\b)\w+ly)[\s,]+)+",
    re.I,
)
_DETERMINER: Final = re.compile(
    r"(?:the|a|an|all|our|every|each|its|their|any|this|that|these|those|both|more|new|how|what|whether|up|down|out|off|over|"
    r"it|them|us)\b",
    re.I,
)
_NO_VERB: Final = re.compile(
    r"(?:the|a|an|our|their|my|we|i|they|it|this|that|these|all|any|some|every|each|more|less|new|better|proper|additional|"
    r"no|there|both|other|most|many|few|several|not|and|or|of)\b",
    re.I,
)


def _action(text: Text) -> tuple[int, str]:
    """Return what to do, with its offset: the text without checkboxes, tickets and a label such as "Tests:"."""
    words = re.sub(r"\s", " ", text.own_words)
    begin = _skip(words, 0)
    label = _LABEL.match(words, begin)
    if label and not _begins_with_verb(label[1]):
        begin = _skip(words, label.end())
    return begin, words[begin:]


def _skip(words: str, begin: int) -> int:
    match = _PREFIX.match(words, begin)
    return match.end() if match else begin


def _begins_with_verb(words: str) -> bool:
    """Return whether a text begins with an imperative, perhaps after an adverb or a condition."""
    before = _BEFORE_VERB.match(words)
    rest = words[before.end() :] if before else words
    first = re.match(r"[\w'’/-]+", rest)
    if first is None or _NO_VERB.match(rest):
        return False
    word = first[0].casefold()
    if before and re.search(r"\b(?:don't|do not)\s*$", before[0], re.I):
        return True
    if (
        word in VERBS
        or word.split("-")[-1] in VERBS
        or word.split("/")[0] in VERBS
        or (word.startswith("re") and word[2:].lstrip("-") in VERBS)
    ):
        return True
    # What is done may be told in the past.
    if word.endswith("ed") and {word[:-2], word[:-1], word[:-3], re.sub("ied$", "y", word)} & VERBS:
        return True
    return (
        not word.endswith(("ing", "ed", "s", FOREIGN))
        and not _CONDITIONAL.match(rest)
        and bool(_DETERMINER.match(rest[first.end() :].lstrip()))
    )


def _vague(text: Text) -> Iterator[Match]:
    if not _is_action(text):
        return
    begin, action = _action(text)
    match = _VAGUE.match(action)
    without_links = _LINK.sub("", text.text[begin:]).replace("`", FOREIGN)
    is_specific = _MEASURABLE.search(without_links) or (_MAY_BE_SPECIFIC.match(action) and _CONDITION.search(without_links))
    if match and not is_specific:
        yield _match(text, begin, match.end(), "can mean anything")


def _no_verb(text: Text) -> Iterator[Match]:
    if not _is_action(text):
        return
    begin, action = _action(text)
    if action and action[0] != FOREIGN and not _CONDITIONAL.match(action) and not _begins_with_verb(action):
        first = re.match(r"\S+", action)
        yield _match(text, begin, first.end() if first else 0, "does not begin with a verb")


def _match(text: Text, begin: int, length: int, verdict: str) -> Match:
    return Match(
        text.location, f"“{short(text.text, _MOST_QUOTED)}” {verdict}", text.text[begin : begin + length].rstrip(".,:"), begin
    )


def _is_action(text: Text) -> bool:
    return text.field == "measures" and text.location[-1] == "action"


_CARE: Final = (
    Phrase(
        "be (?:more |extra |very )?(?:careful|vigilant|mindful|attentive|diligent|cautious|aware)|train(?!s| (?:the "
        ")?(?:model|station))|training|retrain|remind|educate|"
        "pay (?:more |closer |close )?attention|raise awareness|tell (?:people|engineers|everyone|everybody|developers|"
        "the team)|double-check|"
        "take (?:more |greater |extra )?care|discipline|remember to|try harder|think twice|exercise caution|stay alert|"
        "keep in mind|ask (?:people|engineers|everyone|developers) to|encourage (?:people|engineers|everyone|developers|"
        "teams)"
    ),
)
_PROMISE: Final = (
    Phrase(
        "(?:will|shall|'ll|to) personally (?:\\w+ )?(?:ensure|make sure|see to|check|verify|guarantee|oversee)|(?:we|i) "
        "(?:promise|pledge|vow|swear)"
    ),
)


def _care(text: Text) -> Iterator[Match]:
    for begin, end in spans(text, (*_CARE, *_PROMISE) if _is_action(text) else _PROMISE):
        yield Match(text.location, f"“{text.text[begin:end]}” relies on people", text.text[begin:end], begin)


word_rule(
    "PM503",
    "vague-action-item",
    "warning",
    _vague,
    reason="If nobody can see whether it is done, it will not be done.",
    bad=action_items(action_item(action="Improve monitoring"), DETECTS),
    good=GOOD,
    expected="measures.0.action: “Improve monitoring” can mean anything",
    suggestion="Say what will be different: “Alert when more than 1% of checkouts fail for 2 minutes”.",
    flagged=(
        "measures: Consider a larger pool when the queue is long",
        "measures: Exploring other providers",
        "measures: 'Work on the runbook ([ticket](https://tracker.example/12))'",
        "measures: Define a strategy for backups",
    ),
    accepted=(
        "measures: Ensure that a deploy stops when 1% of requests fail",
        "measures: Improve the time to restore to 10 minutes",
        "measures: Remove the second index",
    ),
)

word_rule(
    "PM504",
    "relies-on-care",
    "warning",
    _care,
    reason="People are already careful. Care does not scale, and the next person will not have read this.",
    bad=action_items(action_item(action="Train engineers to be more careful with coupons"), DETECTS),
    good=GOOD,
    expected="measures.0.action: “Train” relies on people\nmeasures.0.action: “be more careful” relies on people",
    suggestion="Change the system: a check, a default, a limit, a warning where the decision is made.",
    flagged=("external_message: I will personally ensure that this is done.", "measures: Remind developers of the limit"),
    accepted=("measures: Train the model on the new data", "sections: Training for new colleagues is in May."),
)

word_rule(
    "PM511",
    "no-verb",
    "warning",
    _no_verb,
    reason="An action item is something to do, and a verb says what.",
    bad=action_items(action_item(action="Better limits for transactions"), DETECTS),
    good=GOOD,
    expected="measures.0.action: “Better limits for transactions” does not begin with a verb",
    suggestion="Begin with a verb: add, limit, reject, alert, run, remove.",
    flagged=(
        "measures: Weekly restore tests",
        "measures: Timeouts lowered",
        "measures: 'Tests under load: Implementing a second scenario'",
        "measures: Testing for large uploads",
    ),
    accepted=(
        "measures: Always compare both tables before a switch",
        "measures: Fall back to the ranking by sales when a search has no facet",
        "measures: 'Pool: limit transactions to 30 seconds'",
        "measures: Do not restart all nodes at once",
        "measures: If the pool is full, reject requests with 503",
    ),
)

"""The rule about quantities and times that are not given as numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pmkit.check.phrase import Phrase, compiled
from pmkit.check.phrases import spans
from pmkit.check.rule import Match, word_rule
from pmkit.check.text import Text

_NUMBERS: Final = (
    Phrase(
        "(?:<vague_number>)(?: of)?(?: (?:the|our|these|their|its))? (?:(?!(?:of|and|or|in|to|for|with|the|a|an|at|on|by|"
        "from|as)\\b)[\\w'/-]+ ){0,3}?(?:<affected>)"
    ),
)
_TIMES: Final = (
    Phrase(
        "(?:<vague_time>)(?! (?:earlier|before|ago|later|prior|apart|of (?:work|effort)))",
        unless="(?:every|each|takes|takes up to|usually|normally) (?:<vague_time>)",
    ),
    Phrase("briefly(?! (?:recap|describe|explain|summari|discuss|mention|outline|introduce|list|note|talk)\\w*)"),
    Phrase(
        "(?:occasionally|sporadically|intermittently|frequently|at times|from time to time)(?! used)",
        unless="^(?!.*\\b<failing>\\b)",
    ),
    Phrase("several times (?:the|as|more|slower|longer|higher)(?: usual| normal)?"),
)
_DEGREES: Final = (
    Phrase(
        "(?:very |extremely |unusually |abnormally |significantly )?(?:high|elevated|increased|higher|excessive|large|"
        "heavy|significant|severe) (?:\\w+ )?(?:error rates?|error levels?|rates? of errors|latency|latencies|failure "
        "rates?|response times?)"
    ),
    Phrase(
        "(?:degraded|reduced|poor|worse|significantly degraded|severely degraded) (?:performance|service|experience|"
        "availability|throughput)"
    ),
    Phrase(
        "(?:significantly|severely|considerably|substantially|dramatically|noticeably|slightly|heavily|partially|largely|"
        "mostly|greatly) (?:slow\\w*|delayed|degraded|affected|impacted|reduced|impaired|"
        "limited|disrupted|unavailable|increased|higher|elevated|longer|hindered|hampered)"
    ),
    Phrase(
        "(?<!most\\s)(?<!least\\s)(?:negligible|minimal|minor|limited|significant|considerable|substantial|little|small|"
        "slight|moderate|widespread|large) (?:user |customer )?(?:impact|effect|disruption|data loss|loss of data|delays?|"
        "degradation|outages?|breakages?|downtime)",
        unless="no (?:\\w+ )?(?:impact|effect|disruption)",
    ),
    Phrase(
        "may have (?:had|seen|experienced|encountered|lost|missed|received|been (?:affected|impacted|unable|lost|"
        "delayed)) (?:[\\w-]+ ){0,2}[\\w-]+"
    ),
)
# A number for the quantity, as people write it; the number of a version, a status or a time of day is none.
_NUMBER: Final = re.compile(
    r"(?<![\w.:/-])[~<>≈]?\d[\d,.]*\s?(?:[kKMB]\b)?(?:\s?%|\s?percent|\s+(?:of\b|out of\b|users?|customers?|clients?|"
    r"requests?|orders?|events?|builds?|jobs?|accounts?|hosts?|nodes?|services?|"
    r"messages?|packages?|seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|ms|s\b|m\b|h\b|min\b|errors?|failed|tests?|pods?|"
    r"deposits?|transactions?|tenants?|shops?|records?|rows?|pages?|people|times))|"
    r"\bhalf of\b|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve) (?:minutes?|hours?|seconds?|days?|of)\b",
    re.I,
)
# Where the impact is described, also in degrees.
_IMPACT_FIELDS: Final = ("what_happened", "data_loss", "impact_windows")
_OTHER_FIELDS: Final = ("resolution", "still_degraded", "sections", "root_cause_summary", "internal_message", "external_message")
_UNKNOWN: Final = "not known|unknown|cannot (?:be )?(?:tell|told|say|count)|no way to (?:tell|count)|do not know"


def _vague(text: Text) -> Iterator[Match]:
    is_impact = text.field in _IMPACT_FIELDS
    if not is_impact and text.field not in _OTHER_FIELDS:
        return
    phrases = (*_NUMBERS, *_TIMES, *_DEGREES) if is_impact else (*_NUMBERS, *_TIMES)
    sentences = [(begin, begin + len(sentence), sentence) for begin, sentence in text.sentences]
    for begin, end in spans(text, phrases):
        sentence = next(sentence for first, last, sentence in sentences if first <= begin < last)
        is_about_failure = compiled("<failing>").search(sentence)
        if is_about_failure and not _NUMBER.search(sentence) and not compiled(_UNKNOWN).search(sentence):
            quoted = text.text[begin:end]
            yield Match(text.location, f"“{quoted}” is not a quantity", quoted, begin)


word_rule(
    "PM205",
    "vague-quantity",
    "warning",
    _vague,
    reason="Every reader imagines a different number behind a vague one.",
    bad="what_happened: Some users saw errors.",
    good="what_happened: 302 clients saw errors.",
    expected="what_happened: “Some users” is not a quantity",
    suggestion="Give the number, or say that it is not known and why.",
    flagged=(
        "what_happened: A large number of Android builds failed.",
        "data_loss: A handful of messages were lost.",
        "what_happened: Withdrawals were late for a while.",
        "resolution: For many hosts it took a few hours longer.",
    ),
    accepted=(
        "what_happened: Some users (3%) saw errors.",
        "what_happened: Several services, 14 of 60, were slow for 12 minutes.",
        "what_happened: To briefly recap, orders failed for 8 minutes.",
        "resolution: We restarted some pods.",
    ),
)

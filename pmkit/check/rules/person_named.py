"""The rule about people who are named."""

from __future__ import annotations

from collections.abc import Iterator

from pmkit.check.names import is_credit
from pmkit.check.rule import Match, word_rule
from pmkit.check.text import Text


def _named(text: Text) -> Iterator[Match]:
    sentences = [(begin, begin + len(sentence)) for begin, sentence in text.sentences]
    reported: set[str] = set()
    for begin, end in text.names:
        first, last = next(((first, last) for first, last in sentences if first <= begin < last), (begin, end))
        name = text.text[begin:end]
        if name not in reported and not is_credit(text.own_words[first:last]):
            reported.add(name)
            yield Match(text.location, f"“{name}” names a person", name, begin)


word_rule(
    "PM404",
    "person-named",
    "error",
    _named,
    reason="The whole company reads a postmortem, and roles explain what happened just as well.",
    bad="resolution: Rolled back by @jdoe.",
    good="resolution: Rolled back by the checkout team.",
    expected="resolution: “@jdoe” names a person",
    suggestion="Name the role or the team.",
    flagged=(
        "timeline: Preston restarts the second node.",
        "timeline: Jane Doe asked the vendor for a log.",
        "timeline: msmith confirms that orders succeed.",
        "timeline: NP merges the revert.",
        "resolution: The key was replaced by jane.doe@shop.example.",
    ),
    accepted=(
        "resolution: Write to security@shop.example, which is read around the clock.",
        "root_cause: The module '@site/footer' was moved.",
        "root_cause: The method has the annotation @Transactional.",
        "sections: 'Thanks to @jdoe for the report.'",
        "timeline: AWS confirms the outage of a zone.",
    ),
)

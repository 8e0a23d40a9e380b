"""The rules about wording are accurate on labelled sentences and on prose."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import NamedTuple

import pytest
from conftest import ROOT, findings_of
from ruamel.yaml import YAML

from pmkit.check.linter import all_rules, lint
from pmkit.check.rule import Rule
from pmkit.check.text import Text
from pmkit.incident.model import IncidentFile

WORDS_PER_PAGE = 500
SENTENCES = list(csv.DictReader((ROOT / "tests" / "blame.tsv").open(encoding="utf-8"), delimiter="\t"))
# The rules that judge the choice of words.
WORD_RULES = ("PM205", "PM301", "PM4", "PM115")

# The rules about people, by what they are blamed with.
BLAME_RULES = ("PM301", "PM401", "PM402", "PM403", "PM404")

Record = Callable[[str, object], None]


def find_blame(text: str) -> list[str]:
    """Return the words of a root cause that rules about blame report."""
    rules = (all_rules()[code] for code in BLAME_RULES)
    return [match.words for rule in rules if rule.find_in for match in rule.find_in(Text(("root_cause",), text))]


def text_in(example: str) -> Text:
    """Return the text of an example such as `measures: Improve it`."""
    field, text = example.split(": ", 1)
    return Text((field, 0, "action") if field == "measures" else (field,), text.strip("'"))


WORD_RULES_WITH_EXAMPLES = [rule for rule in all_rules().values() if rule.find_in]


@pytest.mark.parametrize("rule", WORD_RULES_WITH_EXAMPLES, ids=lambda rule: rule.code)
def test_a_rule_about_words_reports_the_first_of_its_further_examples_only(rule: Rule) -> None:
    assert rule.find_in is not None
    assert len(rule.flagged) >= 2
    assert len(rule.accepted) >= 2
    assert [example for example in rule.flagged if not list(rule.find_in(text_in(example)))] == []
    assert [example for example in rule.accepted if list(rule.find_in(text_in(example)))] == []


@pytest.mark.parametrize("rule", WORD_RULES_WITH_EXAMPLES, ids=lambda rule: rule.code)
def test_words_are_found_across_line_ends(rule: Rule) -> None:
    assert rule.find_in is not None
    for example in rule.flagged:
        text = text_in(example)
        wrapped = Text(text.location, text.text.replace(" ", "\n"))
        assert bool(list(rule.find_in(wrapped))), example


class Document(NamedTuple):
    """A document in the style of published postmortems, with the number of its blaming sentences."""

    text: str
    blaming: int

    @property
    def pages(self) -> float:
        return len(self.text.split()) / WORDS_PER_PAGE


@cache
def documents() -> list[Document]:
    rows = YAML(typ="safe").load((ROOT / "tests" / "prose.yaml").read_text(encoding="utf-8"))
    return [Document(row["text"], row["blaming"]) for row in rows]


def test_blame_is_found_in_labelled_sentences(record_property: Record) -> None:
    counts = Counter((row["label"], bool(find_blame(row["sentence"]))) for row in SENTENCES)
    hits, false_alarms, misses = counts["blame", True], counts["fact", True], counts["blame", False]
    precision, recall = hits / (hits + false_alarms), hits / (hits + misses)
    record_property("blaming language", f"precision {precision:.2f}, recall {recall:.2f}, on {len(SENTENCES)} sentences")
    assert len(SENTENCES) >= 200
    assert precision >= 0.95
    assert recall >= 0.85


@pytest.mark.parametrize(
    "sentence",
    [
        "The service failed to connect to the database.",
        "The alert should page within two minutes.",
        "The team failed over to the replica.",
        "Requests missed the cache.",
        "The deploy broke the search.",
        "Nobody was paged.",
    ],
)
def test_a_statement_about_a_system_is_not_blame(sentence: str) -> None:
    assert find_blame(sentence) == []


def test_no_labelled_sentence_occurs_twice() -> None:
    assert len({row["sentence"].casefold() for row in SENTENCES}) == len(SENTENCES)


def test_rules_about_words_raise_few_false_alarms_on_blameless_prose(record_property: Record) -> None:
    base = findings_of("INC-2026-1103")
    blameless = [document for document in documents() if not document.blaming]
    false_alarms = Counter[str]()
    for document in blameless:
        incident = base.incident.with_file(IncidentFile(id=base.incident.id, title="a test", root_cause=document.text))
        false_alarms.update(problem.rule.code for problem in lint(replace(base, incident=incident), select=WORD_RULES))
    per_page = sum(false_alarms.values()) / sum(document.pages for document in blameless)
    record_property("rules about words, on prose", f"{per_page:.2f} false alarms per page: {dict(false_alarms)}")
    assert per_page <= 1


def test_blame_is_found_in_prose_with_few_false_alarms(record_property: Record) -> None:
    blameless = [document for document in documents() if not document.blaming]
    pages = sum(document.pages for document in blameless)
    false_alarms = sum(len(find_blame(document.text)) for document in blameless)
    hits = sum(min(len(find_blame(document.text)), document.blaming) for document in documents())
    blaming = sum(document.blaming for document in documents())
    measured = f"{false_alarms / pages:.2f} false alarms per page on {pages:.1f} pages; {hits} of {blaming} sentences found"
    record_property("blaming language, in prose", measured)
    assert len(documents()) >= 20
    assert false_alarms / pages <= 0.5
    assert hits >= 0.7 * blaming

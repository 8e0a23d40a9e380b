"""Finds the severity that a line of text states: a word where a severity usually stands, not one of its message."""

from __future__ import annotations

from typing import Final

from pmkit.core import sql

# How far into a line a severity is looked for, in characters.
_REACH: Final = 160

# Words and abbreviations that logs write for severities and nothing else, and those that are also ordinary words.
_LEVELS: Final = "TRAC|TRC|VERBOSE|VRB|DEBU|DBG|FINEST|FINER|INFORMATIONAL|INFO|INF|NOTI|WARN|WRN|ERRO|ERR|SEVERE|CRIT|CRT|FATAL|FATA|FTL|PANI|EMERG"
_NOUNS: Final = "TRACE|DEBUG|CONFIG|FINE|INFORMATION|NOTICE|NOTE|WARNING|ERROR|FAIL|CRITICAL|PANIC|EMERGENCY|ALERT"
# Words of German, French, Spanish, Italian and Portuguese.
_FOREIGN: Final = (
    "FEHLER|WARNUNG|KRITISCH|SCHWERWIEGEND|HINWEIS|ERREUR|AVERTISSEMENT|CRITIQUE|GRAVE|INFOS|ADVERTENCIA|AVISO|CRÍTICO|INFORMACIÓN|"
    "ERRORE|AVVERTENZA"
)
_WORDS: Final = f"{_NOUNS}|{_FOREIGN}|{_LEVELS}"
_LETTERS: Final = "[VTDINWEFC]"

# Finds the first word that may be a severity; or a letter that is one, in brackets, or as klog, Telegraf and Android write it.
_CANDIDATE: Final = (
    r"^(?:(?P<first_letter>[VDIWEF])(?:\d{4}(?:\d{4})? \d\d:\d\d:\d\d|! |/[\w.-]+ ?\()|"
    rf"(?P<before>|.*?[\s\[(<{{|*:,;\"'=/])(?:(?P<word>(?i:{_WORDS}))(?:[^\w.@%=-]|-\s|$)|(?P<letter>{_LETTERS})(?P<close>\s?[\])>|])))"
)
_GROUPS: Final = ("first_letter", "before", "word", "letter", "close")

# What may stand before a severity: a plain word at most, and what is no prose: something in brackets, or with digits or punctuation.
_WORD_BEFORE: Final = r"(?:\[[^\]]*\]|\([^)]*\)|<[^>]*>|[a-zA-Z]*[\d._:/$#@*=-][^\s\[\](){}<>?&\"']*\]?)"
_GAP: Final = r"[\s|,;:>-]+"
_OPEN: Final = r"[\[(<{|]"
_CLOSE: Final = r"[\])>}|]"
_BEFORE: Final = (
    rf"[^\w\s\[(<{{|/?=&.]{{0,3}}\s*(?:[a-z]+{_GAP})?(?:{_WORD_BEFORE}{_GAP})*(?:{_OPEN}\s*(?:[\w.-]+[/:])?|[*\"']{{1,2}}\s?)?"
)
_KEY: Final = r"(?i)(?:^|[\s,{;(\[\"'])(?:level|lvl|severity|sev|log_?level|log\.level|level_?name)[\"']?\s*[=:]\s*[\"']?$"

# An ordinary word that makes a sentence of what follows, also of a word in upper case.
_ARTICLE: Final = (
    r"(?i)^\W*(?:the|an?|this|that|every|each|any|of|in|to|for|with|and|or|on|as|is|was|set|got|has|by|at|all|new)\s"
)

# What follows an ordinary word that begins a sentence about errors and is not a severity.
_TOPIC: Final = (
    r"(?i)^\s+(?:rates?|ratio|counts?|counters?|numbers?|percentage|budgets?|thresholds?|stat\w*|metrics?|handl\w+|pages?|logs?|logging|"
    r"files?|codes?|messages?|report\w*|tracking|recovery|correction|rules?|manager|sent|mode|levels?|ids?|paths?|buttons?|board|"
    r"contacts?|channels?|class(?:es)?|types?|boundary|queues?|templates?|notif\w+|saved|updated|reload\w*|loaded|is|was|has|are|were|"
    r"resolved|cleared|fixed|recovered|of|for|free|=|:?\s*(?:0|none|nil|null|ok)\b)(?:\W|$)"
)
# A line that says that there is no error.
_NONE: Final = rf"(?i)^\W*(?:no|zero|0|without|any|not an?)\s+(?:{_WORDS})\b"

# The usual place: a word in upper case after a thread or a process at most, or at the very beginning in any case, but marked.
_USUAL: Final = rf"^(?:(?:\[[^\]]*\]|[\w.$/@:-]*[\d._:/$-][\w.$/@:-]*)[\s|-]+)?{_OPEN}?({_WORDS})(?:[\])>|:]|\s)"
_USUAL_MARKED: Final = rf"^{_OPEN}?((?i:{_WORDS}))(?:[\])>|]|:\s)"

_STATED: Final = """
    CASE WHEN candidate.first_letter <> '' THEN candidate.first_letter
         WHEN candidate.letter <> '' THEN CASE WHEN regexp_full_match(candidate.before, {before}) AND right(candidate.before, 1) IN ('[', '(', '<', '|')
                                           THEN candidate.letter END
         WHEN candidate.word = '' THEN NULL
         WHEN regexp_matches(candidate.before, {key}) THEN candidate.word
         WHEN regexp_full_match(candidate.before, {before}) AND (
              (candidate.word = upper(candidate.word) AND NOT ends_with(candidate.before, '/')
               AND NOT regexp_matches(candidate.before, {article}))
              OR regexp_matches(substr({text}, length(candidate.before) + length(candidate.word) + 1), {marked})
              OR (NOT regexp_matches(candidate.before, '\\w') AND (
                  NOT regexp_full_match(candidate.word, {nouns})
                  OR NOT regexp_matches(substr({text}, length(candidate.before) + length(candidate.word) + 1), {topic}))))
         THEN candidate.word END
"""
# What marks the word before it as a severity: a closing bracket, a colon, a bar.
_MARKED: Final = rf"^\s?(?:{_CLOSE}|[/:, ][^\s\])>}}|]*{_CLOSE}|[:|](?:[\s|\[]|$)|\s-\s|!)"

# A severity at the very beginning of a message that is marked as one, with what separates it from the message.
_STATED_FIRST: Final = (
    rf"^[\s*\"']*(?:(?:{_WORDS})(?:\s*[:|\]>)}}*]|\s+-(?:\s|$)|\s|\[\d+\]|$)|{_OPEN}\s*(?:(?i:{_WORDS})|{_LETTERS})\s*{_CLOSE}:?|"
    rf"(?i:{_WORDS})\s?(?::|\||\s-)(?:\s|$))[\s:|*-]*"
)

# A line that begins with a severity, and so is never a further line of the event above it.
BEGINS_WITH_SEVERITY: Final = rf"^[*]{{0,2}}(?:(?:{_WORDS})(?:[\])>}}|*]|:?\s+\S)|[\[<(](?i:{_WORDS})[\])>]\s*:?\s*\S)"

# A JSON object on one line that has a severity but no time.
_LEVEL_KEY: Final = r"\"(?i:level|lvl|severity|sev|log_?level|log\.level|level_?name)\"\s*:\s*\""
OBJECT_WITH_SEVERITY: Final = rf"^\{{.*{_LEVEL_KEY}(?i:{_WORDS})\".*\}}\s*$"
OBJECT_WITH_TIME: Final = r"\"(?i:@?time(?:_?stamp)?|@t|ts|t|date(?:_?time)?|asctime)\"\s*:"


def stated_severity(text: str) -> str:
    """Return the SQL of the severity that a text states, null if it states none.

    A severity is a word near the beginning of the text, after a thread, a process or a logger at most: in upper case,
    in brackets, before a colon, first of all, or as the value of a key such as `level`. It is not a word of a path, a
    query, a file name, a count (`0 errors`) or a sentence.

    Parameters
    ----------
    text : str
        The SQL of the text.
    """
    beginning = f"left({text}, {_REACH})"
    stated = _STATED.format(
        text=beginning,
        before=sql.quoted(_BEFORE),
        key=sql.quoted(_KEY),
        marked=sql.quoted(_MARKED),
        article=sql.quoted(_ARTICLE),
        nouns=sql.quoted(f"(?i:{_NOUNS}|{_FOREIGN})"),
        topic=sql.quoted(_TOPIC),
    )
    pattern = sql.quoted(_CANDIDATE)
    groups = f"regexp_extract({beginning}, {pattern}, {list(_GROUPS)})"
    # Most lines are decided by patterns without groups, which are ten times as fast.
    word = f"""
        CASE WHEN regexp_matches({text}, {sql.quoted(_NONE)}) THEN NULL
             WHEN regexp_matches({text}, {sql.quoted(_USUAL)}) THEN regexp_extract({text}, {sql.quoted(_USUAL)}, 1)
             WHEN regexp_matches({text}, {sql.quoted(_USUAL_MARKED)}) THEN regexp_extract({text}, {sql.quoted(_USUAL_MARKED)}, 1)
             WHEN regexp_matches({beginning}, {pattern}) THEN list_transform([{groups}], lambda candidate: {stated})[1] END
    """
    # The lambda keeps the word from being searched for once for each of its uses in the macro.
    return f"list_transform([{word}], lambda word: to_severity(word))[1]"


def without_stated_severity(text: str) -> str:
    """Return the SQL of a text without the severity that it begins with; a text that is nothing else stays as it is.

    What Go writes of a panic stays as it is, too.
    """
    without = f"coalesce(nullif(regexp_replace({text}, {sql.quoted(_STATED_FIRST)}, ''), ''), {text})"
    return f"CASE WHEN starts_with({text}, 'panic: ') THEN {text} ELSE {without} END"

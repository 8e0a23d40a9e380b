"""Finds the templates that log messages were written from."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import Final
from zlib import crc32

import pandas as pd

from pmkit.analysis.causes.message_tokenizer import VARIES, Word, tokenize
from pmkit.analysis.causes.state_words import is_certain_state, is_enumeration, is_state

# If messages differ at one place only, this many different words there are values.
MANY: Final = 4
# If messages differ at several places, this many different words at a place are values.
VERY_MANY: Final = 16
# Up to this many messages are compared with each other; in the others, only numbers and the like are values.
MOST_COMPARED: Final = 20_000
# A word that follows one of these is a value.
_NAMES: Final = frozenset({"=", "user", "host"})
Key = tuple[str, ...]


def templates_of(messages: Iterable[str], most_compared: int = MOST_COMPARED) -> dict[str, str]:
    """Return the template of every message.

    A message is divided into words. A number, a time, an address, a path or any other word with a digit in it is a
    value, together with its sign, its unit and the remark in parentheses after it; several values side by side are one.
    Messages that differ in one word only belong to one template if that word is a value in some of them, follows a name
    such as `user`, or is one of many. This is repeated until there are no more such messages. A word that says how
    something ended, such as `failed` or `DOWN`, is never a value, so that a failure keeps its own template.

    Parameters
    ----------
    messages : iterable of str
        Each counts once, and their order does not matter, so messages of several shards can be combined first.
        Numbers in them may have been replaced by ``<*>``.
    most_compared : int, optional
        How many messages are compared with each other; in the others, only numbers and the like are values.

    Returns
    -------
    dict of str to str
        The template of every message, the varying parts written as ``<*>``.

    Notes
    -----
    Treating numbers as values, and comparing messages of the same length word by word, is from Drain (P. He et al., "Drain:
    An Online Log Parsing Approach with Fixed Depth Tree", ICWS 2017). Recognising a value by how many different ones
    there are at its place is from IPLoM (A. Makanju et al., "Clustering Event Logs Using Iterative Partitioning", KDD 2009).

    Examples
    --------
    >>> templates = templates_of(["session opened for user news", "session opened for user root", "disk 7 is full"])
    >>> sorted(set(templates.values()))
    ['disk <*> is full', 'session opened for user <*>']
    """
    distinct = sorted(set(messages))
    if len(distinct) > most_compared:
        # The sample does not depend on where the messages come from.
        distinct.sort(key=lambda message: crc32(message.encode(errors="replace")))
    not_compared = {message: _template_of_one(message) for message in distinct[most_compared:]}
    words_of = {message: tokenize(message) for message in sorted(distinct[:most_compared])}
    keys = {message: tuple(word.key for word in words) for message, words in words_of.items()}
    general = _generalise(set(keys.values()))
    groups = defaultdict(list)
    for message, key in keys.items():
        groups[general[key]].append(message)
    templates = {key: _written(key, [words_of[message] for message in members]) for key, members in groups.items()}
    return not_compared | {message: templates[key] for key, members in groups.items() for message in members}


def counts_by_template(masks: pd.DataFrame) -> pd.DataFrame:
    """Return counts of masked messages with the template of each.

    Parameters
    ----------
    masks : DataFrame
        Columns of `schema.TEMPLATES`; `template` holds messages without their numbers, see `Store.masked_messages`.

    Returns
    -------
    DataFrame
        The same columns. A template can have several rows in a bin, whose counts add up.
    """
    templates = templates_of(masks["template"].unique())
    return masks.assign(template=masks["template"].map(templates).astype("string"))


def _template_of_one(message: str) -> str:
    return "".join((" " if place and word.spaced else "") + word.key for place, word in enumerate(tokenize(message)))


def _generalise(keys: set[Key]) -> dict[Key, Key]:
    """Return the general sequence that every sequence of words belongs to."""
    general = _generalise_rare_words(keys)
    while step := _generalise_one_place(set(general.values())):
        general = {key: step.get(current, current) for key, current in general.items()}
    return general


def _generalise_one_place(keys: set[Key]) -> dict[Key, Key]:
    """Return the sequences that become more general, because they only differ at one place, where values are."""
    step: dict[Key, Key] = {}
    similar = _equal_but_for_one(sorted(keys))
    for (frame, place), members in sorted(similar.items(), key=lambda item: (-len(item[1]), item[0])):
        if len(members) < _fewest_values(frame[:place]) and not any(key[place] == VARIES for key in members):
            continue
        is_fixed = is_certain_state if frame[place - 1] in _NAMES else is_state
        rest = [key for key in members if key not in step and not is_fixed(key[place])]
        fixed_words = any(_is_word(word) for word in frame)
        if len(rest) > 1 and fixed_words and _are_values([key[place] for key in rest], frame[:place]):
            step.update(dict.fromkeys(rest, (*frame[:place], VARIES, *frame[place + 1 :])))
    return step


def _equal_but_for_one(keys: Sequence[Key]) -> dict[tuple[Key, int], list[Key]]:
    """Group the sequences that differ at one place by the words around it.

    Candidates are found by hashes of the words before and after a place, so that a long sequence takes memory
    proportional to its length, and not to the square of it.
    """
    candidates = defaultdict(list)
    for key in keys:
        behind = [0, *accumulate(reversed(key), _hash, initial=len(key))]
        for place, before in enumerate(accumulate(key, _hash, initial=0)):
            if 0 < place < len(key):
                candidates[place, before, behind[len(key) - place]].append((key, place))
    similar = defaultdict(list)
    for members in candidates.values():
        for key, place in members if len(members) > 1 else ():
            similar[(*key[:place], "", *key[place + 1 :]), place].append(key)
    return similar


def _hash(before: int, word: str) -> int:
    return hash((before, word))


def _generalise_rare_words(keys: set[Key]) -> dict[Key, Key]:
    """Generalise sequences that share most of their words and have very many different ones at the other places."""
    number_of = Counter((len(key), place, word) for key in keys for place, word in enumerate(key))
    by_frame = defaultdict(list)
    for key in keys:
        by_frame[_frame(key, [number_of[len(key), place, word] for place, word in enumerate(key)])].append(key)
    general: dict[Key, Key] = {}
    for frame, members in by_frame.items():
        places = _places_of_values(frame, members)
        general |= {
            key: tuple(VARIES if place in places and not is_certain_state(word) else word for place, word in enumerate(key))
            for key in members
        }
    return general


def _places_of_values(frame: Key, members: Sequence[Key]) -> set[int]:
    """Return the rare places of a frame at which its sequences have very many different words; none if most places are rare."""
    rare = [place for place, word in enumerate(frame) if not word]
    if len(rare) > sum(map(_is_word, frame)):
        return set()
    return {place for place in rare if len({key[place] for key in members}) >= VERY_MANY}


def _frame(key: Key, numbers: Sequence[int]) -> Key:
    """Return a sequence in which rare words are empty: those at most half as frequent at their place as the most frequent."""
    most = max((number for number, word in zip(numbers, key, strict=True) if _is_word(word)), default=0)
    return tuple(word if 2 * number >= most or not _is_word(word) else "" for number, word in zip(numbers, key, strict=True))


def _are_values(words: list[str], before: Key) -> bool:
    """Return whether the words at one place, behind those `before`, are values."""
    if not all(word == VARIES or _is_word(word) for word in words):
        return False
    if VARIES in words:
        return True
    names_states = len(words) < VERY_MANY and (is_enumeration(before) or all(word.isupper() for word in words))
    return len(words) >= _fewest_values(before) and not names_states


def _fewest_values(before: Key) -> int:
    """Return how many different words at a place are values, by the words before it."""
    return 2 if before[-1] in _NAMES else MANY


@lru_cache(maxsize=1 << 16)
def _is_word(word: str) -> bool:
    return any(letter.isalnum() for letter in word)


def _written(key: Key, members: list[list[Word]]) -> str:
    """Return the text of a template: as its messages are written where all agree, with the spaces of the first one."""
    parts = []
    for place, (word, column) in enumerate(zip(key, zip(*members, strict=True), strict=True)):
        texts = {each.text for each in column}
        parts.append((" " if place and column[0].spaced else "") + (texts.pop() if len(texts) == 1 else word))
    return "".join(parts)

"""Answers about several parsed logs that are kept in the cache, because finding them takes a look at all events."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Callable, Iterable
from pathlib import Path

from pmkit.core.checked_files import put_checked_text, read_checked_text
from pmkit.core.json_value import JsonValue
from pmkit.ingest.cache_key import code_version


def kept_answer(question: str, logs: Iterable[str], cache: Path, find: Callable[[], JsonValue]) -> JsonValue:
    """Return an answer about logs from the cache; it is found first if it is not there.

    Parameters
    ----------
    question : str
        What is asked, which is the name of a folder in the cache.
    logs : iterable of str
        The logs, by the names of their extents, in the order that matters for the answer.
    find : callable
        Returns the answer.
    """
    key = hashlib.sha256("\0".join([code_version(), *logs]).encode()).hexdigest()
    file = cache / question / key
    with contextlib.suppress(OSError, ValueError):
        answer: JsonValue = json.loads(read_checked_text(file))
        return answer
    answer = find()
    with contextlib.suppress(OSError):
        put_checked_text(json.dumps(answer), file)
    return answer

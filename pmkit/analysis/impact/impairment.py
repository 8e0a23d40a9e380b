"""The words for what happened during an impact, and whether there was one."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple


class Impairment(NamedTuple):
    """The words for what happened to requests or samples, as in `the failed requests` and `the requests that failed`."""

    adjective: str
    verb: str


FAILED: Final = Impairment("failed", "failed")

# Whether there was an impact. It cannot be determined if too few events have an outcome.
Verdict = Literal["impact", "no impact", "cannot be determined"]

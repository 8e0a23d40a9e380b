"""The kinds of changes."""

from __future__ import annotations

from typing import Final

_WORDS: Final = {
    "rollback": ("rollback", "roll back", "rolled back", "revert", "undo"),
    "deploy": ("deploy", "deployment", "release", "rollout", "ship"),
    "config": ("config", "configuration", "setting", "policy"),
    "flag": ("flag", "feature", "toggle"),
    "scale": ("scale", "scaling", "resize"),
    "migration": ("migration", "migrate", "schema"),
}


def change_kind(word: str) -> str:
    """Return the canonical kind of a change.

    Examples
    --------
    >>> change_kind("Deployment"), change_kind("feature_flag"), change_kind("restart")
    ('deploy', 'flag', 'other')
    """
    lowered = word.lower()
    return next((kind for kind, words in _WORDS.items() if any(part in lowered for part in words)), "other")


# The words with which products say that something was not changed after all, and what they mean.
_FAILURES: Final = {
    "failed": "failed", "failure": "failed", "error": "failed", "errored": "failed", "timed_out": "failed", "startup_failure": "failed",
    "timedout": "failed", "terminal": "failed", "crashed": "failed", "faulted": "failed", "unstable": "failed", "broken": "failed", "rejected": "was rejected", "degraded": "failed",
    "canceled": "was cancelled", "cancelled": "was cancelled", "aborted": "was cancelled", "stopped": "was cancelled",
    "skipped": "was skipped", "not_built": "was skipped", "not-started": "has not begun", "neutral": "was skipped",
    "created": "has not begun", "pending": "has not begun", "queued": "has not begun", "waiting": "has not begun",
    "scheduled": "has not begun", "blocked": "has not begun", "manual": "has not begun", "requested": "has not begun",
    "preparing": "has not begun", "waiting_for_resource": "has not begun", "action_required": "has not begun",
    "draft": "is a draft", "discarded": "was cancelled", "undeployed": "was cancelled", "abandoned": "was cancelled",
}  # fmt: skip


def failure_of(outcome: object) -> str | None:
    """Return why something that was to be changed was not, by the product's word for its outcome; None if it was changed.

    Examples
    --------
    >>> failure_of("FAILED"), failure_of("success")
    ('failed', None)
    """
    return _FAILURES.get(str(outcome).strip().lower().replace(" ", "_"))

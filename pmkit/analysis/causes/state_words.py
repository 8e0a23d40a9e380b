"""Recognises words that say how something ended or how it is: `failed`, `UP`, `denied`. They are no values of a template."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words that only say how something ended or how it is.
_STATES: Final = _words(
    """
    up down true false yes no nok success successful successfully succeeds failure unsuccessful unsuccessfully unready
    notready available unavailable inactive dead offline online healthy unhealthy valid invalid incomplete unknown absent
    missing denied stuck starting stopping restarting beginning ending finishing aborting cancelling canceling retrying
    resuming pausing suspending running pending waiting queueing queuing processing loading unloading syncing draining
    terminating exiting leaving joining connecting disconnecting reconnecting closing opening initializing initialising
    creating deleting updating booting rebooting failing crashing flapping firing recovering degrading hanging dying
    lagging shutting scaling throttling died broke broken fell fallen froze frozen hung lost sent taken given kept caught
    thrown threw torn withdrawn overrun overran agreed freed guaranteed zero nonzero
    gestartet gestoppt beendet abgebrochen abgelehnt angenommen fehlgeschlagen gescheitert erfolgreich verloren verbunden
    getrennt geschlossen gespeichert abgestürzt bereit nicht
    """
)
# Words for states that also name people, machines and things.
_AMBIGUOUS: Final = _words(
    """
    on off in out y n ok okay good bad pass fail hit miss win won lose open close closed shut half-open full empty high
    low normal hot cold warm fresh stale new old ready active alive live complete partial known present found visible
    hidden public private allow deny permit forbid block drop accept reject grant revoke ack nack start stop restart begin
    end finish abort cancel retry resume pause suspend busy idle free slow fast late early overdue asleep awake quiet
    noisy secure insecure safe unsafe leading following primary secondary standby leader follower candidate master slave
    replica green yellow amber orange red trace debug info notice warn warning error critical fatal severe emergency alert
    panic maint maintenance drain nolb enable disable lock unlock mount unmount began begun bound chosen forgotten gone
    got held left made met paid put quit ran reset rose run set shrunk slept split went woken written wrong
    """
)
# A word with one of these in it is about a failure.
_FAILURE: Final = re.compile(
    r"fail|error|exception|(?<!de)fault|crash|abort|den(?:y|ied|ial)|reject|refus|timed?[_-]?out|expir|unavail|unreach"
    r"|unhealth|corrupt|broken|degrad|exhaust|overload|overflow|throttl|evict|backoff|oomkill|panic|fatal|(?<!s)kill|deadlock|violat|conflict|outage"
    r"|exceed|forbid|unauthori[sz]|mismatch|invalid|missing"
)
# Past participles: started, denied, declined. Not the names of people, and not words that only look like one.
_PARTICIPLE: Final = re.compile(r"[a-z]{2,}[a-df-z]ed")
_NO_PARTICIPLES: Final = _words(
    """
    fred alfred wilfred jared ahmed ahmad mohamed mohammed muhamed hamed hamid syed sayed saed reed embed shed sled bred
    hundred
    """
)
# After one of these, the next word says what state something is in, or what could not be done.
_COPULAS: Final = _words(
    """
    is are was were be been being am became becomes become remains stays went goes turned gets got now not cannot can't
    couldn't
    """
)
# The names of values that are states, one of a few words.
_STATE_KEYS: Final = _words(
    """
    state status result outcome phase health condition level severity mode action reason cause verdict decision conclusion
    response reply error err exception failure signal role event event_type type kind transition stage success ok alive
    ready healthy enabled
    """
)
# The last part of a word of several: `order.failed`, `NOT_READY`, `OOMKilled`.
_LAST_PART: Final = re.compile(r"[A-Z]?[a-z]+$|[A-Z]+$")


@lru_cache(maxsize=1 << 16)
def is_state(word: str) -> bool:
    """Return whether a word says how something ended or how it is.

    Examples
    --------
    >>> [word for word in ("failed", "UP", "CrashLoopBackOff", "order.declined", "web", "heartbeat", "fred") if is_state(word)]
    ['failed', 'UP', 'CrashLoopBackOff', 'order.declined']
    """
    return is_certain_state(word) or word.lower() in _AMBIGUOUS or _last_part(word) in _AMBIGUOUS


@lru_cache(maxsize=1 << 16)
def is_certain_state(word: str) -> bool:
    """Return whether a word nearly always says how something ended or how it is.

    Examples
    --------
    >>> [word for word in ("failed", "timed_out", "info", "master") if is_certain_state(word)]
    ['failed', 'timed_out']
    """
    lower = word.lower()
    return bool(_FAILURE.search(lower)) or any(each in _STATES or _is_participle(each) for each in (lower, _last_part(word)))


def is_enumeration(before: tuple[str, ...]) -> bool:
    """Return whether the words before a place show that a state follows: `is`, or a name such as `status` with its sign.

    Examples
    --------
    >>> [is_enumeration(tuple(words.split())) for words in ("disk is", "pod_status =", "job", "user =")]
    [True, True, False, False]
    """
    signs = 0
    while signs < len(before) and before[-1 - signs] in ("=", ":", '"', "'"):
        signs += 1
    if signs == len(before):
        return False
    word = before[-1 - signs]
    return _last_part(word) in _STATE_KEYS or (not signs and word.lower() in _COPULAS)


def _is_participle(word: str) -> bool:
    return bool(_PARTICIPLE.fullmatch(word)) and word not in _NO_PARTICIPLES


def _last_part(word: str) -> str:
    last = _LAST_PART.search(word)
    return last[0].lower() if last else ""

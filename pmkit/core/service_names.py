"""Whether two names are of one service: exports call it by its own name, or by that of its release, deployment or port."""

from __future__ import annotations

import re
from typing import Final

# Words that many services have in their names.
_GENERIC: Final = frozenset({
    "api", "app", "backend", "default", "frontend", "gateway", "http", "https", "ingress", "main", "prod", "production",
    "proxy", "server", "service", "staging", "svc", "web", "worker",
})  # fmt: skip


def is_same_service(first: str, second: str) -> bool:
    """Return whether the words of one name are some of the other's, one after another, and say which service it is.

    Examples
    --------
    >>> is_same_service("booking-api", "shop-booking-api-8080"), is_same_service("pay", "pay-svc")
    (True, True)
    >>> is_same_service("api", "booking-api"), is_same_service("booking", "bookings"), is_same_service("pay-api", "pay-worker")
    (False, False, False)
    """
    if first == second:
        return True
    shorter, longer = sorted((_words(first), _words(second)), key=len)
    if all(word in _GENERIC or word.isdecimal() for word in shorter):
        return False
    return any(longer[start : start + len(shorter)] == shorter for start in range(len(longer) - len(shorter) + 1))


def _words(name: str) -> list[str]:
    return re.findall(r"[^\W_]+", name.casefold())

"""Whether two names are of one service: exports call it by its own name, or by that of its release, deployment or port."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

# Words that many services have in their names.
_GENERIC: Final = frozenset({
    "api", "app", "backend", "blue", "canary", "default", "frontend", "gateway", "green", "http", "https", "ingress", "main",
    "primary", "prod", "production", "proxy", "server", "service", "stable", "staging", "svc", "web", "worker",
})  # fmt: skip


def is_same_service(first: str, second: str) -> bool:
    """Return whether the words of one name are some of the other's, one after another, and say which service it is.

    What the longer name has before them may be a namespace or a release. Words after them make it another service, unless they
    are general or numbers.

    Examples
    --------
    >>> is_same_service("booking-api", "shop-booking-api-8080"), is_same_service("pay", "pay-svc")
    (True, True)
    >>> is_same_service("api", "booking-api"), is_same_service("booking", "bookings"), is_same_service("pay-api", "pay-worker")
    (False, False, False)
    >>> is_same_service("order", "order-history"), is_same_service("cart", "cart-db-0")
    (False, False)
    """
    if first == second:
        return True
    shorter, longer = sorted((_words(first), _words(second)), key=len)
    if _is_general(shorter):
        return False
    stops = range(len(shorter), len(longer) + 1)
    return any(longer[stop - len(shorter) : stop] == shorter and _is_general(longer[stop:]) for stop in stops)


def names_of_service(service: str, names: Collection[str]) -> list[str]:
    """Return which of some names are of a service: its own, or else those that `is_same_service` takes for it.

    Examples
    --------
    >>> names_of_service("cart", ["cart", "shop-cart"]), names_of_service("cart", ["pay", "shop-cart"])
    (['cart'], ['shop-cart'])
    """
    return [service] if service in names else [name for name in names if is_same_service(service, name)]


def _is_general(words: list[str]) -> bool:
    """Return whether words are general, or numbers of ports, versions and replicas."""
    return all(word in _GENERIC or word.removeprefix("v").isdecimal() for word in words)


def _words(name: str) -> list[str]:
    return re.findall(r"[^\W_]+", name.casefold())

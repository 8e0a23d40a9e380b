"""What the names of exports tell: the service, and which logs are of one kind."""

from __future__ import annotations

import re
from typing import Final

_PACKED: Final = re.compile(r"(?:\.(?:gz|bz2|xz|lzma|zst|lz4))+$", re.I)
_EXTENSION: Final = re.compile(r"(?:\.(?:log|json|jsonl|ndjson|csv|txt))+$", re.I)
_RANDOM: Final = "[bcdfghjklmnpqrstvwxz2456789]"
"""What Kubernetes makes names of."""
_INSTANCE: Final = re.compile(
    rf"""
      [-_.]{_RANDOM}{{6,10}}-{_RANDOM}{{5}}(?![A-Za-z0-9])               # a pod of a deployment
    | [-_.]?(?<![A-Za-z0-9])(?=[a-f]*\d)[0-9a-f]{{8,}}(?![A-Za-z0-9])      # a container, a machine of a cloud
    | [-_.]?(?<![A-Za-z0-9])\d[\dT:Z-]*[a-z]?(?![A-Za-z0-9])             # a number, a date, an address, a zone such as 1a
    """,
    re.VERBOSE,
)
_COUNTED: Final = re.compile(r"(?<=[A-Za-z])\d+(?![A-Za-z0-9])")
_NO_SERVICE: Final = {"access", "error", "errors", "request", "requests", "app", "application", "log", "logs", "out", "server"}


def service_of(source: str) -> str | None:
    """Guess the service from the name of an export.

    Examples
    --------
    >>> service_of("logs/checkout-requests.log.zst"), service_of("cart-5d9c8b7f6-x2x4z.log"), service_of("logs/access.log.1")
    ('checkout', 'cart', None)
    """
    name = _INSTANCE.sub("", _PACKED.sub("", source.rsplit("/", 1)[-1]))
    words = re.split(r"[-_.]", _EXTENSION.sub("", name))
    return "-".join(word for word in words if word and word.lower() not in _NO_SERVICE) or None


def kind_of(source: str) -> str:
    """Give the name of an export without what tells it from others of its kind: numbers, dates, rotations, instances.

    Examples
    --------
    >>> kind_of("web-1/access.log"), kind_of("web2/access.log.3.gz"), kind_of("cart-5d9c8b7f6-x2x4z.log")
    ('web/access.log', 'web/access.log', 'cart.log')
    """
    return _COUNTED.sub("", _INSTANCE.sub("", _PACKED.sub("", source)))

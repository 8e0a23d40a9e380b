"""What the file name of an export reveals: the service, and the other exports of the same log."""

from __future__ import annotations

import re
from typing import Final

_COMPRESSION: Final = re.compile(r"(?:\.(?:gz|bz2|xz|lzma|zst|lz4))+$", re.I)
_EXTENSION: Final = re.compile(r"(?:\.(?:log|json|jsonl|ndjson|csv|txt))+$", re.I)
# The characters that Kubernetes generates names from.
_KUBERNETES_CHARACTER: Final = "[bcdfghjklmnpqrstvwxz2456789]"
_INSTANCE: Final = re.compile(
    rf"""
      [-_.]{_KUBERNETES_CHARACTER}{{6,10}}-{_KUBERNETES_CHARACTER}{{5}}(?![A-Za-z0-9])  # a pod of a deployment
    | [-_.]?(?<![A-Za-z0-9])(?=[a-f]*\d)[0-9a-f]{{8,}}(?![A-Za-z0-9])      # a container, a cloud machine
    | [-_.]?(?<![A-Za-z0-9])\d[\dT:Z-]*[a-z]?(?![A-Za-z0-9])             # a number, a date, an address, a zone such as 1a
    """,
    re.VERBOSE,
)
_TRAILING_NUMBER: Final = re.compile(r"(?<=[A-Za-z])\d+(?![A-Za-z0-9])")
_NOT_A_SERVICE: Final = {"access", "error", "errors", "request", "requests", "app", "application", "log", "logs", "out", "server"}


def service_from_filename(source: str) -> str | None:
    """Return the service that the name of an export suggests; None if it suggests none.

    Examples
    --------
    >>> service_from_filename("logs/checkout-requests.log.zst"), service_from_filename("logs/access.log.1")
    ('checkout', None)
    >>> service_from_filename("cart-5d9c8b7f6-x2x4z.log")
    'cart'
    """
    name = _INSTANCE.sub("", _COMPRESSION.sub("", source.rsplit("/", 1)[-1]))
    words = re.split(r"[-_.]", _EXTENSION.sub("", name))
    return "-".join(word for word in words if word and word.lower() not in _NOT_A_SERVICE) or None


def log_family(source: str) -> str:
    """Return the name of an export without what differs between exports of one log: numbers, dates, rotations, instances.

    Examples
    --------
    >>> log_family("web-1/access.log"), log_family("web2/access.log.3.gz"), log_family("cart-5d9c8b7f6-x2x4z.log")
    ('web/access.log', 'web/access.log', 'cart.log')
    """
    return _TRAILING_NUMBER.sub("", _INSTANCE.sub("", _COMPRESSION.sub("", source)))

"""Checks at the start that there is enough memory, because C++ libraries would end the process without a message."""

from __future__ import annotations

import contextlib
from typing import Final

from pmkit.core.errors import ReportError

# Windows has no such module.
with contextlib.suppress(ImportError):
    import resource

# Bytes of address space. This is more than the memory in use, because threads and libraries reserve it.
_LEAST_ADDRESS_SPACE: Final = 3 << 30


def check_memory() -> None:
    """Raise ReportError if the address space of the process is too small.

    Raises
    ------
    ReportError
        When the limit is below what the libraries reserve.
    """
    if "resource" not in globals():
        return
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    if resource.RLIM_INFINITY != limit < _LEAST_ADDRESS_SPACE:
        raise ReportError(
            f"the address space is limited to {limit / 2**30:.1f} GiB, but at least {_LEAST_ADDRESS_SPACE / 2**30:.0f} GiB "
            "are needed; raise the limit, for example with `ulimit -v unlimited`"
        )

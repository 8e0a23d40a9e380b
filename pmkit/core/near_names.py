"""Names that a user may have meant."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import Final

_MOST: Final = 3
_SHORTEST: Final = 2


def did_you_mean(name: str, candidates: Sequence[str]) -> str:
    """Return a hint at the candidates that are close to a name, in upper or lower case; empty if none is.

    Examples
    --------
    >>> did_you_mean("htm", ["html", "pdf"]), did_you_mean("checkuot", ["Checkout"]), did_you_mean("sre", ["sre-book"])
    ('; did you mean html?', '; did you mean Checkout?', '; did you mean sre-book?')
    """
    by_lower_case = {candidate.lower(): candidate for candidate in candidates}
    wanted = name.lower()
    begins = [candidate for candidate in by_lower_case if len(wanted) >= _SHORTEST and candidate.startswith(wanted)]
    near = list(dict.fromkeys([*begins, *difflib.get_close_matches(wanted, by_lower_case, _MOST)]))[:_MOST]
    return f"; did you mean {' or '.join(by_lower_case[candidate] for candidate in near)}?" if near else ""

"""What a text is searched in: where a log line contains it, and where it must be the whole value."""

from __future__ import annotations

import json
from typing import Final

# The columns of logs in which text is searched.
SEARCHED: Final = ("message", "url_path")

# The columns that a text matches as a whole; a request ID has a digit.
MATCHED: Final = ("client", "trace_id")

# A line that matches a text, each parameter once: in lower case, as it is, and as JSON has it.
TEXT_MATCHES: Final = " OR ".join(
    [
        *(f"contains(lower({name}), $text_lower)" for name in SEARCHED),
        *(f"{name} = $text" for name in MATCHED),
        "contains(lower(attributes), $text_json)",
    ]
)


def as_json(text: str) -> str:
    """Return a text, in lower case, as it is written inside a JSON text."""
    return json.dumps(text.lower(), ensure_ascii=False)[1:-1]

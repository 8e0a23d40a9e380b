"""Patterns of lines that continue the event above them: stack traces, indented lines, closing brackets."""

from __future__ import annotations

import re
from typing import Final

_TRACE: Final = (
    r"\s+(?:at |File \"|from |\.\.\. \d+ more|\d+: )|Traceback \(most recent|Caused by:|Suppressed:|During handling of|"
    r"The above exception|\.\.\. \d+ more|at [\w$./<]+|goroutine \d+ |created by |panic: |fatal error: |exit status|\[signal |"
    r"[\w.$/-]+(?:Exception|Error|Throwable|Interrupt|Exit|Timeout|Warning)(?:: |$| \()|[\w./*-]+\.[\w(*).]+\(.*\)$|"
    r"--- End of|from /|\S+:\d+:in |#\d+ |Stack trace:|\[stacktrace\]|Backtrace:|stack backtrace:|note: run with|"
    r"thread '.*' panicked at |PHP [A-Z][a-z]+(?: error)?: |\*\* \(|terminate called |Segmentation fault"
)

# Matches the lines of stack traces in the usual languages.
TRACE: Final = rf"^(?:{_TRACE})"

# Matches any line that continues the event above it.
CONTINUATION: Final = rf"^(?:{_TRACE}|\s+\S|\"\}}\s*$|[\]}})]+,?\s*$)"

_CONTINUATION: Final = re.compile(CONTINUATION, re.ASCII)


def is_continuation(line: str) -> bool:
    """Return whether a line continues the event above it, as the lines of a stack trace do."""
    return _CONTINUATION.match(line) is not None

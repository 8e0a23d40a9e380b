"""Patterns of lines that continue the event above them: stack traces, indented lines, closing brackets."""

from __future__ import annotations

import re
from typing import Final

# Lines that only stand in a stack trace.
_IN_TRACE: Final = (
    r"\s+(?:at |File \"|from |\.\.\. \d+ more|\d+: )|Traceback \(most recent|Caused by:|Suppressed:|During handling of|"
    r"The above exception|\.\.\. \d+ more|at (?:async )?[\w$./<>\[\]]+ ?\(|at \S+:\d+|goroutine \d+ \[|created by |\[signal |"
    r"--- End of|from /|\S+:\d+:in |#\d+ (?:/|\{|\[|0x|\S+\()|Stack trace:|\[stacktrace\]|Backtrace:|stack backtrace:|note: run with|"
    r"thread '.*' panicked at "
)

# Lines that begin or end a stack trace, and that may also be a message of their own.
_PERHAPS_IN_TRACE: Final = (
    r"(?:[Ee]xception in thread \"[^\"]*\" |(?:Unc|unc)aught )?[\w.$/-]*(?:Exception|Error|Throwable|Interrupt|Exit|Timeout|Warning)(?:: |:?$| \()|"
    r"panic: |fatal error: |exit status|[\w./*-]+\.[\w(*).]+\(.*\)$|PHP [A-Z][a-z]+(?: error)?: |\*\* \(|terminate called |"
    r"Segmentation fault"
)

# The last line of a trace of Python: the name of the exception, which may be any.
TRACEBACK: Final = r"^Traceback \(most recent"
EXCEPTION_NAME: Final = r"^[A-Za-z_][\w.]*(?::(?: |$)|$)"

# Matches the lines that are certainly of a stack trace, in the usual languages, and those that may be.
TRACE: Final = rf"^(?:{_IN_TRACE})"
PERHAPS_TRACE: Final = rf"^(?:{_PERHAPS_IN_TRACE})"

# Matches any line that certainly continues the event above it.
CONTINUATION: Final = rf"^(?:{_IN_TRACE}|\s+\S|-->(?:\s|$)|\"\}}\s*$|[\]}})]+,?\s*$)"

_CONTINUATION: Final = re.compile(rf"{CONTINUATION}|{PERHAPS_TRACE}", re.ASCII)


def is_continuation(line: str) -> bool:
    """Return whether a line may continue the event above it, as the lines of a stack trace do."""
    return _CONTINUATION.match(line) is not None

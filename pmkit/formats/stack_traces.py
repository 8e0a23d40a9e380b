"""Patterns of stack traces and crashes, and of other lines that continue the event above them."""

from __future__ import annotations

import re
from typing import Final

# Lines that only stand in a stack trace.
_IN_TRACE: Final = (
    r"\s+(?:at |File \"|from |\.\.\. \d+ more|\d+: )|Traceback \(most recent|Caused by:|Suppressed:|During handling of|"
    r"The above exception|\.\.\. \d+ more|at (?:async )?[\w$./<>\[\]]+ ?\(|at \S+:\d+|goroutine \d+ \[|created by |\[signal |"
    r"--- End of|from /|\S+:\d+:in |#\d+ (?:/|\{|\[|0x|\S+\()|Stack trace:|\[stacktrace\]|Backtrace:|stack backtrace:|note: run with|Node\.js v\d|Dumping heap to |Heap dump file created|"
    r"thread '.*' panicked at "
)

# The name of an exception, perhaps with its message.
_EXCEPTION: Final = r"(?:[Ee]xception in thread \"[^\"]*\" |(?:Unc|unc)aught )?[\w.$/-]*(?:Exception|Error|Throwable|Interrupt|Exit|Timeout|Warning)(?:: |:?$| \()"

# Lines that begin or end a stack trace, and that may also be a message of their own.
_PERHAPS_IN_TRACE: Final = (
    rf"{_EXCEPTION}|"
    r"panic: |fatal error: |exit status|[\w./*-]+\.[\w(*).]+\(.*\)$|PHP [A-Z][a-z]+(?: error)?: |\*\* \(|terminate called |"
    r"Segmentation fault"
)

# The last line of a trace of Python: the name of the exception, which may be any.
TRACEBACK: Final = r"^Traceback \(most recent"
EXCEPTION_NAME: Final = r"^[A-Za-z_][\w.]*(?::(?: |$)|$)"

# Finds the last such line of several lines, each after a line end.
LAST_EXCEPTION: Final = r"(?s)^.*\n([A-Za-z_][\w.]*(?:: [^\n]*)?)(?:\n|$)"

# Matches the lines that are certainly of a stack trace, in the usual languages, and those that may be.
TRACE: Final = rf"^(?:{_IN_TRACE})"
PERHAPS_TRACE: Final = rf"^(?:{_PERHAPS_IN_TRACE})"

# Matches any line that certainly continues the event above it.
CONTINUATION: Final = rf"^(?:{_IN_TRACE}|\s+\S|-->(?:\s|$)|\"\}}\s*$|[\]}})]+,?\s*$)"

# What a runtime prints without a time when a program dies; no logger prints it for an exception that was caught.
DEATH: Final = (
    r"^(?:panic: \S|fatal error: \S|(?:PHP )?Fatal error: +\S|Fatal Python error: |thread '[^']*' (?:\(\d+\) )?panicked at |"
    r"terminate called (?:after|without|recursively)|libc\+\+abi: terminating|Process terminated\. |"
    r"\*\*\* (?:stack smashing|buffer overflow|Error in )|(?:double free|free\(\): |malloc\(\): |munmap_chunk\(\)|corrupted (?:size|double|unsorted))|"
    r"# A fatal error has been detected|runtime: out of memory|[\w./: -]*Assertion [`'].*' failed)"
)

# How the shell reports the end of a program; below another line of a crash, this is the same crash.
SIGNAL: Final = (
    r"^(?:\S+: line \d+: +\d+ )?(?:Killed|Aborted|Segmentation fault|Bus error|Illegal instruction|Floating point exception|"
    r"Trace/breakpoint trap)(?:\s*\(core dumped\)(?:\s.*)?|(?:\s{2,}.*)?)$"
)

# What Node.js prints above an exception that nothing caught: where it was thrown.
_SCRIPT: Final = r"(?:(?:file://)?\S+\.[cm]?[jt]s|node:[\w/.]+):\d+$"

# The first line of an exception that nothing caught.
UNCAUGHT: Final = (
    r"^(?:[Ee]xception in thread \"|Unhandled (?:promise )?(?:[Ee]xception|[Rr]ejection|[Ee]rror)|(?:Uncaught|uncaught) (?:\w*\.)*\w|"
    r"Unhandled\w+: |\[Unhandled\w+: |\(node:\d+\) (?:\[\w+\] )?Unhandled|"
    rf"{_SCRIPT}|"
    r"\S+\.rb:\d+:in .*\(\w[\w:]*\)$|(?:[\w$]+\.)*OutOfMemoryError(?:: |$))"
)

# The first line of an exception, which loggers also print below the event of one that was caught.
EXCEPTION: Final = rf"^(?:{_EXCEPTION})"

# A line that connects a trace with the one above it, and one that the exception itself follows.
CONNECTION: Final = r"^(?:During handling of|The above exception|Caused by)"
BEFORE_EXCEPTION: Final = rf"^(?:{_SCRIPT})|{CONNECTION}|{TRACEBACK}"

# Matches any line at which a crash may begin.
CRASH: Final = "|".join((DEATH, SIGNAL, UNCAUGHT, TRACEBACK, EXCEPTION))

_CONTINUATION: Final = re.compile(rf"{CONTINUATION}|{PERHAPS_TRACE}", re.ASCII)


def is_continuation(line: str) -> bool:
    """Return whether a line may continue the event above it, as the lines of a stack trace do."""
    return _CONTINUATION.match(line) is not None

"""Regular expressions that several log formats share."""

from __future__ import annotations

from typing import Final

DATE: Final = r"\d{4}-\d\d-\d\d"
CLOCK: Final = r"\d\d:\d\d:\d\d"
ISO_TIME: Final = rf"{DATE}[T ]{CLOCK}(?:[.,]\d+)?"
ZONE: Final = r"(?:Z| ?[+-]\d\d:?\d\d)"
LEVEL: Final = r"(?P<level>TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|CRITICAL|CRIT|FATAL|SEVERE|ALERT|EMERGENCY|PANIC|OFF)"

# Words in capitals that are a severity, and not the name of a host or service, where either could stand.
SEVERITIES: Final = frozenset(
    ["TRACE", "DEBUG", "INFO", "NOTICE", "WARN", "WARNING", "ERROR", "CRITICAL", "CRIT", "FATAL", "SEVERE"]
)

# An address of either version of IP, without a port.
ADDRESS: Final = (
    r"\d{1,3}(?:\.\d{1,3}){3}|(?:[0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}|(?:[0-9a-fA-F]{1,4}(?::[0-9a-fA-F]{1,4})*)?::"
    r"(?:[0-9a-fA-F]{1,4}(?::[0-9a-fA-F]{1,4})*)?(?::\d{1,3}(?:\.\d{1,3}){3})?"
)

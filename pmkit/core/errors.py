"""The exceptions that pmkit raises on purpose.

    PmkitError
    ├── InputError            some input cannot be used (exit code 2)
    │   ├── IncidentError     the incident's ID, folder or incident.yaml
    │   ├── SourceError       an export cannot be read
    │   └── OutputError       a location cannot be written to
    ├── ReportError           valid input, but the report could not be produced (exit code 3)
    └── ClusterError          valid input, but a cluster could not read it (exit code 3)

A message says what was wrong, in which file and line, and what to do about it.
"""


class PmkitError(Exception):
    """Any error that pmkit raises on purpose."""

    exit_code = 2


class InputError(PmkitError):
    """Some input cannot be used."""


class IncidentError(InputError):
    """The incident's ID, its folder or its `incident.yaml` is wrong."""


class SourceError(InputError):
    """An export cannot be read."""


class OutputError(InputError):
    """A file or folder cannot be written to."""


class ReportError(PmkitError):
    """The input is valid, but the report could not be produced."""

    exit_code = 3


class ClusterError(PmkitError):
    """A cluster could not read an export that may well be readable."""

    exit_code = 3

"""What can go wrong, as one family of exceptions.

    PmkitError
    ├── InputError            something given to pmkit cannot be used (exit code 2)
    │   ├── IncidentError     the incident's ID, folder or incident.yaml
    │   ├── SourceError       an export that cannot be read
    │   └── OutputError       a place that cannot be written to
    ├── ReportError           the report could not be made from good input (exit code 3)
    └── ClusterError          a cluster could not read good input (exit code 3)

A message says what was wrong, in which file and line, and what to do about it.
"""


class PmkitError(Exception):
    """Any error that pmkit raises on purpose."""

    exit_code = 2


class InputError(PmkitError):
    """Something that was given to pmkit cannot be used."""


class IncidentError(InputError):
    """The incident's ID, its folder or its `incident.yaml` is wrong."""


class SourceError(InputError):
    """An export cannot be read."""


class OutputError(InputError):
    """A report cannot be written where it was asked for."""


class ReportError(PmkitError):
    """The report could not be made although its input was good."""

    exit_code = 3


class ClusterError(PmkitError):
    """A cluster could not read an export that may well be readable."""

    exit_code = 3

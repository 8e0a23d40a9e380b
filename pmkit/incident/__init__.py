"""What people know of an incident: the folder and its `incident.yaml`."""

from pmkit.incident.file import (
    CAUSES,
    TRIGGERS,
    EntryEdit,
    ErrorRule,
    FormatBlock,
    IncidentFile,
    Measure,
    Note,
    Slo,
    SourceHint,
    known_zone,
)
from pmkit.incident.folder import FILE_NAME, Incident, around, data_folder, find, incidents, scaffold
from pmkit.incident.writing import Conflict, ConflictError, Draft

__all__ = [
    "CAUSES",
    "FILE_NAME",
    "TRIGGERS",
    "Conflict",
    "ConflictError",
    "Draft",
    "EntryEdit",
    "ErrorRule",
    "FormatBlock",
    "Incident",
    "IncidentFile",
    "Measure",
    "Note",
    "Slo",
    "SourceHint",
    "around",
    "data_folder",
    "find",
    "incidents",
    "known_zone",
    "scaffold",
]

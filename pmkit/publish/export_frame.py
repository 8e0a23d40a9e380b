"""Reads one export into a pandas frame, without an incident."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from pmkit.core import schema
from pmkit.core.errors import InputError
from pmkit.incident.field_types import validate_timezone
from pmkit.publish.events import read_parts, rows_sql
from pmkit.store.database import connect


def read(path: str | Path, timezone: str | None = None, format_name: str | None = None) -> pd.DataFrame:
    """Return the rows of an export in the columns of its canonical table: logs, alerts, changes, messages, metrics or others.

    An export in an incident's folder is read with the settings in its `incident.yaml`.

    Parameters
    ----------
    path : str or Path
        The export, compressed or not; all files of an archive are read.
    timezone : str, optional
        IANA zone for times without one; if not given, the zone in `incident.yaml`, or else UTC.
    format_name : str, optional
        Name of the format, if pmkit does not recognise it; `pmkit formats` lists them.

    Raises
    ------
    InputError
        When there is no such file, zone or format, when the file is no export, or when an archive fills different tables.

    Examples
    --------
    >>> alerts = read("data/incidents/INC-2026-1012/alerts/alerts.json")
    >>> alerts["name"].iloc[0], str(alerts["started_at"].dtype)
    ('HighErrorRatio', 'datetime64[us, UTC]')
    """
    try:
        validate_timezone(timezone or "UTC")
    except ValueError as unknown:
        raise InputError(f"timezone {timezone!r}: {unknown}") from unknown
    parts, table = read_parts([Path(path)], timezone or "", format_name)
    with connect(reach=[part.extent.folder for part in parts]) as database:
        rows: pd.DataFrame = database.sql(rows_sql(database, parts, table)).to_arrow_table().to_pandas()
    return schema.conform(rows, schema.TABLES[table])

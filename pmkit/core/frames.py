"""Brings frames into the columns of the canonical tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from pmkit.core.schema import Column


def conform(frame: pd.DataFrame, table: Mapping[str, Column]) -> pd.DataFrame:
    """Give `frame` exactly the columns of `table`, in order and in their types.

    Parameters
    ----------
    frame : DataFrame
        Any columns of the table; times as datetimes with a zone or as null. Counts and line
        numbers cannot be null: they must be there unless the frame is empty.
    table : mapping of str to Column
        One of the tables of `schema`.

    Returns
    -------
    DataFrame
        A new frame; columns that were missing are null.

    Examples
    --------
    >>> from pmkit.core.schema import MESSAGES
    >>> conform(pd.DataFrame({"text": ["ack"], "line": [1]}), MESSAGES).dtypes["at"]
    datetime64[us, UTC]
    """
    columns = {name: _cast(frame, name, column.dtype) for name, column in table.items()}
    return pd.DataFrame(columns, index=frame.index)


def _cast(frame: pd.DataFrame, name: str, dtype: Any) -> pd.Series:
    if name in frame:
        return frame[name].astype(dtype)
    return pd.Series(float("nan") if dtype == "float64" else pd.NA, index=frame.index).astype(dtype)

"""Words for a row of a table, whose values may be missing."""

from __future__ import annotations

import pandas as pd


def evidence(row: pd.Series) -> str:
    """Return where a row was read from, as `file:line`."""
    return f"{row['source']}:{row['line']}"


def phrase(words: str, value: str | float | None) -> str:
    """Return the words followed by the value, or an empty text when the value is missing.

    It leaves a service, version or role that the data do not name out of a sentence, along with the words that belong to it.

    Examples
    --------
    >>> phrase(" of ", "catalog"), phrase(" of ", None), phrase(" of ", pd.NA)
    (' of catalog', '', '')
    """
    return "" if pd.isna(value) or not str(value) else f"{words}{value}"


def route_name(row: pd.Series) -> str:
    """Return the service and route of a row, or an empty text when it has neither.

    Examples
    --------
    >>> route_name(pd.Series({"service": "cart", "http_route": "/api/cart"})), route_name(pd.Series({"service": "cart"}))
    ('cart /api/cart', 'cart')
    >>> route_name(pd.Series({"service": None, "http_route": pd.NA}))
    ''
    """
    return f"{phrase('', row.get('service'))}{phrase(' ', row.get('http_route'))}".strip()

"""The dimensions of requests by which failed ones are compared with the others."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final
from urllib.parse import parse_qsl

import pandas as pd

# Attributes and query parameters that a smaller share of the requests have are ignored.
_OFTEN: Final = 0.01
# Attributes that follow from a failure, or that identify a single request.
_OUTCOMES: Final = re.compile(
    r"bytes|size|length|status|code|duration|latency|elapsed|took|time|^[a-z]{0,3}rt$|^uct$|^uht$|error|exception|reason|flags|result|"
    r"retr|sampl|message|continuation|trace|span|request_?id|level|^pid$|^tid$|thread|line|^res\b|response|query|referer|referrer",
    re.IGNORECASE,
)
_COLUMNS: Final = {
    "service": "service",
    "http_route": "route",
    "http_method": "method",
    "version": "version",
    "host": "host",
    "client": "client",
}

# How the dimension of a query parameter is called, before the name of the parameter.
QUERY_PARAMETER: Final = "query parameter "


def dimensions(requests: pd.DataFrame) -> Iterator[tuple[str, pd.Series]]:
    """Yield every dimension of the requests with its values as texts: columns, attributes and query parameters."""
    for column, name in _COLUMNS.items():
        yield name, requests[column].astype(object)
    if _are_concurrent(requests):
        yield "log", requests["source"].astype(object)
    attributes = [json.loads(text) if isinstance(text, str) else {} for text in requests["attributes"]]
    for key, values in _frequent_keys(attributes):
        if not (_OUTCOMES.search(key) or any(isinstance(value, list | dict) for value in values)):
            yield key, _texts(values, requests.index)
    for key, values in _frequent_keys(_query_parameters(attributes)):
        yield f"{QUERY_PARAMETER}{key}", _texts(values, requests.index)


def _are_concurrent(requests: pd.DataFrame) -> bool:
    """Return whether several logs cover the same time, rather than one time after the other as rotated logs do."""
    spans = requests.groupby("source", observed=True)["timestamp"].agg(["min", "max"])
    whole = requests["timestamp"].max() - requests["timestamp"].min()
    return len(spans) > 1 and bool((spans["max"] - spans["min"] >= whole / 2).all())


def _query_parameters(attributes: Sequence[Mapping[str, object]]) -> list[dict[str, str]]:
    queries = [query if isinstance(query := record.get("query"), str) else "" for record in attributes]
    parsed = {query: dict(parse_qsl(query, keep_blank_values=True)) for query in set(queries)}
    return [parsed[query] for query in queries]


def _frequent_keys(records: Sequence[Mapping[str, object]]) -> Iterator[tuple[str, list[object]]]:
    """Yield the keys that enough of the records have, each with its value in every record."""
    number_of = Counter(key for record in records for key in record)
    for key, number in number_of.items():
        if number >= _OFTEN * len(records):
            yield key, [record.get(key) for record in records]


def _texts(values: Sequence[object], index: pd.Index) -> pd.Series:
    return pd.Series([None if value is None else str(value) for value in values], index, dtype=object)

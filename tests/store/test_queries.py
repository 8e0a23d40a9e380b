"""The order of rows never depends on which database thread finishes first."""

from __future__ import annotations

import pytest

from pmkit.store import queries

GROUPED = {name: text for name, text in vars(queries).items() if name.isupper() and isinstance(text, str) and "GROUP BY" in text}


@pytest.mark.parametrize("query", GROUPED.values(), ids=GROUPED)
def test_the_groups_of_a_query_have_an_order(query: str) -> None:
    assert query.rfind("ORDER BY") > query.rfind("GROUP BY")

"""The buckets of latencies in SQL and in Python are the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmkit.core.schema import LATENCY_BUCKET_SQL, LATENCY_BUCKETS, latency_at, latency_position
from pmkit.store.database import connect

DATABASE = connect()


def bucket_of(duration_s: float | None) -> int | None:
    """Return the bucket in which a duration is counted."""
    query = f"SELECT {LATENCY_BUCKET_SQL} FROM (SELECT $duration_s::DOUBLE AS duration_s)"
    ((bucket,),) = DATABASE.execute(query, {"duration_s": duration_s}).fetchall()
    return bucket


@given(st.floats(0.0, latency_at(float(LATENCY_BUCKETS))))
def test_a_duration_lies_between_the_ends_of_its_bucket_and_of_the_one_before(duration_s: float) -> None:
    bucket = bucket_of(duration_s)
    assert bucket is not None
    assert duration_s <= latency_at(float(bucket)) * (1 + 1e-9)
    assert bucket == 0 or duration_s >= latency_at(bucket - 1.0) * (1 - 1e-9)
    assert latency_position(latency_at(float(bucket))) == pytest.approx(bucket)


@pytest.mark.parametrize(("duration_s", "bucket"), [(None, None), (float("nan"), None), (-1.0, None), (1e300, LATENCY_BUCKETS)])
def test_an_impossible_duration_has_no_bucket_and_a_huge_one_the_last(duration_s: float | None, bucket: int | None) -> None:
    assert bucket_of(duration_s) == bucket

"""The ingest spread over a Dask cluster: the same code on many machines, which fill one cache."""

from pmkit.cluster.spread import RANGE_BYTES, spread

__all__ = ["RANGE_BYTES", "spread"]

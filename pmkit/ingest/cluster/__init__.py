"""Ingest on a Dask cluster: the same code on many machines, which fill one cache."""

"""The canonical tables as Parquet: written by ingest, read back as pandas frames."""

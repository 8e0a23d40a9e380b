"""Reading exports: from a file on disk to canonical Parquet, kept in a cache."""

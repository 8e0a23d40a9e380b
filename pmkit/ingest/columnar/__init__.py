"""The fast path for logs whose lines all have the same columns."""

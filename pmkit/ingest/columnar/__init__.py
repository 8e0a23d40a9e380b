"""The columnar reader, for logs whose lines all have the same layouts: it reads all lines of a chunk at once."""

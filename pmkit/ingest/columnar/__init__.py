"""The columnar reader, for access logs: it reads all lines of a chunk at once."""

"""The linter for postmortems: missing parts, statements that the data contradict, and blaming language."""

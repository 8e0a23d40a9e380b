"""The linter for postmortems: it finds missing parts, statements that the data contradict, and blaming language."""

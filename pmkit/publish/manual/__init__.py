"""The manual as web pages that work offline, with a search."""

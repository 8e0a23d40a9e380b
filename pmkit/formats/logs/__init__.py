"""Log formats: one entry per format, with sample lines and the events that must be read from them."""

"""Log formats: one entry per format, with sample lines and the events that are read from them."""

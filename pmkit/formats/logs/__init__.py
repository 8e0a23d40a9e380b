"""Log formats: one entry per format, with sample lines and the events expected from them."""

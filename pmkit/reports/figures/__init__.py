"""The charts of the reports, as matplotlib figures with captions and alternative texts."""

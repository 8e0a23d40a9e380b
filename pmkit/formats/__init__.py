"""What an export looks like: every known format with its samples, and how a format is detected."""

"""The postmortem: its sections, outlines and charts."""

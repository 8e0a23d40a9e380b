"""Formats of exports: every known format with its samples, and how the format of an export is recognised."""

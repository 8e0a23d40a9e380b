"""Recognise an export by its content and parse it."""

from pmkit.sources.formats import FAMILIES, FORMATS, recognise

__all__ = ["FAMILIES", "FORMATS", "recognise"]

"""Recognise an export by its content and parse it."""

from pmkit.sources.formats import FORMATS, recognise

__all__ = ["FORMATS", "recognise"]

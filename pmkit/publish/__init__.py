"""Executed notebooks to HTML, PDF and Markdown, as nbconvert exporters."""

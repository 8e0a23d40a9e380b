"""Keeps papermill from loading optional libraries that reports do not use."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from typing import Final

# Papermill loads these if they are installed: a check that no notebook needs, and notebooks in S3 and Hadoop.
UNUSED: Final = ("rfc3987_syntax", "boto3", "pyarrow", "pyarrow.fs")


@contextlib.contextmanager
def without(*modules: str) -> Iterator[None]:
    """Run a block in which some modules seem not to be installed, except those that are already loaded."""
    absent = [module for module in modules if module not in sys.modules]
    sys.modules.update(dict.fromkeys(absent))  # type: ignore[arg-type] # None marks a module as not installed
    try:
        yield
    finally:
        for module in absent:
            del sys.modules[module]

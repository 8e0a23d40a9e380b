"""Notebooks of a few cells, which start and end quickly, for tests of how a notebook is run."""

from __future__ import annotations

from pathlib import Path

from nbformat import write
from nbformat.v4 import new_code_cell, new_notebook


def write_notebook(path: Path, *sources: str, kernel: str = "python3") -> Path:
    """Write a notebook with a parameters cell and these cells, which get the IDs cell-1, cell-2 and so on."""
    cells = [new_code_cell("incident_id = ''", id="parameters", metadata={"tags": ["parameters"]})]
    cells += [new_code_cell(source, id=f"cell-{number}") for number, source in enumerate(sources, 1)]
    metadata = {"kernelspec": {"name": kernel, "display_name": kernel, "language": "python"}}
    write(new_notebook(cells=cells, metadata=metadata), path)
    return path

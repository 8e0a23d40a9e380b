"""Refuses parameters from papermill that the notebook does not have, because papermill only warns about them."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Sequence
from typing import Final

from pmkit.core.errors import InputError
from pmkit.core.near_names import did_you_mean

# How the cell begins that papermill adds after the notebook's own parameters.
_INJECTED: Final = "# Parameters\n"


def require_known_parameters(parameters: Sequence[str]) -> None:
    """Raise InputError if papermill passed this notebook a parameter that it does not have; outside a notebook, do nothing.

    Parameters
    ----------
    parameters : sequence of str
        Names that are always allowed: the parameters of pmkit's own notebook.
    """
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    problem = unknown_parameter(shell.user_ns.get("In", ()), parameters) if shell else None
    if problem:
        raise InputError(problem)


def unknown_parameter(cells: Sequence[str], parameters: Sequence[str]) -> str | None:
    r"""Return which parameter the notebook does not have, and which may be meant; None if it has all of them.

    Parameters
    ----------
    cells : sequence of str
        The cells that ran so far. Without a cell of parameters before the one that papermill adds, nothing is unknown.
    parameters : sequence of str
        Names that are always allowed.

    Examples
    --------
    >>> unknown_parameter(["incident_id = ''", "# Parameters\nincident = 'INC-1'\n"], ["incident_id", "audience"])
    "the notebook has no parameter 'incident'; did you mean incident_id?"
    >>> unknown_parameter(["incident_id = ''", "# Parameters\nincident_id = 'INC-1'\n"], ["incident_id", "audience"])
    """
    injected = next((number for number, cell in enumerate(cells) if cell.startswith(_INJECTED)), 0)
    own = {name for cell in cells[:injected] for name in _assigned(cell)}
    if own.isdisjoint(parameters):
        return None
    names = list(dict.fromkeys([*parameters, *own]))
    unknown = next((name for name in _assigned(cells[injected]) if name not in names), None)
    if unknown is None:
        return None
    hint = did_you_mean(unknown, names) or f"; it has {', '.join(names)}"
    return f"the notebook has no parameter {unknown!r}{hint}"


def _assigned(cell: str) -> Iterator[str]:
    """Yield the names that a cell assigns at its top level; none if it is not plain Python."""
    try:
        statements = ast.parse(cell).body
    except SyntaxError:
        return
    for statement in statements:
        targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
        yield from (target.id for target in targets if isinstance(target, ast.Name))

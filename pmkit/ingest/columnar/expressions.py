"""SQL expressions over the slots of a layout, and which slots they use."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import duckdb


class SlotColumn(NamedTuple):
    """A slot of a layout, as a column of a relation."""

    number: int

    @property
    def sql(self) -> str:
        """The column's name.

        Examples
        --------
        >>> SlotColumn(3).sql
        'slot_3_'
        """
        return f"slot_{self.number}_"


class Copy(NamedTuple):
    """A column that copies the text of a slot; some texts become null."""

    slot: int
    nulls: tuple[str, ...]


@dataclass(frozen=True)
class Expression:
    """One SQL expression.

    Attributes
    ----------
    sql : str
        The expression.
    """

    sql: str

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of columns and functions in it, according to the database's own tokenizer.

        Examples
        --------
        >>> sorted(Expression("upper(slot_1_) || 'é slot_2_' || slot_3_").names)
        ['slot_1_', 'slot_3_', 'upper']
        """
        text = self.sql.encode()
        # Positions are in bytes.
        tokens = [*duckdb.tokenize(self.sql), (len(text), None)]
        return frozenset(
            text[begin:end].decode().strip()
            for (begin, kind), (end, _) in pairwise(tokens)
            if kind == duckdb.token_type.identifier
        )


def copies_of(slot: SlotColumn) -> dict[str, Copy]:
    """Return the expressions that only copy a slot, each with the texts that become null.

    Examples
    --------
    >>> copies_of(SlotColumn(1))["nullif(nullif(slot_1_, ''), '-')"]
    Copy(slot=1, nulls=('', '-'))
    """
    copies = {slot.sql: Copy(slot.number, ())}
    for _ in range(3):
        copies |= {
            f"nullif({sql}, '{null}')": Copy(slot.number, (*copy.nulls, null))
            for sql, copy in copies.items()
            for null in ("", "-")
        }
    return copies

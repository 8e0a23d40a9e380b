"""SQL of the attributes of a line: one column each, or one JSON object."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

from pmkit.core import sql
from pmkit.ingest.cutting import Cut
from pmkit.store.part import JSON_ATTRIBUTE, TEXT_ATTRIBUTE
from pmkit.store.union import member_of


def attribute_columns(named: Mapping[str, str], cut: Cut) -> dict[str, str]:
    """Return the SQL of a column per attribute that most lines have.

    Parameters
    ----------
    named : mapping of str to str
        The attributes that the format names, as text.
    cut : Cut
        How the line is cut; of two attributes with the same name, the one among its members is preferred.
    """
    columns = {f"{TEXT_ATTRIBUTE}{name}": value for name, value in named.items()}
    for column, value in (cut.members or {}).items():
        same = f"{TEXT_ATTRIBUTE}{column.removeprefix(JSON_ATTRIBUTE)}"
        columns[column] = f"coalesce({value}, to_json({columns.pop(same)}))" if same in columns else value
    return columns


def can_be_columns(columns: Mapping[str, str]) -> bool:
    """Return whether SQL distinguishes the names of columns, for which upper and lower case are the same."""
    return len({name.lower() for name in columns}) == len(columns)


def attribute_object(columns: Mapping[str, str], cut: Cut, named: str, *, packed: bool) -> str:
    """Return the SQL of the attributes as one JSON object, over `named_attributes` and `other_attributes`.

    Parameters
    ----------
    columns : mapping of str to str
        The attributes that may have columns of their own.
    named : str
        The SQL of `named_attributes`.
    packed : bool
        Whether those that may have columns of their own have them; the object is null unless a line has others, too.
    """
    if cut.members is None:
        return "json_merged(named_attributes, other_attributes)" if named != "NULL" else "other_attributes"
    usual = sql.json_object_of(itertools.starmap(member_of, columns.items())) if columns and not packed else "NULL"
    if cut.rest == "NULL":
        return usual
    # Few lines have others. The named ones are computed for these lines alone, not before.
    return f"CASE WHEN other_attributes IS NULL THEN {usual} ELSE json_merged({named}, other_attributes) END"

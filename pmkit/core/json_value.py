"""The types of JSON values."""

from __future__ import annotations

from typing import TypeAlias

# Whatever `json.loads` returns.
JsonValue: TypeAlias = "dict[str, JsonValue] | list[JsonValue] | str | int | float | bool | None"
JsonObject: TypeAlias = "dict[str, JsonValue]"

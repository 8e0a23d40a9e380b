"""Fields that say that only some of the events were kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from pmkit.formats.fields import spelling

# What the rate of sampling is called, in the spelling of `fields.spelling`.
_RATES: Final = (
    "samplerate", "samplingrate", "sampleratio", "samplingratio", "samplingprobability", "sampleprobability", "samplingpriorityrate",
    "sampling.rate", "sampling.ratio", "sampling.probability", "sample.rate", "samplingfactor", "samplefactor", "sampleweight",
    "samplinginterval", "sampledoneof",
)  # fmt: skip
# A rate at which every event is kept, or which says nothing.
_ALL: Final = (0.0, 1.0)


def sampling_rate(records: Iterable[Mapping[str, object]]) -> str | None:
    """Return the first field of flat records that says that not every event was kept; None if none does.

    Examples
    --------
    >>> sampling_rate([{"msg": "stored", "SampleRate": 1}, {"msg": "stored", "SampleRate": 10}])
    'SampleRate'
    >>> sampling_rate([{"msg": "stored", "sampleRate": 1.0}])
    """
    values = (field for record in records for field in record.items() if is_sampling_rate(field[0]))
    return next((name for name, value in values if (rate := _number(value)) is not None and rate not in _ALL), None)


def is_sampling_rate(name: str) -> bool:
    """Return whether a field is called like a rate of sampling, also within an object.

    Examples
    --------
    >>> is_sampling_rate("meta.sample_rate"), is_sampling_rate("sample_name")
    (True, False)
    """
    return any(spelling(name) == rate or spelling(name).endswith(f".{rate}") for rate in _RATES)


def _number(value: object) -> float | None:
    try:
        return float(str(value))
    except ValueError:
        return None

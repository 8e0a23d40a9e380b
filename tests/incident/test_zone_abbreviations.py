"""An abbreviation of a time zone is answered with the zones that it may stand for."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from pmkit.formats.time_zones import ABBREVIATION
from pmkit.incident import zone_abbreviations
from pmkit.incident.field_types import validate_timezone

SEASONS = [datetime(2026, month, 15, tzinfo=UTC) for month in (1, 7)]
# The database gives these zones only a number, or an English abbreviation.
UNNAMED = {"MEZ", "MESZ", "BRT", "ART", "CLT", "GST", "SGT", "SST", "AST", "BST"}


@pytest.mark.parametrize("abbreviation", zone_abbreviations._ZONES)
def test_the_suggested_zones_use_the_abbreviation(abbreviation: str) -> None:
    for zone in map(ZoneInfo, zone_abbreviations.zones_of(abbreviation)):
        names = {at.astimezone(zone).tzname() or "" for at in SEASONS}
        assert abbreviation in names or (abbreviation in UNNAMED and abbreviation in ABBREVIATION.split("|"))


@pytest.mark.parametrize(
    ("name", "zones"),
    [
        ("CST", "America/Chicago or Asia/Shanghai or America/Mexico_City or America/Havana"),
        ("IST", "Asia/Kolkata or Europe/Dublin or Asia/Jerusalem"),
        ("cest", "Europe/Berlin or Europe/Paris or Europe/Madrid"),
    ],
)
def test_an_abbreviation_is_answered_with_zones_to_choose_from(name: str, zones: str) -> None:
    with pytest.raises(ValueError, match=f"expected an IANA time zone, such as {zones}$"):
        validate_timezone(name)


def test_a_word_that_is_no_abbreviation_gets_a_near_zone() -> None:
    with pytest.raises(ValueError, match=r"such as Europe/Berlin$"):
        validate_timezone("Berlin")

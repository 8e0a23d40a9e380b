"""The IANA time zones that an abbreviation may stand for."""

from __future__ import annotations

from typing import Final

# Zones whose clocks show the time that the abbreviation names, the most used first.
_ZONES: Final = {
    "CST": ("America/Chicago", "Asia/Shanghai", "America/Mexico_City", "America/Havana"),
    "CDT": ("America/Chicago", "America/Havana"),
    "EDT": ("America/New_York",),
    "PST": ("America/Los_Angeles", "Asia/Manila"),
    "PDT": ("America/Los_Angeles",),
    "MDT": ("America/Denver",),
    "AKST": ("America/Anchorage",),
    "AKDT": ("America/Anchorage",),
    "AST": ("America/Halifax", "America/Puerto_Rico", "Asia/Riyadh"),
    "ADT": ("America/Halifax",),
    "NST": ("America/St_Johns",),
    "NDT": ("America/St_Johns",),
    "BRT": ("America/Sao_Paulo",),
    "ART": ("America/Argentina/Buenos_Aires",),
    "CLT": ("America/Santiago",),
    "IST": ("Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"),
    "BST": ("Europe/London", "Asia/Dhaka"),
    "WEST": ("Europe/Lisbon",),
    "CEST": ("Europe/Berlin", "Europe/Paris", "Europe/Madrid"),
    "MEZ": ("Europe/Berlin",),
    "MESZ": ("Europe/Berlin",),
    "EEST": ("Europe/Kyiv", "Europe/Athens", "Europe/Helsinki"),
    "MSK": ("Europe/Moscow",),
    "WAT": ("Africa/Lagos",),
    "CAT": ("Africa/Maputo",),
    "SAST": ("Africa/Johannesburg",),
    "EAT": ("Africa/Nairobi",),
    "GST": ("Asia/Dubai", "Pacific/Guam"),
    "PKT": ("Asia/Karachi",),
    "WIB": ("Asia/Jakarta",),
    "WITA": ("Asia/Makassar",),
    "WIT": ("Asia/Jayapura",),
    "SGT": ("Asia/Singapore",),
    "HKT": ("Asia/Hong_Kong",),
    "JST": ("Asia/Tokyo",),
    "KST": ("Asia/Seoul",),
    "AWST": ("Australia/Perth",),
    "ACST": ("Australia/Adelaide", "Australia/Darwin"),
    "ACDT": ("Australia/Adelaide",),
    "AEST": ("Australia/Sydney", "Australia/Brisbane"),
    "AEDT": ("Australia/Sydney",),
    "NZST": ("Pacific/Auckland",),
    "NZDT": ("Pacific/Auckland",),
    "SST": ("Pacific/Pago_Pago", "Asia/Singapore"),
}


def zones_of(abbreviation: str) -> tuple[str, ...]:
    """Return the zones that an abbreviation may stand for; none if it is not known.

    Examples
    --------
    >>> zones_of("cst")
    ('America/Chicago', 'Asia/Shanghai', 'America/Mexico_City', 'America/Havana')
    >>> zones_of("Berlin")
    ()
    """
    return _ZONES.get(abbreviation.strip().upper(), ())

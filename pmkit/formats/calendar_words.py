"""The names of months and days of the week, in English and in other languages whose logs are common."""

from __future__ import annotations

from typing import Final

# English names, abbreviated or in full.
ENGLISH: Final = (
    r"(?i:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|"
    r"Nov(?:ember)?|Dec(?:ember)?)"
)

# German, French, Spanish, Italian, Portuguese, Dutch, Polish and Russian names by the number of the month, in lower case;
# no name stands for two months.
_OTHERS: Final = (
    "januar jänner jän janvier janv enero ene gennaio gen janeiro januari stycznia styczeń sty января январь янв",
    "februar feber février févr fév febrero febbraio fevereiro fev februari lutego luty lut февраля февраль февр фев",
    "märz mär mrz mars marzo março maart mrt marca marzec марта март мар",
    "april avril avr abril abr aprile kwietnia kwiecień kwi апреля апрель апр",
    "mai mayo maggio mag maio mei maja maj мая май",
    "juni juin junio giugno giu junho czerwca czerwiec cze июня июнь июн",
    "juli juillet juil julio luglio lug julho lipca lipiec lip июля июль июл",
    "august août aou agosto ago augustus sierpnia sierpień sie августа август авг",
    "septembre septiembre settembre sett set setembro wrzesień września wrz сентября сентябрь сент сен",
    "oktober okt octobre octubre ottobre ott outubro out październik października paź октября октябрь окт",
    "novembre noviembre novembro listopad listopada lis ноября ноябрь нояб ноя",
    "dezember dez décembre déc diciembre dicembre dic dezembro december grudnia grudzień gru декабря декабрь дек",
)
_NUMBERS: Final = {name: number for number, names in enumerate(_OTHERS, 1) for name in names.split()}

# Any of these names, of which some are written like English ones. Outside ASCII, only the first letter may be a capital.
OTHER: Final = f"(?i:{'|'.join(sorted({*_NUMBERS, *(name.capitalize() for name in _NUMBERS if not name.isascii())}, key=len, reverse=True))})"

# Days of the week in the same languages, abbreviated, and in English and German also in full.
WEEKDAY: Final = (
    r"(?i:(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs?)?|Fri|Sat(?:ur)?|Sun)(?:day)?|(?:Mon|Diens|Donners|Frei|Sams|Sonn)tag|Mittwoch|"
    r"Mo|Di|Mi|Do|Fr|Sa|So|lun|mar|mer|jeu|ven|sam|dim|mié|jue|vie|sáb|dom|gio|sab|seg|ter|qua|qui|sex|ma|wo|vr|za|zo|"
    r"pon?|wto?|śro?|czw|pią|pt|sob|nie|[Пп][нт]|[Вв][тс]|[Сс][рб]|[Чч]т)\.?"
)


def number_sql(name: str) -> str:
    """Return the SQL of the number of a month, from the SQL of its name; null if it is unknown."""
    others = " ".join(f"WHEN '{other}' THEN {number}" for other, number in _NUMBERS.items())
    return f"coalesce(english_month({name}), CASE lower({name}) {others} END)"

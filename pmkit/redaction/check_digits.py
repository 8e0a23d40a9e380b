"""Tells numbers that mean a person or an account from others of the same form."""

from __future__ import annotations

import ipaddress
import re
from typing import Final

_CARDS: Final = re.compile(
    r"(?:4\d{15}|5[1-5]\d{14}|(?:222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|"
    r"6(?:011|5\d\d|4[4-9]\d)\d{12}|35(?:2[89]|[3-8]\d)\d{12})"
)
"""Numbers of the issuers Visa, Mastercard, American Express, Diners Club, Discover and JCB, see ISO/IEC 7812."""
_NIF: Final = "TRWAGMYFPDXBNJZSQVHLCKE"


def is_card_number(text: str) -> bool:
    """Tell whether digits are the number of a payment card: of an issuer, with its check digit.

    Examples
    --------
    >>> is_card_number("4111 1111 1111 1111"), is_card_number("4111 1111 1111 1112")
    (True, False)
    """
    digits = re.sub(r"[ -]", "", text)
    return bool(_CARDS.fullmatch(digits)) and len(set(digits)) > 1 and _luhn(digits)


def _luhn(digits: str) -> bool:
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits))]
    return sum(number - 9 if number > 9 else number for number in doubled) % 10 == 0


def is_ip_address(text: str) -> bool:
    """Tell whether a text is an IP address, with a port or a length of prefix or without, and no time or version.

    Examples
    --------
    >>> is_ip_address("10.1.1.7"), is_ip_address("[2001:db8::1]:443"), is_ip_address("10:17:14"), is_ip_address("0.0.0.0")
    (True, True, False, False)
    """
    bare = re.sub(r"%\w+$", "", re.sub(r"^\[(.*)\](?::\d+)?$", r"\1", re.sub(r"/\d+$", "", text)))
    return any(_is_address(candidate) for candidate in (bare, re.sub(r":\d+$", "", bare)))


def _is_address(text: str) -> bool:
    try:
        return not ipaddress.ip_address(text).is_unspecified
    except ValueError:
        return False


def is_phone_number(text: str) -> bool:
    """Tell whether a text has as many digits as a telephone number with its country or area code may have, see ITU E.164."""
    return 9 <= sum(sign.isdigit() for sign in text) <= 15


def is_national_id(text: str) -> bool:
    """Tell whether a text is a national ID, as far as its form or its check digits tell.

    Known are the social security number of the US, the national insurance number of the UK, DNI and NIE of Spain, NIR of
    France, CPF of Brazil and Aadhaar of India.

    Examples
    --------
    >>> is_national_id("078-05-1120"), is_national_id("12345678Z"), is_national_id("529.982.247-25"), is_national_id("12345678A")
    (True, True, True, False)
    """
    bare = re.sub(r"[ .-]", "", text).upper()
    if re.fullmatch(r"\d{3}-\d{2}-\d{4}", text):
        return not re.match(r"000|666|9|...-00|.*0000$", text)
    if re.fullmatch(r"[XYZ]?\d{7,8}[A-Z]", bare):
        digits = bare[:-1].translate(str.maketrans("XYZ", "012"))
        return _NIF[int(digits) % 23] == bare[-1]
    if re.fullmatch(r"[12]\d{12}(?:\d\d)", bare):
        return int(bare[13:]) == 97 - int(bare[:13]) % 97
    if re.fullmatch(r"\d{3}\.\d{3}\.\d{3}-\d{2}", text):
        return _cpf(bare)
    if re.fullmatch(r"[2-9]\d{3} \d{4} \d{4}", text):
        return _verhoeff(bare)
    return bool(re.fullmatch(r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\d{6}[A-D]", bare)) and bare[:2] not in {"GB", "NK", "TN", "ZZ"}


def _cpf(digits: str) -> bool:
    def check(count: int) -> int:
        rest = sum(int(digit) * (count + 1 - place) for place, digit in enumerate(digits[:count])) * 10 % 11
        return rest % 10

    return len(set(digits)) > 1 and [check(9), check(10)] == [int(digits[9]), int(digits[10])]


def _verhoeff(digits: str) -> bool:
    """Check digits by the dihedral group of the pentagon (Verhoeff, 1969)."""
    turned = [(1, 5, 7, 6, 2, 8, 3, 0, 9, 4)]
    shift: list[tuple[int, ...]] = [tuple(range(10))]
    for _ in range(7):
        shift.append(tuple(turned[0][place] for place in shift[-1]))
    check = 0
    for place, digit in enumerate(reversed(digits)):
        check = _product(check, shift[place % 8][int(digit)])
    return check == 0


def _product(left: int, right: int) -> int:
    """Multiply in the dihedral group of the pentagon."""
    if left < 5:
        return (left + right) % 5 if right < 5 else 5 + (left + right) % 5
    return 5 + (left - right) % 5 if right < 5 else (left - right) % 5

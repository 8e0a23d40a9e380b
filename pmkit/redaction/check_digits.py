"""Checks whether a number identifies a person, an account or a machine, and not only looks as if it did.

python-stdnum computes the check digits: Luhn (payment cards, ISO/IEC 7812), CPF (Brazil), Verhoeff (Aadhaar, India), DNI and
NIE (Spain), NIR (France). pmkit itself has the rules without check digits: the number ranges of card issuers (ISO/IEC 7812), the
US social security number (ranges that are never issued), the UK national insurance number (prefixes that are never issued) and
telephone numbers (lengths by ITU-T E.164). stdnum is imported where it is used, because few texts get that far.
"""

from __future__ import annotations

import ipaddress
import re
from typing import Final

# The number ranges of Visa, Mastercard, American Express, Diners Club, Discover and JCB.
_CARD_RANGES: Final = re.compile(
    r"(?:4\d{15}|5[1-5]\d{14}|(?:222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|"
    r"6(?:011|5\d\d|4[4-9]\d)\d{12}|35(?:2[89]|[3-8]\d)\d{12})"
)
_SOCIAL_SECURITY: Final = re.compile(r"\d{3}-\d{2}-\d{4}")
_SOCIAL_SECURITY_NEVER_ISSUED: Final = re.compile(r"000|666|9|...-00|.*0000$")
_DNI_OR_NIE: Final = re.compile(r"[XYZ]?\d{7,8}[A-Z]")
_NIR: Final = re.compile(r"[12]\d{14}")
_CPF: Final = re.compile(r"\d{3}\.\d{3}\.\d{3}-\d{2}")
_AADHAAR: Final = re.compile(r"[2-9]\d{3} \d{4} \d{4}")
_NATIONAL_INSURANCE: Final = re.compile(r"(?!GB|NK|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\d{6}[A-D]")


def is_card_number(text: str) -> bool:
    """Return whether digits are a payment card number: in the range of an issuer, with a correct check digit.

    Examples
    --------
    >>> is_card_number("4111 1111 1111 1111"), is_card_number("4111 1111 1111 1112")
    (True, False)
    """
    from stdnum import luhn  # noqa: PLC0415

    digits = re.sub(r"[ -]", "", text)
    return bool(_CARD_RANGES.fullmatch(digits)) and not _is_one_digit(digits) and luhn.is_valid(digits)


def is_ip_address(text: str) -> bool:
    """Return whether a text is an IP address, with or without a port or prefix length, and not a time or a version.

    Examples
    --------
    >>> is_ip_address("10.1.1.7"), is_ip_address("[2001:db8::1]:443"), is_ip_address("10:17:14"), is_ip_address("0.0.0.0")
    (True, True, False, False)
    """
    address = re.sub(r"%\w+$", "", re.sub(r"^\[(.*)\](?::\d+)?$", r"\1", re.sub(r"/\d+$", "", text)))
    without_port = re.sub(r":\d+$", "", address)
    return _is_specified_address(address) or _is_specified_address(without_port)


def _is_specified_address(text: str) -> bool:
    try:
        return not ipaddress.ip_address(text).is_unspecified
    except ValueError:
        return False


def is_phone_number(text: str) -> bool:
    """Return whether a text has as many digits as a telephone number with its country or area code.

    Examples
    --------
    >>> is_phone_number("+49 170 1234567"), is_phone_number("555-1234")
    (True, False)
    """
    return 9 <= sum(character.isdigit() for character in text) <= 15


def is_national_id(text: str) -> bool:
    """Return whether a text is a national ID, as far as its form and check digits show.

    The recognised IDs are the social security number of the US, the national insurance number of the UK, DNI and NIE of Spain,
    NIR of France, CPF of Brazil and Aadhaar of India.

    Examples
    --------
    >>> is_national_id("078-05-1120"), is_national_id("12345678Z"), is_national_id("529.982.247-25"), is_national_id("12345678A")
    (True, True, True, False)
    """
    from stdnum import verhoeff  # noqa: PLC0415
    from stdnum.br import cpf  # noqa: PLC0415
    from stdnum.es import dni  # noqa: PLC0415
    from stdnum.fr import nir  # noqa: PLC0415

    bare = re.sub(r"[ .-]", "", text).upper()
    if _SOCIAL_SECURITY.fullmatch(text):
        return not _SOCIAL_SECURITY_NEVER_ISSUED.match(text)
    if _DNI_OR_NIE.fullmatch(bare):  # an NIE is a DNI whose first digit is written as X, Y or Z
        return dni.calc_check_digit(bare[:-1].translate(str.maketrans("XYZ", "012"))) == bare[-1]
    if _NIR.fullmatch(bare):
        return nir.is_valid(bare)
    if _CPF.fullmatch(text):
        return not _is_one_digit(bare) and cpf.is_valid(bare)
    if _AADHAAR.fullmatch(text):
        return verhoeff.is_valid(bare)
    return _NATIONAL_INSURANCE.fullmatch(bare) is not None


def _is_one_digit(digits: str) -> bool:
    """Return whether a number repeats one digit, as made-up numbers in test data do."""
    return len(set(digits)) == 1

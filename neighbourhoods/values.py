"""Identifiers as people type them, brought to the one form that is stored (domain.md 2.2).

Each `clean_` function returns the stored form or raises ValidationError with a code and a sentence.
"""

import re
import unicodedata

from django.core.exceptions import ValidationError
from nhs_number.validate import calculate_checksum

# Capitals or not, but letters of the English alphabet only: to Unicode, a long s is an S as well.
ANY_CASE = re.IGNORECASE | re.ASCII

NHS_NUMBER = re.compile(r"[0-9]{10}")
NATIONAL_INSURANCE_NUMBER = re.compile(r"[A-Z]{2}[0-9]{6}[A-D]?", ANY_CASE)
ODS_CODE = re.compile(r"[A-Z0-9]{1,9}", ANY_CASE)
# From a number within a town to one abroad with 00 before it: 15 digits at most after it (ITU-T E.164).
PHONE = re.compile(r"[0-9]{6,17}")
BLANKS = "\u115f\u1160\u2800\u3164\uffa0"
"""Counted among letters and signs, and nothing is to be seen of them."""
AROUND_DIGITS_OF_A_PHONE = str.maketrans("", "", "().+")

# Outward and inward part. The letters left out are those that Royal Mail never uses in that place (BS 7666).
POSTCODE = re.compile(
    r"([A-PR-UWYZ](?:[0-9]{1,2}|[0-9][A-Z]|[A-HK-Y][0-9]{1,2}|[A-HK-Y][0-9][A-Z]))([0-9][ABD-HJLNP-UW-Z]{2})",
    ANY_CASE,
)
# Girobank, and the NHS's own for people without an address: ZZ99 3VZ no fixed abode, ZZ99 3WZ not known.
SPECIAL_POSTCODE = re.compile(r"(GIR)(0AA)|(ZZ99)([0-9][A-Z]{2})|(BFPO)([0-9]{1,4})", ANY_CASE)


def clean_nhs_number(text: str) -> str:
    """Ten ASCII digits, from digits with spaces and dashes of any kind; digits of other scripts are refused.

    The check digit decides, never the range: see `may_be_from_another_nation`.
    """
    typed = _without_gaps(text, dashes=True)
    if NATIONAL_INSURANCE_NUMBER.fullmatch(typed):
        raise ValidationError(
            "This is a National Insurance number: enter the NHS number, which has 10 digits and no letters",
            code="national_insurance_number",
        )
    if not NHS_NUMBER.fullmatch(typed) or len(set(typed)) == 1 or not _check_digit_fits(typed):
        raise ValidationError("This is not a valid NHS number: check the digits", code="invalid_nhs_number")
    return typed


def may_be_from_another_nation(nhs_number: str) -> bool:
    """Begins as Scottish CHI and Northern Irish H&C numbers do: worth a warning, no ground to refuse."""
    return nhs_number[0] <= "3"


def clean_phone(text: str) -> str:
    """The digits alone, of a phone number written in any usual way: `+44 (0)7700 900123`, `07700-900-123`.

    For searching, never to be stored. What two ways to write one number have in common, `app.phone_key` of the
    database says.
    """
    typed = _without_gaps(text, dashes=True).translate(AROUND_DIGITS_OF_A_PHONE)
    if not PHONE.fullmatch(typed):
        raise ValidationError("This is not a valid phone number: check the digits", code="invalid_phone")
    return typed


def format_nhs_number(nhs_number: str) -> str:
    """A stored number as people read it, 3-3-4: `999 000 0018`."""
    return f"{nhs_number[:3]} {nhs_number[3:6]} {nhs_number[6:]}"


def clean_postcode(text: str) -> str:
    """Upper case with one space before the inward part, or before the number of a BFPO."""
    typed = _without_gaps(text)
    found = SPECIAL_POSTCODE.fullmatch(typed) or POSTCODE.fullmatch(typed)
    if not found:
        raise ValidationError("This is not a valid postcode: enter it in full, such as M1 1AE", code="invalid_postcode")
    return " ".join(part.upper() for part in found.groups() if part)


def clean_ods_code(text: str) -> str:
    """One to nine capital letters and digits, the identifier that the Organisation Data Service gives."""
    code = text.strip()
    if not ODS_CODE.fullmatch(code):
        raise ValidationError("This is not a valid ODS code: enter 1 to 9 letters and digits", code="invalid_ods_code")
    return code.upper()


def can_be_seen(text: str) -> bool:
    """Whether anything of it shows: not so of spaces, marks without a width, controls and letters that fill a gap."""
    return any(unicodedata.category(letter)[0] not in "ZC" and letter not in BLANKS for letter in text)


def _check_digit_fits(digits: str) -> bool:
    # nhs_number.is_valid would also refuse numbers for their range, which domain.md 2.2 forbids.
    return calculate_checksum(digits[:9]) == int(digits[9])


def _without_gaps(text: str, *, dashes: bool = False) -> str:
    """Without what cannot be seen: spaces of every width, marks that come along when text is pasted."""
    return "".join(letter for letter in text if not _is_gap(letter, dashes=dashes))


def _is_gap(letter: str, *, dashes: bool) -> bool:
    category = unicodedata.category(letter)
    return letter.isspace() or category == "Cf" or (dashes and (category == "Pd" or letter == "\N{MINUS SIGN}"))

"""What somebody typed into the search box: an NHS number, a phone number, a name, a date of birth, in any usual form
and order."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError

from carecoord.ui.fields import PartError, parse_date
from neighbourhoods.duplicates import LEAST_LETTERS
from neighbourhoods.models.residents import sort_name
from neighbourhoods.values import clean_nhs_number

MOST_LETTERS = 200

# Day first, as everybody here writes it, unless the year comes first. The separators have to be the same ones.
DATES = tuple(
    re.compile(r"(?:\b(?:born|dob)\b\W*)?(?<!\d)" + shape + r"(?!\d)", re.IGNORECASE)
    for shape in (
        r"(?P<year>\d{4})(?P<by>[-/.])(?P<month>\d{1,2})(?P=by)(?P<day>\d{1,2})",
        r"(?P<day>\d{1,2})(?P<by>\s?[-/.]\s?|\s)(?P<month>\d{1,2})(?P=by)(?P<year>\d{4})",
        r"(?P<day>\d{1,2})(?:st|nd|rd|th)?[\s\-/.]+(?P<month>[a-z]{3,9})[\s\-/.,]+(?P<year>\d{4})",
        r"(?P<day>\d{2})(?P<month>\d{2})(?P<year>\d{4})",
    )
)
NHS_NUMBER = re.compile(
    r"(?:\bnhs\b(?:\s+(?:no|number)\b)?\W*)?(?<!\d)(?P<digits>\d{3}[\s-]*\d{3}[\s-]*\d{4})(?!\d)", re.IGNORECASE
)
# Of this country with 0 or 44 before it, of any other with + or 00. What is copied brings marks along that nobody sees.
MARKS = r"\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff"
BETWEEN = rf"[\s().\-\u2010-\u2015\u2212{MARKS}]*"
PHONE = re.compile(
    rf"(?:\b(?:tel|telephone|phone|mobile|mob)\b[\s.:]*)?[{MARKS}]*\(?(?<![\d+])"
    rf"(?:(?:\+|00){BETWEEN}44{BETWEEN}0?(?:{BETWEEN}[0-9]){{9,10}}"
    rf"|(?:\+|00){BETWEEN}[1-9](?:{BETWEEN}[0-9]){{6,14}}"
    rf"|0(?:{BETWEEN}[0-9]){{9,10}})(?!\d)[{MARKS}]*",
    re.IGNORECASE,
)
NOT_A_PHONE = "This is not a valid phone number: check the digits"
LONG_ENOUGH = 9
DIGITS_LEFT = "Enter all 10 digits of an NHS number, a whole phone number, or a date of birth such as 14/3/1948"


@dataclass(frozen=True)
class Typed:
    """`name` is as lists are ordered (see `sort_name`), `phone` digits alone. `problem` says what cannot be read."""

    nhs_number: str = ""
    phone: str = ""
    name: str = ""
    born: date | None = None
    problem: str = ""

    @property
    def reaches_everybody(self) -> bool:
        """Beyond one's own residents: an NHS number, or a name and a date of birth, and never a phone (IG-12)."""
        return bool(self.nhs_number or (self.born and len(self.name) >= LEAST_LETTERS))

    @property
    def orders(self) -> tuple[str, ...]:
        """The name as it was read, and the other way round: many write the family name first, without a comma."""
        family, comma, given = self.name.partition(", ")
        return (self.name, f"{given}, {family}") if comma else (self.name,)

    @property
    def is_empty(self) -> bool:
        return not (self.nhs_number or self.phone or self.name or self.born or self.problem)


def read(text: str) -> Typed:
    """Never fails: what makes no sense comes back as a problem in words."""
    rest = re.sub(r"[\s\0]+", " ", text[:MOST_LETTERS]).strip()
    try:
        return _in_parts(rest)
    except PartError as problem:
        return Typed(problem=str(problem.message))
    except ValidationError as problem:
        return Typed(problem=" ".join(problem.messages))


def _in_parts(text: str) -> Typed:
    found, rest = _taken_apart(text)
    number = clean_nhs_number(found["number"]["digits"]) if "number" in found else ""
    phone = re.sub(r"[^0-9]", "", found["phone"][0]) if "phone" in found else ""
    if re.search(r"\d", rest) and not number:
        if phone or re.match(r"[^\w]*0|.*\+", rest):
            return Typed(problem=NOT_A_PHONE)
        number, rest = _whole_number(rest), ""
    born = _date_of(found["born"]) if "born" in found else None
    return Typed(nhs_number=number, phone=phone, name=as_name(re.sub(r"\d", " ", rest)), born=born)


def _taken_apart(text: str) -> tuple[dict[str, re.Match[str]], str]:
    """The parts that have digits, one of each kind, and what is left. What begins first is read first: in the digits
    of one part, or of two together, another could be found."""
    kinds: dict[str, Callable[[str], re.Match[str] | None]] = {
        "number": _number_in,
        "born": _date_in,
        "phone": PHONE.search,
    }
    found: dict[str, re.Match[str]] = {}
    while here := [(part.start(), kind, part) for kind in kinds if kind not in found and (part := kinds[kind](text))]:
        _, kind, part = min(here, key=lambda one: one[0])
        found[kind] = part
        text = f"{text[: part.start()]} {text[part.end() :]}"
    return found, text


def _number_in(text: str) -> re.Match[str] | None:
    """Those of Scotland may begin with 0; with a wrong check digit it is a phone number."""
    return next((found for found in NHS_NUMBER.finditer(text) if found["digits"][0] != "0" or _is_right(found)), None)


def _is_right(found: re.Match[str]) -> bool:
    try:
        return bool(clean_nhs_number(found["digits"]))
    except ValidationError:
        return False


def _whole_number(text: str) -> str:
    """The NHS number in other groups of digits; raises ValidationError that also thinks of half a date or a phone."""
    try:
        return clean_nhs_number(text)
    except ValidationError as problem:
        if problem.code == "invalid_nhs_number" and sum(letter.isdigit() for letter in text) < LONG_ENOUGH:
            raise ValidationError(DIGITS_LEFT) from problem
        raise


def _date_in(text: str) -> re.Match[str] | None:
    return next((found for shape in DATES if (found := shape.search(text))), None)


def _date_of(found: re.Match[str]) -> date | None:
    return parse_date("The date of birth", found["day"], found["month"], found["year"])


def as_name(text: str) -> str:
    """`sheila  HARTLEY` becomes `hartley, sheila`; with a comma the family name comes first already."""
    words = " ".join(text.split()).strip(" ,;")
    family, comma, given = words.partition(",")
    if not comma:
        given, _, family = words.rpartition(" ")
    return sort_name(family.strip(), given.strip()).strip(", ")

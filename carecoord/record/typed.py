"""What somebody typed into the search box: an NHS number, a name, a date of birth, in any usual form and order."""

import re
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
LONG_ENOUGH = 9
DIGITS_LEFT = "Enter all 10 digits of an NHS number, or a date of birth such as 14/3/1948"


@dataclass(frozen=True)
class Typed:
    """`name` is as lists are ordered (see `sort_name`). `problem` says what cannot be read."""

    nhs_number: str = ""
    name: str = ""
    born: date | None = None
    problem: str = ""

    @property
    def reaches_everybody(self) -> bool:
        """An NHS number, or two identifying items, reach beyond one's own residents (IG-12)."""
        return bool(self.nhs_number or (self.born and len(self.name) >= LEAST_LETTERS))

    @property
    def orders(self) -> tuple[str, ...]:
        """The name as it was read, and the other way round: many write the family name first, without a comma."""
        family, comma, given = self.name.partition(", ")
        return (self.name, f"{given}, {family}") if comma else (self.name,)

    @property
    def is_empty(self) -> bool:
        return not (self.nhs_number or self.name or self.born or self.problem)


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
    # Ten digits in threes and a four are a number before anything in them is a date.
    found = NHS_NUMBER.search(text)
    number = clean_nhs_number(found["digits"]) if found else ""
    born, rest = _date_of(text.replace(found[0], " ", 1) if found else text)
    if re.search(r"\d", rest) and not number:
        number, rest = _whole_number(rest), ""
    return Typed(nhs_number=number, name=as_name(re.sub(r"\d", " ", rest)), born=born)


def _whole_number(text: str) -> str:
    """The NHS number in other groups of digits; raises ValidationError that also thinks of half a date."""
    try:
        return clean_nhs_number(text)
    except ValidationError as problem:
        if problem.code == "invalid_nhs_number" and sum(letter.isdigit() for letter in text) < LONG_ENOUGH:
            raise ValidationError(DIGITS_LEFT) from problem
        raise


def _date_of(text: str) -> tuple[date | None, str]:
    for shape in DATES:
        found = shape.search(text)
        if found:
            born = parse_date("The date of birth", found["day"], found["month"], found["year"])
            return born, text.replace(found[0], " ", 1)
    return None, text


def as_name(text: str) -> str:
    """`sheila  HARTLEY` becomes `hartley, sheila`; with a comma the family name comes first already."""
    words = " ".join(text.split()).strip(" ,;")
    family, comma, given = words.partition(",")
    if not comma:
        given, _, family = words.rpartition(" ")
    return sort_name(family.strip(), given.strip()).strip(", ")

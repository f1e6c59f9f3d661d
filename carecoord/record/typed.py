"""What somebody typed into the search box: an NHS number, a name, a date of birth, a postcode, a phone number, another
number of theirs, in any usual form and order."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError

from carecoord import clock
from carecoord.ui.fields import PartError, parse_date
from neighbourhoods.duplicates import LEAST_LETTERS
from neighbourhoods.keys import birth_key, identifier_key, phone_key, postcode_key
from neighbourhoods.models.residents import sort_name
from neighbourhoods.values import clean_nhs_number, clean_postcode

MOST_LETTERS = 200
ENOUGH_ITEMS = 2
BORN, OLDEST = "The date of birth", 115

MONTHS = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    "|nov(?:ember)?|dec(?:ember)?"
)
# Day first, as everybody here writes it, unless the year comes first. The separators have to be the same ones.
DATES = tuple(
    re.compile(r"(?:\b(?:born|dob)\b\W*)?(?<!\d)" + shape + r"(?!\d)", re.IGNORECASE)
    for shape in (
        r"(?P<year>\d{4})(?P<by>[-/.])(?P<month>\d{1,2})(?P=by)(?P<day>\d{1,2})",
        r"(?P<year>(?:18|19|20)\d\d)\s(?P<month>0?[1-9]|1[0-2])\s(?P<day>[0-3]?\d)",
        r"(?P<day>\d{1,2})(?P<by>\s?[-/.]\s?|\s)(?P<month>\d{1,2})(?P=by)(?P<year>\d{4})",
        r"(?P<day>\d{1,2})(?:st|nd|rd|th)?(?:\sof)?[\s\-/.]+(?P<month>[a-z]{3,9})[\s\-/.,]+(?P<year>\d{4})",
        rf"(?P<day>\d{{1,2}})(?P<month>{MONTHS})(?P<year>\d{{4}})",
        rf"\b(?P<month>{MONTHS})\s(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:,\s?|\s)(?P<year>\d{{4}})",
        # Never both: the last four would have to be a year, and a month and a day.
        r"(?P<year>(?:18|19|20)\d\d)(?P<month>0[1-9]|1[0-2])(?P<day>[0-3]\d)",
        r"(?P<day>\d{2})(?P<month>\d{2})(?P<year>\d{4})",
        # Years of two digits last, and never between spaces: those are groups of a number.
        r"(?<![-/.])(?P<day>\d{1,2})(?P<by>[-/.])(?P<month>\d{1,2})(?P=by)(?P<year>\d{2})(?![-/.]\d)",
        rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[\s\-/.]+(?P<month>{MONTHS})[\s\-/.,]+(?P<year>\d{{2}})",
    )
)
POSTCODE = re.compile(
    r"(?<![\w-])(?:[A-PR-UWYZ](?:[0-9]{1,2}|[0-9][A-Z]|[A-HK-Y][0-9]{1,2}|[A-HK-Y][0-9][A-Z])"
    r"\s?[0-9][ABD-HJLNP-UW-Z]{2}|ZZ99\s?[0-9][A-Z]{2}|BFPO\s?[0-9]{1,4})(?![\w-])",
    re.IGNORECASE | re.ASCII,
)
# With a word before it any number; without one only what has letters and digits, and is no National Insurance number.
IDENTIFIER = re.compile(
    r"(?<![\w/-])(?:(?:local\s+)?(?:id|ref)\b(?:\s+(?:no|number)\b)?[\s.:#]*(?P<named>[a-z0-9][a-z0-9/-]{2,40})"
    r"|(?!\s*[a-z]{2}[0-9]{6}[a-d]?(?![\w/-]))(?=[0-9/-]*[a-z])(?=[a-z/-]*[0-9])(?P<mixed>[a-z0-9][a-z0-9/-]{3,40}))"
    r"(?![\w/-])",
    re.IGNORECASE | re.ASCII,
)
NHS_NUMBER = re.compile(
    r"(?:\bnhs\b(?:\s+(?:no|number)\b)?\W*)?(?<!\d)(?P<digits>\d{3}(?:[\s-]*|\.)\d{3}(?:[\s-]*|\.)\d{4})(?!\d)",
    re.IGNORECASE,
)
# What word processors make of a hyphen.
HYPHENS = re.compile(r"[\u2010-\u2015\u2212]")
# Of this country with 0 or 44 before it, of any other with + or 00. What is copied brings marks along that nobody sees.
MARKS = r"\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff"
BETWEEN = rf"[\s().\-{MARKS}]*"
PHONE = re.compile(
    rf"(?:\b(?:tel|telephone|phone|mobile|mob)\b[\s.:]*)?[{MARKS}]*\(?(?<![\d+])"
    rf"(?:(?:\+|00){BETWEEN}44{BETWEEN}0?(?:{BETWEEN}[0-9]){{9,10}}"
    rf"|(?:\+|00){BETWEEN}[1-9](?:{BETWEEN}[0-9]){{6,14}}"
    rf"|0(?:{BETWEEN}[0-9]){{9,10}})(?!\d)[{MARKS}]*",
    re.IGNORECASE,
)
NOT_A_PHONE = "This is not a valid phone number: check the digits"
NO_ADDRESS = "Postcodes with ZZ99 are nobody's address: search by something else"
LONG_ENOUGH = 9
DIGITS_LEFT = (
    "Enter all 10 digits of an NHS number, a whole phone number, a date of birth such as 14/3/1948, or id and a number"
)


@dataclass(frozen=True)
class Typed:
    """`name` is as lists are ordered (see `sort_name`), `phone` digits alone. `problem` says what cannot be read.

    `or_born` is the same day a hundred years earlier, where the year was typed with two digits and either may be meant.
    """

    nhs_number: str = ""
    phone: str = ""
    name: str = ""
    born: date | None = None
    or_born: date | None = None
    postcode: str = ""
    identifier: str = ""
    problem: str = ""

    @property
    def reaches_everybody(self) -> bool:
        """Beyond one's own residents: an NHS number, or any two of the others (IG-12)."""
        named = len(self.name) >= LEAST_LETTERS
        items = (named, bool(self.born), bool(self.postcode), bool(self.phone), bool(self.identifier))
        return bool(self.nhs_number) or sum(items) >= ENOUGH_ITEMS

    @property
    def births(self) -> tuple[date, ...]:
        return tuple(day for day in (self.born, self.or_born) if day)

    @property
    def exact(self) -> tuple[str, ...]:
        """Keys of all that either is the same or is not (neighbourhoods/keys.py)."""
        keys = [postcode_key(self.postcode), phone_key(self.phone), identifier_key(self.identifier)]
        return (*(birth_key(day) for day in self.births), *(key for key in keys if key))

    @property
    def orders(self) -> tuple[str, ...]:
        """The name as it was read, and the other way round: many write the family name first, without a comma."""
        family, comma, given = self.name.partition(", ")
        return (self.name, f"{given}, {family}") if comma else (self.name,)

    @property
    def is_empty(self) -> bool:
        return not (self.nhs_number or self.name or self.exact or self.problem)


def read(text: str) -> Typed:
    """Never fails: what makes no sense comes back as a problem in words."""
    rest = re.sub(r"[\s\0]+", " ", HYPHENS.sub("-", text[:MOST_LETTERS])).strip()
    try:
        return _in_parts(rest)
    except PartError as problem:
        return Typed(problem=str(problem.message))
    except ValidationError as problem:
        return Typed(problem=" ".join(problem.messages))


def _in_parts(text: str) -> Typed:
    found, rest = _taken_apart(text)
    number = clean_nhs_number(found["number"]["digits"].replace(".", "")) if "number" in found else ""
    phone = re.sub(r"[^0-9]", "", found["phone"][0]) if "phone" in found else ""
    if re.search(r"\d", rest) and not number:
        if phone or re.match(r"[^\w]*0|.*\+", rest):
            return Typed(problem=NOT_A_PHONE)
        number, rest = _whole_number(rest), ""
    born, or_born = _dates_of(found["born"]) if "born" in found else (None, None)
    postcode = clean_postcode(found["postcode"][0]) if "postcode" in found else ""
    if postcode and not postcode_key(postcode):
        return Typed(problem=NO_ADDRESS)
    identifier = found["identifier"]["named"] or found["identifier"]["mixed"] if "identifier" in found else ""
    name = as_name(re.sub(r"\d", " ", rest))
    return Typed(number, phone, name, born, or_born, postcode, identifier)


def _taken_apart(text: str) -> tuple[dict[str, re.Match[str]], str]:
    """The parts that have digits, one of each kind, and what is left. What begins first is read first: in the digits
    of one part, or of two together, another could be found."""
    kinds: dict[str, Callable[[str], re.Match[str] | None]] = {
        "number": _number_in,
        "born": _date_in,
        "phone": PHONE.search,
        "postcode": POSTCODE.search,
        "identifier": IDENTIFIER.search,
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


def _dates_of(found: re.Match[str]) -> tuple[date | None, date | None]:
    """Of a year of two digits the latest that is not to come, and a hundred years before it where somebody may be as
    old: a search may look for both, and nothing is stored."""
    day, month, year = found["day"], found["month"], found["year"]
    if len(year) == 4:
        return parse_date(BORN, day, month, year), None
    today = clock.today()
    latest = today.year - (today.year - int(year)) % 100
    possible = [one for one in (_day(day, month, latest), _day(day, month, latest - 100)) if one and one <= today]
    if not possible:
        parse_date(BORN, day, month, str(latest))
    before = possible[1] if len(possible) > 1 and today.year - possible[1].year <= OLDEST else None
    return possible[0], before


def _day(day: str, month: str, year: int) -> date | None:
    try:
        return parse_date(BORN, day, month, str(year))
    except PartError:
        return None


def as_name(text: str) -> str:
    """`sheila  HARTLEY` becomes `hartley, sheila`; with a comma the family name comes first already."""
    words = " ".join(text.split()).strip(" ,;")
    family, comma, given = words.partition(",")
    if not comma:
        given, _, family = words.rpartition(" ")
    return sort_name(family.strip(), given.strip()).strip(", ")

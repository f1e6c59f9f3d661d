"""A row of a list as somebody to register: what it says, what is wrong with it, and what of it is left out."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, validate_email

from carecoord import clock
from neighbourhoods.importing.columns import MEANINGS
from neighbourhoods.importing.days import DayFault, read_day
from neighbourhoods.importing.reading import Line
from neighbourhoods.keys import folded, identifier_key
from neighbourhoods.models import Gender
from neighbourhoods.services.detail_facts import LONGEST_LINE, LONGEST_NUMBER, MOST_LINES
from neighbourhoods.services.residents import Identity
from neighbourhoods.values import clean_nhs_number, clean_postcode, may_be_from_another_nation

LONGEST_NAME, LONGEST_TITLE, LONGEST_PHONE, OLDEST = 100, 35, 30, 130
GENDERS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("f", "female", "woman", "girl", "w", "2"), Gender.FEMALE),
    **dict.fromkeys(("m", "male", "man", "boy", "1"), Gender.MALE),
    **dict.fromkeys(("o", "other", "i", "indeterminate", "nonbinary", "9"), Gender.OTHER),
    **dict.fromkeys(("u", "unknown", "notknown", "x", "0", "notstated", "notspecified"), Gender.UNKNOWN),
}
ANSWERS: Final[Mapping[str, bool]] = {
    **dict.fromkeys(("y", "yes", "true", "1", "required", "needed"), True),
    **dict.fromkeys(("n", "no", "false", "0", "notrequired", "notneeded"), False),
}
KEPT_AS_TEXT = re.compile(r'="(.*)"')
"""A spreadsheet's way to keep the zeros of a number."""
ROUNDED = re.compile(r"[0-9](?:[.,][0-9]+)?[eE]\+?[0-9]+")
FORMULA: Final = ("=", "+", "-", "@", "\t")
MAY_BEGIN_LIKE_ONE: Final = frozenset({"phone", "email", "nhs_number", "birth_date", "died_on"})


@dataclass(frozen=True)
class Known:
    """What the words of a row are looked up in: ids of practices by code and by name, codes by code and by word."""

    practices: Mapping[str, UUID] = field(default_factory=dict)
    languages: Mapping[str, str] = field(default_factory=dict)
    ethnic_categories: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Facts:
    identity: Identity
    local_id: str = ""

    def as_json(self) -> dict[str, Any]:
        said = {name: value for name, value in asdict(self.identity).items() if value not in (None, "", ())}
        plain = {name: _plain(value) for name, value in said.items()}
        return {**plain, "local_id": self.local_id} if self.local_id else plain

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> "Facts":
        facts = {name: value for name, value in said.items() if name != "local_id"}
        for name in ("birth_date", "died_on"):
            facts[name] = date.fromisoformat(facts[name]) if facts.get(name) else None
        practice = facts.get("gp_practice_id")
        facts["gp_practice_id"] = UUID(practice) if practice else None
        facts["address_lines"] = tuple(facts.get("address_lines", ()))
        names = {"given_name": "", "family_name": ""}
        return cls(Identity(**names | facts), str(said.get("local_id", "")))


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else str(value) if isinstance(value, date | UUID) else value


@dataclass(frozen=True)
class Person:
    """One row. With faults it is nobody who could be registered; remarks say what of it is left out, or looks odd."""

    number: int
    facts: Facts
    faults: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


def read_person(line: Line, columns: Sequence[str], *, known: Known, month_first: bool) -> Person:
    reader = _Reader(line, columns, known, month_first)
    facts = reader.facts()
    faults = (line.fault,) if line.fault else tuple(reader.faults)
    remarks = (*((line.remark,) if line.remark else ()), *reader.remarks)
    return Person(line.number, facts, faults, remarks)


class _Reader:
    """Reads the cells of one row in turn, and gathers what is to be said of them."""

    def __init__(self, line: Line, columns: Sequence[str], known: Known, month_first: bool) -> None:
        self.known, self.month_first = known, month_first
        self.faults: list[str] = []
        self.remarks: list[str] = []
        self.cells: dict[str, list[str]] = {}
        for meaning, cell in zip(columns, line.cells, strict=False):
            text = _text(cell)
            if meaning and text:
                self.cells.setdefault(meaning, []).append(text)
        for meaning, texts in self.cells.items():
            if meaning not in MAY_BEGIN_LIKE_ONE and any(text.startswith(FORMULA) for text in texts):
                self.remarks.append(f"{MEANINGS[meaning].label} looks like a formula and is kept as text")

    def facts(self) -> Facts:
        given, family = self._names()
        born = self._day("birth_date")
        if born is None and "birth_date" not in self.cells:
            self.remarks.append("No date of birth: it will be recorded as not known")
        lines, postcode = self._home()
        identity = Identity(
            given_name=given,
            family_name=family,
            preferred_name=self._fitting("preferred_name", LONGEST_NAME),
            title=self._fitting("title", LONGEST_TITLE),
            birth_date=born,
            birth_date_status="exact" if born else "unknown",
            gender=self._gender(),
            nhs_number=self._nhs_number(),
            address_lines=lines,
            postcode=postcode,
            phone=self._phone(),
            email=self._email(),
            gp_practice_id=self._looked_up("gp_practice", self.known.practices, "is not known here"),
            language=self._looked_up("language", self.known.languages, "is not in the list of languages") or "",
            ethnic_category=self._looked_up("ethnic_category", self.known.ethnic_categories, "is not in the list")
            or "",
            interpreter_required=self._answer("interpreter_required"),
            died_on=self._day("died_on"),
        )
        if identity.died_on and born and identity.died_on < born:
            self.faults.append("The date of death is before the date of birth")
        return Facts(identity, self._local_id())

    def _one(self, meaning: str) -> str:
        """The cell as a text of one line, empty where there is none."""
        return " ".join(" ".join(self.cells.get(meaning, [])[:1]).split())

    def _names(self) -> tuple[str, str]:
        given = " ".join(part for part in (self._one("given_name"), self._one("middle_names")) if part)
        family = self._one("family_name")
        if whole := self._one("full_name"):
            whole_given, whole_family = _in_parts(whole)
            given, family = (
                (given or whole_given, family or whole_family) if not (given and family) else (given, family)
            )
        if not (given or family):
            self.faults.append("There is no name: enter a given name and a family name")
        elif not (given and family):
            self.remarks.append("Only one name: the other is left empty")
        for label, name in (("Given name", given), ("Family name", family)):
            if len(name) > LONGEST_NAME:
                self.faults.append(f"{label} has more than {LONGEST_NAME} characters: shorten it")
        return given, family

    def _fitting(self, meaning: str, most: int) -> str:
        text = self._one(meaning)
        if len(text) > most:
            self.faults.append(f"{MEANINGS[meaning].label} has more than {most} characters: shorten it")
        return text

    def _day(self, meaning: str) -> date | None:
        text, label = self._one(meaning), MEANINGS[meaning].label
        try:
            day = read_day(label, text, month_first=self.month_first) if text else None
        except DayFault as problem:
            self.faults.append(str(problem))
            return None
        if day and day > clock.today():
            self.faults.append(f"{label} is in the future: check the year")
        elif day and clock.today().year - day.year > OLDEST:
            self.faults.append(f"{label} is more than {OLDEST} years ago: check the year")
        return day

    def _nhs_number(self) -> str | None:
        text = self._one("nhs_number")
        if not text:
            return None
        if ROUNDED.fullmatch(text):
            self.faults.append(
                "The spreadsheet has rounded the NHS number: format its column as text, and type it again"
            )
            return None
        try:
            number = clean_nhs_number(text.removesuffix(".0"))
        except ValidationError as problem:
            self.faults.append(" ".join(problem.messages))
            return None
        if may_be_from_another_nation(number):
            self.remarks.append("The NHS number begins like a Scottish or Northern Irish one: check that it is theirs")
        return number

    def _gender(self) -> str:
        text = self._one("gender")
        if text and _folded(text) not in GENDERS:
            self.remarks.append(f"Gender “{_short(text)}” is not understood and is left out")
        return GENDERS.get(_folded(text), Gender.UNKNOWN)

    def _home(self) -> tuple[tuple[str, ...], str]:
        """A postcode that is none stays in the address: nothing of where somebody lives is lost."""
        lines = [" ".join(line.split()) for cell in self.cells.get("address", []) for line in cell.splitlines()]
        lines = [part for line in lines if line for part in _parted(line)]
        postcode = self._one("postcode")
        try:
            postcode = clean_postcode(postcode) if postcode else ""
        except ValidationError:
            self.remarks.append(f"Postcode “{_short(postcode)}” is not valid and is kept as a line of the address")
            lines, postcode = [*lines, postcode], ""
        if len(lines) > MOST_LINES:
            lines = [*lines[: MOST_LINES - 1], ", ".join(lines[MOST_LINES - 1 :])]
        if any(len(line) > LONGEST_LINE for line in lines):
            self.faults.append(f"A line of the address has more than {LONGEST_LINE} characters: shorten it")
        return tuple(lines), postcode

    def _phone(self) -> str:
        """Half a number rings somebody else: what does not fit is left out."""
        numbers = [" ".join(cell.split()) for cell in self.cells.get("phone", [])]
        fitting = [one for one in numbers if len(one) <= LONGEST_PHONE]
        if len(fitting) < len(numbers):
            self.remarks.append(f"A phone number of more than {LONGEST_PHONE} characters is left out")
        if len(fitting) > 1:
            self.remarks.append("Several phone numbers: the first is taken")
        return fitting[0] if fitting else ""

    def _email(self) -> str:
        text = self._one("email")
        try:
            if text:
                validate_email(text)
                MaxLengthValidator(254)(text)
        except ValidationError:
            self.remarks.append(f"Email “{_short(text)}” is not an address and is left out")
            return ""
        return text

    def _looked_up(self, meaning: str, among: Mapping[str, Any], otherwise: str) -> Any:
        text = self._one(meaning)
        found = among.get(_folded(text)) if text else None
        if text and found is None:
            self.remarks.append(f"{MEANINGS[meaning].label} “{_short(text)}” {otherwise} and is left out")
        return found

    def _answer(self, meaning: str) -> bool | None:
        text = self._one(meaning)
        if text and _folded(text) not in ANSWERS:
            self.remarks.append(f"{MEANINGS[meaning].label} “{_short(text)}” is neither yes nor no and is left out")
        return ANSWERS.get(_folded(text))

    def _local_id(self) -> str:
        text = self._one("local_id")
        if text and (len(text) > LONGEST_NUMBER or not identifier_key(text)):
            self.remarks.append("The number in your own system has no letters or digits, or too many, and is left out")
            return ""
        return text


def looked_up_by(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """For `Known`: by words as they are looked up. What two things are called leads to neither."""
    found: dict[str, Any] = {}
    twice = set()
    for words, value in pairs:
        key = _folded(words)
        if key and found.setdefault(key, value) != value:
            twice.add(key)
    return {key: value for key, value in found.items() if key not in twice}


def _text(cell: str) -> str:
    text = cell.strip("\ufeff \t\r\n\u00a0")
    found = KEPT_AS_TEXT.fullmatch(text)
    return found[1].strip() if found else text


def _in_parts(whole: str) -> tuple[str, str]:
    """Given and family name of `HARTLEY, Sheila` and of `Sheila Hartley`."""
    family, comma, given = whole.partition(",")
    if not comma:
        given, _, family = whole.rpartition(" ")
    return given.strip(), family.strip()


def _parted(line: str) -> list[str]:
    """An address of one cell, at its commas, where it is too long for a line."""
    if len(line) <= LONGEST_LINE:
        return [line]
    return [part.strip() for part in line.split(",") if part.strip()]


def _folded(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "", folded(text))


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}…"

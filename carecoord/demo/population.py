"""Who lives in the demonstration place, drawn by chance from the cohorts. The same seed draws the same people."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import cycle, islice
from random import Random
from typing import Any
from uuid import UUID

from carecoord.demo import heritages
from carecoord.demo.cohorts import COHORTS, IN_HOSPITAL, Cohort
from carecoord.demo.course import DAY, HOUR, MINUTE, at_work
from carecoord.demo.tables import NEIGHBOURHOODS, ORGANISATIONS
from neighbourhoods.models import OrganisationKind as Kind
from neighbourhoods.services import Identity
from neighbourhoods.values import clean_nhs_number

# Beyond the numbers of the people who are written by hand; all in the range that is never issued.
FIRST_NUMBER = 999_000_100
STREETS = (
    "Mill Lane", "Weir Street", "Canal Row", "Priory Road", "Loom Street", "Tannery Court", "Quarry Lane", "Beck Side",
    "Ferry Road", "Chapel Brow", "Spinners Way", "Old Hall Drive", "Moor Top", "Bobbin Street", "Lock Cottages",
)  # fmt: skip
AREAS = dict(zip(NEIGHBOURHOODS, ("AM1", "AM2", "AM3", "AM4", "AM5"), strict=True))
UNITS = ("AA", "AB", "AD", "AE", "AF", "AG", "AH", "AJ", "AL", "AN")
PRACTICES = {
    where: tuple(row.name for row in ORGANISATIONS if row.kind is Kind.GP_PRACTICE and row.neighbourhood == where)
    for where in NEIGHBOURHOODS
}
HOMES = {row.neighbourhood: row.teams[0].name for row in ORGANISATIONS if row.kind is Kind.CARE_HOME}
WITHOUT_NUMBER = ("nhs-number-not-known", "nhs-number-not-known", "overseas-patient", "devolved-nation")
# Ranges set aside for drama, beside a mobile's and this area's. Whom residents name to be rung live in these towns.
TOWNS = ("0113", "0114", "0151", "0161", "0115", "0121")
TAKEN_MOBILES = frozenset({345, 456, 514, 573, 646, 901})
"""Of people who are written by hand."""
ALL_AT_ONCE = 0.7
"""How many of the residents are there from the first days; the others come later in the year."""


@dataclass
class Drawn:
    """One resident. `id` is set when they have been registered, at `comes_at`."""

    number: int
    cohort: Cohort
    where: str
    team: str
    practice: str
    identity: Identity
    comes_at: datetime
    heritage: heritages.Heritage
    id: UUID | None = None
    asked: set[str] = field(default_factory=set)

    @property
    def resident_id(self) -> UUID:
        if self.id is None:
            raise LookupError(f"Resident {self.number} has not come yet.")
        return self.id

    def words(self, text: str) -> str:
        """A cohort's words about this person, or the name of the service that serves where they live."""
        home = HOMES[self.where]
        called = self.identity.preferred_name or self.identity.given_name
        return text.format(name=called, where=self.where, home=home, surgery=self.practice)


def draw(rng: Random, how_many: int, begins: datetime, ends: datetime) -> list[Drawn]:
    """Every cohort is there, however few are drawn."""
    every = (*COHORTS, IN_HOSPITAL)
    more = rng.choices(every, [cohort.share for cohort in every], k=max(0, how_many - len(every)))
    numbers, phones = _nhs_numbers(rng, how_many), iter(_phones(rng, how_many))
    drawn = [
        _one(rng, number, cohort, numbers[number], begins, ends)
        for number, cohort in enumerate([*every, *more][:how_many])
    ]
    for who in drawn:
        if rng.random() < 0.7:
            who.identity = replace(who.identity, phone=next(phones))
    return drawn


def phone_of_kin(number: int) -> str:
    """Of whoever is to be rung for the resident with this number: they live in one of the towns around."""
    return f"{TOWNS[number // 1000 % len(TOWNS)]} 496 1{number % 1000:03d}"


def _one(rng: Random, number: int, cohort: Cohort, nhs_number: str, begins: datetime, ends: datetime) -> Drawn:
    where = NEIGHBOURHOODS[number % len(NEIGHBOURHOODS)]
    of = heritages.heritage(rng)
    practice = rng.choice(PRACTICES[where])
    drawn = Drawn(
        number=number,
        cohort=cohort,
        where=where,
        team="",
        practice=practice,
        identity=_identity(rng, cohort, of, nhs_number, ends.date()),
        comes_at=_comes_at(rng, cohort, begins, ends),
        heritage=of,
    )
    drawn.team = drawn.words(rng.choice(cohort.teams))
    drawn.identity = _born_before(_at_home(rng, drawn), drawn.comes_at.date())
    return drawn


def _born_before(identity: Identity, day: date) -> Identity:
    """Somebody who comes as a newborn was born before that."""
    is_later = identity.birth_date is not None and identity.birth_date >= day
    return replace(identity, birth_date=day - 12 * DAY) if is_later else identity


def _identity(rng: Random, cohort: Cohort, of: heritages.Heritage, nhs_number: str, today: date) -> Identity:
    is_woman = rng.random() < 0.54
    given = rng.choice(of.women if is_woman else of.men)
    age = rng.randint(*cohort.ages)
    born = today - timedelta(days=age * 365 + age // 4 + rng.randint(1, 364))
    known = rng.choices(("exact", "estimated", "unknown"), (96, 3, 1))[0]
    gender = rng.choices(("female" if is_woman else "male", "other", "unknown"), (97, 2, 1))[0]
    has_number = rng.random() > 0.06
    return Identity(
        given_name=given,
        family_name=rng.choice(of.families(is_woman=is_woman)),
        preferred_name=given[:3] if rng.random() < 0.06 and given.isascii() and len(given) > 5 else "",
        title=_title(rng, is_woman, age),
        birth_date=None if known == "unknown" else born.replace(day=1, month=1) if known == "estimated" else born,
        birth_date_status=known,
        gender=gender,
        nhs_number=nhs_number if has_number else None,
        nhs_number_unavailable_reason="" if has_number else rng.choice(WITHOUT_NUMBER),
        **_background(rng, of),
    )


def _background(rng: Random, of: heritages.Heritage) -> dict[str, Any]:
    """What most have been asked: how they describe themselves, what they speak, whether somebody must interpret."""
    ethnic = rng.choice(of.ethnic) if rng.random() < 0.86 else rng.choice(("", "Z", "99"))
    if rng.random() > 0.88:
        return {"ethnic_category": ethnic}
    if not of.language:
        return {"ethnic_category": ethnic, "language": of.code, "interpreter_required": False}
    speaks = rng.choices(("E", "G", "F", "P"), (20, 30, 25, 25))[0]
    return {
        "ethnic_category": ethnic,
        "language": of.code,
        "language_proficiency": speaks,
        "interpreter_required": speaks == "P" or (speaks == "F" and rng.random() < 0.6),
    }


def _phones(rng: Random, how_many: int) -> list[str]:
    """Of the numbers set aside for drama, each once for as long as there are any; three in ten have none."""
    mobiles = [f"07700 900 {number:03d}" for number in range(1000) if number not in TAKEN_MOBILES]
    lines = [f"01632 960 {number:03d}" for number in range(200, 1000)]
    others = [f"{code} 496 0{number:03d}" for number in range(1000) for code in TOWNS]
    free = [*mobiles, *lines]
    rng.shuffle(free)
    return list(islice(cycle([*free, *others]), how_many))


def _title(rng: Random, is_woman: bool, age: int) -> str:
    if age < 16:
        return ""
    return rng.choice(("Mrs", "Mrs", "Ms", "Miss")) if is_woman else rng.choices(("Mr", "Dr", "Rev"), (95, 3, 2))[0]


def _at_home(rng: Random, drawn: Drawn) -> Identity:
    """Where they live. A few have no address and no practice: nobody has placed them yet."""
    if rng.random() < 0.012:
        drawn.practice = ""
        return replace(drawn.identity, postcode="ZZ99 3VZ" if rng.random() < 0.5 else "")
    postcode = f"{AREAS[drawn.where]} {rng.randint(1, 3)}{rng.choice(UNITS)}"
    if drawn.cohort.name == "Care homes":
        door: tuple[str, ...] = (HOMES[drawn.where], f"Room {rng.randint(1, 60)}")
    else:
        flat = f"Flat {rng.randint(1, 24)}, " if rng.random() < 0.2 else ""
        door = (f"{flat}{rng.randint(1, 98)} {rng.choice(STREETS)}",)
    return replace(drawn.identity, address_lines=(*door, "Aldermoor"), postcode=postcode)


def _comes_at(rng: Random, cohort: Cohort, begins: datetime, ends: datetime) -> datetime:
    """In the first days, or later: then with the batch of the four weeks in which they came."""
    if cohort is not IN_HOSPITAL and rng.random() < ALL_AT_ONCE:
        return at_work(begins + rng.randint(6, 9) * DAY)
    batches = max(1, ((ends - begins).days - 45) // 28)
    return at_work(begins + 10 * DAY + rng.randrange(batches) * 28 * DAY + 3 * HOUR + 20 * MINUTE)


def _nhs_numbers(rng: Random, how_many: int) -> list[str]:
    """Numbers with a right check digit, from 999 000 1000 on, in no order."""
    found: list[str] = []
    base = FIRST_NUMBER
    while len(found) < how_many:
        check = 11 - sum(int(digit) * (10 - place) for place, digit in enumerate(str(base))) % 11
        if check != 10:
            found.append(clean_nhs_number(f"{base}{check % 11}"))
        base += 1
    rng.shuffle(found)
    return found

"""People drawn by chance, of whom some are described twice and some have somebody very like them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from carecoord.bench.matching import noise
from carecoord.demo import names
from carecoord.ids import new_id
from neighbourhoods.matching import Description

MEASURED, GATED = 5_000, 800
REPORTED_SEED = 2026
"""Weights and rules were chosen on seeds 1 to 8."""
TODAY = date(2026, 11, 1)
TWICE = 0.2
"""Of all descriptions, those that are the second of somebody."""
NEAR_TWINS = 0.04
"""Of all descriptions, those of each of the three kinds of somebody else who is very like one of the others."""
WITH_NUMBER, WITH_PHONE, WITH_MOBILE = 0.94, 0.7, 0.5
PRACTICES = tuple(new_id() for _ in range(12))
UNITS = ("AA", "AB", "BD", "EF", "GH")
POSTCODES = tuple(
    f"AM{district} {sector}{unit}" for district in range(1, 10) for sector in range(1, 10) for unit in UNITS
)


@dataclass(frozen=True)
class Described:
    """`person` is who it really is. `like` is the person of whom this one is a near-twin, and `kind` of which kind."""

    person: int
    description: Description
    tongue: names.Tongue
    slips: tuple[str, ...] = ()
    like: int | None = None
    kind: str = ""


def draw(seed: int, how_many: int) -> list[Described]:
    """So many descriptions, the same for the same seed and size; second ones and near-twins in the shares above."""
    rng = Random(seed)
    twice, alike = round(how_many * TWICE), round(how_many * NEAR_TWINS)
    first = [_one(rng, person) for person in range(how_many - twice - len(NEAR) * alike)]
    found = [*first, *(_again(rng, one) for one in rng.sample(first, twice))]
    families = iter(rng.sample(first, alike * len(NEAR)))
    for kind, near in NEAR.items():
        found += [_near(rng, next(families), len(found) + place, kind, near) for place in range(alike)]
    rng.shuffle(found)
    return found


def _one(rng: Random, person: int) -> Described:
    spoken = names.tongue(rng)
    is_woman = rng.random() < 0.5
    described = Description(
        given_name=rng.choice(spoken.women if is_woman else spoken.men),
        family_name=rng.choice(spoken.families),
        birth_date=TODAY - timedelta(days=rng.randint(30, 95 * 365)),
        gender=rng.choices(("female" if is_woman else "male", "other", "unknown"), (97, 1, 2))[0],
        nhs_number=number_of(person) if rng.random() < WITH_NUMBER else None,
        postcode=rng.choice(POSTCODES),
        phone=_phone(rng),
        gp_practice_id=rng.choice(PRACTICES),
    )
    return Described(person, described, spoken)


def _again(rng: Random, one: Described) -> Described:
    description, made = noise.second_description(rng, one.description, noise.Around(one.tongue, POSTCODES, PRACTICES))
    return replace(one, description=description, slips=made)


def _near(rng: Random, one: Described, person: int, kind: str, near: "Near") -> Described:
    """Somebody else at the same address, with the same phone and no number that would tell them apart."""
    other = replace(near(rng, one), nhs_number=None)
    if rng.random() < 1 / 3:
        other = _careless(rng, other, one.tongue)
    return Described(person, other, one.tongue, like=one.person, kind=kind)


def _careless(rng: Random, other: Description, spoken: names.Tongue) -> Description:
    chosen = rng.choice((noise.typo, noise.no_postcode, noise.spelt_otherwise))
    return chosen(rng, other, noise.Around(spoken, POSTCODES, PRACTICES)) or other


def _parent(rng: Random, one: Described) -> Description:
    """Father and son of one name, or mother and daughter."""
    return replace(one.description, birth_date=_born(one) - timedelta(days=rng.randint(18 * 366, 42 * 365)))


def _twin(rng: Random, one: Described) -> Description:
    return _sibling_born(rng, one, _born(one))


def _sibling(rng: Random, one: Described) -> Description:
    return _sibling_born(rng, one, _born(one) - timedelta(days=rng.randint(300, 12 * 365)))


def _sibling_born(rng: Random, one: Described, born: date) -> Description:
    is_woman = rng.random() < 0.5
    called = one.description.given_name
    given = [
        name for name in (one.tongue.women if is_woman else one.tongue.men) if not noise.are_one_name(name, called)
    ]
    gender = rng.choices(("female" if is_woman else "male", "unknown"), (98, 2))[0]
    return replace(one.description, given_name=rng.choice(given), gender=gender, birth_date=born)


Near = Callable[[Random, Described], Description]
NEAR: dict[str, Near] = {"parent and child of one name": _parent, "twins": _twin, "brothers and sisters": _sibling}


def _born(one: Described) -> date:
    if one.description.birth_date is None:
        raise ValueError("Everybody drawn has a date of birth.")
    return one.description.birth_date


def _phone(rng: Random) -> str:
    if rng.random() > WITH_PHONE:
        return ""
    is_mobile = rng.random() < WITH_MOBILE
    return f"07700 {rng.randint(900_000, 999_999)}" if is_mobile else f"01632 {rng.randint(960_000, 969_999)}"


def number_of(person: int) -> str:
    """A number of the range that is never issued, with its check digit."""
    base = 999_100_000 + person * 2
    # Of two that follow one another at most one has no check digit.
    nine, check = next((nine, check) for nine in (base, base + 1) if (check := _check(nine)) != 10)
    return f"{nine}{check % 11}"


def _check(nine: int) -> int:
    return 11 - sum(int(digit) * (10 - place) for place, digit in enumerate(str(nine))) % 11

"""Whether two descriptions mean one person: points for each thing that agrees, in words, and what caps them."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.core.exceptions import ValidationError

from neighbourhoods.matching.births import are_generations_apart, compare_births
from neighbourhoods.matching.describing import Description, Shared, shared_by
from neighbourhoods.matching.names import NOT_KNOWN, OTHER, SEXES, compare_names, is_given_name_misplaced
from neighbourhoods.matching.weights import CAPS, DIFFERENT_NUMBERS, LIKELY, POSSIBLE, WEIGHTS
from neighbourhoods.values import clean_nhs_number

BESIDE_A_NUMBER = frozenset(
    {"birth_same", "birth_exchanged", "birth_slip", "given_same", "given_short", "given_alike", "names_swapped"}
)
GIVEN_NAMES = frozenset(
    {"given_same", "given_short", "given_part", "given_alike", "given_other", "given_misplaced", "names_swapped"}
)
"""Without one of these nothing is known of the given names, or only of one of the two."""
SECOND_ITEMS = frozenset(name for name, weight in WEIGHTS.items() if weight.points > 2) - {"number_same"}
"""What identifies somebody beside a number (IG-12); a gender does not."""


class Verdict(StrEnum):
    LIKELY = "likely"
    POSSIBLE = "possible"
    NONE = "none"


@dataclass(frozen=True)
class Part:
    """One thing that was compared; `name` is its row in the table of weights."""

    name: str
    points: int
    words: str


@dataclass(frozen=True)
class Match:
    """`score` is the sum of the parts' points. `caps` say why it is less than the points alone would make it."""

    verdict: Verdict
    score: int
    parts: tuple[Part, ...]
    caps: tuple[str, ...] = ()


def compare(one: Description, other: Description, shared: Shared | None = None) -> Match:
    """`shared` where how to reach the other is not known, but only whether it is the same."""
    if _have_different_numbers(one, other):
        return Match(Verdict.NONE, 0, (), (DIFFERENT_NUMBERS,))
    names = tuple(_parts(one, other, shared or shared_by(one, other)))
    parts = tuple(Part(name, WEIGHTS[name].points, WEIGHTS[name].words) for name in names)
    score = sum(part.points for part in parts)
    caps = tuple(CAPS[name] for name in _caps(one, other, frozenset(names)))
    if score >= LIKELY and not caps:
        return Match(Verdict.LIKELY, score, parts)
    # Of two with one number, one has it wrongly: somebody has to look, whatever else differs.
    is_possible = score >= POSSIBLE or "number_same" in names
    return Match(Verdict.POSSIBLE if is_possible else Verdict.NONE, score, parts, caps)


def _parts(one: Description, other: Description, shared: Shared) -> Iterator[str]:
    """Rows of the table of weights, in the order in which people read them."""
    if one.nhs_number and one.nhs_number == other.nhs_number:
        yield "number_same"
    yield from _names(one, other)
    is_estimated = one.birth_is_estimated or other.birth_is_estimated
    if birth := compare_births(one.birth_date, other.birth_date, is_estimated=is_estimated):
        yield birth
    agree = {"postcode_same": shared.postcode, "phone_same": shared.phone, "practice_same": shared.practice}
    yield from (name for name, is_same in agree.items() if is_same)
    if {one.gender, other.gender} <= SEXES:
        yield "gender_same" if one.gender == other.gender else "gender_other"


def _names(one: Description, other: Description) -> Iterator[str]:
    names = compare_names(one, other)
    if names.is_swapped:
        yield _swapped(one, other) if names.is_half else "names_swapped"
        return
    if names.family == OTHER and "male" not in {one.gender, other.gender}:
        yield "family_changed"
    elif names.family != NOT_KNOWN:
        yield f"family_{names.family}"
    if names.given != NOT_KNOWN:
        yield f"given_{names.given}"


def _swapped(one: Description, other: Description) -> str:
    return "given_misplaced" if is_given_name_misplaced(one, other) else "names_half_swapped"


def _caps(one: Description, other: Description, names: frozenset[str]) -> Iterator[str]:
    """With the same number a date of birth or a given name that agrees as well is enough; nothing else is."""
    if "number_same" in names:
        if names.isdisjoint(SECOND_ITEMS):
            yield "number_alone"
        if not names.isdisjoint(BESIDE_A_NUMBER):
            return
    yield from (name for name in ("given_other", "gender_other", "birth_other") if name in names)
    if names.isdisjoint(GIVEN_NAMES):
        yield "no_given"
    if are_generations_apart(one.birth_date, other.birth_date):
        yield "generation"
    if one.birth_date is None or other.birth_date is None:
        yield "no_birth"


def _have_different_numbers(one: Description, other: Description) -> bool:
    """Two that are both valid; one that was mistyped says nothing of the person."""
    if not one.nhs_number or not other.nhs_number:
        return False
    mine, theirs = _valid(one.nhs_number), _valid(other.nhs_number)
    return bool(mine and theirs and mine != theirs)


def _valid(number: str) -> str:
    try:
        return clean_nhs_number(number)
    except ValidationError:
        return ""

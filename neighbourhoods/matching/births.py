"""Dates of birth that are one slip apart."""

from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

DECADE = 10
GENERATION = 15
"""Years of age between two people at which they may well be parent and child."""
ENOUGH_PARTS = 2
DAY = timedelta(days=1)


class BirthLikeness(StrEnum):
    SAME = "birth_same"
    EXCHANGED = "birth_exchanged"
    SLIP = "birth_slip"
    TWO_SLIPS = "birth_two_slips"
    PARTLY = "birth_partly"
    ESTIMATED = "birth_estimated"
    OTHER = "birth_other"
    NOT_KNOWN = ""


def compare_births(one: date | None, other: date | None, *, is_estimated: bool = False) -> BirthLikeness:
    """`is_estimated`: one of the two is a guess, and the year is all that can be asked of it."""
    if one is None or other is None:
        return BirthLikeness.NOT_KNOWN
    if is_estimated and abs(one.year - other.year) <= 1:
        return BirthLikeness.ESTIMATED
    if one == other:
        return BirthLikeness.SAME
    if slip := slips_of(one).get(other):
        return slip
    if _are_two_slips_apart(one, other) or _are_two_slips_apart(other, one):
        return BirthLikeness.TWO_SLIPS
    return BirthLikeness.PARTLY if _agree_partly(one, other) else BirthLikeness.OTHER


def _are_two_slips_apart(one: date, other: date) -> bool:
    exchanged = _day(one.year, one.day, one.month)
    return exchanged is not None and other in slips_of(exchanged)


def _agree_partly(one: date, other: date) -> bool:
    """Two of year, month and day are the same; month and day may have changed places as well."""
    ways = ((one.year, one.month, one.day), (one.year, one.day, one.month))
    said = (other.year, other.month, other.day)
    return any(sum(mine == theirs for mine, theirs in zip(way, said, strict=True)) >= ENOUGH_PARTS for way in ways)


def are_generations_apart(one: date | None, other: date | None) -> bool:
    return one is not None and other is not None and abs(one.year - other.year) >= GENERATION


@lru_cache(maxsize=20_000)
def slips_of(born: date) -> dict[date, BirthLikeness]:
    """Every date that one slip makes of this one, and what it is called; about 45 of them.

    Day and month exchanged; a day, month, year or decade too many or too few; two digits of the day or of the year
    exchanged; one digit of them another one. What would make somebody a generation older or younger is left out.
    """
    found = {day: BirthLikeness.SLIP for day in _slips(born) if not are_generations_apart(born, day)}
    if exchanged := _day(born.year, born.day, born.month):
        found[exchanged] = BirthLikeness.EXCHANGED
    found.pop(born, None)
    return found


def _slips(born: date) -> list[date]:
    year, month, day = born.year, born.month, born.day
    drafted = [_day(year + more, month, day) for more in (-DECADE, -1, 1, DECADE)]
    drafted += [_day(year, month + more, day) for more in (-1, 1)]
    drafted += [_day(int(text), month, day) for text in _mistyped(f"{year:04d}", places=(2, 3))]
    drafted += [_day(year, month, int(text)) for text in _mistyped(f"{day:02d}", places=(0, 1))]
    drafted += [_day(year, int(text), day) for text in _mistyped(f"{month:02d}", places=(0, 1))]
    return [one for one in drafted if one] + [born - DAY, born + DAY]


def _mistyped(text: str, *, places: tuple[int, int]) -> list[str]:
    """One of the two digits is another, or they have changed places."""
    first, second = places
    other = [text[:place] + digit + text[place + 1 :] for place in places for digit in "0123456789"]
    return [*other, text[:first] + text[second] + text[first] + text[second + 1 :]]


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None

"""How alike two names are: by spelling, by sound, as a short form, or written the other way round."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from neighbourhoods.keys import nicknames, word_keys, words_of
from neighbourhoods.matching.describing import Description

LEAST_FOR_A_SLIP, LEAST_FOR_TWO = 4, 8
"""Letters that a word has before one slip, or two, make it no other name: Roy and Ray are two names."""
LEAST_OF_A_PART = 3
LEAST_OF_A_START = 2
ENDINGS = ("ie", "ey", "y", "i")
FEMININE_ENDINGS = ("a", "ia", "ina", "ette")
VOWELS = frozenset("aeiou")
ALSO_FAMILY_NAMES = frozenset(
    [
        "alexander", "ali", "ashley", "craig", "dean", "dennis", "douglas", "ellis", "francis", "frank", "gill",
        "gordon", "graham", "grant", "henry", "howard", "jack", "james", "jordan", "kelly", "lee", "leslie", "lewis",
        "malik", "marshall", "martin", "max", "mitchell", "murray", "neil", "norman", "oliver", "owen", "paul", "ray",
        "rose", "ross", "ruth", "scott", "stewart", "thomas",
    ]
)  # fmt: skip
"""Given names that are family names as often."""
SEXES = frozenset({"female", "male"})
NOT_KNOWN, SAME, PART, SHORT, ALIKE, INITIAL, OTHER = "", "same", "part", "short", "alike", "initial", "other"
# From most to least; of several spellings of one name the best one counts.
BEST_FIRST = (SAME, SHORT, PART, ALIKE, INITIAL, NOT_KNOWN, OTHER)


@dataclass(frozen=True)
class NameLikeness:
    """`family` and `given` are each one of the words above; `is_swapped` where one stands in the other's place."""

    family: str
    given: str
    is_swapped: bool = False

    @property
    def is_half(self) -> bool:
        """Only one of the two is known from the other's place."""
        return OTHER in (self.family, self.given)


def compare_names(one: Description, other: Description) -> NameLikeness:
    straight = NameLikeness(compare_family(one.family_name, other.family_name), compare_given(one, other))
    if straight.family != OTHER or straight.given == SAME:
        return straight
    family, given = _crossed(one.family_name, other.given_name), _crossed(one.given_name, other.family_name)
    return straight if family == OTHER and given == OTHER else NameLikeness(family, given, is_swapped=True)


def is_given_name_misplaced(one: Description, other: Description) -> bool:
    """Of two who have half of their names swapped: what both have is surely a given name, so they are one person whose
    family name has changed, and not two of one family. What stands beside it is then no given name that is known."""
    is_in_one = _crossed(one.family_name, other.given_name) != OTHER
    misplaced, beside, family = (
        (one.family_name, one.given_name, other.family_name)
        if is_in_one
        else (other.family_name, other.given_name, one.family_name)
    )
    return _is_given(misplaced) and not _is_given(beside) and not _is_given(family)


def _is_given(name: str) -> bool:
    return any(_stems(word) and word not in ALSO_FAMILY_NAMES for word in words_of(name))


def compare_family(one: str, other: str) -> str:
    """Of family names. Double-barrelled names of which the other has one half are alike in part."""
    return _compare(tuple(words_of(one)), tuple(words_of(other)), is_given=False)


def _crossed(one: str, other: str) -> str:
    """Of a name that stands where the other has the other kind of name."""
    return _compare(tuple(words_of(one)), tuple(words_of(other)), is_given=True)


def compare_given(one: Description, other: Description) -> str:
    """Of given names, preferred ones included. Without both genders Paul is no short form of Paula."""
    is_one_gender = one.gender == other.gender and one.gender in SEXES
    found = {
        OTHER if _is_of_other_gender(mine, theirs) and not is_one_gender else _compare(mine, theirs, is_given=True)
        for mine in _called(one)
        for theirs in _called(other)
    }
    return min(found or {NOT_KNOWN}, key=BEST_FIRST.index)


def _is_of_other_gender(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    shorter, longer = sorted(("".join(one), "".join(other)), key=len)
    return longer.startswith(shorter) and longer.removeprefix(shorter) in FEMININE_ENDINGS


def _called(one: Description) -> list[tuple[str, ...]]:
    return [words for name in (one.given_name, one.preferred_name) if (words := tuple(words_of(name)))]


@lru_cache(maxsize=200_000)
def _compare(one: tuple[str, ...], other: tuple[str, ...], *, is_given: bool) -> str:
    if not one or not other:
        return NOT_KNOWN
    mine, theirs = "".join(one), "".join(other)
    if mine == theirs:
        return SAME
    if is_given and _is_short_form(one[0], other[0]):
        return SHORT
    if _is_part(one, other):
        return PART
    if are_alike(mine, theirs) and not (is_given and _differ_in_the_first_letter(mine, theirs)):
        return ALIKE
    if is_given and min(len(mine), len(theirs)) == 1 and mine[0] == theirs[0]:
        return INITIAL
    return OTHER


def _is_short_form(one: str, other: str) -> bool:
    """Known as one, or made as they are made: Em of Emma, Sandy of Sandra, Ronnie of Ronald."""
    if one == other or (_stems(one) and _stems(other)):
        return one != other and bool(_stems(one) & _stems(other))
    shorter, longer = sorted((one, other), key=len)
    return any(len(start) >= LEAST_OF_A_START and longer.startswith(start) for start in _starts(shorter, longer))


def _starts(shorter: str, longer: str) -> Iterator[str]:
    if len(shorter) < len(longer):
        yield shorter
    for ending in ENDINGS:
        if shorter.endswith(ending) and len(start := shorter.removesuffix(ending)) >= LEAST_OF_A_PART:
            yield from {start, re.sub(r"(.)\1$", r"\1", start)}


def _is_part(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """All words of the one among those of the other, beyond particles such as `de` and `al`."""
    fewer, more = sorted((set(one), set(other)), key=len)
    return len(fewer) < len(more) and fewer <= more and any(len(word) >= LEAST_OF_A_PART for word in fewer)


def _differ_in_the_first_letter(one: str, other: str) -> bool:
    """As Manjit and Ranjit do, who are two; not in a vowel, as Omar and Umar, nor where only one is known as a name."""
    if one[0] == other[0] or one[1:] != other[1:] or {one[0], other[0]} <= VOWELS:
        return False
    return not _stems(one) and not _stems(other)


def are_alike(one: str, other: str) -> bool:
    """Heard or typed wrongly, unless each is a name in its own right, as Jean and Joan are."""
    if _stems(one) and _stems(other):
        return False
    shorter, longer = sorted((len(one), len(other)))
    allowed = 2 if shorter >= LEAST_FOR_TWO else 1 if longer >= LEAST_FOR_A_SLIP else 0
    if allowed and slips_between(one, other) <= allowed:
        return True
    return shorter >= LEAST_FOR_A_SLIP and bool(_sound(one)) and _sound(one) == _sound(other)


@lru_cache(maxsize=200_000)
def slips_between(one: str, other: str) -> int:
    """Letters left out, added, typed wrongly, or typed in each other's place."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, mine in enumerate(one, 1):
        longer = [i]
        for j, theirs in enumerate(other, 1):
            cost = min(row[j] + 1, longer[j - 1] + 1, row[j - 1] + (mine != theirs))
            if i > 1 and j > 1 and mine == other[j - 2] and one[i - 2] == theirs:
                cost = min(cost, before[j - 2] + 1)
            longer.append(cost)
        before, row = row, longer
    return row[-1]


def _stems(word: str) -> frozenset[str]:
    """The names that this is short for, or itself; empty for a name of which nobody knows a short form."""
    return frozenset(nicknames().get(word, ()))


def _sound(word: str) -> str:
    return next((key for key in word_keys(word) if key.startswith("p:")), "")

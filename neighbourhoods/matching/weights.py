"""What each agreement counts, and the sentence for it. The table in neighbourhoods/README.md is this one.

Chosen by hand on people that carecoord/bench/matching draws, and reported on those of a seed that nobody had looked at.
"""

from dataclasses import dataclass
from typing import Final

LIKELY, POSSIBLE = 50, 30


@dataclass(frozen=True)
class Weight:
    points: int
    words: str


WEIGHTS: Final = {
    "number_same": Weight(60, "The same NHS number"),
    "birth_same": Weight(30, "The same date of birth"),
    "birth_exchanged": Weight(25, "Day and month of birth exchanged"),
    "birth_slip": Weight(20, "A date of birth that is one slip away"),
    "birth_estimated": Weight(10, "Born in about the same year; one date is estimated"),
    "birth_two_slips": Weight(14, "Day and month of birth exchanged, and one slip more"),
    "birth_partly": Weight(3, "Two of day, month and year of birth are the same"),
    "birth_other": Weight(-20, "Another date of birth"),
    "family_same": Weight(20, "The same family name"),
    "family_alike": Weight(16, "A family name that sounds or is written nearly the same"),
    "family_part": Weight(15, "One family name is a part of the other"),
    "family_changed": Weight(-2, "Another family name, as after a marriage"),
    "family_other": Weight(-8, "Another family name"),
    "given_same": Weight(20, "The same given name"),
    "given_short": Weight(18, "One given name is a short form of the other"),
    "given_part": Weight(16, "One of the given names is the same"),
    "given_alike": Weight(16, "A given name that sounds or is written nearly the same"),
    "given_initial": Weight(6, "The same initial"),
    "given_other": Weight(-20, "Another given name"),
    "names_swapped": Weight(38, "Family name and given name in each other's place"),
    "given_misplaced": Weight(18, "The given name of one stands where the other has the family name"),
    "names_half_swapped": Weight(14, "One name of each stands in the place of the other"),
    "postcode_same": Weight(12, "The same postcode"),
    "phone_same": Weight(14, "The same phone number"),
    "practice_same": Weight(5, "The same GP practice"),
    "gender_same": Weight(2, "The same gender"),
    "gender_other": Weight(-10, "Another gender"),
}

CAPS: Final = {
    "birth_other": "Two dates of birth: families use a name more than once",
    "given_other": "Two given names: twins, or brothers and sisters, have all else in common",
    "no_given": "Without both given names, twins cannot be told apart",
    "gender_other": "Two genders: twins, or brothers and sisters, have all else in common",
    "generation": "Born 15 years or more apart: parent and child may share a name and a home",
    "no_birth": "Without both dates of birth, parent and child cannot be told apart",
    "number_alone": "An NHS number alone is not enough: nothing else is the same",
}
"""Why it is possible at most, whatever the points."""

DIFFERENT_NUMBERS: Final = "Two different NHS numbers: never the same person"

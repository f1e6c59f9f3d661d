"""By what people are looked for who may be the same person, so that not everybody is compared with everybody."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import product

from neighbourhoods.keys import name_keys, phone_key, postcode_key, word_keys, words_of
from neighbourhoods.matching.births import slips_of
from neighbourhoods.matching.describing import Description


@dataclass(frozen=True)
class Question:
    """What `app.duplicates` is asked; a resident answers it by any one of

    - the number;
    - one of `births` and one of `names`;
    - the postcode or the phone, and one of `names`;
    - both sounds of one of `pairs`, and the year or the day and month of `born`.
    """

    nhs_number: str | None
    names: tuple[str, ...]
    born: date | None
    births: tuple[date, ...]
    postcode: str
    phone: str
    pairs: tuple[tuple[str, str], ...]

    @property
    def is_enough(self) -> bool:
        """Beyond one's own, a number or two items (IG-12)."""
        return bool(self.nhs_number or (self.names and (self.born or self.postcode or self.phone)))


def question_about(one: Description) -> Question:
    return Question(
        nhs_number=one.nhs_number,
        names=tuple(name_keys(one.given_name, one.family_name, one.preferred_name)),
        born=one.birth_date,
        births=() if one.birth_date is None else tuple(sorted({one.birth_date, *slips_of(one.birth_date)})),
        postcode=postcode_key(one.postcode),
        phone=phone_key(one.phone),
        pairs=tuple(sorted(_pairs(one))) if one.birth_date else (),
    )


def _pairs(one: Description) -> set[tuple[str, str]]:
    """The sounds of each given and each family name, in the order of the alphabet: whichever was written first."""
    given, family = words_of(one.given_name, one.preferred_name), words_of(one.family_name)
    ordered = (sorted(pair) for pair in product(_sounds(given), _sounds(family)))
    return {(first, second) for first, second in ordered}


def _sounds(words: Iterable[str]) -> set[str]:
    return {key for word in words for key in word_keys(word) if key.startswith("p:")}

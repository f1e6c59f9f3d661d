"""By what somebody is found: keys that different ways to write one fact have in common.

Made here alone, for whoever writes people down and whoever looks for them. A key begins with what it is of:

- `n:` a word of a name in small letters of the Latin alphabet, `p:` how it sounds, `k:` the names it is short for;
- `b:` the birth date as 19480314, `z:` a postcode without its space, `t:` the last ten digits of a phone number,
  `e:` an email address;
- `i:` an identifier of another system, as `i:value` and as `i:system|value`; `h:` an NHS number that was theirs before.
"""

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Protocol

from anyascii import anyascii
from django.conf import settings
from jellyfish import metaphone

MOST_WORDS, LONGEST_WORD = 12, 60
NICKNAMES = settings.BASE_DIR / "data" / "nicknames.csv"
WORD = re.compile(r"[a-z0-9]+")
APOSTROPHES = str.maketrans("", "", "'`")
NO_FIXED_ABODE = "ZZ99"
"""With this begin the NHS's own postcodes for people without an address: thousands share one."""
# What stands before a number at home (0) and abroad (+44, 0044, 0044 (0)); app.phone_key says the same in SQL.
DIALLED_BEFORE = re.compile(r"^(00)?(44)?0?")


class Person(Protocol):
    """What a resident's own row says that they are found by."""

    family_name: str
    given_name: str
    preferred_name: str
    birth_date: date | None
    postcode: str
    phone: str
    email: str
    is_restricted: bool


@dataclass(frozen=True)
class Further:
    """What somebody is found by beside their own row. `identifiers` are systems and values."""

    names: Sequence[str] = ()
    postcodes: Sequence[str] = ()
    phones: Sequence[str] = ()
    emails: Sequence[str] = ()
    identifiers: Sequence[tuple[str, str]] = ()
    former_nhs_numbers: Sequence[str] = ()


NOTHING_FURTHER = Further()


def keys_of(person: Person, further: Further = NOTHING_FURTHER) -> list[str]:
    """Sorted. Somebody restricted is found by no address, phone or email (IG-13)."""
    keys = set(name_keys(person.family_name, person.given_name, person.preferred_name, *further.names))
    if person.birth_date:
        keys.add(birth_key(person.birth_date))
    for system, value in further.identifiers:
        keys |= {identifier_key(value), identifier_key(value, system)}
    keys |= {f"h:{number}" for number in further.former_nhs_numbers}
    if not person.is_restricted:
        keys |= _ways_there(person, further)
    return sorted(keys - {""})


def _ways_there(person: Person, further: Further) -> set[str]:
    keys = {postcode_key(one) for one in (person.postcode, *further.postcodes)}
    keys |= {phone_key(one) for one in (person.phone, *further.phones)}
    return keys | {email_key(one) for one in (person.email, *further.emails)}


def folded(text: str) -> str:
    """In small letters of the Latin alphabet, whatever it was written in: `Łukasz` as lukasz, `Иван` as ivan."""
    small = text.casefold()
    return small if small.isascii() else anyascii(small).lower()


def words_of(*names: str) -> list[str]:
    """The words of names, folded; an apostrophe parts no word, a hyphen does."""
    found = [word[:LONGEST_WORD] for name in names for word in WORD.findall(folded(name).translate(APOSTROPHES))]
    return list(dict.fromkeys(found))[:MOST_WORDS]


def name_keys(*names: str) -> list[str]:
    return sorted({key for word in words_of(*names) for key in word_keys(word)})


@lru_cache(maxsize=20_000)
def word_keys(word: str) -> tuple[str, ...]:
    """All keys of one folded word. Two words are alike where they have any key in common."""
    sound = metaphone(word) if word.isalpha() else ""
    stems = (f"k:{stem}" for stem in nicknames().get(word, ()))
    return (f"n:{word}", *((f"p:{sound}",) if sound else ()), *stems)


def birth_key(born: date) -> str:
    return f"b:{born:%Y%m%d}"


def postcode_key(postcode: str) -> str:
    """Empty for those of the NHS that are nobody's address."""
    plain = "".join(postcode.split()).upper()
    return f"z:{plain}" if plain and not plain.startswith(NO_FIXED_ABODE) else ""


def phone_key(phone: str) -> str:
    digits = DIALLED_BEFORE.sub("", re.sub(r"[^0-9]", "", phone))[-10:]
    return f"t:{digits}" if digits else ""


def email_key(email: str) -> str:
    return f"e:{email.strip().casefold()}" if email.strip() else ""


def identifier_key(value: str, system: str = "") -> str:
    plain = re.sub(r"[\s/\-.]", "", value).upper()
    if not plain:
        return ""
    return f"i:{system}|{plain}" if system else f"i:{plain}"


@cache
def nicknames() -> Mapping[str, tuple[str, ...]]:
    """For each name the names it may stand for, itself among them where others are short for it."""
    stems: dict[str, list[str]] = {}
    for stem, short in _pairs():
        stems.setdefault(short, []).append(stem)
    return {name: tuple(sorted(set(found))) for name, found in stems.items()}


def _pairs() -> Iterable[tuple[str, str]]:
    with NICKNAMES.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for short in (row["stem"], *row["short"].split()):
                yield row["stem"], short

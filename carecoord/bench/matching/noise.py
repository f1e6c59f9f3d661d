"""What goes wrong when somebody is written down a second time (carecoord/bench/README.md).

The names said in short and spelt in several ways are lists of their own: the product must not be asked about itself.
"""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import product
from random import Random
from string import ascii_lowercase, digits
from uuid import UUID

from carecoord.demo.names import Tongue
from neighbourhoods.matching import Description

MOST_SLIPS = 3
NUMBER_LOST, PHONE_LOST = 0.6, 0.3
PARTS_OF_A_DATE = ((0, 1), (2, 3), (6, 7))
"""Day, month and the year's last two, as digits of 14031948."""
LEAST_FOR_A_TYPO = 4
GROWN = 20
FIRST_BIRTH, LAST_BIRTH = date(1906, 1, 1), date(2026, 11, 1)

IN_SHORT = {
    "Margaret": "Maggie, Peggy, Meg, Daisy", "Dorothy": "Dot, Dolly", "Jean": "Jeannie", "Barbara": "Babs, Barb",
    "Susan": "Sue, Susie", "Christine": "Chris, Chrissie", "Linda": "Lin, Lindy", "Julie": "Jules", "Karen": "Kaz",
    "Emma": "Em", "Olivia": "Liv, Livvy", "Maureen": "Mo", "Sandra": "Sandy", "Gillian": "Gill, Jill",
    "Rebecca": "Becky, Becca", "John": "Jack, Johnny", "Ronald": "Ron, Ronnie", "Derek": "Del", "Alan": "Al",
    "Trevor": "Trev", "Stephen": "Steve", "Gary": "Gaz", "Darren": "Daz", "Jack": "John", "Harry": "Henry, Harold",
    "Alfie": "Alfred", "Norman": "Norm", "Stanley": "Stan", "Raymond": "Ray", "Dennis": "Den, Denny",
    "Oliver": "Ollie", "Bridget": "Bridie, Biddy", "Kathleen": "Kath, Kathy", "Michael": "Mick, Mike",
    "Liam": "William", "Catriona": "Trina", "Mohammed": "Mo", "Tomasz": "Tomek", "Agnieszka": "Aga",
    "Beverley": "Bev", "Yvonne": "Evie", "Winston": "Win", "Andreas": "Andy", "Gwen": "Gwendolen",
}  # fmt: skip
SPELT = {
    "Mohammed": "Muhammad, Mohamed, Mohammad", "Hussain": "Hussein, Husain, Hossain", "Ayesha": "Aisha, Aysha",
    "Fatima": "Fatema, Fathima", "Zainab": "Zaynab, Zeinab", "Yasin": "Yaseen, Yassin", "Yusuf": "Yousuf, Yusef",
    "Youssef": "Yousef, Yusuf", "Chaudhry": "Choudhury, Chowdhury", "Choudhury": "Chowdhury, Chaudhuri",
    "Khan": "Khaan", "Mahmood": "Mahmoud, Mehmood", "Iqbal": "Eqbal", "Akhtar": "Akhter", "Malik": "Malick, Maalik",
    "Rahman": "Rehman", "Uddin": "Ud-Din", "Khatun": "Khatoon", "Begum": "Begom", "Omar": "Umar", "Khalid": "Khaled",
    "Maryam": "Mariam, Miriam", "Noor": "Nur, Nour", "Layla": "Leila, Laila", "Hosseini": "Husseini", "Shah": "Sha",
    "Gurpreet": "Gurprit", "Dhillon": "Dhillan, Dillon", "Sandhu": "Sandhoo", "Volodymyr": "Володимир",
    "Shevchenko": "Шевченко, Schewtschenko", "Kovalenko": "Коваленко", "Bondarenko": "Бондаренко",
    "Oksana": "Оксана", "Halyna": "Галина, Galina", "Andriy": "Андрій, Andrii", "Mykola": "Микола",
    "Yuliia": "Юлія, Yulia", "Nadiia": "Надія, Nadia", "Papadopoulos": "Παπαδόπουλος", "Georgiou": "Γεωργίου",
    "Eleni": "Ελένη, Helene", "Yiannis": "Γιάννης, Giannis", "Warsame": "Warsama", "Cabdulle": "Abdulle",
    "Ismaaciil": "Ismail", "Abdi": "Cabdi", "Lǐ": "Li", "Zhào": "Chao", "Wú": "Woo", "Öztürk": "Oeztuerk",
    "Siobhán": "Shevaun", "MacLeod": "McLeod", "McGrath": "MacGrath, Magrath", "Ó Súilleabháin": "O'Sullivan",
}  # fmt: skip
NO_ACCENTS = str.maketrans({"ł": "l", "Ł": "L", "ı": "i", "đ": "d"})  # noqa: RUF001


def are_one_name(one: str, other: str) -> bool:
    """Nobody calls two children Jack and John."""
    return one == other or other in _said(one) or one in _said(other)


def _said(name: str) -> list[str]:
    return IN_SHORT.get(name, "").split(", ") + SPELT.get(name, "").split(", ")


@dataclass(frozen=True)
class Around:
    """Other names and other homes that there are."""

    tongue: Tongue
    postcodes: Sequence[str]
    practices: Sequence[UUID]


Slip = Callable[[Random, Description, Around], Description | None]
"""None where it cannot happen to this description."""


def second_description(rng: Random, one: Description, around: Around) -> tuple[Description, tuple[str, ...]]:
    """One to three slips of different kinds; the number is lost in 60 of 100, the phone in 30."""
    wanted, made = rng.randint(1, MOST_SLIPS), dict[str, Slip]()
    for name in rng.sample(list(SLIPS), len(SLIPS)):
        if len(made) < wanted and SLIPS[name](rng, one, around):
            made[name] = SLIPS[name]
    other = one
    # Names are swapped when they are written down, after all else has happened to them.
    for name in SLIPS:
        other = (made[name](rng, other, around) if name in made else None) or other
    if rng.random() < NUMBER_LOST:
        other = replace(other, nhs_number=None)
    return (replace(other, phone="") if rng.random() < PHONE_LOST else other), tuple(made)


def typo(rng: Random, one: Description, _: Around) -> Description | None:
    """A letter left out, doubled, exchanged with the next or another one, in a name of at least four."""
    ways = [
        (word, with_it)
        for word, with_it in ((one.given_name, _called), (one.family_name, _of_family))
        if len(word) >= LEAST_FOR_A_TYPO
    ]
    if not ways:
        return None
    word, with_it = rng.choice(ways)
    return with_it(one, _mistyped(rng, word))


def _called(one: Description, given_name: str) -> Description:
    return replace(one, given_name=given_name)


def _of_family(one: Description, family_name: str) -> Description:
    return replace(one, family_name=family_name)


def _mistyped(rng: Random, word: str) -> str:
    at = rng.randrange(len(word) - 1)
    before, letter, after = word[:at], word[at], word[at + 1 :]
    drafts = (before + after, before + letter + letter + after, before + after[:1] + letter + after[1:])
    return rng.choice([draft for draft in (*drafts, before + rng.choice(ascii_lowercase) + after) if draft != word])


def in_short(rng: Random, one: Description, _: Around) -> Description | None:
    said = IN_SHORT.get(one.given_name)
    return replace(one, given_name=rng.choice(said.split(", "))) if said else None


def swapped(_: Random, one: Description, __: Around) -> Description | None:
    return replace(one, given_name=one.family_name, family_name=one.given_name)


def another_family(rng: Random, one: Description, around: Around) -> Description | None:
    """A woman who is grown up was married, or is called as before."""
    if one.gender != "female" or one.birth_date is None or LAST_BIRTH.year - one.birth_date.year < GROWN:
        return None
    others = [family for family in around.tongue.families if family != one.family_name]
    return replace(one, family_name=rng.choice(others))


def day_and_month(_: Random, one: Description, __: Around) -> Description | None:
    born = one.birth_date
    if born is None or born.day > 12 or born.day == born.month:
        return None
    return _born(one, date(born.year, born.day, born.month))


def a_digit(rng: Random, one: Description, _: Around) -> Description | None:
    """In the day, the month or the year, each as often: a digit one too high or too low in half of all cases, any other
    one in a quarter, exchanged with its neighbour in a quarter, as far as that is a date."""
    if one.birth_date is None:
        return None
    parts = rng.sample(PARTS_OF_A_DATE, len(PARTS_OF_A_DATE))
    first = rng.choices((_one_off, _any_other, _exchanged), (2, 1, 1))[0]
    for part, way in product(parts, (first, _one_off)):
        days = [day for text in way(one.birth_date.strftime("%d%m%Y"), part) if (day := _read(text)) != one.birth_date]
        if likely := [day for day in days if day and FIRST_BIRTH <= day <= LAST_BIRTH]:
            return replace(one, birth_date=rng.choice(likely))
    return None


def _one_off(text: str, part: tuple[int, int]) -> list[str]:
    others = ((at, int(text[at]) + more) for at in part for more in (-1, 1))
    return [f"{text[:at]}{other}{text[at + 1 :]}" for at, other in others if 0 <= other <= 9]


def _any_other(text: str, part: tuple[int, int]) -> list[str]:
    return [text[:at] + digit + text[at + 1 :] for at in part for digit in digits]


def _exchanged(text: str, part: tuple[int, int]) -> list[str]:
    first, second = part
    return [text[:first] + text[second] + text[first] + text[second + 1 :]]


def _read(text: str) -> date | None:
    try:
        return date(int(text[4:]), int(text[2:4]), int(text[:2]))
    except ValueError:
        return None


def _born(one: Description, born: date) -> Description | None:
    return replace(one, birth_date=born) if born <= LAST_BIRTH else None


def no_postcode(_: Random, one: Description, __: Around) -> Description | None:
    return replace(one, postcode="") if one.postcode else None


def moved(rng: Random, one: Description, around: Around) -> Description | None:
    """Another postcode; in half of all cases another practice; a phone of the town is left behind, a mobile is not."""
    practice = rng.choice(around.practices) if rng.random() < 0.5 else one.gp_practice_id
    phone = one.phone if one.phone.startswith("07") else ""
    return replace(one, postcode=rng.choice(around.postcodes), gp_practice_id=practice, phone=phone)


def spelt_otherwise(rng: Random, one: Description, _: Around) -> Description | None:
    """As another office transliterates it, in the script of its language, or without its accents."""
    drafts = []
    for word, with_it in ((one.given_name, _called), (one.family_name, _of_family)):
        others = SPELT[word].split(", ") if word in SPELT else [_bare(word)]
        drafts += [with_it(one, other) for other in others if other != word]
    return rng.choice(drafts) if drafts else None


def _bare(word: str) -> str:
    letters = unicodedata.normalize("NFKD", word.translate(NO_ACCENTS))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


SLIPS: dict[str, Slip] = {
    "another family name": another_family,
    "a short form": in_short,
    "spelt otherwise": spelt_otherwise,
    "a typing error in a name": typo,
    "day and month exchanged": day_and_month,
    "a digit of the birth date": a_digit,
    "no postcode": no_postcode,
    "moved": moved,
    "names swapped": swapped,
}

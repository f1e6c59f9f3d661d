"""Whether a row is somebody new, somebody known, or somebody who stands in the same list twice; and why."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from neighbourhoods.duplicates import Alike, description_of
from neighbourhoods.importing.people import Person
from neighbourhoods.keys import words_of
from neighbourhoods.matching import Description, Match, compare
from neighbourhoods.matching import Verdict as Likeness
from neighbourhoods.services.residents import Identity

MOST_SHOWN: Final = 3
MOST_COMPARED: Final = 5
"""Of a list, with one other row: in some files everybody is born on one day."""
AGREES: Final = frozenset({"birth_same", "family_same", "given_same"})
REACHED_ALIKE: Final = frozenset({"postcode_same", "phone_same"})


class Verdict(StrEnum):
    NEW = "new"
    SAME = "same"
    LIKELY = "likely"
    CLASH = "clash"
    INVALID = "invalid"


@dataclass(frozen=True)
class Candidate:
    """Somebody known here whom a row may mean, as they were shown when it was read. Never how to reach them."""

    id: str
    given_name: str
    family_name: str
    birth_date: str
    nhs_number: str
    score: int
    why: tuple[str, ...]
    is_likely: bool = False
    died_on: str = ""

    @property
    def resident_id(self) -> UUID:
        return UUID(self.id)

    @property
    def born(self) -> date | None:
        return date.fromisoformat(self.birth_date) if self.birth_date else None

    @property
    def died(self) -> date | None:
        return date.fromisoformat(self.died_on) if self.died_on else None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> "Candidate":
        return cls(**{**said, "why": tuple(said["why"])})


@dataclass(frozen=True)
class Judgement:
    verdict: Verdict
    why: tuple[str, ...]
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True)
class Twin:
    """What an earlier row of the same list has to do with this one."""

    verdict: Verdict
    why: str


def judge(person: Person, alike: Sequence[Alike], twin: Twin | None) -> Judgement:
    """`alike` as `people_to_judge` gives them."""
    if person.faults:
        return Judgement(Verdict.INVALID, person.faults + person.remarks)
    found = _beside_the_known(alike)
    if twin is None:
        return Judgement(found.verdict, found.why + person.remarks, found.candidates)
    of_twin = found.verdict is Verdict.NEW or twin.verdict is Verdict.SAME
    # Somebody who stands above in the list is no news of the place.
    beside = found.why if found.candidates else ()
    return Judgement(twin.verdict if of_twin else found.verdict, (twin.why, *beside, *person.remarks), found.candidates)


def _beside_the_known(alike: Sequence[Alike]) -> Judgement:
    shown = tuple(_candidate(one) for one in alike[:MOST_SHOWN])
    numbered = next((one for one in alike if "number_same" in _names(one.match)), None)
    if numbered:
        if numbered.is_likely:
            return Judgement(Verdict.SAME, ("Known here: the NHS number is the same, and more agrees",), shown)
        return Judgement(Verdict.CLASH, ("Somebody else here has this NHS number", *numbered.match.caps), shown)
    if likely := [one for one in alike if one.is_likely]:
        names = _names(likely[0].match)
        if len(likely) == 1 and names >= AGREES and names & REACHED_ALIKE:
            told = "Known here: name, date of birth and how to reach them are the same"
            return Judgement(Verdict.SAME, (told,), shown)
        return Judgement(Verdict.LIKELY, ("Likely known here: see what agrees, and decide",), shown)
    if any(one.has_another_number for one in alike):
        return Judgement(Verdict.CLASH, ("Somebody here agrees in all but the NHS number: one may be wrong",), shown)
    if alike:
        return Judgement(Verdict.NEW, ("Somebody a little alike is known here: look whether it is them",), shown)
    return Judgement(Verdict.NEW, ("Nobody like this is known here",))


def _names(match: Match) -> frozenset[str]:
    return frozenset(part.name for part in match.parts)


def _candidate(one: Alike) -> Candidate:
    return Candidate(
        id=str(one.known.id),
        given_name=one.known.given_name,
        family_name=one.known.family_name,
        birth_date=one.known.birth_date.isoformat() if one.known.birth_date else "",
        nhs_number=one.known.nhs_number or "",
        score=one.match.score,
        why=tuple(part.words for part in one.match.parts) + one.match.caps,
        is_likely=one.is_likely,
        died_on=one.known.died_on.isoformat() if one.known.died_on else "",
    )


def twins_in(people: Iterable[Person]) -> dict[int, Twin]:
    """For rows that mean somebody who stands further up: by the number of the row."""
    found: dict[int, Twin] = {}
    earlier: dict[str, list[tuple[Person, Description]]] = {}
    for person in people:
        if person.faults:
            continue
        described = description_of(person.facts.identity)
        blocks = list(_blocks(person.facts.identity))
        seen = {id(one[0]): one for block in blocks for one in earlier.get(block, ())}
        twins = (_twin(person, described, *one) for one in seen.values())
        if twin := max((one for one in twins if one), key=lambda one: one.verdict is Verdict.SAME, default=None):
            found[person.number] = twin
        for block in blocks:
            if len(rows := earlier.setdefault(block, [])) < MOST_COMPARED:
                rows.append((person, described))
    return found


def _blocks(one: Identity) -> Iterator[str]:
    """Whom to compare with whom: one number, or one day of birth and a word of the name."""
    if one.nhs_number:
        yield one.nhs_number
    for word in words_of(one.given_name, one.family_name):
        yield f"{one.birth_date} {word}"


def _twin(person: Person, described: Description, other: Person, others: Description) -> Twin | None:
    if person.facts == other.facts:
        return Twin(Verdict.SAME, f"The same as row {other.number} of this file: it is written once")
    match = compare(described, others)
    if "number_same" in _names(match) and match.verdict is not Likeness.LIKELY:
        return Twin(Verdict.CLASH, f"Row {other.number} of this file has the same NHS number and is somebody else")
    if match.verdict is Likeness.LIKELY:
        is_one = "number_same" in _names(match)
        told = f"{'The' if is_one else 'Likely the'} same person as row {other.number} of this file"
        return Twin(Verdict.SAME if is_one else Verdict.LIKELY, told)
    return None

"""Whom matching calls likely, against who they are."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

from carecoord.bench.matching.people import Described
from neighbourhoods.matching import Description, Verdict, compare
from neighbourhoods.matching.asking import Question, question_about

LEAST_RECALL, LEAST_PRECISION = 0.95, 0.90
AIMED_RECALL, AIMED_PRECISION = 0.97, 0.98


@dataclass(frozen=True)
class Outcome:
    """Pairs of descriptions. `near_twins` are those called likely though only alike, by kind; `missed` holds the slips
    of those of one person who were not called likely."""

    described: int
    same: int
    found: int
    wrong: int
    possible: int
    near_pairs: int
    near_twins: Mapping[str, int]
    missed: Mapping[str, int]

    @property
    def recall(self) -> float:
        return self.found / self.same

    @property
    def precision(self) -> float:
        return self.found / (self.found + self.wrong)


def measure(people: Sequence[Described]) -> Outcome:
    """Every pair that one key brings together is compared, as a registration compares (`app.duplicates`)."""
    same = {(a, b) for a, b in _pairs_of_one(people)}
    near = {frozenset((one.person, one.like)): one.kind for one in people if one.like is not None}
    verdicts = {
        (a, b): compare(people[a].description, people[b].description).verdict for a, b in _brought_together(people)
    }
    likely = {pair for pair, verdict in verdicts.items() if verdict is Verdict.LIKELY}
    wrong = likely - same
    return Outcome(
        described=len(people),
        same=len(same),
        found=len(likely & same),
        wrong=len(wrong),
        possible=sum(verdict is Verdict.POSSIBLE for verdict in verdicts.values()),
        near_pairs=len(near),
        near_twins=_counted(near.get(frozenset(people[one].person for one in pair), "") for pair in wrong),
        missed=_counted(slip for pair in same - likely for one in pair for slip in people[one].slips),
    )


def _counted(words: Iterable[str]) -> dict[str, int]:
    return dict(Counter(word for word in words if word))


Pair = tuple[int, int]


def _pairs_of_one(people: Sequence[Described]) -> Iterator[Pair]:
    seen: dict[int, int] = {}
    for place, one in enumerate(people):
        if one.person in seen:
            yield seen[one.person], place
        seen[one.person] = place


def _brought_together(people: Sequence[Described]) -> set[Pair]:
    held: defaultdict[str, set[int]] = defaultdict(set)
    for place, one in enumerate(people):
        for key in _held_by(one.description):
            held[key].add(place)
    pairs = set()
    for place, one in enumerate(people):
        for key in _asked_by(one.description):
            pairs |= {(min(place, other), max(place, other)) for other in held.get(key, ()) if other != place}
    return pairs


def _held_by(one: Description) -> Iterator[str]:
    return _keys(replace(question_about(one), births=(one.birth_date,) if one.birth_date else ()))


def _asked_by(one: Description) -> Iterator[str]:
    return _keys(question_about(one))


def _keys(asked: Question) -> Iterator[str]:
    if asked.nhs_number:
        yield asked.nhs_number
    told = (*map(str, asked.births), asked.postcode, asked.phone)
    yield from (f"{key} {name}" for key, name in product(told, asked.names) if key)
    days = (f"{asked.born:%Y}", f"{asked.born:%m-%d}") if asked.born else ()
    yield from (f"{day} {pair}" for day, pair in product(days, asked.pairs))

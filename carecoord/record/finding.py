"""Who matches what was typed: first among my own residents, then beyond them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import Q, QuerySet

from carecoord import audit
from carecoord.prepared import AsTyped, prepared
from carecoord.record.typed import Typed
from neighbourhoods.identities import Identity, Items, find_by_items
from neighbourhoods.models import Resident
from neighbourhoods.principal import Principal
from neighbourhoods.searching import NameAsked, best_by_words, keys_asked, own_by_keys, own_by_words, words_asked

MOST = 50
MOST_SUGGESTED = 8
LEAST_FOR_TRIGRAMS = 3
LAST_LETTER = 0x10FFFF


@dataclass(frozen=True)
class Match:
    id: UUID
    family_name: str
    given_name: str
    birth_date: date | None
    nhs_number: str | None
    died_on: date | None


@dataclass(frozen=True)
class Found:
    """`mine` are residents whose record opens; for `others` it asks why first."""

    mine: Sequence[Match]
    others: Sequence[Match]

    @property
    def is_nothing(self) -> bool:
        return not (self.mine or self.others)


def find(by: Principal, typed: Typed) -> Found:
    """At most 50, best first. Each match is audited (IG-12, IG-27)."""
    if typed.reaches_everybody:
        found = find_by_items(Items(typed.nhs_number, typed.exact, typed.orders if typed.name else ()))
        mine = [_match(one) for one in found if one.is_seen]
        return Found(mine, [_match(one) for one in found if not one.is_seen])
    mine = own_matches(by, typed, MOST)
    audit.looked_each("resident.found_among_own", by=by, resident_ids=[one.id for one in mine])
    return Found(mine, [])


def suggest(by: Principal, typed: Typed) -> list[Match]:
    """A few of one's own while somebody is still typing, in one look at a list (IG-12)."""
    if typed.problem or not (typed.exact or len(typed.name) >= LEAST_FOR_TRIGRAMS):
        return []
    found = own_matches(by, typed, MOST_SUGGESTED)
    if found:
        audit.looked("residents.suggested", by=by, residents=[one.id for one in found])
    return found


def own_matches(by: Principal, typed: Typed, most: int) -> list[Match]:
    """One's own who fit all that was typed."""
    keys = [key for key in typed.exact if not key.startswith("b:")]
    # Of all who are called like that the first are looked for among the teams' own names, however short it is.
    is_narrowed = bool(typed.nhs_number or typed.births or keys)
    by_beginning = typed.name and is_narrowed and len(typed.name) < LEAST_FOR_TRIGRAMS
    asked = _Asked(
        nhs_number=AsTyped(typed.nhs_number) if typed.nhs_number else None,
        births=tuple(typed.births),
        keys=keys_asked(*keys) if keys else None,
        begins=tuple((AsTyped(one), AsTyped(_after(one))) for one in typed.orders) if by_beginning else (),
        words=words_asked(typed.name, typed.orders) if typed.name and not by_beginning else None,
    )
    return [Match(*row) for row in _own(by, asked, most)]


@dataclass(frozen=True)
class _Asked:
    """What of what was typed narrows the list. Among those whom something else narrows it to, a name of one or two
    letters begins between the two of each pair; any other begins like it or is nearly the same."""

    nhs_number: AsTyped | None
    births: tuple[date, ...]
    keys: AsTyped | None
    begins: tuple[tuple[AsTyped, AsTyped], ...]
    words: NameAsked | None

    @property
    def is_name_alone(self) -> bool:
        return not (self.nhs_number or self.births or self.keys)


@prepared
def _own(by: Principal, asked: _Asked, most: int) -> QuerySet[Resident, Any]:
    rows = Resident.objects.visible_to(by)
    if asked.nhs_number:
        rows = rows.filter(nhs_number=asked.nhs_number)
    if asked.births:
        rows = rows.filter(birth_date__in=asked.births)
    if asked.keys:
        rows = own_by_keys(rows, asked.keys)
    if asked.begins:
        rows = rows.filter(reduce(or_, (Q(sort_name__gte=first, sort_name__lt=end) for first, end in asked.begins)))
    if asked.words:
        likeness = TrigramWordSimilarity(asked.words.likeness, "sort_name")
        rows = best_by_words(rows, asked.words, most) if asked.is_name_alone else own_by_words(rows, asked.words)
        rows = rows.order_by(likeness.desc(), "sort_name", "id")
    return rows.values_list(*Match.__dataclass_fields__)[:most]


def _after(beginning: str) -> str:
    """The first name that does not begin like this."""
    return beginning[:-1] + chr(min(ord(beginning[-1]) + 1, LAST_LETTER))


def _match(one: Identity) -> Match:
    return Match(one.id, one.family_name, one.given_name, one.birth_date, one.nhs_number, one.died_on)

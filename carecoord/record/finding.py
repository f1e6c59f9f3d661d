"""Who matches what was typed: first among my own residents, then beyond them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import Q

from carecoord import audit
from carecoord.record.typed import Typed
from neighbourhoods.identities import Identity, Items, find_by_items
from neighbourhoods.models import Resident
from neighbourhoods.models.residents import ResidentQuerySet
from neighbourhoods.principal import Principal
from neighbourhoods.searching import own_by_keys, own_by_words

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
    rows = Resident.objects.visible_to(by)
    if typed.nhs_number:
        rows = rows.filter(nhs_number=typed.nhs_number)
    if typed.births:
        rows = rows.filter(birth_date__in=typed.births)
    if keys := [key for key in typed.exact if not key.startswith("b:")]:
        rows = own_by_keys(rows, *keys)
    if typed.name:
        rows = _like(rows, typed)
    return [Match(*row) for row in rows.values_list(*Match.__dataclass_fields__)[:most]]


def _like(rows: ResidentQuerySet, typed: Typed) -> ResidentQuerySet:
    """Names that begin like this, in either order, and from three letters on those that are nearly the same."""
    if len(typed.name) < LEAST_FOR_TRIGRAMS:
        begins = Q()
        for name in typed.orders:
            begins |= Q(sort_name__gte=name, sort_name__lt=_after(name))
        return rows.filter(begins)
    likeness = TrigramWordSimilarity(typed.name, "sort_name")
    return own_by_words(rows, typed.name, typed.orders).order_by(likeness.desc(), "sort_name", "id")


def _after(beginning: str) -> str:
    """The first name that does not begin like this."""
    return beginning[:-1] + chr(min(ord(beginning[-1]) + 1, LAST_LETTER))


def _match(one: Identity) -> Match:
    return Match(one.id, one.family_name, one.given_name, one.birth_date, one.nhs_number, one.died_on)

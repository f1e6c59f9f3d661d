"""Who matches what was typed: first among my own residents, then beyond them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import Q
from django.db.models.lookups import GreaterThanOrEqual

from carecoord import audit
from carecoord.record.typed import Typed
from neighbourhoods.identities import Identity, find_identities
from neighbourhoods.models import Resident
from neighbourhoods.models.residents import ResidentQuerySet
from neighbourhoods.principal import Principal
from neighbourhoods.searching import own_by_name, own_by_phone

MOST = 50
LIKE_ENOUGH = 0.4
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
    mine = _mine(by, typed)
    everybody = _everybody(typed) if typed.reaches_everybody else []
    # Of those found in the whole place the database has written it already.
    written = {one.id for one in everybody}
    audit.looked_each("resident.found_among_own", by=by, resident_ids=[one.id for one in mine if one.id not in written])
    return Found(mine, [_match(one) for one in everybody if not one.is_seen])


def _everybody(typed: Typed) -> list[Identity]:
    if typed.nhs_number:
        return find_identities(nhs_number=typed.nhs_number)
    for name in typed.orders:
        if found := find_identities(name=name, born=typed.born):
            return found
    return []


def _mine(by: Principal, typed: Typed) -> list[Match]:
    rows = Resident.objects.visible_to(by)
    if typed.nhs_number:
        rows = rows.filter(nhs_number=typed.nhs_number)
    else:
        # Numbers change: beside a name and a date of birth one that is out of date must not hide who is looked for.
        if typed.phone and not typed.reaches_everybody:
            rows = own_by_phone(rows, typed.phone)
        rows = _like(rows, typed)
    return [Match(*row) for row in rows.values_list(*Match.__dataclass_fields__)[:MOST]]


def _like(rows: ResidentQuerySet, typed: Typed) -> ResidentQuerySet:
    """Names that begin like this, in either order, and from three letters on those that are nearly the same."""
    if typed.born:
        rows = rows.filter(birth_date=typed.born)
    if not typed.name:
        return rows
    begins = Q()
    for name in typed.orders:
        begins |= Q(sort_name__gte=name, sort_name__lt=_after(name))
    # Trigrams of one or two letters match nearly everybody (rls.md).
    if len(typed.name) < LEAST_FOR_TRIGRAMS:
        return rows.filter(begins)
    likeness = TrigramWordSimilarity(typed.name, "sort_name")
    if typed.born:
        rows = rows.filter(begins | Q(GreaterThanOrEqual(likeness, LIKE_ENOUGH)))
    else:
        rows = own_by_name(rows, typed.name, typed.orders)
    return rows.order_by(likeness.desc(), "sort_name", "id")


def _after(beginning: str) -> str:
    """The first name that does not begin like this."""
    return beginning[:-1] + chr(min(ord(beginning[-1]) + 1, LAST_LETTER))


def _match(one: Identity) -> Match:
    return Match(one.id, one.family_name, one.given_name, one.birth_date, one.nhs_number, one.died_on)

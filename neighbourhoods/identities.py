"""Identity of people beyond one's own relationships: only through owner functions, which write down who looked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from carecoord.turning import kept_inside
from neighbourhoods.keys import word_keys, words_of

LEAST_OF_A_WORD, MOST_WORDS = 3, 3
"""Shorter words sound like too many others; more of them tell nothing more."""


@dataclass(frozen=True)
class Identity:
    """What may be shown of somebody outside one's relationships.

    `district` is the first half of the postcode, empty where none is known, and None for restricted people (IG-20).
    """

    id: UUID
    nhs_number: str | None
    title: str
    given_name: str
    family_name: str
    preferred_name: str
    birth_date: date | None
    gender: str
    died_on: date | None
    district: str | None
    is_seen: bool

    @property
    def is_restricted(self) -> bool:
        return self.district is None

    @property
    def called(self) -> str:
        """What one calls the person in a sentence."""
        return kept_inside(self.preferred_name or self.given_name.split(" ")[0])


def identities_of(resident_ids: Iterable[UUID]) -> Mapping[UUID, Identity]:
    """The people on one page (200 at most) of items addressed to my teams, by id, in one statement."""
    wanted = list(dict.fromkeys(resident_ids))
    if not wanted:
        return {}
    return {found.id: found for found in _rows("SELECT * FROM app.identities(%s::uuid[])", [wanted])}


def identity_card(resident_id: UUID) -> Identity | None:
    """For the interruption card. The look is audited; a restricted or unknown person gives None."""
    return next(iter(_rows("SELECT * FROM app.identity_card(%s)", [resident_id])), None)


def find_identities(
    *, nhs_number: str | None = None, name: str | None = None, born: date | None = None
) -> list[Identity]:
    """People of the whole place by NHS number, or by name and date of birth; at most 50, best match first.

    Every match is audited (IG-12). `name` is as lists are ordered: family name first, lower case, without accents.
    """
    return _rows("SELECT * FROM app.find_identity(%s, %s, %s)", [nhs_number, name, born])


@dataclass(frozen=True)
class Items:
    """What is known of somebody who is looked for. `exact` are keys (neighbourhoods/keys.py) of birth dates, postcodes,
    phones and identifiers; `names` the name in the orders in which it may be meant, as lists are ordered."""

    nhs_number: str = ""
    exact: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    @property
    def values(self) -> list[Any]:
        return [self.nhs_number or None, list(self.exact), list(self.names), *wanted_words(self.names[:1])]


def wanted_words(names: Sequence[str]) -> list[list[str]]:
    """Of the three longest words of a name all keys, any of which somebody may have; fewer words leave some empty."""
    words = sorted((word for word in words_of(*names) if len(word) >= LEAST_OF_A_WORD), key=len, reverse=True)
    found = [list(word_keys(word)) for word in words[:MOST_WORDS]]
    return [*found, *([[]] * (MOST_WORDS - len(found)))]


def find_by_items(items: Items) -> list[Identity]:
    """People of the whole place by NHS number, or by any two items; at most 50, best match first.

    Every match is audited (IG-12). Nobody restricted is found by a postcode or a phone (IG-13). The database refuses
    fewer items.
    """
    return _rows(
        "SELECT * FROM app.find_by_items(%s, %s::text[], %s::text[], %s::text[], %s::text[], %s::text[])", items.values
    )


def _rows(statement: str, values: list[Any]) -> list[Identity]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [Identity(*row) for row in cursor.fetchall()]

"""People who may be the one about to be registered: the same NHS number, or the same birth date and a similar name."""

from collections.abc import Iterable
from datetime import date

from django.db import connection

from neighbourhoods.identities import Identity as Known
from neighbourhoods.identities import find_identities
from neighbourhoods.models.residents import sort_name
from neighbourhoods.services import Identity

LEAST_LETTERS = 2
"""Of a name, for a search beyond one's own residents."""


def hold_registrations(birth_date: date | None) -> None:
    """Until the transaction ends, whoever registers somebody born on this day waits here: what they look for next is
    there to be found. Without it two of the same moment would both find nobody."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"register {birth_date}"])


def likely_duplicates(identity: Identity) -> list[Known]:
    """Within and beyond one's own residents, each audited; whoever has the number stands first."""
    found: list[Known] = []
    if identity.nhs_number:
        found += find_identities(nhs_number=identity.nhs_number)
    name = sort_name(identity.family_name, identity.given_name).strip(", ")
    if identity.birth_date and len(name) >= LEAST_LETTERS:
        found += find_identities(name=name, born=identity.birth_date)
    return list(_once(found))


def _once(found: Iterable[Known]) -> Iterable[Known]:
    return {known.id: known for known in found}.values()

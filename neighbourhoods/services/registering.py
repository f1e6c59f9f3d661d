"""Registering somebody who may be known already."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction

from carecoord import audit
from carecoord.errors import RuleError
from neighbourhoods.duplicates import Alike, hold_registrations, people_like
from neighbourhoods.models import Resident
from neighbourhoods.principal import Principal
from neighbourhoods.services.residents import Identity, register_resident


class AlikeKnown(RuleError):
    """Somebody like this is known: `alike`, the likeliest first."""

    code = "possible_duplicates"

    def __init__(self, sentence: str, alike: Collection[Alike], *, field: str | None = None) -> None:
        super().__init__(sentence, field=field)
        self.alike = alike


def register_new_resident(
    *, by: Principal, identity: Identity, team_id: UUID, looked_at: Collection[UUID] = (), why_new: str = ""
) -> Resident:
    """Register somebody beside whoever is like them: `looked_at` have been shown, and `why_new` says how one knows that
    none of them it is. Within the transaction of the request: of two who do this for one person in the same moment the
    second waits, and is told of the first.

    Raises AlikeKnown for anybody alike who was not looked at, and without `why_new` for anybody likely; else what
    `register_resident` raises.
    """
    hold_registrations(identity.birth_date)
    # Whom it showed stays written down, also where nobody is registered: not within the block below.
    alike = people_like(identity)
    if {one.known.id for one in alike} - set(looked_at):
        raise AlikeKnown("Somebody like this is known already: look at them before you go on", alike)
    likely = [one.known.id for one in alike if one.is_likely]
    if likely and not why_new:
        raise AlikeKnown("Say how you know that it is none of these, or open their record", alike, field="why_new")
    with transaction.atomic(), audit.together():
        resident = register_resident(by=by, identity=identity, team_id=team_id)
        if likely:
            _told_apart(by, resident, likely, why_new)
    return resident


def _told_apart(by: Principal, resident: Resident, others: Collection[UUID], why: str) -> None:
    about = ("resident", resident.id)
    audit.record("resident.told_apart", by=by, resident_id=resident.id, about=about, reason=why, others=list(others))

"""A death, recorded and taken back. What is planned or open stays with its teams, who close it."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from django.db import transaction

from carecoord.errors import RuleError
from neighbourhoods.models import Resident
from neighbourhoods.models.entries import MAX_REASON
from neighbourhoods.principal import Principal
from neighbourhoods.services.encounter_facts import words
from neighbourhoods.services.locks import locked_resident
from neighbourhoods.services.residents import change_resident, identity_of

TOLD_TO_US, TAKEN_BACK = "1", "U"


@transaction.atomic
def record_death(*, by: Principal, resident_id: UUID, died_on: date, status: str = TOLD_TO_US) -> Resident:
    """The teams around are told once, by reference; another day for a death that is known corrects it and tells nobody.

    Raises RuleError for a day that cannot be or a status that is not in the list.
    """
    if status == TAKEN_BACK:
        raise RuleError("Say how the death is known.", field="death_status")
    resident = locked_resident(by, resident_id)
    identity = replace(identity_of(resident), died_on=died_on, death_status=status)
    return change_resident(by=by, resident_id=resident_id, identity=identity)


@transaction.atomic
def undo_death(*, by: Principal, resident_id: UUID, reason: str) -> Resident:
    """It was a mistake: says why, and whoever was told is told so."""
    resident = locked_resident(by, resident_id)
    reason = words(reason, "reason", MAX_REASON, required="Say why.")
    if resident.died_on is None:
        raise RuleError(f"No death of {resident.called} is recorded.")
    identity = replace(identity_of(resident), died_on=None, death_status=TAKEN_BACK)
    return change_resident(by=by, resident_id=resident_id, identity=identity, reason=reason)

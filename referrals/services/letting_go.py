"""A team lets somebody go: off its caseload, and the record closes to it (IG-14)."""

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from carecoord import audit, clock
from neighbourhoods.models import CaseloadEntry, Level, Relationship, Source
from neighbourhoods.principal import Principal
from neighbourhoods.services import end_caseload_entry
from referrals.models import Handover

ONCE: tuple[Source, ...] = (Source.REGISTRATION, Source.IMPORT, Source.HANDOVER)
"""Why a team came to have the record, and for as long as it is responsible has it."""


@transaction.atomic
def let_go(*, by: Principal, resident_id: UUID, team_id: UUID, reason: str) -> None:
    """Whatever opened the record because the team was responsible ends: its caseload entry, that it registered them or
    brought them in a list, a handover that is over. What is still open with the team opens it still, as does a claim.

    Raises RuleError where the team leads and something is open.
    """
    entries = CaseloadEntry.objects.visible_to(by).filter(resident_id=resident_id, team_id=team_id, ended_at=None)
    ended = held_by(resident_id, team_id).exclude(source_id__in=_open_handovers(by, resident_id, team_id))
    if entry := entries.first():
        end_caseload_entry(by=by, entry=entry, reason=reason)
    else:
        about = ("resident", resident_id)
        audit.record("record.let_go", by=by, resident_id=resident_id, about=about, reason=reason, team_id=team_id)
    ended.update(ended_at=clock.now())


def held_by(resident_id: UUID, team_id: UUID) -> QuerySet[Relationship]:
    """What has opened the record to the team and has no end of its own."""
    open_now = Relationship.objects.open_at(clock.now()).filter(resident_id=resident_id, team_id=team_id)
    return open_now.filter(level=Level.RECORD, source_kind__in=ONCE)


def _open_handovers(by: Principal, resident_id: UUID, team_id: UUID) -> list[UUID]:
    """Cover that lasts, and what is not read back yet."""
    mine = Handover.objects.visible_to(by).filter(resident_id=resident_id, accountable_team_id=team_id)
    return list(mine.values_list("id", flat=True))

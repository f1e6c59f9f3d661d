"""Keeping how to reach a resident from everybody, and lifting that (IG-20)."""

from uuid import UUID

from django.db import connection, transaction

from carecoord import audit
from carecoord.errors import NotYours, RuleError
from neighbourhoods.models import CaseloadEntry, Resident, Team
from neighbourhoods.models.residents import NO_WAY_THERE
from neighbourhoods.principal import Principal
from neighbourhoods.services.circumstances import tell_the_teams_around
from neighbourhoods.services.details import renew_keys
from neighbourhoods.services.locks import locked_resident


@transaction.atomic
def restrict_resident(*, by: Principal, resident_id: UUID, reason: str) -> Resident:
    """Address, phone, email, practice and family of a resident are shown nowhere from here on; nothing else ends.

    For the lead team, because it must be able to say where somebody is; restricting twice changes nothing. The teams
    around are told, and the privacy officers. Raises NotYours for other teams.
    """
    resident = locked_resident(by, resident_id)
    if not may_restrict(by, lead_team_of(resident_id)):
        raise NotYours("Only the lead team restricts how to reach somebody. Ring them.")
    if resident.is_restricted:
        return resident
    for name, nothing in {**NO_WAY_THERE, "is_restricted": True}.items():
        setattr(resident, name, nothing)
    resident.save_changes(*NO_WAY_THERE, "is_restricted")
    renew_keys(by=by, resident=resident)
    _tell("resident.restricted", by, resident_id, reason)
    return resident


@transaction.atomic
def lift_restriction(*, by: Principal, resident_id: UUID, reason: str) -> Resident:
    """What stood there before the restriction stands there again, to be checked by whoever lifts it.

    For a lead of the lead team. Raises NotYours for anybody else.
    """
    resident = locked_resident(by, resident_id)
    if not may_lift(by, lead_team_of(resident_id)):
        raise NotYours("Only a lead of the lead team lifts a restriction. Ring them.")
    if not resident.is_restricted:
        raise RuleError("This person is not restricted any more.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT app.lift_restriction(%s)", [resident_id])
    resident = Resident.objects.visible_to(by).get(id=resident_id)
    renew_keys(by=by, resident=resident)
    _tell("resident.restriction_lifted", by, resident_id, reason)
    return resident


def lead_team_of(resident_id: UUID) -> Team | None:
    """For whoever sees the resident."""
    entries = CaseloadEntry.objects.filter(resident_id=resident_id, is_lead=True, ended_at=None)
    lead = entries.select_related("team").first()
    return lead.team if lead else None


def may_restrict(by: Principal, lead: Team | None) -> bool:
    """Where nobody leads, whoever has the record by a relationship."""
    return by.acts_for(lead.id) if lead else by.glass is None


def may_lift(by: Principal, lead: Team | None) -> bool:
    return by.leads(lead.id) if lead else bool(by.lead_team_ids) and by.glass is None


def _tell(verb: str, by: Principal, resident_id: UUID, reason: str) -> None:
    audit.record(verb, by=by, resident_id=resident_id, about=("resident", resident_id), reason=reason)
    tell_the_teams_around(verb, by=by, resident_id=resident_id)

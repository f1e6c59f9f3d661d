"""Deciding for people who came by import and have nothing open: a team takes them on, or nobody needs to."""

from uuid import UUID

from django.db import transaction

from carecoord import audit, clock, outbox
from carecoord.errors import RuleError
from neighbourhoods.models import CaseloadEntry, Resident, Team
from neighbourhoods.principal import Principal
from neighbourhoods.services.caseloads import open_caseload_entry
from neighbourhoods.sorting import came_by_import, people_to_sort


@transaction.atomic
def sort_resident(*, by: Principal, resident_id: UUID, team_id: UUID, reason: str) -> CaseloadEntry:
    """Put somebody on the caseload of the team whose they are, for the team that the import left them with.

    Choosing one's own team takes them on. Raises RuleError with code `already_sorted` where that is decided.
    """
    resident = _to_sort(by, resident_id)
    team = Team.objects.select_related("organisation").filter(id=team_id, ended_at=None).first()
    if team is None or not team.holds_residents or team.organisation.place_id != by.place_id:
        raise RuleError("Choose a team that has residents.", field="team")
    received_by = came_by_import(by).filter(resident_id=resident.id).values_list("team_id", flat=True)
    from_team_id = team.id if team.id in received_by else received_by[0]
    entry = open_caseload_entry(by=by, resident_id=resident.id, team_id=team.id, reason=reason, is_lead=True)
    _tell("resident.sorted", by, resident, reason=reason, team_id=team.id, from_team_id=from_team_id)
    if not by.acts_for(team.id):
        _end_import(by, resident)
    return entry


@transaction.atomic
def say_nothing_to_sort(*, by: Principal, resident_id: UUID) -> None:
    """Take somebody off the worklist for whom there is nothing to do: the import opens their record no more.

    Raises RuleError with code `already_sorted` where that is decided.
    """
    resident = _to_sort(by, resident_id)
    _tell("resident.nothing_to_sort", by, resident)
    _end_import(by, resident)


def _to_sort(by: Principal, resident_id: UUID) -> Resident:
    resident = Resident.objects.select_for_update().visible_to(by).get(id=resident_id)
    if not people_to_sort(by).filter(id=resident_id).exists():
        raise RuleError(f"{resident.called} is sorted already.", code="already_sorted")
    return resident


def _tell(verb: str, by: Principal, resident: Resident, *, reason: str = "", **teams: UUID) -> None:
    about = ("resident", resident.id)
    audit.record(verb, by=by, resident_id=resident.id, about=about, reason=reason, **teams)
    outbox.publish(verb, about=about, resident_id=resident.id, **teams)


def _end_import(by: Principal, resident: Resident) -> None:
    """Last, because it may be the only reason why `by` sees the record."""
    came_by_import(by).filter(resident_id=resident.id).update(ended_at=clock.now())

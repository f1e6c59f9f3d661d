"""The only two ways in which an open action changes its accountable team (architecture.md, invariants)."""

from uuid import UUID

from django.db import connection, transaction

from carecoord.errors import NotYours, RuleError
from careplans.models import Action
from careplans.services.actions import locked_action, open_record_for, tell
from careplans.services.rules import would_lose_sight
from neighbourhoods.models import CaseloadEntry, Membership, Team
from neighbourhoods.principal import Principal
from neighbourhoods.services import end_caseload_entry, end_relationships, move_lead, open_caseload_entry

STAYS_WITH_YOU = (
    "An objection keeps the plan and its actions from your organisation, so only a team of yours can take this on. "
    "Ask a team that may read the plan to write the action down, then cancel this one."
)


@transaction.atomic
def transfer_action(*, by: Principal, action_id: UUID, to_team_id: UUID) -> Action:
    """Give an open action to the team that has accepted it. Called by accepted handovers only.

    `by` must see the resident already. Asked again for the same team it changes nothing; raises RuleError
    with code `action_ended` where the action has ended in between.
    """
    action = locked_action(by, action_id)
    if action.accountable_team_id == to_team_id:
        return action
    if action.accountable_team_id is None:
        raise RuleError("This action has ended, so it cannot be handed over.", code="action_ended")
    return _give(by, action, to_team_id, "action.transferred")


@transaction.atomic
def sort_action(*, by: Principal, action_id: UUID, team_id: UUID) -> Action:
    """Give an imported action to the team whose job it is, for the team that the import left it with.

    That is the place's front door, unless the import named another. Choosing one's own team keeps it and
    sorts it. With the last thing that a team has open for the resident the lead goes to the team chosen, and the
    resident leaves the sorting team's caseload. Raises RuleError for a team that may not have it, with code `withheld`
    where an objection would keep the action from whoever gives it.
    """
    action = locked_action(by, action_id)
    from_team_id = action.accountable_team_id
    if from_team_id is None or not by.acts_for(from_team_id):
        raise NotYours("Only the team that received the import sorts it.")
    if not action.needs_sorting:
        raise RuleError("This action is sorted already.", code="already_sorted")
    team = Team.objects.select_related("organisation").filter(id=team_id, ended_at=None).first()
    if team is None or not team.holds_residents or team.organisation.place_id != by.place_id:
        raise RuleError("Choose a team that has residents.", field="team")
    if not _wrote(by, action) and would_lose_sight(by, action.resident_id, team.id):
        raise RuleError(STAYS_WITH_YOU, field="team", code="withheld")
    action.needs_sorting = False
    action = _give(by, action, team_id, "action.sorted")
    _lead_follows(by, action.resident_id, from_team_id, team_id)
    return action


def _lead_follows(by: Principal, resident_id: UUID, from_team_id: UUID, to_team_id: UUID) -> None:
    entries = CaseloadEntry.objects.filter(resident_id=resident_id, ended_at=None)
    lead = entries.filter(team_id=from_team_id, is_lead=True).first()
    if lead is None or from_team_id == to_team_id or _has_open_items(resident_id, from_team_id):
        return
    taken_on = open_caseload_entry(by=by, resident_id=resident_id, team_id=to_team_id, reason="Sorted to this team")
    move_lead(by=by, resident_id=resident_id, from_team_id=from_team_id, to_entry=taken_on)
    end_caseload_entry(by=by, entry=lead, reason="Sorted to another team")


def _wrote(by: Principal, action: Action) -> bool:
    return action.written_by is not None and action.written_by.organisation_id == by.organisation_id


def _has_open_items(resident_id: UUID, team_id: UUID) -> bool:
    """Referrals and handovers too, which this app does not know."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT app.has_open_items_of(%s, %s)", [resident_id, team_id])
        (found,) = cursor.fetchone() or (False,)
    return bool(found)


def _give(by: Principal, action: Action, to_team_id: UUID, what: str) -> Action:
    from_team_id = action.accountable_team_id
    action.accountable_team_id = action.last_accountable_team_id = to_team_id
    if action.assigned_to_id and not Membership.objects.in_team(to_team_id).filter(id=action.assigned_to_id).exists():
        action.assigned_to_id = None
    action.save_changes("accountable_team", "last_accountable_team", "assigned_to", "needs_sorting")
    open_record_for(action, to_team_id)
    tell(what, by, action, team_id=to_team_id, from_team_id=from_team_id)
    if from_team_id != to_team_id:
        end_relationships(source_id=action.id, team_id=from_team_id)
    return action

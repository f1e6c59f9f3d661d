"""What is said about a handover afterwards, by either side. Neither moves anything."""

from uuid import UUID

from django.db import transaction

from carecoord import clock
from carecoord.errors import NotYours, RuleError
from carecoord.ui import dates
from neighbourhoods.principal import Principal
from neighbourhoods.services import end_relationships
from referrals.models import Handover
from referrals.services.handovers.steps import STATE_FIELDS, locked_handover, move, said, tell


@transaction.atomic
def log_unsatisfactory(*, by: Principal, handover_id: UUID, why: str) -> Handover:
    """Flag a handover that was late or not good enough, also long afterwards (rule 6). Told to the other team."""
    handover = locked_handover(by, handover_id)
    if not handover.sides_of(by):
        raise NotYours("Only the two teams of this handover can say how it went.")
    if handover.offered_at is None:
        raise RuleError("This handover was never offered, so there is nothing to say about it yet.")
    handover.is_satisfactory = False
    add_unsatisfactory(by, handover, why)
    handover.save_changes("is_satisfactory", "unsatisfactory_why")
    told_team_id = handover.to_team_id if by.acts_for(handover.from_team_id) else handover.from_team_id
    tell(handover, "unsatisfactory", by, told_team_id=told_team_id)
    return handover


@transaction.atomic
def enter_handover_in_error(*, by: Principal, handover_id: UUID, reason: str) -> Handover:
    """Say that the giver's entry was a mistake. Moves nothing back: what was accepted stays where it is."""
    handover = locked_handover(by, handover_id)
    was = handover.status
    move(handover, "enter_in_error", by)
    words = said(reason, "reason", "Say what was wrong.")
    handover.answer_reason = "\n".join(filter(None, [handover.answer_reason, words]))
    handover.ended_at = handover.ended_at or clock.now()
    handover.save_changes(*STATE_FIELDS, "answer_reason", "ended_at")
    tell(handover, "entered_in_error", by, words, was=was)
    if was in {"draft", "offered"}:
        end_relationships(source_id=handover.id)
    return handover


def add_unsatisfactory(by: Principal, handover: Handover, why: str) -> None:
    """Each entry keeps its time and its author; a later one is added below."""
    words = said(why, "why", "Say what was not good enough.")
    now = clock.now()
    entry = f"{dates.day(now)} {dates.time_of_day(now)}, {by.name}: {words}"
    handover.unsatisfactory_why = "\n".join(filter(None, [handover.unsatisfactory_why, entry]))

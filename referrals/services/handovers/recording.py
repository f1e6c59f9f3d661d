"""What is said about a handover afterwards, by either side. Neither moves anything."""

from uuid import UUID

from django.db import transaction

from carecoord import clock
from carecoord.errors import NotYours, RuleError
from carecoord.prepared import add
from carecoord.ui import dates
from neighbourhoods.principal import Principal
from neighbourhoods.services import end_relationships
from referrals.models import Handover, HandoverConcern
from referrals.services.handovers.steps import STATE_FIELDS, locked_handover, move, said, tell

LATE, POOR = HandoverConcern.Kind.LATE, HandoverConcern.Kind.POOR


@transaction.atomic
def log_unsatisfactory(
    *, by: Principal, handover_id: UUID, why: str, kind: str = POOR, is_incident: bool = False
) -> Handover:
    """Say that a handover was late or not good enough, also long afterwards, as an incident where it was one (rule 6).

    Told to the other team. `kind` is one of HandoverConcern.Kind.
    """
    if kind not in HandoverConcern.Kind:
        raise RuleError("Choose what was wrong with it.", field="kind")
    handover = locked_handover(by, handover_id)
    if not handover.sides_of(by):
        raise NotYours("Only the two teams of this handover can say how it went.")
    if handover.offered_at is None:
        raise RuleError("This handover was never offered, so there is nothing to say about it yet.")
    if kind == POOR:
        handover.is_satisfactory = False
    add_concern(by, handover, why, kind=kind, is_incident=is_incident)
    handover.save_changes("is_satisfactory", "unsatisfactory_why")
    told_team_id = handover.to_team_id if by.acts_for(handover.from_team_id) else handover.from_team_id
    what = "incident" if is_incident else "said_late" if kind == LATE else "unsatisfactory"
    tell(handover, what, by, told_team_id=told_team_id)
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


def add_concern(by: Principal, handover: Handover, why: str, *, kind: str = POOR, is_incident: bool = False) -> None:
    """Each keeps its time and its author. `unsatisfactory_why` says all of them, a later one below."""
    words = said(why, "why", "Say what was not good enough.")
    now = clock.now()
    what = "" if kind == POOR else "it was late. "
    entry = f"{dates.day(now)} {dates.time_of_day(now)}, {by.name}: {what}{words}"
    handover.unsatisfactory_why = "\n".join(filter(None, [handover.unsatisfactory_why, entry]))
    add(
        [
            HandoverConcern(
                handover=handover,
                kind=kind,
                is_incident=is_incident,
                why=words,
                said_by_id=by.membership_id,
                said_by_name=by.partner_name,
            )
        ]
    )

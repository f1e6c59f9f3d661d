"""The one way in which a referral changes its state."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from carecoord import audit, clock, outbox
from carecoord.errors import IllegalMove, NotYours
from carecoord.moves import Move, Side
from carecoord.prepared import add, prepared
from neighbourhoods.principal import Principal
from referrals.allowances import UNDO_ACCEPTANCE_WITHIN, URGENT
from referrals.clocks import Happened, deadlines
from referrals.models import Referral, ReferralEvent
from referrals.states import REFERRAL, REFERRAL_STEPS

HAPPENED = {
    "send": "sent",
    "receive": "received",
    "request_information": "information_requested",
    "reply": "replied",
    "accept": "accepted",
    "undo_acceptance": "acceptance_undone",
    "decline": "declined",
    "redirect": "redirected",
    "reroute": "rerouted",
    "start": "started",
    "hold": "held",
    "resume": "resumed",
    "complete": "completed",
    "fail": "failed",
    "cancel": "cancelled",
    "acknowledge_outcome": "outcome_acknowledged",
    "enter_in_error": "entered_in_error",
    "assign": "assigned",
    "transfer": "transferred",
    "amend": "amended",
}
"""What each verb is called afterwards: in the audit and as the topic of its message, after `referral.`"""


TOO_LATE: Final = {
    "undo_acceptance": "Accepting can be undone within 24 hours. After that, cancel it or say that it is not possible.",
    "acknowledge_outcome": "The outcome has been read already.",
}
NOTHING: Final[Mapping[str, object]] = MappingProxyType({})


def locked(by: Principal, referral_id: UUID) -> Referral:
    """The referral, locked for the rest of the transaction. Raises Referral.DoesNotExist where `by` may not see it."""
    return _locked.get(by, referral_id)


@prepared
def _locked(by: Principal, referral_id: UUID) -> QuerySet[Referral]:
    referrals = Referral.objects.select_for_update(of=("self",)).visible_to(by)
    teams = ("service__organisation", "service__team", "from_team__organisation", "to_team__organisation")
    return referrals.select_related(*teams).filter(id=referral_id)


def allowed_moves(referral: Referral, by: Principal) -> tuple[str, ...]:
    """The verbs that `by` may use on this referral now."""
    return _in_time(referral, REFERRAL.allowed(referral.status, referral.sides_of(by)))


def allowed_steps(referral: Referral, by: Principal) -> tuple[str, ...]:
    """Those, and what `by` may do with it where it stands: deal with it, or change what is asked."""
    return _in_time(referral, REFERRAL_STEPS.allowed(referral.status, referral.sides_of(by)))


def check_step(referral: Referral, verb: str, by: Principal) -> None:
    """Raises NotYours for those on neither side, IllegalMove where this cannot be done now."""
    REFERRAL_STEPS.move(verb, referral.status, _sides(referral, by))


def _in_time(referral: Referral, verbs: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(verb for verb in verbs if not _too_late(referral, verb)))


def _sides(referral: Referral, by: Principal) -> frozenset[Side]:
    sides = referral.sides_of(by)
    if not sides:
        teams = " and ".join(team.name for team in (referral.from_team, referral.to_team) if team)
        raise NotYours(f"Only {teams} can change this referral.")
    return sides


def checked(referral: Referral, verb: str, by: Principal) -> Move:
    """The move that `verb` names. Raises NotYours for those on neither side, IllegalMove where the table has none."""
    move = REFERRAL.move(verb, referral.status, _sides(referral, by))
    if _too_late(referral, verb):
        raise IllegalMove(TOO_LATE[verb], allowed=allowed_moves(referral, by))
    return move


def _too_late(referral: Referral, verb: str) -> bool:
    if verb == "undo_acceptance" and referral.accepted_at:
        return clock.now() > referral.accepted_at + UNDO_ACCEPTANCE_WITHIN
    return verb == "acknowledge_outcome" and referral.outcome_acknowledged_at is not None


def make_move(
    referral: Referral,
    verb: str,
    *,
    by: Principal,
    author: Principal | None = None,
    words: str = "",
    reason_code: str = "",
    changes: Mapping[str, object] = NOTHING,
    told: Mapping[str, object] = NOTHING,
) -> ReferralEvent:
    """Move a locked referral along the table: state, teams, clocks, event, audit and message.

    `changes` are other fields written with it, `told` what the audit says besides the states. `author` is the person
    who did it, where `by` is the team they did it for (redirecting). Raises NotYours and IllegalMove before anything is
    changed.
    """
    before, move = referral.status, checked(referral, verb, by)
    referral.status = move.target
    for name, value in changes.items():
        setattr(referral, name, value)
    settle(referral)
    event = write_event(referral, verb, before, by=by, author=author, words=words, reason_code=reason_code)
    set_clocks(referral)
    referral.save_changes("status", "accountable_team", "waiting_on", "ended_at", "respond_by", "start_by", *changes)
    tell(referral, verb, by=by, reason=reason_code, before=before, after=referral.status, **told)
    return event


def settle(referral: Referral) -> None:
    """Who is accountable and who is waited for, from the table; nobody once the outcome has been read."""
    state = REFERRAL[referral.status]
    is_read = referral.outcome_acknowledged_at is not None
    referral.accountable_team = None if is_read else referral.team_on(state.accountable)
    referral.waiting_on = None if is_read else referral.team_on(state.waiting_on)
    if referral.accountable_team is None:
        referral.ended_at = referral.ended_at or clock.now()


def write_event(
    referral: Referral,
    verb: str,
    before: str,
    *,
    by: Principal,
    author: Principal | None = None,
    words: str = "",
    reason_code: str = "",
) -> ReferralEvent:
    """Add to the history of the referral."""
    event = event_of(referral, verb, before, by=by, author=author, words=words, reason_code=reason_code)
    add([event])
    return event


def event_of(
    referral: Referral,
    verb: str,
    before: str,
    *,
    by: Principal,
    author: Principal | None = None,
    words: str = "",
    reason_code: str = "",
) -> ReferralEvent:
    """What is added to the history of the referral, not yet written."""
    person = author or by
    return ReferralEvent(
        referral=referral,
        resident_id=referral.resident_id,
        verb=verb,
        from_status=before,
        to_status=referral.status,
        words=words,
        reason_code=reason_code,
        written_by_id=person.membership_id,
        written_by_name=person.partner_name,
        by_team_id=_team_of(referral, person),
    )


def _team_of(referral: Referral, person: Principal) -> UUID | None:
    """For which team somebody acts: the one answerable now, else the other side, else the only one they have."""
    candidates = (referral.accountable_team_id, referral.to_team_id, referral.from_team_id, *person.team_ids)
    return next((team_id for team_id in candidates if person.acts_for(team_id)), None)


def set_clocks(referral: Referral, events: Iterable[ReferralEvent] | None = None) -> None:
    """Work both deadlines out anew from all events, which are read unless they are given."""
    rows = _happened(referral.id) if events is None else [(event.verb, event.created_at) for event in events]
    team = referral.team_on(Side.RECEIVER) or referral.from_team
    due = deadlines(urgency=referral.urgency, events=[Happened(verb, at) for verb, at in rows], calendar=team.calendar)
    referral.respond_by, referral.start_by = due.respond_by, due.start_by


@prepared
def _happened(referral_id: UUID) -> QuerySet[ReferralEvent, tuple[str, datetime]]:
    return ReferralEvent.objects.filter(referral_id=referral_id).values_list("verb", "created_at")


def tell(referral: Referral, verb: str, *, by: Principal, reason: str = "", **detail: object) -> None:
    """Audit and message of a change that has been written."""
    name, about = f"referral.{HAPPENED[verb]}", ("referral", referral.id)
    audit.record(name, by=by, resident_id=referral.resident_id, about=about, reason=reason, **detail)
    outbox.publish(
        name,
        about=about,
        is_urgent=referral.urgency in URGENT,
        resident_id=referral.resident_id,
        from_team_id=referral.from_team_id,
        to_team_id=referral.to_team_id,
    )

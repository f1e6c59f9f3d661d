"""What a receiver answers, and how a sender replies."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from carecoord import clock
from carecoord.errors import IllegalMove, NotYours, RuleError
from carecoord.moves import Side
from carecoord.ui import dates
from neighbourhoods.models import Membership
from neighbourhoods.principal import Principal
from referrals.models import Referral
from referrals.reasons import OTHER, DeclineReason
from referrals.services.referral_access import (
    back_to_card,
    end_receivers_access,
    entry_of_acceptance,
    open_record,
)
from referrals.services.referral_moves import checked, locked, make_move, tell, write_event
from referrals.states import WITH_A_RECEIVER


@transaction.atomic
def receive_referral(*, by: Principal, referral_id: UUID) -> Referral:
    """Begin triage."""
    referral = locked(by, referral_id)
    make_move(referral, "receive", by=by)
    return referral


@transaction.atomic
def assign_referral(*, by: Principal, referral_id: UUID, membership_id: UUID | None) -> Referral:
    """Name the person of the receiving team who deals with it, or nobody. Changes neither state nor clock."""
    referral = locked(by, referral_id)
    team = referral.team_on(Side.RECEIVER)
    if team is None or not by.acts_for(team.id):
        raise NotYours("Only the team that received it can name who deals with it.")
    if referral.status not in WITH_A_RECEIVER:
        raise IllegalMove("This referral is no longer with your team.")
    if membership_id and not Membership.objects.in_team(team.id).filter(id=membership_id).exists():
        raise RuleError("Choose somebody who is in the team now.", field="person")
    if membership_id == referral.assigned_to_id and not referral.assigned_to_name:
        return referral
    referral.assigned_to_id, referral.assigned_to_name = membership_id, ""
    write_event(referral, "assign", referral.status, by=by)
    referral.save_changes("assigned_to", "assigned_to_name")
    tell(referral, "assign", by=by, after=membership_id)
    return referral


@transaction.atomic
def request_information(*, by: Principal, referral_id: UUID, question: str) -> Referral:
    """Ask the sender; the clock stands still until they reply."""
    referral = locked(by, referral_id)
    _require(question, "Say what you need to know.", field="question")
    make_move(referral, "request_information", by=by, words=question)
    return referral


@transaction.atomic
def reply_to_request(*, by: Principal, referral_id: UUID, words: str) -> Referral:
    """Answer the receiver's question; their clock runs again."""
    referral = locked(by, referral_id)
    _require(words, "Answer the question.", field="words")
    make_move(referral, "reply", by=by, words=words)
    return referral


@transaction.atomic
def accept_referral(*, by: Principal, referral_id: UUID, complete_by: date | None = None) -> Referral:
    """Take responsibility: the receiver is accountable from now on, sees the record and has them on its caseload.

    `complete_by` is the day by whose end it promises to be done; no text asks for one (domain.md 3.1 has none).
    """
    referral = locked(by, referral_id)
    checked(referral, "accept", by)
    until = _promised(referral, complete_by) if complete_by else None
    make_move(
        referral,
        "accept",
        by=by,
        words=f"To be complete by {dates.day(until)} {dates.time_of_day(until)}." if until else "",
        changes={"accepted_at": clock.now(), "complete_by": until},
        told={"complete_by": complete_by} if complete_by else {},
    )
    open_record(referral, by=by)
    return referral


def _promised(referral: Referral, day: date) -> datetime:
    """The end of that day for the team that promises. Raises RuleError for one that is over, or before the start."""
    team = referral.team_on(Side.RECEIVER) or referral.from_team
    ends, start_by = clock.end_of_day(team.calendar, day), referral.start_by
    if start_by and day < dates.local_day(start_by):
        raise RuleError(
            f"It is to start by {dates.day(start_by)}. Choose that day or a later one.", field="complete_by"
        )
    until = max(ends, start_by) if start_by else ends
    if until <= clock.now():
        raise RuleError("That day is over. Choose a later one.", field="complete_by")
    return until


@transaction.atomic
def undo_acceptance(*, by: Principal, referral_id: UUID, words: str = "") -> Referral:
    """Within 24 hours: the sender is accountable again and the receiver back at the card."""
    referral = locked(by, referral_id)
    entry = entry_of_acceptance(referral) if by.acts_for(referral.to_team_id) else None
    make_move(referral, "undo_acceptance", by=by, words=words, changes={"accepted_at": None, "complete_by": None})
    back_to_card(referral, by=by, entry=entry)
    return referral


@transaction.atomic
def decline_referral(
    *, by: Principal, referral_id: UUID, reason_code: str, words: str = "", suggestion: str = ""
) -> Referral:
    """Say no, with a coded reason and what the sender might try instead. The sender is told and stays accountable."""
    referral = locked(by, referral_id)
    check_reason(reason_code, DeclineReason.values, words)
    said = "\n\n".join(part for part in (words, f"Suggestion: {suggestion}" if suggestion else "") if part)
    make_move(
        referral,
        "decline",
        by=by,
        words=said,
        reason_code=reason_code,
        changes={"status_reason_code": reason_code, "status_reason": words, "suggestion": suggestion},
    )
    end_receivers_access(referral, by=by, reason="Declined")
    return referral


def check_reason(code: str, codes: list[str], words: str) -> None:
    """Raises RuleError for a code that is not on the list, and for `other` without words."""
    if code not in codes:
        raise RuleError("Choose a reason.", field="reason")
    if code == OTHER:
        _require(words, "Say what the other reason is.", field="words")


def _require(words: str, sentence: str, *, field: str) -> None:
    if not words.strip():
        raise RuleError(sentence, field=field)

"""From acceptance to an outcome that both sides have seen, and the ways in which a referral ends before that."""

from datetime import date
from uuid import UUID

from django.db import transaction

from carecoord import clock
from carecoord.errors import RuleError
from neighbourhoods.principal import Principal
from referrals.models import Referral
from referrals.reasons import CancelReason, FailReason, HoldReason
from referrals.services.referral_access import end_access, keep_for_a_while
from referrals.services.referral_answers import check_reason
from referrals.services.referral_moves import checked, locked, make_move

NO_REASON: dict[str, object] = {"status_reason_code": "", "status_reason": "", "hold_until": None}


@transaction.atomic
def start_referral(*, by: Principal, referral_id: UUID) -> Referral:
    referral = locked(by, referral_id)
    make_move(referral, "start", by=by)
    return referral


@transaction.atomic
def hold_referral(*, by: Principal, referral_id: UUID, reason_code: str, until: date, words: str = "") -> Referral:
    """Put it on hold until a day; from that day on it counts as overdue."""
    referral = locked(by, referral_id)
    check_reason(reason_code, HoldReason.values, words)
    if until <= clock.today():
        raise RuleError("Choose a day after today.", field="until")
    why = _why(reason_code, words, until)
    make_move(referral, "hold", by=by, words=words, reason_code=reason_code, changes=why)
    return referral


@transaction.atomic
def resume_referral(*, by: Principal, referral_id: UUID) -> Referral:
    referral = locked(by, referral_id)
    make_move(referral, "resume", by=by, changes=NO_REASON)
    return referral


@transaction.atomic
def complete_referral(*, by: Principal, referral_id: UUID, outcome: str) -> Referral:
    """Say what came of it. The sender is accountable until they have read it."""
    referral = locked(by, referral_id)
    if not outcome.strip():
        raise RuleError("Say what came of it.", field="outcome")
    make_move(referral, "complete", by=by, words=outcome, changes={"outcome": outcome, **NO_REASON})
    return referral


@transaction.atomic
def fail_referral(*, by: Principal, referral_id: UUID, reason_code: str, words: str = "") -> Referral:
    """Say that it turned out not to be possible. The sender is accountable again and decides what follows."""
    referral = locked(by, referral_id)
    check_reason(reason_code, FailReason.values, words)
    why = _why(reason_code, words)
    make_move(referral, "fail", by=by, words=words, reason_code=reason_code, changes=why)
    return referral


@transaction.atomic
def cancel_referral(*, by: Principal, referral_id: UUID, reason_code: str, words: str = "") -> Referral:
    """End it before an outcome, from either side. Both teams lose at once what it let them see."""
    referral = locked(by, referral_id)
    checked(referral, "cancel", by)
    check_reason(reason_code, CancelReason.values, words)
    why = _why(reason_code, words)
    make_move(referral, "cancel", by=by, words=words, reason_code=reason_code, changes=why)
    end_access(referral, by=by, reason="Cancelled")
    return referral


@transaction.atomic
def acknowledge_outcome(*, by: Principal, referral_id: UUID) -> Referral:
    """The sender has read the outcome: closed on both sides. The receiver keeps the record for 30 days."""
    referral = locked(by, referral_id)
    make_move(referral, "acknowledge_outcome", by=by, changes={"outcome_acknowledged_at": clock.now()})
    keep_for_a_while(referral, by=by)
    return referral


@transaction.atomic
def enter_referral_in_error(*, by: Principal, referral_id: UUID, words: str) -> Referral:
    """It should never have been written. The sender can still read it; the receiver no longer sees who it was about."""
    referral = locked(by, referral_id)
    if not words.strip():
        raise RuleError("Say what was wrong.", field="words")
    make_move(referral, "enter_in_error", by=by, words=words, changes={"status_reason": words})
    end_access(referral, by=by, reason="Entered in error")
    return referral


def _why(code: str, words: str, until: date | None = None) -> dict[str, object]:
    return {"status_reason_code": code, "status_reason": words, "hold_until": until}

"""Every verb of a referral."""

from referrals.services.referral_answers import (
    accept_referral,
    assign_referral,
    decline_referral,
    receive_referral,
    reply_to_request,
    request_information,
    undo_acceptance,
)
from referrals.services.referral_drafts import Ask, change_draft, draft_referral
from referrals.services.referral_moves import allowed_moves, allowed_steps
from referrals.services.referral_open import amend_referral, claim_referral
from referrals.services.referral_sending import redirect_referral, refer, reroute_referral, send_referral
from referrals.services.referral_work import (
    acknowledge_outcome,
    cancel_referral,
    complete_referral,
    enter_referral_in_error,
    fail_referral,
    hold_referral,
    resume_referral,
    start_referral,
)
from referrals.services.transfers import transfer_referral

__all__ = [
    "Ask",
    "accept_referral",
    "acknowledge_outcome",
    "allowed_moves",
    "allowed_steps",
    "amend_referral",
    "assign_referral",
    "cancel_referral",
    "change_draft",
    "claim_referral",
    "complete_referral",
    "decline_referral",
    "draft_referral",
    "enter_referral_in_error",
    "fail_referral",
    "hold_referral",
    "receive_referral",
    "redirect_referral",
    "refer",
    "reply_to_request",
    "request_information",
    "reroute_referral",
    "resume_referral",
    "send_referral",
    "start_referral",
    "transfer_referral",
    "undo_acceptance",
]

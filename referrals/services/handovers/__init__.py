"""Every write of handovers: one function per verb."""

from referrals.services.handovers.answering import accept_handover, close_handover, decline_handover
from referrals.services.handovers.batches import Listed, offer_list
from referrals.services.handovers.drafting import change_draft_handover, draft_handover
from referrals.services.handovers.items import GivenItem, ItemRef, open_items_of
from referrals.services.handovers.needs import mark_need, needs_said
from referrals.services.handovers.needs_due import tell_missing_needs
from referrals.services.handovers.offering import offer_handover, withdraw_handover
from referrals.services.handovers.recording import enter_handover_in_error, log_unsatisfactory
from referrals.services.handovers.returning import end_cover, read_back_return, return_ended_handovers

__all__ = [
    "GivenItem",
    "ItemRef",
    "Listed",
    "accept_handover",
    "change_draft_handover",
    "close_handover",
    "decline_handover",
    "draft_handover",
    "end_cover",
    "enter_handover_in_error",
    "log_unsatisfactory",
    "mark_need",
    "needs_said",
    "offer_handover",
    "offer_list",
    "open_items_of",
    "read_back_return",
    "return_ended_handovers",
    "tell_missing_needs",
    "withdraw_handover",
]

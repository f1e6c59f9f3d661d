"""Facts of referrals between organisations and of handovers of responsibility."""

from referrals.models.concerns import HandoverConcern
from referrals.models.handovers import Handover, HandoverItem
from referrals.models.needs import HandoverNeedMark
from referrals.models.referrals import Referral, ReferralEvent, Urgency

__all__ = ["Handover", "HandoverConcern", "HandoverItem", "HandoverNeedMark", "Referral", "ReferralEvent", "Urgency"]

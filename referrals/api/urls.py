"""Addresses of referrals and handovers."""

from django.urls import path

from referrals.api import handovers, referrals
from referrals.api.handover_verbs import MOVES as HANDOVER_MOVES
from referrals.api.referral_verbs import MOVES as REFERRAL_MOVES

urlpatterns = [
    path("referrals/", referrals.Referrals.as_view(), name="referrals"),
    path("referrals/<uuid:referral_id>/", referrals.OneReferral.as_view(), name="referral"),
    *REFERRAL_MOVES,
    path("handovers/", handovers.Handovers.as_view(), name="handovers"),
    path("handovers/<uuid:handover_id>/", handovers.OneHandover.as_view(), name="handover"),
    *HANDOVER_MOVES,
]

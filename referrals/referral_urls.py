from django.urls import URLPattern, path

from referrals.views.refer import refer
from referrals.views.refer_writing import refer_why, referral_change, referral_preview
from referrals.views.referral_amending import referral_amend
from referrals.views.referral_inbox import referral_inbox
from referrals.views.referral_moves import referral_assign, referral_move
from referrals.views.referrals import referral_detail, resident_referrals

referral_urls: list[URLPattern] = [
    path("residents/<uuid:resident_id>/referrals/", resident_referrals, name="resident_referrals"),
    path("residents/<uuid:resident_id>/refer/", refer, name="refer"),
    path("residents/<uuid:resident_id>/refer/<uuid:service_id>/", refer_why, name="refer_why"),
    path("referrals/", referral_inbox, name="referral_inbox"),
    path("referrals/<uuid:referral_id>/", referral_detail, name="referral_detail"),
    path("referrals/<uuid:referral_id>/change/", referral_change, name="referral_change"),
    path("referrals/<uuid:referral_id>/amend/", referral_amend, name="referral_amend"),
    path("referrals/<uuid:referral_id>/preview/", referral_preview, name="referral_preview"),
    path("referrals/<uuid:referral_id>/assign/", referral_assign, name="referral_assign"),
    path("referrals/<uuid:referral_id>/<slug:verb>/", referral_move, name="referral_move"),
]

"""Changing what a sent referral asks: by its sender, who says what and why."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from carecoord.errors import RuleError, StaleVersion
from carecoord.ui.components import Notice
from neighbourhoods.frame import record_frame
from neighbourhoods.models import Resident
from neighbourhoods.web import MemberRequest, for_members
from referrals.models import Referral
from referrals.referral_forms import AmendForm, initial_of
from referrals.services.referral_moves import allowed_steps
from referrals.services.referrals import amend_referral
from referrals.views.referral_pages import TAB, alerts_of, own_referral, page, refuse, resident_of, stale_notice


@for_members
def referral_amend(request: MemberRequest, referral_id: UUID) -> HttpResponse:
    referral = own_referral(request, referral_id)
    if "amend" not in allowed_steps(referral, request.principal):
        messages.warning(request, "This is no longer possible: the referral has moved on. See what stands here now.")
        return redirect("referral_detail", referral.id)
    resident = resident_of(request, referral)
    form = _form(request, referral, resident)
    notice = None
    if request.method == "POST" and form.is_valid():
        try:
            now = _amended(request, referral, form)
        except StaleVersion as problem:
            notice = stale_notice(form, problem)
        except RuleError as problem:
            refuse(form, problem)
        else:
            messages.success(request, f"Saved. {now.to_team or now.service} is told what has changed.")
            return redirect("referral_detail", now.id)
    return _shown(request, referral, resident, form, notice)


def _form(request: MemberRequest, referral: Referral, resident: Resident) -> AmendForm:
    alerts = alerts_of(request.principal, resident)
    initial = initial_of(referral, alerts)
    return AmendForm(request.POST or None, called=resident.called, alerts=alerts, initial=initial)


def _amended(request: MemberRequest, referral: Referral, form: AmendForm) -> Referral:
    data = form.cleaned_data
    return amend_referral(
        by=request.principal,
        referral_id=referral.id,
        ask=form.ask(),
        words=cast("str", data["words"]),
        version=data["version"],
    )


def _shown(
    request: MemberRequest, referral: Referral, resident: Resident, form: AmendForm, notice: Notice | None
) -> HttpResponse:
    context = {
        "form": form,
        "referral": referral,
        "title": "Change what you ask",
        "note": f"{referral.to_team or referral.service} is told, and sees what you change.",
        "button": "Save the change",
        "notice": notice,
    }
    frame = record_frame(request.principal, resident, TAB)
    return page(request, "referral_move", frame, context, refused=bool(form.errors))

"""Who acts for a resident: proposing somebody, letting them act, reviewing, ending."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from carecoord.errors import RuleError
from carecoord.ui import forms
from neighbourhoods.display.proxies import (
    BUTTONS,
    child_notice,
    proxy_facts,
    proxy_review,
    proxy_status,
)
from neighbourhoods.forms.proxies import ProxyForm, ProxyMoveForm, ProxyReviewForm
from neighbourhoods.frame import record_frame
from neighbourhoods.models import Contact, Proxy, Resident
from neighbourhoods.proxies import ages_of, bases_for, child_of, current_contacts, one_proxy
from neighbourhoods.services.proxies import move_proxy, propose_proxy, review_proxy
from neighbourhoods.states import PROXY
from neighbourhoods.views.encounter_parts import refuse
from neighbourhoods.web import MemberRequest, for_members, seen_resident

SAID = {
    "activate": "acts for {called} from now on.",
    "reject": "does not act for {called}.",
    "end": "no longer acts for {called}.",
    "enter_in_error": "is marked as entered in error.",
}


@for_members
def proxy_new(request: MemberRequest, resident_id: UUID) -> HttpResponse:
    resident = seen_resident(request, resident_id, "people.viewed")
    ages = ages_of(request.principal.place_id)
    around = current_contacts(request.principal, resident.id).filter(kind=Contact.Kind.PERSONAL).order_by("name")
    form = ProxyForm(
        request.POST or None,
        people=[(str(one.id), ", ".join(filter(None, [one.name, one.relationship]))) for one in around],
        bases=bases_for(resident, ages),
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = propose_proxy(
                by=request.principal,
                resident_id=resident.id,
                contact_id=form.cleaned_data["contact"],
                facts=form.facts(),
            )
        except RuleError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, "Written down. They act once somebody has let them.")
            return redirect("proxy", resident.id, made.id)
    context = {"form": form, "is_nobody": not around, "new_contact": reverse("contact_new", args=[resident.id])}
    return _page(request, resident, "proxy_new", [form], **context)


@for_members
def proxy(request: MemberRequest, resident_id: UUID, proxy_id: UUID) -> HttpResponse:
    resident = seen_resident(request, resident_id, "people.viewed")
    return _show(request, resident, _found(request, resident, proxy_id))


@require_POST
@for_members
def proxy_move(request: MemberRequest, resident_id: UUID, proxy_id: UUID) -> HttpResponse:
    resident = seen_resident(request, resident_id, "people.viewed")
    found, verb = _found(request, resident, proxy_id), request.POST.get("verb", "")
    if verb not in PROXY.allowed(found.status):
        return redirect("proxy", resident.id, found.id)
    form = ProxyMoveForm(request.POST, verb=verb)
    if form.is_valid():
        try:
            move_proxy(by=request.principal, resident_id=resident.id, proxy_id=found.id, verb=verb, **form.cleaned_data)
        except RuleError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, f"{found.contact.name} {SAID[verb].format(called=resident.called)}")
            return redirect("resident_people", resident.id)
    return _show(request, resident, found, moved=form)


@require_POST
@for_members
def proxy_review_page(request: MemberRequest, resident_id: UUID, proxy_id: UUID) -> HttpResponse:
    resident = seen_resident(request, resident_id, "people.viewed")
    found = _found(request, resident, proxy_id)
    form = ProxyReviewForm(request.POST, prefix="review")
    if form.is_valid():
        try:
            review_proxy(by=request.principal, resident_id=resident.id, proxy_id=found.id, **form.cleaned_data)
        except RuleError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, "Reviewed today.")
            return redirect("proxy", resident.id, found.id)
    return _show(request, resident, found, reviewed=form)


proxies_urls = [
    path("residents/<uuid:resident_id>/people/acting/new/", proxy_new, name="proxy_new"),
    path("residents/<uuid:resident_id>/people/acting/<uuid:proxy_id>/", proxy, name="proxy"),
    path("residents/<uuid:resident_id>/people/acting/<uuid:proxy_id>/move/", proxy_move, name="proxy_move"),
    path("residents/<uuid:resident_id>/people/acting/<uuid:proxy_id>/review/", proxy_review_page, name="proxy_review"),
]


def _found(request: MemberRequest, resident: Resident, proxy_id: UUID) -> Proxy:
    found = one_proxy(request.principal, resident.id, proxy_id)
    if found is None:
        raise Http404("Nobody who acts for this resident")
    return found


def _show(
    request: MemberRequest,
    resident: Resident,
    found: Proxy,
    moved: ProxyMoveForm | None = None,
    reviewed: ProxyReviewForm | None = None,
) -> HttpResponse:
    ages = ages_of(request.principal.place_id)
    moves = [
        (form.verb, *BUTTONS[form.verb], form)
        for form in (_move_form(verb, moved) for verb in PROXY.allowed(found.status))
    ]
    review = (reviewed or ProxyReviewForm(prefix="review")) if found.status == "active" else None
    shown: list[forms.Form] = [*(form for *_, form in moves), *([review] if review else [])]
    return _page(
        request,
        resident,
        "proxy",
        shown,
        proxy=found,
        status=proxy_status(found, resident, ages),
        facts=proxy_facts(found, resident, ages),
        due=proxy_review(found, resident, ages),
        child=child_notice(child_of(request.principal, resident, ages), resident),
        moves=moves,
        review=review,
        statement=f"{reverse('resident_statement', args=[resident.id])}?for={found.id}",
    )


def _move_form(verb: str, moved: ProxyMoveForm | None) -> ProxyMoveForm:
    return moved if moved and moved.verb == verb else ProxyMoveForm(verb=verb)


def _page(request: MemberRequest, resident: Resident, name: str, shown: list[Any], **context: object) -> HttpResponse:
    frame = {
        "resident": record_frame(request.principal, resident, "resident_people"),
        "resident_id": resident.id,
        "called": resident.called,
        "back": reverse("resident_people", args=[resident.id]),
        "forms": shown,
    }
    status = 422 if any(form.is_bound and form.errors for form in shown) else 200
    return render(request, f"neighbourhoods/{name}.html", frame | context, status=status)

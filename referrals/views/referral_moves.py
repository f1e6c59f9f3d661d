"""One page for every move of a referral: a form where the move asks something, a button where it does not."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect

from carecoord.errors import IllegalMove, NotYours, RuleError
from carecoord.moves import Side
from carecoord.ui import dates
from neighbourhoods.directory import find_services
from neighbourhoods.models import Membership
from neighbourhoods.web import MemberRequest, for_members
from referrals.models import Referral
from referrals.referral_forms import FindServiceForm
from referrals.referral_move_forms import AssignForm, MoveForm, ServiceForm
from referrals.referral_verbs import VERBS, Verb, filled, verb_of
from referrals.services.referral_moves import allowed_moves
from referrals.services.referrals import assign_referral
from referrals.views.referral_pages import frame_for, page, refuse, seen_referral

MOST_SERVICES = 20


@for_members
def referral_move(request: MemberRequest, referral_id: UUID, verb: str) -> HttpResponse:
    referral = seen_referral(request, referral_id)
    name = verb.replace("-", "_")
    words = verb_of(name, referral)
    if words is None or not referral.sides_of(request.principal):
        raise Http404("No such move of yours")
    is_possible = name in allowed_moves(referral, request.principal)
    if request.method == "POST" and words.is_done_at_once and not (words.form and is_possible):
        return _at_once(request, referral, words)
    if words.form is None:
        return HttpResponseNotAllowed(["POST"])
    if not is_possible:
        messages.warning(request, "This is no longer possible: the referral has moved on. See what stands here now.")
        return redirect("referral_detail", referral.id)
    return _form_page(request, referral, words, _form(request, referral, words.form))


@for_members
def referral_assign(request: MemberRequest, referral_id: UUID) -> HttpResponse:
    referral = seen_referral(request, referral_id)
    team = referral.team_on(Side.RECEIVER)
    if team is None or not request.principal.acts_for(team.id):
        raise Http404("Not yours to assign")
    people = Membership.objects.in_team(team.id).select_related("user").order_by("user__name")
    form = AssignForm(
        request.POST or None,
        choices=[(str(one.id), f"{one.user.name}, {one.get_role_display()}") for one in people],
        initial={"person": str(referral.assigned_to_id or "")},
    )
    if request.method == "POST" and form.is_valid():
        try:
            assign_referral(by=request.principal, referral_id=referral.id, **form.values())
        except RuleError as problem:
            refuse(form, problem)
        else:
            messages.success(request, f"Saved. {team.name} answers for it as before.")
            return redirect("referral_detail", referral.id)
    context = {
        "form": form,
        "referral": referral,
        "title": "Who deals with it",
        "button": "Save",
        "note": "",
        "notice": None,
    }
    return page(request, "referral_move", frame_for(request.principal, referral), context, refused=bool(form.errors))


def _do(request: MemberRequest, referral: Referral, words: Verb, values: Mapping[str, Any]) -> HttpResponse:
    """Make the move, and say who is responsible now; a move that is not possible any more says so on the page."""
    try:
        now = words.service(by=request.principal, referral_id=referral.id, **values)
    except (IllegalMove, NotYours) as problem:
        messages.warning(request, problem.sentence)
    else:
        messages.success(request, filled(words.done, now))
    return redirect("referral_detail", referral.id)


def _at_once(request: MemberRequest, referral: Referral, words: Verb) -> HttpResponse:
    try:
        return _do(request, referral, words, {})
    except RuleError as problem:
        messages.warning(request, problem.sentence)
        return redirect("referral_detail", referral.id)


def _form_page(request: MemberRequest, referral: Referral, words: Verb, form: MoveForm) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            return _do(request, referral, words, form.values())
        except RuleError as problem:
            refuse(form, problem)
    context = {
        "form": form,
        "referral": referral,
        "find": FindServiceForm(request.GET or None) if isinstance(form, ServiceForm) else None,
        "title": filled(words.title, referral),
        "note": filled(words.note, referral),
        "button": words.button,
        "is_danger": words.is_danger,
        "question": _question(referral) if words is VERBS["reply"] else "",
        "notice": None,
    }
    return page(request, "referral_move", frame_for(request.principal, referral), context, refused=bool(form.errors))


def _form(request: MemberRequest, referral: Referral, kind: type[MoveForm]) -> MoveForm:
    data = request.POST if request.method == "POST" else None
    if kind is ServiceForm:
        return _service_form(request, referral, data)
    return kind(data)


def _service_form(request: MemberRequest, referral: Referral, data: Any) -> ServiceForm:
    """With the services that the search of this page has found."""
    search = FindServiceForm(request.GET or None).search()
    found = find_services(request.principal, search).filter(accepts_referrals=True, status="active")
    services = found.exclude(id=referral.service_id)[:MOST_SERVICES]
    return ServiceForm(
        data,
        choices=[(str(service.id), service.name) for service in services],
        hints={
            str(service.id): f"{service.organisation.name}. {service.eligibility}".rstrip(". ") for service in services
        },
    )


def _question(referral: Referral) -> str:
    asked = referral.events.filter(verb="request_information").last()
    return f"{asked.words} ({dates.day(asked.created_at)})" if asked else ""

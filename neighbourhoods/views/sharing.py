"""What a resident does not want to be shared: written down, decided, withdrawn (IG-16)."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from carecoord import audit, clock
from carecoord.errors import RuleError
from carecoord.moves import Side
from carecoord.ui import dates
from carecoord.ui.components import Row, Status, SummaryList
from neighbourhoods.forms.sharing import ALL, DecisionForm, ObjectionForm
from neighbourhoods.models.sharing import PARTS, SharingDecision
from neighbourhoods.services.sharing import decide_objection, record_objection, withdraw_objection
from neighbourhoods.states import SHARING
from neighbourhoods.views.encounter_parts import refuse
from neighbourhoods.views.entry_parts import entry_page
from neighbourhoods.web import MemberRequest, for_members, seen_resident


@dataclass(frozen=True)
class ObjectionRow:
    status: Status
    what: str
    words: str
    asked: str
    decided: str
    withdraw: str


@for_members
def resident_sharing(request: MemberRequest, resident_id: UUID) -> HttpResponse:
    """What they object to, what was decided, and a form for another."""
    resident = seen_resident(request, resident_id, "sharing.viewed")
    form = ObjectionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            objection = record_objection(
                by=request.principal, resident_id=resident.id, part=form.part, said=form.cleaned_data["words"]
            )
        except RuleError as problem:
            refuse(form, problem)
        else:
            done = f"Objection {objection.reference} is written down. Nothing is withheld until it is decided."
            messages.success(request, done)
            return redirect("resident_sharing", resident.id)
    found = SharingDecision.objects.visible_to(request.principal).filter(resident=resident)
    rows = tuple(_rows(found.select_related("organisation")))
    return entry_page(request, "resident_sharing", resident, form=form, rows=rows)


@require_POST
@for_members
def sharing_withdraw(request: MemberRequest, resident_id: UUID, objection_id: UUID) -> HttpResponse:
    resident = seen_resident(request, resident_id, "sharing.viewed")
    try:
        withdraw_objection(by=request.principal, resident_id=resident.id, objection_id=objection_id)
    except SharingDecision.DoesNotExist:
        raise Http404("No objection of this resident") from None
    except RuleError as problem:
        messages.error(request, problem.sentence)
    else:
        messages.success(request, "The objection is withdrawn. What was withheld is shared again.")
    return redirect("resident_sharing", resident.id)


@for_members
def objection(request: MemberRequest, objection_id: UUID) -> HttpResponse:
    """For the team that decides, which sees no record: who, what they said, and the decision."""
    mine = SharingDecision.objects.filter(decider_team_id__in=request.principal.team_ids)
    found = mine.select_related("organisation").filter(id=objection_id).first()
    if found is None:
        raise Http404("No objection to decide")
    audit.looked("objection.viewed", by=request.principal, resident_id=found.resident_id, about=("objection", found.id))
    asked = {"section": found.section or ALL, "organisation": str(found.organisation_id or ALL)}
    form = DecisionForm(request.POST if request.method == "POST" else None, initial=asked)
    if request.method == "POST" and form.is_valid():
        try:
            decided = decide_objection(
                by=request.principal,
                objection_id=found.id,
                verb=form.cleaned_data["verb"],
                part=form.part,
                reason=form.cleaned_data["reason"],
                advised_by=form.cleaned_data["advised_by"],
            )
        except RuleError as problem:
            refuse(form, problem)
        else:
            messages.success(request, f"Objection {decided.reference}: {decided.get_status_display().lower()}.")
            return redirect("objection", decided.id)
    context = {
        "title": f"Objection to sharing: {found.reference}",
        "facts": SummaryList(tuple(_facts(found))),
        "form": form if SHARING.allowed(found.status, {Side.RECEIVER}) else None,
    }
    status = 422 if form.errors else 200
    return render(request, "neighbourhoods/objection.html", context, status=status)


def _what(one: SharingDecision) -> str:
    section = PARTS.get(one.section, "Everything")
    return (
        f"{section}: {f'not for {one.organisation}' if one.organisation else 'only for the organisation that wrote it'}"
    )


def _rows(found: Iterable[SharingDecision]) -> Iterable[ObjectionRow]:
    now = clock.now()
    for one in found:
        decided = f"Decided by {one.decided_by_name}, advised by {one.advised_by}: {one.reason}" if one.reason else ""
        withdraw = reverse("sharing_withdraw", args=[one.resident_id, one.id])
        yield ObjectionRow(
            status=Status(one.get_status_display()),
            what=_what(one),
            words=one.words,
            asked=f"{one.reference}, {dates.moment_inside(one.asked_at, now=now)}, written down by {one.asked_by_name}",
            decided=decided,
            withdraw=withdraw if "withdraw" in SHARING.allowed(one.status, {Side.GIVER}) else "",
        )


def _facts(one: SharingDecision) -> Iterable[Row]:
    now = clock.now()
    yield Row("Who", one.person_name)
    yield Row("What they object to", _what(one))
    yield Row("In their words", one.words)
    yield Row("Written down", dates.moment(one.asked_at, now=now), second=one.asked_by_name)
    yield Row("Where it stands", one.get_status_display())
    if one.reason:
        yield Row("Why", one.reason, second=f"{one.decided_by_name}, advised by {one.advised_by}")


sharing_urls = [
    path("residents/<uuid:resident_id>/sharing/", resident_sharing, name="resident_sharing"),
    path(
        "residents/<uuid:resident_id>/sharing/<uuid:objection_id>/withdraw/", sharing_withdraw, name="sharing_withdraw"
    ),
    path("privacy/objections/<uuid:objection_id>/", objection, name="objection"),
]

"""The plan on paper: whole, as the resident's own copy, for a carer, and the pack that goes to hospital. Each is an
export, written down with what it was for (IG-17, IG-27), so each is a POST; no file is named after anybody."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from carecoord import audit
from carecoord.audit import Purpose
from carecoord.errors import RuleError, StaleVersion
from carecoord.pdf import pdf_of
from carecoord.record.forms.papers import LARGE, CarerCopyForm, HospitalPackForm, OwnCopyForm
from carecoord.record.papers.copies import carer_paper, own_paper, what_can_be_shared
from carecoord.record.papers.parts import Paper
from carecoord.record.papers.plan import plan_paper
from carecoord.record.papers.reading import left_out
from carecoord.record.papers.transfer import transfer_paper
from careplans.feeds import current_plan_of
from careplans.models import CarePlan
from careplans.services import share_with_carers
from neighbourhoods.around import around
from neighbourhoods.directory import organisations_of_place
from neighbourhoods.display.proxies import refused_words
from neighbourhoods.exporting import may_be_cut
from neighbourhoods.frame import record_frame
from neighbourhoods.models import Contact, OrganisationKind, Resident
from neighbourhoods.proxies import ages_of, child_of
from neighbourhoods.web import MemberRequest, NotSeen, for_members, seen_by, seen_resident
from neighbourhoods.withheld import kept_from_hospital

CHANGED = "Somebody changed the plan while this page was open. Read what is ticked now, then download it again"

PRINTED: Final = {"plan": "plan.printed", "review": "plan.review_printed"}


@dataclass(frozen=True)
class Papers:
    """Whose papers, and what their forms are asked from."""

    request: MemberRequest
    resident: Resident
    plan: CarePlan | None
    carers: tuple[Contact, ...]
    hospitals: tuple[tuple[UUID, str], ...]

    def own(self, data: Any = None) -> OwnCopyForm:
        return OwnCopyForm(data)

    def carer(self, data: Any = None) -> CarerCopyForm | None:
        """None where there is nobody to give it to, or nothing to give."""
        if self.plan is None or not self.carers:
            return None
        initial = {"shared": self.plan.shared_with_carers, "version": self.plan.version, "carer_size": "usual"}
        carers = [(one.id, f"{one.name}, {one.relationship}".rstrip(", ")) for one in self.carers]
        parts = what_can_be_shared(self.request.principal, self.resident)
        return CarerCopyForm(data, initial=initial, carers=carers, parts=parts, called=self.resident.called)

    def hospital(self, data: Any = None) -> HospitalPackForm:
        return HospitalPackForm(data, hospitals=self.hospitals)

    @property
    def refused(self) -> str:
        """Why the resident is not given their own copy."""
        by, ages = self.request.principal, ages_of(self.request.principal.place_id)
        return refused_words(self.resident, child_of(by, self.resident, ages), None, ages)


@for_members
def resident_papers(request: MemberRequest, resident_id: UUID) -> HttpResponse:
    return _page(_papers(request, resident_id))


@require_POST
@for_members
def plan_pdf(request: MemberRequest, resident_id: UUID) -> HttpResponse:
    """From the plan page in one tap: it is for care, because nothing else is offered."""
    papers = _with_plan(request, resident_id)
    _taken(papers, "plan.exported")
    return _file("plan", plan_paper(request.principal, papers.resident))


@require_POST
@for_members
def own_pdf(request: MemberRequest, resident_id: UUID) -> HttpResponse:
    papers = _with_plan(request, resident_id)
    form = papers.own(request.POST)
    if papers.refused or not form.is_valid():
        return _page(papers, own=form)
    is_large = form.cleaned_data["own_size"] == LARGE
    _taken(papers, "plan.exported_for_resident", form.cleaned_data["own_purpose"], size=form.cleaned_data["own_size"])
    return _file("my-plan", own_paper(request.principal, papers.resident, is_large=is_large))


@require_POST
@for_members
def carer_pdf(request: MemberRequest, resident_id: UUID) -> HttpResponse:
    """What is ticked is remembered before anything leaves."""
    papers = _with_plan(request, resident_id)
    form = papers.carer(request.POST)
    if form is None or papers.plan is None or not form.is_valid():
        return _page(papers, carer=form)
    said = form.cleaned_data
    try:
        share_with_carers(by=request.principal, plan_id=papers.plan.id, version=said["version"], parts=said["shared"])
    except StaleVersion:
        form.data = {**request.POST.dict(), "shared": said["shared"], "version": str(papers.plan.version)}
        form.add_error(None, CHANGED)
        return _page(papers, carer=form)
    except RuleError as problem:
        form.add_error(None, problem.sentence.rstrip("."))
        return _page(papers, carer=form)
    carer = next(one for one in papers.carers if str(one.id) == said["carer"])
    _taken(papers, "plan.exported_for_carer", size=said["carer_size"], contact=str(carer.id))
    is_large = said["carer_size"] == LARGE
    return _file("carers-copy", carer_paper(request.principal, papers.resident, carer, is_large=is_large))


@require_POST
@for_members
def hospital_pdf(request: MemberRequest, resident_id: UUID) -> HttpResponse:
    papers = _papers(request, resident_id)
    form = papers.hospital(request.POST)
    if not form.is_valid():
        return _page(papers, hospital=form)
    chosen = form.cleaned_data["hospital"]
    kept = kept_from_hospital(request.principal, resident_id, UUID(chosen) if chosen else None)
    to = next((name for one, name in papers.hospitals if str(one) == chosen), "")
    if "" in kept:
        who = to or "a hospital of this place, or to everybody"
        form.add_error("hospital", f"{papers.resident.called} objected to giving {who} anything. Ring the hospital")
        return _page(papers, hospital=form)
    _taken(papers, "plan.exported_for_hospital", hospital=chosen)
    return _file("hospital-pack", transfer_paper(request.principal, papers.resident, to=to, kept_from_them=kept))


@require_POST
@for_members
def page_printed(request: MemberRequest, resident_id: UUID, page: str) -> HttpResponse:
    """What the script of a page sends when its browser prints it."""
    if page not in PRINTED:
        raise Http404("No page that is printed")
    seen_resident(request, resident_id, PRINTED[page])
    return HttpResponse(status=204)


def _papers(request: MemberRequest, resident_id: UUID) -> Papers:
    by, resident = request.principal, seen_by(request.principal, resident_id)
    if resident is None:
        raise NotSeen(resident_id)
    hospitals = organisations_of_place(by).filter(kind=OrganisationKind.HOSPITAL).order_by("name")
    around_them = around(by, resident.id).contacts
    return Papers(
        request=request,
        resident=resident,
        plan=current_plan_of(by, resident.id),
        carers=tuple(one for one in around_them if one.kind == Contact.Kind.PERSONAL),
        hospitals=tuple(hospitals.values_list("id", "name")),
    )


def _with_plan(request: MemberRequest, resident_id: UUID) -> Papers:
    papers = _papers(request, resident_id)
    if papers.plan is None:
        raise Http404("No plan yet")
    return papers


def _page(papers: Papers, **asked: Any) -> HttpResponse:
    request, resident = papers.request, papers.resident
    seen_resident(request, resident.id, "papers.viewed")
    forms = {"own": papers.own(), "carer": papers.carer(), "hospital": papers.hospital()} | asked
    context = {
        "resident": record_frame(request.principal, resident, "care_plan"),
        "resident_id": resident.id,
        "called": resident.called,
        "plan": papers.plan,
        "is_restricted": resident.is_restricted,
        "refused": papers.refused,
        "is_cut": may_be_cut(resident),
        "forms": [form for form in forms.values() if form is not None],
        "left_out": left_out(request.principal, resident),
        "people": reverse("resident_people", args=[resident.id]),
        **{f"{name}_form": form for name, form in forms.items()},
    }
    is_wrong = any(form is not None and form.errors for form in forms.values())
    status = 403 if "own" in asked and papers.refused else 422 if is_wrong else 200
    return render(request, "record/resident_papers.html", context, status=status)


def _taken(papers: Papers, verb: str, purpose: Purpose = Purpose.CARE, **detail: Any) -> None:
    resident = papers.resident
    audit.looked(
        verb,
        by=papers.request.principal,
        resident_id=resident.id,
        about=("resident", resident.id),
        purpose=purpose,
        **detail,
    )


def _file(name: str, paper: Paper) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}.pdf"'}
    return HttpResponse(pdf_of("record/paper.typ", paper.content), content_type="application/pdf", headers=headers)

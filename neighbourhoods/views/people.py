"""People around a resident, and what stands beside the banner."""

from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse

from carecoord.errors import RuleError
from carecoord.ui import forms
from carecoord.ui.components import Link
from neighbourhoods.around import around
from neighbourhoods.display.people import contact_rows, entry_rows, missing_key_worker, team_rows
from neighbourhoods.forms.people import BannerEntryForm, ContactForm, ReasonForm
from neighbourhoods.frame import record_frame
from neighbourhoods.models import BannerEntry, Contact, Resident
from neighbourhoods.models.memberships import NON_CLINICAL_ROLES
from neighbourhoods.models.residents import RESTRICTED
from neighbourhoods.services import add_contact, end_banner_entry, end_contact, record_banner_entry
from neighbourhoods.services.contacts import CLINICAL_KINDS, may_end, who_ends
from neighbourhoods.web import MemberRequest, for_members, seen_resident


@for_members
def resident_people(request: MemberRequest, resident_id: UUID) -> HttpResponse:
    resident = seen_resident(request, resident_id, "people.viewed")
    found = around(request.principal, resident.id)
    by_kind = {
        kind: contact_rows(resident, [contact for contact in found.contacts if contact.kind == kind])
        for kind in Contact.Kind.values
    }
    context = {
        "resident": record_frame(request.principal, resident, "resident_people"),
        "called": resident.called,
        "teams": team_rows(found),
        "no_key_worker": missing_key_worker(resident, found, request.principal),
        "personal": by_kind[Contact.Kind.PERSONAL],
        "no_personal": RESTRICTED if resident.is_restricted else "Nobody is written down yet.",
        "professional": by_kind[Contact.Kind.PROFESSIONAL],
        "add": Link("Add a person", reverse("contact_new", args=[resident.id])),
        "important": Link("Alerts, adjustments and allergies", reverse("resident_important", args=[resident.id])),
        "caseload_url": reverse("resident_caseload", args=[resident.id]),
    }
    return render(request, "neighbourhoods/resident_people.html", context)


@for_members
def contact_new(request: MemberRequest, resident_id: UUID) -> HttpResponse:
    resident = seen_resident(request, resident_id, "people.viewed")
    form = ContactForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            contact = add_contact(by=request.principal, resident_id=resident.id, facts=form.facts())
        except RuleError as refusal:
            _refuse(form, refusal)
        else:
            messages.success(request, f"{contact.name} is among the people around {resident.called} now.")
            return redirect("resident_people", resident.id)
    return _form_page(request, resident, form, "neighbourhoods/contact_new.html", "resident_people")


@for_members
def contact_end(request: MemberRequest, resident_id: UUID, contact_id: UUID) -> HttpResponse:
    resident = seen_resident(request, resident_id, "people.viewed")
    contacts = Contact.objects.visible_to(request.principal).without_hidden()
    contact = contacts.filter(id=contact_id, resident=resident).first()
    if contact is None:
        raise Http404("No contact of this resident")
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        end_contact(by=request.principal, resident_id=resident.id, contact_id=contact.id, **form.cleaned_data)
        messages.success(request, f"{contact.name} is no longer among the people to ring.")
        return redirect("resident_people", resident.id)
    return _form_page(request, resident, form, "neighbourhoods/contact_end.html", "resident_people", what=contact.name)


@for_members
def resident_important(request: MemberRequest, resident_id: UUID) -> HttpResponse:
    """What stands beside the banner, what stood there, and a form to add to it."""
    resident = seen_resident(request, resident_id, "important.viewed")
    form = BannerEntryForm(request.POST or None, principal=request.principal)
    if request.method == "POST" and form.is_valid():
        try:
            record_banner_entry(by=request.principal, resident_id=resident.id, **form.cleaned_data)
        except RuleError as refusal:
            _refuse(form, refusal)
        else:
            messages.success(request, f"It stands beside {resident.called}'s name on every page now.")
            return redirect("resident_important", resident.id)
    return _important_page(request, resident, form)


@for_members
def important_end(request: MemberRequest, resident_id: UUID, entry_id: UUID) -> HttpResponse:
    resident = seen_resident(request, resident_id, "important.viewed")
    entry = _entries(request, resident).filter(id=entry_id, ended_at=None).first()
    if entry is None:
        raise Http404("No such entry beside the banner")
    if not may_end(request.principal, entry):
        messages.error(request, who_ends(entry))
        return redirect("resident_important", resident.id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        end_banner_entry(by=request.principal, resident_id=resident.id, entry_id=entry.id, **form.cleaned_data)
        messages.success(request, f"It no longer stands beside {resident.called}'s name.")
        return redirect("resident_important", resident.id)
    template = "neighbourhoods/important_end.html"
    return _form_page(request, resident, form, template, "resident_important", what=entry)


people_urls = [
    path("residents/<uuid:resident_id>/people/", resident_people, name="resident_people"),
    path("residents/<uuid:resident_id>/people/new/", contact_new, name="contact_new"),
    path("residents/<uuid:resident_id>/people/<uuid:contact_id>/end/", contact_end, name="contact_end"),
    path("residents/<uuid:resident_id>/important/", resident_important, name="resident_important"),
    path("residents/<uuid:resident_id>/important/<uuid:entry_id>/end/", important_end, name="important_end"),
]


def _important_page(request: MemberRequest, resident: Resident, form: BannerEntryForm) -> HttpResponse:
    entries = list(_entries(request, resident))
    current = [entry for entry in entries if entry.ended_at is None]
    context = {
        "resident": record_frame(request.principal, resident, "resident_people"),
        "current": entry_rows(current, resident, request.principal),
        "ended": entry_rows([one for one in entries if one.ended_at], resident, request.principal),
        "form": form,
        "back": reverse("resident_people", args=[resident.id]),
    }
    return render(request, "neighbourhoods/resident_important.html", context, status=422 if form.errors else 200)


def _entries(request: MemberRequest, resident: Resident) -> QuerySet[BannerEntry]:
    """Newest first; without clinical content for roles that are not clinical (IG-10)."""
    entries = BannerEntry.objects.visible_to(request.principal).filter(resident=resident)
    if request.principal.role in NON_CLINICAL_ROLES:
        entries = entries.exclude(kind__in=CLINICAL_KINDS)
    return entries.select_related("recorded_by__user", "recorded_by_organisation").order_by("-created_at", "-id")


def _refuse(form: forms.Form, refusal: RuleError) -> None:
    form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)


def _form_page(
    request: MemberRequest, resident: Resident, form: forms.Form, template: str, back: str, **more: object
) -> HttpResponse:
    context = {
        "resident": record_frame(request.principal, resident, "resident_people"),
        "form": form,
        "called": resident.called,
        "back": reverse(back, args=[resident.id]),
        **more,
    }
    return render(request, template, context, status=422 if form.errors else 200)

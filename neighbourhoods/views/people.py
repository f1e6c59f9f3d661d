"""People around a resident."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse

from carecoord.errors import RuleError
from carecoord.ui import forms
from carecoord.ui.components import Link, SummaryList
from neighbourhoods.around import around
from neighbourhoods.authors import authors_of
from neighbourhoods.codes import Choices, words_of
from neighbourhoods.details import details_of
from neighbourhoods.display.details import add_links, detail_rows, own_rows
from neighbourhoods.display.people import (
    contact_rows,
    death_link,
    missing_key_worker,
    no_messages,
    past_rows,
    restriction_link,
    team_rows,
)
from neighbourhoods.forms.people import ContactForm, ReasonForm
from neighbourhoods.frame import record_frame
from neighbourhoods.models import Contact, Postcode, Resident
from neighbourhoods.models.residents import RESTRICTED
from neighbourhoods.past import past_of
from neighbourhoods.services import add_contact, end_contact
from neighbourhoods.services.residents import CODED
from neighbourhoods.web import MemberRequest, for_members, seen_resident


@for_members
def resident_people(request: MemberRequest, resident_id: UUID) -> HttpResponse:
    resident = seen_resident(request, resident_id, "people.viewed")
    found = around(request.principal, resident.id)
    authors = authors_of(contact.id for contact in found.contacts)
    by_kind = {
        kind: contact_rows(resident, [contact for contact in found.contacts if contact.kind == kind], authors)
        for kind in Contact.Kind.values
    }
    context = {
        "resident": record_frame(request.principal, resident, "resident_people"),
        "called": resident.called,
        "teams": team_rows(found),
        "past": past_rows(past_of(request.principal, resident)),
        "own": SummaryList(own_rows(resident, _words_of(resident), _area_of(resident))),
        "details": detail_rows(resident, details_of(request.principal, resident.id)),
        "change": Link("Change", reverse("resident_change", args=[resident.id]), hidden="names, numbers, addresses"),
        "add_details": add_links(resident),
        "no_key_worker": missing_key_worker(resident, found, request.principal),
        "personal": by_kind[Contact.Kind.PERSONAL],
        "no_personal": RESTRICTED if resident.is_restricted else "Nobody is written down yet.",
        "professional": by_kind[Contact.Kind.PROFESSIONAL],
        "add": Link("Add a person", reverse("contact_new", args=[resident.id])),
        "recorded": Link("Adjustments, alerts, risks and more", reverse("resident_entries", args=[resident.id])),
        "restriction": restriction_link(resident),
        "death": death_link(resident),
        "no_messages": no_messages(resident),
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
    contacts = Contact.objects.visible_to(request.principal)
    contact = contacts.filter(id=contact_id, resident=resident).first()
    if contact is None:
        raise Http404("No contact of this resident")
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        end_contact(by=request.principal, resident_id=resident.id, contact_id=contact.id, **form.cleaned_data)
        messages.success(request, f"{contact.name} is no longer among the people to ring.")
        return redirect("resident_people", resident.id)
    return _form_page(request, resident, form, "neighbourhoods/contact_end.html", "resident_people", what=contact.name)


def _words_of(resident: Resident) -> Choices:
    """The words of the codes that are said of somebody; of those gone from their lists too."""
    said = {key: code for name, key in CODED.items() if (code := getattr(resident, name))}
    return words_of(said) if said else {}


def _area_of(resident: Resident) -> Postcode | None:
    if resident.is_restricted or not resident.postcode:
        return None
    return Postcode.objects.filter(postcode=resident.postcode).first()


people_urls = [
    path("residents/<uuid:resident_id>/people/", resident_people, name="resident_people"),
    path("residents/<uuid:resident_id>/people/new/", contact_new, name="contact_new"),
    path("residents/<uuid:resident_id>/people/<uuid:contact_id>/end/", contact_end, name="contact_end"),
]


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

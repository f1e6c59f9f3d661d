"""Adding people around a resident, changing what is known of them, ending them."""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path, reverse

from carecoord import clock
from carecoord.errors import RuleError, StaleVersion
from carecoord.ui import dates, forms
from carecoord.ui.components import Notice
from neighbourhoods.ages import ADULT, is_under
from neighbourhoods.codes import choices_of
from neighbourhoods.forms.people import ContactChangeForm, ContactForm, LinkForm, ReasonForm, initial_of_contact
from neighbourhoods.frame import record_frame
from neighbourhoods.identities import Identity, Items, find_by_items
from neighbourhoods.models import Contact, Resident
from neighbourhoods.services import add_contact, change_contact, end_contact, link_contact
from neighbourhoods.services.contact_facts import ROLES
from neighbourhoods.values import format_nhs_number
from neighbourhoods.views.encounter_parts import refuse
from neighbourhoods.web import MemberRequest, for_members, seen_resident

NOBODY = "Nobody is found by this. Check what you typed, or add them as a person without a record here."


@for_members
def contact_new(request: MemberRequest, resident_id: UUID) -> HttpResponse:
    resident = seen_resident(request, resident_id, "people.viewed")
    form = ContactForm(request.POST or None, **_offered(resident))
    if request.method == "POST" and form.is_valid():
        try:
            contact = add_contact(by=request.principal, resident_id=resident.id, facts=form.facts())
        except RuleError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, f"{contact.name} is among the people around {resident.called} now.")
            return redirect("resident_people", resident.id)
    return _form_page(request, resident, form, "contact_new")


@for_members
def contact_link(request: MemberRequest, resident_id: UUID) -> HttpResponse:
    """Somebody who has a record here is searched for and linked. What is searched by is posted, and stands in no
    address."""
    resident = seen_resident(request, resident_id, "people.viewed")
    offered = _offered(resident)
    if request.method != "POST":
        return _form_page(request, resident, LinkForm(**offered), "contact_link")
    asked = LinkForm(request.POST, **offered)
    asked.full_clean()
    items = asked.items()
    found = [one for one in find_by_items(items) if one.id != resident.id] if items else []
    form = LinkForm(request.POST, people=[(str(one.id), _identity(one)) for one in found], **offered)
    if items is None:
        form = asked
    elif not found:
        form.add_error(None, NOBODY)
    elif (
        request.POST.get("step") == "link" and form.is_valid() and (contact := _linked(request, resident, form, items))
    ):
        messages.success(request, f"{contact.name} is linked to {resident.called} now.")
        return redirect("resident_people", resident.id)
    return _form_page(request, resident, form, "contact_link", found=found)


@for_members
def contact_change(request: MemberRequest, resident_id: UUID, contact_id: UUID) -> HttpResponse:
    resident = seen_resident(request, resident_id, "people.viewed")
    contact = _contact(request, resident, contact_id)
    form = ContactChangeForm(
        request.POST or None, initial=initial_of_contact(contact), contact=contact, **_offered(resident, contact)
    )
    stale = None
    if request.method == "POST" and form.is_valid():
        try:
            change_contact(
                by=request.principal,
                resident_id=resident.id,
                contact_id=contact.id,
                version=form.cleaned_data["version"],
                facts=form.facts(),
            )
        except StaleVersion as problem:
            stale = _refuse_stale(form, problem)
        except RuleError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, f"What is known of {contact.name} is saved.")
            return redirect("resident_people", resident.id)
    return _form_page(request, resident, form, "contact_change", what=contact.name, stale=stale)


@for_members
def contact_end(request: MemberRequest, resident_id: UUID, contact_id: UUID) -> HttpResponse:
    resident = seen_resident(request, resident_id, "people.viewed")
    contact = _contact(request, resident, contact_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        end_contact(by=request.principal, resident_id=resident.id, contact_id=contact.id, **form.cleaned_data)
        messages.success(request, f"{contact.name} is no longer among the people to ring.")
        return redirect("resident_people", resident.id)
    return _form_page(request, resident, form, "contact_end", what=contact.name)


contacts_urls = [
    path("residents/<uuid:resident_id>/people/new/", contact_new, name="contact_new"),
    path("residents/<uuid:resident_id>/people/link/", contact_link, name="contact_link"),
    path("residents/<uuid:resident_id>/people/<uuid:contact_id>/change/", contact_change, name="contact_change"),
    path("residents/<uuid:resident_id>/people/<uuid:contact_id>/end/", contact_end, name="contact_end"),
]


def _contact(request: MemberRequest, resident: Resident, contact_id: UUID) -> Contact:
    contact = Contact.objects.visible_to(request.principal).filter(id=contact_id, resident=resident).first()
    if contact is None:
        raise Http404("No contact of this resident")
    return contact


def _offered(resident: Resident, contact: Contact | None = None) -> dict[str, Any]:
    """Roles of the list, and those that stood there; of nobody of age is asked who has parental responsibility."""
    roles = dict(choices_of(ROLES)[ROLES])
    roles |= {code: code for code in (contact.roles if contact else ()) if code not in roles}
    may_be_a_child = resident.birth_date is None or is_under(resident.birth_date, ADULT, on=clock.today())
    asks = may_be_a_child or bool(contact and contact.parental_responsibility)
    return {"roles": list(roles.items()), "asks_parents": asks}


def _linked(request: MemberRequest, resident: Resident, form: LinkForm, items: Items) -> Contact | None:
    linked_id = form.cleaned_data["linked"]
    if linked_id is None:
        form.add_error("linked", "Choose who it is")
        return None
    try:
        return link_contact(
            by=request.principal, resident_id=resident.id, linked_id=linked_id, items=items, facts=form.facts()
        )
    except RuleError as refusal:
        refuse(form, refusal)
        return None


def _identity(one: Identity) -> str:
    born = f", born {dates.day(one.birth_date)}" if one.birth_date else ""
    number = f", NHS number {format_nhs_number(one.nhs_number)}" if one.nhs_number else ""
    return f"{one.family_name.upper()}, {one.given_name}{born}{number}"


def _refuse_stale(form: forms.Form, problem: StaleVersion) -> Notice:
    """Let the same form be saved again over what stands there now."""
    current = cast("Contact", problem.current)
    form.data = {**cast("QueryDict", form.data).dict(), "version": str(current.version)}
    form.add_error(None, f"{problem.sentence.rstrip('.')}: look at the list of people, then save again")
    return Notice("amber", "While you were typing, somebody saved something else.", icon="pencil", is_live=True)


def _form_page(request: MemberRequest, resident: Resident, form: forms.Form, name: str, **more: object) -> HttpResponse:
    context = {
        "resident": record_frame(request.principal, resident, "resident_people"),
        "form": form,
        "called": resident.called,
        "resident_id": resident.id,
        "back": reverse("resident_people", args=[resident.id]),
        **more,
    }
    return render(request, f"neighbourhoods/{name}.html", context, status=422 if form.errors else 200)

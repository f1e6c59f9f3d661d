"""People around a resident."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse

from carecoord.ui.components import Link, SummaryList
from neighbourhoods.around import Around, around
from neighbourhoods.authors import authors_of
from neighbourhoods.codes import Choices, choices_of, words_of
from neighbourhoods.details import details_of
from neighbourhoods.display.details import add_links, detail_rows, own_rows
from neighbourhoods.display.people import (
    HousemateRow,
    contact_rows,
    death_link,
    housemate_rows,
    missing_key_worker,
    no_messages,
    past_rows,
    restriction_link,
    team_rows,
)
from neighbourhoods.display.proxies import child_notice, proxy_rows
from neighbourhoods.frame import record_frame
from neighbourhoods.households import household_of
from neighbourhoods.models import Contact, Postcode, Resident
from neighbourhoods.models.residents import RESTRICTED
from neighbourhoods.past import past_of
from neighbourhoods.principal import Principal
from neighbourhoods.proxies import ages_for, child_of, proxies_of
from neighbourhoods.services.contact_facts import ROLES
from neighbourhoods.services.residents import CODED
from neighbourhoods.web import MemberRequest, for_members, seen_resident


@for_members
def resident_people(request: MemberRequest, resident_id: UUID) -> HttpResponse:
    resident = seen_resident(request, resident_id, "people.viewed")
    found, proxies = around(request.principal, resident.id), proxies_of(request.principal, resident.id)
    ages = ages_for(request.principal, resident, proxies)
    authors = authors_of(contact.id for contact in found.contacts)
    roles = choices_of(ROLES)[ROLES] if any(one.roles for one in found.contacts) else {}
    by_kind = {
        kind: contact_rows(resident, [one for one in found.contacts if one.kind == kind], authors, found.linked, roles)
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
        "acting": proxy_rows(proxies, resident, ages),
        "no_acting": RESTRICTED if resident.is_restricted else "Nobody is written down as acting for them.",
        "child": child_notice(child_of(request.principal, resident, ages), resident),
        "new_proxy": Link("Write down who acts for them", reverse("proxy_new", args=[resident.id])),
        "household": _household(request.principal, resident, found),
        "add": Link("Add a person", reverse("contact_new", args=[resident.id])),
        "link": Link("Link somebody who has a record here", reverse("contact_link", args=[resident.id])),
        "recorded": Link("Adjustments, alerts, risks and more", reverse("resident_entries", args=[resident.id])),
        "care": Link("Stays and care packages", reverse("resident_care", args=[resident.id])),
        "restriction": restriction_link(resident),
        "two_records": Link("Two records of one person?", reverse("resident_duplicates", args=[resident.id])),
        "written_to": Link("Messages to them", reverse("resident_messages", args=[resident.id])),
        "death": death_link(resident),
        "no_messages": no_messages(resident),
        "caseload_url": reverse("resident_caseload", args=[resident.id]),
    }
    return render(request, "neighbourhoods/resident_people.html", context)


def _words_of(resident: Resident) -> Choices:
    """The words of the codes that are said of somebody; of those gone from their lists too."""
    said = {key: code for name, key in CODED.items() if (code := getattr(resident, name))}
    return words_of(said) if said else {}


def _area_of(resident: Resident) -> Postcode | None:
    if resident.is_restricted or not resident.postcode:
        return None
    return Postcode.objects.filter(postcode=resident.postcode).first()


def _household(principal: Principal, resident: Resident, found: Around) -> tuple[HousemateRow, ...]:
    return housemate_rows(household_of(principal, resident, found))


people_urls = [
    path("residents/<uuid:resident_id>/people/", resident_people, name="resident_people"),
]

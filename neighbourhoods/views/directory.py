"""Organisations of the place and what they offer. Holds no resident, so it begins with no gate but signing in."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.http import urlencode

from carecoord.ui import forms
from carecoord.ui.components import Link, Pagination, Row, SummaryList
from carecoord.ui.dates import day
from neighbourhoods.directory import (
    KINDS,
    Search,
    find_organisations,
    find_services,
    organisations_of_place,
    services_of_place,
)
from neighbourhoods.models import Organisation, Service, Team
from neighbourhoods.web import MemberRequest, for_members

PAGE = 25


class DirectoryForm(forms.Form):
    marks_optional = False
    q = forms.CharField(label="What is needed, or a name", required=False, max_length=200)
    kind = forms.ChoiceField(label="Kind", required=False, choices=KINDS)

    def search(self) -> Search:
        """What was asked for; a search that cannot be read finds everything."""
        if not self.is_valid():
            return Search()
        return Search(words=self.cleaned_data["q"], kind=self.cleaned_data["kind"])


@for_members
def directory(request: MemberRequest) -> HttpResponse:
    form = DirectoryForm(request.GET or None)
    search = form.search()
    services = Paginator(find_services(request.principal, search), PAGE).get_page(request.GET.get("page"))
    context = {
        "filters": form,
        "services": services.object_list,
        "count": services.paginator.count,
        "organisations": find_organisations(request.principal, search)[:PAGE],
        "pages": _pages(services, search),
    }
    return render(request, "neighbourhoods/directory.html", context)


@for_members
def directory_service(request: MemberRequest, service_id: UUID) -> HttpResponse:
    service = services_of_place(request.principal).filter(id=service_id).first()
    if service is None:
        raise Http404("No such service here")
    context = {"service": service, "facts": _service_facts(service)}
    return render(request, "neighbourhoods/directory_service.html", context)


@for_members
def directory_organisation(request: MemberRequest, organisation_id: UUID) -> HttpResponse:
    organisations = organisations_of_place(request.principal).select_related("neighbourhood", "parent")
    found = organisations.filter(id=organisation_id).first()
    if found is None:
        raise Http404("No such organisation here")
    services = Service.objects.filter(organisation=found).exclude(status=Service.Status.DEFUNCT)
    teams = Team.objects.filter(organisation=found, ended_at=None).exclude(kind__in=["privacy", "administration"])
    context = {"organisation": found, "facts": _organisation_facts(found), "services": services, "teams": teams}
    return render(request, "neighbourhoods/directory_organisation.html", context)


def _service_facts(service: Service) -> SummaryList:
    facts = {
        "Helps with": ", ".join(service.needs),
        "For": service.eligibility or "Everyone",
        "Ages": _ages(service),
        "How to refer": service.how_to_refer or _how(service),
        "Open": service.opening,
        "Phone": service.phone,
        "Email": service.email,
        "Website": service.url,
        "Status": service.get_status_display(),
        "Checked": day(service.assured_on) if service.assured_on else "",
    }
    return _summary(facts.items())


def _ages(service: Service) -> str:
    youngest, oldest = service.minimum_age, service.maximum_age
    if youngest is not None and oldest is not None:
        return f"{youngest} to {oldest}"
    if youngest is not None:
        return f"{youngest} or over"
    return f"{oldest} or under" if oldest is not None else ""


def _how(service: Service) -> str:
    if not service.accepts_referrals:
        return "No referral needed: give the resident these details"
    if service.team_id:
        return "From the resident's record"
    return "Outside CareCoord: ring or write, and record what they say"


def _organisation_facts(organisation: Organisation) -> SummaryList:
    facts = {
        "Kind": organisation.get_kind_display(),
        "ODS code": organisation.ods_code,
        "Neighbourhood": organisation.neighbourhood.name if organisation.neighbourhood else "",
        "Address": organisation.address,
        "Phone": organisation.phone,
        "Email": organisation.email,
        "Sites": ", ".join(organisation.site_codes),
        "Part of": organisation.parent.name if organisation.parent else "",
        "About privacy, ask": organisation.privacy_contact,
    }
    return _summary(facts.items())


def _summary(facts: Iterable[tuple[str, str]]) -> SummaryList:
    return SummaryList(tuple(Row(label, value) for label, value in facts if value))


def _pages(page: Any, search: Search) -> Pagination:
    def link(word: str, number: int) -> Link:
        asked = urlencode({"q": search.words, "kind": search.kind, "page": str(number)})
        return Link(word, f"{reverse('directory')}?{asked}")

    count = page.paginator.count
    return Pagination(
        previous=link("Earlier in the list", page.previous_page_number()) if page.has_previous() else None,
        next=link("Later in the list", page.next_page_number()) if page.has_next() else None,
        sentence=f"{page.start_index()} to {page.end_index()} of {count}" if count else "",
    )


directory_urls = [
    path("directory/", directory, name="directory"),
    path("directory/services/<uuid:service_id>/", directory_service, name="directory_service"),
    path("directory/organisations/<uuid:organisation_id>/", directory_organisation, name="directory_organisation"),
]

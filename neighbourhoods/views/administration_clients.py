"""Administration: API clients, which are partners' systems that act for an organisation's teams."""

from uuid import UUID

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse

from carecoord.ui.components import Link, Pagination
from neighbourhoods import administered
from neighbourhoods.administered import for_administrators
from neighbourhoods.display.clients import (
    client_rows,
    how_it_fares,
    notices_of,
    secret_facts,
    standing_of,
    what_it_may_do,
)
from neighbourhoods.forms.clients import ClientFilter, ClientForm, OrganisationOfClient, client_words
from neighbourhoods.models import ApiClient
from neighbourhoods.services.clients import change_client, create_client
from neighbourhoods.views.administration_clients_secret import show_secret
from neighbourhoods.views.administration_pages import (
    FormPage,
    attempted,
    back_to_client,
    is_stale,
    posted_version,
    show_form,
)
from neighbourhoods.web import MemberRequest

PAGE = 50


@for_administrators
def admin_clients(request: MemberRequest) -> HttpResponse:
    filters = ClientFilter(request.GET)
    every = administered.clients_of(request.principal)
    shown = list(_after(_matching(every, filters), request.GET.get("after", ""))[: PAGE + 1])
    context = {
        "filters": filters,
        "clients": client_rows(shown[:PAGE]),
        "is_searched": bool(request.GET.get("q")),
        "pages": _pages(request, shown),
    }
    return render(request, "neighbourhoods/admin_clients.html", context)


@for_administrators
def admin_client(request: MemberRequest, client_id: UUID) -> HttpResponse:
    client = administered.client_of(request.principal, client_id)
    context = {
        "client": client,
        "standing": standing_of(client),
        "notices": notices_of(client),
        "facts": what_it_may_do(client),
        "use": how_it_fares(client),
        "secret": secret_facts(client),
    }
    return render(request, "neighbourhoods/admin_client.html", context)


@for_administrators
def admin_choose_organisation(request: MemberRequest) -> HttpResponse:
    """Whose client it will be; administrators of one organisation are not asked."""
    organisations = list(administered.organisations_of(request.principal).filter(ended_at=None).order_by("name"))
    if len(organisations) == 1:
        return redirect("admin_new_client", organisations[0].id)
    form = OrganisationOfClient(request.POST or None, organisations=organisations)
    if form.is_bound and form.is_valid():
        return redirect("admin_new_client", form.cleaned_data["organisation"])
    return show_form(request, form, FormPage("Add an API client", "Continue", _back_to_clients()))


@for_administrators
def admin_new_client(request: MemberRequest, organisation_id: UUID) -> HttpResponse:
    organisation = administered.organisation_of(request.principal, organisation_id)
    teams = administered.teams_with_residents(organisation)
    if not teams:
        return render(request, "neighbourhoods/admin_client_no_teams.html", {"organisation": organisation})
    form = ClientForm(request.POST or None, teams=teams)
    made = attempted(form, lambda: create_client(by=request.principal, organisation=organisation, facts=form.facts()))
    if made:
        return show_secret(request, made)
    sentence = "The next page shows its secret, once. The organisation's privacy officers are told."
    heading = f"Add an API client of {organisation.name}"
    return show_form(request, form, FormPage(heading, "Add client", _back_to_clients(), sentence))


@for_administrators
def admin_change_client(request: MemberRequest, client_id: UUID) -> HttpResponse:
    client = administered.client_of(request.principal, client_id)
    form = ClientForm(
        request.POST or None,
        teams=administered.teams_with_residents(client.organisation),
        ends_on=client.agreement_ends_on,
        initial=client_words(client),
    )
    version = posted_version(request)
    changed = attempted(
        form, lambda: change_client(by=request.principal, client_id=client.id, version=version, facts=form.facts())
    )
    if changed:
        messages.success(request, "The change is saved, and holds from the system's next request on.")
        return redirect("admin_client", client.id)
    now = what_it_may_do(client) if is_stale(form) else None
    sentence = "The organisation's privacy officers are told."
    page = FormPage(f"Change {client.name}", "Save", back_to_client(client), sentence, version=client.version, now=now)
    return show_form(request, form, page)


client_urls = [
    path("admin/clients/", admin_clients, name="admin_clients"),
    path("admin/clients/new/", admin_choose_organisation, name="admin_choose_organisation"),
    path("admin/organisations/<uuid:organisation_id>/clients/new/", admin_new_client, name="admin_new_client"),
    path("admin/clients/<uuid:client_id>/", admin_client, name="admin_client"),
    path("admin/clients/<uuid:client_id>/change/", admin_change_client, name="admin_change_client"),
]


def _back_to_clients() -> Link:
    return Link("Back to API clients", reverse("admin_clients"))


def _matching(clients: QuerySet[ApiClient], filters: ClientFilter) -> QuerySet[ApiClient]:
    words = filters.cleaned_data["q"].split() if filters.is_valid() else []
    for word in words[:5]:
        clients = clients.filter(Q(name__icontains=word) | Q(organisation__name__icontains=word))
    return clients.order_by("name", "id")


def _after(clients: QuerySet[ApiClient], last: str) -> QuerySet[ApiClient]:
    """Those after the last one of the page before, which is named by its id."""
    try:
        name = clients.values_list("name", flat=True).get(id=UUID(last))
    except (ValueError, ApiClient.DoesNotExist):
        return clients
    return clients.filter(Q(name__gt=name) | Q(name=name, id__gt=last))


def _pages(request: MemberRequest, shown: list[ApiClient]) -> Pagination:
    start, query = reverse("admin_clients"), request.GET.copy()
    after = query.pop("after", None)
    first = Link("From the beginning", f"{start}?{query.urlencode()}") if after else None
    if len(shown) <= PAGE:
        return Pagination(previous=first)
    query["after"] = str(shown[PAGE - 1].id)
    return Pagination(previous=first, next=Link(f"Next {PAGE}", f"{start}?{query.urlencode()}"))

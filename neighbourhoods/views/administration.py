"""Administration: the organisations of a place, and its neighbourhoods."""

from uuid import UUID

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse

from carecoord import clock
from carecoord.ui import dates
from carecoord.ui.components import DefinitionRows, Link, Pagination, Row
from neighbourhoods import administered
from neighbourhoods.administered import administers_place, counted, for_administrators, people_of
from neighbourhoods.forms.administration import (
    AgesForm,
    NeighbourhoodForm,
    OrganisationChangeForm,
    OrganisationFilter,
    OrganisationForm,
    PeopleFilter,
    organisation_words,
)
from neighbourhoods.models import Organisation, OrganisationKind, Place, Team, TeamKind
from neighbourhoods.principal import Principal
from neighbourhoods.services import change_organisation, create_neighbourhood, create_organisation
from neighbourhoods.services.organisations import change_ages
from neighbourhoods.views.administration_pages import FormPage, attempted, is_stale, posted_version, show_form
from neighbourhoods.web import MemberRequest

PAGE = 50


@for_administrators
def administration(request: MemberRequest) -> HttpResponse:
    filters = OrganisationFilter(request.GET)
    found = _matching(administered.organisations_of(request.principal), filters)
    after = request.GET.get("after", "").replace("\0", "")
    shown = list(counted(found.filter(name__gt=after).order_by("name"))[: PAGE + 1])
    context = {
        "filters": filters,
        "organisations": shown[:PAGE],
        "is_partnership": administers_place(request.principal),
        "pages": _pages(request, after, shown),
    }
    return render(request, "neighbourhoods/administration.html", context)


@for_administrators
def admin_organisation(request: MemberRequest, organisation_id: UUID) -> HttpResponse:
    organisation = administered.organisation_of(request.principal, organisation_id)
    filters = PeopleFilter(request.GET)
    people, total = people_of(organisation, filters.cleaned_data["q"] if filters.is_valid() else "")
    context = {
        "organisation": organisation,
        "facts": _facts(organisation),
        "teams": Team.objects.filter(organisation=organisation, ended_at=None).order_by("name"),
        "changeable": (TeamKind.CARE, TeamKind.WARD),
        "services": organisation.services.filter(status="active").count(),
        "people": people,
        "total": total,
        "filters": filters,
    }
    return render(request, "neighbourhoods/admin_organisation.html", context)


@for_administrators
def admin_new_organisation(request: MemberRequest) -> HttpResponse:
    place = _place(request.principal)
    form = OrganisationForm(request.POST or None, neighbourhoods=administered.neighbourhoods_of(request.principal))

    def make() -> Organisation:
        facts = form.facts()
        neighbourhood = administered.neighbourhood_of(request.principal, facts.neighbourhood_id)
        return create_organisation(
            by=request.principal,
            place=place,
            name=facts.name,
            kind=OrganisationKind(form.cleaned_data["kind"]),
            ods_code=facts.ods_code,
            neighbourhood=neighbourhood,
            phone=facts.phone,
            address=facts.address,
        )

    if made := attempted(form, make):
        messages.success(request, f"{made.name} takes part now. Add its teams, then its people.")
        return redirect("admin_organisation", made.id)
    sentence = "It begins with a team of privacy officers, who are told of every role, and one of administrators."
    back = Link("Back to organisations", reverse("administration"))
    return show_form(request, form, FormPage("Add an organisation", "Add organisation", back, sentence))


@for_administrators
def admin_change_organisation(request: MemberRequest, organisation_id: UUID) -> HttpResponse:
    organisation = administered.organisation_of(request.principal, organisation_id)
    others = Organisation.objects.filter(place=organisation.place_id, ended_at=None).exclude(id=organisation.id)
    form = OrganisationChangeForm(
        request.POST or None,
        neighbourhoods=administered.neighbourhoods_of(request.principal),
        others=list(others.order_by("name")),
        initial=organisation_words(organisation),
    )
    changed = attempted(
        form,
        lambda: change_organisation(
            by=request.principal,
            organisation_id=organisation.id,
            version=posted_version(request),
            facts=form.facts(),
        ),
    )
    if changed:
        messages.success(request, "The change is saved.")
        return redirect("admin_organisation", organisation.id)
    back = Link(f"Back to {organisation.name}", reverse("admin_organisation", args=[organisation.id]))
    now = _facts(organisation) if is_stale(form) else None
    shown = FormPage(f"Change {organisation.name}", "Save", back, version=organisation.version, now=now)
    return show_form(request, form, shown)


@for_administrators
def admin_neighbourhoods(request: MemberRequest) -> HttpResponse:
    place = _place(request.principal)
    form = NeighbourhoodForm(request.POST or None)
    made = attempted(
        form, lambda: create_neighbourhood(by=request.principal, place=place, name=form.cleaned_data["name"])
    )
    if made:
        messages.success(request, f"{made.name} is a neighbourhood of {place.name} now.")
        return redirect("admin_neighbourhoods")
    context = {"form": form, "place": place, "neighbourhoods": administered.neighbourhoods_of(request.principal)}
    return render(request, "neighbourhoods/admin_neighbourhoods.html", context, status=422 if form.errors else 200)


@for_administrators
def admin_ages(request: MemberRequest) -> HttpResponse:
    place = _place(request.principal)
    form = AgesForm(
        request.POST or None, initial={"review": place.parents_reviewed_from, "end": place.parents_act_until}
    )
    if attempted(form, lambda: change_ages(by=request.principal, place_id=place.id, **form.cleaned_data)):
        messages.success(request, "The ages are saved. What has ended by age ends within the hour.")
        return redirect("admin_ages")
    sentence = "Until when a parent acts for a child by themselves, and from when on that is looked at each year."
    back = Link("Back to organisations", reverse("administration"))
    return show_form(request, form, FormPage("Children and parents", "Save", back, sentence))


administration_urls = [
    path("admin/", administration, name="administration"),
    path("admin/neighbourhoods/", admin_neighbourhoods, name="admin_neighbourhoods"),
    path("admin/ages/", admin_ages, name="admin_ages"),
    path("admin/organisations/new/", admin_new_organisation, name="admin_new_organisation"),
    path("admin/organisations/<uuid:organisation_id>/", admin_organisation, name="admin_organisation"),
    path(
        "admin/organisations/<uuid:organisation_id>/change/",
        admin_change_organisation,
        name="admin_change_organisation",
    ),
]


def _matching(organisations: QuerySet[Organisation], filters: OrganisationFilter) -> QuerySet[Organisation]:
    if not filters.is_valid():
        return organisations
    if query := filters.cleaned_data["q"].strip():
        organisations = organisations.filter(Q(name__icontains=query) | Q(ods_code__iexact=query))
    if kind := filters.cleaned_data["kind"]:
        organisations = organisations.filter(kind=kind)
    return organisations


def _pages(request: MemberRequest, after: str, shown: list[Organisation]) -> Pagination:
    query = request.GET.copy()
    query.pop("after", None)
    start = reverse("administration")
    first = Link("From the beginning", f"{start}?{query.urlencode()}") if after else None
    if len(shown) <= PAGE:
        return Pagination(previous=first)
    query["after"] = shown[PAGE - 1].name
    return Pagination(previous=first, next=Link(f"Next {PAGE}", f"{start}?{query.urlencode()}"))


def _place(principal: Principal) -> Place:
    """The place that they administer as a whole; 404 for administrators of one organisation."""
    if not administers_place(principal):
        raise Http404("Only for administrators of the partnership")
    return administered.place_of(principal)


def _toolkit(organisation: Organisation) -> str:
    if not organisation.toolkit_status:
        return ""
    return f"{organisation.get_toolkit_status_display()}, {organisation.toolkit_year}"


def _agreement(organisation: Organisation) -> str:
    """From when until when; that it has ended, or ends soon, is said."""
    first, last, today = organisation.agreement_starts_on, organisation.agreement_ends_on, clock.today()
    said = [f"from {dates.day(first)}" if first else "", f"until {dates.day(last)}" if last else ""]
    words = " ".join(part for part in said if part)
    if last and last < today:
        words = f"{words}: it has ended"
    elif last and last <= today + administered.ENDS_SOON:
        words = f"{words}: it ends soon"
    return words[:1].upper() + words[1:]


def _facts(organisation: Organisation) -> DefinitionRows:
    neighbourhood = organisation.neighbourhood
    return DefinitionRows(
        (
            Row("Name", organisation.name),
            Row("Kind", organisation.get_kind_display()),
            Row("ODS code", organisation.ods_code or "None"),
            Row("Neighbourhood", neighbourhood.name if neighbourhood else "The whole place"),
            Row("Phone", organisation.phone or "Not known"),
            Row("Address", organisation.address or "Not known"),
            Row("Email", organisation.email or "Not known"),
            Row("Sites", ", ".join(organisation.site_codes) or "None"),
            Row("Part of", organisation.parent.name if organisation.parent else "No other organisation"),
            Row("Data Security and Protection Toolkit", _toolkit(organisation) or "Not known"),
            Row("Data sharing agreement", _agreement(organisation) or "No days are known"),
            Row("Whom others ask about privacy", organisation.privacy_contact or "Its privacy officers here"),
        )
    )

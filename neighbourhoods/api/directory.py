"""Organisations, neighbourhoods, teams and services of the client's place, and the caseloads of its own teams."""

from typing import Any
from uuid import UUID

from django.db.models import Case, QuerySet, Value, When
from rest_framework.response import Response

from carecoord import audit
from carecoord.api.operations import operation
from carecoord.api.paging import page_of
from carecoord.api.problems import not_found
from carecoord.api.shapes import Shape, columns_of
from neighbourhoods.api.endpoint import Endpoint
from neighbourhoods.api.shapes import (
    CaseloadShape,
    NeighbourhoodShape,
    OrganisationQuery,
    OrganisationShape,
    PersonShape,
    ServiceQuery,
    ServiceShape,
    TeamQuery,
    TeamShape,
)
from neighbourhoods.directory import (
    Search,
    find_services,
    neighbourhoods_of_place,
    organisations_of_place,
    services_of_place,
    teams_of_place,
)
from neighbourhoods.models import CaseloadEntry, Team, TeamKind
from neighbourhoods.principal import Principal

BY_NAME = ("name", "id")


class DirectoryEndpoint(Endpoint):
    """Nobody's record is in the directory: nothing of it is written into the audit."""

    def first(self, rows: QuerySet[Any], of: UUID) -> Response:
        found = rows.filter(id=of).first()
        if found is None:
            raise not_found()
        return self.one(found)

    def listed(self, rows: QuerySet[Any], shape: type[Shape]) -> Response:
        return self.page(rows.values(*columns_of(shape)), shape, order=BY_NAME)

    def filtered(self, rows: QuerySet[Any], **names: str) -> QuerySet[Any]:
        """`names`: filter of the address, and the column it is about."""
        return rows.filter(**{column: self.asked[name] for name, column in names.items() if name in self.asked})


class Organisations(DirectoryEndpoint):
    @operation("List organisations", page=OrganisationShape, query=OrganisationQuery)
    def get(self, _request: object) -> Response:
        return self.listed(self.filtered(organisations_of_place(self.by), kind="kind"), OrganisationShape)


class OneOrganisation(DirectoryEndpoint):
    shape = OrganisationShape

    @operation("Read an organisation", answer=OrganisationShape)
    def get(self, _request: object, organisation_id: UUID) -> Response:
        return self.first(organisations_of_place(self.by), organisation_id)


class Neighbourhoods(DirectoryEndpoint):
    @operation("List neighbourhoods", page=NeighbourhoodShape)
    def get(self, _request: object) -> Response:
        return self.listed(neighbourhoods_of_place(self.by), NeighbourhoodShape)


class OneNeighbourhood(DirectoryEndpoint):
    shape = NeighbourhoodShape

    @operation("Read a neighbourhood", answer=NeighbourhoodShape)
    def get(self, _request: object, neighbourhood_id: UUID) -> Response:
        return self.first(neighbourhoods_of_place(self.by), neighbourhood_id)


def _teams(by: Principal) -> QuerySet[Team]:
    """With the kind as partner systems know it."""
    care = When(kind=TeamKind.VOLUNTEERS, then=Value(TeamKind.CARE.value))
    return teams_of_place(by).annotate(kind_told=Case(care, default="kind"))


class Teams(DirectoryEndpoint):
    @operation("List teams", page=TeamShape, query=TeamQuery)
    def get(self, _request: object) -> Response:
        rows = self.filtered(_teams(self.by), organisation="organisation_id")
        return self.listed(rows, TeamShape)


class OneTeam(DirectoryEndpoint):
    shape = TeamShape

    @operation("Read a team", answer=TeamShape)
    def get(self, _request: object, team_id: UUID) -> Response:
        return self.first(_teams(self.by), team_id)


class Services(DirectoryEndpoint):
    @operation("List services", page=ServiceShape, query=ServiceQuery)
    def get(self, _request: object) -> Response:
        """Services to refer to, and groups to point somebody to (`accepts_referrals: false`)."""
        rows = find_services(self.by, Search(self.asked.get("q", "")))
        filtered = self.filtered(rows, organisation="organisation_id", accepts_referrals="accepts_referrals")
        return self.listed(filtered, ServiceShape)


class OneService(DirectoryEndpoint):
    shape = ServiceShape

    @operation("Read a service", answer=ServiceShape)
    def get(self, _request: object, service_id: UUID) -> Response:
        return self.first(services_of_place(self.by), service_id)


class Caseload(Endpoint):
    @operation("List a team's caseload", page=CaseloadShape)
    def get(self, _request: object, team_id: UUID) -> Response:
        """Whom the team has now. Of the client's own teams only; any other is 404."""
        if not self.by.acts_for(team_id):
            raise not_found()
        entries = CaseloadEntry.objects.visible_to(self.by).filter(team_id=team_id, ended_at=None)
        columns = [*columns_of(CaseloadShape), "sort_name", *(f"resident__{name}" for name in columns_of(PersonShape))]
        page = page_of(entries.values(*columns), self.request, order=("sort_name", "id"))
        if page.rows:
            residents = [row["resident_id"] for row in page.rows]
            audit.looked("caseload.viewed", by=self.by, about=("team", team_id), residents=residents)
        return self.page_with(page, CaseloadShape)

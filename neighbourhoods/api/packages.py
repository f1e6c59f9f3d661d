"""Care packages: asked for, arranged, running, suspended, ended."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from rest_framework.response import Response

from carecoord import audit
from carecoord.api.operations import operation
from carecoord.api.paging import page_of
from carecoord.api.problems import not_found
from neighbourhoods.api.care_shapes import (
    CarePackageFacts,
    CarePackageQuery,
    CarePackageShape,
    NewCarePackage,
    PackageMove,
    PackageReason,
)
from neighbourhoods.api.endpoint import Endpoint
from neighbourhoods.api.naming import fields_named
from neighbourhoods.models import CarePackage
from neighbourhoods.models.packages import PackageQuerySet
from neighbourhoods.principal import Principal
from neighbourhoods.services import PackageFacts, change_package, facts_of_package, move_package, request_package

# Of whom the client sees, with one or two each: fewer are read one by one.
FEW = 1_000
FILTERS = {"resident": "resident_id", "team": "team_id", "status": "status"}
PROBLEMS = (403, 412)
ON_PAGES = {"hours": "minutes_per_week"}


class PackageEndpoint(Endpoint):
    shape = CarePackageShape

    def read(self, package_id: UUID) -> CarePackage:
        found = _shown(self.by).filter(id=package_id).first()
        if found is None:
            raise not_found()
        return found

    def locked(self, package_id: UUID) -> CarePackage:
        rows = CarePackage.objects.select_for_update(of=("self",)).visible_to(self.by)
        if not rows.filter(id=package_id).exists():
            raise not_found()
        return self.read(package_id)

    def moved(self, package_id: UUID, verb: str) -> Response:
        package = self.locked(package_id)
        if self.names_a_version:
            self.require_match(package)
        move_package(by=self.by, package_id=package_id, verb=verb, **self.given)
        return self.one(self.read(package_id))


class CarePackages(PackageEndpoint):
    @operation("List care packages", page=CarePackageShape, query=CarePackageQuery)
    def get(self, _request: object) -> Response:
        """Of residents in relationship, whoever arranges them, ended ones too; the newest first."""
        filters = {column: self.asked[name] for name, column in FILTERS.items() if name in self.asked}
        page = page_of(_shown(self.by).filter(self.own(FEW), **filters), self.request, order=("-id",))
        if page.rows and (resident_id := self.asked.get("resident")):
            audit.looked("care.viewed", by=self.by, resident_id=resident_id, about=("resident", resident_id))
        elif page.rows:
            audit.looked("care.listed", by=self.by, residents=sorted({row.resident_id for row in page.rows}))
        return self.page_with(page, CarePackageShape)

    @operation(
        "Ask for a care package, or write one down",
        answer=CarePackageShape,
        status=201,
        body=NewCarePackage,
        examples={
            "asked for": {
                "resident": "0190a000-0000-7000-8000-000000000018",
                "name": "Reablement after hospital",
                "kind": "reablement",
                "minutes_per_week": 420,
                "starts_on": "2026-12-01",
            },
            "one that runs": {
                "resident": "0190a000-0000-7000-8000-000000000018",
                "name": "Morning and evening calls",
                "kind": "home_care",
                "provider_name": "Kind Hands",
                "visits_per_week": 14,
                "is_running": True,
            },
        },
    )
    def post(self, _request: object) -> Response:
        """`team` arranges it, and is told when it stands still for too long."""
        with fields_named(ON_PAGES):
            package = request_package(
                by=self.by,
                resident_id=self.given["resident"],
                team_id=self.acting_team(),
                facts=PackageFacts(**_facts(self.given)),
                is_running=self.given.get("is_running", False),
            )
        return self.one(self.read(package.id), at=reverse("api:care_package", args=[package.id]))


class OneCarePackage(PackageEndpoint):
    @operation("Read a care package", answer=CarePackageShape)
    def get(self, _request: object, package_id: UUID) -> Response:
        package = self.read(package_id)
        audit.looked("care.viewed", by=self.by, resident_id=package.resident_id, about=("care_package", package.id))
        return self.one(package)

    @operation(
        "Change a care package",
        answer=CarePackageShape,
        body=CarePackageFacts,
        problems=(403,),
        examples={"more hours": {"minutes_per_week": 630, "is_double_handed": True}},
    )
    def patch(self, _request: object, package_id: UUID) -> Response:
        """For the team that arranges it, and the organisation that provides it or wrote it down."""
        with transaction.atomic():
            package = self.locked(package_id)
            self.require_match(package)
            facts = replace(facts_of_package(package), **_facts(self.given))
            with fields_named(ON_PAGES):
                change_package(by=self.by, package_id=package_id, version=package.version, facts=facts)
        return self.one(self.read(package_id))


class Arrange(PackageEndpoint):
    @operation(
        "Say that it is arranged", answer=CarePackageShape, body=PackageMove, problems=PROBLEMS, examples={"now": {}}
    )
    def post(self, _request: object, package_id: UUID) -> Response:
        return self.moved(package_id, "arrange")


class Start(PackageEndpoint):
    @operation(
        "Say that it has started",
        answer=CarePackageShape,
        body=PackageMove,
        problems=PROBLEMS,
        examples={"on Saturday": {"on": "2026-11-21"}},
    )
    def post(self, _request: object, package_id: UUID) -> Response:
        """Once it is said who provides it."""
        return self.moved(package_id, "start")


class Suspend(PackageEndpoint):
    @operation(
        "Suspend a care package",
        answer=CarePackageShape,
        body=PackageReason,
        problems=PROBLEMS,
        examples={"usual": {"reason": "With her daughter for two weeks"}},
    )
    def post(self, _request: object, package_id: UUID) -> Response:
        """For everybody around the resident; the team that arranges it is told."""
        return self.moved(package_id, "suspend")


class Restart(PackageEndpoint):
    @operation(
        "Say that it runs again", answer=CarePackageShape, body=PackageMove, problems=PROBLEMS, examples={"now": {}}
    )
    def post(self, _request: object, package_id: UUID) -> Response:
        return self.moved(package_id, "restart")


class End(PackageEndpoint):
    @operation(
        "End a care package",
        answer=CarePackageShape,
        body=PackageReason,
        problems=PROBLEMS,
        examples={"usual": {"reason": "Manages alone again"}},
    )
    def post(self, _request: object, package_id: UUID) -> Response:
        return self.moved(package_id, "end")


def _path(verb: str, endpoint: type[PackageEndpoint]) -> URLPattern:
    return path(f"care-packages/<uuid:package_id>/{verb}/", endpoint.as_view(), name=f"{verb}_package")


MOVES = [
    _path("arrange", Arrange),
    _path("start", Start),
    _path("suspend", Suspend),
    _path("restart", Restart),
    _path("end", End),
]


def _facts(given: Mapping[str, Any]) -> dict[str, Any]:
    """An organisation of the directory, or a name: whichever is given takes the place of the other."""
    facts = {name: value for name, value in given.items() if name in PackageFacts.__dataclass_fields__}
    if "provider" in given:
        facts["provider_id"] = given["provider"]
    if facts.get("provider_id"):
        return facts | {"provider_name": ""}
    return ({"provider_id": None} | facts) if facts.get("provider_name") else facts


def _shown(by: Principal) -> PackageQuerySet:
    return CarePackage.objects.visible_to(by).select_related("provider", "recorded_by_organisation")

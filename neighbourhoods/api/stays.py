"""Stays: coming to and leaving a care home, a hospital, a hospice or rehabilitation."""

from collections.abc import Callable
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
from carecoord.api.shapes import Nothing
from carecoord.api.words import action_name
from neighbourhoods.api.care_shapes import Discharge, NewStay, StayFacts, StayInError, StayQuery, StayShape
from neighbourhoods.api.endpoint import Endpoint
from neighbourhoods.models import Stay
from neighbourhoods.models.stays import StayQuerySet
from neighbourhoods.principal import Principal
from neighbourhoods.services import StayFacts as Facts
from neighbourhoods.services import admit, change_stay, discharge, enter_stay_in_error, meet_step

# Of whom the client sees, with a few stays each: fewer are read one by one.
FEW = 1_000
PROBLEMS = (403, 412)


class StayEndpoint(Endpoint):
    shape = StayShape

    def read(self, stay_id: UUID) -> Stay:
        found = _shown(self.by).filter(id=stay_id).first()
        if found is None:
            raise not_found()
        return found

    def locked(self, stay_id: UUID) -> Stay:
        if not Stay.objects.select_for_update(of=("self",)).visible_to(self.by).filter(id=stay_id).exists():
            raise not_found()
        return self.read(stay_id)

    def moved(self, stay_id: UUID, service: Callable[..., Any], **given: Any) -> Response:
        stay = self.locked(stay_id)
        if self.names_a_version:
            self.require_match(stay)
        service(by=self.by, stay_id=stay_id, **given)
        return self.one(self.read(stay_id))


class Stays(StayEndpoint):
    @operation("List stays", page=StayShape, query=StayQuery)
    def get(self, _request: object) -> Response:
        """Of residents in relationship, ended ones too; what was written down last comes first. Of restricted residents
        no stay is told."""
        rows, resident_id = _shown(self.by).filter(self.own(FEW)), self.asked.get("resident")
        if resident_id:
            rows = rows.filter(resident_id=resident_id)
        page = page_of(rows, self.request, order=("-id",))
        if page.rows and resident_id:
            audit.looked("care.viewed", by=self.by, resident_id=resident_id, about=("resident", resident_id))
        elif page.rows:
            audit.looked("care.listed", by=self.by, residents=sorted({row.resident_id for row in page.rows}))
        return self.page_with(page, StayShape)

    @operation(
        "Write down that somebody has come to stay",
        answer=StayShape,
        status=201,
        body=NewStay,
        examples={
            "in a care home": {
                "resident": "0190a000-0000-7000-8000-000000000018",
                "kind": "care_home",
                "organisation_name": "Elm House",
                "room": "Room 12",
                "admitted_at": "2026-11-20T10:30:00Z",
            }
        },
    )
    def post(self, _request: object) -> Response:
        """Every active care package of theirs is suspended with it. In a care home a clock of seven working days runs,
        until assessment and plan are there."""
        given = {name: value for name, value in self.given.items() if name not in ("resident", "team", "organisation")}
        facts = Facts(**given, organisation_id=self.given.get("organisation"))
        stay = admit(by=self.by, resident_id=self.given["resident"], facts=facts, team_id=self.acting_team())
        return self.one(self.read(stay.id), at=reverse("api:stay", args=[stay.id]))


class OneStay(StayEndpoint):
    @operation("Read a stay", answer=StayShape)
    def get(self, _request: object, stay_id: UUID) -> Response:
        stay = self.read(stay_id)
        audit.looked("care.viewed", by=self.by, resident_id=stay.resident_id, about=("stay", stay.id))
        return self.one(stay)

    @operation(
        "Change a stay",
        answer=StayShape,
        body=StayFacts,
        examples={"another room": {"room": "Room 3", "expected_discharge_on": "2026-12-04"}},
    )
    def patch(self, _request: object, stay_id: UUID) -> Response:
        """Another room, or another day on which they are expected to leave."""
        with transaction.atomic():
            stay = self.locked(stay_id)
            self.require_match(stay)
            known = {name: self.given.get(name, getattr(stay, name)) for name in ("room", "expected_discharge_on")}
            change_stay(by=self.by, stay_id=stay_id, **known)
        return self.one(self.read(stay_id))


class DischargeStay(StayEndpoint):
    @operation(
        "Say that they have left",
        answer=StayShape,
        body=Discharge,
        problems=PROBLEMS,
        examples={"home again": {"destination": "home"}},
    )
    def post(self, _request: object, stay_id: UUID) -> Response:
        """Home again, the teams that arranged suspended care packages are asked to start them. Back in a care home
        where a bed was kept, its clock begins again. Of whoever died there the death is written down with it, and the
        teams around are told. Saying so twice changes nothing."""
        return self.moved(stay_id, discharge, **self.given)


class MeetAssessment(StayEndpoint):
    @operation(
        "Say that the assessment is done", answer=StayShape, body=Nothing, problems=PROBLEMS, examples={"now": {}}
    )
    def post(self, _request: object, stay_id: UUID) -> Response:
        """In a care home, as of now. Saying so twice changes nothing."""
        return self.moved(stay_id, meet_step, step="assessment")


class MeetPlan(StayEndpoint):
    @operation("Say that the plan is made", answer=StayShape, body=Nothing, problems=PROBLEMS, examples={"now": {}})
    def post(self, _request: object, stay_id: UUID) -> Response:
        """In a care home, as of now. Saying so twice changes nothing."""
        return self.moved(stay_id, meet_step, step="plan")


class EnterInError(StayEndpoint):
    @operation(
        "Mark a stay as entered in error",
        answer=StayShape,
        body=StayInError,
        problems=PROBLEMS,
        examples={"usual": {"reason": "It was for somebody else."}},
    )
    def post(self, _request: object, stay_id: UUID) -> Response:
        """For the organisation that wrote it. What was suspended for it is asked to start again."""
        return self.moved(stay_id, enter_stay_in_error, **self.given)


def _path(verb: str, endpoint: type[StayEndpoint]) -> URLPattern:
    return path(f"stays/<uuid:stay_id>/{action_name(verb)}/", endpoint.as_view(), name=f"{verb}_stay")


MOVES = [
    _path("discharge", DischargeStay),
    _path("meet_assessment", MeetAssessment),
    _path("meet_plan", MeetPlan),
    _path("enter_in_error", EnterInError),
]


def _shown(by: Principal) -> StayQuerySet:
    return Stay.objects.visible_to(by).select_related("organisation", "recorded_by_organisation")

"""Sheila, on the nurses' caseload, with a plan; and the same seen by the carers' team of another organisation."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from carecoord import clock
from careplans import services
from careplans.models import Action, CarePlan, Goal
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Level, Resident, Source
from neighbourhoods.services import open_relationship


@dataclass
class Shared:
    """Shorthands that act as one person each time."""

    world: object
    resident: Resident
    plan: CarePlan

    def as_(self, name, service, /, **given):
        person = getattr(self.world, name)
        with acting_as(person):
            return getattr(services, service)(by=person, **given)

    def action(self, by="nurse", **given) -> Action:
        person = getattr(self.world, by)
        facts = {"resident_id": self.resident.id, "title": "Ring the supplier", "team_id": person.team_ids[0]} | given
        return self.as_(by, "create_action", **facts)

    def goal(self, **given) -> Goal:
        facts = {"title": "Get back to the allotment", "importance": 9, "confidence": 4} | given
        return self.as_("nurse", "add_goal", plan_id=self.plan.id, **facts)

    def write(self, body, *, by="nurse", key="people", version=0, in_own_words=True):
        return self.as_(
            by, "write_section", plan_id=self.plan.id, key=key, body=body, version=version, in_own_words=in_own_words
        )

    def agree(self, *, by="nurse", **given):
        facts = {
            "version": self.plan.version,
            "agreed_with_resident": True,
            "agreed_with": "",
            "agreed_on": clock.today(),
            "review_due_on": clock.today() + timedelta(days=90),
            "review_team_id": self.world.nursing.id,
        } | given
        return self.as_(by, "agree_plan", plan_id=self.plan.id, **facts)


@pytest.fixture
def shared(world):
    return shared_plan(world)


def shared_plan(world):
    resident = world.resident()
    with acting_as(world.nurse):
        plan = services.create_plan(by=world.nurse, resident_id=resident.id)
        open_relationship(
            resident_id=resident.id,
            team_id=world.carers.id,
            level=Level.RECORD,
            source=Source.REFERRAL,
            source_id=plan.id,
        )
    return Shared(world, resident, plan)

"""Two people of a team at once with one resident, where transactions really commit."""

import pytest
from django.db import transaction

from carecoord.errors import RuleError
from carecoord.ids import new_id
from careplans.models import PlanDraft
from careplans.services import Slot, create_action, create_plan, end_draft, keep_draft
from neighbourhoods.gate import acting_as
from neighbourhoods.models import CaseloadEntry
from neighbourhoods.services import end_caseload_entry, take_on
from tests.races import second_is_told

pytestmark = pytest.mark.running


def test_of_two_who_take_somebody_on_at_once_both_have_one_entry(running_world):
    world = running_world
    sheila = world.resident(on_caseload=False)

    def taken_by(name):
        with acting_as(world.people[name]) as by:
            return take_on(by=by, resident_id=sheila.id, team_id=world.nursing.id, reason="Leg ulcer")

    second = second_is_told(lambda: taken_by("nurse"), lambda: taken_by("second_nurse"))
    assert CaseloadEntry.objects.get(resident=sheila) == second


def test_a_lead_team_cannot_leave_beside_somebody_who_opens_something(running_world):
    world = running_world
    sheila = world.resident()
    entry = CaseloadEntry.objects.get(resident=sheila)

    def open_something():
        with acting_as(world.nurse) as by:
            create_action(by=by, resident_id=sheila.id, title="Dressing", team_id=world.nursing.id)

    def leave():
        with acting_as(world.second_nurse) as by:
            end_caseload_entry(by=by, entry=entry, reason="Healed")

    problem = second_is_told(open_something, leave)
    assert isinstance(problem, RuleError)
    assert problem.sentence.endswith("something is open for Sheila. Hand over first, or finish it.")


def test_what_is_saved_while_the_page_still_keeps_its_draft_is_saved(running_world):
    world = running_world
    sheila, opening = world.resident(), new_id()
    with acting_as(world.nurse) as by:
        create_plan(by=by, resident_id=sheila.id)
    slot = Slot.named(sheila.id, "section", "people")

    def keep():
        with acting_as(world.nurse) as by:
            keep_draft(by=by, slot=slot, typed={"body": "Ken"}, opening=opening)

    def save():
        with acting_as(world.nurse) as by, transaction.atomic():
            return end_draft(by=by, slot=slot, opening=opening)

    assert second_is_told(keep, save) is True
    draft = PlanDraft.objects.get(resident=sheila)
    assert (draft.typed, draft.ended_opening) == ({}, opening)

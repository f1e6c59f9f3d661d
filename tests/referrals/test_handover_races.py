"""Two people at once, where transactions really commit: one wins, the other is told, nothing is half moved."""

from datetime import timedelta

import pytest
from django.db import transaction

from carecoord import clock
from carecoord.audit.models import AuditEntry
from carecoord.errors import IllegalMove
from careplans.models import Action
from neighbourhoods.gate import acting_as
from neighbourhoods.services.teams import create_team, end_team
from referrals.models import Handover
from referrals.services.handovers import offer_handover, return_ended_handovers, withdraw_handover
from tests.races import beside, second_is_told
from tests.referrals.handovers import (
    accepted,
    action,
    drafted,
    ken_on_the_ward,
    offered,
    open_relationships,
    resident_entries,
)

pytestmark = pytest.mark.running


@pytest.fixture
def ken(running_world):
    return ken_on_the_ward(running_world)


def test_of_two_who_accept_at_once_one_wins_and_the_other_is_told(running_world, ken):
    world = running_world
    cushion = action(world, ken)
    handover = offered(world, ken, items=[cushion])
    problem = second_is_told(
        lambda: accepted(world, handover),
        lambda: accepted(world, handover, by=world.second_nurse),
    )
    assert isinstance(problem, IllegalMove)
    assert problem.sentence.startswith("Nurse accepted this today at")
    assert AuditEntry.objects.filter(verb="handover.accepted", about_id=handover.id).count() == 1
    assert Action.objects.get(id=cushion.id).accountable_team == world.nursing
    assert resident_entries(ken) == [("Millbrook Community Nursing", True)]


def test_accepting_what_is_being_withdrawn_moves_nothing(running_world, ken):
    world = running_world
    cushion = action(world, ken)
    handover = offered(world, ken, items=[cushion])

    def withdraw():
        with acting_as(world.ward_nurse):
            withdraw_handover(by=world.ward_nurse, handover_id=handover.id, reason="He stays")

    problem = second_is_told(withdraw, lambda: accepted(world, handover))
    assert isinstance(problem, IllegalMove)
    assert problem.sentence == "Ward 7 has withdrawn this handover. Nothing moved."
    assert Action.objects.get(id=cushion.id).accountable_team == world.ward
    assert {team for team, _, _ in open_relationships(ken)} == {"Ward 7"}


def test_withdrawing_what_is_being_accepted_is_refused(running_world, ken):
    world = running_world
    handover = offered(world, ken)

    def withdraw():
        with acting_as(world.ward_nurse):
            withdraw_handover(by=world.ward_nurse, handover_id=handover.id, reason="He stays")

    problem = second_is_told(lambda: accepted(world, handover), withdraw)
    assert isinstance(problem, IllegalMove)
    assert Handover.objects.get(id=handover.id).status == "closed"


def test_a_handover_to_a_team_that_is_being_closed_is_not_offered(running_world, ken):
    world = running_world
    with acting_as(world.admin):
        closing = create_team(by=world.admin, organisation=world.charity, name="Closes in a second")
    handover = drafted(world, ken, to_team_id=closing.id, kind="team")

    def offer():
        with acting_as(world.ward_nurse):
            offer_handover(by=world.ward_nurse, handover_id=handover.id)

    def close():
        with acting_as(world.admin):
            end_team(by=world.admin, team_id=closing.id, reason="Merged")

    problem = second_is_told(close, offer)
    assert problem.sentence == "Closes in a second has been closed. Choose another team."
    assert Handover.objects.get(id=handover.id).status == "draft"


def test_of_two_workers_that_sweep_at_once_only_one_returns_a_handover(running_world, ken):
    world = running_world
    ends = clock.now() + timedelta(hours=1)
    accepted(world, offered(world, ken, kind="out_of_hours", ends_at=ends))
    later = ends + timedelta(minutes=1)
    with transaction.atomic():
        list(Handover.objects.select_for_update().filter(status="accepted"))
        assert beside(lambda: return_ended_handovers(now=later)).result(timeout=20) == 0
    assert return_ended_handovers(now=later) == 1
    assert return_ended_handovers(now=later) == 0

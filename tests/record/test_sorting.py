"""What came by import and has no team of its own yet stands on the worklist of the team that received it."""

from datetime import date

import pytest
from django.urls import reverse

from careplans.services import create_action, sort_action
from neighbourhoods.gate import acting_as
from neighbourhoods.services import Identity, register_resident
from tests.statements import at_most

pytestmark = pytest.mark.django_db
NESTED = 2


def ada(world):
    return Identity("Ada", "Moss", birth_date=date(1940, 3, 4), nhs_number=next(world.numbers))


def imported(world, title, resident=None):
    team_id = world.place.front_door_id
    with acting_as(world.front_door):
        resident = resident or register_resident(by=world.front_door, identity=ada(world), team_id=team_id)
        return create_action(
            by=world.front_door, resident_id=resident.id, title=title, team_id=team_id, needs_sorting=True
        )


def page(client):
    answer = client.get(reverse("to_sort"))
    return answer.content.decode() if answer.status_code == 200 else answer.status_code


def test_what_is_to_be_sorted_stands_on_the_list_until_it_is_sorted(world, signed_in):
    action = imported(world, "Inhaler check")
    client = signed_in("front_door")
    assert "Inhaler check" in page(client)
    assert reverse("action_detail", args=[action.id]) in page(client)
    with acting_as(world.front_door):
        sort_action(by=world.front_door, action_id=action.id, team_id=world.nursing.id)
    assert "Nothing is waiting to be sorted." in page(client)


def test_nobody_elses_list_has_it_and_a_role_without_residents_has_no_list(world, signed_in):
    imported(world, "Inhaler check")
    assert "Inhaler check" not in page(signed_in("nurse"))
    assert page(signed_in("privacy")) == 404


@pytest.mark.parametrize("number", [3, 30])
def test_the_list_takes_the_same_statements_however_long_it_is(world, signed_in, number):
    for index in range(number):
        imported(world, f"Check {index}")
    client = signed_in("front_door")
    page(client)
    with at_most(8 + NESTED):
        page(client)

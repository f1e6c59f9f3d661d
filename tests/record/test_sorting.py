"""What came by import and has no team of its own yet stands on the worklist of the team that received it."""

from datetime import date

import pytest
from django.urls import reverse

from carecoord.audit.models import AuditEntry
from carecoord.errors import RuleError
from carecoord.outbox.models import OutboxMessage
from careplans.services import create_action, sort_action
from neighbourhoods.gate import acting_as
from neighbourhoods.models import CaseloadEntry, Resident, Source
from neighbourhoods.services import Identity, register_resident, say_nothing_to_sort, sort_resident
from neighbourhoods.sorting import people_to_sort
from tests.shortening import thoroughly
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


@pytest.mark.parametrize("number", [3, *thoroughly(30)])
def test_the_list_takes_the_same_statements_however_long_it_is(world, signed_in, number):
    for index in range(number):
        imported(world, f"Check {index}")
    client = signed_in("front_door")
    page(client)
    with at_most(8 + NESTED):
        page(client)


@pytest.fixture
def brought(world):
    """Ada, whom an import left with the front door with nothing open for her."""
    with acting_as(world.front_door) as by:
        team_id = world.place.front_door_id
        return register_resident(by=by, identity=ada(world), team_id=team_id, source=Source.IMPORT)


def sees(principal, resident):
    with acting_as(principal):
        return Resident.objects.visible_to(principal).filter(id=resident.id).exists()


def waits(world, who="front_door"):
    principal = getattr(world, who)
    with acting_as(principal):
        return list(people_to_sort(principal))


def address(resident):
    return reverse("resident_sort", args=[resident.id])


def placing(world, **more):
    return {"place": "1", "team": str(world.nursing.id), "reason": "Known for leg ulcers"} | more


def test_somebody_imported_with_nothing_open_stands_on_the_list_of_the_team_that_received_them(
    world, signed_in, brought
):
    assert (waits(world), waits(world, "nurse")) == ([brought], [])
    text = page(signed_in("front_door"))
    assert "MOSS, Ada" in text
    assert "Nothing is open for them." in text
    assert address(brought) in text
    assert "MOSS, Ada" not in page(signed_in("nurse"))


def test_whoever_came_with_something_open_stands_there_once_as_that(world, signed_in, brought):
    imported(world, "Inhaler check", brought)
    text = page(signed_in("front_door"))
    assert (text.count("MOSS, Ada"), "Inhaler check" in text, waits(world)) == (1, True, [])


def test_whoever_was_registered_by_hand_is_not_to_be_sorted(world):
    with acting_as(world.front_door) as by:
        register_resident(by=by, identity=ada(world), team_id=world.place.front_door_id)
    assert waits(world) == []


def test_placing_somebody_with_a_team_puts_them_on_its_caseload_and_off_the_list(world, signed_in, brought):
    client = signed_in("front_door")
    assert "Nothing to sort for this person" in client.get(address(brought)).content.decode()
    answer = client.post(address(brought), placing(world), follow=True)
    assert "Ada is on the caseload of Millbrook Community Nursing now." in answer.content.decode()
    assert "Nothing is waiting to be sorted." in answer.content.decode()
    entry = CaseloadEntry.objects.get(resident=brought)
    assert (entry.team, entry.is_lead, entry.reason) == (world.nursing, True, "Known for leg ulcers")
    assert sees(world.nurse, brought)
    told = AuditEntry.objects.get(verb="resident.sorted", resident_id=brought.id)
    assert (told.actor_id, told.reason) == (world.front_door.actor_id, "Known for leg ulcers")
    assert told.detail == {"team_id": str(world.nursing.id), "from_team_id": str(world.place.front_door_id)}
    assert OutboxMessage.objects.filter(topic="resident.sorted").count() == 1


def test_the_import_opens_the_record_no_more_once_another_team_has_them(world, brought):
    Resident.objects.filter(id=brought.id).update(neighbourhood=world.millbrook)
    world_sees = sees(world.front_door, brought)
    with acting_as(world.front_door) as by:
        say_unplaced_is_over(brought)
        sort_resident(by=by, resident_id=brought.id, team_id=world.nursing.id, reason="Theirs")
    assert (world_sees, sees(world.front_door, brought), sees(world.nurse, brought)) == (True, False, True)


def say_unplaced_is_over(resident):
    """The front door also sees whoever is in no neighbourhood; that reason ends when they are placed in one."""
    resident.relationships.filter(source_kind=Source.FRONT_DOOR).update(ended_at=resident.created_at)


def test_choosing_ones_own_team_takes_them_on(world, brought):
    with acting_as(world.front_door) as by:
        sort_resident(by=by, resident_id=brought.id, team_id=world.place.front_door_id, reason="Ours")
    assert waits(world) == []
    assert sees(world.front_door, brought)


def test_with_nothing_to_sort_somebody_comes_off_the_list_and_nobody_has_them(world, signed_in, brought):
    say_unplaced_is_over(brought)
    answer = signed_in("front_door").post(address(brought), {"nothing": "1"}, follow=True)
    assert "Ada is off the list: there was nothing to sort." in answer.content.decode()
    assert waits(world) == []
    assert not sees(world.front_door, brought)
    assert not CaseloadEntry.objects.exists()
    assert AuditEntry.objects.filter(verb="resident.nothing_to_sort", actor_id=world.front_door.actor_id).count() == 1


def test_what_is_decided_is_not_decided_again(world, signed_in, brought):
    client = signed_in("front_door")
    client.post(address(brought), placing(world, team=str(world.place.front_door_id)))
    for again in ({"nothing": "1"}, placing(world)):
        answer = client.post(address(brought), again, follow=True)
        assert "Ada is sorted already." in answer.content.decode()
    with acting_as(world.front_door) as by, pytest.raises(RuleError, match="sorted already"):
        say_nothing_to_sort(by=by, resident_id=brought.id)
    assert CaseloadEntry.objects.get().team == world.place.front_door


@pytest.mark.parametrize(("given", "sentence"), [({"reason": ""}, "Say why"), ({"team": ""}, "Choose a team")])
def test_a_place_without_a_team_or_a_reason_is_asked_for_again(world, signed_in, brought, given, sentence):
    answer = signed_in("front_door").post(address(brought), placing(world, **given))
    assert (answer.status_code, sentence in answer.content.decode()) == (422, True)
    assert not CaseloadEntry.objects.exists()


def test_only_a_team_with_residents_of_the_same_place_can_be_chosen(world, signed_in, brought):
    privacy = world.privacy.team_ids[0]
    assert signed_in("front_door").post(address(brought), placing(world, team=str(privacy))).status_code == 422
    with acting_as(world.front_door) as by, pytest.raises(RuleError, match="Choose a team that has residents"):
        sort_resident(by=by, resident_id=brought.id, team_id=privacy, reason="Theirs")


def test_somebody_elses_list_is_nobodys_to_sort(world, signed_in, brought):
    client = signed_in("nurse")
    assert client.get(address(brought)).status_code == 403
    assert client.post(address(brought), {"nothing": "1"}).status_code == 404
    assert waits(world) == [brought]


@pytest.mark.parametrize("number", [3, *thoroughly(30)])
def test_a_list_of_people_takes_the_same_statements_however_long_it_is(world, signed_in, number):
    with acting_as(world.front_door) as by:
        for _ in range(number):
            register_resident(by=by, identity=ada(world), team_id=world.place.front_door_id, source=Source.IMPORT)
    client = signed_in("front_door")
    page(client)
    with at_most(9 + NESTED):
        page(client)

"""A team that is given something by sorting hears of it: it is responsible from that moment."""

from datetime import date

import pytest
from django.core import mail
from django.urls import reverse

from carecoord.alerts.models import Alert
from carecoord.outbox.models import OutboxMessage
from carecoord.outbox.tasks import relay
from careplans.services import create_action, sort_action
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Source
from neighbourhoods.services import Identity, register_resident, sort_resident

pytestmark = pytest.mark.django_db


def imported(world, *, title=""):
    """Somebody whom an import left with the front door; with a title, with that to do."""
    team_id, by = world.place.front_door_id, world.front_door
    ada = Identity("Ada", "Moss", birth_date=date(1940, 3, 4), nhs_number=next(world.numbers))
    with acting_as(by):
        resident = register_resident(by=by, identity=ada, team_id=team_id, source=Source.IMPORT)
        if title:
            return create_action(by=by, resident_id=resident.id, title=title, team_id=team_id, needs_sorting=True)
        return resident


def relayed():
    relay()
    assert not OutboxMessage.objects.waiting().exists()


def test_the_team_chosen_for_an_action_reads_a_notice_that_leads_to_it(world, signed_in):
    action = imported(world, title="Inhaler check")
    with acting_as(world.front_door):
        sort_action(by=world.front_door, action_id=action.id, team_id=world.nursing.id)
    relayed()
    alert = Alert.objects.get(kind="action.sorted")
    assert (alert.team_id, alert.about_id, alert.due_at) == (world.nursing.id, action.id, None)
    nurse = signed_in("nurse")
    assert "An action was given to your team" in nurse.get(reverse("alerts")).content.decode()
    assert nurse.get(reverse("alert_open", args=[alert.id])).url == reverse("action_detail", args=[action.id])
    assert all("Ada" not in one.body + one.subject for one in mail.outbox)


def test_the_team_chosen_for_a_person_reads_a_notice_that_leads_to_the_record(world, signed_in):
    ada = imported(world)
    with acting_as(world.front_door):
        sort_resident(by=world.front_door, resident_id=ada.id, team_id=world.nursing.id, reason="Theirs")
    relayed()
    alert = Alert.objects.get(kind="resident.sorted")
    assert (alert.team_id, alert.about_id, alert.resident_id) == (world.nursing.id, ada.id, ada.id)
    nurse = signed_in("nurse")
    assert "A person was given to your team" in nurse.get(reverse("alerts")).content.decode()
    assert nurse.get(reverse("alert_open", args=[alert.id])).url == reverse("resident_record", args=[ada.id])


def test_who_keeps_what_came_is_told_nothing(world):
    action, ada, front_door = imported(world, title="Inhaler check"), imported(world), world.place.front_door_id
    with acting_as(world.front_door):
        sort_action(by=world.front_door, action_id=action.id, team_id=front_door)
        sort_resident(by=world.front_door, resident_id=ada.id, team_id=front_door, reason="Ours")
    relayed()
    assert not Alert.objects.filter(kind__in=["action.sorted", "resident.sorted"]).exists()

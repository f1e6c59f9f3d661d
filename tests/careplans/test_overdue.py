"""What becomes overdue is told to its team, in its working hours, once for all of it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.urls import reverse

from carecoord import clock
from carecoord.alerts.escalation import fire_due_rungs
from carecoord.alerts.models import Alert
from carecoord.delivery.models import Delivery
from carecoord.outbox.models import OutboxMessage
from carecoord.outbox.tasks import relay
from careplans.services import create_action, move_action
from careplans.services.overdue import tell_overdue_actions
from neighbourhoods.gate import acting_as

pytestmark = pytest.mark.django_db
WEDNESDAY = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def promised(world, due_on, title="Visit", who=None):
    sheila = getattr(world, "sheila", None) or world.resident()
    world.sheila = sheila
    with acting_as(world.nurse) as by, clock.at(datetime(2026, 11, 20, 9, 0, tzinfo=UTC)):
        return create_action(
            by=by,
            resident_id=sheila.id,
            title=title,
            team_id=world.nursing.id,
            due_on=due_on,
            assigned_to_id=who.membership_id if who else None,
        )


def told(at):
    with clock.at(at):
        number = tell_overdue_actions()
        relay()
    return number


def standing():
    return Alert.objects.open().filter(kind="actions.overdue")


def test_handover_rule_12_an_overdue_action_alerts_its_team_once(world):
    promised(world, date(2026, 11, 24)), promised(world, date(2026, 11, 23), "Weigh her")
    assert told(WEDNESDAY) == 1
    assert told(WEDNESDAY + timedelta(hours=1)) == 0
    alert = standing().get()
    assert (alert.team, alert.about, alert.resident_id) == (world.nursing, ("team", world.nursing.id), None)


def test_what_is_due_today_is_not_overdue(world):
    promised(world, date(2026, 11, 25)), promised(world, None)
    assert told(WEDNESDAY) == 0


def test_nobody_is_told_while_the_team_is_closed(world):
    promised(world, date(2026, 11, 24))
    assert told(WEDNESDAY.replace(hour=5)) == 0
    assert told(WEDNESDAY) == 1


def test_what_becomes_overdue_later_is_told_again_and_replaces_what_was_told(world):
    promised(world, date(2026, 11, 24)), promised(world, date(2026, 11, 25))
    assert (told(WEDNESDAY), told(WEDNESDAY + DAY)) == (1, 1)
    assert standing().count() == 1
    assert Alert.objects.filter(kind="actions.overdue").count() == 2


def names_told(level):
    alert = standing().get()
    emails = Delivery.objects.filter(about_id=alert.id, cause=f"alert:{alert.id}:{level}")
    return sorted(emails.values_list("recipient__name", flat=True))


def climbed(at):
    with clock.at(at):
        return fire_due_rungs()


def test_whoever_has_undertaken_it_is_told_first_then_the_team_and_then_its_lead(world):
    promised(world, date(2026, 11, 24), who=world.nurse)
    told(WEDNESDAY)
    assert standing().get().named_id == world.nurse.membership_id
    assert names_told(0) == ["Nurse"]
    assert climbed(WEDNESDAY + timedelta(hours=1, minutes=59)) == 0
    assert climbed(WEDNESDAY + timedelta(hours=2)) == 1
    assert names_told(1) == ["Lead", "Nurse", "Second Nurse"]
    assert climbed(WEDNESDAY + timedelta(hours=4)) == 1
    assert names_told(2) == ["Lead"]
    assert climbed(WEDNESDAY + timedelta(days=30)) == 0


def test_several_people_have_one_alert_and_each_is_told_once(world):
    for number in range(3):
        promised(world, date(2026, 11, 24), f"Visit {number}", who=world.nurse)
    promised(world, date(2026, 11, 23), who=world.second_nurse)
    told(WEDNESDAY)
    assert names_told(0) == ["Nurse", "Second Nurse"]
    assert standing().get().named_id is None


def test_what_nobody_in_particular_has_undertaken_is_told_to_the_team_as_well(world):
    promised(world, date(2026, 11, 24), who=world.nurse), promised(world, date(2026, 11, 24), "Weigh her")
    told(WEDNESDAY)
    assert names_told(0) == ["Lead", "Nurse", "Second Nurse"]


def test_of_what_was_told_before_nobody_is_named_again(world):
    promised(world, date(2026, 11, 24), who=world.nurse), promised(world, date(2026, 11, 25), who=world.second_nurse)
    told(WEDNESDAY)
    told(WEDNESDAY + DAY)
    assert names_told(0) == ["Second Nurse"]


def test_the_alert_is_answered_when_nothing_is_overdue_any_more(world):
    actions = [promised(world, date(2026, 11, 24), title, who=world.nurse) for title in ("Visit", "Weigh her")]
    told(WEDNESDAY)
    for action in actions:
        assert told(WEDNESDAY + timedelta(minutes=30)) == 0
        assert standing().count() == 1
        with acting_as(world.nurse) as by, clock.at(WEDNESDAY + timedelta(minutes=40)):
            move_action(by=by, action_id=action.id, verb="complete")
    told(WEDNESDAY + timedelta(hours=1))
    assert not standing().exists()
    assert climbed(WEDNESDAY + timedelta(hours=5)) == 0
    promised(world, date(2026, 11, 24), "Found late")
    assert told(WEDNESDAY + timedelta(hours=6)) == 1


def test_what_has_been_done_is_not_told(world):
    action = promised(world, date(2026, 11, 24))
    with acting_as(world.nurse) as by:
        move_action(by=by, action_id=action.id, verb="complete")
    assert told(WEDNESDAY) == 0
    assert not OutboxMessage.objects.filter(topic="actions.overdue").exists()


def test_the_alert_leads_to_everything_that_is_overdue(world, signed_in):
    promised(world, date(2026, 11, 20), "Ring about the frame")
    told(WEDNESDAY)
    client = signed_in("nurse")
    response = client.get(reverse("alert_open", args=[standing().get().id]), follow=True)
    assert response.redirect_chain[-1][0] == "/actions/?days=overdue&whose=all"
    assert signed_in("outsider").get(reverse("team_overdue", args=[world.nursing.id])).status_code == 404


def test_a_worker_tells_on_its_sweep_in_its_own_role(world):
    promised(world, date(2026, 11, 24))
    with clock.at(WEDNESDAY), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL ROLE app_system")
        assert tell_overdue_actions() == 1
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL ROLE NONE")
    assert OutboxMessage.objects.get(topic="actions.overdue").about_id == world.nursing.id

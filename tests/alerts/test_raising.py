"""News becomes an alert: who is told, once, whatever the number of people."""

import pytest

from carecoord import clock
from carecoord.alerts.models import Alert, AlertRecipient
from carecoord.alerts.services import raise_alert
from carecoord.delivery.models import Delivery
from carecoord.ids import new_id
from carecoord.outbox.models import OutboxMessage
from carecoord.outbox.tasks import _relay_next
from neighbourhoods.models import Role
from neighbourhoods.services import end_membership
from tests.alerts.offers import MONDAY_9, facts, offered_event, raised, told
from tests.shortening import thoroughly
from tests.statements import at_most

pytestmark = pytest.mark.django_db


def test_every_live_member_of_the_team_is_told_at_once_and_nobody_else(world):
    end_membership(by=world.admin, membership_id=world.second_nurse.membership_id, reason="Left")
    alert = raised(world)
    assert told(alert) == ["Lead", "Nurse"]
    assert alert.state == "waiting"
    assert list(alert.rungs.values_list("level", "told_count")) == [(0, 2)]
    assert alert.escalation_level == 0


def test_each_person_gets_one_email_that_names_no_resident(world):
    sheila = world.resident()
    alert = raised(world, resident=sheila, is_urgent=True)
    emails = list(Delivery.objects.filter(about_id=alert.id))
    assert {email.recipient_id for email in emails} == {
        world.nurse.actor_id,
        world.second_nurse.actor_id,
        world.lead.actor_id,
    }
    assert {email.subject for email in emails} == {"CareCoord: 1 thing is waiting for your team"}
    assert {email.line for email in emails} == {"1 thing is waiting for your team in CareCoord (handover, urgent)."}
    assert {email.path for email in emails} == {f"/alerts/{alert.id}/"}


def test_the_same_message_again_tells_nobody_twice(world):
    cause = new_id()
    about = ("handover", new_id())
    raised(world, cause_id=cause, about=about)
    assert raise_alert(facts=facts(world, about=about), cause_id=cause) is None
    assert Alert.objects.filter(about_id=about[1]).count() == 1
    assert AlertRecipient.objects.filter(alert__about_id=about[1]).count() == 3
    assert Delivery.objects.count() == 3


def test_an_offer_to_an_empty_team_is_told_to_the_front_door_at_once(world):
    end_membership(by=world.admin, membership_id=world.gp.membership_id, reason="Left")
    alert = raised(world, team=world.surgery)
    assert told(alert) == []
    at_the_door = Alert.objects.get(cause_id=alert.cause_id, team=world.place.front_door)
    assert at_the_door.kind == "handover.offered.not_answered"
    assert at_the_door.resident_id is None
    assert told(at_the_door) == ["Front Door"]
    assert list(alert.rungs.values_list("level", "told_count")) == [(0, 1)]


def test_a_notice_to_an_empty_team_waits_for_whoever_comes(world):
    end_membership(by=world.admin, membership_id=world.gp.membership_id, reason="Left")
    notice = raised(world, team=world.surgery, kind="handover.declined", hours=None)
    assert list(notice.rungs.values_list("level", "told_count")) == [(0, 0)]
    assert not Alert.objects.exclude(id=notice.id).filter(cause_id=notice.cause_id).exists()


def test_an_alert_of_a_kind_without_words_is_refused(world):
    with pytest.raises(KeyError):
        raise_alert(facts=facts(world, kind="moon.risen"), cause_id=new_id())
    assert not Alert.objects.exists()


def test_the_first_rung_to_come_is_half_of_the_time_allowed(world):
    with clock.at(MONDAY_9):
        alert = raised(world, hours=4)
    assert alert.next_rung_at == MONDAY_9.replace(hour=11)


def test_rungs_of_what_is_not_urgent_run_on_the_working_calendar_of_the_team(world):
    friday_16 = MONDAY_9.replace(day=20, hour=16)
    with clock.at(friday_16):
        alert = raised(world, due_at=MONDAY_9.replace(hour=17), by_the_clock=False)
    # Two hours are left on Friday and nine on Monday: half of eleven hours has passed on Monday at 11:30.
    assert alert.next_rung_at == MONDAY_9.replace(hour=11, minute=30)


@pytest.mark.parametrize("members", [3, *thoroughly(40)])
def test_an_offer_takes_eight_statements_however_many_people_are_told(world, members):
    for number in range(members - 3):
        world.add_person(f"nurse_{number}", world.community, Role.NURSE, [world.nursing])
    event = offered_event(world)
    OutboxMessage.objects.exclude(id=event.message_id).delete()
    with at_most(8):
        assert _relay_next()
    alert = Alert.objects.get(about_id=event.about_id)
    assert alert.recipients.count() == Delivery.objects.filter(about_id=alert.id).count() == members

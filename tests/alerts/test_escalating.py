"""An unanswered alert climbs its ladder: each rung exactly once, in order, to the people it is for."""

from datetime import timedelta

import pytest
from django.db import connection

from carecoord import clock
from carecoord.alerts import escalation
from carecoord.alerts.digests import send_digests
from carecoord.alerts.escalation import fire_due_rungs
from carecoord.alerts.models import Alert
from carecoord.alerts.services import acknowledge_alert, resolve_alerts_about
from carecoord.delivery.models import Delivery
from carecoord.outbox.models import OutboxMessage
from neighbourhoods.gate import acting_as
from neighbourhoods.services import end_membership
from tests.alerts.offers import MONDAY_9, raised, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def offer(world):
    """To the nursing team, from the ward, Monday 09:00 to 13:00."""
    with clock.at(MONDAY_9):
        return raised(world, hours=4)


def fire_at(hours):
    with clock.at(MONDAY_9 + timedelta(hours=hours)):
        return fire_due_rungs()


def levels(alert):
    return list(alert.rungs.values_list("level", "told_count"))


def emails_at(alert, level):
    return set(Delivery.objects.filter(cause=f"alert:{alert.id}:{level}").values_list("recipient__name", flat=True))


def acknowledge(world, alert, who="nurse", hours=1):
    person = world.people[who]
    with clock.at(MONDAY_9 + timedelta(hours=hours)), acting_as(person):
        return acknowledge_alert(by=person, alert_id=alert.id)


def test_nothing_fires_before_its_time(offer):
    assert fire_at(1.9) == 0
    assert levels(offer) == [(0, 3)]


def test_at_half_the_time_everybody_in_the_team_is_reminded(offer):
    assert fire_at(2) == 1
    assert levels(offer) == [(0, 3), (1, 3)]
    assert emails_at(offer, 1) == {"Nurse", "Second Nurse", "Lead"}


def test_at_the_deadline_the_lead_is_told(offer):
    fire_at(2)
    assert fire_at(4) == 1
    assert levels(offer)[-1] == (2, 1)
    assert emails_at(offer, 2) == {"Lead"}
    offer.refresh_from_db()
    assert offer.escalation_level == 2


def test_at_120_per_cent_the_senders_lead_is_told_and_the_sender_has_an_alert_of_its_own(world, offer):
    fire_at(2), fire_at(4)
    assert fire_at(4.8) == 1
    theirs = Alert.objects.get(cause_id=offer.cause_id, team=world.ward)
    assert theirs.kind == "handover.offered.not_answered"
    assert theirs.about == offer.about
    assert told(theirs) == ["Ward Lead"]
    assert emails_at(theirs, 3) == {"Ward Lead"}
    assert theirs.next_rung_at is None


def test_at_150_per_cent_the_front_door_is_told_without_the_resident(world):
    with clock.at(MONDAY_9):
        offer = raised(world, hours=4, resident=world.resident())
    fire_at(6)
    theirs = Alert.objects.get(cause_id=offer.cause_id, team=world.place.front_door)
    assert told(theirs) == ["Front Door"]
    assert theirs.resident_id is None
    assert theirs.sending_team == world.nursing
    offer.refresh_from_db()
    assert offer.next_rung_at is None


def test_a_late_sweep_fires_all_that_was_missed_in_order_and_a_second_sweep_fires_nothing(offer):
    assert fire_at(100) == 4
    assert [level for level, _ in levels(offer)] == [0, 1, 2, 3, 4]
    assert fire_at(101) == 0
    assert Delivery.objects.filter(recipient__name="Lead").count() == 1
    with clock.at(MONDAY_9 + timedelta(hours=101)):
        send_digests()
    said = Delivery.objects.filter(recipient__name="Lead").order_by("id")
    assert [one.subject for one in said] == [
        "CareCoord: 1 thing is waiting for your team",
        "CareCoord: 1 thing for your team was not answered in time",
    ]


def test_acknowledging_stops_the_reminder_and_nothing_else(world, offer):
    acknowledge(world, offer)
    assert fire_at(3.9) == 0
    assert fire_at(100) == 3
    assert [level for level, _ in levels(offer)] == [0, 2, 3, 4]


def test_an_answer_ends_the_ladder_and_the_alerts_of_every_team(world, offer):
    fire_at(4.8)
    assert resolve_alerts_about(offer.about) == 2
    assert fire_at(100) == 0
    assert set(Alert.objects.filter(about_id=offer.about_id).values_list("state", "next_rung_at")) == {
        ("resolved", None)
    }


def left(world, *names):
    with clock.at(MONDAY_9):
        for name in names:
            end_membership(by=world.admin, membership_id=world.people[name].membership_id, reason="Left")


def test_a_team_without_a_lead_is_told_as_a_whole_at_the_deadline(world, offer):
    left(world, "lead")
    fire_at(4)
    assert levels(offer) == [(0, 3), (1, 2), (2, 2)]
    assert emails_at(offer, 2) == {"Nurse", "Second Nurse"}


def test_a_team_that_has_emptied_is_replaced_by_the_front_door_at_the_deadline(world, offer):
    left(world, "nurse", "second_nurse", "lead")
    fire_at(4)
    assert levels(offer) == [(0, 3), (1, 0), (2, 1)]
    theirs = Alert.objects.get(cause_id=offer.cause_id, team=world.place.front_door)
    assert told(theirs) == ["Front Door"]


def test_a_team_that_asked_itself_tells_no_sender(world):
    with clock.at(MONDAY_9):
        shift = raised(world, sender=world.nursing)
    fire_at(100)
    assert levels(shift)[3] == (3, 0)
    assert Alert.objects.filter(cause_id=shift.cause_id).count() == 2


def test_the_front_door_as_receiver_is_told_on_its_own_alert(world):
    with clock.at(MONDAY_9):
        offer = raised(world, team=world.place.front_door)
    fire_at(6)
    assert not Alert.objects.filter(cause_id=offer.cause_id, team=world.place.front_door).exclude(id=offer.id).exists()
    assert emails_at(offer, 4) == {"Front Door"}


def test_the_senders_alert_stands_until_answered_also_when_acknowledged(world, offer):
    fire_at(4.8)
    theirs = Alert.objects.get(cause_id=offer.cause_id, team=world.ward)
    acknowledge(world, theirs, who="ward_nurse", hours=5)
    assert Alert.objects.of(world.ward_nurse).standing().get() == theirs
    resolve_alerts_about(offer.about)
    assert not Alert.objects.of(world.ward_nurse).standing().exists()


def test_a_rung_waits_while_the_relay_holds_fresh_news_of_the_item(world, offer):
    news = OutboxMessage.objects.create(topic="handover.accepted", about_type="handover", about_id=offer.about_id)
    assert fire_at(5) == 0
    news.attempts = 1
    news.save()
    assert fire_at(5) == 3


def test_an_alert_that_fails_stops_no_other(world, offer, monkeypatch):
    with clock.at(MONDAY_9):
        second = raised(world, hours=5)

    def break_first(alert, rung, *, is_late):
        if alert.id == offer.id:
            raise RuntimeError("broken")
        return 0

    monkeypatch.setattr(escalation, "_tell_audience", break_first)
    assert fire_at(100) == 4
    assert [level for level, _ in levels(offer)] == [0]
    assert [level for level, _ in levels(second)] == [0, 1, 2, 3, 4]


def test_urgent_alerts_are_swept_first_however_long_the_others_have_been_due(world, offer):
    with clock.at(MONDAY_9 + timedelta(hours=10)):
        urgent = [raised(world, hours=hours, is_urgent=True) for hours in (5, 4)]
    with clock.at(MONDAY_9 + timedelta(hours=12.6)):
        assert fire_due_rungs(most=2) == 2
        assert [levels(alert)[1:] for alert in (offer, *urgent)] == [[], [(1, 3)], [(1, 3)]]
        assert fire_due_rungs(most=1) == 1
    assert levels(offer)[1:] == [(1, 3)]


def test_a_sweep_ends_when_its_time_is_over_and_the_next_one_goes_on(offer, monkeypatch):
    monkeypatch.setattr(escalation, "LONGEST_RUN_SECONDS", 0)
    assert fire_at(100) == 0
    monkeypatch.undo()
    assert fire_at(100) == 4


def test_firing_again_what_has_fired_is_refused_by_the_database(offer):
    fire_at(2)
    Alert.objects.filter(id=offer.id).update(escalation_level=0, next_rung_at=MONDAY_9)
    assert fire_at(2) == 0
    assert levels(offer) == [(0, 3), (1, 3)]


def test_the_sweep_runs_as_the_workers_own_role(world, offer):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE app_system")
        assert fire_at(100) == 4
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("app_system",)
        cursor.execute("SET LOCAL ROLE NONE")

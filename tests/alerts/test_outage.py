"""A day without a worker: what was missed is caught up with, what is urgent first, and each person gets one message."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from carecoord import clock, outbox
from carecoord.alerts import escalation, telling
from carecoord.alerts.budget import CAUGHT_UP_WITHIN
from carecoord.alerts.digests import send_digests
from carecoord.alerts.escalation import fire_due_rungs
from carecoord.alerts.models import Alert, AlertRung, HeldMessage
from carecoord.delivery.models import Delivery, Mobile
from carecoord.ids import new_id
from carecoord.outbox import subscriptions
from carecoord.outbox.models import OutboxMessage
from carecoord.outbox.tasks import relay
from tests.alerts.offers import facts, raised

pytestmark = pytest.mark.django_db
# No day on which this may run, so that ids and clocks agree with nothing by chance.
BEFORE = datetime(2026, 12, 7, 9, tzinfo=UTC)
AFTER = BEFORE + timedelta(days=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def news(monkeypatch, world):
    """`test.asked` raises an alert of an offer, as the relay would have at the time it was said."""
    from carecoord.alerts.rules import alert_on

    monkeypatch.setitem(subscriptions._handlers, "test.asked", [])

    def asked(event):
        more = {"about": ("handover", event.about_id), "is_urgent": bool(event.ids.get("urgent"))}
        return facts(world, started_at=event.at, due_at=event.at + timedelta(hours=4), **more)

    alert_on("test.asked", asked)

    def say(*, is_urgent):
        outbox.publish("test.asked", about=("handover", new_id()), is_urgent=is_urgent, urgent=is_urgent)

    return say


@pytest.fixture
def outage(world, news):
    """Six alerts stood when the worker died, one of them urgent; six more things were said meanwhile."""
    OutboxMessage.objects.all().delete()  # of how the world was made
    with clock.at(BEFORE):
        for number in range(6):
            raised(world, hours=4 + number, is_urgent=number == 5)
    for number in range(6):
        with clock.at(BEFORE + timedelta(hours=number + 1)):
            news(is_urgent=number == 5)
    Delivery.objects.all().delete()


def caught_up():
    with clock.at(AFTER):
        relayed()
        while fire_due_rungs():
            pass


def relayed():
    """All of it, however slow the machine is."""
    while relay():
        pass


def test_each_person_gets_one_message_of_all_that_was_missed(outage):
    caught_up()
    assert not Delivery.objects.exists()
    with clock.at(AFTER + MINUTE):
        send_digests()
    found = Delivery.objects.filter(channel="email")
    assert Counter(one.recipient.name for one in found) == {
        "Nurse": 1, "Second Nurse": 1, "Lead": 1, "Ward Lead": 1, "Front Door": 1,
    }  # fmt: skip
    assert found.get(recipient__name="Nurse").subject == "CareCoord: 12 things are waiting for you, 2 urgent"
    assert not HeldMessage.objects.filter(ended_at=None).exists()


def test_every_rung_has_fired_once_and_in_order(outage):
    caught_up()
    for alert in Alert.objects.filter(kind="handover.offered"):
        assert list(alert.rungs.values_list("level", flat=True)) == [0, 1, 2, 3, 4]
    assert AlertRung.objects.count() == 12 * 5
    assert not Alert.objects.exclude(next_rung_at=None).exists()
    assert not OutboxMessage.objects.waiting().exists()


def test_what_is_urgent_is_told_before_anything_else(outage, monkeypatch):
    told = []
    first = telling.note_rung

    def noting(alert, rung, count):
        told.append(alert.is_urgent)
        first(alert, rung, count)

    monkeypatch.setattr(escalation, "note_rung", noting)
    monkeypatch.setattr("carecoord.alerts.services.note_rung", noting)
    with clock.at(AFTER):
        relayed()
        assert told == [True] + [False] * 5
        told.clear()
        while fire_due_rungs():
            pass
    assert told == sorted(told, reverse=True)
    assert told.count(True) == 8


def test_while_much_is_still_to_be_caught_up_with_only_what_is_urgent_is_said(outage):
    with clock.at(AFTER):
        relayed()
        fire_due_rungs(most=9)
    with clock.at(AFTER + MINUTE):
        send_digests()
        assert Delivery.objects.filter(recipient__name="Nurse").count() == 1
        fire_due_rungs()
    with clock.at(AFTER + 3 * MINUTE):
        send_digests()
    assert not HeldMessage.objects.filter(ended_at=None).exists()
    assert Counter(Delivery.objects.values_list("recipient__name", flat=True))["Nurse"] == 2


def test_nobody_waits_longer_than_ten_minutes_for_what_was_missed(world):
    OutboxMessage.objects.all().delete()
    with clock.at(BEFORE):
        raised(world), raised(world, hours=5)
    Delivery.objects.all().delete()
    with clock.at(AFTER):
        fire_due_rungs(most=1)
    with clock.at(AFTER + MINUTE):
        assert send_digests() == 0
    with clock.at(AFTER + MINUTE + CAUGHT_UP_WITHIN):
        assert send_digests() == 3


def test_a_mobile_is_texted_once_of_all_that_is_urgent(world, news):
    nurse = world.nurse.actor_id
    Mobile.objects.create(user_id=nurse, number="+447700900123", confirmed_at=BEFORE)
    for number in range(5):
        with clock.at(BEFORE + timedelta(hours=number)):
            news(is_urgent=True)
    caught_up()
    text = Delivery.objects.get(channel="sms")
    assert (text.subject, text.path) == ("CareCoord: something urgent is waiting", "/alerts/")

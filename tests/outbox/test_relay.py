"""Every message to its handlers, once, in the order of its item, however often something fails."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from carecoord import clock, outbox
from carecoord.ids import new_id
from carecoord.outbox import subscriptions
from carecoord.outbox.models import OutboxMessage
from carecoord.outbox.tasks import LONGEST_PAUSE, MOST_ATTEMPTS, relay

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.fixture
def heard(monkeypatch):
    """Events of `test.happened`, as a handler got them."""
    events = []
    monkeypatch.setitem(subscriptions._handlers, "test.happened", [])
    outbox.subscribe("test.happened", events.append)
    return events


@pytest.fixture
def failing(monkeypatch):
    """A handler of `test.breaks` that fails for the items in the set it returns."""
    broken, served = set(), []
    monkeypatch.setitem(subscriptions._handlers, "test.breaks", [])

    def handle(event):
        if event.about_id in broken:
            raise ValueError("a word of a resident")
        served.append(event.message_id)

    outbox.subscribe("test.breaks", handle)
    handle.broken, handle.served = broken, served
    return handle


def publish(topic="test.happened", about_id=None, **ids):
    return outbox.publish(topic, about=("thing", about_id or new_id()), **ids)


def test_a_message_reaches_its_handler_with_its_ids_and_is_then_delivered(heard):
    about, team = new_id(), new_id()
    message_id = publish(about_id=about, to_team_id=team, count=2)
    assert relay() == 1
    (event,) = heard
    assert (event.message_id, event.about_type, event.about_id) == (message_id, "thing", about)
    assert event.id_of("to_team_id") == team
    assert event.id_of("nothing") is None
    assert relay() == 0


def test_a_change_that_was_rolled_back_tells_nobody(heard):
    with transaction.atomic():
        publish()
        transaction.set_rollback(True)
    assert relay() == 0
    assert heard == []


def test_a_topic_nobody_wants_is_delivered_to_nobody(heard):
    publish("test.unheard")
    assert relay() == 1
    assert not OutboxMessage.objects.waiting().exists()


def test_a_failing_handler_leaves_no_trace_and_the_message_comes_again_later(failing):
    about = new_id()
    failing.broken.add(about)
    with clock.at(NOON):
        message_id = publish("test.breaks", about)
        assert relay() == 0
    message = OutboxMessage.objects.get(id=message_id)
    assert (message.attempts, message.failure, message.failed_at) == (1, "ValueError", None)
    assert message.next_attempt_at == NOON + timedelta(seconds=2)
    failing.broken.clear()
    with clock.at(NOON + timedelta(seconds=1)):
        assert relay() == 0
    with clock.at(NOON + timedelta(seconds=2)):
        assert relay() == 1
    assert failing.served == [message_id]


def test_a_message_that_fails_to_the_end_is_a_failure_that_stays_to_be_seen(failing):
    about = new_id()
    failing.broken.add(about)
    message_id = publish("test.breaks", about)
    for attempt in range(MOST_ATTEMPTS + 3):
        with clock.at(clock.now() + LONGEST_PAUSE * (attempt + 1)):
            relay()
    message = OutboxMessage.objects.get(id=message_id)
    assert message.attempts == MOST_ATTEMPTS
    assert message.failed_at is not None
    assert message.delivered_at is None


def test_one_item_that_fails_holds_up_no_other(failing, heard):
    about = new_id()
    failing.broken.add(about)
    publish("test.breaks", about)
    publish()
    assert relay() == 1
    assert len(heard) == 1


def test_news_of_one_item_keeps_its_order_also_when_the_first_fails(failing, heard):
    about = new_id()
    failing.broken.add(about)
    with clock.at(NOON):
        first = publish("test.breaks", about)
        publish("test.happened", about)
        assert relay() == 0
    assert heard == []
    failing.broken.clear()
    with clock.at(NOON + timedelta(seconds=10)):
        assert relay() == 2
    assert failing.served == [first]
    assert len(heard) == 1


def test_what_failed_to_the_end_no_longer_holds_up_what_follows(failing, heard):
    about = new_id()
    first = publish("test.breaks", about)
    publish("test.happened", about)
    OutboxMessage.objects.filter(id=first).update(failed_at=clock.now())
    assert relay() == 1
    assert len(heard) == 1


def test_subscribing_twice_is_once(heard):
    outbox.subscribe("test.happened", heard.append)
    publish()
    relay()
    assert len(heard) == 1

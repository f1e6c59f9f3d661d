"""What referrals tell other rooms: my day, the record's tabs, alerts."""

from datetime import datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from carecoord import clock
from carecoord.outbox import Event
from carecoord.outbox.models import OutboxMessage
from neighbourhoods.gate import acting_as
from referrals.alert_facts_referrals import referral_alert_facts, undone_alert_facts
from referrals.feeds_referrals import open_items, referrals_under
from referrals.services.referrals import Ask, accept_referral, cancel_referral, undo_acceptance
from tests.referrals.referral_steps import accepted, as_person, asked, completed, declined, second_service, sent

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")
TUESDAY = datetime(2026, 11, 24, 10, 0, tzinfo=LONDON)
URGENT = Ask(reason="Fell", urgency="urgent", urgency_reason="Alone tonight", no_known_risks=True)


def news(topic):
    """The last message of this topic, as a handler gets it."""
    message = OutboxMessage.objects.filter(topic=topic).latest("created_at")
    return Event(message.id, topic, message.about_type, message.about_id, message.created_at, message.payload)


def test_what_waits_for_my_team_comes_in_clock_order(world):
    with clock.at(TUESDAY):
        routine = sent(world, world.resident(given_name="Routine"))
        urgent = sent(world, world.resident(given_name="Urgent"), ask=URGENT)
        last = sent(world, world.resident(given_name="Last"))
        with acting_as(world.link_worker):
            assert list(referrals_under("waiting", world.link_worker)) == [urgent, routine, last]
        with acting_as(world.outsider):
            assert list(referrals_under("waiting", world.outsider)) == []


def test_outcomes_wait_for_their_sender(world):
    referral = completed(world, world.resident())
    with acting_as(world.nurse):
        assert list(referrals_under("outcomes", world.nurse)) == [referral]
    with acting_as(world.link_worker):
        assert list(referrals_under("outcomes", world.link_worker)) == []


def test_open_referrals_of_a_resident_are_counted_for_whoever_sees_them(world):
    sheila = world.resident()
    accepted(world, sheila)
    sent(world, sheila, service=second_service(world))
    with acting_as(world.nurse):
        assert len(open_items(world.nurse, sheila.id)) == 2
    with acting_as(world.outsider):
        assert not open_items(world.outsider, sheila.id)


def test_a_sent_referral_alerts_the_receiver_until_it_is_answered(world):
    with clock.at(TUESDAY):
        referral = sent(world, world.resident(), ask=URGENT)
        event = news("referral.sent")
        facts = referral_alert_facts(event)
    assert (facts.kind, facts.about, facts.team_id, facts.sending_team_id) == (
        "referral.sent", ("referral", referral.id), world.carers.id, world.nursing.id,
    )  # fmt: skip
    assert (facts.is_urgent, facts.by_the_clock, facts.due_at) == (True, True, referral.respond_by)
    as_person(world.link_worker, accept_referral, referral_id=referral.id)
    assert referral_alert_facts(event) is None


def test_a_routine_referral_runs_on_the_receivers_calendar(world):
    sent(world, world.resident())
    assert referral_alert_facts(news("referral.sent")).by_the_clock is False


@pytest.mark.parametrize(
    ("make", "topic"),
    [(asked, "referral.information_requested"), (declined, "referral.declined"), (completed, "referral.completed")],
)
def test_what_comes_back_alerts_the_sender_with_a_clock(world, make, topic):
    with clock.at(TUESDAY):
        make(world, world.resident())
        facts = referral_alert_facts(news(topic))
    assert (facts.team_id, facts.sending_team_id) == (world.nursing.id, world.carers.id)
    assert facts.due_at == datetime(2026, 11, 26, 17, 0, tzinfo=LONDON)


@pytest.mark.parametrize(("who", "told"), [("nurse", "carers"), ("link_worker", "nursing")])
def test_a_cancelled_one_is_told_to_the_other_side_without_a_clock(world, who, told):
    referral = accepted(world, world.resident())
    as_person(world.people[who], cancel_referral, referral_id=referral.id, reason_code="not_wanted")
    facts = referral_alert_facts(news("referral.cancelled"))
    assert (facts.team_id, facts.due_at) == (getattr(world, told).id, None)


def test_an_undone_acceptance_tells_the_sender_and_asks_the_receiver_again(world):
    referral = accepted(world, world.resident())
    as_person(world.link_worker, undo_acceptance, referral_id=referral.id)
    event = news("referral.acceptance_undone")
    assert referral_alert_facts(event).team_id == world.nursing.id
    again = undone_alert_facts(event)
    assert (again.kind, again.team_id) == ("referral.sent", world.carers.id)
    assert again.due_at is not None


def test_nobody_is_alerted_about_a_service_outside_or_a_referral_that_is_not_there(world):
    sent(world, world.resident(), service=second_service(world, team=None))
    assert referral_alert_facts(news("referral.sent")) is None
    assert referral_alert_facts(Event(uuid4(), "referral.sent", "referral", uuid4(), TUESDAY)) is None

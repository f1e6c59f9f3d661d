"""How many messages reach a person, and when: quiet hours, digests, what flaps. Alerts themselves wait for nobody."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carecoord import clock
from carecoord.alerts.budget import AT_ANY_HOUR, Digest, Hours, Waiting, digest_of, held_until, is_late, is_said_already
from carecoord.alerts.digests import send_digests
from carecoord.alerts.escalation import fire_due_rungs
from carecoord.alerts.hours import set_hours
from carecoord.alerts.models import HeldMessage, MessageHours
from carecoord.alerts.services import acknowledge_alert, mark_seen, resolve_alerts_about
from carecoord.audit.models import AuditEntry
from carecoord.delivery.models import Delivery
from carecoord.errors import RuleError
from carecoord.ids import new_id
from carecoord.outbox.models import OutboxMessage
from neighbourhoods.gate import acting_as
from tests.alerts.offers import MONDAY_9, raised, told

NIGHT = Hours(time(22), time(7))
HOURLY, DAILY = Hours(digest=Digest.HOURLY), Hours(digest=Digest.DAILY)
HOUR = timedelta(hours=1)


def at(hour, minute=0, day=23):
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


# --- the decision ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("hours", "now", "until"),
    [
        (AT_ANY_HOUR, at(3), None),
        (NIGHT, at(21, 59), None),
        (NIGHT, at(22), at(7, day=24)),
        (NIGHT, at(6, 59), at(7)),
        (NIGHT, at(7), None),
        (Hours(time(12), time(13)), at(12, 30), at(13)),
        (HOURLY, at(9), at(10)),
        (HOURLY, at(9, 59), at(10)),
        (DAILY, at(7), at(8)),
        (DAILY, at(8), at(8, day=24)),
        (Hours(time(22), time(7), Digest.HOURLY), at(21, 30), at(7, day=24)),
        (Hours(time(22), time(9), Digest.DAILY), at(20), at(9, day=24)),
    ],
)
def test_when_a_message_goes(hours, now, until):
    assert held_until(hours, now, is_urgent=False) == until


times = st.times().map(lambda one: one.replace(second=0, microsecond=0))
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))


@given(quiet=st.tuples(times, times), digest=st.sampled_from(Digest), digest_at=times, now=moments)
def test_nothing_waits_for_more_than_two_days_or_goes_in_quiet_hours_and_what_is_urgent_never_waits(
    quiet, digest, digest_at, now
):
    hours = Hours(*quiet, digest, digest_at)
    until = held_until(hours, now, is_urgent=False)
    assert held_until(hours, now, is_urgent=True) is None
    assert not hours.is_quiet(until or now) or quiet[0] == quiet[1]
    assert until is None or now < until <= now + timedelta(days=2, hours=1)


@pytest.mark.parametrize(
    ("hours", "is_urgent", "until"),
    [
        (AT_ANY_HOUR, False, at(3, 1)),
        (AT_ANY_HOUR, True, at(3, 1)),
        (NIGHT, True, at(3, 1)),
        (NIGHT, False, at(7)),
        (HOURLY, False, at(4)),
    ],
)
def test_what_was_missed_waits_a_minute_for_the_rest_of_it(hours, is_urgent, until):
    assert held_until(hours, at(3), is_urgent=is_urgent, is_late=True) == until


def test_late_is_half_an_hour():
    assert not is_late(at(9), at(9, 29))
    assert is_late(at(9), at(9, 30))
    assert not is_late(None, at(9))


def test_what_flaps_is_one_message_until_it_rests():
    assert not is_said_already(None, at(9), is_urgent=False)
    assert is_said_already(at(9), at(9, 29), is_urgent=False)
    assert not is_said_already(at(9), at(9, 30), is_urgent=False)
    assert not is_said_already(at(9), at(9, 1), is_urgent=True)


def test_a_digest_says_each_thing_once_and_nothing_that_is_over():
    one, other = new_id(), new_id()
    waiting = [Waiting("a", one), Waiting("a", one), Waiting("a", other, is_over=True), Waiting("b", one)]
    assert digest_of(waiting) == [Waiting("a", one), Waiting("b", one)]
    assert digest_of([Waiting("a", one, is_over=True)]) == []


# --- in the product -------------------------------------------------------------------------------------------------
pytest_db = pytest.mark.django_db


def says(world, who="nurse", quiet=(None, None), digest=Digest.AT_ONCE):
    with acting_as(world.people[who]) as by:
        return set_hours(by=by, quiet_from=quiet[0], quiet_until=quiet[1], digest=digest, digest_at=time(8))


def emails(world, who="nurse"):
    mine = Delivery.objects.filter(recipient_id=world.people[who].actor_id)
    return list(mine.order_by("id").values_list("line", flat=True))


def digests_at(moment):
    # What the world was made with is no news that was missed.
    OutboxMessage.objects.all().delete()
    with clock.at(moment):
        return send_digests()


@pytest_db
def test_in_quiet_hours_a_message_waits_and_the_alert_stands_on_the_page(world):
    says(world, quiet=(time(8), time(12)))
    with clock.at(MONDAY_9):
        alert = raised(world, hours=100)
    assert told(alert) == ["Lead", "Nurse", "Second Nurse"]
    assert (emails(world), len(emails(world, "lead"))) == ([], 1)
    assert digests_at(MONDAY_9 + 2 * HOUR) == 0
    assert digests_at(MONDAY_9 + 3 * HOUR) == 1
    assert digests_at(MONDAY_9 + 3 * HOUR) == 0
    assert emails(world) == ["1 thing is waiting for your team in CareCoord (handover)."]
    assert Delivery.objects.get(recipient_id=world.nurse.actor_id).path == f"/alerts/{alert.id}/"


@pytest_db
def test_what_is_urgent_comes_at_once(world):
    says(world, quiet=(time(0), time(23, 59)), digest=Digest.DAILY)
    with clock.at(MONDAY_9):
        raised(world, is_urgent=True)
    assert len(emails(world)) == 1


@pytest_db
def test_a_digest_counts_things_and_kinds_and_names_nobody(world):
    says(world, digest=Digest.DAILY)
    sheila = world.resident()
    with clock.at(MONDAY_9):
        for kind in ("handover.offered", "handover.offered", "referral.sent"):
            raised(world, kind=kind, resident=sheila, hours=100)
    assert digests_at(MONDAY_9.replace(hour=8, day=24)) == 1
    assert emails(world) == ["3 things are waiting for you in CareCoord (handover: 2, referral: 1)."]
    assert Delivery.objects.get(recipient_id=world.nurse.actor_id).path == "/alerts/"


@pytest_db
def test_there_is_no_empty_digest(world):
    says(world, digest=Digest.DAILY)
    with clock.at(MONDAY_9):
        answered, acknowledged, opened = (raised(world, hours=100) for _ in range(3))
    with clock.at(MONDAY_9 + HOUR):
        resolve_alerts_about(answered.about)
        with acting_as(world.lead) as lead:
            acknowledge_alert(by=lead, alert_id=acknowledged.id)
        with acting_as(world.nurse) as nurse:
            mark_seen(by=nurse, alert=opened)
    assert digests_at(MONDAY_9 + timedelta(days=1)) == 0
    assert emails(world) == []
    assert not HeldMessage.objects.filter(ended_at=None).exists()


@pytest_db
def test_at_the_deadline_a_lead_still_hears_of_what_somebody_has_acknowledged(world):
    says(world, "lead", digest=Digest.DAILY)
    with clock.at(MONDAY_9):
        alert = raised(world)
    with clock.at(MONDAY_9 + HOUR), acting_as(world.nurse) as nurse:
        acknowledge_alert(by=nurse, alert_id=alert.id)
    with clock.at(MONDAY_9 + 4 * HOUR):
        fire_due_rungs()
    digests_at(MONDAY_9 + timedelta(days=1))
    assert emails(world, "lead") == ["1 thing for your team was not answered in time in CareCoord (handover)."]


@pytest_db
def test_something_that_flaps_is_one_message_and_every_alert_stands_on_the_page(world):
    about = ("referral", new_id())
    for minute in (0, 20, 40):
        with clock.at(MONDAY_9 + timedelta(minutes=minute)):
            alert = raised(world, kind="referral.sent", about=about)
            assert told(alert) == ["Lead", "Nurse", "Second Nurse"]
            resolve_alerts_about(about)
    assert len(emails(world)) == 1
    with clock.at(MONDAY_9 + 2 * HOUR):
        raised(world, kind="referral.sent", about=about)
    assert len(emails(world)) == 2


@pytest_db
def test_what_flaps_and_is_urgent_is_said_each_time(world):
    about = ("referral", new_id())
    for minute in (0, 20):
        with clock.at(MONDAY_9 + timedelta(minutes=minute)):
            raised(world, kind="referral.sent", about=about, is_urgent=True)
    assert len(emails(world)) == 2


# --- the page -------------------------------------------------------------------------------------------------------
@pytest_db
def test_somebody_sets_their_hours_once_for_every_role(world, signed_in):
    client = signed_in("nurse")
    said = {"digest": "daily", "digest_at": "07:30", "quiet_from": "22:00", "quiet_until": "07:00"}
    assert client.post("/alerts/hours/", said).status_code == 302
    assert MessageHours.objects.get(user_id=world.nurse.actor_id).as_hours() == Hours(
        time(22), time(7), Digest.DAILY, time(7, 30)
    )
    assert AuditEntry.objects.filter(verb="message_hours.set", actor_id=world.nurse.actor_id).count() == 1
    page = client.get("/alerts/hours/").content.decode()
    assert 'value="22:00"' in page
    assert "What is urgent comes at once, at any hour." in page


@pytest_db
@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"quiet_from": "22:00"}, "Enter both times, or none"),
        ({"quiet_from": "22:00", "quiet_until": "22:00"}, "Enter a time other than"),
        ({"quiet_from": "late"}, "Enter a time, such as 22:00"),
        ({"digest": "yearly"}, "Choose again"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_typed_is_lost(world, signed_in, said, sentence):
    answer = signed_in("nurse").post("/alerts/hours/", {"digest": "hourly", "digest_at": "08:00"} | said)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not MessageHours.objects.exists()


@pytest_db
def test_hours_without_an_end_are_refused(world):
    with pytest.raises(RuleError, match="Enter both times"):
        says(world, quiet=(time(22), None))

"""Rows of alerts: what they say, in which order, in how many statements."""

from datetime import timedelta

import pytest

from carecoord import clock
from carecoord.alerts.escalation import fire_due_rungs
from carecoord.alerts.feeds import acknowledged_alerts, count_waiting, waiting_alerts
from carecoord.alerts.models import Alert
from carecoord.alerts.services import acknowledge_alert, resolve_alerts_about
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Team
from neighbourhoods.services import end_membership
from tests.alerts.offers import MONDAY_9, raised
from tests.shortening import thoroughly
from tests.statements import at_most

pytestmark = pytest.mark.django_db


@pytest.fixture
def sheila(world):
    return world.resident(nhs_number="9990000018")


@pytest.fixture
def offer(world, sheila):
    with clock.at(MONDAY_9):
        return raised(world, hours=4, resident=sheila, kind="handover.discharge")


def rows_at(person, hours, feed=waiting_alerts):
    with clock.at(MONDAY_9 + timedelta(hours=hours)), acting_as(person):
        return feed(person, limit=10).rows


def fire_at(hours):
    with clock.at(MONDAY_9 + timedelta(hours=hours)):
        fire_due_rungs()


def acknowledge(person, alert, hours):
    with clock.at(MONDAY_9 + timedelta(hours=hours)), acting_as(person):
        acknowledge_alert(by=person, alert_id=alert.id)


def test_a_new_alert_says_what_to_whom_when_and_who_is_told_next(world, offer):
    (row,) = rows_at(world.nurse, 1)
    assert row.what == "Going home from hospital"
    assert (row.resident.name, row.resident.born, row.resident.nhs_number) == (
        "HARTLEY, Sheila",
        "14-Mar-1948",
        "999 000 0018",
    )
    assert row.resident.url == f"/alerts/{offer.id}/"
    assert row.sentence == "Sent today 09:00. If nobody answers, Lead is told today at 13:00."
    assert (row.state, row.clock.state) == ("new", "on_time")
    assert row.acknowledge_url == f"/alerts/{offer.id}/acknowledge/"


def test_whoever_is_told_next_reads_that_as_you(world, offer):
    (row,) = rows_at(world.lead, 1)
    assert row.sentence == "Sent today 09:00. If nobody answers, you are told today at 13:00."
    fire_at(4)
    (row,) = rows_at(world.lead, 5)
    assert row.sentence == "Told you today 13:00 because nobody answered."


def test_the_words_of_the_clock_follow_the_time(world, offer):
    assert [rows_at(world.nurse, hours)[0].clock.state for hours in (2, 3.5, 4)] == ["on_time", "due_soon", "overdue"]


def test_a_team_without_a_lead_is_told_as_a_whole(world, offer):
    with clock.at(MONDAY_9):
        end_membership(by=world.admin, membership_id=world.lead.membership_id, reason="Left")
    (row,) = rows_at(world.nurse, 1)
    assert row.sentence == (
        "Sent today 09:00. If nobody answers, all of Millbrook Community Nursing are told today at 13:00."
    )


def test_tomorrow_is_a_date(world, sheila):
    with clock.at(MONDAY_9):
        raised(world, hours=24)
    assert (
        rows_at(world.nurse, 1)[0].sentence
        == "Sent today 09:00. If nobody answers, Lead is told on 24-Nov-2026 at 09:00."
    )


def test_an_unanswered_alert_turns_red_and_names_who_was_told(world, offer):
    fire_at(4)
    (row,) = rows_at(world.nurse, 4.5)
    assert (row.state, row.sentence) == ("escalated", "Told Lead today 13:00 because nobody answered.")


def test_the_sender_reads_who_has_not_answered_and_that_it_is_still_theirs(world, offer):
    with acting_as(world.ward_nurse):
        assert waiting_alerts(world.ward_nurse).rows == ()
    fire_at(4.8)
    (row,) = rows_at(world.ward_nurse, 5)
    assert (row.what, row.state, row.clock.state) == ("Going home, not accepted", "escalated", "overdue")
    assert row.sentence == (
        "Sent today 09:00. Told Ward Lead today 13:48 because Millbrook Community Nursing has not answered. "
        "It is still your team's until they answer."
    )


def test_the_front_door_reads_which_team_to_ring_and_no_resident(world, offer):
    fire_at(6)
    (row,) = rows_at(world.front_door, 6)
    assert row.resident is None
    assert row.url == f"/alerts/{Alert.objects.get(team=world.place.front_door).id}/"
    reference = Alert.objects.get(team=world.place.front_door).reference
    assert row.sentence.endswith(
        f"because Millbrook Community Nursing has not answered. Ring them. Reference {reference}."
    )


def test_the_front_door_reads_at_once_that_a_team_has_nobody(world):
    end_membership(by=world.admin, membership_id=world.gp.membership_id, reason="Left")
    with clock.at(clock.now() + timedelta(hours=1)):
        raised(world, team=world.surgery)
    with acting_as(world.front_door):
        (row,) = waiting_alerts(world.front_door).rows
    reference = Alert.objects.get(team=world.place.front_door).reference
    assert row.sentence.endswith(
        f"because Bridge Street team has nobody who can answer. Ring them. Reference {reference}."
    )


def test_an_acknowledged_alert_shows_who_and_leaves_my_day_until_its_deadline(world, offer):
    acknowledge(world.nurse, offer, 1)
    assert rows_at(world.nurse, 2) == ()
    assert rows_at(world.nurse, 2, acknowledged_alerts)[0].acknowledged == "Acknowledged by you, today 10:00"
    (row,) = rows_at(world.second_nurse, 2, acknowledged_alerts)
    assert (row.state, row.acknowledged, row.acknowledge_url) == (
        "acknowledged",
        "Acknowledged by Nurse, today 10:00",
        "",
    )
    fire_at(4)
    assert rows_at(world.nurse, 5)[0].acknowledged == "Acknowledged by you, today 10:00"
    assert rows_at(world.nurse, 5, acknowledged_alerts) == ()


def test_an_answered_alert_is_nowhere(world, offer):
    resolve_alerts_about(offer.about)
    assert rows_at(world.nurse, 1) == rows_at(world.nurse, 1, acknowledged_alerts) == ()


def test_an_access_alert_has_a_reference_and_no_resident(world):
    with clock.at(MONDAY_9):
        alert = raised(
            world,
            kind="relationship.claimed",
            hours=None,
            team=Team.objects.get(organisation=world.community, kind="privacy"),
        )
    (row,) = rows_at(world.privacy, 1)
    assert (row.resident, row.clock) == (None, None)
    assert row.sentence == f"Reference {alert.reference}. Sent today 09:00."


def test_unacknowledged_come_first_then_by_deadline_and_counts_go_beyond_the_rows(world):
    with clock.at(MONDAY_9):
        late, soon, taken = (raised(world, hours=hours) for hours in (8, 2, 1))
        notice = raised(world, kind="handover.declined", hours=None)
    acknowledge(world.nurse, taken, 0.1)
    fire_at(1)
    with clock.at(MONDAY_9 + timedelta(hours=1)), acting_as(world.nurse):
        feed = waiting_alerts(world.nurse, limit=2)
        everything = waiting_alerts(world.nurse, limit=9)
        assert count_waiting(world.nurse) == 3
    assert [row.key for row in everything.rows] == [str(one.id) for one in (soon, late, notice, taken)]
    assert (len(feed.rows), feed.waiting, feed.total) == (2, 3, 4)


@pytest.mark.parametrize("many", [3, *thoroughly(30)])
def test_rows_and_counts_take_two_statements_however_many_there_are(world, sheila, many):
    for _ in range(many):
        raised(world, resident=sheila)
    with acting_as(world.nurse), at_most(2):
        assert waiting_alerts(world.nurse, limit=50).waiting == many


def test_nobody_reads_the_alerts_of_another_team(world, offer):
    assert rows_at(world.outsider, 1) == rows_at(world.gp, 1) == ()

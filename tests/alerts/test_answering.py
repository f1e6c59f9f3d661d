"""Acknowledging, seeing, resolving and ending."""

from datetime import timedelta

import pytest

from carecoord import clock
from carecoord.alerts.models import Alert
from carecoord.alerts.services import acknowledge_alert, end_notices, mark_seen, resolve_alerts_about
from carecoord.audit.models import AuditEntry
from carecoord.errors import NotYours
from neighbourhoods.gate import acting_as
from tests.alerts.offers import MONDAY_9, raised

pytestmark = pytest.mark.django_db


def acknowledge(person, alert):
    with acting_as(person):
        return acknowledge_alert(by=person, alert_id=alert.id)


def test_the_first_acknowledgement_counts_and_a_second_changes_nothing(world):
    alert = raised(world)
    acknowledge(world.nurse, alert)
    again = acknowledge(world.lead, alert)
    assert again.acknowledged_by_id == world.nurse.membership_id
    assert again.version == 2
    entry = AuditEntry.objects.get(verb="alert.acknowledged")
    assert (entry.actor_id, entry.about_id) == (world.nurse.actor_id, alert.id)


def test_an_outsider_does_not_find_the_alert(world):
    alert = raised(world, resident=world.resident())
    with acting_as(world.outsider), pytest.raises(Alert.DoesNotExist):
        acknowledge_alert(by=world.outsider, alert_id=alert.id)
    alert.refresh_from_db()
    assert alert.state == "waiting"


def test_a_team_that_sees_the_resident_but_was_not_asked_may_not_acknowledge(world):
    sheila = world.resident()
    alert = raised(world, team=world.surgery, sender=world.nursing, resident=sheila)
    with acting_as(world.nurse), pytest.raises(NotYours):
        acknowledge_alert(by=world.nurse, alert_id=alert.id)
    alert.refresh_from_db()
    assert alert.state == "waiting"


def test_an_answered_alert_is_not_acknowledged_any_more(world):
    alert = raised(world)
    resolve_alerts_about(alert.about)
    assert acknowledge(world.nurse, alert).state == "resolved"
    assert not AuditEntry.objects.filter(verb="alert.acknowledged").exists()


def test_an_answer_spares_what_its_own_message_has_raised(world):
    asked = raised(world)
    notice = raised(world, about=asked.about, kind="handover.declined", team=world.ward, hours=None)
    assert resolve_alerts_about(asked.about, except_cause=notice.cause_id) == 1
    notice.refresh_from_db()
    assert notice.state == "waiting"


def test_an_answer_to_another_item_resolves_nothing(world):
    alert, other = raised(world), raised(world)
    resolve_alerts_about(other.about)
    alert.refresh_from_db()
    assert alert.state == "waiting"


def test_seeing_is_noted_for_the_person_who_was_told_and_only_the_first_time(world):
    alert = raised(world)
    with acting_as(world.nurse):
        with clock.at(MONDAY_9):
            mark_seen(by=world.nurse, alert=alert)
        mark_seen(by=world.nurse, alert=alert)
    assert dict(alert.recipients.exclude(seen_at=None).values_list("membership_id", "seen_at")) == {
        world.nurse.membership_id: MONDAY_9
    }


def test_a_read_notice_ends_after_a_day_and_an_unread_one_after_four_weeks(world):
    with clock.at(MONDAY_9):
        read = raised(world, kind="handover.declined", hours=None)
        unread = raised(world, kind="handover.declined", hours=None)
        asking = raised(world)
        acknowledge(world.nurse, read)
        acknowledge(world.nurse, asking)
    states = []
    for days in (0.9, 1, 28):
        with clock.at(MONDAY_9 + timedelta(days=days)):
            end_notices()
        states.append([Alert.objects.get(id=one.id).state for one in (read, unread, asking)])
    assert states == [
        ["acknowledged", "waiting", "acknowledged"],
        ["resolved", "waiting", "acknowledged"],
        ["resolved", "expired", "acknowledged"],
    ]


def test_an_access_alert_never_ends_by_itself(world):
    with clock.at(MONDAY_9):
        alert = raised(world, kind="relationship.claimed", hours=None)
    with clock.at(MONDAY_9 + timedelta(days=400)):
        end_notices()
    alert.refresh_from_db()
    assert alert.state == "waiting"

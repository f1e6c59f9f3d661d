"""Whom an alert tells at once: whoever is on duty, whoever covers for those away, the lead where nobody is."""

from datetime import UTC, datetime, timedelta

import pytest

from carecoord import clock
from carecoord.alerts.models import Alert, AlertRecipient
from carecoord.alerts.telling import team_now
from carecoord.outbox.tasks import relay
from neighbourhoods.gate import acting_as
from neighbourhoods.services.duty import add_duty_turn, cancel_duty_turn, end_absence, record_absence
from tests.referrals.handovers import ken_on_the_ward, offered

pytestmark = pytest.mark.django_db
TUESDAY = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def on_tuesday():
    with clock.at(TUESDAY):
        yield


def on_duty(world, who, begins=TUESDAY - HOUR, ends=TUESDAY + 8 * HOUR):
    times = {"starts_at": begins, "ends_at": ends}
    with acting_as(world.lead) as by:
        return add_duty_turn(by=by, team_id=world.nursing.id, membership_id=world.people[who].membership_id, **times)


def away(world, who, cover=None, begins=TUESDAY - HOUR, ends=TUESDAY + 100 * HOUR):
    cover_id = world.people[cover].membership_id if cover else None
    times = {"starts_at": begins, "ends_at": ends}
    with acting_as(world.lead) as by:
        return record_absence(by=by, membership_id=world.people[who].membership_id, cover_id=cover_id, **times)


def told(world, about="handover.discharge", **words):
    """Names of those who are told that Ken goes home."""
    offered(world, ken_on_the_ward(world), **words)
    relay()
    recipients = AlertRecipient.objects.filter(alert__kind=about, alert__team=world.nursing)
    return sorted(recipients.values_list("membership__user__name", flat=True))


def everybody(world):
    people = team_now(world.nursing.id).people
    return sorted(world_name(one) for one in people)


def world_name(person):
    from neighbourhoods.models import Membership

    return Membership.objects.get(id=person.membership_id).user.name


def test_without_a_rota_everybody_is_told(world):
    assert told(world) == everybody(world)


def test_with_a_rota_whoever_is_on_duty_is_told(world):
    on_duty(world, "second_nurse")
    assert told(world) == ["Second Nurse"]


def test_whoever_is_away_is_not_told_and_their_cover_is_in_their_place(world):
    on_duty(world, "second_nurse")
    away(world, "second_nurse", cover="nurse")
    assert told(world) == ["Nurse"]


def test_without_a_rota_those_away_are_left_out(world):
    away(world, "second_nurse")
    assert told(world) == [name for name in everybody(world) if name != "Second Nurse"]


def test_somebody_who_is_back_is_told_again(world):
    absence = away(world, "second_nurse")
    with acting_as(world.second_nurse) as by:
        end_absence(by=by, absence_id=absence.id)
    assert told(world) == everybody(world)


def test_with_nobody_on_duty_the_lead_is_told_and_told_that_nobody_is_once(world):
    on_duty(world, "second_nurse", TUESDAY + 20 * HOUR, TUESDAY + 28 * HOUR)
    assert told(world) == ["Lead"]
    gap = Alert.objects.get(kind="duty.nobody")
    assert (gap.team, gap.is_urgent, gap.resident_id) == (world.nursing, True, None)
    assert list(gap.recipients.values_list("membership__user__name", flat=True)) == ["Lead"]
    told(world)
    assert Alert.objects.filter(kind="duty.nobody").count() == 1


def test_on_duty_and_away_without_cover_is_nobody_on_duty(world):
    on_duty(world, "second_nurse")
    away(world, "second_nurse")
    assert told(world) == ["Lead"]


def test_what_is_not_urgent_waits_for_nobody_while_the_team_is_closed(world):
    on_duty(world, "second_nurse", TUESDAY + 20 * HOUR, TUESDAY + 28 * HOUR)
    with clock.at(TUESDAY.replace(hour=22)):
        assert told(world, about="handover.offered", kind="team") == everybody(world)
    assert not Alert.objects.filter(kind="duty.nobody").exists()


def test_a_turn_that_was_taken_back_counts_for_nothing(world):
    turn = on_duty(world, "second_nurse")
    with acting_as(world.lead) as by:
        cancel_duty_turn(by=by, turn_id=turn.id)
    assert told(world) == everybody(world)


def test_where_everybody_is_away_everybody_is_told(world):
    for person in team_now(world.nursing.id).people:
        name = next(name for name, one in world.people.items() if one.membership_id == person.membership_id)
        away(world, name)
    assert told(world) == everybody(world)


def test_a_lead_who_is_away_is_covered_at_the_deadline_too(world):
    away(world, "lead", cover="nurse")
    assert [world_name(one) for one in team_now(world.nursing.id).leads] == ["Nurse"]

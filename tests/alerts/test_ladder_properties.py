"""Whatever happens in whatever order, a rung fires once, in order, and never after an answer."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from carecoord import clock
from carecoord.alerts.escalation import fire_due_rungs
from carecoord.alerts.rungs import LADDER, moment_of, next_rung
from carecoord.alerts.services import acknowledge_alert, resolve_alerts_about
from carecoord.clock import WEEKDAYS_8_TO_18
from neighbourhoods.gate import acting_as
from tests.alerts.offers import MONDAY_9, raised

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("advance"), st.integers(0, 150)),
        st.tuples(st.just("acknowledge"), st.sampled_from(["nurse", "lead"])),
        st.tuples(st.just("answer"), st.none()),
        st.tuples(st.just("sweep"), st.none()),
    ),
    max_size=12,
)


@pytest.mark.django_db
@given(steps=STEPS, hours=st.integers(1, 60), by_the_clock=st.booleans())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_rungs_fire_once_in_order_stop_with_an_answer_and_reminders_with_an_acknowledgement(
    world, steps, hours, by_the_clock
):
    with transaction.atomic():
        try:
            _play(world, steps, hours, by_the_clock)
        finally:
            transaction.set_rollback(True)


def _play(world, steps, hours, by_the_clock):
    now, answered_with, acknowledged_with = MONDAY_9, None, None
    with clock.at(now):
        alert = raised(world, hours=hours, by_the_clock=by_the_clock)
    for step, value in steps:
        if step == "advance":
            now += timedelta(hours=hours) * value / 100
        with clock.at(now):
            if step == "acknowledge":
                with acting_as(world.people[value]):
                    acknowledge_alert(by=world.people[value], alert_id=alert.id)
                acknowledged_with = acknowledged_with or _fired(alert)
            elif step == "answer":
                resolve_alerts_about(alert.about)
                answered_with = answered_with or _fired(alert)
            else:
                fire_due_rungs()
        _check(alert, now, answered_with, acknowledged_with)
        if step == "sweep":
            assert alert.next_rung_at is None or alert.next_rung_at > now


def _fired(alert):
    return list(alert.rungs.order_by("fired_at", "level").values_list("level", flat=True))


def _check(alert, now, answered_with, acknowledged_with):
    fired = _fired(alert)
    assert fired == sorted(set(fired))
    assert answered_with is None or fired == answered_with
    if acknowledged_with is not None and 1 not in acknowledged_with:
        assert 1 not in fired
    alert.refresh_from_db()
    for rung in LADDER[1:]:
        at = moment_of(rung, started_at=alert.started_at, due_at=alert.due_at, calendar=alert.calendar)
        assert rung.level not in fired or at <= now
    if answered_with is not None:
        assert alert.state == "resolved"
        assert alert.next_rung_at is None


@given(
    started=st.datetimes(), allowed=st.timedeltas(timedelta(minutes=1), timedelta(days=20)), by_the_clock=st.booleans()
)
@settings(max_examples=60, deadline=None)
def test_moments_of_the_ladder_never_go_backwards(started, allowed, by_the_clock):
    start = MONDAY_9 + timedelta(minutes=started.minute, days=started.day)
    calendar = None if by_the_clock else WEEKDAYS_8_TO_18
    moments = [moment_of(rung, started_at=start, due_at=start + allowed, calendar=calendar) for rung in LADDER]
    assert moments == sorted(moments)
    assert moments[0] == start


@pytest.mark.parametrize(
    ("level", "is_acknowledged", "following"),
    [(0, False, 1), (0, True, 2), (1, True, 2), (2, False, 3), (3, True, 4), (4, False, None)],
)
def test_the_next_rung_after_each(level, is_acknowledged, following):
    rung = next_rung(level, is_acknowledged=is_acknowledged)
    assert (rung.level if rung else None) == following

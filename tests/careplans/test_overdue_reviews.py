"""A review whose day has passed is told to the team that reviews, once; then, if nothing happens, to its lead."""

from datetime import timedelta

import pytest
from django.urls import reverse

from carecoord import clock
from carecoord.alerts.models import Alert
from carecoord.alerts.rulebook import shipped
from carecoord.clock import add_working_days
from carecoord.outbox.tasks import relay
from careplans.models import CarePlan
from careplans.services.reviews import tell_overdue_reviews
from neighbourhoods.gate import acting_as
from neighbourhoods.services import record_death, undo_death

DAY = timedelta(days=1)


@pytest.fixture
def due_on(shared):
    """Sheila's plan is active, and reviewed by this day."""
    shared.agree()
    shared.as_("nurse", "move_plan", plan_id=shared.plan.id, verb="activate")
    return clock.now() + 90 * DAY


def test_nothing_is_told_while_the_day_lasts_and_afterwards_once(shared, due_on):
    with clock.at(due_on):
        assert tell_overdue_reviews() == 0
    with clock.at(due_on + DAY):
        assert [tell_overdue_reviews(), tell_overdue_reviews()] == [1, 0]
        relay()
    alert = Alert.objects.get(kind="plan.review_overdue")
    assert (alert.team_id, alert.about_id, alert.resident_id) == (
        shared.world.nursing.id, shared.plan.id, shared.resident.id,
    )  # fmt: skip
    assert [rung.audience for rung in shipped(alert.kind).ladder] == ["members", "members", "leads"]
    assert alert.due_at == add_working_days(shared.world.nursing.calendar, alert.started_at, 5)


def test_setting_the_review_anew_answers_it_and_the_next_is_told_again(shared, due_on):
    with clock.at(due_on + DAY):
        tell_overdue_reviews()
        relay()
        plan = CarePlan.objects.get()
        facts = {"version": plan.version, "review_team_id": shared.world.nursing.id}
        shared.as_("nurse", "set_review", plan_id=plan.id, review_due_on=clock.today() + 30 * DAY, **facts)
        relay()
        assert Alert.objects.get(kind="plan.review_overdue").state == "resolved"
    with clock.at(due_on + 40 * DAY):
        assert tell_overdue_reviews() == 1


def test_of_a_plan_that_has_ended_or_is_a_draft_nobody_is_told(shared, due_on):
    shared.as_("nurse", "move_plan", plan_id=shared.plan.id, verb="revoke", reason="Moved away")
    with clock.at(due_on + DAY):
        assert tell_overdue_reviews() == 0


def test_of_somebody_who_has_died_nobody_is_told_until_it_was_a_mistake(shared, due_on):
    with clock.at(due_on + DAY):
        with acting_as(shared.world.nurse) as by:
            record_death(by=by, resident_id=shared.resident.id, died_on=clock.today())
        assert tell_overdue_reviews() == 0
        with acting_as(shared.world.nurse) as by:
            undo_death(by=by, resident_id=shared.resident.id, reason="It was her sister")
        assert tell_overdue_reviews() == 1


def test_what_was_reviewed_before_the_worker_came_raises_no_alert(shared, due_on):
    with clock.at(due_on + DAY):
        tell_overdue_reviews()
        shared.as_("nurse", "move_plan", plan_id=shared.plan.id, verb="complete")
        relay()
    assert not Alert.objects.filter(kind="plan.review_overdue", state="waiting").exists()


def test_the_alert_leads_to_the_plan(shared, signed_in, due_on):
    answer = signed_in("nurse").get(reverse("plan_opened", args=[shared.plan.id]))
    assert answer.url == reverse("care_plan", args=[shared.resident.id])
    assert signed_in("outsider").get(reverse("plan_opened", args=[shared.plan.id])).status_code == 404

"""A section that is to be looked at again brings the review of its plan forward, once for each day."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from carecoord import clock
from carecoord.alerts.models import Alert
from carecoord.outbox.tasks import relay
from careplans.models import CarePlan, PlanSection
from careplans.services import Answer
from careplans.services.reviews import tell_due_sections
from neighbourhoods.gate import acting_as
from neighbourhoods.services import record_death
from tests.careplans.conftest import shared_plan

BEGAN = datetime(2030, 8, 31, 9, 0, tzinfo=UTC)
# Six months after the 31st of August, as data/definitions/plan has it of the section.
DUE = datetime(2031, 2, 28, 9, 0, tzinfo=UTC)
KEY = "mental_health_safety"
DAY = timedelta(days=1)


@pytest.fixture
def shared(world):
    """An active plan, reviewed in a year, with a section that is to be looked at again after six months."""
    with clock.at(BEGAN):
        shared = shared_plan(world)
        shared.write("Ring Rose", key=KEY, in_own_words=False)
        shared.agree(review_due_on=clock.today() + 360 * DAY)
        shared.as_("nurse", "move_plan", plan_id=shared.plan.id, verb="activate")
        relay()
    return shared


def told():
    relay()
    return Alert.objects.filter(kind="plan.review_brought_forward")


def test_the_reviewing_team_is_told_once_when_the_day_is_there(shared, signed_in):
    with clock.at(DUE - DAY):
        assert tell_due_sections() == 0
    with clock.at(DUE):
        assert [tell_due_sections(), tell_due_sections()] == [1, 0]
        assert [alert.team_id for alert in told()] == [shared.world.nursing.id]
        plan = CarePlan.objects.get()
        assert (plan.review_cause, plan.review_due_on) == ("section", DUE.date() + 14 * DAY)
        page = signed_in("nurse").get(reverse("care_plan", args=[shared.resident.id])).content.decode()
        assert "A section of the plan is to be looked at again." in page
        assert "HARTLEY" in signed_in("nurse").get(reverse("plan_reviews")).content.decode()
    with clock.at(DUE + 30 * DAY):
        assert tell_due_sections() == 0


def test_written_anew_it_has_another_day(shared):
    with clock.at(DUE - DAY):
        shared.write("Ring Karen", key=KEY, version=1, in_own_words=False)
    with clock.at(DUE + 30 * DAY):
        assert tell_due_sections() == 0
    with clock.at(DUE + 200 * DAY):
        assert tell_due_sections() == 0, "reviewed sooner anyway"
        assert PlanSection.objects.get().told_at == clock.now()


def hold(shared, answer):
    facts = {"held_on": clock.today(), "took_part": "Sheila", "review_due_on": clock.today() + 360 * DAY}
    plan = CarePlan.objects.get()
    said = {"answers": {f"s-{KEY}": Answer("Staying well and safe", answer)}, "version": plan.version}
    shared.as_("nurse", "hold_review", plan_id=plan.id, **facts, **said, review_team_id=shared.world.nursing.id)


def test_still_right_in_a_review_is_a_look_and_begins_the_clock_anew(shared, signed_in):
    with clock.at(DUE - 20 * DAY):
        hold(shared, "right")
    with clock.at(DUE + DAY):
        assert tell_due_sections() == 0
        page = signed_in("nurse").get(reverse("care_plan", args=[shared.resident.id])).content.decode()
        assert "Look at it again" not in page
    with clock.at(DUE + 170 * DAY):
        assert tell_due_sections() == 1


def test_what_is_to_be_changed_keeps_its_day(shared):
    with clock.at(DUE - 20 * DAY):
        hold(shared, "change")
    with clock.at(DUE):
        assert tell_due_sections() == 1


def test_an_error_gives_the_wording_before_its_own_day_back(shared):
    with clock.at(DUE - DAY):
        section = shared.write("About Mary", key=KEY, version=1, in_own_words=False)
        wrong = section.versions.get(number=2)
        shared.as_("nurse", "enter_wording_in_error", version_id=wrong.id, reason="Another resident")
    with clock.at(DUE):
        assert tell_due_sections() == 1


def test_nobody_is_told_of_who_has_died(shared, world):
    with clock.at(BEGAN + DAY), acting_as(world.nurse) as by:
        record_death(by=by, resident_id=shared.resident.id, died_on=clock.today())
    with clock.at(DUE):
        assert tell_due_sections() == 0


def test_nobody_is_told_of_a_plan_that_has_ended(shared):
    with clock.at(BEGAN + DAY):
        shared.as_("nurse", "move_plan", plan_id=shared.plan.id, verb="revoke", reason="Moved away")
    with clock.at(DUE):
        assert tell_due_sections() == 0

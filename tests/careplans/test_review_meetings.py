"""What happens brings a review forward by a rule, and a review goes through the plan part by part."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from carecoord import clock
from carecoord.alerts.models import Alert
from carecoord.audit.models import AuditEntry
from carecoord.errors import RuleError, StaleVersion
from carecoord.outbox.tasks import relay
from careplans.models import CarePlan, PlanDraft, PlanReview
from careplans.services import Answer
from careplans.triggers import TRIGGERS
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Resident
from neighbourhoods.services import (
    ContactFacts,
    EntryFacts,
    StayFacts,
    add_contact,
    admit,
    change_resident,
    discharge,
    end_contact,
    end_entry,
    record_entry,
)
from tests.careplans.conftest import shared_plan
from tests.life import known

BEGAN = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
TODAY = BEGAN.date()


@pytest.fixture
def shared(world):
    with clock.at(BEGAN):
        return shared_plan(world)


@pytest.fixture
def plan(shared):
    """Active, and reviewed in ninety days."""
    with clock.at(BEGAN):
        shared.agree()
        return shared.as_("nurse", "move_plan", plan_id=shared.plan.id, verb="activate")


def words(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def entered(shared, kind, text="", **data):
    by = shared.world.nurse
    return record_entry(by=by, resident_id=shared.resident.id, facts=EntryFacts(kind, text, data=data, event_on=TODAY))


def left_hospital(shared):
    by, at = shared.world.nurse, clock.now()
    facts = StayFacts("hospital", organisation_id=shared.world.hospital.id)
    with clock.at(at - DAY):
        stay = admit(by=by, resident_id=shared.resident.id, facts=facts)
    discharge(by=by, stay_id=stay.id, destination="home")


def fell(shared):
    entered(shared, "assessment.falls", falls_in_year=1)


def never_fell(shared):
    entered(shared, "assessment.falls", falls_in_year=0)


def concern_ended(shared):
    entry = entered(shared, "safeguarding.concern", ask="Ring the safeguarding team")
    end_entry(by=shared.world.nurse, resident_id=shared.resident.id, entry_id=entry.id, reason="Nothing found")


def carer_broke_down(shared):
    entered(shared, "social.carer_breakdown", "Ken is in hospital himself")


def carer_ended(shared):
    by, facts = shared.world.nurse, ContactFacts(kind="personal", name="Ken Hartley", is_carer=True)
    contact = add_contact(by=by, resident_id=shared.resident.id, facts=facts)
    end_contact(by=by, resident_id=shared.resident.id, contact_id=contact.id, reason="Ill")


def moved(shared):
    for road in ("1 Old Road", "2 New Road"):
        resident = Resident.objects.get(id=shared.resident.id)
        identity = known(resident, address_lines=(road,))
        change_resident(by=shared.world.nurse, resident_id=resident.id, identity=identity)


HAPPENED = [
    (left_hospital, "discharge", 14),
    (fell, "fall", 14),
    (never_fell, "", 90),
    (concern_ended, "recorded", 14),
    (carer_broke_down, "carer", 7),
    (carer_ended, "carer", 7),
    (moved, "move", 28),
]


@pytest.mark.parametrize(("happens", "cause", "days"), HAPPENED, ids=[row[0].__name__ for row in HAPPENED])
def test_what_happens_brings_the_review_forward_by_the_rule(shared, plan, happens, cause, days):
    with clock.at(BEGAN + timedelta(hours=1)):
        with acting_as(shared.world.nurse):
            happens(shared)
        relay()
        relay()
    after = CarePlan.objects.get()
    assert (after.review_cause, after.review_due_on) == (cause, TODAY + days * DAY)
    told = Alert.objects.filter(kind="plan.review_brought_forward")
    assert [alert.team_id for alert in told] == ([shared.world.nursing.id] if cause else [])
    assert AuditEntry.objects.filter(verb="plan.review_brought_forward").count() == bool(cause)


def test_a_review_that_is_due_sooner_is_not_put_off(shared, plan):
    facts = {"version": plan.version, "review_due_on": TODAY + 3 * DAY, "review_team_id": shared.world.nursing.id}
    with clock.at(BEGAN):
        shared.as_("nurse", "set_review", plan_id=plan.id, **facts)
        with acting_as(shared.world.nurse):
            fell(shared)
        relay()
    assert (CarePlan.objects.get().review_due_on, CarePlan.objects.get().review_cause) == (TODAY + 3 * DAY, "")


def test_of_safeguarding_the_plan_says_only_that_something_was_recorded():
    assert not any("safeguard" in trigger.words.lower() for trigger in TRIGGERS.values())


def hold(shared, plan, **given):
    facts = {
        "version": plan.version,
        "held_on": TODAY,
        "took_part": "Sheila and Karen",
        "answers": {"s-people": Answer("People", "change", "Rose has died")},
        "review_due_on": TODAY + 180 * DAY,
        "review_team_id": shared.world.nursing.id,
    } | given
    with clock.at(BEGAN + timedelta(hours=2)):
        return shared.as_("nurse", "hold_review", plan_id=plan.id, **facts)


def test_holding_it_sets_the_next_and_ends_what_brought_it_forward(shared, plan):
    with clock.at(BEGAN + timedelta(hours=1)):
        with acting_as(shared.world.nurse):
            fell(shared)
        relay()
    plan = CarePlan.objects.get()
    reviewer = shared.world.nurse.membership_id
    review = hold(shared, plan, reviewer_id=reviewer)
    after = CarePlan.objects.get()
    assert (after.review_due_on, after.review_cause, after.reviewer_id) == (TODAY + 180 * DAY, "", reviewer)
    assert review.answers == {"s-people": {"label": "People", "answer": "change", "note": "Rose has died"}}
    with clock.at(BEGAN + timedelta(hours=3)):
        relay()
    assert CarePlan.objects.get().review_cause == ""


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"took_part": " "}, "took_part"),
        ({"held_on": TODAY + DAY}, "held_on"),
        ({"answers": {}}, None),
        ({"review_due_on": TODAY}, "review_due_on"),
        ({"review_due_on": TODAY + 400 * DAY}, "review_due_on"),
    ],
)
def test_a_review_that_will_not_do_changes_nothing(shared, plan, wrong, field):
    with pytest.raises(RuleError) as refused:
        hold(shared, plan, **wrong)
    assert refused.value.field == field
    assert (PlanReview.objects.count(), CarePlan.objects.get().version) == (0, plan.version)


def test_somebody_of_another_team_is_no_reviewer(shared, plan):
    with pytest.raises(RuleError) as refused:
        hold(shared, plan, reviewer_id=shared.world.link_worker.membership_id)
    assert refused.value.field == "reviewer"
    with pytest.raises(StaleVersion):
        hold(shared, plan, version=plan.version - 1)
    assert not PlanReview.objects.exists()


def test_with_another_team_the_person_named_goes(shared, plan):
    hold(shared, plan, reviewer_id=shared.world.nurse.membership_id)
    plan = CarePlan.objects.get()
    facts = {"version": plan.version, "review_due_on": plan.review_due_on, "review_team_id": shared.world.carers.id}
    with clock.at(BEGAN + DAY):
        assert shared.as_("nurse", "set_review", plan_id=plan.id, **facts).reviewer_id is None


def form_of(client, shared):
    page = client.get(reverse("plan_review", args=[shared.resident.id])).content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="(version|made|opening)"[^>]* value="([^"]+)"', page))
    return page, hidden


def test_the_meeting_goes_through_every_part_and_keeps_what_was_ticked(shared, plan, signed_in):
    shared.write("Rose and Ken", key="people")
    goal = shared.goal(title="Walk to the shop")
    client, url = signed_in("nurse"), reverse("plan_review", args=[shared.resident.id])
    page, hidden = form_of(client, shared)
    assert 'name="point_s-people"' in page
    assert f'name="point_g-{goal.id}"' in page
    assert "Rose and Ken" in page
    ticked = {"point_s-people": "change", "note_s-people": "Rose has died", "took_part": "Sheila"}
    assert client.post(url, hidden | ticked | {"later": "yes"}).status_code == 302
    assert PlanDraft.objects.get().typed["point_s-people"] == "change"
    page, hidden = form_of(client, shared)
    assert "Rose has died" in page
    next_on = clock.today() + 100 * DAY
    day = {f"held_on_{part}": getattr(clock.today(), part) for part in ("day", "month", "year")}
    day |= {f"review_due_on_{part}": getattr(next_on, part) for part in ("day", "month", "year")}
    sent = hidden | ticked | day | {"review_team": str(shared.world.nursing.id), f"point_g-{goal.id}": "right"}
    assert client.post(url, sent).status_code == 302
    assert CarePlan.objects.get().review_due_on == next_on
    assert PlanDraft.objects.get().typed == {}
    said = words(client.get(reverse("care_plan", args=[shared.resident.id])))
    assert "Still to be changed: People who are important to me" in said
    assert "Goal: Walk to the shop: Still right" in said
    with clock.at(clock.now() + timedelta(minutes=5)):
        shared.write("Ken", key="people", version=1)
    assert "Still to be changed" not in words(client.get(reverse("care_plan", args=[shared.resident.id])))


def test_a_draft_is_agreed_and_not_reviewed(shared, signed_in):
    answer = signed_in("nurse").get(reverse("plan_review", args=[shared.resident.id]))
    assert answer.url == reverse("care_plan", args=[shared.resident.id])


def test_who_pays_and_who_reviews_are_read_in_the_plan(shared, plan, signed_in):
    with clock.at(BEGAN + DAY):
        shared.agree(
            version=plan.version, funding="The council", reviewer_id=shared.world.nurse.membership_id,
            agreed_on=TODAY, review_due_on=plan.review_due_on,
        )  # fmt: skip
    said = words(signed_in("nurse").get(reverse("care_plan", args=[shared.resident.id])))
    assert "Paid for by: The council." in said
    assert "owned by Nurse, Millbrook Community Nursing" in said

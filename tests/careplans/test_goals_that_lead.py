"""Steps towards a goal, how it went with it, and who does an action: kept, merged, shown and given to partners."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from carecoord import clock
from carecoord.errors import IllegalMove, NotYours, RuleError
from careplans.models import Action, GoalOutcome, PlanDraft, SetAside, StageGoal
from careplans.services import Clash
from neighbourhoods.gate import acting_as
from neighbourhoods.services import ContactFacts, add_contact

BEGAN = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture
def goal(shared):
    with clock.at(BEGAN):
        return shared.goal(title="Walk to the shop", wanted="Alone, twice a week")


@pytest.fixture
def stage(shared, goal):
    with clock.at(BEGAN):
        return shared.as_("nurse", "add_stage", goal_id=goal.id, title="To the gate")


def words(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def change(shared, stage, by="link_worker", minutes=5, version=1, **facts):
    told = {"title": "To the gate", "outcome": ""} | facts
    with clock.at(BEGAN + timedelta(minutes=minutes)):
        return shared.as_(by, "change_stage", stage_id=stage.id, version=version, **told)


def test_a_step_has_a_state_of_its_own(shared, stage):
    moved = shared.as_("link_worker", "move_stage", stage_id=stage.id, verb="complete")
    assert (moved.status, moved.version) == ("completed", 2)
    with pytest.raises(IllegalMove):
        shared.as_("nurse", "move_stage", stage_id=stage.id, verb="start")
    assert shared.as_("nurse", "move_stage", stage_id=stage.id, verb="resume").status == "active"


def test_a_step_left_out_says_why(shared, stage):
    with pytest.raises(RuleError):
        shared.as_("nurse", "move_stage", stage_id=stage.id, verb="cancel")
    assert StageGoal.objects.get().status == "planned"


def test_disjoint_changes_of_a_step_go_together_and_the_same_clashes(shared, stage):
    change(shared, stage, outcome="Twice, with a stick")
    merged = change(shared, stage, by="nurse", minutes=6, title="To the garden gate")
    assert (merged.title, merged.outcome, merged.version) == ("To the garden gate", "Twice, with a stick", 3)
    with pytest.raises(Clash) as clash:
        change(shared, stage, by="nurse", minutes=7, title="To the road", outcome="Once")
    assert clash.value.clashes == ("title", "outcome")
    assert StageGoal.objects.get().version == 3


def test_the_page_of_a_step_asks_what_to_keep_and_sets_the_other_aside(shared, stage, signed_in):
    change(shared, stage, outcome="With a stick")
    client, url = signed_in("nurse"), reverse("stage_detail", args=[stage.id])
    asked = {"title": "To the gate", "outcome": "Alone", "version": "1"}
    page = client.post(url, asked)
    assert page.status_code == 422
    assert "Choose for 1 field." in words(page)
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.content.decode()))
    answer = client.post(url, hidden | {"choose_outcome": "theirs"})
    assert answer.status_code == 302
    assert StageGoal.objects.get().outcome == "With a stick"
    assert SetAside.objects.get().fields == {"What came of it": "Alone"}
    history = words(client.get(reverse("stage_history", args=[stage.id])))
    assert "Version 2" in history
    assert "Set aside beside version 2" in history


def test_a_new_step_is_a_draft_until_it_is_saved(shared, goal, signed_in):
    client = signed_in("nurse")
    page = client.get(reverse("stage_new", args=[goal.id])).content.decode()
    keep, made, opening = (
        re.search(pattern, page).group(1)
        for pattern in (r'data-draft="([^"]+)"', r'name="made" value="([^"]+)"', r'name="opening" value="([^"]+)"')
    )
    assert client.post(keep, {"title": "To the g", "opening": opening}).status_code == 200
    assert PlanDraft.objects.get().typed == {"title": "To the g"}
    assert "To the g</textarea>" in client.get(reverse("stage_new", args=[goal.id])).content.decode()
    assert "is adding a step of a goal" in words(signed_in("link_worker").get(reverse("stage_new", args=[goal.id])))
    sent = {"title": "To the gate", "made": made, "opening": opening}
    client = signed_in("nurse")
    assert client.post(reverse("stage_new", args=[goal.id]), sent).status_code == 302
    assert client.post(reverse("stage_new", args=[goal.id]), sent).status_code == 302
    assert StageGoal.objects.get().title == "To the gate"
    assert PlanDraft.objects.get().typed == {}


def test_how_it_went_stands_beside_what_was_wanted_then(shared, goal, signed_in):
    client = signed_in("nurse")
    day = {"reported_on_day": "20", "reported_on_month": "11", "reported_on_year": "2026"}
    answer = client.post(reverse("outcome_new", args=[goal.id]), {"extent": "closer", "words": "To the gate"} | day)
    assert answer.status_code == 302
    shared.as_(
        "nurse", "change_goal", goal_id=goal.id, version=1, title=goal.title, importance=9, confidence=4, wanted="Once"
    )
    page = words(client.get(reverse("goal_detail", args=[goal.id])))
    assert "What was wanted: Alone, twice a week" in page
    assert "Reached when: Once" in page
    assert "How it went last: Closer, 20-Nov-2026" in words(client.get(reverse("care_plan", args=[shared.resident.id])))


def test_a_report_that_was_an_error_stays_struck_out(shared, goal, signed_in):
    outcome = shared.as_("nurse", "report_outcome", goal_id=goal.id, extent="reached", reported_on=clock.today())
    with pytest.raises(NotYours):
        shared.as_("link_worker", "enter_outcome_in_error", outcome_id=outcome.id, reason="No")
    client = signed_in("nurse")
    answer = client.post(reverse("outcome_error", args=[outcome.id]), {"reason": "Another goal"})
    assert answer.status_code == 302
    assert GoalOutcome.objects.get().error_reason == "Another goal"
    assert "Entered in error: Another goal" in words(client.get(reverse("goal_detail", args=[goal.id])))
    assert "How it went last" not in words(client.get(reverse("care_plan", args=[shared.resident.id])))


def test_nobody_reports_of_tomorrow(shared, goal):
    with pytest.raises(RuleError):
        shared.as_("nurse", "report_outcome", goal_id=goal.id, extent="same", reported_on=clock.today() + timedelta(1))
    assert not GoalOutcome.objects.exists()


@pytest.fixture
def karen(shared):
    by = shared.world.nurse
    with acting_as(by):
        facts = ContactFacts(kind="personal", name="Karen Hartley", relationship="Daughter")
        return add_contact(by=by, resident_id=shared.resident.id, facts=facts)


def test_an_action_names_whoever_does_it_and_keeps_its_team(shared, karen, signed_in):
    service = shared.world.carers_service
    for said in ("resident", f"contact:{karen.id}", f"service:{service.id}"):
        action = shared.action(done_by=said, strategies="In the morning", confidence=7)
        assert (Action.objects.get(id=action.id).done_by, action.accountable_team_id) == (said, shared.world.nursing.id)
    page = words(signed_in("nurse").get(reverse("care_plan", args=[shared.resident.id])))
    assert "Done by Karen Hartley, Daughter" in page
    assert "Done by Carers&#x27; support" in page


@pytest.mark.parametrize("wrong", ["contact:0190a000-0000-7000-8000-000000000000", "contact:x", "cat", "resident:1"])
def test_nobody_from_elsewhere_does_it(shared, wrong):
    with pytest.raises(RuleError) as refused:
        shared.action(done_by=wrong)
    assert refused.value.field == "done_by"
    assert not Action.objects.exists()


def test_who_does_it_is_one_fact_of_which_two_people_choose(shared, karen):
    with clock.at(BEGAN):
        action = shared.action(done_by="resident")
    facts = {"action_id": action.id, "title": action.title, "due_on": None, "detail": "", "assigned_to_id": None}
    with clock.at(BEGAN + timedelta(minutes=5)):
        shared.as_("nurse", "change_action", version=1, **facts, done_by=f"contact:{karen.id}")
    service = f"service:{shared.world.carers_service.id}"
    with pytest.raises(Clash) as clash:
        shared.as_("nurse", "change_action", version=1, **facts, done_by=service, confidence=3)
    assert clash.value.clashes == ("done_by",)
    assert Action.objects.get().done_by == f"contact:{karen.id}"


def test_the_page_of_an_action_takes_all_of_it(shared, karen, signed_in):
    action = shared.action()
    client, url = signed_in("nurse"), reverse("action_detail", args=[action.id])
    assert f'value="contact:{karen.id}"' in client.get(url).content.decode()
    sent = {
        "title": "Ring",
        "done_by": f"contact:{karen.id}",
        "strategies": "After lunch",
        "confidence": "8",
        "version": "1",
    }
    assert client.post(url, sent).status_code == 302
    saved = Action.objects.get()
    assert (saved.done_by, saved.strategies, saved.confidence) == (f"contact:{karen.id}", "After lunch", 8)
    history = words(client.get(reverse("action_history", args=[action.id])))
    assert "Karen Hartley, Daughter" in history
    assert client.post(url, sent | {"confidence": "11", "version": "2"}).status_code == 422

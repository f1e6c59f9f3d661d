"""Needs and strengths are entries, and goals stand under the need that they are for."""

from datetime import timedelta

import pytest
from django.urls import reverse

from carecoord import clock
from carecoord.errors import IllegalMove, RuleError, SentAlready, StaleVersion
from carecoord.ids import new_id
from careplans.models import Goal, Need, PlanDraft, SetAside
from careplans.services import Clash, add_need, create_plan
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Resident
from neighbourhoods.services.merges import merge_residents

pytestmark = pytest.mark.django_db


@pytest.fixture
def added(shared):
    """`added("Company", kind="strength")`: a need where nothing else is said."""

    def add(title="Company", *, by="nurse", **given):
        return shared.as_(by, "add_need", plan_id=shared.plan.id, **{"kind": "need", "title": title} | given)

    return add


def moved(shared, need, verb, reason=""):
    with clock.at(clock.now() + timedelta(minutes=need.version)):
        return shared.as_("nurse", "move_need", need_id=need.id, verb=verb, reason=reason)


def test_a_need_is_added_changed_and_holds_no_more_and_again(shared, added):
    need = added(in_own_words=True)
    changed = shared.as_("link_worker", "change_need", need_id=need.id, version=1, title="A friend", in_own_words=False)
    assert (changed.title, changed.in_own_words, changed.version) == ("A friend", False, 2)
    assert changed.written_by_id == shared.world.link_worker.membership_id
    ended = moved(shared, changed, "end", "Karen comes on Sundays")
    assert (ended.status, ended.status_reason) == ("ended", "Karen comes on Sundays")
    with pytest.raises(RuleError, match="holds no more"):
        shared.as_("nurse", "change_need", need_id=need.id, version=3, title="x", in_own_words=False)
    assert moved(shared, ended, "renew").status == "current"


def test_the_same_words_again_change_nothing_and_an_older_version_is_told(shared, added):
    need = added()
    same = {"title": "Company", "in_own_words": False}
    assert shared.as_("nurse", "change_need", need_id=need.id, version=0, **same).version == 1
    with pytest.raises(StaleVersion):
        shared.as_("nurse", "change_need", need_id=need.id, version=0, **same | {"title": "A friend"})


def test_an_error_says_why_and_is_the_end(shared, added):
    need = added()
    with pytest.raises(RuleError, match="Say why"):
        moved(shared, need, "enter_in_error")
    error = moved(shared, need, "enter_in_error", "Another resident")
    with pytest.raises(IllegalMove):
        moved(shared, error, "renew")


def test_asking_twice_makes_one(added):
    made = new_id()
    assert added(need_id=made).id == added(need_id=made).id == made
    with pytest.raises(SentAlready):
        added("A ramp", need_id=made)


def test_a_goal_is_for_a_need_of_its_plan_that_holds_and_keeps_it_when_it_ends(shared, added):
    need, strength, ended = added(), added("Sings", kind="strength"), added("A ramp")
    moved(shared, ended, "end")
    goal = shared.goal(need_id=need.id)
    assert goal.need_id == need.id
    for wrong in (strength.id, ended.id, new_id()):
        with pytest.raises(RuleError, match="Choose a need"):
            shared.goal(need_id=wrong)
    moved(shared, need, "end")
    facts = {"goal_id": goal.id, "importance": 2, "confidence": None}
    changed = shared.as_("nurse", "change_goal", version=1, title="Walk", need_id=need.id, **facts)
    assert (changed.title, changed.need_id) == ("Walk", need.id)
    changed = shared.as_("nurse", "change_goal", version=2, title="Walk", need_id=None, **facts)
    assert changed.need_id is None


def test_two_who_give_a_goal_different_needs_choose(signed_in, shared, added):
    one, other = added("Company"), added("A ramp")
    goal = shared.goal()
    facts = {"title": goal.title, "importance": goal.importance, "confidence": goal.confidence}
    with clock.at(clock.now() + timedelta(minutes=1)):
        shared.as_("link_worker", "change_goal", goal_id=goal.id, version=1, need_id=one.id, **facts)
    with pytest.raises(Clash):
        shared.as_("nurse", "change_goal", goal_id=goal.id, version=1, need_id=other.id, **facts)
    client, at = signed_in("nurse"), reverse("goal_detail", args=[goal.id])
    typed = {**facts, "need": str(other.id), "version": "1"}
    page = client.post(at, typed)
    assert (page.status_code, b"Company" in page.content, b"A ramp" in page.content) == (422, True, True)
    answered = client.post(
        at, typed | {"choice_asked": "yes", "version": "2", "read_version": "1", "choose_need": "mine"}
    )
    assert answered.status_code == 302
    assert Goal.objects.get().need_id == other.id
    assert SetAside.objects.count() == 0


def test_the_page_adds_them_and_shows_goals_under_their_need(signed_in, shared):
    nurse, new = signed_in("nurse"), reverse("need_new", args=[shared.resident.id])
    refused = nurse.post(new, {"title": "Company", "kind": ""})
    assert (refused.status_code, b"Company" in refused.content) == (422, True)
    assert PlanDraft.objects.live().get().typed["title"] == "Company"
    assert nurse.post(new, {"title": "Company", "kind": "need", "in_own_words": "on"}).status_code == 302
    assert nurse.post(new, {"title": "Sings well", "kind": "strength"}).status_code == 302
    need = Need.objects.get(kind="need")
    added = {"title": "To sing in a choir", "need": str(need.id)}
    assert nurse.post(reverse("goal_new", args=[shared.resident.id]), added).status_code == 302
    shared.goal(title="To walk again")
    plan = nurse.get(reverse("care_plan", args=[shared.resident.id])).content.decode()
    order = ["Sings well", "“Company”", "For the need: “Company”", "“To sing in a choir”", "For no need in particular"]
    places = [plan.index(words) for words in (*order, "“To walk again”")]
    assert places == sorted(places)
    assert plan.count("For the need: “Company”") == 1


def test_what_was_written_as_one_text_stays_beside_them(signed_in, shared, added):
    shared.write("Cannot get out much", key="needs", in_own_words=False)
    added()
    plan = signed_in("nurse").get(reverse("care_plan", args=[shared.resident.id])).content.decode()
    assert plan.index("Cannot get out much") < plan.index("Company")


def test_its_page_changes_it_tells_of_a_newer_version_and_says_that_it_holds_no_more(signed_in, shared, added):
    need = added()
    nurse, at = signed_in("nurse"), reverse("need_detail", args=[need.id])
    with clock.at(clock.now() + timedelta(minutes=1)):
        change = {"version": 1, "title": "A friend", "in_own_words": False}
        shared.as_("link_worker", "change_need", need_id=need.id, **change)
    stale = nurse.post(at, {"title": "Somebody", "version": "1"})
    assert (stale.status_code, b"A friend" in stale.content, b"Somebody" in stale.content) == (422, True, True)
    assert nurse.post(at, {"title": "Somebody", "version": "2"}).status_code == 302
    history = nurse.get(reverse("need_history", args=[need.id])).content.decode()
    assert "Somebody" in history
    move = reverse("need_move", args=[need.id])
    assert nurse.post(move, {"move-verb": "enter_in_error", "move-reason": ""}).status_code == 422
    assert nurse.post(move, {"move-verb": "end", "move-reason": "Karen comes"}).status_code == 302
    plan = nurse.get(reverse("care_plan", args=[shared.resident.id])).content.decode()
    assert "<s>Somebody</s>" in plan
    assert "Karen comes" in plan
    assert signed_in("outsider").get(at).status_code == 404


def test_the_whole_record_and_the_record_as_it_was_have_them(signed_in, shared, added):
    need = added("Company", in_own_words=True)
    shared.goal(need_id=need.id)
    nurse, before = signed_in("nurse"), clock.now()
    whole = nurse.get(reverse("whole_record", args=[shared.resident.id])).content.decode()
    assert "Company" in whole
    assert "For the need" in whole
    with clock.at(before + timedelta(minutes=3)):
        moved(shared, need, "enter_in_error", "Another resident")
        at = f"{before + timedelta(minutes=2):%Y-%m-%dT%H:%MZ}"
        was = nurse.get(reverse("as_it_was", args=[shared.resident.id]), {"at": at}).content.decode()
    assert "Company" in was
    assert "Entered in error since" in was


def test_a_merge_leaves_the_needs_of_the_plan_that_ends_beside_the_one_that_stands(world, shared, added):
    other = world.resident(nhs_number=None)
    with acting_as(world.nurse):
        plan = create_plan(by=world.nurse, resident_id=other.id)
        need = add_need(by=world.nurse, plan_id=plan.id, kind="need", title="A ramp")
    with acting_as(world.lead) as lead:
        merge_residents(by=lead, survivor_id=shared.resident.id, merged_id=other.id, reason="Registered twice")
    need.refresh_from_db()
    assert (need.resident_id, need.care_plan_id) == (shared.resident.id, shared.plan.id)
    assert Resident.objects.filter(id=other.id, merged_into=shared.resident.id).exists()

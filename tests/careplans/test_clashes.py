"""Two people change one goal or action: what is disjoint goes together, and of the rest somebody chooses."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from carecoord import clock
from careplans.models import Goal, PlanDraft, PlanSection, SetAside
from careplans.services import Clash

BEGAN = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
NAMES = ("title", "importance", "confidence")


@pytest.fixture
def goal(shared):
    with clock.at(BEGAN):
        return shared.goal(title="Walk to the shop", importance=9, confidence=4)


def change(shared, goal, by="link_worker", minutes=5, version=1, **facts):
    told = {"title": "Walk to the shop", "importance": 9, "confidence": 4} | facts
    with clock.at(BEGAN + timedelta(minutes=minutes)):
        return shared.as_(by, "change_goal", goal_id=goal.id, version=version, **told)


def send(client, goal, **given):
    typed = {"title": "Walk to the shop", "importance": "9", "confidence": "4", "version": "1"} | given
    with clock.at(BEGAN + timedelta(minutes=9)):
        return client.post(reverse("goal_detail", args=[goal.id]), typed)


def words(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page.content.decode()))


def test_disjoint_changes_go_together_by_themselves(shared, goal):
    change(shared, goal, importance=10)
    merged = change(shared, goal, by="nurse", minutes=6, title="Walk to the garden gate")
    assert (merged.title, merged.importance, merged.confidence) == ("Walk to the garden gate", 10, 4)
    assert merged.version == 3


def test_the_same_change_by_both_is_no_clash(shared, goal):
    change(shared, goal, importance=10)
    assert change(shared, goal, by="nurse", minutes=6, importance=10).version == 2


def test_a_clash_changes_nothing_and_says_base_theirs_and_mine(shared, goal):
    change(shared, goal, title="Walk to the gate", importance=10)
    with pytest.raises(Clash) as clash:
        change(shared, goal, by="nurse", minutes=6, title="Walk with Karen")
    found = clash.value
    assert (found.clashes, found.joined) == (("title",), ("importance",))
    assert [side["title"] for side in (found.base, found.theirs, found.mine)] == [
        "Walk to the shop", "Walk to the gate", "Walk with Karen",
    ]  # fmt: skip
    assert Goal.objects.get().version == 2


def test_the_page_shows_what_clashes_and_only_that(signed_in, shared, goal):
    change(shared, goal, title="Walk to the gate", importance=10)
    page = send(signed_in("nurse"), goal, title="Walk with Karen")
    said = words(page)
    assert page.status_code == 422
    assert "Link Worker, Test Carers Hub, saved" in said
    assert "Choose for 1 field." in said
    assert "Changed by others alone: Importance." in said
    assert "<del>shop</del><ins>gate</ins>" in page.content.decode()
    assert "Decide later" in said


CHOICES = [
    ({"choose_title": "mine"}, "Walk with Karen", {}),
    ({"choose_title": "theirs"}, "Walk to the gate", {"The goal": "Walk with Karen"}),
    (
        {"choose_title": "both", "both_title": "Walk to the gate with Karen"},
        "Walk to the gate with Karen",
        {"The goal": "Walk with Karen"},
    ),
]


@pytest.mark.parametrize(("choice", "title", "aside"), CHOICES)
def test_what_is_chosen_stands_and_what_is_not_is_set_aside(signed_in, shared, goal, choice, title, aside):
    change(shared, goal, title="Walk to the gate", importance=10)
    client = signed_in("nurse")
    hidden = send(client, goal, title="Walk with Karen", confidence="7").context["hidden"]
    assert send(client, goal, **hidden, choice_asked="yes", **choice).status_code == 302
    now = Goal.objects.get()
    assert (now.title, now.importance, now.confidence) == (title, 10, 7)
    assert [one.fields for one in SetAside.objects.filter(goal=now)] == ([aside] if aside else [])
    assert PlanDraft.objects.live().count() == 0


def test_saving_without_a_choice_is_an_error_and_not_a_guess(signed_in, shared, goal):
    change(shared, goal, title="Walk to the gate")
    client = signed_in("nurse")
    hidden = send(client, goal, title="Walk with Karen").context["hidden"]
    for choice in ({}, {"choose_title": "both", "both_title": " "}):
        page = send(client, goal, **hidden, choice_asked="yes", **choice)
        assert page.status_code == 422
    assert "Write it together here, or choose one of the two" in words(page)
    assert Goal.objects.get().title == "Walk to the gate"


def test_deciding_later_gives_it_back_and_asks_again(signed_in, shared, goal):
    change(shared, goal, title="Walk to the gate")
    client = signed_in("nurse")
    send(client, goal, title="Walk with Karen")
    with clock.at(BEGAN + timedelta(minutes=10)):
        page = client.get(reverse("goal_detail", args=[goal.id]))
    form = page.context["edit"]
    assert (form["title"].value(), form["version"].value()) == ("Walk with Karen", "1")
    assert send(client, goal, title="Walk with Karen").status_code == 422


def test_a_third_change_meanwhile_asks_again_with_what_was_written_together(signed_in, shared, goal):
    change(shared, goal, title="Walk to the gate")
    client = signed_in("nurse")
    hidden = send(client, goal, title="Walk with Karen").context["hidden"]
    change(shared, goal, minutes=7, version=2, title="Stay at home")
    both = {"choose_title": "both", "both_title": "Walk to the gate with Karen"}
    page = send(client, goal, **hidden, choice_asked="yes", **both)
    assert page.status_code == 422
    assert "Stay at home" in words(page)
    assert "Walk to the gate with Karen" in words(page)
    assert Goal.objects.get().title == "Stay at home"


def test_a_form_whose_version_nobody_knows_any_more_asks_of_everything_that_differs(signed_in, shared, goal):
    change(shared, goal, title="Walk to the gate")
    page = send(signed_in("nurse"), goal, title="Walk with Karen", importance="3", version="77")
    assert "Choose for 2 fields." in words(page)
    assert "Not known any more" in words(page)


def test_days_and_people_of_an_action_are_shown_as_people_read_them(signed_in, shared, world):
    with clock.at(BEGAN):
        action = shared.action(due_on=BEGAN.date())
    facts = {"title": "Ring the supplier", "detail": "", "assigned_to_id": world.second_nurse.membership_id}
    with clock.at(BEGAN + timedelta(minutes=5)):
        day = BEGAN.date() + timedelta(days=2)
        shared.as_("second_nurse", "change_action", action_id=action.id, version=1, due_on=day, **facts)
    client, me = signed_in("nurse"), str(world.nurse.membership_id)
    typed = {"title": "Ring the supplier", "assigned_to": me, "version": "1", "detail": "After ten"}
    boxes = {"due_on_day": "27", "due_on_month": "11", "due_on_year": "2026"}
    with clock.at(BEGAN + timedelta(minutes=9)):
        page = client.post(reverse("action_detail", args=[action.id]), typed | boxes)
        said = words(page)
        assert "26-Nov-2026" in said
        assert "27-Nov-2026" in said
        assert "Nothing stood here" in said
        chosen = {"choice_asked": "yes", "choose_due_on": "mine", "choose_assigned_to": "theirs"}
        sent = client.post(reverse("action_detail", args=[action.id]), page.context["hidden"] | chosen)
    assert sent.status_code == 302
    action.refresh_from_db()
    assert (str(action.due_on), action.assigned_to_id, action.detail) == (
        "2026-11-27", world.second_nurse.membership_id, "After ten",
    )  # fmt: skip


def test_of_a_section_too_what_was_typed_and_not_chosen_stays_beside_the_history(signed_in, shared):
    shared.write("Ken")
    shared.write("Ken and Ann", by="link_worker", version=1)
    client = signed_in("nurse")
    url = reverse("section_edit", args=[shared.resident.id, "people"])
    page = client.post(url, {"body": "Ken and Bob", "in_own_words": "on", "version": 1})
    assert "Ken<ins> and Ann</ins>" in page.content.decode()
    assert "Ken and Ann and Bob</textarea>" in page.content.decode()
    typed = {"choice_asked": "yes", "choice": "theirs", "body": "Ken and Bob", "version": 2, "read_version": 1}
    assert client.post(url, typed).status_code == 302
    history = words(client.get(reverse("section_versions", args=[shared.resident.id, "people"])))
    assert "Set aside beside version 2" in history
    assert "Ken and Bob" in history
    assert PlanSection.objects.get().body == "Ken and Ann"


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["nurse", "link_worker"]),
        st.sampled_from(["open", "save"]),
        st.dictionaries(st.sampled_from(["importance", "confidence"]), st.integers(1, 4), min_size=1),
    ),
    max_size=9,
)


@given(steps=STEPS)
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_however_two_people_take_turns_nobody_overwrites_what_they_have_not_read(shared, steps):
    """Each opens and saves whenever they like; what stands after each step is worked out by hand beside it."""
    goal = shared.goal(title="Walk", importance=1, confidence=1)
    read, truth, at = {}, {"importance": 1, "confidence": 1}, BEGAN
    with clock.at(BEGAN):
        Goal.objects.filter(id=goal.id).update(updated_at=BEGAN)
    for who, step, typed in steps:
        at += timedelta(minutes=1)
        if step == "open" or who not in read:
            read[who] = (Goal.objects.get(id=goal.id).version, dict(truth))
            continue
        version, base = read[who]
        mine = base | typed
        clashing = {name for name in base if base[name] not in (mine[name], truth[name]) and mine[name] != truth[name]}
        asked = None
        with clock.at(at):
            try:
                saved = shared.as_(who, "change_goal", goal_id=goal.id, version=version, title="Walk", **mine)
            except Clash as clash:
                asked = set(clash.clashes), {name: clash.mine[name] for name in mine}
        assert asked == ((clashing, mine) if clashing else None)
        if asked is None:
            truth = {name: mine[name] if mine[name] != base[name] else truth[name] for name in base}
            assert {name: getattr(saved, name) for name in truth} == truth
            read[who] = (saved.version, dict(truth))

"""Pages of actions: the accountable team acts, others read, outsiders find nothing."""

from datetime import timedelta

import pytest
from django.urls import reverse

from carecoord import clock
from careplans import services
from careplans.models import Action
from neighbourhoods.gate import acting_as


def facts(shared, **given):
    due = clock.today() + timedelta(days=7)
    return {
        "title": "Ring the supplier",
        "team": str(shared.world.nursing.id),
        "assigned_to": str(shared.world.nurse.membership_id),
        "due_on_day": due.day,
        "due_on_month": due.month,
        "due_on_year": due.year,
        "goal": "",
        "detail": "",
    } | given


def urls_of(action):
    return {name: reverse(name, args=[action.id]) for name in ("action_detail", "action_move", "action_sort")}


def test_an_action_is_added_to_a_goal_once_however_often_its_form_is_sent(signed_in, shared, world):
    client = signed_in("nurse")
    goal = shared.goal()
    url = reverse("action_new", args=[shared.resident.id])
    form = client.get(f"{url}?goal={goal.id}").context["form"]
    assert form.initial["goal"] == str(goal.id)
    data = facts(shared, goal=str(goal.id), made=str(form.initial["made"]))
    for _ in range(2):
        assert client.post(url, data).url == reverse("care_plan", args=[shared.resident.id])
    action = Action.objects.get()
    assert (action.goal_id, action.care_plan_id, action.accountable_team_id) == (
        goal.id,
        shared.plan.id,
        world.nursing.id,
    )
    page = client.get(reverse("care_plan", args=[shared.resident.id])).content.decode()
    assert "Ring the supplier" in page
    assert '<span class="mine">You</span>' in page


def test_an_action_needs_no_plan(signed_in, shared, world):
    resident = world.resident(given_name="Ken")
    client = signed_in("nurse")
    client.post(reverse("action_new", args=[resident.id]), facts(shared))
    assert Action.objects.get().care_plan_id is None
    page = client.get(reverse("care_plan", args=[resident.id])).content.decode()
    assert "Ken has no plan yet" in page
    assert "Ring the supplier" in page


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"title": ""}, "Enter what is to be done"),
        ({"title": "x" * 301}, "300"),
        ({"title": "a\x00b"}, "hidden character"),
        ({"detail": "x" * 50_000}, "4000"),
        ({"due_on_year": clock.today().year - 1}, "The day it is due must be today or later"),
        ({"team": "not-a-team"}, "not in the list any more"),
        ({"goal": "3fa85f64-5717-4562-b3fc-2c963f66afa6"}, "not in the list any more"),
    ],
)
def test_an_action_that_will_not_do_is_refused_in_words(signed_in, shared, given, sentence):
    response = signed_in("nurse").post(reverse("action_new", args=[shared.resident.id]), facts(shared, **given))
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not Action.objects.exists()


def test_another_team_is_not_offered_and_not_taken(signed_in, shared, world):
    url = reverse("action_new", args=[shared.resident.id])
    response = signed_in("nurse").post(url, facts(shared, team=str(world.carers.id)))
    assert response.status_code == 422
    assert not Action.objects.exists()


def test_pages_of_an_action_are_not_there_for_an_outsider(signed_in, shared):
    action = shared.action(needs_sorting=True)
    client = signed_in("outsider")
    for name, url in urls_of(action).items():
        assert client.post(url, {"move-verb": "complete"}).status_code == 404, name
    assert client.get(urls_of(action)["action_detail"]).status_code == 404
    assert client.get(reverse("action_new", args=[shared.resident.id])).status_code == 403
    action.refresh_from_db()
    assert (action.status, action.version) == ("not_started", 1)


def test_pages_of_an_action_ask_nobody_to_sign_in(client, shared):
    action = shared.action()
    for url in (*urls_of(action).values(), reverse("action_new", args=[shared.resident.id])):
        response = client.post(url)
        assert response.status_code == 302
        assert response.url.startswith("/accounts/login/")


def test_another_team_reads_the_action_and_can_do_nothing(signed_in, shared):
    action = shared.action(needs_sorting=True)
    client = signed_in("link_worker")
    page = client.get(urls_of(action)["action_detail"]).content.decode()
    assert "Millbrook Community Nursing is responsible for this action" in page
    assert "Save the action" not in page
    assert ">Done<" not in page.replace(" ", "").replace("\n", "")
    for url in (*urls_of(action).values(),):
        assert client.post(url, {"move-verb": "complete", "title": "x", "sort-team": ""}).status_code in (404, 422)
    action.refresh_from_db()
    assert (action.status, action.version) == ("not_started", 1)


def test_done_ends_the_action_and_says_that_nobody_has_to_do_it(signed_in, shared):
    action = shared.action()
    client = signed_in("second_nurse")
    page = client.post(urls_of(action)["action_move"], {"move-verb": "complete"}, follow=True).content.decode()
    assert "Done. Nobody has to do it any more." in page
    assert "Ended actions (1)" in page
    action.refresh_from_db()
    assert action.status == "completed"


def test_done_twice_is_refused_in_words(signed_in, shared):
    action = shared.action()
    client = signed_in("nurse")
    client.post(urls_of(action)["action_move"], {"move-verb": "complete"})
    response = client.post(urls_of(action)["action_move"], {"move-verb": "complete"})
    assert response.status_code == 422
    assert "This action has been completed" in response.content.decode().replace("  ", " ")
    assert Action.objects.get().version == 2


def test_putting_on_hold_asks_why_and_the_clock_shows_it(signed_in, shared):
    action = shared.action(due_on=clock.today())
    client = signed_in("nurse")
    assert client.post(urls_of(action)["action_move"], {"move-verb": "hold"}).status_code == 422
    client.post(urls_of(action)["action_move"], {"move-verb": "hold", "move-reason": "Unwell until 01-Dec-2026"})
    page = client.get(reverse("care_plan", args=[shared.resident.id])).content.decode()
    assert "Paused" in page
    assert "Unwell until" in page


def test_an_old_form_of_an_action_is_shown_what_stands_and_keeps_what_was_typed(signed_in, shared, world):
    action = shared.action()
    shared.as_(
        "second_nurse", "change_action", action_id=action.id, version=1, title="Write to them",
        due_on=None, detail="", assigned_to_id=None,
    )  # fmt: skip
    client = signed_in("nurse")
    response = client.post(urls_of(action)["action_detail"], facts(shared, title="Visit them", version=1))
    page = response.content.decode()
    assert response.status_code == 422
    assert "Write to them" in page
    assert "Visit them" in page
    assert Action.objects.get().title == "Write to them"
    hidden = response.context["hidden"]
    mine = {f"choose_{name}": "mine" for name in ("title", "due_on", "detail", "assigned_to")}
    again = hidden | {"choice_asked": "yes"} | mine
    assert client.post(urls_of(action)["action_detail"], again).status_code == 302
    assert Action.objects.get().title == "Visit them"


def test_whoever_gives_up_the_last_reason_to_see_the_record_is_brought_home(signed_in, shared, world):
    resident = world.resident(by=world.front_door, team=world.place.front_door)
    with acting_as(world.front_door):
        action = services.create_action(
            by=world.front_door,
            resident_id=resident.id,
            title="x",
            team_id=world.place.front_door_id,
            needs_sorting=True,
        )
        # Something of its own stays with the front door, so it stays lead, and the carers have nothing but this action.
        services.create_action(
            by=world.front_door, resident_id=resident.id, title="y", team_id=world.place.front_door_id
        )
        services.sort_action(by=world.front_door, action_id=action.id, team_id=world.carers.id)
    client = signed_in("link_worker")
    assert client.get(urls_of(action)["action_detail"]).status_code == 200
    assert client.post(urls_of(action)["action_move"], {"move-verb": "complete"}).url == "/"
    assert client.get(urls_of(action)["action_detail"]).status_code == 404


def test_the_team_an_import_came_to_sorts_it_from_the_page(signed_in, world):
    resident = world.resident(by=world.front_door, team=world.place.front_door)
    with acting_as(world.front_door):
        action = services.create_action(
            by=world.front_door,
            resident_id=resident.id,
            title="x",
            team_id=world.place.front_door_id,
            needs_sorting=True,
        )
    client = signed_in("front_door")
    assert "It came by import." in client.get(urls_of(action)["action_detail"]).content.decode()
    assert client.post(urls_of(action)["action_sort"], {"sort-team": ""}).status_code == 422
    response = client.post(urls_of(action)["action_sort"], {"sort-team": str(world.nursing.id)})
    assert response.status_code == 302
    action.refresh_from_db()
    assert action.accountable_team_id == world.nursing.id


def test_only_my_own_action_has_a_done_button_in_the_list(signed_in, shared, world):
    shared.action(title="Mine", assigned_to_id=world.nurse.membership_id)
    shared.action(title="Hers", assigned_to_id=world.second_nurse.membership_id)
    page = signed_in("nurse").get(reverse("care_plan", args=[shared.resident.id])).content.decode()
    assert page.count("#done") == 1
    assert page.count('<span class="mine">Your team</span>') == 1

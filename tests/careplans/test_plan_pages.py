"""The plan's pages: as a member, as an outsider, as nobody; stale forms; hostile input; query budgets."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from carecoord import clock
from carecoord.audit.models import AuditEntry
from careplans.models import CarePlan, Goal, PlanSection, SectionVersion
from tests.shortening import thoroughly


def date_boxes(name, day):
    return {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}


def agreement(shared, **given):
    return {
        "agreed_with_resident": "yes",
        **date_boxes("agreed_on", clock.today()),
        **date_boxes("review_due_on", clock.today() + timedelta(days=60)),
        "review_team": str(shared.world.nursing.id),
        "version": shared.plan.version,
    } | given


@pytest.fixture
def urls(shared):
    """Every page of this file by name, for Sheila's plan."""
    goal = shared.goal()
    shared.write("Ken")
    resident = [shared.resident.id]
    return {
        "care_plan": reverse("care_plan", args=resident),
        "care_plan_start": reverse("care_plan_start", args=resident),
        "care_plan_agree": reverse("care_plan_agree", args=resident),
        "care_plan_activate": reverse("care_plan_activate", args=resident),
        "care_plan_state": reverse("care_plan_state", args=resident),
        "section_edit": reverse("section_edit", args=[*resident, "people"]),
        "section_versions": reverse("section_versions", args=[*resident, "people"]),
        "goal_new": reverse("goal_new", args=resident),
        "goal_detail": reverse("goal_detail", args=[goal.id]),
        "goal_move": reverse("goal_move", args=[goal.id]),
    }


POST_ONLY = {"care_plan_start", "care_plan_activate", "goal_move"}


def test_every_page_opens_for_whoever_sees_the_resident(signed_in, urls):
    client = signed_in("link_worker")
    for name, url in urls.items():
        assert client.get(url).status_code == (405 if name in POST_ONLY else 200), name


def test_every_page_is_not_there_for_an_outsider(signed_in, urls):
    client = signed_in("outsider")
    before = list(CarePlan.objects.values()), list(Goal.objects.values())
    for name, url in urls.items():
        if name not in POST_ONLY:
            assert client.get(url).status_code == (403 if url.startswith("/residents/") else 404), name
        assert client.post(url, {}).status_code == 404, name
    assert (list(CarePlan.objects.values()), list(Goal.objects.values())) == before


def test_every_page_asks_nobody_to_sign_in(client, urls):
    for name, url in urls.items():
        response = client.post(url) if name in POST_ONLY else client.get(url)
        assert response.status_code == 302, name
        assert response.url.startswith("/accounts/login/"), name


def test_a_look_at_the_plan_is_written_down(signed_in, urls, shared, world):
    signed_in("link_worker").get(urls["care_plan"])
    look = AuditEntry.objects.get(verb="plan.viewed")
    assert (look.resident_id, look.membership_id) == (shared.resident.id, world.link_worker.membership_id)


def test_a_resident_without_a_plan_is_offered_one_and_starting_twice_makes_one(signed_in, world):
    resident = world.resident(given_name="Ken")
    client = signed_in("nurse")
    url = reverse("care_plan", args=[resident.id])
    assert "Ken has no plan yet" in client.get(url).content.decode()
    for _ in range(2):
        assert client.post(reverse("care_plan_start", args=[resident.id])).url == url
    assert CarePlan.objects.filter(resident=resident).count() == 1
    page = client.get(url).content.decode()
    assert "Not yet started. Start with what Ken says matters." in page


def test_a_draft_says_what_is_missing_and_has_one_green_button(signed_in, shared, urls):
    client = signed_in("nurse")
    page = client.get(urls["care_plan"]).content.decode()
    assert "Before it can be active, it needs an agreement, a review date in the future and a team" in page
    assert greens(page) == ["Agree the plan"]
    assert client.post(urls["care_plan_agree"], agreement(shared)).status_code == 302
    page = client.get(urls["care_plan"]).content.decode()
    assert greens(page) == ["Make the plan active"]
    client.post(urls["care_plan_activate"])
    page = client.get(urls["care_plan"]).content.decode()
    assert greens(page) == []
    assert "owned by Millbrook Community Nursing" in page


def greens(page):
    """The words on buttons without a modifier."""
    parts = page.split('class="nhsuk-button"')[1:]
    return [part.split(">", 1)[1].split("<", 1)[0].strip() for part in parts]


def test_activating_too_early_says_why_and_changes_nothing(signed_in, urls):
    client = signed_in("nurse")
    page = client.post(urls["care_plan_activate"], follow=True).content.decode()
    assert "Before it can be active, the plan needs an agreement" in page
    assert CarePlan.objects.get().status == "draft"


def test_a_refused_agreement_keeps_what_was_typed_and_names_the_field(signed_in, shared, urls):
    client = signed_in("nurse")
    response = client.post(urls["care_plan_agree"], agreement(shared, agreed_with_resident="no"))
    assert response.status_code == 422
    page = response.content.decode()
    assert "<title>Error: " in page
    assert 'href="#id_agreed_with"' in page
    assert CarePlan.objects.get().agreed_on is None


def test_two_agreements_at_once_show_before_theirs_and_mine(signed_in, shared, urls):
    client, day = signed_in("nurse"), clock.today()
    with clock.at(clock.now() - timedelta(minutes=9)):
        shared.agree(funding="The council")
    plan = CarePlan.objects.get()
    with clock.at(clock.now() - timedelta(minutes=5)):
        shared.agree(by="link_worker", version=plan.version, funding="NHS", review_due_on=day + timedelta(days=80))
    mine = agreement(
        shared, version=plan.version, funding="She pays", **date_boxes("review_due_on", day + timedelta(90))
    )
    response = client.post(urls["care_plan_agree"], mine)
    page = response.content.decode()
    assert response.status_code == 422
    assert all(words in page for words in ("The council", "NHS", "She pays", "You, not saved"))
    assert page.count("panel--padded clash") == 1
    form = response.context["form"].data
    assert form["review_due_on_day"] == str((day + timedelta(days=80)).day)
    assert client.post(urls["care_plan_agree"], form).status_code == 302
    plan.refresh_from_db()
    assert (plan.funding, plan.review_due_on) == ("She pays", day + timedelta(days=80))


def test_agreements_of_two_that_do_not_meet_go_together(signed_in, shared, urls):
    with clock.at(clock.now() - timedelta(minutes=9)):
        shared.agree(review_due_on=clock.today() + timedelta(days=60))
    plan = CarePlan.objects.get()
    with clock.at(clock.now() - timedelta(minutes=5)):
        shared.agree(by="link_worker", version=plan.version, review_due_on=plan.review_due_on, funding="NHS")
    later = date_boxes("review_due_on", clock.today() + timedelta(days=70))
    mine = agreement(shared, version=plan.version, **later)
    assert signed_in("nurse").post(urls["care_plan_agree"], mine).status_code == 302
    plan.refresh_from_db()
    assert (plan.funding, plan.review_due_on) == ("NHS", clock.today() + timedelta(days=70))


def test_an_old_agreement_form_is_shown_what_stands_and_saves_the_second_time(signed_in, shared, urls):
    client = signed_in("nurse")
    old = agreement(shared)
    shared.agree()
    response = client.post(urls["care_plan_agree"], old)
    assert response.status_code == 422
    assert "While you were typing, somebody saved:" in response.content.decode()
    assert CarePlan.objects.get().review_due_on == clock.today() + timedelta(days=90)
    again = old | {"version": response.context["form"].data["version"]}
    assert client.post(urls["care_plan_agree"], again).status_code == 302
    assert CarePlan.objects.get().review_due_on == clock.today() + timedelta(days=60)


def test_a_team_from_another_place_of_the_form_is_refused(signed_in, shared, urls, world):
    data = agreement(shared, review_team=str(world.highcross_nursing.id))
    assert signed_in("nurse").post(urls["care_plan_agree"], data).status_code == 422
    assert CarePlan.objects.get().review_team_id is None


def test_pausing_a_plan_asks_why(signed_in, shared, urls):
    client = signed_in("nurse")
    shared.agree()
    client.post(urls["care_plan_activate"])
    assert client.post(urls["care_plan_state"], {"verb": "hold", "reason": ""}).status_code == 422
    assert CarePlan.objects.get().status == "active"
    assert client.post(urls["care_plan_state"], {"verb": "hold", "reason": "In hospital"}).status_code == 302
    assert CarePlan.objects.get().status == "on_hold"


def test_writing_a_section_shows_the_words_in_plum_with_who_wrote_them_down(signed_in, shared, urls):
    client = signed_in("link_worker")
    data = {"body": "Ken and Ann", "in_own_words": "on", "version": 1}
    assert client.post(urls["section_edit"], data).url == urls["care_plan"]
    page = client.get(urls["care_plan"]).content.decode()
    assert "Ken and Ann" in page
    assert "own words, written down by Link Worker, Link worker, Test Carers Hub" in page
    versions = client.get(urls["section_versions"]).content.decode()
    assert versions.index("Version 2") < versions.index("Version 1")
    assert "Nurse, Community nurse, Test Community Health" in versions


def test_two_people_at_once_and_nothing_typed_is_lost(signed_in, shared, urls):
    shared.write("Ken and Ann", by="link_worker", version=1)
    client = signed_in("nurse")
    response = client.post(urls["section_edit"], {"body": "Ken and Bob", "in_own_words": "on", "version": 1})
    page = response.content.decode()
    assert response.status_code == 422
    assert "Link Worker saved “People who are important to me” while you were typing." in page
    assert "What you typed is kept." in page
    assert columns(page) == ["Ken", "Ken and Ann", "Ken and Bob"]
    assert PlanSection.objects.get().body == "Ken and Ann"


def columns(page):
    """The words under Before, Theirs and Mine."""
    shown = page[page.index('<div class="conflict">') : page.index("Which version do you keep?")]
    titles = re.findall(r'<h2 class="panel__title">(\w+)', shown)
    assert titles == ["Before", "Theirs", "Mine"]
    return [re.sub(r"<[^>]+>", "", words).strip() for words in re.findall(r"<div>(.*?)</div>", shown, re.S)]


def test_where_nothing_stood_before_the_page_says_so(signed_in, shared, urls):
    shared.write("Walks", by="link_worker", key="wellness")
    url = reverse("section_edit", args=[shared.resident.id, "wellness"])
    page = signed_in("nurse").post(url, {"body": "Swims", "version": 0}).content.decode()
    assert columns(page) == ["Nothing was written.", "Walks", "Swims"]


def conflict(**given):
    typed = {"choice_asked": "yes", "body": "Ken and Bob", "in_own_words": "True", "version": 2, "read_version": 1}
    return typed | {"both": ""} | given


@pytest.mark.parametrize(
    ("given", "body", "versions"),
    [
        ({"choice": "theirs"}, "Ken and Ann", 2),
        ({"choice": "mine"}, "Ken and Bob", 3),
        ({"choice": "both", "both": "Ken, Ann and Bob"}, "Ken, Ann and Bob", 3),
    ],
)
def test_the_chosen_version_stands_and_the_other_is_kept(signed_in, shared, urls, given, body, versions):
    shared.write("Ken and Ann", by="link_worker", version=1)
    response = signed_in("nurse").post(urls["section_edit"], conflict(**given))
    assert response.url == urls["care_plan"]
    assert PlanSection.objects.get().body == body
    assert SectionVersion.objects.count() == versions


def test_saving_without_choosing_is_an_error_not_a_guess(signed_in, shared, urls):
    shared.write("Ken and Ann", by="link_worker", version=1)
    response = signed_in("nurse").post(urls["section_edit"], conflict())
    assert response.status_code == 422
    page = response.content.decode()
    assert "Choose which version of “People who are important to me” to keep" in page
    assert "Ken and Bob" in page
    assert PlanSection.objects.get().body == "Ken and Ann"


def test_a_third_change_meanwhile_asks_again(signed_in, shared, urls):
    shared.write("Ken and Ann", by="link_worker", version=1)
    shared.write("Ken, Ann, Paul", by="link_worker", version=2)
    response = signed_in("nurse").post(urls["section_edit"], conflict(choice="mine"))
    assert response.status_code == 422
    assert columns(response.content.decode()) == ["Ken", "Ken, Ann, Paul", "Ken and Bob"]
    assert SectionVersion.objects.count() == 3


def test_a_choice_refused_for_both_is_asked_again_with_mine_kept(signed_in, shared, urls):
    shared.write("Ken and Ann", by="link_worker", version=1)
    response = signed_in("nurse").post(urls["section_edit"], conflict(choice="both", both="x" * 50_000))
    assert response.status_code == 422
    assert "Ken and Bob" in response.content.decode()
    assert PlanSection.objects.get().body == "Ken and Ann"


@pytest.mark.parametrize("body", ["", "x" * 50_000, "a\x00b"])
def test_a_section_that_cannot_be_stored_is_refused_in_words(signed_in, shared, urls, body):
    url = reverse("section_edit", args=[shared.resident.id, "wellness"])
    response = signed_in("nurse").post(url, {"body": body, "version": 0})
    assert response.status_code == 422
    assert not PlanSection.objects.filter(key="wellness").exists()


def test_a_heading_that_does_not_exist_is_not_there(signed_in, shared):
    client = signed_in("nurse")
    for name in ("section_edit", "section_versions"):
        assert client.get(reverse(name, args=[shared.resident.id, "hobbies"])).status_code == 404


def test_a_script_in_the_text_is_shown_as_text(signed_in, shared, urls):
    shared.write("<script>alert(1)</script>", key="needs", in_own_words=False)
    shared.goal(title="<img src=x onerror=alert(2)>")
    page = signed_in("nurse").get(urls["care_plan"]).content.decode()
    assert "<script>alert(1)" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_goal_is_added_once_however_often_its_form_is_sent(signed_in, shared, urls):
    client = signed_in("nurse")
    made = client.get(urls["goal_new"]).context["form"].initial["made"]
    data = {"title": "Walk to the shop", "importance": "10", "confidence": "", "made": str(made)}
    for _ in range(2):
        assert client.post(urls["goal_new"], data).status_code == 302
    goal = Goal.objects.get(title="Walk to the shop")
    assert (goal.importance, goal.confidence) == (10, None)
    page = client.get(urls["care_plan"]).content.decode()
    assert "“Walk to the shop”" in page
    assert "<strong>10 of 10</strong>" in page


def test_a_goal_with_an_impossible_number_is_refused_in_words(signed_in, urls):
    response = signed_in("nurse").post(urls["goal_new"], {"title": "Fly", "importance": "11"})
    assert response.status_code == 422
    assert "Importance must be a number from 1 to 10" in response.content.decode()
    assert not Goal.objects.filter(title="Fly").exists()


def test_an_old_goal_form_is_shown_what_stands(signed_in, shared, urls):
    goal = Goal.objects.get()
    shared.as_("link_worker", "change_goal", goal_id=goal.id, version=1, title="Dance", importance=9, confidence=4)
    response = signed_in("nurse").post(urls["goal_detail"], {"title": "Sing", "version": 1})
    page = response.content.decode()
    assert response.status_code == 422
    assert "Dance" in page
    assert "Sing" in page
    assert "You and Link Worker changed" in page
    goal.refresh_from_db()
    assert goal.title == "Dance"


def test_a_goal_moves_by_its_form_and_an_ended_one_cannot_be_edited(signed_in, urls):
    client = signed_in("nurse")
    assert client.post(urls["goal_move"], {"move-verb": "start"}).status_code == 302
    assert client.post(urls["goal_move"], {"move-verb": "cancel"}).status_code == 422
    assert Goal.objects.get().status == "active"
    client.post(urls["goal_move"], {"move-verb": "cancel", "move-reason": "Too far"})
    assert Goal.objects.get().status == "cancelled"
    page = client.get(urls["goal_detail"]).content.decode()
    assert "This goal has ended" in page
    assert "Save the goal" not in page


@pytest.mark.parametrize("rows", [3, *thoroughly(30)])
def test_the_plan_page_asks_the_database_as_often_for_30_goals_as_for_3(
    signed_in, shared, rows, django_assert_max_num_queries
):
    for number in range(rows):
        goal = shared.goal(title=f"Goal {number}")
        shared.action(title=f"Action {number}", goal_id=goal.id, due_on=clock.today())
        shared.as_("nurse", "add_additional_plan", plan_id=shared.plan.id, name=f"P{number}", content="x")
    client = signed_in("nurse")
    url = reverse("care_plan", args=[shared.resident.id])
    client.get(url)
    with django_assert_max_num_queries(26):
        assert client.get(url).content.decode().count("Goal ") >= rows

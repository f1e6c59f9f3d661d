"""Care plans, their sections and goals, as partner systems read and write them."""

from datetime import date, timedelta

import pytest

from carecoord.api.schema import openapi
from carecoord.audit.models import AuditEntry
from careplans.api.shapes import ABOUT_ME, AboutMe, AboutMeWords
from careplans.models import CarePlan, Goal, PlanSection, SectionVersion
from careplans.services import add_goal, create_plan, write_section
from neighbourhoods.gate import acting_as
from tests.api.conftest import shown, told
from tests.shortening import thoroughly
from tests.statements import at_most

pytestmark = pytest.mark.django_db
NOBODY = "0190a000-0000-7000-8000-000000000000"
IN_MARCH = str(date.today() + timedelta(days=100))


@pytest.fixture
def plan(world, sheila):
    with acting_as(world.nurse):
        return create_plan(by=world.nurse, resident_id=sheila.id)


def test_a_plan_is_started_with_their_words_and_agreed(world, nursing, sheila):
    asked = {
        "resident": str(sheila.id),
        "about_me": {"most_important": "My garden", "people": ""},
        "needs": "Help with stairs",
        "in_own_words": True,
        "agreed_with_resident": True,
        "review_due_on": IN_MARCH,
    }
    answer = nursing.post("care-plans/", asked)
    made = shown(answer, 201)
    assert answer.headers["Location"] == f"/api/v1/care-plans/{made['id']}/"
    assert answer.headers["ETag"] == f'"{made["id"]}-{made["version"]}"'
    assert made["resident"] == str(sheila.id)
    assert (made["status"], made["missing"]) == ("draft", [])
    assert made["about_me"] == dict.fromkeys(ABOUT_ME, "") | {"most_important": "My garden"}
    assert (made["needs"], made["strengths"]) == ("Help with stairs", "")
    assert (made["agreed_with_resident"], made["agreed_on"]) == (True, str(date.today()))
    assert (made["review_due_on"], made["review_team"]) == (IN_MARCH, str(world.nursing.id))
    assert made["allowed_actions"] == ["activate", "enter-in-error"]
    assert shown(nursing.get(answer.headers["Location"])) == made
    assert shown(nursing.get(f"care-plans/?resident={sheila.id}"))["results"] == [made]
    own = dict(PlanSection.objects.values_list("key", "in_own_words"))
    assert own == {"most_important": True, "needs": False}


def test_a_resident_has_one_plan(nursing, sheila, plan):
    answer = nursing.post("care-plans/", {"resident": str(sheila.id), "about_me": {"people": "Ken"}})
    assert told(answer) == (409, "plan_exists")
    assert answer.json()["care_plan"] == str(plan.id)
    assert PlanSection.objects.count() == 0


def test_the_same_request_twice_starts_one_plan(nursing, sheila):
    asked = {"resident": str(sheila.id)}
    first = nursing.post("care-plans/", asked, Idempotency_Key="one")
    again = nursing.post("care-plans/", asked, Idempotency_Key="one")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert CarePlan.objects.count() == 1
    other = nursing.post("care-plans/", asked | {"needs": "Stairs"}, Idempotency_Key="one")
    assert told(other) == (422, "idempotency_key_reused")


def test_nobody_elses_plan_is_found_or_written(nursing, stranger, sheila, plan):
    path = f"care-plans/{plan.id}/"
    for hidden in (path, f"{path}sections/people/", f"{path}goals/"):
        assert stranger.get(hidden).status_code == 404
    assert shown(stranger.get("care-plans/"))["results"] == []
    assert stranger.post("care-plans/", {"resident": str(sheila.id)}).status_code == 404
    assert stranger.post(f"{path}goals/", {"title": "x"}).status_code == 404
    assert stranger.patch(path, {"review_due_on": IN_MARCH}, If_Match="*").status_code == 404
    assert stranger.patch(f"{path}sections/people/", {"body": "x"}, If_Match="*").status_code == 404
    plan.refresh_from_db()
    assert (plan.version, Goal.objects.count(), PlanSection.objects.count()) == (1, 0, 0)


def test_a_token_without_the_scope_is_refused(world, partner, sheila, plan):
    reader = partner("reader", world.nursing, scopes=("plans.read",))
    assert reader.get(f"care-plans/{plan.id}/").status_code == 200
    assert told(reader.post("care-plans/", {"resident": str(sheila.id)})) == (403, "missing_scope")
    assert told(reader.patch(f"care-plans/{plan.id}/", {}, If_Match="*")) == (403, "missing_scope")
    writer = partner("writer", world.nursing, scopes=("plans.write",))
    assert told(writer.get("care-plans/")) == (403, "missing_scope")


def test_a_plan_becomes_active_once_it_is_agreed(nursing, plan):
    path = f"care-plans/{plan.id}/"
    tag = nursing.get(path).headers["ETag"]
    assert told(nursing.patch(path, {"status": "active"}, If_Match=tag)) == (422, "gate_not_met")
    assert nursing.patch(path, {"status": "active"}).status_code == 428
    facts = {"agreed_with_resident": False, "agreed_with": "Joan Ellis, daughter", "review_due_on": IN_MARCH}
    active = nursing.patch(path, facts | {"status": "active"}, If_Match=tag)
    assert shown(active)["status"] == "active"
    assert (active.json()["agreed_with"], active.json()["allowed_actions"]) == (
        "Joan Ellis, daughter",
        ["hold", "complete", "revoke", "enter-in-error"],
    )
    stale = nursing.patch(path, {"status": "on_hold", "reason": "In hospital"}, If_Match=tag)
    assert told(stale) == (412, "stale")
    assert stale.json()["current"] == active.json()
    held = nursing.patch(path, {"status": "on_hold", "reason": "In hospital"}, If_Match=active.headers["ETag"])
    assert (shown(held)["status"], held.json()["allowed_actions"][0]) == ("on_hold", "resume")


def test_a_draft_is_offered_to_be_made_active_once_nothing_is_missing(nursing, plan):
    path = f"care-plans/{plan.id}/"
    waiting = shown(nursing.get(path))
    assert (waiting["missing"] != [], waiting["allowed_actions"]) == (True, ["enter-in-error"])
    agreed = nursing.patch(path, {"agreed_with_resident": True, "review_due_on": IN_MARCH}, If_Match="*")
    assert (shown(agreed)["missing"], agreed.json()["allowed_actions"]) == ([], ["activate", "enter-in-error"])


def test_what_the_table_does_not_lead_to_is_refused(nursing, plan):
    answer = nursing.patch(f"care-plans/{plan.id}/", {"status": "completed"}, If_Match="*")
    assert told(answer) == (422, "illegal_transition")
    assert answer.json()["allowed"] == ["enter-in-error"]
    assert told(nursing.patch(f"care-plans/{plan.id}/", {"status": "entered_in_error"}, If_Match="*")) == (
        422,
        "refused",
    )


def test_a_refused_change_leaves_nothing_behind(nursing, plan):
    answer = nursing.patch(f"care-plans/{plan.id}/", {"review_due_on": IN_MARCH, "status": "completed"}, If_Match="*")
    assert answer.status_code == 422
    plan.refresh_from_db()
    assert (plan.version, plan.review_due_on) == (1, None)
    assert not AuditEntry.objects.filter(verb="plan.review_set").exists()


def test_the_review_is_set_before_anything_is_agreed(world, nursing, plan):
    changed = shown(nursing.patch(f"care-plans/{plan.id}/", {"review_due_on": IN_MARCH}, If_Match="*"))
    assert (changed["review_due_on"], changed["review_team"]) == (IN_MARCH, str(world.nursing.id))
    assert (changed["agreed_with_resident"], changed["missing"]) == (None, ["an agreement"])
    assert AuditEntry.objects.get(verb="plan.review_set").actor_id == nursing.row.id


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"review_due_on": "2020-01-01"}, 422, "review_due_on"),
        ({"review_due_on": "2099-01-01"}, 422, "review_due_on"),
        ({"review_due_on": "soon"}, 400, "review_due_on"),
        ({"review_team": NOBODY}, 422, "review_due_on"),
        ({"agreed_with_resident": "yes"}, 400, "agreed_with_resident"),
        ({"agreed_with_resident": False, "review_due_on": IN_MARCH}, 422, "agreed_with"),
        ({"agreed_with": "Joan", "review_due_on": IN_MARCH}, 422, "agreed_with_resident"),
        ({"agreed_with_resident": True, "agreed_on": "2099-01-01", "review_due_on": IN_MARCH}, 422, "agreed_on"),
        ({"review_due_on": IN_MARCH, "review_team": NOBODY}, 422, "review_team"),
        ({"status": "finished"}, 400, "status"),
        ({"about_me": {"people": "Ken"}}, 400, "about_me"),
    ],
)
def test_what_is_agreed_is_checked(nursing, plan, body, status, field):
    answer = nursing.patch(f"care-plans/{plan.id}/", body, If_Match="*")
    assert (answer.status_code, list(answer.json()["errors"])) == (status, [field]), answer.content
    plan.refresh_from_db()
    assert plan.version == 1


def test_a_draft_may_be_agreed_before_its_review_is_set(nursing, plan):
    changed = shown(nursing.patch(f"care-plans/{plan.id}/", {"agreed_with_resident": True}, If_Match="*"))
    assert (changed["agreed_with_resident"], changed["review_due_on"], changed["review_team"]) == (True, None, None)
    assert changed["missing"] == ["a review date in the future", "a team that reviews it"]
    assert told(nursing.patch(f"care-plans/{plan.id}/", {"status": "active"}, If_Match="*")) == (422, "gate_not_met")


def test_what_was_agreed_is_not_taken_back(nursing, plan):
    path = f"care-plans/{plan.id}/"
    shown(nursing.patch(path, {"agreed_with_resident": True, "review_due_on": IN_MARCH}, If_Match="*"))
    assert nursing.patch(path, {"agreed_with_resident": None}, If_Match="*").status_code == 422
    again = nursing.patch(path, {"agreed_with_resident": True, "review_due_on": IN_MARCH}, If_Match="*")
    assert shown(again)["version"] == 2


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"resident": "7"},
        {"resident": NOBODY, "about_me": {"hobbies": "x"}},
        {"resident": NOBODY, "about_me": "My garden"},
        {"resident": NOBODY, "about_me": {"people": 7}},
        {"resident": NOBODY, "about_me": {"people": "x" * 50_000}},
        {"resident": NOBODY, "status": "active"},
    ],
)
def test_what_a_plan_is_started_with_is_checked(nursing, body):
    assert told(nursing.post("care-plans/", body)) == (400, "invalid")


def test_a_section_has_a_version_of_its_own(world, nursing, plan):
    path = f"care-plans/{plan.id}/sections/most_important/"
    empty = nursing.get(path)
    assert (shown(empty)["version"], empty.json()["body"], empty.json()["written_by"]) == (0, "", "")
    assert nursing.patch(path, {"body": "My garden"}).status_code == 428
    written = nursing.patch(path, {"body": "My garden", "in_own_words": True}, If_Match=empty.headers["ETag"])
    section = shown(written)
    assert (section["id"], section["version"]) == (empty.json()["id"], 1)
    assert section["written_by"] == "nursing, Test Community Health"
    assert shown(nursing.get(f"care-plans/{plan.id}/"))["version"] == 1
    stale = nursing.patch(path, {"body": "My dog"}, If_Match=empty.headers["ETag"])
    assert told(stale) == (412, "stale")
    assert stale.json()["current"] == section
    again = nursing.patch(path, {"body": "My dog"}, If_Match=written.headers["ETag"])
    assert (shown(again)["version"], again.json()["in_own_words"]) == (2, True)
    assert list(SectionVersion.objects.order_by("number").values_list("body", flat=True)) == ["My garden", "My dog"]


def test_what_a_person_wrote_bears_their_name(world, nursing, plan):
    with acting_as(world.nurse):
        write_section(by=world.nurse, plan_id=plan.id, key="people", body="Ken", in_own_words=False, version=0)
    assert shown(nursing.get(f"care-plans/{plan.id}/sections/people/"))["written_by"] == "Nurse"
    changed = nursing.patch(f"care-plans/{plan.id}/sections/people/", {"body": "Ken and Joan"}, If_Match="*")
    assert shown(changed)["written_by"] == "nursing, Test Community Health"


def test_sections_are_checked(nursing, plan):
    path = f"care-plans/{plan.id}/sections/"
    assert nursing.get(f"{path}hobbies/").status_code == 404
    assert nursing.patch(f"{path}hobbies/", {"body": "x"}, If_Match="*").status_code == 404
    assert nursing.patch(f"{path}needs/", {"body": "x", "in_own_words": True}, If_Match="*").status_code == 422
    assert nursing.patch(f"{path}needs/", {"body": ""}, If_Match="*").status_code == 422
    assert nursing.patch(f"{path}needs/", {"body": "x" * 10_001}, If_Match="*").status_code == 400
    assert PlanSection.objects.count() == 0


def test_pages_say_which_partner_wrote_and_looked(world, nursing, sheila, plan, signed_in):
    nursing.patch(f"care-plans/{plan.id}/sections/people/", {"body": "Ken"}, If_Match="*")
    nursing.patch(f"care-plans/{plan.id}/sections/people/", {"body": "Ken and Joan"}, If_Match="*")
    nursing.get(f"care-plans/{plan.id}/")
    nurse = signed_in("nurse")
    for page in ("plan/", "plan/sections/people/versions/"):
        assert "nursing, Test Community Health" in nurse.get(f"/residents/{sheila.id}/{page}").content.decode()
    assert "nursing, Test Community Health" in nurse.get(f"/residents/{sheila.id}/timeline/").content.decode()
    assert "nursing" in nurse.get(f"/residents/{sheila.id}/access/").content.decode()


def test_a_goal_is_added_changed_and_moved(nursing, plan):
    path = f"care-plans/{plan.id}/goals/"
    answer = nursing.post(path, {"title": "Walk to the shop", "importance": 9}, Idempotency_Key="one")
    goal = shown(answer, 201)
    assert shown(nursing.post(path, {"title": "Walk to the shop", "importance": 9}, Idempotency_Key="one"), 201) == goal
    assert (goal["title"], goal["importance"], goal["confidence"]) == ("Walk to the shop", 9, None)
    assert (goal["status"], goal["care_plan"]) == ("proposed", str(plan.id))
    assert goal["allowed_actions"] == ["plan", "accept", "reject", "start", "cancel", "enter-in-error"]
    assert shown(nursing.get(answer.headers["Location"])) == goal
    assert shown(nursing.get(path))["results"] == [goal]
    one = f"goals/{goal['id']}/"
    assert nursing.patch(one, {"importance": 7}).status_code == 428
    moved = nursing.patch(one, {"importance": 7, "status": "active"}, If_Match=answer.headers["ETag"])
    assert (shown(moved)["importance"], moved.json()["status"]) == (7, "active")
    assert nursing.patch(one, {"importance": 6}, If_Match=answer.headers["ETag"]).json()["current"] == moved.json()
    refused = nursing.patch(one, {"status": "rejected", "reason": "x"}, If_Match="*")
    assert told(refused) == (422, "illegal_transition")
    assert refused.json()["allowed"] == ["hold", "complete", "cancel", "enter-in-error"]
    assert nursing.patch(one, {"status": "cancelled"}, If_Match="*").json()["errors"] == {"reason": ["Say why."]}
    cancelled = nursing.patch(one, {"status": "cancelled", "reason": "Wants to rest"}, If_Match="*")
    assert shown(cancelled)["status_reason"] == "Wants to rest"


def test_nobody_elses_goal_is_found(world, stranger, plan):
    with acting_as(world.nurse):
        goal = add_goal(by=world.nurse, plan_id=plan.id, title="Walk")
    assert stranger.get(f"goals/{goal.id}/").status_code == 404
    assert stranger.patch(f"goals/{goal.id}/", {"title": "x"}, If_Match="*").status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"title": ""},
        {"title": "  "},
        {"title": "x" * 501},
        {"title": "x", "importance": 0},
        {"title": "x", "importance": 11},
        {"title": "x", "importance": "7"},
        {"title": "x", "importance": 1.5},
        {"title": "x", "confidence": True},
        {"title": "x", "status": "completed"},
        {"title": "x", "colour": "red"},
    ],
)
def test_goals_are_checked(nursing, plan, body):
    assert told(nursing.post(f"care-plans/{plan.id}/goals/", body)) == (400, "invalid")
    assert Goal.objects.count() == 0


def test_an_ended_plan_takes_no_more(nursing, plan):
    path = f"care-plans/{plan.id}/"
    shown(nursing.patch(path, {"status": "entered_in_error", "reason": "Wrong person"}, If_Match="*"))
    assert told(nursing.post(f"{path}goals/", {"title": "x"})) == (422, "plan_ended")
    assert told(nursing.patch(f"{path}sections/people/", {"body": "x"}, If_Match="*")) == (422, "plan_ended")
    assert told(nursing.patch(path, {"review_due_on": IN_MARCH}, If_Match="*")) == (422, "plan_ended")


@pytest.mark.parametrize("number", [3, *thoroughly(30)])
def test_lists_and_details_keep_to_their_statements(world, nursing, number):
    for _ in range(number):
        resident = world.resident()
        with acting_as(world.nurse):
            plan = create_plan(by=world.nurse, resident_id=resident.id)
            write_section(by=world.nurse, plan_id=plan.id, key="people", body="Ken", in_own_words=True, version=0)
    with acting_as(world.nurse):
        goals = [add_goal(by=world.nurse, plan_id=plan.id, title="Walk") for _ in range(number)]
    with at_most(7):
        assert len(shown(nursing.get("care-plans/?page_size=100"))["results"]) == number
    with at_most(6):
        assert len(shown(nursing.get(f"care-plans/{plan.id}/goals/?page_size=100"))["results"]) == number
    for path in (f"care-plans/{plan.id}/", f"care-plans/{plan.id}/sections/people/", f"goals/{goals[0].id}/"):
        with at_most(9):
            shown(nursing.get(path))


def test_pages_follow_each_other(world, nursing, plan):
    with acting_as(world.nurse):
        goals = [add_goal(by=world.nurse, plan_id=plan.id, title=f"Goal {number}") for number in range(5)]
    found, path = [], f"care-plans/{plan.id}/goals/?page_size=2"
    while path:
        page = shown(nursing.get(path))
        found += [row["id"] for row in page["results"]]
        path = page["next"]
    assert found == [str(goal.id) for goal in goals]
    assert nursing.get("care-plans/?cursor=nonsense").status_code == 400
    assert nursing.get("care-plans/?owner=me").json()["code"] == "unknown_parameter"
    assert nursing.get("care-plans/?resident=7").status_code == 400


def test_looks_are_written_down(nursing, sheila, plan):
    nursing.get(f"care-plans/{plan.id}/")
    nursing.get(f"care-plans/?resident={sheila.id}")
    nursing.get("care-plans/")
    looks = AuditEntry.objects.filter(actor_id=nursing.row.id, kind="look").order_by("at")
    assert [look.verb for look in looks] == ["plan.viewed", "plan.viewed", "plans.listed"]
    assert looks[2].detail == {"residents": [str(sheila.id)]}


def test_the_seven_headings_are_those_of_the_plan():
    assert tuple(AboutMe().fields) == tuple(AboutMeWords().fields) == ABOUT_ME


def test_the_document_tells_of_plans():
    paths, schemas = openapi()["paths"], openapi()["components"]["schemas"]
    told = paths["/api/v1/care-plans/"]["post"]
    assert list(told["requestBody"]["content"]["application/json"]["examples"]) == ["WithTheirOwnWords"]
    plan = schemas["CarePlan"]["properties"]
    assert plan["about_me"] == {"$ref": "#/components/schemas/AboutMe"}
    assert plan["allowed_actions"]["type"] == "array"
    assert set(paths["/api/v1/care-plans/{plan_id}/sections/{key}/"]) == {"get", "patch"}
    assert schemas["Goal"]["properties"]["importance"]["type"] == ["integer", "null"]


def test_answers_of_a_section_are_written_one_by_one(nursing, plan):
    path = f"care-plans/{plan.id}/sections/formulation/"
    asks = nursing.get(path).json()["asks"]
    assert [one["key"] for one in asks["answers"] if one["is_required"]] == ["formulated_on", "professional"]
    first = {"body": "Grief", "answers": {"formulated_on": "2026-11-02", "professional": "Dr Shah"}}
    written = shown(nursing.patch(path, first | {"definition_version": asks["version"]}, If_Match="*"))
    again = shown(nursing.patch(path, {"answers": {"professional": "Dr Bell"}}, If_Match="*"))
    assert [one["value"] for one in written["answers"]] == ["2026-11-02", "Dr Shah"]
    assert (again["body"], [one["value"] for one in again["answers"]]) == ("Grief", ["2026-11-02", "Dr Bell"])
    assert again["answers"][1]["question"] == "Professional"
    assert shown(nursing.get(f"care-plans/{plan.id}/"))["sections"] == ["formulation"]
    for body, code in (
        ({"answers": {"professional": None}}, "refused"),
        ({"answers": {"colour": "red"}}, "refused"),
        ({"answers": {}, "definition_version": 9}, "section_asked_anew"),
    ):
        assert told(nursing.patch(path, body, If_Match="*")) == (422, code)


@pytest.mark.parametrize(
    ("key", "answers"),
    [
        ("dementia", {"signs": [1]}),
        ("dementia", {"signs": [["She walks at night"]]}),
        ("dementia", {"signs": {"first": "She walks at night"}}),
        ("dementia", {"signs": 7}),
        ("dementia", {"coordinator": {"name": "Joan Ellis"}}),
        ("dementia", {"coordinator": ["Joan Ellis"]}),
        ("dementia", {"coordinator": True}),
        ("formulation", {"formulated_on": 20261102, "professional": "Dr Shah"}),
        ("formulation", {"formulated_on": ["2026-11-02"], "professional": "Dr Shah"}),
        ("mental_health_safety", {"aftercare": "yes"}),
    ],
)
def test_an_answer_of_another_kind_is_refused_at_its_question_and_nothing_is_written(nursing, plan, key, answers):
    path = f"care-plans/{plan.id}/sections/{key}/"
    before = shown(nursing.get(path))
    refused = nursing.patch(path, {"body": "What helps", "answers": answers}, If_Match="*")
    assert told(refused) == (422, "refused")
    assert set(refused.json()["errors"]) <= set(answers)
    assert shown(nursing.get(path)) == before

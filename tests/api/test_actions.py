"""Actions, as partner systems read and write them."""

from datetime import date, timedelta

import pytest

from carecoord import clock
from carecoord.api.schema import openapi
from carecoord.audit.models import AuditEntry
from careplans.models import Action
from careplans.services import add_goal, create_action, create_plan
from neighbourhoods.gate import acting_as
from neighbourhoods.models import CaseloadEntry, Relationship, Source
from tests.api.conftest import shown, told
from tests.shortening import thoroughly
from tests.statements import at_most

pytestmark = pytest.mark.django_db
NOBODY = "0190a000-0000-7000-8000-000000000000"
SOON = str(date.today() + timedelta(days=3))


@pytest.fixture
def dressing(world, sheila):
    with acting_as(world.nurse):
        return create_action(by=world.nurse, resident_id=sheila.id, title="Dress the leg", team_id=world.nursing.id)


def test_an_action_needs_no_plan(world, nursing, sheila):
    asked = {"resident": str(sheila.id), "title": "Ring about the frame", "due_on": SOON, "detail": "After ten"}
    answer = nursing.post("actions/", asked)
    action = shown(answer, 201)
    assert {name: action[name] for name in asked} == asked
    assert (action["care_plan"], action["goal"], action["assigned_to"]) == (None, None, None)
    assert action["accountable_team"] == str(world.nursing.id)
    assert action["status"] == "not_started"
    assert action["allowed_actions"] == ["schedule", "start", "hold", "complete", "cancel", "stop"]
    assert answer.headers["ETag"] == f'"{action["id"]}-1"'
    assert shown(nursing.get(answer.headers["Location"])) == action
    assert CaseloadEntry.objects.filter(resident=sheila, is_lead=True, ended_at=None).count() == 1
    entry = AuditEntry.objects.get(verb="action.created")
    assert (entry.actor_kind, entry.actor_id) == ("client", nursing.row.id)


def test_an_action_leads_to_a_goal(world, nursing, sheila):
    with acting_as(world.nurse):
        plan = create_plan(by=world.nurse, resident_id=sheila.id)
        goal = add_goal(by=world.nurse, plan_id=plan.id, title="Walk")
        other = create_plan(by=world.nurse, resident_id=world.resident().id)
    asked = {"resident": str(sheila.id), "title": "Practise", "goal": str(goal.id), "status": "scheduled"}
    action = shown(nursing.post("actions/", asked), 201)
    assert (action["goal"], action["care_plan"], action["status"]) == (str(goal.id), str(plan.id), "scheduled")
    wrong = nursing.post("actions/", {**asked, "goal": NOBODY})
    assert (wrong.status_code, list(wrong.json()["errors"])) == (422, ["goal"])
    wrong = nursing.post("actions/", {**asked, "goal": None, "care_plan": str(other.id)})
    assert (wrong.status_code, list(wrong.json()["errors"])) == (422, ["care_plan"])
    assert Action.objects.count() == 1


def test_only_a_team_of_ones_own_is_made_accountable(world, nursing, sheila, dressing):
    asked = {"resident": str(sheila.id), "title": "Ring", "accountable_team": str(world.carers.id)}
    refused = nursing.post("actions/", asked)
    assert told(refused) == (422, "not_yours_to_give")
    assert list(refused.json()["errors"]) == ["accountable_team"]
    given = nursing.patch(f"actions/{dressing.id}/", {"accountable_team": str(world.carers.id)}, If_Match="*")
    assert told(given) == (422, "not_yours_to_give")
    kept = nursing.patch(f"actions/{dressing.id}/", {"accountable_team": str(world.nursing.id)}, If_Match="*")
    assert shown(kept)["version"] == 1
    assert Action.objects.get().accountable_team_id == world.nursing.id


def test_the_same_request_twice_makes_one_action(nursing, sheila):
    asked = {"resident": str(sheila.id), "title": "Ring"}
    first = nursing.post("actions/", asked, Idempotency_Key="one")
    again = nursing.post("actions/", asked, Idempotency_Key="one")
    assert shown(first, 201) == shown(again, 201)
    assert Action.objects.count() == 1
    assert told(nursing.post("actions/", {**asked, "title": "Write"}, Idempotency_Key="one")) == (
        422,
        "idempotency_key_reused",
    )


def test_nobody_elses_action_is_found(stranger, sheila, dressing):
    path = f"actions/{dressing.id}/"
    assert stranger.get(path).status_code == 404
    assert stranger.patch(path, {"title": "x"}, If_Match="*").status_code == 404
    assert stranger.post(f"{path}complete/").status_code == 404
    assert stranger.post("actions/", {"resident": str(sheila.id), "title": "x"}).status_code == 404
    assert shown(stranger.get(f"actions/?resident={sheila.id}"))["results"] == []
    dressing.refresh_from_db()
    assert (dressing.version, dressing.status, Action.objects.count()) == (1, "not_started", 1)


def test_a_token_without_the_scope_is_refused(world, partner, sheila, dressing):
    reader = partner("reader", world.nursing, scopes=("plans.read",))
    assert reader.get(f"actions/{dressing.id}/").status_code == 200
    assert told(reader.post("actions/", {"resident": str(sheila.id), "title": "x"})) == (403, "missing_scope")
    assert told(reader.post(f"actions/{dressing.id}/complete/")) == (403, "missing_scope")


def test_only_its_own_team_changes_or_ends_an_action(onlooker, dressing):
    path = f"actions/{dressing.id}/"
    assert shown(onlooker.get(path))["allowed_actions"] == []
    assert told(onlooker.patch(path, {"title": "x"}, If_Match="*")) == (403, "not_yours")
    assert told(onlooker.post(f"{path}complete/")) == (403, "not_yours")
    dressing.refresh_from_db()
    assert (dressing.version, dressing.title) == (1, "Dress the leg")


def test_an_action_is_changed_and_moved(world, nursing, dressing):
    path = f"actions/{dressing.id}/"
    tag = nursing.get(path).headers["ETag"]
    assert nursing.patch(path, {"title": "x"}).status_code == 428
    facts = {"due_on": SOON, "assigned_to": str(world.nurse.membership_id), "status": "in_progress"}
    changed = nursing.patch(path, facts, If_Match=tag)
    assert (shown(changed)["title"], changed.json()["due_on"]) == ("Dress the leg", SOON)
    assert (changed.json()["status"], changed.json()["assigned_to_name"]) == ("in_progress", "Nurse")
    stale = nursing.patch(path, {"title": "x"}, If_Match=tag)
    assert told(stale) == (412, "stale")
    assert stale.json()["current"] == changed.json()
    assert nursing.patch(path, {"status": "on_hold"}, If_Match="*").json()["errors"] == {"reason": ["Say why."]}
    held = shown(nursing.patch(path, {"status": "on_hold", "reason": "Away", "due_on": None}, If_Match="*"))
    assert (held["status"], held["hold_reason"], held["due_on"]) == ("on_hold", "Away", None)


def test_somebody_who_is_not_in_the_team_cannot_have_it(world, nursing, dressing):
    body = {"assigned_to": str(world.outsider.membership_id)}
    refused = nursing.patch(f"actions/{dressing.id}/", body, If_Match="*")
    assert (refused.status_code, list(refused.json()["errors"])) == (422, ["assigned_to"])


def test_an_action_is_completed_once(nursing, dressing):
    path = f"actions/{dressing.id}/"
    done = shown(nursing.post(f"{path}complete/", {"reason": "Healed"}))
    assert (done["status"], done["accountable_team"], done["ended_reason"]) == ("completed", None, "Healed")
    assert done["allowed_actions"] == ["enter-in-error"]
    assert done["ended_at"]
    again = nursing.post(f"{path}complete/")
    assert told(again) == (422, "illegal_transition")
    assert again.json()["allowed"] == ["enter-in-error"]
    assert told(nursing.patch(path, {"title": "x"}, If_Match="*")) == (422, "action_ended")
    assert told(nursing.patch(path, {"status": "in_progress"}, If_Match="*")) == (422, "illegal_transition")
    wrong = nursing.patch(path, {"status": "entered_in_error", "reason": "Wrong person"}, If_Match="*")
    assert shown(wrong)["status"] == "entered_in_error"


def test_a_verb_may_name_the_version_that_was_read(nursing, dressing):
    path = f"actions/{dressing.id}/"
    read = nursing.get(path).headers["ETag"]
    assert nursing.patch(path, {"title": "Dress the other leg"}, If_Match=read).status_code == 200
    stale = nursing.post(f"{path}complete/", If_Match=read)
    assert told(stale) == (412, "stale")
    assert stale.json()["current"]["title"] == "Dress the other leg"
    done = nursing.post(f"{path}complete/", If_Match=nursing.get(path).headers["ETag"])
    assert shown(done)["status"] == "completed"


def test_the_version_is_documented_where_a_verb_takes_it():
    verbs = {path: told["post"] for path, told in openapi()["paths"].items() if "_id}/" in path and "post" in told}
    takes = {path for path, told in verbs.items() if "If-Match" in {one["name"] for one in told["parameters"]}}
    assert takes == {path for path, told in verbs.items() if "412" in told["responses"]}
    assert {"/api/v1/actions/{action_id}/complete/", "/api/v1/handovers/{handover_id}/accept/"} <= takes


def test_with_its_last_reason_the_record_closes(world, sheila, onlooker):
    made = shown(onlooker.post("actions/", {"resident": str(sheila.id), "title": "Repeat bloods"}), 201)
    registered = Relationship.objects.filter(team_id=world.surgery.id, source_kind=Source.REGISTRATION)
    registered.update(ended_at=clock.now())
    done = shown(onlooker.post(f"actions/{made['id']}/complete/", {}, Idempotency_Key="k"))
    assert (done["status"], done["allowed_actions"]) == ("completed", ["enter-in-error"])
    assert onlooker.get(f"actions/{made['id']}/").status_code == 404
    again = onlooker.post(f"actions/{made['id']}/complete/", {}, Idempotency_Key="k")
    assert told(again) == (404, "not_found")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"title": "x"},
        {"resident": NOBODY, "title": " "},
        {"resident": NOBODY, "title": "x" * 301},
        {"resident": NOBODY, "title": "x", "detail": "x" * 50_000},
        {"resident": NOBODY, "title": "x", "due_on": "tomorrow"},
        {"resident": NOBODY, "title": "x", "due_on": 7},
        {"resident": NOBODY, "title": "x", "status": "completed"},
        {"resident": NOBODY, "title": "x", "urgent": True},
        {"resident": [], "title": "x"},
    ],
)
def test_what_is_added_is_checked(nursing, body):
    assert told(nursing.post("actions/", body)) == (400, "invalid")


def test_filters_narrow_the_list(world, nursing, onlooker, sheila, dressing):
    ring = shown(onlooker.post("actions/", {"resident": str(sheila.id), "title": "Ring"}), 201)["id"]
    ken = shown(nursing.post("actions/", {"resident": str(world.resident().id), "title": "Ken"}), 201)["id"]
    nursing.post(f"actions/{ken}/complete/")

    def found(query):
        return [row["id"] for row in shown(nursing.get(f"actions/?{query}"))["results"]]

    assert found("") == [ken, ring, str(dressing.id)]
    assert found(f"resident={sheila.id}") == [ring, str(dressing.id)]
    assert found(f"team={world.nursing.id}") == [ken, str(dressing.id)]
    assert found("status=completed") == [ken]
    assert found(f"team={world.surgery.id}&status=not_started") == [ring]
    for wrong in ("status=open", "team=7", "owner=me", "cursor=x", "page_size=101", "status=completed&status=stopped"):
        assert nursing.get(f"actions/?{wrong}").status_code == 400, wrong


@pytest.mark.parametrize("number", [3, *thoroughly(30)])
def test_a_list_and_a_detail_keep_to_their_statements(world, nursing, sheila, number):
    facts = {"resident_id": sheila.id, "team_id": world.nursing.id, "assigned_to_id": world.nurse.membership_id}
    with acting_as(world.nurse):
        made = [create_action(by=world.nurse, title="Ring", **facts) for _ in range(number)]
    with at_most(6):
        assert len(shown(nursing.get("actions/?page_size=100"))["results"]) == number
    with at_most(6):
        assert len(shown(nursing.get(f"actions/?resident={sheila.id}&page_size=2"))["results"]) == 2
    with at_most(9):
        shown(nursing.get(f"actions/{made[0].id}/"))


def test_pages_follow_each_other(world, nursing, sheila):
    with acting_as(world.nurse):
        facts = {"by": world.nurse, "resident_id": sheila.id, "team_id": world.nursing.id}
        made = [str(create_action(title="Ring", **facts).id) for _ in range(5)]
    found, path = [], "actions/?page_size=2"
    while path:
        page = shown(nursing.get(path))
        found += [row["id"] for row in page["results"]]
        path = page["next"]
    assert found == made[::-1]


def test_looks_are_written_down(nursing, sheila, dressing):
    nursing.get(f"actions/{dressing.id}/")
    nursing.get("actions/")
    nursing.get(f"actions/?resident={sheila.id}")
    looks = AuditEntry.objects.filter(actor_id=nursing.row.id, kind="look").order_by("at")
    assert [look.verb for look in looks] == ["action.viewed", "actions.listed", "actions.listed"]
    assert looks[2].resident_id == sheila.id


def test_the_document_tells_of_actions():
    paths = openapi()["paths"]
    told = paths["/api/v1/actions/{action_id}/complete/"]["post"]
    assert set(told["responses"]) >= {"200", "401", "403", "404", "409", "422"}
    asked = paths["/api/v1/actions/"]["get"]["parameters"]
    assert {"resident", "team", "status", "cursor", "page_size"} <= {parameter["name"] for parameter in asked}
    assert paths["/api/v1/actions/"]["post"]["requestBody"]["content"]["application/json"]["examples"]

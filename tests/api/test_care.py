"""Stays and care packages, as partner systems read and write them."""

from datetime import timedelta

import pytest

from carecoord import clock
from carecoord.audit.models import AuditEntry
from neighbourhoods.gate import acting_as
from neighbourhoods.models import CarePackage, Stay
from neighbourhoods.services import PackageFacts, StayFacts, admit, discharge, move_package, request_package
from neighbourhoods.states import PACKAGE
from tests.api.conftest import shown, told
from tests.life import restrict
from tests.statements import at_most

pytestmark = pytest.mark.django_db


@pytest.fixture
def package(world, sheila):
    return arranged(world, sheila)


@pytest.fixture
def stay(world, sheila):
    with acting_as(world.nurse) as by:
        return admit(by=by, resident_id=sheila.id, facts=StayFacts("care_home", organisation_name="Elm House"))


def arranged(world, sheila, name="Calls", is_running=True):
    facts = PackageFacts(name, "home_care", provider_name="Kind Hands")
    with acting_as(world.nurse) as by:
        team = world.nursing.id
        return request_package(by=by, resident_id=sheila.id, team_id=team, facts=facts, is_running=is_running)


# --- stays ---


def test_coming_to_stay_suspends_what_runs_and_going_home_asks_to_restart(world, nursing, sheila, package):
    asked = {"resident": str(sheila.id), "kind": "hospital", "organisation": str(world.hospital.id), "room": "Bed 4"}
    answer = nursing.post("stays/", asked)
    made = shown(answer, 201)
    assert {name: made[name] for name in asked} == asked
    assert (made["organisation_name"], made["recorded_by_team"]) == (world.hospital.name, str(world.nursing.id))
    assert made["allowed_actions"] == ["change", "discharge", "enter-in-error"]
    assert shown(nursing.get(answer.headers["Location"])) == made
    suspended = shown(nursing.get(f"care-packages/{package.id}/"))
    assert (suspended["status"], suspended["suspended_by"]) == ("suspended", made["id"])
    left = shown(nursing.post(f"stays/{made['id']}/discharge/", {"destination": "home"}))
    assert (left["destination"], left["allowed_actions"]) == ("home", ["enter-in-error"])
    assert left["discharged_at"]
    assert shown(nursing.get(f"care-packages/{package.id}/"))["restart_asked_at"]


def test_the_clock_of_a_care_home_is_shown_and_met(nursing, stay):
    path = f"stays/{stay.id}/"
    shown_first = shown(nursing.get(path))
    assert shown_first["plan_due_at"]
    assert shown_first["allowed_actions"] == ["change", "discharge", "meet-assessment", "meet-plan", "enter-in-error"]
    assert shown(nursing.post(f"{path}meet-assessment/"))["assessment_met_at"]
    met = shown(nursing.post(f"{path}meet-plan/"))
    assert met["plan_met_at"]
    assert met["allowed_actions"] == ["change", "discharge", "enter-in-error"]
    again = shown(nursing.post(f"{path}meet-plan/"))
    assert again["version"] == met["version"]


def test_a_stay_is_changed_by_whoever_read_it_last(nursing, stay):
    path, soon = f"stays/{stay.id}/", (clock.today() + timedelta(days=9)).isoformat()
    tag = nursing.get(path).headers["ETag"]
    changed = shown(nursing.patch(path, {"room": "Room 3"}, If_Match=tag))
    assert (changed["room"], changed["expected_discharge_on"], changed["version"]) == ("Room 3", None, 2)
    assert told(nursing.patch(path, {"room": "Room 4"}, If_Match=tag)) == (412, "stale")
    kept = shown(nursing.patch(path, {"expected_discharge_on": soon}, If_Match="*"))
    assert (kept["room"], kept["expected_discharge_on"]) == ("Room 3", soon)


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"kind": "hospital"}, "organisation"),
        ({"kind": "care_home", "organisation_name": "Oak House"}, "kind"),
        ({"kind": "hospital", "organisation_name": "Alder", "admitted_at": "2100-01-01T10:00:00Z"}, "admitted_at"),
        (
            {"kind": "hospital", "organisation_name": "Alder", "expected_discharge_on": "1999-01-01"},
            "expected_discharge_on",
        ),
        ({"kind": "hospital", "organisation_name": "Alder", "team": "another"}, "team"),
    ],
)
def test_what_will_not_do_is_refused_with_its_field_and_nothing_is_written(world, nursing, sheila, stay, asked, field):
    asked = asked | ({"team": str(world.ward.id)} if "team" in asked else {})
    answer = nursing.post("stays/", {"resident": str(sheila.id)} | asked)
    assert (answer.status_code, list(answer.json()["errors"])) == (422, [field])
    assert Stay.objects.count() == 1


def test_ig_38_only_the_organisation_that_wrote_it_takes_a_stay_back(nursing, onlooker, stay):
    path = f"stays/{stay.id}/enter-in-error/"
    assert "enter-in-error" not in shown(onlooker.get(f"stays/{stay.id}/"))["allowed_actions"]
    assert told(onlooker.post(path, {"reason": "Another person"})) == (403, "not_yours")
    gone = shown(nursing.post(path, {"reason": "Another person"}))
    assert (gone["error_reason"], gone["allowed_actions"]) == ("Another person", [])
    assert gone["error_at"]


def test_ig_20_where_a_restricted_resident_stays_is_told_nobody(world, nursing, sheila, stay, package):
    restrict(world, sheila)
    assert nursing.get(f"stays/{stay.id}/").status_code == 404
    assert shown(nursing.get("stays/"))["results"] == []
    new = {"resident": str(sheila.id), "kind": "hospital", "organisation_name": "Alder"}
    assert told(nursing.post("stays/", new)) == (422, "refused")


# --- care packages ---


def test_a_package_is_asked_for_arranged_started_suspended_restarted_and_ended(world, nursing, sheila):
    asked = {
        "resident": str(sheila.id),
        "name": "Reablement",
        "kind": "reablement",
        "minutes_per_week": 420,
        "is_double_handed": True,
        "funding": "council",
    }
    answer = nursing.post("care-packages/", asked)
    made, path = shown(answer, 201), answer.headers["Location"]
    assert {name: made[name] for name in asked} == asked
    assert (made["status"], made["team"], made["provider_name"]) == ("requested", str(world.nursing.id), "")
    assert made["allowed_actions"] == ["change", "arrange", "start", "end"]
    assert made["recorded_by_name"] == f"{nursing.row.name}, {world.community.name}"
    assert made["recorded_by_organisation_name"] == world.community.name
    assert shown(nursing.post(f"{path}arrange/"))["status"] == "arranged"
    nobody = nursing.post(f"{path}start/")
    assert (nobody.status_code, list(nobody.json()["errors"])) == (422, ["provider"])
    provided = shown(nursing.patch(path, {"provider": str(world.hospital.id)}, If_Match="*"))
    assert provided["provider_name"] == world.hospital.name
    by_name = shown(nursing.patch(path, {"provider_name": "Kind Hands"}, If_Match="*"))
    assert (by_name["provider"], by_name["provider_name"]) == (None, "Kind Hands")
    yesterday = (clock.today() - timedelta(days=1)).isoformat()
    assert shown(nursing.post(f"{path}start/", {"on": yesterday}))["starts_on"] == yesterday
    assert nursing.post(f"{path}suspend/").status_code == 400
    assert shown(nursing.post(f"{path}suspend/", {"reason": "Away"}))["suspend_reason"] == "Away"
    assert shown(nursing.post(f"{path}restart/"))["status"] == "active"
    ended = shown(nursing.post(f"{path}end/", {"reason": "Manages alone"}))
    assert (ended["status"], ended["ended_reason"], ended["allowed_actions"]) == ("ended", "Manages alone", [])


@pytest.mark.parametrize("move", PACKAGE.moves, ids=lambda move: move.verb)
def test_a_move_from_any_other_state_is_refused_and_says_what_is_possible(world, nursing, sheila, move):
    for state in (one.name for one in PACKAGE.states if one.name not in move.origins):
        package = in_state(world, sheila, state)
        answer = nursing.post(f"care-packages/{package.id}/{move.verb}/", {"reason": "Because"})
        assert told(answer) == (422, "illegal_transition"), state
        package.refresh_from_db()
        assert package.status == state


WAY = {"arranged": "arrange", "suspended": "suspend", "ended": "end"}


def in_state(world, sheila, state):
    package = arranged(world, sheila, is_running=state in ("active", "suspended"))
    if state in WAY:
        with acting_as(world.nurse) as by:
            package = move_package(by=by, package_id=package.id, verb=WAY[state], reason="Because")
    return package


def test_whoever_is_around_may_suspend_a_package_and_nothing_else(nursing, onlooker, package):
    path = f"care-packages/{package.id}/"
    assert shown(onlooker.get(path))["allowed_actions"] == ["suspend"]
    assert told(onlooker.post(f"{path}end/", {"reason": "Gone"})) == (403, "not_yours")
    assert told(onlooker.patch(path, {"name": "Other"}, If_Match="*")) == (403, "not_yours")
    assert shown(onlooker.post(f"{path}suspend/", {"reason": "In hospital"}))["status"] == "suspended"
    package.refresh_from_db()
    assert (package.name, package.status) == ("Calls", "suspended")


def test_a_verb_that_names_a_version_that_has_gone_moves_nothing(nursing, package):
    path = f"care-packages/{package.id}/"
    tag = nursing.get(path).headers["ETag"]
    shown(nursing.patch(path, {"visits_per_week": 14}, If_Match=tag))
    late = nursing.post(f"{path}end/", {"reason": "Over"}, If_Match=tag)
    assert (late.status_code, late.json()["current"]["visits_per_week"]) == (412, 14)
    package.refresh_from_db()
    assert package.status == "active"


def test_packages_are_listed_by_resident_team_and_state(world, nursing, sheila, package):
    for query, number in (
        (f"resident={sheila.id}", 1),
        (f"team={world.nursing.id}", 1),
        (f"team={world.ward.id}", 0),
        ("status=active", 1),
        ("status=ended", 0),
    ):
        assert len(shown(nursing.get(f"care-packages/?{query}"))["results"]) == number, query


# --- both ---


def test_nobody_else_finds_or_moves_any_of_it(stranger, sheila, stay, package):
    for path in (f"stays/{stay.id}/", f"care-packages/{package.id}/"):
        assert stranger.get(path).status_code == 404
    assert stranger.post(f"stays/{stay.id}/discharge/", {"destination": "home"}).status_code == 404
    assert stranger.post(f"care-packages/{package.id}/suspend/", {"reason": "Away"}).status_code == 404
    assert [shown(stranger.get(path))["results"] for path in ("stays/", "care-packages/")] == [[], []]
    new = {"resident": str(sheila.id), "kind": "hospital", "organisation_name": "Alder"}
    assert stranger.post("stays/", new).status_code == 404
    assert (
        stranger.post("care-packages/", {"resident": str(sheila.id), "name": "A", "kind": "other"}).status_code == 404
    )
    assert (Stay.objects.count(), CarePackage.objects.count()) == (1, 1)


def test_ig_40_each_scope_opens_what_the_table_says_and_no_more(world, partner, stay):
    for scope, is_open in (("residents.read", False), ("plans.read", False), ("care.read", True)):
        client = partner(f"with-{scope}", world.nursing, scopes=[scope])
        assert (client.get(f"stays/{stay.id}/").status_code == 200) is is_open, scope


def test_ig_27_each_read_is_a_look(nursing, sheila, stay, package):
    for path in (f"stays/{stay.id}/", "stays/", f"care-packages/{package.id}/", f"care-packages/?resident={sheila.id}"):
        assert nursing.get(path).status_code == 200
    looks = AuditEntry.objects.filter(actor_id=nursing.row.id, kind="look").order_by("at")
    assert [look.verb for look in looks] == ["care.viewed", "care.listed", "care.viewed", "care.viewed"]


@pytest.mark.thorough
def test_a_list_of_thirty_costs_what_one_of_three_does(world, nursing, sheila):
    for number in range(30):
        arranged(world, sheila, f"Calls {number}", is_running=False)
        with acting_as(world.nurse) as by:
            where = StayFacts("hospital", organisation_id=world.hospital.id)
            left = admit(by=by, resident_id=sheila.id, facts=where)
            discharge(by=by, stay_id=left.id, destination="home")
    for path in ("stays/?page_size=100", "care-packages/?page_size=100"):
        nursing.get(path)
        with at_most(8):
            assert len(shown(nursing.get(path))["results"]) == 30


def test_pages_follow_each_other(world, nursing, sheila):
    made = [str(arranged(world, sheila, f"Calls {number}").id) for number in range(5)]
    found, path = [], "care-packages/?page_size=2"
    while path:
        page = shown(nursing.get(path))
        found += [row["id"] for row in page["results"]]
        path = page["next"]
    assert found == made[::-1]

"""Handovers, as partner systems write, offer and answer them."""

from datetime import timedelta

import pytest
from django.db import transaction

from carecoord import clock
from carecoord.api.words import action_name
from carecoord.audit.models import AuditEntry
from carecoord.moves import Side
from careplans.models import Action
from neighbourhoods.gate import acting_as
from neighbourhoods.models import CaseloadEntry
from referrals.models import Handover
from referrals.services.handovers import decline_handover, enter_handover_in_error, withdraw_handover
from referrals.states import HANDOVER
from tests.referrals import handovers as steps
from tests.referrals.handovers import READ_BACK, SBAR
from tests.shortening import thoroughly
from tests.statements import at_most

pytestmark = pytest.mark.django_db
NOBODY = "0190a000-0000-7000-8000-000000000000"


@pytest.fixture
def ward(world, partner):
    """The hospital's system, which hands over."""
    return partner("ward", world.ward)


@pytest.fixture
def ken(world):
    return steps.ken_on_the_ward(world)


def telling(world, ken, **more):
    return {"resident": str(ken.id), "to_team": str(world.nursing.id), "kind": "discharge"} | SBAR | more


def written(world, ward, ken, **more):
    answer = ward.post("handovers/", telling(world, ken, **more))
    assert answer.status_code == 201, answer.content
    return answer.json()


def done(partner, handover, verb, body=None):
    answer = partner.post(f"handovers/{handover['id']}/{verb}/", body)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_a_handover_is_written_offered_and_accepted(world, ward, nursing, ken):
    cushion = steps.action(world, ken)
    draft = written(
        world, ward, ken, items=[{"kind": "action", "item": str(cushion.id)}], read_back_items=READ_BACK, pathway=1
    )
    assert (draft["status"], draft["accountable_team"], draft["snapshot"]) == ("draft", str(world.ward.id), None)
    assert [(item["item"], item["goes"], item["title"]) for item in draft["items"]] == [(str(cushion.id), True, None)]
    assert draft["allowed_actions"] == ["offer", "withdraw", "enter-in-error"]
    assert nursing.get(f"handovers/{draft['id']}/").status_code == 404

    offered = done(ward, draft, "offer")
    assert (offered["status"], offered["waiting_on"]) == ("offered", str(world.nursing.id))
    assert offered["accept_by"]
    seen = nursing.get(f"handovers/{draft['id']}/").json()
    assert (seen["person"]["given_name"], seen["snapshot"]["person"]["given_name"]) == ("Kenneth", "Kenneth")
    assert (seen["items"][0]["title"], seen["written_by_name"]) == (cushion.title, "ward, Test General")
    assert seen["allowed_actions"] == ["accept", "decline"]
    assert nursing.get(f"residents/{ken.id}/").status_code == 404

    taken = done(nursing, draft, "accept", {"read_back": [True, True], "is_satisfactory": True})
    assert (taken["status"], taken["answered_by_name"]) == ("closed", "nursing, Test Community Health")
    assert taken["items"][0]["moved_at"]
    assert Action.objects.get(id=cushion.id).accountable_team_id == world.nursing.id
    assert nursing.get(f"residents/{ken.id}/").status_code == 200
    assert ward.get(f"residents/{ken.id}/").status_code == 404
    assert CaseloadEntry.objects.get(resident=ken, ended_at=None).team_id == world.nursing.id


# --- every verb in every state, by either side ---------------------------------------------------------------------


def drafted(world, ken):
    return steps.drafted(world, ken)


def offered(world, ken):
    return steps.offered(world, ken)


def accepted(world, ken):
    return steps.accepted(world, steps.offered(world, ken), read_back=[True, False], note="Later")


def closed(world, ken):
    return steps.accepted(world, steps.offered(world, ken))


def declined(world, ken):
    return answered(world.nurse, decline_handover, steps.offered(world, ken))


def withdrawn(world, ken):
    return answered(world.ward_nurse, withdraw_handover, steps.offered(world, ken))


def mistaken(world, ken):
    return answered(world.ward_nurse, enter_handover_in_error, steps.offered(world, ken))


def answered(by, service, handover):
    with acting_as(by):
        return service(by=by, handover_id=handover.id, reason="Not today")


STATES = {
    "draft": drafted,
    "offered": offered,
    "accepted": accepted,
    "declined": declined,
    "withdrawn": withdrawn,
    "closed": closed,
    "entered_in_error": mistaken,
}
BODIES = {
    "accept": {"read_back": [True, False], "note": "Later"},
    "close": {"read_back": [True, True]},
    "decline": {"reason": "Not ours"},
    "withdraw": {"reason": "She stays"},
    "enter-in-error": {"reason": "Somebody else"},
}


def test_the_states_of_these_tests_are_those_of_the_table():
    assert set(STATES) == {state.name for state in HANDOVER}


@pytest.mark.parametrize("state", list(STATES))
@pytest.mark.parametrize("side", [Side.GIVER, Side.RECEIVER])
def test_each_verb_moves_along_the_table_or_not_at_all(world, ward, nursing, ken, state, side):
    handover = STATES[state](world, ken)
    partner = ward if side is Side.GIVER else nursing
    if state == "draft" and side is Side.RECEIVER:
        assert partner.post(f"handovers/{handover.id}/accept/").status_code == 404
        return
    allowed = [action_name(verb) for verb in HANDOVER.allowed(state, {side})]
    assert partner.get(f"handovers/{handover.id}/").json()["allowed_actions"] == allowed
    for move in HANDOVER.moves:
        action, before = action_name(move.verb), Handover.objects.filter(id=handover.id).values().get()
        with transaction.atomic():
            answer = partner.post(f"handovers/{handover.id}/{action}/", BODIES.get(action))
            after = Handover.objects.filter(id=handover.id).values().get()
            transaction.set_rollback(True)
        if action in allowed:
            assert answer.status_code == 200, (action, answer.content)
            assert after["status"] == move.target, action
        else:
            assert (answer.status_code, answer.json()["code"]) == (422, "illegal_transition"), (action, answer.content)
            assert answer.json()["allowed"] == allowed, action
            assert after == before, action


def test_a_handover_with_nothing_to_read_back_is_accepted_without_words(world, ward, nursing, ken):
    draft = written(world, ward, ken)
    done(ward, draft, "offer")
    assert done(nursing, draft, "accept")["status"] == "closed"


def test_cover_ends_by_itself_and_names_its_end(world, ward, nursing, ken):
    until = (clock.now() + timedelta(days=2)).isoformat()
    draft = written(world, ward, ken, kind="leave_cover", ends_at=until)
    assert draft["return_to_team"] == str(world.ward.id)
    done(ward, draft, "offer")
    taken = done(nursing, draft, "accept")
    assert (taken["status"], taken["accountable_team"]) == ("accepted", str(world.nursing.id))
    assert ward.get(f"residents/{ken.id}/").status_code == 200


@pytest.fixture
def covered(world, ward, nursing, ken):
    draft = written(world, ward, ken, kind="leave_cover", ends_at=(clock.now() + timedelta(days=2)).isoformat())
    done(ward, draft, "offer")
    return done(nursing, draft, "accept")


@pytest.mark.parametrize("who", ["ward", "nursing"])
def test_cover_is_ended_early_by_either_team_with_a_reason(request, nursing, covered, who):
    side = request.getfixturevalue(who)
    assert "end-cover" in side.get(f"handovers/{covered['id']}/").json()["allowed_actions"]
    assert side.post(f"handovers/{covered['id']}/end-cover/", {}).status_code == 400
    ended = done(side, covered, "end-cover", {"reason": "Our nurse is back"})
    assert (ended["status"], ended["ended_early_why"]) == ("closed", "Our nurse is back")
    assert ended["returned_at"]
    again = side.post(f"handovers/{covered['id']}/end-cover/", {"reason": "Again"})
    assert (again.status_code, again.json()["code"]) == (422, "illegal_transition")
    assert "end-cover" not in again.json()["allowed"]


def test_cover_that_has_not_begun_is_not_ended(world, ward, nursing, ken):
    draft = written(world, ward, ken, kind="leave_cover", ends_at=(clock.now() + timedelta(days=2)).isoformat())
    done(ward, draft, "offer")
    for side in (ward, nursing):
        assert side.post(f"handovers/{draft['id']}/end-cover/", {"reason": "Back"}).status_code == 422


def test_two_systems_of_one_team_hand_over_a_shift_but_nobody_to_themselves(world, ward, ken, partner):
    draft = written(world, ward, ken, kind="shift", to_team=str(world.ward.id))
    done(ward, draft, "offer")
    own = ward.post(f"handovers/{draft['id']}/accept/")
    assert (own.status_code, own.json()["code"]) == (422, "own_handover")
    assert done(partner("night", world.ward), draft, "accept")["status"] == "closed"


# --- refusals ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "status", "code", "field"),
    [
        ({"resident": NOBODY}, 404, "not_found", None),
        ({"to_team": NOBODY}, 422, "refused", "to_team"),
        ({"to_team": "own"}, 422, "refused", "to_team"),
        ({"from_team": NOBODY}, 422, "not_yours_to_give", "from_team"),
        ({"kind": "gift"}, 400, "invalid", "kind"),
        ({"pathway": 4}, 400, "invalid", "pathway"),
        ({"situation": "x" * 4001}, 400, "invalid", "situation"),
        ({"items": [{"kind": "action", "item": NOBODY}]}, 422, "refused", "items"),
        ({"items": [{"kind": "goal", "item": NOBODY}]}, 400, "invalid", "items"),
        ({"items": "all"}, 400, "invalid", "items"),
        ({"read_back_items": ["x" * 201]}, 400, "invalid", "read_back_items"),
        ({"kind": "leave_cover", "ends_at": "2020-01-01T00:00:00Z"}, 422, "refused", "ends_at"),
        ({"kind": "leave_cover", "return_to_team": NOBODY}, 422, "refused", "return_to_team"),
        ({"status": "accepted"}, 400, "invalid", "status"),
    ],
)
def test_what_is_written_is_checked(world, ward, ken, change, status, code, field):
    change = {name: str(world.ward.id) if value == "own" else value for name, value in change.items()}
    answer = ward.post("handovers/", telling(world, ken) | change)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert field is None or field in answer.json()["errors"]
    assert Handover.objects.count() == 0


def test_what_must_be_said_is_asked_for_when_it_is_offered(world, ward, ken):
    draft = written(world, ward, ken, situation="")
    answer = ward.post(f"handovers/{draft['id']}/offer/")
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["situation"])
    assert Handover.objects.get(id=draft["id"]).status == "draft"


@pytest.mark.parametrize(
    ("verb", "body", "status", "field"),
    [
        ("decline", {}, 400, "reason"),
        ("accept", {}, 422, "read_back"),
        ("accept", {"read_back": [True]}, 422, "read_back"),
        ("accept", {"read_back": [True, False]}, 422, "note"),
        ("accept", {"read_back": ["yes", "no"]}, 400, "read_back"),
        ("accept", {"read_back": [True, True], "is_satisfactory": False}, 422, "why"),
    ],
)
def test_what_goes_with_an_answer_is_checked(world, nursing, ken, verb, body, status, field):
    handover = steps.offered(world, ken)
    with steps.nothing_moves(world, ken):
        answer = nursing.post(f"handovers/{handover.id}/{verb}/", body)
    assert answer.status_code == status, answer.content
    assert field in answer.json()["errors"]


def test_others_see_nothing(world, stranger, ken):
    handover = steps.offered(world, ken)
    for answer in (
        stranger.get(f"handovers/{handover.id}/"),
        stranger.post(f"handovers/{handover.id}/accept/"),
        stranger.patch(f"handovers/{handover.id}/", {"situation": "x"}, If_Match="*"),
        stranger.post("handovers/", telling(world, ken)),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert stranger.get("handovers/").json()["results"] == []


def test_a_draft_is_changed_by_whoever_has_read_it(world, ward, ken):
    cushion = steps.action(world, ken)
    draft = written(world, ward, ken)
    path = f"handovers/{draft['id']}/"
    tag = ward.get(path).headers["ETag"]
    assert ward.patch(path, {"background": "More"}).status_code == 428
    items = [{"kind": "action", "item": str(cushion.id)}]
    changed = ward.patch(path, {"background": "More", "items": items}, If_Match=tag)
    assert changed.status_code == 200, changed.content
    assert (changed.json()["background"], changed.json()["situation"]) == ("More", SBAR["situation"])
    assert [item["item"] for item in changed.json()["items"]] == [str(cushion.id)]
    stale = ward.patch(path, {"background": "Other"}, If_Match=tag)
    assert (stale.status_code, stale.json()["current"]) == (412, changed.json())
    done(ward, draft, "offer")
    late = ward.patch(path, {"background": "Other"}, If_Match="*")
    assert (late.json()["code"], late.json()["allowed"]) == ("illegal_transition", ["withdraw", "enter-in-error"])
    assert Handover.objects.get(id=draft["id"]).background == "More"


# --- lists, statements, audit, repetition, pages -------------------------------------------------------------------


@pytest.mark.parametrize("number", [3, *thoroughly(30)])
def test_lists_and_details_keep_to_their_statements(world, ward, nursing, number):
    for _ in range(number):
        handover = steps.offered(world, steps.ken_on_the_ward(world))
    for partner in (ward, nursing):
        with at_most(7):
            listed = partner.get("handovers/?page_size=100").json()["results"]
        assert len(listed) == number
        assert listed[0]["person"]["family_name"] == "Hartley"
        with at_most(9):
            assert partner.get(f"handovers/{handover.id}/").status_code == 200


def test_filters_narrow_the_list(world, ward, nursing, ken):
    first = steps.offered(world, ken)
    second = steps.drafted(world, steps.ken_on_the_ward(world))

    def found(partner, query):
        return [row["id"] for row in partner.get(f"handovers/?{query}").json()["results"]]

    assert found(ward, "") == [str(second.id), str(first.id)]
    assert found(ward, "status=draft") == [str(second.id)]
    assert found(ward, f"resident={ken.id}") == found(nursing, "") == [str(first.id)]
    assert found(nursing, f"from_team={world.nursing.id}") == []


def test_the_same_request_twice_has_one_effect(world, ward, nursing, ken):
    answers = [ward.post("handovers/", telling(world, ken), Idempotency_Key="one") for _ in range(2)]
    assert answers[0].content == answers[1].content
    assert Handover.objects.count() == 1
    draft = answers[0].json()
    done(ward, draft, "offer")
    again = [nursing.post(f"handovers/{draft['id']}/accept/", Idempotency_Key="two") for _ in range(2)]
    assert [answer.status_code for answer in again] == [200, 200]
    assert AuditEntry.objects.filter(verb="handover.accepted").count() == 1


def test_the_pages_show_who_it_was_by_its_own_name(world, ward, nursing, ken, signed_in):
    draft = written(world, ward, ken)
    done(ward, draft, "offer")
    pages = signed_in("nurse")
    assert "by ward, Test General" in pages.get(f"/handovers/{draft['id']}/").content.decode()
    done(nursing, draft, "accept")
    assert "by nursing, Test Community Health" in pages.get("/handovers/").content.decode()
    timeline = pages.get(f"/residents/{ken.id}/timeline/").content.decode()
    assert "ward, Test General" in timeline


MOMENTS = {
    "2027-01-08T10:30:00Z": 201,
    "2027-01-08t10:30:00.123456789+05:30": 201,
    "2027-01-08T10:30:00": 400,
    "2027-01-08T10:30:00+0100": 400,
    "2027-01-08T10:30Z": 400,
    "2027-01-08 10:30:00Z": 400,
    "20270108T103000Z": 400,
    "2027-W01-5T10:30:00Z": 400,
    "2027-01-08": 400,
    "2027-02-30T10:30:00Z": 400,
    "2027-01-08T10:30:00+99:00": 400,
    "\u0662027-01-08T10:30:00Z": 400,
    "0001-01-01T00:00:00+14:00": 400,
    "9999-12-31T23:59:59-14:00": 400,
    1_800_000_000: 400,
    True: 400,
}


def test_a_moment_is_taken_as_rfc_3339_writes_it_and_no_other_way(world, nursing, sheila):
    told = {"resident": str(sheila.id), "to_team": str(world.ward.id), "kind": "leave_cover"}
    for name in ("takes_place_at", "ends_at"):
        answers = {moment: nursing.post("handovers/", told | {name: moment}) for moment in MOMENTS}
        assert {moment: answer.status_code for moment, answer in answers.items()} == MOMENTS
        assert answers["9999-12-31T23:59:59-14:00"].json()["errors"] == {name: ["Enter a year from 1850 to 2150."]}
        assert list(answers["2027-01-08T10:30:00"].json()["errors"]) == [name]


@pytest.mark.parametrize(("pathway", "status"), [(1, 201), ("1", 400), (True, 400), (1.5, 400), (4, 400)])
def test_a_pathway_is_a_number_not_text_that_looks_like_one(world, nursing, sheila, pathway, status):
    told = {"resident": str(sheila.id), "to_team": str(world.ward.id), "kind": "discharge", "pathway": pathway}
    assert nursing.post("handovers/", told).status_code == status

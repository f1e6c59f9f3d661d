"""Referrals, as partner systems write, send and answer them."""

from datetime import date, timedelta

import pytest

from carecoord import clock
from carecoord.audit.models import AuditEntry
from referrals.models import Referral, ReferralEvent
from tests.api.referring import STATES, WORDS, asking, done, written
from tests.referrals.referral_steps import accepted, declined, drafted, second_service, sent
from tests.shortening import thoroughly
from tests.statements import at_most

pytestmark = pytest.mark.django_db
NOBODY = "0190a000-0000-7000-8000-000000000000"


def test_a_referral_is_written_sent_accepted_and_answered(world, nursing, carers):
    sheila = world.resident()
    draft = written(world, nursing, sheila)
    assert (draft["status"], draft["to_team"], draft["from_team"]) == ("draft", None, str(world.nursing.id))
    assert draft["accountable_team"] == draft["waiting_on"] == str(world.nursing.id)
    assert draft["allowed_actions"] == ["send", "cancel", "enter-in-error"]
    assert carers.get(f"referrals/{draft['id']}/").status_code == 404

    gone = done(nursing, draft, "send")
    assert (gone["status"], gone["to_team"], gone["waiting_on"]) == ("sent", str(world.carers.id), str(world.carers.id))
    assert gone["respond_by"]

    seen = carers.get(f"referrals/{draft['id']}/").json()
    person = {"nhs_number": sheila.nhs_number, "given_name": "Sheila", "family_name": "Hartley"}
    assert seen["person"] == person | {"birth_date": "1948-03-14"}
    assert seen["card"]["ask"]["sender"] == "nursing, Test Community Health"
    assert carers.get(f"residents/{sheila.id}/").status_code == 404
    assert "accept" in seen["allowed_actions"]

    taken = done(carers, draft, "accept")
    assert taken["accountable_team"] == str(world.carers.id)
    assert carers.get(f"residents/{sheila.id}/").status_code == 200
    done(carers, draft, "start")
    assert done(carers, draft, "complete", {"outcome": "A sitter comes."})["outcome"] == "A sitter comes."
    closed = done(nursing, draft, "acknowledge-outcome")
    assert (closed["accountable_team"], closed["allowed_actions"]) == (None, ["enter-in-error"])
    assert [event["action"] for event in closed["history"]] == [
        "send", "accept", "start", "complete", "acknowledge-outcome",
    ]  # fmt: skip
    assert closed["history"][1]["by_name"] == "carers, Test Carers Hub"


def test_an_acceptance_is_not_undone_after_a_day(world, carers):
    referral = accepted(world, world.resident())
    with clock.at(clock.now() + timedelta(hours=25)):
        assert "undo-acceptance" not in carers.get(f"referrals/{referral.id}/").json()["allowed_actions"]
        answer = carers.post(f"referrals/{referral.id}/undo-acceptance/")
    assert (answer.status_code, answer.json()["code"]) == (422, "illegal_transition")


def test_declining_takes_the_person_away_and_rerouting_makes_a_new_one(world, nursing, carers):
    other = second_service(world)
    referral = declined(world, world.resident())
    answer = nursing.post(f"referrals/{referral.id}/reroute/", {"service": str(other.id)})
    assert answer.status_code == 201
    new = answer.json()
    assert (new["status"], new["replaces"], new["to_team"]) == ("sent", str(referral.id), str(world.surgery.id))
    assert new["journey"] == nursing.get(f"referrals/{referral.id}/").json()["journey"]
    assert answer.headers["Location"] == f"/api/v1/referrals/{new['id']}/"


def test_redirecting_answers_the_old_one_and_the_new_one_is_the_other_teams(world, nursing, carers, surgery):
    other = second_service(world)
    referral = sent(world, world.resident())
    old = done(carers, {"id": referral.id}, "redirect", {"service": str(other.id), **WORDS})
    assert (old["id"], old["status"]) == (str(referral.id), "cancelled")
    [new] = surgery.get("referrals/").json()["results"]
    assert (new["replaces"], new["written_by_name"]) == (str(referral.id), "carers, Test Carers Hub")
    assert carers.get(f"referrals/{new['id']}/").status_code == 404


def test_of_what_was_entered_in_error_the_receiver_learns_only_that_it_was(world, nursing, carers):
    referral = sent(world, world.resident())
    done(nursing, {"id": referral.id}, "enter-in-error", WORDS)
    for seen in (carers.get(f"referrals/{referral.id}/").json(), carers.get("referrals/").json()["results"][0]):
        assert (seen["status"], seen["person"], seen["reason"]) == ("entered_in_error", None, "")
    assert nursing.get(f"referrals/{referral.id}/").json()["person"]["family_name"] == "Hartley"


# --- dealing with it, and changing what is asked -------------------------------------------------------------------


def test_who_deals_with_it_is_shown_and_a_second_is_too_late(world, nursing, carers, partner):
    referral = sent(world, world.resident())
    taken = done(carers, {"id": referral.id}, "claim")
    assert taken["assigned_to_name"] == "carers, Test Carers Hub"
    assert done(carers, {"id": referral.id}, "claim")["version"] == taken["version"]
    second = partner("night", world.carers).post(f"referrals/{referral.id}/claim/")
    assert (second.status_code, second.json()["code"]) == (409, "lost_race")
    assert nursing.post(f"referrals/{referral.id}/claim/").json()["code"] == "illegal_transition"


def test_the_pages_show_who_it_was_by_its_own_name(world, nursing, carers, signed_in):
    sheila = world.resident()
    draft = written(world, nursing, sheila)
    done(nursing, draft, "send")
    done(carers, draft, "claim")
    page = signed_in("link_worker").get(f"/referrals/{draft['id']}/").content.decode()
    assert "nursing, Test Community Health" in page
    assert "carers, Test Carers Hub" in page
    assert "nursing, Test Community Health" in signed_in("link_worker").get("/referrals/").content.decode()
    timeline = signed_in("nurse").get(f"/residents/{sheila.id}/timeline/").content.decode()
    assert "nursing, Test Community Health" in timeline


def test_amending_gives_the_receiver_the_new_card(world, nursing, carers):
    referral = sent(world, world.resident())
    before = carers.get(f"referrals/{referral.id}/").json()
    path = f"referrals/{referral.id}/amend/"
    missing = nursing.post(path, {"urgency": "urgent", "words": "Tomorrow"})
    assert (missing.status_code, list(missing.json()["errors"])) == (422, ["urgency_reason"])
    assert nursing.post(path, {"urgency": "soon"}).status_code == 400
    done(nursing, {"id": referral.id}, "amend", {"urgency": "soon", "reason": "Ken fell.", **WORDS})
    after = carers.get(f"referrals/{referral.id}/").json()
    assert (after["card"]["ask"]["reason"], after["urgency"]) == ("Ken fell.", "soon")
    assert after["respond_by"] < before["respond_by"]
    assert carers.post(path, WORDS).status_code == 422


# --- refusals ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "status", "code", "field"),
    [
        ({"resident": NOBODY}, 404, "not_found", None),
        ({"resident": "x"}, 400, "invalid", "resident"),
        ({"service": NOBODY}, 422, "no_such_service", "service"),
        ({"from_team": NOBODY}, 422, "not_yours_to_give", "from_team"),
        ({"urgency": "now"}, 400, "invalid", "urgency"),
        ({"reason": "x" * 2001}, 400, "invalid", "reason"),
        ({"risks": "a dog"}, 400, "invalid", "risks"),
        ({"status": "accepted"}, 400, "invalid", "status"),
        ({"no_known_risks": "true"}, 400, "invalid", "no_known_risks"),
    ],
)
def test_what_is_written_is_checked(world, nursing, change, status, code, field):
    answer = nursing.post("referrals/", asking(world, world.resident()) | change)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert field is None or field in answer.json()["errors"]
    assert Referral.objects.count() == 0


def test_somebody_elses_resident_or_team_cannot_be_referred(world, carers, nursing):
    sheila = world.resident()
    assert carers.post("referrals/", asking(world, sheila)).status_code == 404
    answer = nursing.post("referrals/", asking(world, sheila, from_team=str(world.carers.id)))
    assert (answer.status_code, answer.json()["code"]) == (422, "not_yours_to_give")


@pytest.mark.parametrize(
    ("lacking", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"no_known_risks": False}, "risks"),
        ({"risks": ["A dog"]}, "risks"),
        ({"urgency": "urgent"}, "urgency_reason"),
    ],
)
def test_what_a_receiver_needs_is_asked_for_when_it_is_sent(world, nursing, lacking, field):
    draft = written(world, nursing, world.resident(), **lacking)
    answer = nursing.post(f"referrals/{draft['id']}/send/")
    assert (answer.status_code, list(answer.json()["errors"])) == (422, [field])
    assert Referral.objects.get(id=draft["id"]).status == "draft"


def test_a_second_referral_to_the_same_service_is_refused(world, nursing):
    sheila = world.resident()
    sent(world, sheila)
    draft = written(world, nursing, sheila)
    answer = nursing.post(f"referrals/{draft['id']}/send/")
    assert (answer.status_code, answer.json()["code"]) == (422, "duplicate")


@pytest.mark.parametrize(
    ("state", "verb", "body", "status", "field"),
    [
        ("sent", "decline", {"reason_code": "bored"}, 400, "reason_code"),
        ("sent", "decline", {"reason_code": "other"}, 422, "words"),
        ("sent", "redirect", {"service": NOBODY, "words": "There"}, 422, "service"),
        ("sent", "redirect", {"service": NOBODY}, 400, "words"),
        ("received", "request-information", {"question": " "}, 400, "question"),
        ("accepted", "hold", {"reason_code": "away", "until": "2020-01-01"}, 422, "until"),
        ("accepted", "complete", {}, 400, "outcome"),
        ("accepted", "fail", {"reason_code": "other", "words": ""}, 422, "words"),
        ("accepted", "cancel", {"reason_code": "other"}, 422, "words"),
        ("sent", "accept", {"team": NOBODY}, 400, "team"),
    ],
)
def test_what_goes_with_a_move_is_checked(world, carers, state, verb, body, status, field):
    referral = STATES[state](world, world.resident())
    answer = carers.post(f"referrals/{referral.id}/{verb}/", body)
    assert answer.status_code == status, answer.content
    assert field in answer.json()["errors"]
    assert Referral.objects.get(id=referral.id).status == state


def test_others_see_nothing_and_those_with_the_record_see_but_do_not_move(world, carers, surgery, partner):
    sheila = world.resident()
    referral = sent(world, sheila)
    for answer in (
        surgery.get(f"referrals/{referral.id}/"),
        surgery.post(f"referrals/{referral.id}/accept/"),
        surgery.patch(f"referrals/{referral.id}/", {"reason": "x"}, If_Match="*"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert surgery.get("referrals/").json()["results"] == []
    with_record = partner("ward", world.ward)
    claim = {"nhs_number": sheila.nhs_number, "birth_date": "1948-03-14", "reason": "Ward", "purpose": "direct care"}
    assert with_record.post("residents/claim/", claim).status_code == 201
    seen = with_record.get(f"referrals/{referral.id}/").json()
    assert (seen["id"], seen["allowed_actions"]) == (str(referral.id), [])
    refused = with_record.post(f"referrals/{referral.id}/accept/")
    assert (refused.status_code, refused.json()["code"]) == (403, "not_yours")


# --- changing a draft ----------------------------------------------------------------------------------------------


def test_a_draft_is_changed_by_whoever_has_read_it(world, nursing):
    draft = written(world, nursing, world.resident())
    path = f"referrals/{draft['id']}/"
    tag = nursing.get(path).headers["ETag"]
    assert nursing.patch(path, {"reason": "More"}).status_code == 428
    changed = nursing.patch(path, {"reason": "More", "risks": ["A dog"], "no_known_risks": False}, If_Match=tag)
    assert changed.status_code == 200, changed.content
    assert (changed.json()["reason"], changed.json()["risks"], changed.json()["version"]) == ("More", ["A dog"], 2)
    stale = nursing.patch(path, {"reason": "Other"}, If_Match=tag)
    assert (stale.status_code, stale.json()["current"]) == (412, changed.json())
    done(nursing, draft, "send")
    late = nursing.patch(path, {"reason": "Other"}, If_Match="*")
    assert late.status_code == 422
    assert Referral.objects.get(id=draft["id"]).reason == "More"


def test_a_move_may_be_meant_for_what_was_read(world, carers):
    referral = sent(world, world.resident())
    answer = carers.post(f"referrals/{referral.id}/accept/", If_Match=f'"{referral.id}-1"')
    assert (answer.status_code, answer.json()["code"]) == (412, "stale")
    tag = carers.get(f"referrals/{referral.id}/").headers["ETag"]
    assert carers.post(f"referrals/{referral.id}/accept/", If_Match=tag).status_code == 200


# --- lists, statements, audit, repetition --------------------------------------------------------------------------


def test_filters_narrow_the_list(world, nursing, carers):
    sheila, ken = world.resident(), world.resident(given_name="Ken", birth_date=date(1940, 1, 2))
    first, second = sent(world, sheila), drafted(world, ken)

    def found(partner, query):
        return [row["id"] for row in partner.get(f"referrals/?{query}").json()["results"]]

    assert found(nursing, "") == [str(second.id), str(first.id)]
    assert found(nursing, "status=draft") == [str(second.id)]
    assert found(nursing, f"resident={sheila.id}") == [str(first.id)]
    assert found(nursing, f"to_team={world.carers.id}") == found(carers, "") == [str(first.id)]
    assert found(nursing, f"from_team={world.carers.id}") == []
    assert nursing.get("referrals/?status=lost").status_code == 400


@pytest.mark.parametrize("number", [3, *thoroughly(30)])
def test_lists_and_details_keep_to_their_statements(world, nursing, carers, number):
    for _ in range(number):
        referral = sent(world, world.resident())
    for partner in (nursing, carers):
        with at_most(7):
            listed = partner.get("referrals/?page_size=100").json()["results"]
        assert len(listed) == number
        assert listed[0]["person"]["family_name"] == "Hartley"
        with at_most(9):
            assert partner.get(f"referrals/{referral.id}/").status_code == 200


def test_writing_one_keeps_to_its_statements(world, nursing):
    sheila = world.resident()
    with at_most(14):
        answer = nursing.post("referrals/", asking(world, sheila))
    assert answer.status_code == 201


def test_looks_and_changes_are_written_down(world, nursing):
    draft = written(world, nursing, world.resident())
    nursing.get("referrals/")
    nursing.get(f"referrals/{draft['id']}/")
    entries = AuditEntry.objects.filter(actor_id=nursing.row.id, about_type="referral").order_by("at")
    assert list(entries.values_list("kind", "verb")) == [("change", "referral.drafted"), ("look", "referral.viewed")]
    listed = AuditEntry.objects.get(actor_id=nursing.row.id, verb="referrals.listed")
    assert listed.detail == {"residents": [draft["resident"]]}


def test_the_same_request_twice_has_one_effect(world, nursing, carers):
    sheila = world.resident()
    first = nursing.post("referrals/", asking(world, sheila), Idempotency_Key="one")
    again = nursing.post("referrals/", asking(world, sheila), Idempotency_Key="one")
    assert (again.status_code, again.content) == (201, first.content)
    assert Referral.objects.count() == 1
    done(nursing, first.json(), "send")
    path = f"referrals/{first.json()['id']}/accept/"
    answers = [carers.post(path, Idempotency_Key="two") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].content == answers[1].content
    assert ReferralEvent.objects.filter(verb="accept").count() == 1

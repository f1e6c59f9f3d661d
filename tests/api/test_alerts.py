"""Alerts to a partner's teams."""

import pytest

from carecoord.alerts.models import Alert
from carecoord.outbox.tasks import relay
from tests.api.conftest import CLIENT, shown
from tests.referrals.handovers import ken_on_the_ward, offered
from tests.referrals.referral_steps import sent
from tests.shortening import thoroughly
from tests.statements import at_most

pytestmark = pytest.mark.django_db
NOBODY = "0190a000-0000-7000-8000-000000000000"


def told(world, number=1):
    for _ in range(number):
        referral = sent(world, world.resident())
    relay()
    return referral


def test_a_team_is_told_of_what_waits_for_it(world, stranger, nursing):
    referral = told(world)
    [alert] = stranger.get("alerts/?state=waiting").json()["results"]
    assert (alert["kind"], alert["about"]) == ("referral.sent", {"type": "referral", "id": str(referral.id)})
    assert (alert["team"], alert["sending_team"]) == (str(world.carers.id), str(world.nursing.id))
    assert (alert["state"], alert["escalation_level"], alert["acknowledged_by"]) == ("waiting", 0, None)
    assert alert["next_rung_at"]
    assert "Hartley" not in stranger.get("alerts/").content.decode()
    assert stranger.get(f"alerts/{alert['id']}/").json() == alert
    assert nursing.get("alerts/").json()["results"] == []
    assert nursing.get(f"alerts/{alert['id']}/").status_code == 404


def test_acknowledging_says_who_and_a_second_changes_nothing(world, stranger, nursing, partner, signed_in):
    told(world)
    [alert] = stranger.get("alerts/").json()["results"]
    path = f"alerts/{alert['id']}/acknowledge/"
    assert nursing.post(path).status_code == 404
    first = stranger.post(path)
    assert first.status_code == 200
    assert (first.json()["state"], first.json()["acknowledged_by"]) == ("acknowledged", "carers, Test Carers Hub")
    assert (first.json()["acknowledged_at"] is not None, first.json()["allowed_actions"]) == (True, [])
    second = partner("night", world.carers).post(path)
    assert (second.status_code, second.json()) == (200, first.json())
    assert stranger.get("alerts/?state=waiting").json()["results"] == []
    assert "Acknowledged by carers, Test Carers Hub" in signed_in("link_worker").get("/alerts/").content.decode()


def test_an_answer_resolves_it(world, stranger):
    referral = told(world)
    stranger.post(f"referrals/{referral.id}/accept/")
    relay()
    [alert] = stranger.get("alerts/").json()["results"]
    assert (alert["state"], alert["next_rung_at"]) == ("resolved", None)


def test_an_amended_referral_is_told_to_its_receiver(world, nursing, stranger):
    referral = told(world)
    nursing.post(f"referrals/{referral.id}/amend/", {"reason": "Ken fell.", "words": "He fell"})
    relay()
    assert {row["kind"] for row in stranger.get("alerts/?state=waiting").json()["results"]} == {
        "referral.sent",
        "referral.amended",
    }


@pytest.mark.parametrize("number", [3, *thoroughly(30)])
def test_the_list_keeps_to_its_statements(world, stranger, number):
    told(world, number)
    with at_most(6):
        assert len(stranger.get("alerts/?page_size=100").json()["results"]) == number


def test_what_is_asked_is_checked(world, stranger):
    assert stranger.get("alerts/?state=asleep").status_code == 400
    assert stranger.post(f"alerts/{NOBODY}/acknowledge/").status_code == 404
    assert stranger.post("alerts/").status_code == 405
    assert Alert.objects.count() == 0


@pytest.mark.parametrize("body", [b'{"state": "ack', b"[]", b'{"a": 1, "a": 1}', b'{"words": "Seen"}'])
def test_an_alert_is_not_acknowledged_by_what_is_no_empty_body(world, stranger, body):
    told(world)
    [alert] = stranger.get("alerts/").json()["results"]
    headers = {"Authorization": f"Bearer {stranger.token}"}
    path = f"/api/v1/alerts/{alert['id']}/acknowledge/"
    assert CLIENT.generic("POST", path, body, content_type="application/json", headers=headers).status_code == 400
    assert (
        CLIENT.generic("POST", path, b"state=acknowledged", content_type="text/plain", headers=headers).status_code
        == 415
    )
    assert stranger.get(f"alerts/{alert['id']}/").json()["state"] == "waiting"


def test_acknowledging_twice_with_one_key_is_one_answer(world, stranger):
    told(world)
    [alert] = stranger.get("alerts/").json()["results"]
    answers = [stranger.post(f"alerts/{alert['id']}/acknowledge/", Idempotency_Key="one") for _ in range(2)]
    assert answers[0].content == answers[1].content


def test_alerts_of_several_teams_are_one_list_that_pages_both_ways(world, partner):
    for team in (world.nursing, world.highcross_nursing, world.nursing, world.highcross_nursing):
        offered(world, ken_on_the_ward(world), to_team_id=team.id)
    relay()
    both = partner("both", world.nursing, world.highcross_nursing)
    whole = shown(both.get("alerts/"))["results"]
    assert {row["team"] for row in whole} == {str(world.nursing.id), str(world.highcross_nursing.id)}
    assert len(whole) == 4
    ids = [row["id"] for row in whole]
    assert ids == sorted(ids, reverse=True)
    first = shown(both.get("alerts/?page_size=2"))
    second = shown(both.get(first["next"]))
    assert [row["id"] for row in (*first["results"], *second["results"])] == ids
    assert second["next"] is None
    assert shown(both.get(second["previous"]))["results"] == first["results"]
    assert shown(both.get("alerts/?state=resolved"))["results"] == []
    own = shown(partner("one", world.nursing).get("alerts/"))["results"]
    assert own == [row for row in whole if row["team"] == str(world.nursing.id)]

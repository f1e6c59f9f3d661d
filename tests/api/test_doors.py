"""Who gets in: tokens, where they come from, and what ends them."""

from datetime import timedelta

import pytest
from django.test import Client

from carecoord import clock
from carecoord.api import access
from carecoord.api.scopes import EVERY_SCOPE
from neighbourhoods.services.clients import deactivate_client, reactivate_client, rotate_secret
from tests.api.conftest import token_for

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_memory")]
NOBODY = "0190a000-0000-7000-8000-000000000000"


@pytest.mark.parametrize(
    ("token", "status", "code"),
    [("", 401, "invalid_token"), ("nonsense", 401, "invalid_token"), ("\u00e9", 401, "invalid_token")],
)
def test_a_wrong_token_is_refused(db, token, status, code):
    answer = Client().get("/api/v1/residents/", headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_session_is_no_token(signed_in):
    assert signed_in("nurse").get("/api/v1/residents/").status_code == 401


def test_a_client_that_is_closed_or_out_of_agreement_is_out_at_once(world, nursing, partner):
    with clock.at(clock.now() + timedelta(days=366)):
        ended = nursing.get("residents/")
        assert (ended.status_code, ended.json()["code"]) == (403, "agreement_ended")
        assert token_for("nursing").json() == {"error": "invalid_client"}
    deactivate_client(by=world.admin, client_id=nursing.row.id)
    assert nursing.get("residents/").status_code == 401
    assert token_for("nursing").status_code == 401


def test_two_secrets_are_good_until_the_old_one_ends(world, nursing):
    made = rotate_secret(by=world.admin, client_id=nursing.row.id, overlap=timedelta(days=7))
    assert token_for("nursing").status_code == 200
    assert token_for("nursing", made.secret).status_code == 200
    with clock.at(clock.now() + timedelta(days=8)):
        assert token_for("nursing").status_code == 401
        assert token_for("nursing", made.secret).status_code == 200


def test_a_token_is_asked_for_with_what_discovery_says(world, nursing, client):
    told = client.get("/.well-known/openid-configuration").json()
    assert told["token_endpoint"] == "http://testserver/identity/o/api/token"
    assert set(EVERY_SCOPE) <= set(told["scopes_supported"])
    assert told["grant_types_supported"] == ["client_credentials"]
    assert client.get("/.well-known/jwks.json").status_code == 200
    assert token_for("nursing", "wrong").status_code == 401
    narrow = token_for("nursing", scope="directory.read").json()
    assert narrow["scope"] == "directory.read"
    nursing.token = narrow["access_token"]
    assert nursing.get("teams/").status_code == 200
    assert nursing.get("residents/").status_code == 403
    assert token_for("nursing", scope="everything").status_code == 400


@pytest.mark.parametrize("path", ["authorize", "device", "api/device/code", "logout", "api/userinfo", "api/introspect"])
def test_what_the_provider_has_for_people_is_nowhere(world, client, path):
    told = client.get("/.well-known/openid-configuration").json()
    assert f"http://testserver/identity/o/{path}" not in told.values()
    for answer in (client.get(f"/identity/o/{path}"), client.post(f"/identity/o/{path}", {"client_id": "nursing"})):
        assert answer.status_code == 404


def test_attempts_for_a_token_are_limited(nursing, monkeypatch):
    monkeypatch.setattr("neighbourhoods.api.token.ATTEMPTS_A_MINUTE", 2)
    answers = [token_for("nursing", "wrong").status_code for _ in range(4)]
    assert answers[-1] == 429
    assert token_for("nursing").headers["Retry-After"]


def test_use_and_errors_are_noted_for_the_administrator(nursing):
    nursing.get("residents/")
    nursing.get(f"residents/{NOBODY}/")
    nursing.row.refresh_from_db()
    assert nursing.row.last_used_at
    assert (nursing.row.errors, nursing.row.last_error) == (1, "404 not_found")


def test_what_keeps_a_client_out_is_noted_for_the_administrator_too(world, nursing, monkeypatch):
    def noted():
        nursing.row.refresh_from_db()
        return nursing.row.errors, nursing.row.last_error

    token_for("nursing", "wrong")
    assert noted() == (1, "401 invalid_client (token)")
    with clock.at(clock.now() + timedelta(days=366)):
        nursing.get("teams/")
        assert noted() == (2, "403 agreement_ended")
        token_for("nursing")
        assert noted() == (3, "401 invalid_client (token)")
    with monkeypatch.context() as few:
        few.setattr(access, "REQUESTS_A_MINUTE", 0)
        nursing.get("teams/")
    assert noted() == (4, "429 throttled")
    with monkeypatch.context() as few:
        few.setattr("neighbourhoods.api.token.ATTEMPTS_A_MINUTE", 0)
        token_for("nursing")
    assert noted() == (5, "429 slow_down (token)")
    deactivate_client(by=world.admin, client_id=nursing.row.id)
    token_for("nursing")
    assert noted() == (6, "401 invalid_client (token)")
    nursing.get("teams/")
    assert noted() == (7, "401 invalid_token")


def test_a_token_from_before_opens_nothing_when_a_client_may_act_again(world, nursing):
    deactivate_client(by=world.admin, client_id=nursing.row.id)
    reactivate_client(by=world.admin, client_id=nursing.row.id)
    assert nursing.get("teams/").status_code == 401
    nursing.token = token_for("nursing").json()["access_token"]
    assert nursing.get("teams/").status_code == 200

"""The two addresses where tokens are had and taken back: nothing sent there is an error of ours."""

import base64

import pytest

from tests.api.conftest import CLIENT, SECRET

pytestmark = pytest.mark.django_db

TOKEN, REVOKE = "/identity/o/api/token", "/identity/o/api/revoke"


@pytest.mark.parametrize("address", [TOKEN, REVOKE])
@pytest.mark.parametrize(
    "sent",
    [
        {"data": {"grant_type": "client_credentials", "client_id": "\0", "client_secret": "\0", "token": "x"}},
        {"data": {"grant_type": "client_credentials", "client_id": "a", "client_secret": "\0", "token": "x"}},
        {"data": {"token": "\0", "client_id": "a"}},
        {"data": "a=1&" * 3000, "content_type": "application/x-www-form-urlencoded"},
        {"data": "a=" + "x" * 3_000_000, "content_type": "application/x-www-form-urlencoded"},
        {"data": "x", "content_type": "multipart/form-data"},
        {"data": {}, "headers": {"Authorization": "Basic " + base64.b64encode(b"a\0:b\0").decode()}},
    ],
    ids=["nul", "nul in the secret", "nul in the token", "many fields", "large", "no boundary", "nul in the header"],
)
def test_what_cannot_be_read_is_said_in_json(address, sent):
    answer = CLIENT.post(address, **sent)
    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_request"})


def revoked(client_id, token, secret=SECRET):
    return CLIENT.post(REVOKE, {"client_id": client_id, "client_secret": secret, "token": token}).status_code


def test_a_client_takes_its_own_token_back(nursing):
    assert revoked("nursing", nursing.token) == 200
    assert nursing.get("residents/").status_code == 401


def test_another_clients_token_is_left_alone_and_nothing_is_told_of_it(nursing, stranger):
    assert revoked("nursing", stranger.token) == 200
    assert stranger.get("residents/").status_code == 200
    assert revoked("nursing", "nobody's token") == 200


def test_a_wrong_secret_takes_nothing_back(nursing):
    assert revoked("nursing", nursing.token, secret="another") == 401
    assert nursing.get("residents/").status_code == 200

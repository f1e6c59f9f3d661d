"""Passkeys without a browser: where they are offered, and whatever a browser may answer."""

import pytest
from allauth.mfa.models import Authenticator

from carecoord.accounts.services import has_second_factor

pytestmark = pytest.mark.django_db
AT_A_NAME = {"HTTP_HOST": "localhost"}
NONSENSE = ["", "x", "[]", "5", "null", '"words"', "{}", '{"id": 5}', '{"id": "a", "response": {}}', '{"response": []}']


@pytest.fixture
def passkey(nurse):
    """One that no device answers for; enough to be listed, renamed and removed."""
    return Authenticator.objects.create(
        user=nurse, type=Authenticator.Type.WEBAUTHN, data={"name": "My phone", "credential": {}}
    )


@pytest.mark.parametrize(
    ("host", "is_secure", "offered"),
    [("localhost", False, True), ("127.0.0.1", False, False), ("care.example.org", False, False),
     ("care.example.org", True, True), ("192.0.2.7", True, False), ("[::1]:8000", True, False)],
)  # fmt: skip
def test_they_are_offered_only_where_a_browser_can_make_them(client, db, settings, host, is_secure, offered):
    settings.ALLOWED_HOSTS = ["*"]
    page = client.get("/accounts/login/", headers={"host": host}, secure=is_secure).content.decode()
    assert ("Sign in with a passkey" in page) is offered


def test_the_sign_in_page_runs_no_script_of_its_own(client, db):
    answer = client.get("/accounts/login/", **AT_A_NAME)
    assert "script-src" not in answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "<script>" not in answer.content.decode()


@pytest.mark.parametrize("answered", NONSENSE)
def test_nonsense_opens_nothing_and_breaks_nothing(client, nurse, answered):
    client.get("/accounts/2fa/passkeys/login/", headers={"accept": "application/json"}, **AT_A_NAME)
    answer = client.post("/accounts/2fa/passkeys/login/", {"credential": answered}, follow=True, **AT_A_NAME)
    assert answer.status_code == 200
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("answered", [*NONSENSE, '{"id": "\\u0000"}'])
def test_nonsense_adds_nothing_and_breaks_nothing(signed_in_nurse, nurse, answered):
    page = signed_in_nurse.get("/accounts/2fa/passkeys/add/", **AT_A_NAME)
    assert page.status_code == 200
    answer = signed_in_nurse.post("/accounts/2fa/passkeys/add/", {"name": "x", "credential": answered}, **AT_A_NAME)
    assert answer.status_code in {200, 422}
    assert "There is a problem" in answer.content.decode()
    assert not Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN).exists()


@pytest.mark.parametrize("answered", NONSENSE)
def test_nonsense_is_no_second_factor(client, guarded_nurse, type_password, answered):
    type_password()
    answer = client.post("/accounts/2fa/authenticate/", {"credential": answered})
    assert answer.status_code == 200
    assert "_auth_user_id" not in client.session


def test_at_a_bare_number_none_can_be_added(signed_in_nurse):
    assert signed_in_nurse.get("/accounts/2fa/passkeys/add/", headers={"host": "127.0.0.1"}).status_code == 404
    page = signed_in_nurse.get("/accounts/2fa/", headers={"host": "127.0.0.1"}).content.decode()
    assert "Passkeys cannot be used at this address: they need a name" in page


def test_on_this_machine_the_page_says_at_which_address_they_work(signed_in_nurse, settings):
    settings.ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
    page = signed_in_nurse.get("/accounts/2fa/", headers={"host": "127.0.0.1:8001"}).content.decode()
    assert 'href="http://localhost:8001/accounts/2fa/"' in page
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    assert "localhost" not in signed_in_nurse.get("/accounts/2fa/", headers={"host": "127.0.0.1:8001"}).content.decode()


def test_one_is_renamed_and_removed_by_its_owner_only(signed_in_nurse, passkey, world):
    theirs = Authenticator.objects.create(
        user=world.user_of("lead"), type=Authenticator.Type.WEBAUTHN, data={"name": "Not yours", "credential": {}}
    )
    for page in ("name", "remove"):
        assert signed_in_nurse.get(f"/accounts/2fa/passkeys/{theirs.id}/{page}/").status_code == 404
        assert signed_in_nurse.post(f"/accounts/2fa/passkeys/{theirs.id}/{page}/", {"name": "x"}).status_code == 404
    signed_in_nurse.post(f"/accounts/2fa/passkeys/{passkey.id}/name/", {"name": "Work <b>laptop</b>"})
    assert "Work &lt;b&gt;laptop&lt;/b&gt;" in signed_in_nurse.get("/accounts/2fa/").content.decode()
    signed_in_nurse.post(f"/accounts/2fa/passkeys/{passkey.id}/remove/")
    assert list(Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN)) == [theirs]


@pytest.mark.parametrize("name", ["", "x" * 61, "nul\x00"])
def test_a_name_that_cannot_be_kept_changes_nothing(signed_in_nurse, passkey, name):
    signed_in_nurse.post(f"/accounts/2fa/passkeys/{passkey.id}/name/", {"name": name})
    passkey.refresh_from_db()
    assert passkey.data["name"] == "My phone"


def test_a_passkey_counts_as_a_second_factor(client, nurse, passkey, type_password):
    assert has_second_factor(nurse)
    assert type_password().headers["Location"] == "/accounts/2fa/authenticate/"
    assert "_auth_user_id" not in client.session

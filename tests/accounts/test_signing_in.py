"""Signing in: both factors, wrong tries, and no account but by an administrator."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client

from carecoord.accounts.services import deactivate_person
from tests.accounts.factors import code_now
from tests.world import PASSWORD

pytestmark = pytest.mark.django_db


def is_signed_in(browser):
    return "_auth_user_id" in browser.session


def test_password_and_code_together_open_my_day(client, guarded_nurse, type_password):
    asked = type_password()
    assert asked.headers["Location"] == "/accounts/2fa/authenticate/"
    assert not is_signed_in(client)
    opened = client.post("/accounts/2fa/authenticate/", {"code": code_now()})
    assert opened.headers["Location"] == "/"
    assert client.get("/").status_code == 200


def test_it_goes_on_to_the_page_that_was_asked_for(client, guarded_nurse, type_password):
    asked = client.get("/alerts/")
    assert asked.headers["Location"] == "/accounts/login/?next=/alerts/"
    type_password(next="/alerts/")
    assert client.post("/accounts/2fa/authenticate/", {"code": code_now()}).headers["Location"] == "/alerts/"


def test_it_never_goes_on_to_another_site(client, guarded_nurse, type_password):
    type_password(next="https://elsewhere.example/")
    assert client.post("/accounts/2fa/authenticate/", {"code": code_now()}).headers["Location"] == "/"


@pytest.mark.parametrize("email", ["nurse@example.org", "nobody@example.org"])
def test_a_wrong_password_and_an_unknown_address_look_the_same(client, nurse, type_password, email):
    answer = type_password(email, "wrong password here")
    assert "The email address or the password is wrong. Check both and try again." in answer.content.decode()
    assert not is_signed_in(client)


def test_a_wrong_code_does_not_sign_in(client, guarded_nurse, type_password):
    type_password()
    wrong = f"{(int(code_now()) + 1) % 1_000_000:06}"
    answer = client.post("/accounts/2fa/authenticate/", {"code": wrong})
    assert "This code is wrong or was used before." in answer.content.decode()
    assert not is_signed_in(client)


def test_a_code_opens_one_sign_in_only(client, guarded_nurse, type_password):
    code = code_now()
    type_password()
    client.post("/accounts/2fa/authenticate/", {"code": code})
    other = Client()
    type_password(browser=other)
    other.post("/accounts/2fa/authenticate/", {"code": code})
    assert (is_signed_in(client), is_signed_in(other)) == (True, False)


def test_a_phone_that_is_half_a_minute_off_still_works(client, guarded_nurse, type_password):
    type_password()
    client.post("/accounts/2fa/authenticate/", {"code": code_now(steps_away=-1)})
    assert is_signed_in(client)


def test_a_recovery_code_stands_in_for_the_phone_once(signed_in_nurse, type_password):
    signed_in_nurse.post("/accounts/2fa/recovery-codes/generate/")
    page = signed_in_nurse.get("/accounts/2fa/recovery-codes/").content.decode()
    code = re.search(r"\b\d{8}\b", page)[0]
    for is_first in (True, False):
        other = Client()
        type_password(browser=other)
        other.post("/accounts/2fa/authenticate/", {"code": code})
        assert is_signed_in(other) is is_first


def test_somebody_without_a_second_factor_sets_one_up_before_any_page(client, nurse, type_password):
    type_password()
    for page in ("/", "/alerts/", "/role/", "/accounts/2fa/", "/accounts/password/change/"):
        assert client.get(page).headers["Location"] == "/accounts/2fa/totp/activate/"
    page = client.get("/accounts/2fa/totp/activate/").content.decode()
    assert 'src="data:image/svg+xml' in page
    secret = re.search(r"Key: <strong>([A-Z2-7 ]+)</strong>", page)[1]
    done = client.post("/accounts/2fa/totp/activate/", {"code": code_now(secret)}, follow=True)
    assert "Your recovery codes" in done.content.decode()
    assert client.get("/").status_code == 200
    assert Authenticator.objects.filter(user=nurse).count() == 2


def test_a_wrong_code_while_setting_up_keeps_the_key(client, nurse, type_password):
    type_password()
    first = re.search(r"Key: <strong>([A-Z2-7 ]+)<", client.get("/accounts/2fa/totp/activate/").content.decode())[1]
    again = client.post("/accounts/2fa/totp/activate/", {"code": "000000"}).content.decode()
    assert first in again
    assert not Authenticator.objects.filter(user=nurse).exists()


def test_who_removes_their_app_sets_up_the_next_one_first(signed_in_nurse):
    answer = signed_in_nurse.post("/accounts/2fa/totp/deactivate/", follow=True)
    assert answer.redirect_chain[-1][0] == "/accounts/2fa/totp/activate/"
    assert signed_in_nurse.get("/").headers["Location"] == "/accounts/2fa/totp/activate/"


def test_a_demonstration_account_signs_in_without_a_second_factor(client, nurse, type_password, settings):
    settings.DEMO = True
    assert type_password().headers["Location"] == "/"
    assert client.get("/").status_code == 200


def test_a_demonstration_account_with_a_second_factor_is_asked_for_it(client, guarded_nurse, type_password, settings):
    settings.DEMO = True
    assert type_password().headers["Location"] == "/accounts/2fa/authenticate/"


def test_a_closed_account_is_out_on_its_next_request(signed_in_nurse, world):
    deactivate_person(by=world.builder, user_id=world.nurse.actor_id, reason="Left")
    assert signed_in_nurse.get("/").headers["Location"] == "/accounts/inactive/"
    assert not is_signed_in(signed_in_nurse)


def test_a_closed_account_cannot_sign_in(client, guarded_nurse, type_password, world):
    deactivate_person(by=world.builder, user_id=world.nurse.actor_id, reason="Left")
    type_password()
    assert not is_signed_in(client)


def test_logging_out_takes_a_post(signed_in_nurse):
    page = signed_in_nurse.get("/accounts/logout/")
    assert (page.status_code, is_signed_in(signed_in_nurse)) == (200, True)
    signed_in_nurse.post("/accounts/logout/")
    assert not is_signed_in(signed_in_nurse)
    assert signed_in_nurse.get("/").headers["Location"] == "/accounts/login/?next=/"


def test_signing_in_changes_the_key_of_the_session(client, nurse, type_password, settings):
    settings.DEMO = True
    session = client.session
    session["anything"] = 1
    session.save()
    before = session.session_key
    type_password()
    assert client.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()


def test_the_session_cookie_is_for_the_server_only_and_ends_with_the_browser(client, nurse, type_password, settings):
    settings.SESSION_COOKIE_SECURE = settings.DEMO = True
    cookie = type_password().cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"], cookie["secure"], cookie["max-age"]) == (True, "Lax", True, "")


def test_nobody_makes_an_account_for_themselves(client, db):
    for answer in (
        client.get("/accounts/signup/"),
        client.post("/accounts/signup/", {"email": "me@example.org", "password1": PASSWORD}),
    ):
        assert answer.status_code == 404
        assert "You cannot make an account yourself" in answer.content.decode()


def test_a_form_without_its_secret_is_refused(nurse):
    browser = Client(enforce_csrf_checks=True)
    answer = browser.post("/accounts/login/", {"login": nurse.email, "password": PASSWORD})
    assert answer.status_code == 403


def test_everything_works_with_the_rights_of_the_webs_own_role(client, nurse, type_password, world):
    """The other tests log in as the owner; here every statement needs a grant to `app_web`."""
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE app_web")
    type_password()
    page = client.get("/accounts/2fa/totp/activate/").content.decode()
    secret = re.search(r"Key: <strong>([A-Z2-7 ]+)</strong>", page)[1]
    client.post("/accounts/2fa/totp/activate/", {"code": code_now(secret)})
    assert client.post("/accounts/2fa/recovery-codes/generate/").status_code == 302
    assert client.get("/").status_code == 200
    words = {
        "oldpassword": PASSWORD,
        "password1": "umbrella kettle marmalade",
        "password2": "umbrella kettle marmalade",
    }
    assert client.post("/accounts/password/change/", words).status_code == 302
    assert client.post("/accounts/2fa/totp/deactivate/").status_code == 302
    assert client.post("/role/", {"membership": str(world.nurse.membership_id)}).status_code == 302
    assert client.post("/accounts/logout/").status_code == 302
    assert client.post("/accounts/password/reset/", {"email": nurse.email}).status_code == 302
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("app_web",)
        cursor.execute("RESET ROLE")

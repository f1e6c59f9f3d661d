"""Signing in through another identity provider: whom it opens, and everything it does not."""

import logging
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.db import connection
from django.test import Client

from carecoord import clock
from carecoord.accounts.links import link_sign_in, unlink_sign_in
from carecoord.accounts.models import LinkedSignIn, User
from carecoord.accounts.oidc import adapters
from carecoord.accounts.oidc.provider import the_provider
from carecoord.accounts.oidc.tokens import ProviderProblem, claims_of
from carecoord.accounts.services import deactivate_person, set_up_totp
from carecoord.errors import RuleError
from tests.accounts import signed_by
from tests.accounts.factors import SECRET, code_now
from tests.accounts.signed_by import ANOTHER, CLIENT, CONFIGURATION, ISSUER, keys, token

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def a_provider(settings):
    settings.OIDC_NAME, settings.OIDC_ISSUER = "Test Identity", ISSUER
    settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = CLIENT, "word"
    settings.OIDC_SECOND_FACTOR = ("amr", frozenset({"mfa"}))


@pytest.fixture
def provider(monkeypatch):
    """`provider["answers"](...)` decides what the token endpoint gives; its documents are there."""
    says = {"configuration": dict(CONFIGURATION), "claims": {}, "token": None, "asked": []}

    def fetched(request, url):
        says["asked"].append(url)
        return keys() if url == CONFIGURATION["jwks_uri"] else says["configuration"]

    def exchanged(self, code, pkce_code_verifier=None, extra_data=None):
        assert pkce_code_verifier
        given = says["token"] or token(**({"nonce": says["nonce"]} | says["claims"]))
        return {"access_token": "at", "token_type": "Bearer", "expires_in": 60, "id_token": given}

    monkeypatch.setattr(adapters, "_fetched", fetched)
    monkeypatch.setattr("allauth.socialaccount.providers.oauth2.client.OAuth2Client.get_access_token", exchanged)
    return says


@pytest.fixture
def linked_nurse(nurse, world):
    link_sign_in(by=world.builder, user_id=nurse.id, issuer=ISSUER, subject="U-7")
    return nurse


def gone(browser, **more):
    """The questions that the browser takes to the provider."""
    answer = browser.post("/accounts/provider/", more)
    assert answer.status_code == 302, answer.content
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()}


def came_back(browser, provider, *, next="/", **claims):
    asked = gone(browser, next=next)
    provider["nonce"], provider["claims"] = asked["nonce"], claims
    return browser.get("/accounts/provider/callback/", {"code": "c", "state": asked["state"]})


def is_signed_in(browser):
    return "_auth_user_id" in browser.session


# --- going there --------------------------------------------------------------------------------------------------
def test_the_browser_goes_there_by_the_button_with_pkce_and_nonce_and_asks_for_nothing_but_who(client, provider):
    answer = client.post("/accounts/provider/")
    assert answer.headers["Location"].startswith("https://login.example.org/authorize?")
    asked = gone(client)
    assert (asked["scope"], asked["response_type"], asked["prompt"]) == ("openid", "code", "login")
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == "http://127.0.0.1:8000/accounts/provider/callback/"
    assert len(asked["nonce"]) >= 32
    assert client.get("/accounts/provider/").status_code == 405


def test_a_form_of_another_site_sends_nobody_there(provider):
    assert Client(enforce_csrf_checks=True).post("/accounts/provider/").status_code == 403


def test_only_the_sign_in_page_may_lead_to_the_provider(client, settings):
    settings.OIDC_ALSO_AT = ("https://adfs.example.org",)
    policy = client.get("/accounts/login/").headers["Content-Security-Policy"]
    assert "form-action 'self' https://login.example.org https://adfs.example.org" in policy
    assert "login.example.org" not in client.get("/accounts/password/reset/").headers["Content-Security-Policy"]
    settings.OIDC_ISSUER = ""
    page = client.get("/accounts/login/")
    assert "Test Identity" not in page.content.decode()
    assert (
        page.headers["Content-Security-Policy"].endswith("form-action 'self'")
        or "form-action 'self';" in page.headers["Content-Security-Policy"]
    )
    assert client.post("/accounts/provider/").status_code == 404
    assert client.get("/accounts/provider/callback/").status_code == 404


def test_what_the_address_says_changes_nothing_that_is_asked(client, provider):
    answer = client.post("/accounts/provider/?process=connect&scope=email&auth_params=prompt%3Dnone")
    asked = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert (asked["scope"], asked["prompt"]) == (["openid"], ["login"])


@pytest.mark.parametrize(
    "configuration",
    [
        {},
        {"issuer": "https://other.example.org"},
        CONFIGURATION | {"token_endpoint": 5},
        CONFIGURATION | {"issuer": f"{ISSUER}/"},
    ],
)
def test_a_provider_that_is_not_the_one_of_the_settings_is_not_believed(client, provider, configuration):
    provider["configuration"] = configuration
    answer = client.post("/accounts/provider/")
    assert answer.status_code == 403
    assert "You are not signed in" in answer.content.decode()


def test_a_provider_out_of_reach_is_said_so(client, provider, monkeypatch):
    def unreachable(request, url):
        raise requests.ConnectionError

    monkeypatch.setattr(adapters, "_fetched", unreachable)
    assert "cannot be reached now" in client.post("/accounts/provider/").content.decode()


# --- coming back --------------------------------------------------------------------------------------------------
def test_an_unknown_subject_gets_a_page_that_names_it_and_nothing_is_made(client, provider, nurse, caplog):
    people = User.objects.count()
    with caplog.at_level(logging.INFO):
        answer = came_back(client, provider, sub="U-unknown", email=nurse.email, email_verified=True)
    page = answer.content.decode()
    assert answer.status_code == 403
    assert answer.headers["Cache-Control"] == "no-store"
    assert "U-unknown" in page
    assert ISSUER in page
    assert (User.objects.count(), LinkedSignIn.objects.count(), is_signed_in(client)) == (people, 0, False)
    assert "no account is linked to the subject" in caplog.text
    assert "U-unknown" not in caplog.text
    assert nurse.email not in caplog.text


def test_the_linked_account_opens_and_goes_on_to_the_page_that_was_asked_for(client, provider, linked_nurse):
    answer = came_back(client, provider, next="/alerts/", amr=["pwd", "mfa"])
    assert answer.headers["Location"] == "/alerts/"
    assert client.session["_auth_user_id"] == str(linked_nurse.id)
    assert client.get("/alerts/").status_code == 200


def test_it_never_goes_on_to_another_site(client, provider, linked_nurse):
    assert came_back(client, provider, next="https://elsewhere.example/", amr=["mfa"]).headers["Location"] == "/"


@pytest.mark.parametrize(
    "said", [{}, {"amr": ["pwd"]}, {"amr": "pwd"}, {"acr": "mfa"}, {"amr": {"mfa": 1}}, {"amr": 5}]
)
def test_without_a_proof_of_a_second_factor_ours_is_asked_for(client, provider, linked_nurse, said):
    set_up_totp(linked_nurse, SECRET)
    assert came_back(client, provider, **said).headers["Location"] == "/accounts/2fa/authenticate/"
    assert not is_signed_in(client)
    assert linked_nurse.password not in str(dict(client.session))
    opened = client.post("/accounts/2fa/authenticate/", {"code": code_now()})
    assert (opened.headers["Location"], is_signed_in(client)) == ("/", True)


def test_without_any_second_factor_one_is_set_up_first(client, provider, linked_nurse):
    came_back(client, provider)
    assert client.get("/").headers["Location"] == "/accounts/2fa/totp/activate/"


def test_a_proof_counts_once_and_for_that_sign_in_only(client, provider, linked_nurse, type_password):
    set_up_totp(linked_nurse, SECRET)
    assert came_back(client, provider, amr="mfa").headers["Location"] == "/"
    client.post("/accounts/logout/")
    assert type_password().headers["Location"] == "/accounts/2fa/authenticate/"


def test_such_a_sign_in_ends_like_any_other(client, provider, linked_nurse):
    began = clock.now()
    came_back(client, provider, amr="mfa")
    assert client.get("/alerts/").status_code == 200
    with clock.at(began + timedelta(minutes=16)):
        assert client.get("/alerts/").headers["Location"] == "/accounts/login/?next=/alerts/"


def test_a_closed_account_stays_closed(client, provider, linked_nurse, world):
    deactivate_person(by=world.builder, user_id=linked_nurse.id, reason="Left")
    assert came_back(client, provider, amr="mfa").headers["Location"] == "/accounts/inactive/"
    assert not is_signed_in(client)


def test_unlinked_means_signed_out_and_unknown(client, provider, linked_nurse, world):
    came_back(client, provider, amr="mfa")
    unlink_sign_in(by=world.builder, user_id=linked_nurse.id, issuer=ISSUER, reason="Left")
    assert client.get("/alerts/").headers["Location"] == "/accounts/login/?next=/alerts/"
    assert came_back(client, provider, amr="mfa").status_code == 403
    assert LinkedSignIn.objects.get().ended_at is not None


def test_a_link_to_another_issuer_opens_nothing(client, provider, nurse, world):
    link_sign_in(by=world.builder, user_id=nurse.id, issuer="https://before.example.org", subject="U-7")
    assert came_back(client, provider, amr="mfa").status_code == 403


@pytest.mark.parametrize("subject", ["u-7", "U-7 ", "U-70", "U-"])
def test_every_letter_of_a_subject_counts(client, provider, linked_nurse, subject):
    assert came_back(client, provider, sub=subject, amr="mfa").status_code == 403


@pytest.mark.parametrize(
    "wrong",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"iss": f"{ISSUER}/"},
        {"aud": "somebody-else"},
        {"aud": [CLIENT, "other"], "azp": "other"},
        {"exp": 1},
        {"sub": ""},
        {"sub": None},
        {"sub": 7},
        {"auth_time": 1},
    ],
)
def test_a_token_that_is_wrong_anywhere_opens_nothing(client, provider, linked_nurse, wrong):
    answer = came_back(client, provider, amr="mfa", **wrong)
    assert answer.status_code == 403
    assert "You are not signed in" in answer.content.decode()
    assert not is_signed_in(client)


@pytest.mark.parametrize("given", ["nonsense", 5, "", "a.b.c"])
def test_what_is_no_token_opens_nothing(client, provider, linked_nurse, given):
    provider["token"] = given or " "
    assert came_back(client, provider).status_code == 403


def test_only_a_key_that_the_provider_publishes_signs():
    ours = the_provider()
    assert claims_of(token(), keys(), ours)["sub"] == "U-7"
    shared = "a-word-that-both-sides-know-and-so-does-a-thief"
    for forged in (
        token(key=ANOTHER),
        token(kid="key-9"),
        token(key=shared, algorithm="HS256"),
        token(key="", algorithm="none"),
    ):
        with pytest.raises(ProviderProblem):
            claims_of(forged, keys(), ours)


@pytest.mark.parametrize("answer", [{}, {"code": "c"}, {"code": "c", "state": "made-up"}, {"error": "access_denied"}])
def test_nobody_comes_back_who_has_not_gone_from_this_browser(client, provider, linked_nurse, answer):
    assert client.get("/accounts/provider/callback/", answer).status_code == 403
    asked = gone(Client())
    provider["nonce"], provider["claims"] = asked["nonce"], {"amr": "mfa"}
    assert client.get("/accounts/provider/callback/", {"code": "c", "state": asked["state"]}).status_code == 403
    assert not is_signed_in(client)


def test_an_answer_is_good_once(client, provider, linked_nurse):
    asked = gone(client)
    provider["nonce"], provider["claims"] = asked["nonce"], {"amr": "mfa"}
    back = {"code": "c", "state": asked["state"]}
    client.get("/accounts/provider/callback/", back)
    client.post("/accounts/logout/")
    assert client.get("/accounts/provider/callback/", back).status_code == 403


def test_who_stops_over_there_is_told_so(client, provider):
    asked = gone(client)
    answer = client.get("/accounts/provider/callback/", {"error": "access_denied", "state": asked["state"]})
    assert "did not let you in, or you stopped there" in answer.content.decode()


def test_it_works_with_the_rights_of_the_webs_own_role(client, provider, linked_nurse):
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE app_web")
    assert came_back(client, provider, amr="mfa").headers["Location"] == "/"
    assert came_back(Client(), provider, sub="U-unknown").status_code == 403
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("app_web",)
        cursor.execute("RESET ROLE")


def test_who_has_no_password_here_adds_no_other_way_in_from_an_old_sign_in(client, provider, linked_nurse):
    """Somebody who finds the screen of a person away for ten minutes must not leave with a key to their account."""
    linked_nurse.set_unusable_password()
    linked_nurse.save()
    began = clock.now()
    came_back(client, provider, amr="mfa")
    pages = ("/accounts/2fa/passkeys/add/", "/accounts/2fa/totp/activate/", "/accounts/password/set/")
    assert [client.get(page, headers={"host": "localhost"}).status_code for page in pages] == [200, 200, 200]
    for page in pages:
        with clock.at(began + timedelta(minutes=10)):
            answer = client.get(page, headers={"host": "localhost"})
        assert answer.headers["Location"] == f"/accounts/login/?next={page}"
        assert not is_signed_in(client)
        came_back(client, provider, amr="mfa")


# --- whom it opens ------------------------------------------------------------------------------------------------
def test_a_subject_opens_one_account_and_an_account_has_one_subject(linked_nurse, world):
    for user, subject in ((world.user_of("lead"), "U-7"), (linked_nurse, "U-8")):
        with pytest.raises(RuleError):
            link_sign_in(by=world.builder, user_id=user.id, issuer=ISSUER, subject=subject)
    assert LinkedSignIn.objects.count() == 1


def test_what_proves_a_second_factor(settings):
    settings.OIDC_SECOND_FACTOR = ("acr", frozenset({"AAL2", "AAL3"}))
    ours = the_provider()
    said = ["AAL2", "AAL3", ["x", "AAL3"], "AAL1", "", None, [], {"AAL2": 1}]
    assert [ours.proves_second_factor({"acr": value}) for value in said] == [True, True, True] + [False] * 5
    settings.OIDC_SECOND_FACTOR = ("", frozenset())
    assert not the_provider().proves_second_factor(signed_by.claims(amr="mfa"))

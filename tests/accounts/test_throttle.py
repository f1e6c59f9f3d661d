"""Wrong tries are counted for an account and an address together, and up to a larger bound for each alone."""

import re

import pytest
from django.core import mail
from django.core.cache import caches
from django.test import Client

from carecoord.ids import new_id
from carecoord.settings import CACHES
from tests.accounts.factors import code_now
from tests.world import PASSWORD

pytestmark = pytest.mark.django_db
TOO_MANY = "Too many wrong tries. Wait 5 minutes, then try again or reset your password."
TOO_MANY_ANYWHERE = (
    "Too many wrong tries for this account. Wait an hour, sign in where you usually do, or reset your password."
)


@pytest.fixture(autouse=True)
def a_demonstration(settings):
    """So that a password alone shows whether somebody got in."""
    settings.DEMO = True


@pytest.fixture
def five_wrong_tries(nurse, type_password):
    for _ in range(5):
        type_password(password="wrong password here")


def test_the_sixth_try_is_refused_with_the_right_password_too(five_wrong_tries, type_password):
    answer = type_password()
    assert TOO_MANY in answer.content.decode()


def test_another_account_from_the_same_address_still_signs_in(five_wrong_tries, type_password, world):
    lead = world.user_of("lead")
    lead.set_password(PASSWORD)
    lead.save()
    assert type_password("lead@example.org", browser=Client()).headers["Location"] == "/"


def test_the_same_account_from_another_address_still_signs_in(five_wrong_tries, type_password):
    assert type_password(browser=Client(), address="192.0.2.2").headers["Location"] == "/"


def test_capitals_in_the_address_do_not_start_a_new_count(five_wrong_tries, type_password):
    assert TOO_MANY in type_password("Nurse@Example.ORG").content.decode()


@pytest.fixture
def guesses_from_everywhere(nurse, type_password):
    """Called, it makes fifty wrong tries for the nurse's account, each from an address of its own."""

    def guess():
        for number in range(50):
            type_password(password="wrong password here", address=f"198.51.100.{number}", browser=Client())

    return guess


@pytest.mark.thorough
def test_one_account_from_ever_new_addresses_is_refused_after_fifty_tries(guesses_from_everywhere, type_password):
    guesses_from_everywhere()
    assert TOO_MANY_ANYWHERE in type_password(address="192.0.2.9").content.decode()


def test_guesses_from_outside_keep_nobody_out_where_they_usually_sign_in(guesses_from_everywhere, type_password):
    type_password(browser=Client(), address="192.0.2.7")
    guesses_from_everywhere()
    assert type_password(browser=Client(), address="192.0.2.7").headers["Location"] == "/"
    assert TOO_MANY_ANYWHERE in type_password(browser=Client(), address="192.0.2.8").content.decode()


def test_where_somebody_usually_signs_in_five_wrong_tries_are_enough_all_the_same(nurse, type_password):
    type_password(browser=Client())
    for _ in range(5):
        type_password(password="wrong password here", browser=Client())
    assert TOO_MANY in type_password(browser=Client()).content.decode()


@pytest.mark.thorough
def test_a_password_alone_makes_no_address_usual(guesses_from_everywhere, guarded_nurse, type_password):
    """Whoever has guessed it has not passed the second factor."""
    type_password(browser=Client(), address="192.0.2.7")
    guesses_from_everywhere()
    assert TOO_MANY_ANYWHERE in type_password(browser=Client(), address="192.0.2.7").content.decode()


@pytest.mark.thorough
def test_a_new_password_by_email_lets_the_person_in_from_where_they_set_it(
    guesses_from_everywhere, nurse, type_password, client
):
    guesses_from_everywhere()
    client.post("/accounts/password/reset/", {"email": nurse.email}, REMOTE_ADDR="192.0.2.7")
    link = re.search(r"/accounts/password/reset/key/\S+", mail.outbox[-1].body).group()
    form = client.get(link, REMOTE_ADDR="192.0.2.7").headers["Location"]
    new = "umbrella kettle marmalade"
    client.post(form, {"password1": new, "password2": new}, REMOTE_ADDR="192.0.2.7")
    answer = type_password(password=new, browser=Client(), address="192.0.2.7")
    assert answer.headers["Location"] == "/"


def test_behind_a_proxy_the_address_is_the_one_that_the_proxy_saw(nurse, type_password, settings):
    settings.TRUSTED_PROXY_COUNT = 1
    for number in range(5):
        claims = f"203.0.113.{number}, 192.0.2.1"
        type_password(password="wrong password here", headers={"X-Forwarded-For": claims}, address="127.0.0.1")
    refused = type_password(headers={"X-Forwarded-For": "192.0.2.1"}, address="127.0.0.1")
    assert TOO_MANY in refused.content.decode()
    let_in = type_password(headers={"X-Forwarded-For": "192.0.2.2"}, address="127.0.0.1", browser=Client())
    assert let_in.headers["Location"] == "/"


def test_right_passwords_do_not_count(nurse, type_password):
    answers = {type_password(browser=Client()).headers["Location"] for _ in range(8)}
    assert answers == {"/"}


def test_wrong_codes_are_counted_too(guarded_nurse, type_password, client):
    type_password()
    for _ in range(5):
        client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    answer = client.post("/accounts/2fa/authenticate/", {"code": code_now()})
    assert TOO_MANY in answer.content.decode()


def test_it_counts_on_when_the_cache_is_out_of_reach(nurse, type_password, settings):
    settings.CACHES = {"default": {"BACKEND": "carecoord.cache.ForgivingCache", "LOCATION": "redis://127.0.0.1:1/2"}}
    assert type_password(browser=Client(), address="192.0.2.200").headers["Location"] == "/"
    for _ in range(5):
        type_password(password="wrong password here", address="192.0.2.201")
    assert TOO_MANY in type_password(address="192.0.2.201").content.decode()


@pytest.mark.parametrize("place", [CACHES["default"]["LOCATION"], "redis://127.0.0.1:1/2"], ids=["there", "away"])
def test_what_is_counted_goes_up_by_one_whether_the_cache_is_there_or_not(settings, place):
    settings.CACHES = {"default": {"BACKEND": "carecoord.cache.ForgivingCache", "LOCATION": place}}
    key, other = str(new_id()), str(new_id())
    assert [caches["default"].count(key, 60) for _ in range(3)] == [1, 2, 3]
    assert caches["default"].count(other, 60) == 1

"""Wrong tries are counted for an account and an address together, and up to a larger bound for each alone."""

import pytest
from django.test import Client

from tests.accounts.factors import code_now
from tests.world import PASSWORD

pytestmark = pytest.mark.django_db
TOO_MANY = "Too many wrong tries. Wait 5 minutes, then try again or reset your password."


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


def test_one_account_from_ever_new_addresses_is_refused_after_fifty_tries(nurse, type_password):
    for number in range(50):
        type_password(password="wrong password here", address=f"198.51.100.{number}")
    assert TOO_MANY in type_password(address="192.0.2.9").content.decode()


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

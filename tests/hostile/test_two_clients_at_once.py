"""Two register the same person at the same moment: one makes them, the other is told."""

import pytest
from django.test import Client
from django.urls import reverse

from neighbourhoods.models import Resident
from tests.api.conftest import made_partner
from tests.races import beside, second_is_told
from tests.registering import proof_in
from tests.world import sign_in

pytestmark = pytest.mark.running


@pytest.fixture(scope="module")
def systems(running_world):
    """Of two organisations."""
    teams = {"nursing-registers": running_world.nursing, "ward-registers": running_world.ward}
    return [made_partner(running_world, name, team) for name, team in teams.items()]


def somebody(number, family_name):
    return {"given_name": "Ada", "family_name": family_name, "birth_date": "1950-05-05", "nhs_number": number}


def told(answer):
    return answer.status_code, answer.json().get("code")


def test_who_comes_while_the_other_is_at_it_is_told_to_claim(systems):
    new = somebody("999 000 0026", "Meanwhile")
    second = second_is_told(lambda: systems[0].post("residents/", new), lambda: systems[1].post("residents/", new))
    assert told(second) == (409, "resident_exists")
    assert Resident.objects.filter(nhs_number="9990000026").count() == 1


def test_of_two_in_the_same_instant_exactly_one_makes_them(systems):
    new = somebody("999 000 0034", "Instant")
    asked = [beside(lambda one=one: one.post("residents/", new)) for one in systems]
    answers = [one.result(timeout=60) for one in asked]
    assert sorted(map(told, answers), key=str) == [(201, None), (409, "resident_exists")]
    made = Resident.objects.get(nhs_number="9990000034")
    refused = next(answer for answer in answers if answer.status_code == 409)
    assert str(made.id) not in refused.content.decode()


def test_of_two_in_the_same_instant_without_a_number_the_second_is_told_of_the_first(systems):
    without = {"birth_date": "1962-08-19", "nhs_number_unavailable_reason": "nhs-number-not-known"}
    new = somebody(None, "Numberless") | without
    second = second_is_told(lambda: systems[0].post("residents/", new), lambda: systems[1].post("residents/", new))
    assert told(second) == (409, "possible_duplicates")
    assert Resident.objects.filter(family_name="Numberless").count() == 1


def browser_of(world, name):
    client = Client()
    sign_in(client, world, name)
    return client


def test_of_two_people_on_the_page_in_the_same_instant_without_a_number_the_second_is_shown_the_first(running_world):
    typed = {
        "step": "register",
        "nhs_number_unavailable_reason": "nhs-number-not-known",
        "given_name": "Ada",
        "family_name": "Unnumbered",
        "birth_date_day": "6",
        "birth_date_month": "6",
        "birth_date_year": "1951",
        "birth_date_status": "exact",
        "gender": "female",
    }
    page, browsers = reverse("resident_new"), [browser_of(running_world, name) for name in ("nurse", "ward_nurse")]
    # Both have searched, and found nobody.
    ready = [typed | {"searched": proof_in(browser.post(page, typed))} for browser in browsers]
    second = second_is_told(lambda: browsers[0].post(page, ready[0]), lambda: browsers[1].post(page, ready[1]))
    text = second.content.decode()
    assert "Somebody like this is known already: look at them before you go on." in text
    made = Resident.objects.get(family_name="Unnumbered")
    assert reverse("resident_record", args=[made.id]) in text
    assert 'value="Unnumbered"' in text

"""The directory: organisations and services of the place, found by words as people type them."""

from uuid import uuid4

import pytest
from django.urls import reverse

from neighbourhoods.directory import Search, find_organisations, find_services
from neighbourhoods.services import create_organisation, create_place, create_service
from tests.shortening import thoroughly

pytestmark = pytest.mark.django_db


@pytest.fixture
def services(world):
    """Three more services beside Carers' support."""
    made = {"carers": world.carers_service}
    for key, name, facts in (
        ("falls", "Falls Prevention Team", {"description": "Strength and balance at home", "minimum_age": 65}),
        ("walk", "Walking group", {"accepts_referrals": False, "needs": ["loneliness", "exercise"]}),
        ("meals", "Meals at home", {"needs": ["nutrition"]}),
    ):
        made[key] = create_service(by=world.builder, organisation=world.practice, name=name, **facts)
    return made


def found(world, words="", kind=""):
    return [service.name for service in find_services(world.nurse, Search(words, kind))]


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("falls", "Falls Prevention Team"),
        ("FALLS", "Falls Prevention Team"),
        ("strength and balance, falls", "Falls Prevention Team"),
        ("balence", "Falls Prevention Team"),
        ("loneliness", "Walking group"),
        ("carer", "Carers' support"),
        ("Test Carers Hub", "Carers' support"),
    ],
)
def test_a_service_is_found_by_name_need_description_or_organisation(world, services, words, first):
    assert found(world, words)[0] == first


@pytest.mark.parametrize("words", ["zebra", "%", "_", "'; --", "\\"])
def test_what_matches_nothing_finds_nothing(world, services, words):
    assert found(world, words) == []


def test_kinds_tell_services_to_refer_to_from_groups(world, services):
    assert found(world, kind="signpost") == ["Walking group"]
    assert "Walking group" not in found(world, kind="referral")
    assert len(found(world)) == 4


def test_a_defunct_service_and_an_organisation_that_left_are_not_found(world, services):
    services["meals"].status = "defunct"
    services["meals"].save()
    world.charity.ended_at = world.charity.created_at
    world.charity.save()
    assert found(world) == ["Falls Prevention Team", "Walking group"]
    assert world.charity not in find_organisations(world.nurse, Search())


def test_another_places_services_are_not_shown(world, signed_in):
    elsewhere = create_place(name="Elsewhere", partnership="Elsewhere Together")
    charity = create_organisation(by=world.builder, place=elsewhere, name="Far away", kind="vcse")
    far = create_service(by=world.builder, organisation=charity, name="Far falls")
    assert found(world, "falls") == []
    browser = signed_in("nurse")
    assert browser.get(reverse("directory_service", args=[far.id])).status_code == 404
    assert browser.get(reverse("directory_organisation", args=[charity.id])).status_code == 404


def test_every_member_reads_the_directory_and_nobody_else_does(client, world, services, signed_in):
    pages = {
        reverse("directory"): "Carers&#x27; support",
        reverse("directory_service", args=[services["falls"].id]): "65 or over",
        reverse("directory_organisation", args=[world.practice.id]): "Meals at home",
    }
    for page in pages:
        assert client.get(page).status_code == 302
    for who in ("nurse", "outsider", "admin"):
        browser = signed_in(who)
        for page, words in pages.items():
            assert words in browser.get(page).content.decode()
    assert signed_in("nurse").get(reverse("directory_service", args=[uuid4()])).status_code == 404


@pytest.mark.parametrize("query", [{"q": "\x00"}, {"q": "x" * 5000}, {"q": "<script>"}, {"kind": "?"}, {"page": "-1"}])
def test_a_strange_question_is_answered(world, signed_in, query):
    page = signed_in("nurse").get(reverse("directory"), query)
    assert page.status_code == 200
    assert 'value="<script>' not in page.content.decode()


@pytest.mark.parametrize("rows", [3, *thoroughly(30)])
def test_the_directory_asks_the_database_the_same_few_times(world, signed_in, django_assert_max_num_queries, rows):
    for number in range(rows):
        create_service(by=world.builder, organisation=world.practice, name=f"Service {number}")
    browser = signed_in("nurse")
    browser.get(reverse("directory"))
    with django_assert_max_num_queries(20):
        browser.get(reverse("directory"))

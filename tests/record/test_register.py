"""Register a resident: search first, be warned of likely duplicates, be placed in the right neighbourhood."""

from datetime import date

import pytest
from django.urls import reverse

from carecoord.audit.models import AuditEntry
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Area, CaseloadEntry, Postcode, Relationship, Resident

pytestmark = pytest.mark.django_db


def facts(world, **more):
    return {
        "step": "register",
        "nhs_number": next(world.numbers),
        "given_name": "Winifred",
        "family_name": "Cole",
        "birth_date_day": "2",
        "birth_date_month": "5",
        "birth_date_year": "1938",
        "birth_date_status": "exact",
        "gender": "female",
        "on_caseload": "on",
    } | more


def post(client, data):
    return client.post(reverse("resident_new"), data)


def winifred():
    return Resident.objects.get(family_name="Cole")


def test_searching_comes_first(world, signed_in):
    answer = signed_in("nurse").get(reverse("resident_new"))
    text = answer.content.decode()
    assert "Search first" in text
    assert 'name="gender"' not in text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({}, "Enter the NHS number, or the family name and the date of birth"),
        ({"family_name": "Cole"}, "Enter the NHS number, or the family name and the date of birth"),
        ({"number": "999 000 0019"}, "This is not a valid NHS number: check the digits"),
    ],
)
def test_a_search_needs_a_number_or_a_name_and_a_date_of_birth(world, signed_in, typed, sentence):
    answer = post(signed_in("nurse"), {"step": "search"} | typed)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_the_search_shows_who_it_may_be_also_beyond_ones_own_and_keeps_what_was_typed(world, signed_in):
    sheila = world.resident(by=world.outsider, team=world.highcross_nursing)
    answer = post(
        signed_in("nurse"),
        {
            "step": "search",
            "family_name": "Hartly",
            "birth_date_day": "14",
            "birth_date_month": "3",
            "birth_date_year": "1948",
        },
    )
    text = answer.content.decode()
    assert "This may be somebody you know" in text
    assert reverse("resident_record", args=[sheila.id]) in text
    assert 'value="Hartly"' in text
    assert 'value="1948"' in text


def test_a_registered_resident_belongs_to_the_team_and_its_caseload(world, signed_in):
    client = signed_in("nurse")
    answer = post(client, facts(world, gp_practice=str(world.practice.id)))
    resident = winifred()
    assert answer.headers["Location"] == reverse("resident_record", args=[resident.id])
    assert Relationship.objects.filter(resident=resident, team=world.nursing, source_kind="registration").exists()
    assert CaseloadEntry.objects.get(resident=resident).team == world.nursing
    assert AuditEntry.objects.get(verb="resident.registered").resident_id == resident.id
    text = client.get(answer.headers["Location"]).content.decode()
    assert "Winifred is registered with Millbrook Community Nursing, in Millbrook." in text


def test_off_the_caseload_where_the_box_is_empty(world, signed_in):
    data = facts(world)
    del data["on_caseload"]
    post(signed_in("nurse"), data)
    assert not CaseloadEntry.objects.filter(resident=winifred()).exists()


def test_the_neighbourhood_follows_the_practice(world, signed_in):
    post(signed_in("nurse"), facts(world, gp_practice=str(world.practice.id), postcode="AM1 1AA"))
    assert winifred().neighbourhood == world.millbrook


def test_else_it_follows_the_postcode_in_any_spelling(world, signed_in):
    Area.objects.create(code="E01900001", neighbourhood=world.highcross)
    Postcode.objects.create(postcode="AM1 1AA", area_code="E01900001")
    post(signed_in("nurse"), facts(world, postcode="am11aa"))
    assert winifred().neighbourhood == world.highcross
    assert winifred().postcode == "AM1 1AA"


def test_else_the_front_door_places_them_and_the_message_says_so(world, signed_in):
    client = signed_in("nurse")
    answer = post(client, facts(world))
    assert winifred().neighbourhood is None
    assert "the front door will place them" in client.get(answer.headers["Location"]).content.decode()
    with acting_as(world.front_door):
        assert Resident.objects.visible_to(world.front_door).get() == winifred()


def test_the_same_birth_date_and_a_similar_name_are_shown_before_it_is_accepted(world, signed_in):
    world.resident(
        by=world.outsider,
        team=world.highcross_nursing,
        given_name="Winnifred",
        family_name="Coale",
        birth_date=date(1938, 5, 2),
    )
    client = signed_in("nurse")
    answer = post(client, facts(world))
    text = answer.content.decode()
    assert "This may be somebody you know" in text
    assert "None of these: register a new resident" in text
    assert not Resident.objects.filter(family_name="Cole").exists()
    post(client, facts(world, confirmed="1"))
    assert winifred().given_name == "Winifred"


def test_a_number_that_is_held_already_is_refused_also_when_confirmed(world, signed_in):
    held = world.resident(by=world.outsider, team=world.highcross_nursing)
    client = signed_in("nurse")
    first = post(client, facts(world, nhs_number=held.nhs_number))
    assert "This may be somebody you know" in first.content.decode()
    again = post(client, facts(world, nhs_number=held.nhs_number, confirmed="1"))
    assert again.status_code == 422
    assert "This NHS number is already known here" in again.content.decode()
    assert Resident.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"nhs_number": ""}, "Enter the NHS number, or say why there is none"),
        ({"given_name": ""}, "Enter given names"),
        (
            {"birth_date_day": "", "birth_date_month": "", "birth_date_year": ""},
            "Enter the date of birth, or say that it is not known",
        ),
        ({"birth_date_year": "2199"}, "The date of birth must be in the past."),
        ({"postcode": "nowhere"}, "This is not a valid postcode: enter it in full, such as M1 1AE"),
        ({"address": "x" * 101}, "Use up to 5 lines of up to 100 characters"),
        ({"given_name": "Win\0"}, "Type this again: it holds a hidden character that cannot be saved"),
        ({"gp_practice": "01234567-89ab-7def-8123-456789abcdef"}, "What you chose is not in the list any more"),
    ],
)
def test_what_is_wrong_is_said_at_the_field_and_nobody_is_registered(world, signed_in, wrong, sentence):
    answer = post(signed_in("nurse"), facts(world, **wrong))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Resident.objects.exists()


def test_somebody_without_a_number_or_a_birth_date_can_be_registered_with_the_reason(world, signed_in):
    unknown = {"birth_date_day": "", "birth_date_month": "", "birth_date_year": "", "birth_date_status": "unknown"}
    post(
        signed_in("nurse"),
        facts(world, nhs_number="", nhs_number_unavailable_reason="overseas-patient", **unknown),
    )
    resident = winifred()
    assert (resident.nhs_number, resident.nhs_number_unavailable_reason) == (None, "overseas-patient")
    assert (resident.birth_date, resident.birth_date_status) == (None, "unknown")


def test_nobody_registers_for_a_team_that_is_not_theirs(world, signed_in):
    answer = post(signed_in("nurse"), facts(world, team=str(world.ward.id)))
    assert answer.status_code == 422
    assert not Resident.objects.exists()


@pytest.mark.parametrize("who", ["admin", "privacy"])
def test_a_role_without_residents_registers_nobody(world, signed_in, who):
    client = signed_in(who)
    assert client.get(reverse("resident_new")).status_code == 403
    assert post(client, facts(world)).status_code == 403
    assert not Resident.objects.exists()

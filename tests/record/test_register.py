"""Register a resident: search first, be warned of likely duplicates, be placed in the right neighbourhood."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from carecoord import clock
from carecoord.audit.models import AuditEntry
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Area, CaseloadEntry, Postcode, Relationship, Resident
from neighbourhoods.models.residents import NO_WAY_THERE
from tests.registering import proof_in

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


def searched(client, data):
    """What the form carries after a search for whom `data` names."""
    asked = ("given_name", "family_name", "birth_date_day", "birth_date_month", "birth_date_year")
    wanted = {"step": "search", "number": data["nhs_number"]} | {name: data[name] for name in asked}
    return proof_in(post(client, wanted))


def register(client, data):
    """As a person does: search, then the form with what the search made."""
    return post(client, data | {"searched": searched(client, data)})


def winifred():
    return Resident.objects.get(family_name="Cole")


@pytest.mark.parametrize("typed", ["Winifred Cole 2/5/1920", "Cole 2/5/20", "2 May 1920"])
def test_somebody_older_than_a_hundred_is_registered_found_and_shown(world, signed_in, typed):
    """Also by a year of two digits, which may be of either century."""
    with clock.at(datetime(2030, 1, 8, 10, tzinfo=UTC)):
        client = signed_in("nurse")
        data = facts(world, birth_date_year="1920")
        assert register(client, data).status_code == 302
        resident = winifred()
        assert resident.birth_date == date(1920, 5, 2)
        found = client.post(reverse("find"), {"q": typed}).content.decode()
        assert f'href="/residents/{resident.id}/"' in found
        assert "02-May-1920 (109y)" in client.get(reverse("resident_record", args=[resident.id])).content.decode()


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
    assert "Possibly known already" in text
    assert reverse("resident_record", args=[sheila.id]) in text
    assert 'value="Hartly"' in text
    assert 'value="1948"' in text


def test_a_registered_resident_belongs_to_the_team_and_its_caseload(world, signed_in):
    client = signed_in("nurse")
    answer = register(client, facts(world, gp_practice=str(world.practice.id)))
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
    register(signed_in("nurse"), data)
    assert not CaseloadEntry.objects.filter(resident=winifred()).exists()


def test_the_neighbourhood_follows_the_practice(world, signed_in):
    register(signed_in("nurse"), facts(world, gp_practice=str(world.practice.id), postcode="AM1 1AA"))
    assert winifred().neighbourhood == world.millbrook


def test_else_it_follows_the_postcode_in_any_spelling(world, signed_in):
    Area.objects.create(code="E01900001", neighbourhood=world.highcross)
    Postcode.objects.create(postcode="AM1 1AA", area_code="E01900001")
    register(signed_in("nurse"), facts(world, postcode="am11aa"))
    assert winifred().neighbourhood == world.highcross
    assert winifred().postcode == "AM1 1AA"


def test_else_the_front_door_places_them_and_the_message_says_so(world, signed_in):
    client = signed_in("nurse")
    answer = register(client, facts(world))
    assert winifred().neighbourhood is None
    assert "the front door will place them" in client.get(answer.headers["Location"]).content.decode()
    with acting_as(world.front_door):
        assert Resident.objects.visible_to(world.front_door).get() == winifred()


RELATIVES = "They are relatives: twins, a brother or sister, a parent or child"


@pytest.fixture
def coale(world):
    """Of another organisation's team, and likely the one whom `facts` describes."""
    return world.resident(
        by=world.outsider,
        team=world.highcross_nursing,
        given_name="Winnifred",
        family_name="Coale",
        birth_date=date(1938, 2, 5),
        nhs_number=None,
    )


def test_whoever_is_likely_is_shown_with_score_and_why_before_the_form_is_accepted(world, signed_in, coale):
    client = signed_in("nurse")
    text = post(client, facts(world, searched=searched(client, facts(world)))).content.decode()
    assert "Likely known already" in text
    assert "Likely the same" in text
    assert "Day and month of birth exchanged: +25" in text
    assert "A given name that sounds or is written nearly the same: +16" in text
    assert "59 points, likely from 50 on" in text
    assert reverse("resident_record", args=[coale.id]) in text
    assert "None of these: register a new resident" in text
    assert not Resident.objects.filter(family_name="Cole").exists()


def test_one_goes_on_with_a_reason_which_is_kept(world, signed_in, coale):
    client = signed_in("nurse")
    data = facts(world)
    data["searched"] = searched(client, data)
    without = post(client, data)
    assert without.status_code == 422
    assert "Say how you know that it is none of these, or open their record" in without.content.decode()
    assert not Resident.objects.filter(family_name="Cole").exists()
    post(client, data | {"why_new": RELATIVES})
    told = AuditEntry.objects.get(verb="resident.told_apart")
    assert (told.resident_id, told.reason) == (winifred().id, RELATIVES)
    assert told.detail == {"others": [str(coale.id)]}


def test_without_a_search_the_form_does_not_pass_and_what_was_typed_is_searched_for(world, signed_in):
    client = signed_in("nurse")
    data = facts(world)
    answer = post(client, data)
    text = answer.content.decode()
    assert "Nobody was searched for yet, so we searched for what you typed. Nobody like that is known here." in text
    assert 'value="Winifred"' in text
    assert not Resident.objects.exists()
    post(client, data | {"searched": proof_in(answer)})
    assert winifred().given_name == "Winifred"


@pytest.mark.parametrize(
    "changed", [{"family_name": "Barker"}, {"birth_date_year": "1939"}, {"given_name": "Edith"}, {"nhs_number": ""}]
)
def test_a_search_that_was_made_for_somebody_else_does_not_let_the_form_pass(world, signed_in, changed):
    client = signed_in("nurse")
    data = facts(world, nhs_number_unavailable_reason="nhs-number-not-known")
    answer = post(client, data | {"searched": searched(client, data)} | changed)
    assert "You changed who it is since your search, so we searched again" in answer.content.decode()
    assert not Resident.objects.exists()


def test_what_the_search_left_out_may_be_added(world, signed_in):
    client = signed_in("nurse")
    data = facts(world)
    found = post(client, {"step": "search", "number": data["nhs_number"]})
    assert "Nobody like that is known here." in found.content.decode()
    post(client, data | {"searched": proof_in(found)})
    assert winifred().nhs_number == data["nhs_number"].replace(" ", "")


def test_a_search_of_more_than_thirty_minutes_ago_is_made_again(world, signed_in, monkeypatch):
    client = signed_in("nurse")
    data = facts(world)
    data["searched"] = searched(client, data)
    monkeypatch.setattr("carecoord.record.searched.GOOD_FOR", timedelta(seconds=-1))
    assert "Your search is more than 30 minutes old, so we searched again" in post(client, data).content.decode()
    assert not Resident.objects.exists()


def test_nobody_goes_on_with_the_search_of_another_or_one_made_up(world, signed_in):
    data = facts(world)
    of_another = searched(signed_in("lead"), data)
    client = signed_in("nurse")
    for proof in (of_another, "made up", of_another[:-2]):
        assert "Nobody was searched for yet" in post(client, data | {"searched": proof}).content.decode()
    assert not Resident.objects.exists()


def test_somebody_alike_who_was_not_among_those_shown_stops_the_form_again(world, signed_in):
    client = signed_in("nurse")
    data = facts(world, nhs_number="", nhs_number_unavailable_reason="nhs-number-not-known")
    data["searched"] = searched(client, data)
    world.resident(
        by=world.outsider,
        team=world.highcross_nursing,
        given_name="Winifred",
        family_name="Cole",
        birth_date=date(1938, 5, 2),
        nhs_number=None,
    )
    answer = post(client, data | {"why_new": RELATIVES})
    assert "Somebody like this is known already: look at them before you go on." in answer.content.decode()
    assert Resident.objects.count() == 1
    post(client, data | {"why_new": RELATIVES, "searched": proof_in(answer)})
    assert Resident.objects.count() == 2


def test_twins_are_possible_and_ask_for_no_reason(world, signed_in):
    world.resident(
        by=world.outsider,
        team=world.highcross_nursing,
        given_name="Edith",
        family_name="Cole",
        birth_date=date(1938, 5, 2),
        nhs_number=None,
        postcode="AM1 1AA",
        phone="01632 960009",
    )
    client = signed_in("nurse")
    data = facts(world, postcode="AM1 1AA", phone="01632 960009")
    by_number = post(client, {"step": "search", "number": data["nhs_number"]})
    shown = post(client, data | {"searched": proof_in(by_number)})
    text = shown.content.decode()
    assert "Possibly the same" in text
    assert "Not called likely: Two given names: twins, or brothers and sisters, have all else in common." in text
    assert "How do you know that it is none of these?" not in text
    assert "None of these: register a new resident" in text
    post(client, data | {"searched": proof_in(shown)})
    assert sorted(Resident.objects.values_list("given_name", flat=True)) == ["Edith", "Winifred"]


def test_whoever_was_compared_has_an_entry_that_says_so(world, signed_in, coale):
    searched(signed_in("nurse"), facts(world))
    entry = AuditEntry.objects.get(verb="resident.compared")
    assert (entry.kind, entry.resident_id, entry.actor_id) == ("look", coale.id, world.nurse.actor_id)


def test_a_restricted_person_is_not_shown_to_whoever_does_not_see_them(world, signed_in, coale):
    Resident.objects.filter(id=coale.id).update(is_restricted=True, **NO_WAY_THERE)
    client = signed_in("nurse")
    register(client, facts(world))
    assert winifred().given_name == "Winifred"
    assert not AuditEntry.objects.filter(verb="resident.compared", resident_id=coale.id).exists()


def test_a_number_that_is_held_already_is_refused_also_when_confirmed(world, signed_in):
    held = world.resident(by=world.outsider, team=world.highcross_nursing)
    client = signed_in("nurse")
    data = facts(world, nhs_number=held.nhs_number)
    data["searched"] = searched(client, data)
    again = post(client, data | {"why_new": RELATIVES})
    assert again.status_code == 422
    assert "This NHS number is already known here" in again.content.decode()
    assert reverse("resident_record", args=[held.id]) in again.content.decode()
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
    client = signed_in("nurse")
    data = facts(world)
    again = proof_in(post(client, data | wrong | {"searched": searched(client, data)}))
    answer = post(client, data | wrong | {"searched": again})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Resident.objects.exists()


@pytest.mark.parametrize(
    ("doubted", "tick", "sentence"),
    [
        ({"birth_date_year": "1880"}, "birth_date_is_right", "check the date of birth, and tick that it is right"),
        ({"nhs_number": "3200000007"}, "nhs_number_is_right", "tick that it is the NHS number"),
    ],
)
def test_what_is_hardly_ever_so_is_asked_once_more_and_never_refused(world, signed_in, doubted, tick, sentence):
    client = signed_in("nurse")
    data = facts(world) | doubted
    asked = register(client, data)
    assert (asked.status_code, Resident.objects.count()) == (422, 0)
    assert sentence in asked.text
    assert f'name="{tick}"' in asked.text
    assert f'name="{tick}"' not in post(client, facts(world)).text
    assert register(client, data | {tick: "on"}).status_code == 302
    assert winifred()


def test_somebody_of_130_years_is_not_asked_about_on_the_day_before_the_next_birthday(world, signed_in):
    with clock.at(datetime(2026, 11, 23, 10, tzinfo=UTC)):
        born = {"birth_date_day": "24", "birth_date_month": "11", "birth_date_year": "1895"}
        assert register(signed_in("nurse"), facts(world) | born).status_code == 302


def test_somebody_without_a_number_or_a_birth_date_can_be_registered_with_the_reason(world, signed_in):
    unknown = {"birth_date_day": "", "birth_date_month": "", "birth_date_year": "", "birth_date_status": "unknown"}
    client = signed_in("nurse")
    data = facts(world, nhs_number="", nhs_number_unavailable_reason="overseas-patient", **unknown)
    post(client, data | {"searched": proof_in(post(client, data))})
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

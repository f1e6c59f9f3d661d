"""By what somebody is found: keys that different ways to write one fact have in common."""

import csv
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from carecoord import clock
from carecoord.audit.models import PastRow
from neighbourhoods.gate import acting_as
from neighbourhoods.keys import (
    NICKNAMES,
    Further,
    email_key,
    folded,
    identifier_key,
    keys_of,
    name_keys,
    phone_key,
    postcode_key,
    word_keys,
    words_of,
)
from neighbourhoods.models import Resident
from neighbourhoods.services import change_resident
from tests.life import known


@dataclass(frozen=True)
class Somebody:
    family_name: str = "Hartley"
    given_name: str = "Sheila"
    preferred_name: str = ""
    birth_date: date | None = date(1948, 3, 14)
    postcode: str = "M1 1AE"
    phone: str = "07700 900123"
    email: str = "Sheila@Example.org"
    is_restricted: bool = False


@pytest.mark.parametrize(
    ("written", "latin"),
    [
        ("Łukasz", "lukasz"),
        ("Иван", "ivan"),
        ("Øyvind Sørensen", "oyvind sorensen"),
        ("Nguyễn Thị Hồng", "nguyen thi hong"),
        ("Straße", "strasse"),
        ("HARTLEY", "hartley"),
        ("ﬁ", "fi"),
    ],
)
def test_a_name_is_folded_to_the_letters_of_everybodys_keyboard(written, latin):
    assert folded(written) == latin


def test_a_hyphen_parts_words_and_an_apostrophe_does_not():
    assert words_of("O'Neill", "Adeyemi-Clarke", "O\u2019Neill") == ["oneill", "adeyemi", "clarke"]


def test_a_name_of_nothing_but_signs_has_no_words():
    assert words_of("???", "\u200b", "") == []


def test_of_a_name_without_end_a_few_words_are_kept():
    assert len(words_of(" ".join(f"word{number}" for number in range(100)))) == 12
    assert len(words_of("a" * 10_000)[0]) == 60


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("stephen", "steven"),
        ("katherine", "catherine"),
        ("smith", "smyth"),
        ("clarke", "clark"),
        ("hartley", "hartly"),
        ("mohammed", "muhammad"),
        ("bill", "william"),
        ("peggy", "margaret"),
        ("jack", "john"),
        ("bob", "robert"),
    ],
)
def test_two_words_are_alike_that_sound_alike_or_are_short_for_each_other(one, other):
    assert set(word_keys(one)) & set(word_keys(other))


@pytest.mark.parametrize(("one", "other"), [("bill", "robert"), ("hartley", "oyelaran"), ("john", "mary")])
def test_two_other_words_are_not(one, other):
    assert not set(word_keys(one)) & set(word_keys(other))


def test_a_persons_keys_are_those_of_everything_known_about_them():
    further = Further(
        names=("Sheila Barlow",),
        postcodes=("AM1 1AB",),
        phones=("01632 960001",),
        identifiers=(("local:RXX", "las-12 345"),),
        former_nhs_numbers=("9990000026",),
    )
    assert keys_of(Somebody(), further) == sorted(
        [
            *name_keys("Hartley", "Sheila", "Barlow"),
            "b:19480314",
            *("z:M11AE", "z:AM11AB"),
            *("t:7700900123", "t:1632960001"),
            "e:sheila@example.org",
            *("i:LAS12345", "i:local:RXX|LAS12345"),
            "h:9990000026",
        ]
    )


def test_a_restricted_person_has_keys_of_name_birth_and_number_only():
    further = Further(postcodes=("AM1 1AB",), phones=("01632 960001",), identifiers=(("chi", "1"),), emails=("a@b.c",))
    found = keys_of(replace(Somebody(), is_restricted=True), further)
    assert {key[0] for key in found} <= {"n", "p", "k", "b", "i"}
    assert found == keys_of(
        replace(Somebody(), postcode="", phone="", email=""), replace(further, postcodes=(), phones=(), emails=())
    )


def test_the_postcode_of_no_fixed_abode_leads_to_nobody():
    assert postcode_key("ZZ99 3VZ") == postcode_key("") == ""
    assert postcode_key("m1 1ae") == "z:M11AE"


def test_an_identifier_is_the_same_however_it_is_grouped():
    assert identifier_key("las 12-345") == identifier_key("LAS/12345") == "i:LAS12345"
    assert identifier_key(" - ") == ""


def test_nothing_is_no_key():
    assert (phone_key("none"), email_key(" "), postcode_key(" ")) == ("", "", "")


@pytest.mark.django_db
def test_a_phone_number_has_the_key_that_the_database_gives_it():
    phones = [
        "07700 900123",
        "+44 (0)7700 900123",
        "0044 7700 900123",
        "(01632) 960 001",
        "+353 1 234 5678",
        "none",
        "",
    ]
    phones += [
        "016977 2345",
        "+44 16977 2345",
        "01632 960001 (daughter)",
        "0",
        "00",
        "0044",
        "44",
        "440",
        "1234567890123",
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT array_agg(app.phone_key(x) ORDER BY place) FROM unnest(%s) WITH ORDINALITY AS u(x, place)", [phones]
        )
        assert [f"t:{key}" if key else "" for key in cursor.fetchone()[0]] == [phone_key(phone) for phone in phones]


def test_the_file_of_nicknames_names_each_name_once_in_small_letters():
    with NICKNAMES.open() as file:
        rows = list(csv.DictReader(file))
    assert len({row["stem"] for row in rows}) == len(rows) > 200
    every = [word for row in rows for word in (row["stem"], *row["short"].split())]
    assert [word for word in every if not (word.isascii() and word.isalpha() and word.islower())] == []
    assert [row["stem"] for row in rows if row["stem"] in row["short"].split()] == []


@pytest.mark.django_db
def test_whoever_is_registered_has_their_keys_and_whoever_is_changed_new_ones(world):
    sheila = world.resident()
    assert Resident.objects.get(id=sheila.id).search_keys == keys_of(sheila)
    with acting_as(world.nurse):
        change_resident(
            by=world.nurse, resident_id=sheila.id, identity=known(sheila, family_name="Wójcik", phone="01632 960777")
        )
    after = Resident.objects.get(id=sheila.id)
    assert after.search_keys == keys_of(after)
    assert {"n:wojcik", "t:1632960777"} <= set(after.search_keys)
    assert "n:hartley" not in after.search_keys


@pytest.mark.django_db
def test_all_keys_can_be_made_anew_and_no_past_row_is_kept_of_it(world, capsys):
    residents = [world.resident(family_name="Łuczak") for _ in range(3)]
    Resident.objects.update(search_keys=[], sort_name="łuczak")
    for told in ("3 residents changed.", "0 residents changed."):
        call_command("renew_search_keys")
        assert capsys.readouterr().out.strip() == told
    for resident in residents:
        found = Resident.objects.get(id=resident.id)
        assert (found.search_keys, found.sort_name) == (keys_of(found), "luczak, sheila")


@pytest.mark.django_db
def test_what_a_change_replaced_is_kept_without_keys(world):
    with clock.at(clock.now() - timedelta(hours=1)):
        sheila = world.resident()
    with clock.at(clock.now()), acting_as(world.nurse):
        change_resident(by=world.nurse, resident_id=sheila.id, identity=known(sheila, title="Dame"))
        Resident.objects.filter(id=sheila.id).update(search_keys=[])
    kept = PastRow.objects.get(table_name="neighbourhoods_resident", row_id=sheila.id)
    assert (kept.row["title"], "search_keys" in kept.row) == (sheila.title, False)


@pytest.mark.django_db
def test_no_run_time_role_finds_anybody_by_keys_past_the_gate(world):
    world.resident()
    with transaction.atomic(), acting_as(world.outsider):
        assert not Resident.objects.filter(search_keys__contains=["n:hartley"]).exists()

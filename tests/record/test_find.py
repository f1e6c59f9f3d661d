"""Find a resident: among one's own by name, beyond them by a number or two identifying items."""

import csv
import json
from datetime import date
from pathlib import Path

import pytest
from django.urls import reverse

from carecoord import clock
from carecoord.audit.models import AuditEntry
from carecoord.record.finding import find
from carecoord.record.typed import read
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Relationship
from tests.life import restrict
from tests.shortening import thoroughly
from tests.statements import at_most

pytestmark = pytest.mark.django_db
SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"


def search(world, who, text):
    person = getattr(world, who)
    with acting_as(person):
        found = find(person, read(text))
    return [match.id for match in found.mine], [match.id for match in found.others]


def page(client, text):
    return client.post(reverse("find"), {"q": text})


@pytest.mark.parametrize("text", ["Hartley", "hartley", "Sheila Hartley", "Hartly", "Sheela Hartly", "Ha", "14/3/1948"])
def test_ones_own_residents_are_found_by_name_alone_also_misspelt(world, text):
    sheila = world.resident()
    world.resident(given_name="Grace", family_name="Oyelaran", birth_date=date(1952, 1, 30))
    assert search(world, "nurse", text) == ([sheila.id], [])


def test_a_name_alone_reaches_nobody_beyond_ones_own(world):
    world.resident()
    assert search(world, "outsider", "Sheila Hartley") == ([], [])


def test_a_name_and_a_date_of_birth_reach_everybody_in_the_place(world):
    sheila = world.resident()
    assert search(world, "outsider", "Sheela Hartly 14/3/1948") == ([], [sheila.id])
    assert search(world, "nurse", "Hartley 14/3/1948") == ([sheila.id], [])


def test_an_nhs_number_reaches_everybody_in_the_place(world):
    sheila = world.resident()
    assert search(world, "outsider", sheila.nhs_number) == ([], [sheila.id])


def test_a_wrong_date_of_birth_finds_nobody(world):
    world.resident()
    assert search(world, "outsider", "Hartley 15/3/1948") == ([], [])


def test_a_restricted_resident_is_found_by_their_own_team_only(world):
    sheila = world.resident()
    restrict(world, sheila)
    assert search(world, "outsider", sheila.nhs_number) == ([], [])
    assert search(world, "nurse", sheila.nhs_number) == ([sheila.id], [])


WAYS_TO_WRITE = [
    "01632 960001",
    "01632960001",
    "(01632) 960 001",
    "01632-960-001",
    "+44 1632 960001",
    "+441632960001",
    "+44 (0)1632 960001",
    "0044 1632 960001",
    "\u202a+44\u00a01632\u2011960001\u202c",
]


@pytest.mark.parametrize("typed", WAYS_TO_WRITE)
def test_a_phone_number_is_found_however_it_was_written_down_and_typed(world, typed):
    written = [world.resident(phone=way, on_caseload=False).id for way in [*WAYS_TO_WRITE, "01632 960001 (daughter)"]]
    world.resident(phone="01632 960002", on_caseload=False)
    world.resident(phone="", on_caseload=False)
    mine, others = search(world, "nurse", typed)
    assert (sorted(mine), others) == (sorted(written), [])


def test_a_phone_number_of_nine_digits_is_the_same_at_home_and_abroad(world):
    sheila = world.resident(phone="+44 16977 2345")
    assert search(world, "nurse", "016977 2345") == ([sheila.id], [])


def test_a_phone_number_alone_reaches_nobody_beyond_ones_own(world):
    sheila = world.resident(phone="01632 960001")
    assert search(world, "outsider", "01632 960001") == ([], [])
    assert search(world, "nurse", "01632 960001") == ([sheila.id], [])
    assert not AuditEntry.objects.filter(actor_id=world.outsider.actor_id, kind="look").exists()


@pytest.mark.parametrize("text", ["15/3/1948 01632 960001", "Oyelaran 01632 960001", "01632 960002"])
def test_a_phone_number_must_fit_as_a_whole_and_so_must_what_stands_beside_it(world, text):
    world.resident(phone="01632 960001")
    assert search(world, "nurse", text) == ([], [])


def test_a_phone_number_that_is_out_of_date_hides_nobody_whom_name_and_birth_date_find(world):
    sheila = world.resident(phone="01632 960001")
    assert search(world, "nurse", "Hartley 14/3/1948 01632 960999") == ([sheila.id], [])
    assert search(world, "outsider", "Hartley 14/3/1948 01632 960999") == ([], [sheila.id])


def test_a_restricted_resident_is_found_by_no_phone_number_not_by_their_own_team_either(world):
    sheila = world.resident(phone="01632 960001")
    restrict(world, sheila)
    for who in ("nurse", "outsider"):
        assert search(world, who, "01632 960001") == ([], [])


def test_whoever_is_found_by_phone_is_audited_once(world):
    sheila = world.resident(phone="01632 960001")
    search(world, "nurse", "01632 960001")
    look = AuditEntry.objects.get(kind="look", verb__startswith="resident.found")
    assert (look.verb, look.resident_id, look.detail) == ("resident.found_among_own", sheila.id, {})


def test_a_relationship_that_has_ended_finds_nobody_by_phone(world):
    sheila = world.resident(phone="01632 960001", on_caseload=False)
    Relationship.objects.filter(resident=sheila).update(ended_at=clock.now())
    assert search(world, "nurse", "01632 960001") == ([], [])


def test_nobody_found_by_phone_says_what_else_to_try(world, signed_in):
    text = page(signed_in("nurse"), "01632 960001").content.decode()
    assert "Check the number, or search by name and date of birth, or register a new resident." in text
    assert "Only your residents were searched." in text


def test_at_most_fifty_are_shown(world):
    for _ in range(52):
        world.resident(on_caseload=False)
    mine, _ = search(world, "nurse", "Hartley")
    _, others = search(world, "outsider", "Hartley 14/3/1948")
    assert (len(mine), len(others)) == (50, 50)


def test_every_match_is_audited(world):
    sheila = world.resident()
    search(world, "outsider", sheila.nhs_number)
    look = AuditEntry.objects.get(kind="look", verb="resident.found")
    assert (look.resident_id, look.actor_id) == (sheila.id, world.outsider.actor_id)
    search(world, "nurse", "Hartley")
    own = AuditEntry.objects.get(kind="look", verb="resident.found_among_own")
    assert (own.resident_id, own.detail) == (sheila.id, {})


def test_the_page_shows_name_birth_and_number_and_puts_nothing_into_an_address(world, signed_in):
    sheila = world.resident()
    answer = page(signed_in("nurse"), "Sheila Hartley")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "HARTLEY, Sheila" in text
    assert "14-Mar-1948" in text
    assert reverse("resident_record", args=[sheila.id]) in text
    assert 'method="get"' not in text
    assert answer.headers["Cache-Control"] == "no-store"


def test_words_in_the_address_are_not_searched(world, signed_in):
    world.resident()
    answer = signed_in("nurse").get(reverse("find"), {"q": "Hartley"})
    assert "HARTLEY" not in answer.content.decode()


def test_nobody_found_says_what_to_do(world, signed_in):
    text = page(signed_in("nurse"), "Nobody").content.decode()
    assert "No resident matches" in text
    assert "Check the spelling and the date of birth, or register a new resident." in text


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Enter an NHS number, a name, a date of birth, a postcode, a phone number or a local number"),
        ("07700 9", "This is not a valid phone number: check the digits"),
        ("999 000 0019", "This is not a valid NHS number: check the digits"),
        ("Hart\0ley", "Type this again: it holds a hidden character that cannot be saved"),
    ],
)
def test_what_cannot_be_searched_is_an_error_at_the_field(world, signed_in, text, sentence):
    answer = page(signed_in("nurse"), text)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


@pytest.mark.parametrize(
    "text",
    [
        "' OR 1=1 --",
        "%",
        "_",
        "\\",
        "Robert'); DROP TABLE neighbourhoods_resident;--",
        "%%%%",
        "a%b",
        "01632 96000%",
        "01632 9600__",
        "01632 960001' OR '1'='1",
        "+44 1632 960001\\",
        "0" * 200,
        "+" * 200,
        "(" * 100 + "01632" + ")" * 95,
    ],
)
def test_no_text_reaches_the_database_as_sql_or_as_a_wildcard(world, signed_in, text):
    world.resident(phone="01632 960001 1")
    answer = page(signed_in("nurse"), text)
    assert answer.status_code in (200, 422)
    assert "HARTLEY" not in answer.content.decode()


def test_a_script_in_the_box_is_shown_escaped(world, signed_in):
    answer = page(signed_in("nurse"), "<script>alert('x')</script>")
    assert "<script>alert" not in answer.content.decode()


@pytest.mark.skipif(not (SHARED / "naughty-strings").is_dir(), reason="shared data is not here")
def test_no_naughty_string_breaks_the_search(world):
    world.resident()
    words = json.loads((SHARED / "naughty-strings" / "blns_even.json").read_text())
    with acting_as(world.nurse):
        for text in words:
            find(world.nurse, read(text))


@pytest.mark.skipif(not (SHARED / "international-names").is_dir(), reason="shared data is not here")
def test_names_of_every_script_are_found_as_they_are_written(world):
    with (SHARED / "international-names" / "names.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["family"] and row["given"] and "," not in row["family"]]
    lost = []
    for row in rows[::4]:
        resident = world.resident(
            given_name=row["given"], family_name=row["family"], nhs_number=None, on_caseload=False
        )
        if any(letter.isdigit() for letter in row["family"] + row["given"]):
            continue
        if resident.id not in search(world, "nurse", f"{row['family']}, {row['given']}")[0]:
            lost.append(row)
    assert lost == []


@pytest.mark.parametrize("text", ["Hartley", "01632 960001"])
@pytest.mark.parametrize("number", [3, *thoroughly(30)])
def test_a_search_takes_the_same_statements_however_many_match(world, signed_in, number, text):
    for _ in range(number):
        world.resident(phone="01632 960001", on_caseload=False)
    client = signed_in("nurse")
    page(client, text)
    with at_most(10):
        assert page(client, text).content.decode().count("HARTLEY, Sheila") == number


def test_finding_is_for_people_who_are_signed_in(world, client):
    answer = page(client, "Hartley")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/accounts/login/")

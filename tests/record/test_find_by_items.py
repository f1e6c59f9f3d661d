"""Finding by whatever is known: any two items in the whole place, one of them among one's own (IG-12, IG-13)."""

from datetime import date
from itertools import combinations

import pytest
from django.db import DataError, InternalError, connection, transaction
from django.urls import reverse

from carecoord.audit.models import AuditEntry
from carecoord.record.finding import find, suggest
from carecoord.record.typed import read
from neighbourhoods.gate import acting_as
from neighbourhoods.identities import Items, find_by_items
from neighbourhoods.keys import identifier_key, phone_key, postcode_key
from neighbourhoods.models import Resident
from neighbourhoods.models.residents import NO_WAY_THERE
from neighbourhoods.services import DetailFacts, add_detail, end_detail
from tests.record.test_find import search
from tests.statements import at_most, statements_of

pytestmark = pytest.mark.django_db
ITEMS = {
    "name": "Hartley",
    "birth date": "14/3/1948",
    "postcode": "M1 1AE",
    "phone": "01632 960001",
    "local number": "LAS-12345",
}
NOBODYS = {
    "name": "Oyelaran",
    "birth date": "15/3/1948",
    "postcode": "M1 1AF",
    "phone": "01632 960002",
    "local number": "LAS-12346",
}


@pytest.fixture
def sheila(world):
    sheila = world.resident(postcode="M1 1AE", phone="01632 960001")
    more(world, sheila, "identifier", "local", identifier="LAS-12345", assigner="Test Community Health")
    return sheila


def more(world, resident, kind, use, **said):
    with acting_as(world.nurse):
        return add_detail(by=world.nurse, resident_id=resident.id, facts=DetailFacts(kind, use, said))


@pytest.mark.parametrize("pair", list(combinations(ITEMS, 2)), ids=" and ".join)
def test_every_pair_of_two_items_reaches_beyond_ones_own(world, sheila, pair):
    world.resident(given_name="Grace", family_name="Oyelaran", birth_date=date(1952, 1, 30))
    assert search(world, "outsider", " ".join(ITEMS[item] for item in pair)) == ([], [sheila.id])


@pytest.mark.parametrize("item", ITEMS)
def test_no_single_item_reaches_beyond_ones_own_and_each_finds_ones_own(world, sheila, item):
    assert search(world, "outsider", ITEMS[item]) == ([], [])
    assert search(world, "nurse", ITEMS[item]) == ([sheila.id], [])


@pytest.mark.parametrize("pair", list(combinations(ITEMS, 2)), ids=" and ".join)
def test_of_two_items_both_must_fit(world, sheila, pair):
    for first, second in (pair, pair[::-1]):
        assert search(world, "outsider", f"{ITEMS[first]} {NOBODYS[second]}") == ([], [])


def test_of_three_items_two_are_enough_and_whoever_fits_all_comes_first(world, sheila):
    moved = world.resident(postcode="M1 1AG", phone="01632 960009")
    text = "Hartley 14/3/1948 M1 1AE"
    assert search(world, "outsider", text) == ([], [sheila.id, moved.id])


def test_the_database_refuses_a_single_item_whoever_asks(world, sheila):
    for items in (
        Items(names=("hartley, sheila",)),
        Items(exact=("b:19480314",)),
        Items(exact=("b:19480314", "b:18480314")),
        Items(exact=(postcode_key("M1 1AE"),), names=("h",)),
        Items(exact=(phone_key("01632 960001"),)),
        Items(exact=(identifier_key("LAS-12345"),)),
        Items(),
    ):
        with pytest.raises((DataError, InternalError)), transaction.atomic(), acting_as(world.outsider):
            find_by_items(items)


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        (("Łukasz", "Wójcik"), "Lukasz Wojcik"),
        (("Łukasz", "Wójcik"), "Lukasz"),
        (("Иван", "Петров"), "Ivan Petrov"),
        (("Иван", "Петров"), "Petrov"),
        (("Øyvind", "Sørensen"), "Oyvind Sorensen"),
        (("Stephen", "Moore"), "Steven Moor"),
        (("Catherine", "Doyle"), "Katherine"),
        (("William", "Price"), "Bill Price"),
        (("Margaret", "Price"), "Peggy"),
        (("Siân", "O\u2019Neill"), "ONeill"),
    ],
)
def test_a_name_is_found_in_other_letters_misspelt_and_by_what_people_call_it(world, written, typed):
    given, family = written
    who = world.resident(given_name=given, family_name=family)
    world.resident(given_name="Grace", family_name="Zumstein", birth_date=date(1952, 1, 30))
    assert search(world, "nurse", typed) == ([who.id], [])
    assert search(world, "outsider", f"{typed} 14/3/1948") == ([], [who.id])


def test_what_is_typed_in_other_letters_finds_what_was_written_in_latin(world):
    ivan = world.resident(given_name="Ivan", family_name="Petrov")
    assert search(world, "nurse", "Иван Петров") == ([ivan.id], [])


def test_an_earlier_name_a_second_phone_and_a_former_nhs_number_find_until_they_are_ended(world, sheila):
    maiden = more(world, sheila, "name", "maiden", family="Zwicker")
    more(world, sheila, "telecom", "mobile", contact="07700 900777")
    more(world, sheila, "address", "temporary", lines=["The Cottage"], postcode="AM1 1AB")
    more(world, sheila, "identifier", "nhs-superseded", identifier="999 000 0018")
    for typed in ("Zwicker 14/3/1948", "07700 900777 Hartley", "AM1 1AB Hartley", "999 000 0018"):
        assert search(world, "outsider", typed) == ([], [sheila.id]), typed
    with acting_as(world.nurse):
        end_detail(by=world.nurse, resident_id=sheila.id, detail_id=maiden.id, reason="Was somebody else's")
    assert search(world, "outsider", "Zwicker 14/3/1948") == ([], [])


def test_a_wrong_nhs_number_hides_nobody_whom_two_other_items_find(world, sheila):
    assert search(world, "outsider", "999 000 0018 Hartley 14/3/1948") == ([], [sheila.id])


def test_a_restricted_person_is_found_by_their_own_team_by_name_birth_and_number(world, sheila):
    Resident.objects.update(is_restricted=True, **NO_WAY_THERE)
    for typed in ("Hartley", "Hartley 14/3/1948", "LAS-12345", sheila.nhs_number):
        assert search(world, "nurse", typed) == ([sheila.id], [])
        assert search(world, "outsider", typed) == ([], [])


def test_fifty_at_most_the_best_first(world):
    for number in range(52):
        world.resident(given_name=f"Sheil{'abcdefghij'[number % 10]}", on_caseload=False)
    best = world.resident(given_name="Sheilah", postcode="M1 1AE")
    _, others = search(world, "outsider", "Hartley, Sheilah 14/3/1948 M1 1AE")
    assert (others[0], len(others)) == (best.id, 50)


@pytest.mark.thorough
def test_thirty_cost_what_three_cost(world, signed_in):
    client = signed_in("outsider")
    client.post(reverse("find"), {"q": "Nobody M1 1AE"})
    costs = []
    for number in (3, 27):
        for _ in range(number):
            world.resident(postcode="M1 1AE", on_caseload=False)
        costs.append(len(statements_of(lambda: client.post(reverse("find"), {"q": "Hartley M1 1AE"}))))
    assert costs[0] == costs[1]


def test_typing_ahead_shows_only_ones_own_and_writes_a_look(world, sheila):
    other = world.resident(by=world.outsider, team=world.highcross_nursing)
    with acting_as(world.nurse):
        assert [one.id for one in suggest(world.nurse, read("Hartl"))] == [sheila.id]
        assert suggest(world.nurse, read("Ha")) == []
        assert suggest(world.nurse, read(other.nhs_number)) == []
        assert suggest(world.nurse, read("999 000 0019")) == []
    look = AuditEntry.objects.get(kind="look", actor_id=world.nurse.actor_id)
    assert (look.verb, look.resident_id, look.detail) == ("residents.suggested", None, {"residents": [str(sheila.id)]})


def test_typing_ahead_is_posted_by_a_script_and_without_one_leads_to_the_page(world, sheila, signed_in):
    client = signed_in("nurse")
    answer = client.post(reverse("find_typing"), {"q": "Hartl"}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert "HARTLEY, Sheila" in answer.content.decode()
    assert reverse("resident_record", args=[sheila.id]) in answer.content.decode()
    plain = client.post(reverse("find_typing"), {"q": "Hartl"})
    assert (plain.status_code, plain.headers["Location"]) == (302, reverse("find"))
    assert client.get(reverse("find_typing"), {"q": "Hartl"}).status_code == 405


@pytest.mark.parametrize(
    "text", ["", "\0\0\0", "%%%", "'; DROP TABLE x;--", "\u202eabc", "x" * 10_000, "999 000 0019", "😀😀😀"]
)
def test_typing_ahead_of_anything_is_answered(world, sheila, signed_in, text):
    answer = signed_in("nurse").post(reverse("find_typing"), {"q": text}, headers={"HX-Request": "true"})
    assert (answer.status_code, "HARTLEY" in answer.content.decode()) == (200, False)


def test_typing_ahead_takes_few_statements(world, signed_in):
    for _ in range(12):
        world.resident(on_caseload=False)
    client = signed_in("nurse")
    client.post(reverse("find_typing"), {"q": "Hartley"}, headers={"HX-Request": "true"})
    with at_most(8):
        answer = client.post(reverse("find_typing"), {"q": "Hartley"}, headers={"HX-Request": "true"})
    assert answer.content.decode().count("HARTLEY, Sheila") == 8


def test_an_empty_list_of_keys_is_nobody(world, sheila):
    with acting_as(world.nurse), connection.cursor() as cursor:
        cursor.execute("SELECT app.own_by_keys('{}')")
        assert cursor.fetchone() == ([],)


def test_what_is_found_says_no_more_than_who_it_is(world, sheila):
    with acting_as(world.outsider):
        found = find(world.outsider, read("Hartley M1 1AE"))
    assert [(one.family_name, one.birth_date) for one in found.others] == [("Hartley", date(1948, 3, 14))]

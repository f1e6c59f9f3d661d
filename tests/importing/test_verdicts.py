"""Row by row: new, the same, likely the same, a clash or invalid, each with its reason."""

from datetime import date

import pytest

from carecoord.audit.models import AuditEntry
from carecoord.errors import RuleError
from neighbourhoods.models import ResidentImportRow
from neighbourhoods.services import import_work
from neighbourhoods.services.imports import name_columns
from tests.importing.conftest import as_csv

pytestmark = pytest.mark.django_db

SHEILA = {
    "given_name": "Sheila",
    "family_name": "Hartley",
    "birth_date": date(1948, 3, 14),
    "nhs_number": "9990000018",
    "postcode": "AM1 1AA",
    "phone": "01632 960001",
}
AS_KNOWN = ("999 000 0018", "Sheila", "Hartley", "14/03/1948", "AM1 1AA", "01632 960001", "")


def row(**changed):
    names = ("nhs_number", "given_name", "family_name", "birth_date", "postcode", "phone", "local_id")
    return tuple(changed.get(name, cell) for name, cell in zip(names, AS_KNOWN, strict=True))


WAYS = {
    "number and more": ({}, {}, "same", "the NHS number is the same, and more agrees"),
    "number and another surname": ({"family_name": "Barker"}, {}, "same", "the NHS number is the same"),
    "no number, all the rest": (
        {"nhs_number": ""},
        {},
        "same",
        "name, date of birth and how to reach them are the same",
    ),
    "no number, moved": (
        {"nhs_number": "", "postcode": "", "phone": ""},
        {},
        "likely",
        "Likely known here: see what agrees, and decide",
    ),
    "a slip of the name": ({"nhs_number": "", "given_name": "Shiela"}, {}, "likely", "Likely known here"),
    "the number of somebody else": (
        {"given_name": "Paul", "family_name": "Other", "birth_date": "01/01/1990", "postcode": "", "phone": ""},
        {},
        "clash",
        "Somebody else here has this NHS number",
    ),
    "another number": ({"nhs_number": "9990000026"}, {}, "clash", "agrees in all but the NHS number"),
    "a son": (
        {"nhs_number": "", "given_name": "Sam", "birth_date": "14/03/1975"},
        {},
        "new",
        "Nobody like this is known here",
    ),
    "nobody": (
        {"nhs_number": "", "given_name": "Rose", "family_name": "Marsh", "birth_date": "11/11/1947", "postcode": ""},
        {"phone": ""},
        "new",
        "Nobody like this is known here",
    ),
    "a wrong number": ({"nhs_number": "999 123 4567"}, {}, "invalid", "not a valid NHS number"),
    "no name": ({"given_name": "", "family_name": ""}, {}, "invalid", "There is no name"),
    "born in the future": ({"birth_date": "14/03/2048"}, {}, "invalid", "Date of birth is in the future"),
    "too old": ({"birth_date": "14/03/1860"}, {}, "invalid", "more than 130 years ago"),
}


@pytest.mark.parametrize(("said", "known", "verdict", "why"), WAYS.values(), ids=WAYS)
def test_each_verdict_has_its_reason(world, lists, said, known, verdict, why):
    world.resident(**SHEILA | known)
    found = lists.rows(lists.read(as_csv(row(**said))))[2]
    assert (found.verdict, why in " ".join(found.why)) == (verdict, True), (found.verdict, found.why)


def test_twins_are_new_and_shown(world, lists):
    world.resident(**SHEILA)
    found = lists.rows(lists.read(as_csv(row(nhs_number="", given_name="Rose"))))[2]
    assert (found.verdict, [one["given_name"] for one in found.candidates]) == ("new", ["Sheila"])
    assert found.why == ["Somebody a little alike is known here: look whether it is them"]
    assert "Another given name" in found.candidates[0]["why"]


def test_people_of_other_teams_are_compared_too_and_each_look_is_written_down(world, lists):
    sheila = world.resident(by=world.outsider, team=world.highcross_nursing, **SHEILA)
    found = lists.rows(lists.read(as_csv(AS_KNOWN)))[2]
    assert found.verdict == "same"
    assert set(found.candidates[0]) == {
        "id", "given_name", "family_name", "birth_date", "nhs_number", "score", "why", "is_likely",
        "died_on",
    }  # fmt: skip
    look = AuditEntry.objects.get(verb="resident.compared", resident_id=sheila.id)
    assert (look.actor_id, look.kind) == (world.lead.actor_id, "look")


TWICE = {
    "word for word": (AS_KNOWN, "same", "The same as row 2 of this file: it is written once"),
    "one number": (row(given_name="Shiela"), "same", "The same person as row 2 of this file"),
    "likely": (row(nhs_number="", postcode=""), "likely", "Likely the same person as row 2 of this file"),
    "one number, two people": (
        row(given_name="Paul", family_name="Other", birth_date="01/01/1990", postcode="", phone=""),
        "clash",
        "Row 2 of this file has the same NHS number and is somebody else",
    ),
    "twins": (row(nhs_number="", given_name="Rose"), "new", "Nobody like this is known here"),
}


@pytest.mark.parametrize(("second", "verdict", "why"), TWICE.values(), ids=TWICE)
def test_rows_of_the_same_file_are_compared_with_each_other(lists, second, verdict, why):
    rows = lists.rows(lists.read(as_csv(AS_KNOWN, second)))
    assert rows[2].verdict == "new"
    assert (rows[3].verdict, rows[3].why[0]) == (verdict, why)


def test_whoever_stands_twice_is_written_once(lists):
    found = lists.read(as_csv(AS_KNOWN, AS_KNOWN, row(given_name="Shiela")))
    lists.decide_all(found, "new", "register")
    assert lists.decide_all(found, "same", "join") == 0
    found = lists.write(found)
    assert [one.outcome for one in lists.rows(found).values()] == ["registered", "", ""]


def test_reading_that_is_broken_off_goes_on(lists, monkeypatch):
    monkeypatch.setattr(import_work, "JUDGED_AT_ONCE", 1)
    found = lists.bring(as_csv(AS_KNOWN, row(nhs_number="", given_name="Rose")))
    lists.act(name_columns, import_id=found.id, columns=found.columns)
    assert [import_work.work_on_one() for _ in range(2)] == [True, True]
    assert list(ResidentImportRow.objects.values_list("verdict", flat=True)) == ["new", ""]
    monkeypatch.setattr(import_work, "people_to_judge", None)
    lists.work()
    found.refresh_from_db()
    assert (found.state, found.problem) == ("mapping", import_work.WENT_WRONG)
    monkeypatch.undo()
    lists.act(name_columns, import_id=found.id, columns=[])
    lists.work()
    found.refresh_from_db()
    assert (found.state, ResidentImportRow.objects.count()) == ("review", 2)


def test_columns_that_say_too_little_are_refused_and_nothing_is_read(lists):
    found = lists.bring(as_csv(AS_KNOWN))
    for columns in (["given_name"], ["given_name"] + [""] * 6, ["wrong"] + [""] * 6):
        with pytest.raises(RuleError):
            lists.act(name_columns, import_id=found.id, columns=columns)
    assert not ResidentImportRow.objects.exists()


def test_a_restricted_person_is_compared_with_nobody_beyond_their_team(world, lists):
    from tests.life import restrict

    sheila = world.resident(**SHEILA)
    restrict(world, sheila)
    ward = type(lists)(world, "ward_lead")
    found = ward.bring(as_csv(AS_KNOWN), team=world.ward)
    ward.act(name_columns, import_id=found.id, columns=found.columns)
    ward.work()
    assert ward.rows(found)[2].verdict == "new"
    ward.decide_all(found, "new", "register")
    assert ward.rows(ward.write(found))[2].outcome == "refused"

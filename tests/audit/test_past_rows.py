"""What a change replaced is kept: by the database, with who replaced it and when, for whoever sees the resident now."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import ProgrammingError, connection, transaction
from django.urls import reverse

from carecoord import clock
from carecoord.audit.models import PastRow
from neighbourhoods.gate import acting_as
from neighbourhoods.models import CaseloadEntry, Resident
from neighbourhoods.past import past_of
from neighbourhoods.services import (
    ContactFacts,
    add_contact,
    assign_key_worker,
    change_resident,
    end_caseload_entry,
    end_contact,
    open_caseload_entry,
)
from tests.life import RESIDENTS_COLUMNS, known, live, restrict
from tests.world import sign_in

pytestmark = pytest.mark.django_db

THEN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LATER = datetime(2026, 6, 8, 14, 30, tzinfo=UTC)
# Tables that name a resident, whose rows before a change are not kept, and why not.
WHY_NOT = {
    "neighbourhoods_residentimportrow": "what a list said is emptied after 30 days, and must not stay in a past row",
    "alerts_alert": "what somebody was told; its rungs and answers have times of their own",
    "audit_auditentry": "rows are only ever added",
    "audit_pastrow": "it is the past itself",
    "careplans_plandraft": "words that nobody has saved must not outlive their draft",
    "careplans_planreview": "rows are only ever added",
    "careplans_plansection": "every wording is a SectionVersion",
    "careplans_setaside": "rows are only ever added",
    "careplans_sectionversion": "rows are only ever added; that one was an error is written beside it, once",
    "neighbourhoods_emergencyaccess": "only its end and its review are ever written, once",
    "neighbourhoods_entry": "what it says is never changed, and how it ended has times of its own",
    "neighbourhoods_merge": "it says itself when it was made and undone",
    "neighbourhoods_residentdetail": "what it says is never changed, and how it ended has times of its own",
    "neighbourhoods_relationship": "only its end is ever written, once",
    "privacy_privacyreview": "it is closed once, and whoever sees the resident sees no review",
    "referrals_referralevent": "rows are only ever added",
}


def rows(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def changed(world, sheila, at, by=None, **facts):
    by = by or world.nurse
    with clock.at(at), acting_as(by):
        return change_resident(
            by=by, resident_id=sheila.id, identity=known(Resident.objects.get(id=sheila.id), **facts)
        )


@pytest.fixture
def sheila(world):
    with clock.at(THEN):
        return world.resident(address_lines=("2 Mill Lane",), postcode="AM1 1AA")


def past(world, resident, by=None):
    by = by or world.nurse
    with acting_as(by):
        return [(one.what, one.value, one.until, one.by) for one in past_of(by, resident)]


def test_every_table_with_a_resident_keeps_its_past_rows_or_says_why_not(db):
    named = {table for table, _ in rows(RESIDENTS_COLUMNS)}
    kept = {
        table
        for (table,) in rows(
            "SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE t.tgname = 'keep_past'"
        )
    }
    assert kept | WHY_NOT.keys() == named
    assert kept & WHY_NOT.keys() == set()


def test_what_a_change_replaced_is_kept_with_who_replaced_it_and_when(world, sheila):
    changed(world, sheila, LATER, address_lines=("9 Weir Street",), family_name="Hartley-Moss")
    kept = PastRow.objects.get(table_name="neighbourhoods_resident")
    assert (kept.table_name, kept.row_id, kept.resident_id) == ("neighbourhoods_resident", sheila.id, sheila.id)
    assert (kept.replaced_at, kept.actor_id) == (LATER, world.nurse.actor_id)
    assert kept.organisation_id == world.community.id
    assert (kept.row["address_lines"], kept.row["family_name"], kept.row["version"]) == (["2 Mill Lane"], "Hartley", 1)
    by = "Nurse, Test Community Health"
    assert past(world, Resident.objects.get()) == [
        ("Name", "HARTLEY, Sheila", LATER, by),
        ("Address", "2 Mill Lane, AM1 1AA", LATER, by),
    ]


def test_a_change_that_the_same_transaction_wrote_keeps_nothing(world):
    sheila = world.resident()
    with acting_as(world.nurse):
        change_resident(by=world.nurse, resident_id=sheila.id, identity=known(sheila, phone="01632 960 111"))
    with clock.at(THEN):
        ken = world.resident(given_name="Ken")
        with acting_as(world.nurse):
            change_resident(by=world.nurse, resident_id=ken.id, identity=known(ken, phone="01632 960 111"))
    assert PastRow.objects.count() == 0


def test_an_update_that_changes_nothing_keeps_nothing(world, sheila):
    with clock.at(LATER), acting_as(world.nurse):
        Resident.objects.filter(id=sheila.id).update(given_name="Sheila")
    assert PastRow.objects.count() == 0


def test_each_version_is_there_with_the_day_until_which_it_held(world, sheila):
    for day, street in ((1, "9 Weir Street"), (2, "4 Canal Row"), (3, "2 Mill Lane")):
        changed(world, sheila, LATER + timedelta(days=day), address_lines=(street,))
    assert [(value, until.day) for _, value, until, _ in past(world, Resident.objects.get())] == [
        ("4 Canal Row, AM1 1AA", 11),
        ("9 Weir Street, AM1 1AA", 10),
        ("2 Mill Lane, AM1 1AA", 9),
    ]


def test_earlier_practices_and_key_workers_are_named(world, sheila):
    entry = CaseloadEntry.objects.get(resident=sheila)
    for at, name in (
        (LATER, "nurse"),
        (LATER + timedelta(days=1), "second_nurse"),
        (LATER + timedelta(days=2), "lead"),
    ):
        with clock.at(at), acting_as(world.lead):
            assign_key_worker(by=world.lead, entry_id=entry.id, key_worker_id=world.people[name].membership_id)
    changed(world, sheila, LATER, gp_practice_id=None)
    found = past(world, Resident.objects.get())
    assert [(what, value) for what, value, _, _ in found] == [
        ("Key worker", "Second Nurse, Millbrook Community Nursing"),
        ("Key worker", "Nurse, Millbrook Community Nursing"),
        ("GP practice", "Bridge Street Surgery"),
    ]


def test_the_people_page_marks_them_as_past(world, sheila, client):
    changed(world, sheila, LATER, address_lines=("9 Weir Street",))
    sign_in(client, world, "nurse")
    text = client.get(reverse("resident_people", args=[sheila.id])).content.decode()
    assert "Earlier names, addresses and people" in text
    assert "Past: address" in text
    assert "Replaced by Nurse, Test Community Health" in text


def test_whoever_is_no_longer_to_be_rung_is_among_the_earlier_people(world, sheila, client):
    with clock.at(LATER), acting_as(world.nurse):
        karen = ContactFacts(kind="personal", name="Karen Hartley", relationship="Daughter")
        contact = add_contact(by=world.nurse, resident_id=sheila.id, facts=karen)
        end_contact(by=world.nurse, resident_id=sheila.id, contact_id=contact.id, reason="Moved away")
    sign_in(client, world, "nurse")
    text = client.get(reverse("resident_people", args=[sheila.id])).content.decode()
    assert "Karen Hartley, Daughter" in text
    assert "Past: family, friend or carer" in text
    assert "08-Jun-2026" in text
    restrict(world, sheila)
    assert "Karen" not in client.get(reverse("resident_people", args=[sheila.id])).content.decode()


def test_nothing_earlier_shows_no_panel(world, sheila, client):
    sign_in(client, world, "nurse")
    text = client.get(reverse("resident_people", args=[sheila.id])).content.decode()
    assert "Earlier names" not in text


def test_past_rows_show_themselves_to_whom_the_row_would(world):
    live(world)
    seen = {}
    for name in ("nurse", "lead", "link_worker", "outsider", "privacy", "admin"):
        with acting_as(world.people[name]):
            seen[name] = PastRow.objects.count() > 0
    assert seen == {
        "nurse": True, "lead": True, "link_worker": False, "outsider": False, "privacy": False, "admin": False
    }  # fmt: skip
    assert past(world, world.sheila, by=world.outsider) == []


def test_ig_20_of_somebody_restricted_no_earlier_address_phone_or_practice_is_shown(world, sheila, client):
    changed(world, sheila, LATER, address_lines=("9 Weir Street",), phone="01632 960 999")
    changed(world, sheila, LATER + timedelta(days=1), phone="01632 960 111", family_name="Moss")
    restrict(world, sheila)
    assert past(world, Resident.objects.get()) == []
    with acting_as(world.nurse):
        assert not PastRow.objects.filter(table_name="neighbourhoods_resident").exists()
    sign_in(client, world, "nurse")
    text = client.get(reverse("resident_people", args=[sheila.id])).content.decode()
    for hidden in ("Mill Lane", "Weir Street", "960 999"):
        assert hidden not in text


def test_the_key_worker_of_a_team_that_is_no_longer_there_is_among_the_earlier_ones(world, sheila):
    entry = CaseloadEntry.objects.get(resident=sheila)
    with clock.at(LATER), acting_as(world.lead):
        assign_key_worker(by=world.lead, entry_id=entry.id, key_worker_id=world.nurse.membership_id)
        open_caseload_entry(by=world.lead, resident_id=sheila.id, team_id=world.carers.id)
    with clock.at(LATER + timedelta(days=1)), acting_as(world.lead):
        end_caseload_entry(by=world.lead, entry=entry, reason="Well again")
    found = past(world, Resident.objects.get(), by=world.link_worker)
    assert [(what, value) for what, value, _, _ in found] == [("Key worker", "Nurse, Millbrook Community Nursing")]


@pytest.mark.parametrize("role", ["app_web", "app_system"])
def test_no_run_time_role_writes_or_changes_the_past(world, sheila, role):
    changed(world, sheila, LATER, phone="01632 960 111")
    for statement in (
        "INSERT INTO audit_pastrow (table_name, row_id, resident_id, replaced_at, row) "
        "VALUES ('x', gen_random_uuid(), gen_random_uuid(), now(), '{}')",
        "UPDATE audit_pastrow SET replaced_at = now()",
        "DELETE FROM audit_pastrow",
    ):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            connection.cursor().execute(f"SET LOCAL ROLE {role}; {statement}")
    assert PastRow.objects.get().replaced_at == LATER

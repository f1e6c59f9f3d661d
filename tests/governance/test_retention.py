"""How long a record is kept after care has ended, and what keeps it longer (IG-37)."""

from datetime import UTC, date, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from carecoord import clock
from neighbourhoods import retention
from neighbourhoods.gate import acting_as
from neighbourhoods.models import CaseloadEntry, Entry, Relationship, Resident
from neighbourhoods.retention import Care, Ended, is_held, keep_until, whose_time_is_up
from neighbourhoods.services import EntryFacts, end_caseload_entry, end_entry, record_entry

HEALTH, MENTAL, SOCIAL, ASKED = Care.HEALTH, Care.MENTAL_HEALTH, Care.SOCIAL_CARE, Care.ENQUIRY
GROWN_UP = date(1948, 3, 14)

CLOCKS = [
    ("an adult's health care", GROWN_UP, date(2026, 11, 22), {HEALTH}, date(2034, 11, 22)),
    ("an adult's social care", GROWN_UP, date(2026, 11, 22), {SOCIAL}, date(2034, 11, 22)),
    ("mental health care", GROWN_UP, date(2026, 11, 22), {MENTAL}, date(2046, 11, 22)),
    ("of several the longest", GROWN_UP, date(2026, 11, 22), {SOCIAL, MENTAL, HEALTH}, date(2046, 11, 22)),
    ("who only asked", GROWN_UP, date(2026, 11, 22), {ASKED}, date(2028, 11, 22)),
    ("nobody took them on", GROWN_UP, date(2026, 11, 22), set(), date(2028, 11, 22)),
    ("a child of 10", date(2016, 5, 1), date(2026, 11, 22), {HEALTH}, date(2041, 5, 1)),
    ("a child of 16", date(2010, 11, 22), date(2027, 11, 21), {HEALTH}, date(2035, 11, 22)),
    ("17 at the end", date(2009, 11, 22), date(2027, 11, 21), {HEALTH}, date(2035, 11, 22)),
    ("17 on the last day of being 17", date(2009, 11, 23), date(2027, 11, 22), {HEALTH}, date(2035, 11, 23)),
    ("18 that day", date(2009, 11, 22), date(2027, 11, 22), {HEALTH}, date(2035, 11, 22)),
    ("a child who only asked", date(2016, 5, 1), date(2026, 11, 22), {ASKED}, date(2041, 5, 1)),
    ("a child in mental health care", date(2010, 5, 1), date(2026, 11, 22), {MENTAL}, date(2046, 11, 22)),
    ("born on 29 February", date(2016, 2, 29), date(2026, 11, 22), {HEALTH}, date(2041, 3, 1)),
    ("ended on 29 February", GROWN_UP, date(2028, 2, 29), {ASKED}, date(2030, 3, 1)),
]


@pytest.mark.parametrize(("what", "born", "on", "cares", "until"), CLOCKS, ids=[row[0] for row in CLOCKS])
def test_ig_37_a_record_is_kept_as_long_as_its_rule_says(what, born, on, cares, until):
    assert keep_until(Ended(on, born, frozenset(cares))).until == until


def test_ig_37_without_a_birth_date_nobody_knows_whether_it_was_a_childs_and_it_stays():
    assert keep_until(Ended(date(2000, 1, 1), None, frozenset({HEALTH}))) is None


ENDED = datetime(2025, 6, 2, 12, tzinfo=UTC)


@pytest.fixture
def sheila(world):
    """Her care ended in June 2025: nobody has her on a caseload any more."""
    with clock.at(datetime(2025, 3, 3, 12, tzinfo=UTC)):
        sheila = world.resident()
    with clock.at(ENDED), acting_as(world.nurse) as by:
        entry = CaseloadEntry.objects.get(resident=sheila)
        end_caseload_entry(by=by, entry=entry, reason="Moved away")
    return sheila


def held(world, sheila):
    facts = EntryFacts("legal.hold", "The coroner's inquest", {"by_whom": "The coroner"}, event_on=date(2025, 6, 3))
    with acting_as(world.nurse) as by:
        return record_entry(by=by, resident_id=sheila.id, facts=facts)


def due(year, sheila):
    with clock.at(datetime(year, 7, 1, tzinfo=UTC)):
        return [one for one in whose_time_is_up(clock.today()) if one.resident_id == sheila.id]


@pytest.mark.django_db
def test_ig_37_its_time_is_up_eight_years_after_the_last_that_was_written_down(sheila):
    assert due(2032, sheila) == []
    (one,) = due(2033, sheila)
    assert (one.kept.until, one.kept.rule, one.is_held) == (date(2033, 6, 2), "8 years after health", False)


@pytest.mark.django_db
def test_ig_37_who_is_on_a_caseload_or_known_to_a_team_for_a_reason_is_looked_after(world, sheila):
    Relationship.objects.filter(resident=sheila).update(ended_at=None, source_kind="referral")
    assert due(2060, sheila) == []
    ken = world.resident(given_name="Ken")
    assert due(2060, ken) == []


@pytest.mark.django_db
def test_ig_37_the_command_lists_what_is_due_by_id_and_never_by_name(world, sheila):
    held(world, sheila)
    said = StringIO()
    with clock.at(datetime(2060, 7, 1, tzinfo=UTC)):
        call_command("review_retention", stdout=said)
    assert f"{sheila.id} since " in said.getvalue()
    assert "held: it stays" in said.getvalue()
    assert "1 of them held." in said.getvalue()
    assert "Hartley" not in said.getvalue()


@pytest.mark.django_db
def test_ig_37_the_command_refuses_while_a_hold_exists_and_no_longer(world, sheila):
    hold = held(world, sheila)
    with clock.at(datetime(2060, 7, 1, tzinfo=UTC)):
        with pytest.raises(CommandError, match="A hold keeps this record"):
            call_command("review_retention", resident=sheila.id)
        with acting_as(world.nurse) as by:
            end_entry(by=by, resident_id=sheila.id, entry_id=hold.id, reason="The inquest is over")
        assert not is_held(sheila.id)
        said = StringIO()
        call_command("review_retention", resident=sheila.id, stdout=said)
        assert "To review since 02-Jun-2033" in said.getvalue()
    with clock.at(datetime(2033, 6, 1, tzinfo=UTC)), pytest.raises(CommandError, match="not up"):
        call_command("review_retention", resident=sheila.id)


@pytest.mark.django_db
def test_ig_37_the_database_deletes_nothing_that_is_held_even_for_its_owner(world, sheila):
    hold = held(world, sheila)
    for rows in (Entry.objects.filter(id=hold.id), Resident.objects.filter(id=sheila.id)):
        with pytest.raises(DatabaseError, match="a hold keeps this record"), transaction.atomic():
            rows._raw_delete(rows.db)
    other = record_of_another_kind(world, sheila)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM neighbourhoods_entry WHERE id = %s", [other.id])
        assert cursor.rowcount == 1


def record_of_another_kind(world, sheila):
    with acting_as(world.nurse) as by:
        return record_entry(by=by, resident_id=sheila.id, facts=EntryFacts("alert", "Dog in the yard"))


def test_ig_37_every_kind_of_care_has_a_rule():
    assert set(retention.YEARS) == set(Care)

"""Querysets whose SQL is kept: whoever asks, what is found is what the queryset itself would have found."""

import threading
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from carecoord import audit, clock
from carecoord.api.models import AnsweredRequest
from carecoord.audit.models import AuditEntry
from carecoord.delivery.models import Delivery
from carecoord.ids import new_id
from carecoord.outbox.models import OutboxMessage
from carecoord.prepared import (
    DerivedError,
    add,
    add_alike,
    add_together,
    prepared,
    prepared_together,
    prepared_update,
    prepared_with_one_plan,
)
from carecoord.prepared.statement import ONE_PLAN
from neighbourhoods.gate import acting_as
from neighbourhoods.models import CaseloadEntry, Relationship, Resident, Team
from referrals.models import Handover, Referral
from tests.life import live
from tests.statements import at_most, statements_of

pytestmark = pytest.mark.django_db


def seen(principal):
    return Resident.objects.visible_to(principal).order_by("id")


@pytest.fixture
def two_teams(world):
    """Somebody of each team whom the other does not know."""
    ours = world.resident(given_name="Ours")
    theirs = world.resident(by=world.ward_nurse, team=world.ward, given_name="Theirs")
    return ours, theirs


def test_each_principal_finds_their_own_whoever_asked_first(world, two_teams):
    asked = prepared(seen)
    ours, theirs = two_teams
    for _ in range(8):  # past the number of times after which the database keeps one plan for all
        for who, expected in ((world.nurse, ours), (world.ward_nurse, theirs), (world.link_worker, None)):
            with acting_as(who):
                assert asked(who) == list(seen(who)) == ([expected] if expected else [])


def test_what_was_made_for_one_is_of_no_use_to_another_under_the_policies(world, two_teams):
    """The second lock: even the SQL made with the nurse's teams finds nothing where somebody else acts."""
    asked = prepared(seen)
    with acting_as(world.nurse):
        assert asked(world.nurse) == [two_teams[0]]
    with acting_as(world.link_worker):
        assert asked(world.nurse) == []


def test_a_role_or_another_word_by_which_a_function_chooses_makes_sql_of_its_own(world, two_teams):
    def for_nurses_only(principal):
        return seen(principal) if principal.role == "nurse" else seen(principal).filter(given_name="Nobody")

    asked = prepared(for_nurses_only)
    other = replace(world.nurse, role="gp")
    with acting_as(world.nurse):
        for _ in range(2):
            assert asked(world.nurse) == [two_teams[0]]
            assert asked(other) == []


def test_a_name_alone_makes_no_sql_of_its_own(world, two_teams):
    asked = prepared(seen)
    with acting_as(world.nurse):
        asked(world.nurse)
        asked(replace(world.nurse, name="Another"))
    assert len(asked.kept) == 1


def test_the_present_moment_is_the_callers(world, two_teams):
    def opened_before_now(team_id):
        return CaseloadEntry.objects.filter(team_id=team_id, opened_at__lte=clock.now())

    asked = prepared(opened_before_now)
    with acting_as(world.nurse):
        assert len(asked(world.nursing.id)) == 1
        with clock.at(clock.now() - timedelta(days=1)):
            assert asked(world.nursing.id) == []


def test_what_is_derived_from_a_value_is_refused_and_never_kept(world):
    def opened_since(day):
        return CaseloadEntry.objects.filter(opened_at__gte=day - timedelta(days=1))

    asked = prepared(opened_since)
    with acting_as(world.nurse), pytest.raises(DerivedError):
        asked(clock.now())
    assert asked.kept == {}


def test_words_and_numbers_make_sql_of_their_own(world, two_teams):
    def called(word):
        return Resident.objects.filter(given_name=word)

    asked = prepared(called)
    with acting_as(world.nurse):
        assert asked("Ours") == [two_teams[0]]
        assert asked("Theirs") == []
        assert asked("Ours'; DROP TABLE x; --") == []


def test_the_sql_is_worked_out_once_for_each_number_of_values(world):
    asked = prepared(lambda ids: Resident.objects.filter(id__in=ids).order_by("id"))
    people = [world.resident().id for _ in range(3)]
    for some in (people[:2], people[1:], people):
        assert [one.id for one in asked(tuple(some))] == sorted(some)
    assert len(asked.kept) == 2


def test_the_database_is_asked_for_what_it_has_prepared(world, two_teams, settings):
    asked = prepared(seen)
    with acting_as(world.nurse):
        asked(world.nurse)
        assert statements_of(lambda: asked(world.nurse))[0].startswith("EXECUTE kept_")
        settings.DATABASE_IS_POOLED = True
        assert statements_of(lambda: asked(world.nurse))[0].startswith("SELECT")
        assert asked(world.nurse) == [two_teams[0]]


def test_what_has_one_plan_is_planned_once(world, two_teams):
    asked = prepared_with_one_plan(seen)
    for who, expected in ((world.nurse, two_teams[0]), (world.ward_nurse, two_teams[1])) * 4:
        with acting_as(who):
            assert asked(who) == [expected]
    with acting_as(world.nurse), connection.cursor() as cursor:
        (sql,) = statements_of(lambda: asked(world.nurse))
        name = sql.removeprefix(f"{ONE_PLAN}; EXECUTE ").split()[0]
        cursor.execute("SELECT custom_plans FROM pg_prepared_statements WHERE name = %s", [name])
        assert cursor.fetchone() == (0,)


def test_past_the_most_that_are_kept_it_is_asked_as_it_is(world, two_teams, monkeypatch):
    monkeypatch.setattr("carecoord.prepared.querysets.MOST_SHAPES", 1)
    asked = prepared(lambda given_name: Resident.objects.filter(given_name=given_name))
    with acting_as(world.nurse):
        assert asked("Nobody") == []
        assert asked("Ours") == [two_teams[0]]
    assert len(asked.kept) == 1


def test_it_is_one_statement_once_it_is_known(world, two_teams):
    asked = prepared(seen)
    with acting_as(world.nurse):
        asked(world.nurse)
        with at_most(1):
            asked(world.nurse)


def test_a_statement_made_in_work_that_failed_is_still_of_use(world, two_teams):
    asked = prepared(seen)
    with acting_as(world.nurse):
        with suppress(LookupError), transaction.atomic():
            asked(world.nurse)
            raise LookupError
        assert asked(world.nurse) == [two_teams[0]]


def test_another_connection_prepares_its_own(world, two_teams):
    """Threads of a server have a connection each; the SQL that is kept is one for all."""
    asked = prepared(seen)
    with acting_as(world.nurse):
        asked(world.nurse)
    outcome = []

    def elsewhere():
        try:
            with transaction.atomic(), acting_as(world.nurse):
                outcome.append(asked(world.nurse))
        finally:
            connection.close()

    other = threading.Thread(target=elsewhere)
    other.start()
    other.join()
    assert outcome == [[]]  # it sees only what is committed: nothing of this test
    with acting_as(world.nurse):
        assert asked(world.nurse) == [two_teams[0]]


# --- several at once ------------------------------------------------------------------------------------------------


@pytest.fixture(params=[False, True], ids=["", "behind a pooler"])
def pooled(request, settings):
    settings.DATABASE_IS_POOLED = request.param


def everything_of(principal, resident_id):
    """Rows of every kind of column that can be read so: moments, days, times, lists, JSON, and nothing at all."""
    return (
        Resident.objects.visible_to(principal).filter(id=resident_id).select_related("gp_practice", "neighbourhood"),
        Referral.objects.visible_to(principal).filter(resident_id=resident_id).select_related("from_team", "to_team"),
        Handover.objects.visible_to(principal).filter(resident_id=resident_id).order_by("id"),
        AuditEntry.objects.filter(resident_id=resident_id).order_by("id"),
        CaseloadEntry.objects.visible_to(principal).filter(resident_id=resident_id).values_list("id", "opened_at"),
    )


def facts_of(rows):
    return [
        row if isinstance(row, tuple) else {name: value for name, value in vars(row).items() if name != "_state"}
        for row in rows
    ]


@pytest.mark.thorough
@pytest.mark.usefixtures("pooled")
def test_several_asked_together_find_what_each_finds_by_itself(world):
    lived = live(world)
    asked = prepared_together(everything_of)
    for who in (lived.nurse, lived.outsider, lived.nurse):
        with acting_as(who):
            found = asked(who, lived.sheila.id)
            alone = everything_of(who, lived.sheila.id)
            assert [facts_of(rows) for rows in found] == [facts_of(rows) for rows in alone]
    with acting_as(lived.nurse):
        _, referrals, handovers, *_ = asked(lived.nurse, lived.sheila.id)
        assert (len(referrals), len(handovers)) == (1, 1)
        with at_most(0):
            assert referrals[0].from_team == lived.nursing
            assert referrals[0].to_team.calendar == lived.carers.calendar


def test_several_together_are_one_statement(world):
    sheila = world.resident()
    asked = prepared_together(everything_of)
    with acting_as(world.nurse):
        asked(world.nurse, sheila.id)
        with at_most(1):
            asked(world.nurse, sheila.id)


def test_what_is_asked_together_with_another_principals_sql_is_still_under_the_policies(world):
    sheila = world.resident()
    asked = prepared_together(everything_of)
    with acting_as(world.nurse):
        assert asked(world.nurse, sheila.id)[0] == [sheila]
    with acting_as(world.outsider):
        assert asked(world.nurse, sheila.id)[0] == []


def test_what_json_cannot_carry_is_refused(world):
    asked = prepared_together(lambda client_id: (AnsweredRequest.objects.filter(client_id=client_id),))
    with pytest.raises(TypeError, match="cannot be read from JSON"):
        asked(world.nursing.id)


# --- new rows -------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("pooled")
@pytest.mark.parametrize(
    ("model", "changes"), [(Referral, {"reference": "NEW-1"}), (AuditEntry, {}), (Team, {"name": "Another"})]
)
def test_rows_are_written_as_the_orm_would_write_them(world, model, changes):
    """Moments, times, lists, JSON, addresses, and nothing at all."""
    live(world)
    row = model.objects.order_by("id").first()
    expected = facts_of([row])[0] | changes | {"id": new_id()}
    for name, value in expected.items():
        setattr(row, name, value)
    add([row])
    assert facts_of([model.objects.get(id=row.id)]) == [expected]
    assert not row._state.adding


def test_many_rows_are_written_too_and_none(world):
    for number in (0, 1, 3, 30):
        before = AuditEntry.objects.count()
        with acting_as(world.nurse), audit.together():
            for _ in range(number):
                audit.record("team.changed", by=world.nurse)
        assert AuditEntry.objects.count() == before + number


@pytest.mark.usefixtures("pooled")
def test_rows_that_differ_in_ids_alone_are_written_as_the_orm_would_write_them(world):
    live(world)
    row = AuditEntry.objects.exclude(resident_id=None).exclude(detail={}).order_by("id").first()
    new, residents = [[new_id() for _ in range(3)] for _ in range(2)]
    add_alike(row, id=new, resident_id=residents)
    alike = facts_of([row])[0]
    expected = [alike | {"id": one, "resident_id": who} for one, who in zip(new, residents, strict=True)]
    assert facts_of(AuditEntry.objects.filter(id__in=new).order_by("id")) == expected


def test_whoever_is_shown_together_is_written_down_in_one_statement_each_by_themselves(world):
    people = [world.resident(given_name=name).id for name in ("Sheila", "Ken", "Ada")]
    with acting_as(world.nurse):
        audit.looked_each("resident.found_among_own", by=world.nurse, resident_ids=people)
        with at_most(1):
            audit.looked_each("resident.found_among_own", by=world.nurse, resident_ids=people)
            audit.looked_each("resident.found_among_own", by=world.nurse, resident_ids=[])
    looks = AuditEntry.objects.filter(verb="resident.found_among_own", kind="look", actor_id=world.nurse.actor_id)
    assert sorted(looks.values_list("resident_id", "about_id", "about_type")) == sorted(
        (one, one, "resident") for one in people * 2
    )


def test_rows_with_a_column_of_lists_are_not_written_alike(world):
    with pytest.raises(TypeError):
        add_alike(Team.objects.first(), id=[new_id()])


def test_a_row_that_is_there_already_fails_or_is_left_as_it_is(world):
    sheila = world.resident()
    with acting_as(world.nurse):
        entry = Relationship.objects.get(resident=sheila, team=world.nursing, source_kind="caseload")
        entry.id = new_id()
        add([entry], ignore_conflicts=True)
        assert not Relationship.objects.filter(id=entry.id).exists()
        with pytest.raises(IntegrityError), transaction.atomic():
            add([entry])
        assert Relationship.objects.filter(resident=sheila).exists()


def test_the_policies_hold_for_what_is_written(world):
    sheila = world.resident()
    with acting_as(world.outsider), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        add([CaseloadEntry(resident=sheila, team=world.nursing)])
    entry = AuditEntry(kind="look", verb="resident.viewed", actor_kind="person", actor_id=world.nurse.actor_id)
    with acting_as(world.outsider), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        add_alike(entry, id=[new_id()], resident_id=[sheila.id])


def asked(world, number, **facts):
    return Delivery(
        recipient_id=world.nurse.actor_id, about_type="alert", about_id=new_id(), cause=f"alert:{number}",
        **{"subject": "One", "line": "One", "path": "/"} | facts,
    )  # fmt: skip


def test_a_text_too_long_among_many_rows_is_refused_and_never_cut(world):
    rows = [asked(world, number) for number in range(9)]
    with pytest.raises(DatabaseError), transaction.atomic():
        add([*rows, asked(world, 9, subject="x" * 5_000)])
    assert not Delivery.objects.filter(cause__startswith="alert:").exists()


def test_rows_of_several_tables_are_one_statement_and_what_is_there_is_left(world):
    few, many = [OutboxMessage(topic="test", about_type="x", about_id=new_id())], [asked(world, n) for n in range(9)]
    add(many[:1])
    with at_most(1):
        add_together(few, many)
    assert OutboxMessage.objects.filter(topic="test").count() == 1
    assert Delivery.objects.filter(cause__startswith="alert:").count() == 9


def test_many_rows_that_no_list_can_carry_are_not_written_together(world):
    rows = [Team(organisation=world.community, name=f"Round {number}", kind="nursing") for number in range(9)]
    with pytest.raises(TypeError):
        add_together(rows)
    add(rows)
    assert Team.objects.filter(name__startswith="Round ").count() == 9


def test_many_rows_keep_what_their_json_says(world):
    said = [{}, {"words": ["Ødegård", 'a "quote", and, commas', "{}"], "none": None}, [1, 2.5], "word", None, 7, True]
    rows = [
        OutboxMessage(topic="test", about_type="x", about_id=new_id(), payload={"number": number, "said": one})
        for number, one in enumerate(said)
    ]
    add(rows)
    kept = OutboxMessage.objects.filter(topic="test").order_by("payload__number")
    assert [row.payload["said"] for row in kept] == said


def test_a_change_is_written_as_the_orm_would_write_it_and_is_one_statement(world):
    first, second = world.resident(given_name="First"), world.resident(given_name="Second")
    with acting_as(world.nurse):
        for resident in (first, second):
            resident.phone, resident.address_lines = "020 7946 0018", ["1 High Street", "Aldermoor"]
            asked = statements_of(lambda one=resident: one.save_changes("phone", "address_lines"))
            assert len(asked) == 1
            assert (resident.version, Resident.objects.get(id=resident.id).version) == (2, 2)
    for resident in (first, second):
        kept = Resident.objects.get(id=resident.id)
        assert (kept.phone, kept.address_lines) == ("020 7946 0018", ["1 High Street", "Aldermoor"])
        assert kept.updated_at == resident.updated_at


def test_a_changed_name_is_found_under_the_new_one(world):
    resident = world.resident()
    resident.family_name = "Ódoñé"
    with acting_as(world.nurse):
        resident.save_changes("family_name", "sort_name")
    assert Resident.objects.get(id=resident.id).sort_name == "odone, sheila"


def test_a_change_of_a_row_that_is_gone_or_not_ones_own_is_an_error(world, two_teams):
    ours, theirs = two_teams
    with acting_as(world.nurse):
        theirs.phone = "020 7946 0018"
        with pytest.raises(DatabaseError), transaction.atomic():
            theirs.save_changes("phone")
    assert Resident.objects.get(id=theirs.id).phone == ""
    ours.id = new_id()
    with pytest.raises(DatabaseError), transaction.atomic():
        ours.save_changes("phone")


def test_past_the_most_that_are_kept_a_change_is_saved_by_the_orm(world, monkeypatch):
    resident = world.resident()
    monkeypatch.setattr("carecoord.prepared.changes.MOST_KEPT", 0)
    monkeypatch.setattr("carecoord.prepared.changes._kept", {})
    resident.phone = "020 7946 0018"
    resident.save_changes("phone")
    kept = Resident.objects.get(id=resident.id)
    assert (kept.phone, kept.version) == ("020 7946 0018", 2)


def test_an_update_changes_what_the_queryset_would_change_and_says_how_many(world):
    residents = [world.resident(given_name=name) for name in ("One", "Two")]

    @prepared_update
    def ended(team_id, resident_id):
        mine = Relationship.objects.filter(team_id=team_id, resident_id=resident_id, ended_at=None)
        return mine, {"ended_at": clock.now(), "reason": "Ended"}

    for resident in residents:
        later = clock.now() + timedelta(hours=1)
        with clock.at(later):
            assert ended(world.nursing.id, resident.id) == 2  # by caseload, and by registering
            assert ended(world.nursing.id, resident.id) == 0
        kept = Relationship.objects.filter(resident=resident, team=world.nursing)
        assert {(one.ended_at, one.reason) for one in kept} == {(later, "Ended")}


def test_an_update_is_under_the_policies(world, two_teams):
    @prepared_update
    def renamed(resident_id):
        return Resident.objects.filter(id=resident_id), {"given_name": "Changed"}

    for _ in range(8):
        with acting_as(world.nurse):
            assert renamed(two_teams[0].id) == 1
            assert renamed(two_teams[1].id) == 0

"""Nothing is written before somebody says so; then every row exactly once; and it can be taken back."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from carecoord import clock
from carecoord.audit.models import AuditEntry
from carecoord.errors import IllegalMove, NotYours, RuleError
from neighbourhoods.gate import acting_as
from neighbourhoods.identities import Items
from neighbourhoods.models import (
    CaseloadEntry,
    ImportOutcome,
    Relationship,
    Resident,
    ResidentDetail,
    ResidentImport,
    ResidentImportRow,
)
from neighbourhoods.services import (
    ContactFacts,
    change_resident,
    claim_relationship,
    identity_of,
    import_rows,
    import_work,
    link_contact,
    record_entry,
)
from neighbourhoods.services.entry_facts import EntryFacts
from neighbourhoods.services.import_work import empty_old_imports, work_on_one
from neighbourhoods.services.imports import Decision, WorkedWith, decide_rows, discard_import, write_import
from neighbourhoods.states import RESIDENT_IMPORT
from tests.importing.conftest import as_csv

pytestmark = pytest.mark.django_db

README = Path(__file__).resolve().parents[2] / "neighbourhoods" / "README.md"

KEN = ("999 000 0026", "Ken", "Marsh", "02/07/1945", "AM1 1AA", "01632 960001", "C-17")
ROSE = ("", "Rose", "Marsh", "11/11/1947", "AM1 1AA", "01632 960001", "C-18")


def residents():
    return {(one.given_name, one.family_name) for one in Resident.objects.all()}


def test_nothing_is_written_before_the_reviewer_says_so(lists):
    found = lists.read(as_csv(KEN, ROSE))
    assert (found.state, found.rows_total) == ("review", 2)
    lists.decide_all(found, "new", "register")
    lists.work()
    assert (Resident.objects.count(), CaseloadEntry.objects.count(), Relationship.objects.count()) == (0, 0, 0)


def test_who_is_written_is_registered_with_the_team_and_on_its_caseload(world, lists):
    found = lists.written(as_csv(KEN, ROSE))
    assert (found.state, residents()) == ("written", {("Ken", "Marsh"), ("Rose", "Marsh")})
    ken = Resident.objects.get(given_name="Ken")
    assert (ken.nhs_number, ken.birth_date, ken.postcode) == ("9990000026", date(1945, 7, 2), "AM1 1AA")
    entry = CaseloadEntry.objects.get(resident=ken)
    assert (entry.team_id, entry.reason, entry.ended_at) == (world.nursing.id, "From a list of people", None)
    detail = ResidentDetail.objects.get(resident=ken)
    assert (detail.kind, detail.value, detail.source) == ("identifier", "C17", "import")
    row = lists.rows(found)[2]
    assert (row.outcome, row.resident_id, row.entry_id) == ("registered", ken.id, entry.id)
    with acting_as(world.nurse):
        assert Resident.objects.visible_to(world.nurse).filter(id=ken.id).exists()
    with acting_as(world.outsider):
        assert not Resident.objects.visible_to(world.outsider).filter(id=ken.id).exists()
    assert AuditEntry.objects.filter(
        resident_id=ken.id, verb="resident.registered", actor_id=world.lead.actor_id
    ).exists()


def test_what_is_not_decided_is_left_out(lists):
    found = lists.read(as_csv(KEN, ROSE))
    lists.decide(found, row_2=Decision("register"), row_3=Decision("leave"))
    lists.write(found)
    assert residents() == {("Ken", "Marsh")}


def test_nothing_can_be_written_while_nothing_is_decided(lists):
    found = lists.read(as_csv(KEN))
    with pytest.raises(RuleError, match="Decide first whom to register"):
        lists.act(write_import, import_id=found.id)
    assert ResidentImport.objects.get().state == "review"


def test_a_worker_that_dies_half_way_goes_on_where_it_stopped(lists, monkeypatch):
    monkeypatch.setattr(import_work, "WRITTEN_AT_ONCE", 2)
    found = lists.read(as_csv(*[("", f"Ann{n}", f"Lee{n}", f"1{n}/02/19{50 + n}", "", "", "") for n in range(5)]))
    lists.decide_all(found, "new", "register")
    lists.act(write_import, import_id=found.id)
    assert work_on_one()
    taken, write = [], import_work.write_rows

    def dies(by, found, rows):
        write(by, found, rows)
        taken.extend(row.number for row in rows)
        raise KeyboardInterrupt

    monkeypatch.setattr(import_work, "write_rows", dies)
    with pytest.raises(KeyboardInterrupt):
        work_on_one()
    assert (len(taken), Resident.objects.count()) == (2, 2)
    monkeypatch.setattr(import_work, "write_rows", write)
    lists.work()
    assert (Resident.objects.count(), CaseloadEntry.objects.count()) == (5, 5)
    assert set(ResidentImportRow.objects.values_list("outcome", flat=True)) == {ImportOutcome.REGISTERED}


def test_work_that_fails_again_and_again_goes_back_to_the_review_and_says_so(lists, monkeypatch):
    found = lists.read(as_csv(KEN))
    lists.decide_all(found, "new", "register")

    def fails(*_):
        raise ZeroDivisionError

    monkeypatch.setattr(import_work, "write_rows", fails)
    found = lists.write(found)
    assert (found.state, found.problem, Resident.objects.count()) == ("review", import_work.WENT_WRONG, 0)
    monkeypatch.undo()
    assert lists.write(found).state == "written"
    assert residents() == {("Ken", "Marsh")}


def test_whoever_started_it_and_left_the_team_writes_nothing(world, lists):
    found = lists.read(as_csv(KEN))
    lists.decide_all(found, "new", "register")
    lists.act(write_import, import_id=found.id)
    membership = world.membership_of("lead")
    membership.ends_at = clock.now() - timedelta(seconds=1)
    membership.save()
    lists.work()
    found.refresh_from_db()
    assert (found.state, found.problem, Resident.objects.count()) == ("review", import_work.NOT_THEIRS, 0)


def test_somebody_registered_since_the_list_was_read_is_not_written_again(world, lists):
    found = lists.read(as_csv(KEN, ROSE))
    lists.decide_all(found, "new", "register")
    world.resident(given_name="Ken", family_name="Marsh", birth_date=date(1945, 7, 2), nhs_number="9990000026")
    world.resident(given_name="Rose", family_name="Marsh", birth_date=date(1947, 11, 11), nhs_number=None)
    found = lists.write(found)
    told = {row.number: (row.outcome, row.told) for row in lists.rows(found).values()}
    assert told[2] == ("refused", "Somebody here has this NHS number now: find them, and ask for access")
    assert told[3][1].startswith("Somebody likely the same was registered since")
    assert Resident.objects.count() == 2


def test_one_refused_row_keeps_no_other_out(lists, monkeypatch):
    found = lists.read(as_csv(KEN, ROSE))
    lists.decide_all(found, "new", "register")
    ResidentImportRow.objects.filter(number=3).update(facts={"family_name": "Marsh", "postcode": "nowhere"})
    found = lists.write(found)
    assert [row.outcome for row in lists.rows(found).values()] == ["registered", "refused"]
    assert residents() == {("Ken", "Marsh")}


def test_a_number_of_another_persons_is_left_out_and_said(world, lists):
    lists.written(as_csv(KEN))
    found = lists.written(as_csv(("", "Paul", "Other", "01/01/1960", "", "", "C-17")))
    row = lists.rows(found)[2]
    assert row.outcome == "registered"
    assert "The number in your own system was left out" in row.why[-1]


def test_somebody_of_the_team_is_joined_and_nothing_of_theirs_is_changed(world, lists):
    ken = world.resident(
        given_name="Ken", family_name="Marsh", birth_date=date(1945, 7, 2), nhs_number="9990000026", on_caseload=False
    )
    found = lists.read(as_csv(KEN))
    assert lists.decide_all(found, "same", "join") == 1
    found = lists.write(found)
    row = lists.rows(found)[2]
    assert (row.outcome, row.resident_id) == ("joined", ken.id)
    assert CaseloadEntry.objects.get(resident=ken).id == row.entry_id
    assert Resident.objects.get().version == ken.version


def test_an_import_opens_nobodys_record(world, lists):
    """Whoever is another team's is opened with a reason first, on their own page."""
    ken = world.resident(
        by=world.outsider,
        team=world.highcross_nursing,
        given_name="Ken",
        family_name="Marsh",
        birth_date=date(1945, 7, 2),
        nhs_number="9990000026",
    )
    found = lists.read(as_csv(KEN))
    assert lists.rows(found)[2].verdict == "same"
    assert lists.decide_all(found, "same", "join") == 0
    with pytest.raises(RuleError, match="your team does not have this person's record"):
        lists.join(found, 2)
    ResidentImportRow.objects.update(decision="join", joins_id=ken.id)
    found = lists.write(found)
    assert lists.rows(found)[2].outcome == "refused"
    assert not Relationship.objects.filter(resident=ken, team=world.nursing).exists()


def test_undo_takes_everybody_away_who_was_only_imported(world, lists):
    found = lists.written(as_csv(KEN, ROSE))
    assert lists.undo(found).state == "undone"
    for name in ("lead", "nurse", "front_door"):
        by = world.people[name]
        with acting_as(by):
            assert not Resident.objects.visible_to(by).exists()
            assert not Resident.objects.exists()
    assert not CaseloadEntry.objects.filter(ended_at=None).exists()
    assert not Relationship.objects.filter(ended_at=None).exists()
    assert residents() == {("", "Import undone")}
    again = lists.read(as_csv(KEN, ROSE))
    assert {row.verdict for row in lists.rows(again).values()} == {"new"}
    lists.decide_all(again, "new", "register")
    lists.write(again)
    assert ResidentDetail.objects.filter(ended_at=None, value="C17").count() == 1


def test_nobody_opens_the_record_of_whoever_an_import_took_back(world, lists, signed_in):
    found = lists.written(as_csv(KEN))
    ken = Resident.objects.get(given_name="Ken")
    lists.undo(found)
    for name in ("lead", "outsider"):
        assert signed_in(name).get(reverse("resident_record", args=[ken.id])).status_code == 404
        by = world.people[name]
        with acting_as(by), pytest.raises(RuleError):
            claim_relationship(
                by=by,
                resident_id=ken.id,
                team_id=by.team_ids[0],
                reason="I want to see",
                until=clock.now() + timedelta(days=1),
            )


def test_undo_is_refused_while_anybody_has_been_worked_with(world, lists, later):
    found = lists.written(as_csv(KEN, ROSE))
    ken = Resident.objects.get(given_name="Ken")
    with later(), acting_as(world.nurse):
        record_entry(by=world.nurse, resident_id=ken.id, facts=EntryFacts("alert", "Dog"))
    with pytest.raises(WorkedWith, match="1 of these people were worked with since") as refusal:
        lists.undo(found)
    assert [(one.number, one.resident_id) for one in refusal.value.touched] == [(2, ken.id)]
    assert residents() == {("Ken", "Marsh"), ("Rose", "Marsh")}


def test_undo_is_refused_where_somebody_was_named_in_a_record_that_the_team_does_not_see(world, lists, later):
    found = lists.written(as_csv(KEN, ROSE))
    ken = Resident.objects.get(given_name="Ken")
    other = world.resident(by=world.gp, team=world.surgery)
    items = Items(nhs_number=ken.nhs_number)
    with later(), acting_as(world.gp):
        link_contact(
            by=world.gp,
            resident_id=other.id,
            linked_id=ken.id,
            items=items,
            facts=ContactFacts(kind="personal", name="", relationship="Husband"),
        )
    with pytest.raises(WorkedWith, match="1 of these people were worked with since"):
        lists.undo(found)
    assert residents() == {("Ken", "Marsh"), ("Rose", "Marsh"), ("Sheila", "Hartley")}


def test_whoever_is_worked_with_while_it_is_undone_stays(world, lists, later, monkeypatch):
    found = lists.written(as_csv(KEN, ROSE))
    ken = Resident.objects.get(given_name="Ken")
    take_back = import_rows.take_back

    def after_somebody_wrote(by, rows):
        with later(), acting_as(world.nurse):
            identity = replace(identity_of(ken), given_name="Kenneth")
            change_resident(by=world.nurse, resident_id=ken.id, identity=identity)
        take_back(by, rows)

    monkeypatch.setattr(import_work, "take_back", after_somebody_wrote)
    found = lists.undo(found)
    assert {row.number: (row.outcome, bool(row.told)) for row in lists.rows(found).values()} == {
        2: ("registered", True),
        3: ("undone", False),
    }
    assert ("Kenneth", "Marsh") in residents()


def test_undo_ends_the_caseload_entry_of_whoever_was_known_before(world, lists):
    ken = world.resident(
        given_name="Ken", family_name="Marsh", birth_date=date(1945, 7, 2), nhs_number="9990000026", on_caseload=False
    )
    found = lists.read(as_csv(KEN))
    lists.decide_all(found, "same", "join")
    lists.undo(lists.write(found))
    assert CaseloadEntry.objects.get().ended_reason == "Import undone"
    assert residents() == {("Ken", "Marsh")}
    with acting_as(world.nurse):
        assert Resident.objects.visible_to(world.nurse).get().id == ken.id


def test_a_discarded_list_is_over(lists):
    found = lists.read(as_csv(KEN))
    lists.act(discard_import, import_id=found.id)
    with pytest.raises(IllegalMove, match="This import was discarded"):
        lists.decide_all(found, "new", "register")
    assert Resident.objects.count() == 0


def test_what_a_list_said_is_gone_thirty_days_after_its_end(lists, later):
    found = lists.written(as_csv(KEN, ROSE))
    waiting = lists.read(as_csv(("", "Ann", "Lee", "01/02/1950", "", "", "")))
    with later(days=29):
        assert empty_old_imports() == 0
    with later(days=31):
        assert empty_old_imports() == 2
        assert empty_old_imports() == 0
    found.refresh_from_db()
    waiting.refresh_from_db()
    assert (found.state, waiting.state, bytes(found.content or b""), found.preview) == ("written", "discarded", b"", [])
    for row in ResidentImportRow.objects.all():
        assert (row.cells, row.facts, row.why, row.candidates) == ([], {}, [], [])
    assert residents() == {("Ken", "Marsh"), ("Rose", "Marsh")}


def test_another_team_sees_nothing_of_a_list_and_a_nurse_decides_nothing(world, lists):
    found = lists.read(as_csv(KEN))
    for name in ("outsider", "ward_lead", "admin"):
        with acting_as(world.people[name]):
            assert not ResidentImport.objects.exists()
            assert not ResidentImportRow.objects.exists()
    with acting_as(world.nurse), pytest.raises(NotYours):
        decide_rows(by=world.nurse, import_id=found.id, decisions={2: Decision("register")})
    with pytest.raises(NotYours):
        lists.bring(as_csv(KEN), team=world.ward)


def test_only_what_the_verdict_allows_is_decided(world, lists):
    world.resident(given_name="Ken", family_name="Marsh", birth_date=date(1945, 7, 2), nhs_number="9990000026")
    found = lists.read(as_csv(KEN, ("1", "X", "Y", "01/01/1950", "", "", ""), ROSE))
    for number, what in ((2, Decision("register")), (3, Decision("register")), (4, Decision("join", UUID(int=1)))):
        with pytest.raises(RuleError, match=f"Row {number}: choose one"):
            lists.act(decide_rows, import_id=found.id, decisions={number: what})
    for verdict, what in (("likely", "join"), ("clash", "register"), ("invalid", "register"), ("", "leave")):
        with pytest.raises(RuleError, match="one by one"):
            lists.decide_all(found, verdict, what)
    assert not ResidentImportRow.objects.exclude(decision="").exists()


@pytest.mark.thorough
def test_each_person_more_costs_a_look_at_who_is_alike_and_another_where_somebody_is(lists):
    counts = []
    # The first of all asks for what is remembered afterwards.
    for many in (1, 3, 30):
        rows = [("", f"Ann{n}", f"Lee{n}", f"{n % 28 + 1}/02/19{many + n:02}", "", "", "") for n in range(many)]
        found = lists.read(as_csv(*rows))
        lists.decide_all(found, "new", "register")
        lists.act(write_import, import_id=found.id)
        with CaptureQueriesContext(connection) as asked:
            work_on_one()
        counts.append(len(asked))
        lists.work()
    assert counts[2] - counts[1] <= 27 * 2


def test_the_readme_shows_the_moves_of_a_list():
    order = [state.name for state in RESIDENT_IMPORT.states]
    rows = [
        f"| {move.verb} | {', '.join(sorted(move.origins, key=order.index))} | {move.target} |"
        for move in RESIDENT_IMPORT.moves
    ]
    section = README.read_text().split("### Import\n")[1].split("\n## ")[0]
    assert [line for line in section.splitlines() if line.startswith("| ")] == ["| Move | From | To |", *rows]

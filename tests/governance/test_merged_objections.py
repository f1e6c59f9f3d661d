"""An objection of either of two records holds for the one that a merge makes of them, and for what was changed before
(IG-16); undone, each has its own again."""

from datetime import timedelta

import pytest
from django.urls import reverse

from carecoord import clock
from carecoord.audit.models import AuditEntry, PastRow
from carecoord.errors import RuleError
from carecoord.record.timeline import latest_changes
from careplans.models import Action, Goal
from careplans.services import add_goal, create_action, create_plan, move_action
from neighbourhoods.gate import acting_as
from neighbourhoods.models import CaseloadEntry, Encounter, Level, Relationship, Resident, Source
from neighbourhoods.models.sharing import SharingDecision
from neighbourhoods.services import (
    EncounterFacts,
    EntryFacts,
    open_caseload_entry,
    open_relationship,
    record_encounter,
    record_entry,
)
from neighbourhoods.services.sharing import withdraw_objection
from referrals.services import referrals
from tests.merging import every_row, merged, twins, undone
from tests.objections import objects

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(world):
    world.sheila, world.again = twins(world)
    return world


def known_to_carers(world, resident):
    cause = {"source": Source.REGISTRATION, "source_id": resident.id}
    with acting_as(world.nurse):
        open_relationship(resident_id=resident.id, team_id=world.carers.id, level=Level.RECORD, **cause)


def may_open(world, resident):
    return Resident.objects.visible_to(world.link_worker).filter(id=resident.id).exists()


def open_of_carers(resident):
    return set(Relationship.objects.filter(resident=resident, ended_at=None).values_list("team__name", "level"))


WHOSE = pytest.mark.parametrize("whose", ["of the survivor", "of who is merged"])


def pair_of(world, whose):
    """Who objects, and who does not."""
    return (world.sheila, world.again) if whose == "of the survivor" else (world.again, world.sheila)


@WHOSE
def test_ig_16_an_organisation_that_one_of_two_keeps_out_has_the_record_of_neither_and_gets_its_own_back(world, whose):
    objector, other = pair_of(world, whose)
    objects(world, objector)
    known_to_carers(world, other)
    with acting_as(world.link_worker) as by:
        entry = open_caseload_entry(by=by, resident_id=other.id, team_id=world.carers.id)
    assert may_open(world, other)
    before, told = every_row(), AuditEntry.objects.filter(verb="sharing.kept_out").count()
    merge = merged(world, world.sheila, world.again)
    assert not may_open(world, world.sheila)
    assert ("Carers team", "record") not in open_of_carers(world.sheila)
    entry.refresh_from_db()
    assert (entry.ended_at is None, entry.ended_reason) == (False, "Withheld after an objection")
    assert AuditEntry.objects.filter(verb="sharing.kept_out").count() == told + 1
    undone(world, merge)
    assert (may_open(world, other), may_open(world, objector)) == (True, False)
    assert CaseloadEntry.objects.get(id=entry.id).ended_at is None
    assert SharingDecision.objects.get().resident_id == objector.id
    made = {key for key in every_row() if key not in before}
    assert {key: row for key, row in every_row().items() if key not in made} == before


@WHOSE
def test_ig_16_nothing_is_merged_while_who_is_kept_out_has_something_to_do_and_it_is_said_who(world, whose):
    objector, other = pair_of(world, whose)
    objects(world, objector)
    known_to_carers(world, other)
    with acting_as(world.link_worker) as by:
        action = create_action(by=by, resident_id=other.id, title="Ring Ken", team_id=world.carers.id)
    before = every_row()
    with pytest.raises(RuleError, match="keeps Test Carers Hub out of one of these records") as told:
        merged(world, world.sheila, world.again)
    assert told.value.code == "kept_out"
    assert every_row() == before
    with acting_as(world.link_worker) as by:
        move_action(by=by, action_id=action.id, verb="complete")
    merged(world, world.sheila, world.again)
    assert not may_open(world, world.sheila)


def test_ig_16_the_page_says_what_stands_in_the_way_of_a_merge(world, signed_in):
    objects(world, world.sheila)
    known_to_carers(world, world.again)
    with acting_as(world.link_worker) as by:
        create_action(by=by, resident_id=world.again.id, title="Ring Ken", team_id=world.carers.id)
    page = reverse("resident_merge", args=[world.sheila.id, world.again.id])
    answer = signed_in("lead").post(page, {"name": "merged", "reason": "Her neighbour says so"})
    assert answer.status_code == 422
    assert "An objection keeps Test Carers Hub out of one of these records" in answer.text


@WHOSE
def test_ig_16_what_is_moved_stays_withheld_and_so_do_its_changes_of_before(world, whose):
    objector, other = pair_of(world, whose)
    for resident in (world.sheila, world.again):
        known_to_carers(world, resident)
        with acting_as(world.nurse) as by:
            facts = EncounterFacts(kind="visit", note="Ulcer smaller")
            record_encounter(by=by, resident_id=resident.id, team_id=world.nursing.id, facts=facts)
            plan = create_plan(by=by, resident_id=resident.id)
            add_goal(by=by, plan_id=plan.id, title="Walk to the shop")
    objects(world, objector, "visits")
    objects(world, objector, "plan")
    told = AuditEntry.objects.filter(kind="change", about_type__in=("encounter", "goal", "care_plan"))
    past = PastRow.objects.filter(table_name="careplans_careplan")
    read = (Encounter, Goal)

    def seen(principal):
        with acting_as(principal):
            rows = sum(model.objects.count() for model in read)
            return rows, told.filter(resident_id__in=[world.sheila.id, world.again.id]).count(), past.count()

    assert seen(world.link_worker)[:2] == (2, 3), "of the one who has not objected"
    merge = merged(world, world.sheila, world.again)
    assert seen(world.link_worker) == (0, 0, 0)
    assert seen(world.nurse)[:2] == (4, 6)
    undone(world, merge)
    assert seen(world.link_worker)[0] == 2
    with acting_as(world.link_worker):
        assert set(Encounter.objects.values_list("resident_id", flat=True)) == {other.id}


def test_ig_16_changes_of_who_was_merged_are_withheld_by_an_objection_of_afterwards(world):
    for resident in (world.sheila, world.again):
        known_to_carers(world, resident)
    with acting_as(world.nurse) as by:
        create_action(by=by, resident_id=world.again.id, title="Dress the wound", team_id=world.nursing.id)
    merged(world, world.sheila, world.again)
    told = AuditEntry.objects.filter(about_type="action", resident_id=world.again.id)
    with acting_as(world.link_worker):
        assert told.count() == 1
    objection = objects(world, world.sheila, "plan")
    with acting_as(world.link_worker):
        assert told.count() == 0
    with acting_as(world.nurse):
        assert told.count() == 1
        withdraw_objection(by=world.nurse, resident_id=world.sheila.id, objection_id=objection.id)
    with acting_as(world.link_worker):
        assert told.count() == 1


def test_ig_16_what_was_changed_while_two_records_were_one_is_withheld_when_they_are_two_again(world):
    began = clock.now()
    for resident in (world.sheila, world.again):
        known_to_carers(world, resident)
    with acting_as(world.nurse) as by:
        own, theirs = (
            create_action(by=by, resident_id=one.id, title="Dress the wound", team_id=world.nursing.id)
            for one in (world.sheila, world.again)
        )
    objects(world, world.again, "plan")

    def at(hour):
        return clock.at(began + timedelta(hours=hour))

    with at(1):
        merge = merged(world, world.sheila, world.again)
    with at(2), acting_as(world.nurse) as by:
        move_action(by=by, action_id=theirs.id, verb="start")
    with at(3):
        undone(world, merge)
    with at(4), acting_as(world.nurse) as by:
        move_action(by=by, action_id=own.id, verb="start")
    told = AuditEntry.objects.filter(about_type="action", resident_id=world.sheila.id).order_by("at")
    past = PastRow.objects.filter(table_name="careplans_action", resident_id=world.sheila.id)

    def seen(principal):
        with at(5), acting_as(principal):
            return [one.about_id for one in told.all()], {one.row_id for one in past.all()}

    assert seen(world.link_worker) == ([own.id, own.id], {own.id})
    assert seen(world.nurse) == ([own.id, theirs.id, own.id], {own.id, theirs.id})


def test_ig_16_what_was_frozen_for_an_organisation_is_covered_by_a_merge_and_said_again_after_it(world):
    with acting_as(world.nurse) as by:
        record_entry(by=by, resident_id=world.again.id, facts=EntryFacts("allergy", "Penicillin"))
        ask = referrals.Ask(reason="A break", no_known_risks=True)
        teams = {"service_id": world.carers_service.id, "from_team_id": world.nursing.id}
        asked, _ = referrals.refer(by=by, resident_id=world.again.id, ask=ask, **teams)
    objects(world, world.sheila, "allergies")
    asked.refresh_from_db()
    assert asked.card["banner"]["allergy"] == ["Penicillin"]
    merge = merged(world, world.sheila, world.again)
    asked.refresh_from_db()
    assert asked.card["banner"]["allergy"] == ["Withheld after an objection"]
    undone(world, merge)
    asked.refresh_from_db()
    assert asked.card["banner"]["allergy"] == ["Penicillin"]


def test_ig_16_an_objection_of_since_the_merge_that_goes_back_keeps_the_organisation_out_of_what_goes_back(world):
    known_to_carers(world, world.again)
    merge = merged(world, world.sheila, world.again)
    with clock.at(clock.now() + timedelta(hours=1)):
        objection = objects(world, world.sheila)
    assert not may_open(world, world.sheila)
    undone(world, merge, also=[objection.id])
    assert not may_open(world, world.again)
    assert not may_open(world, world.sheila)


def test_ig_16_nobody_is_told_how_much_of_what_is_withheld_has_changed_since_they_looked(world, signed_in):
    known_to_carers(world, world.sheila)
    objects(world, world.sheila, "plan")
    now = clock.now()
    client = signed_in("link_worker")
    client.get(reverse("resident_record", args=[world.sheila.id]))
    with clock.at(now + timedelta(hours=2)), acting_as(world.nurse) as by:
        create_action(by=by, resident_id=world.sheila.id, title="Dress the wound", team_id=world.nursing.id)
        record_entry(by=by, resident_id=world.sheila.id, facts=EntryFacts("allergy", "Penicillin"))
    with clock.at(now + timedelta(hours=3)), acting_as(world.link_worker):
        assert latest_changes(world.sheila.id, 5).since_then == 1
        assert not Action.objects.exists()

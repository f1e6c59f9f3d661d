"""A merge is undone by stated rules: what goes back, what goes with it, what stays."""

from datetime import timedelta

import pytest
from django.db import connection

from carecoord import clock
from carecoord.alerts.models import Alert
from carecoord.audit.models import AuditEntry
from carecoord.errors import NotYours, RuleError
from carecoord.outbox.tasks import relay
from careplans.models import Goal
from careplans.services import add_goal, create_action, create_plan
from neighbourhoods import gate
from neighbourhoods.identities import Items
from neighbourhoods.models import CaseloadEntry, Entry, Level, Relationship, Resident, Source
from neighbourhoods.services import (
    ContactFacts,
    EncounterFacts,
    EntryFacts,
    add_contact,
    annotate_entry,
    change_resident,
    discharge,
    link_contact,
    open_relationship,
    record_encounter,
    record_entry,
)
from neighbourhoods.services.deaths import record_death
from neighbourhoods.services.merges import parts_of
from referrals.services.handovers import withdraw_handover
from tests.life import known, live, restrict
from tests.merging import every_row, merged, twins, undone

pytestmark = pytest.mark.django_db
LATER = timedelta(hours=1)


@pytest.fixture
def pair(world):
    return twins(world)


def later(hours=1):
    return clock.at(clock.now() + timedelta(hours=hours))


def test_unmerged_both_are_row_for_row_as_before(world):
    first = live(world).sheila
    with gate.acting_as(world.nurse):
        withdraw_handover(by=world.nurse, handover_id=world.handover.id, reason="Not now")
        discharge(by=world.nurse, stay_id=world.stay.id, destination="home")
    second = live(world).sheila
    before = every_row()
    merge = merged(world, first, second, chosen=["name", "phone"])
    assert every_row() != before
    undone(world, merge)
    after = every_row()
    made = {key for key in after if key not in before}
    assert {table for table, _ in made} <= {"neighbourhoods_residentdetail"}, "what the merge wrote stays, ended"
    assert {key: row for key, row in after.items() if key not in made} == before
    connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")


def allergy(world, resident):
    return record_entry(by=world.nurse, resident_id=resident.id, facts=EntryFacts("allergy", "Penicillin"))


def noted(world, resident, entry):
    return annotate_entry(by=world.nurse, resident_id=resident.id, entry_id=entry.id, text="Checked")


# What was written since, about what, and whose it is after: of the one who was merged, or of the survivor.
def hangs_from_theirs(world, own, theirs):
    return noted(world, own["resident"], theirs["entry"])


def hangs_from_own(world, own, _):
    return noted(world, own["resident"], own["entry"])


def goal_of_the_plan(world, own, _):
    return add_goal(by=world.nurse, plan_id=own["plan"].id, title="Bingo")


def action_for_their_goal(world, own, theirs):
    return create_action(
        by=world.nurse, resident_id=own["resident"].id, title="Ask", team_id=world.nursing.id, goal_id=theirs["goal"].id
    )


def action_for_nothing(world, own, _):
    return create_action(by=world.nurse, resident_id=own["resident"].id, title="Ring", team_id=world.nursing.id)


def visit(world, own, _):
    return record_encounter(
        by=world.nurse,
        resident_id=own["resident"].id,
        team_id=world.nursing.id,
        facts=EncounterFacts(kind="visit", note="Well"),
    )


def contact(world, own, _):
    return add_contact(
        by=world.nurse, resident_id=own["resident"].id, facts=ContactFacts(kind="personal", name="Karen")
    )


ROWS = [
    ("a note beside their entry", hangs_from_theirs, "back", False),
    ("a note beside one's own entry", hangs_from_own, "stays", True),
    ("a goal of one's own plan", goal_of_the_plan, "stays", True),
    ("an action for their goal", action_for_their_goal, "back", False),
    ("an action for nothing before", action_for_nothing, "stays", True),
    ("a visit", visit, "stays", True),
    ("a contact", contact, "stays", True),
]


@pytest.mark.parametrize(("what", "write", "goes", "is_asked"), ROWS, ids=[row[0] for row in ROWS])
def test_later_rows_follow_the_stated_rules(world, pair, what, write, goes, is_asked):
    own, theirs = ({"resident": one} for one in pair)
    with gate.acting_as(world.nurse):
        for one in (own, theirs):
            one["entry"] = allergy(world, one["resident"])
            one["plan"] = create_plan(by=world.nurse, resident_id=one["resident"].id)
            one["goal"] = add_goal(by=world.nurse, plan_id=one["plan"].id, title="The allotment")
    with later():
        merge = merged(world, *pair)
    with later(2):
        with gate.acting_as(world.nurse):
            row = write(world, own, theirs)
        with gate.acting_as(world.lead):
            parts = {part.row_id: part.what for part in parts_of(merge)}
        assert parts[row.id] == ("stays" if is_asked else "hangs")
        undone(world, merge)
    row.refresh_from_db()
    assert row.resident_id == (pair[1] if goes == "back" else pair[0]).id


def test_what_stays_goes_where_somebody_ticks_it_with_what_hangs_from_it(world, pair):
    with later():
        merge = merged(world, *pair)
    with later(2):
        with gate.acting_as(world.nurse):
            entry = allergy(world, pair[0])
            note = noted(world, pair[0], entry)
        undone(world, merge, also=[entry.id])
    assert set(Entry.objects.filter(resident=pair[1])) == {entry, note}


def test_a_later_change_of_their_row_goes_with_it(world, pair):
    with gate.acting_as(world.nurse):
        plan = create_plan(by=world.nurse, resident_id=pair[1].id)
        goal = add_goal(by=world.nurse, plan_id=plan.id, title="Church")
    merge = merged(world, *pair)
    Goal.objects.filter(id=goal.id).update(title="Church on Sundays")
    undone(world, merge)
    goal.refresh_from_db()
    assert (goal.resident_id, goal.title) == (pair[1].id, "Church on Sundays")


def test_a_fact_that_was_corrected_since_stays_corrected(world):
    sheila, again = twins(world, email="sheila@example.org")
    merge = merged(world, sheila, again)
    sheila.refresh_from_db()
    with gate.acting_as(world.nurse):
        change_resident(by=world.nurse, resident_id=sheila.id, identity=known(sheila, email="right@example.org"))
    undone(world, merge)
    sheila.refresh_from_db()
    again.refresh_from_db()
    assert (sheila.email, again.email) == ("right@example.org", "sheila@example.org")


def test_what_was_restricted_since_is_restricted_in_both(world, pair):
    merge = merged(world, *pair)
    restrict(world, pair[0])
    undone(world, merge)
    assert set(Resident.objects.filter(id__in=[one.id for one in pair]).values_list("is_restricted", flat=True)) == {
        True
    }


def test_whoever_is_left_with_open_items_and_no_lead_gets_the_front_door(world, pair):
    with gate.acting_as(world.nurse):
        create_action(by=world.nurse, resident_id=pair[1].id, title="Visit", team_id=world.nursing.id)
    merge = merged(world, *pair)
    Relationship.objects.create(
        resident=pair[0], team=world.ward, level="record", source_kind="claim", source_id=pair[0].id
    )
    CaseloadEntry.objects.filter(resident=pair[0], ended_at=None).update(reason="Changed since")
    CaseloadEntry.objects.filter(resident=pair[0], ended_at__isnull=False).update(
        ended_reason="By somebody", ended_at=clock.now() + LATER
    )
    undone(world, merge)
    connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
    lead = CaseloadEntry.objects.get(resident=pair[1], is_lead=True, ended_at=None)
    assert lead.team == world.place.front_door


def test_undoing_the_middle_of_a_chain_is_refused_with_the_way_out(world, pair):
    third = world.resident(nhs_number=None)
    first = merged(world, *pair)
    second = merged(world, third, pair[0])
    before = every_row()
    with pytest.raises(RuleError, match="Undo that merge first") as told:
        undone(world, first)
    assert told.value.code == "merged_on"
    assert every_row() == before
    undone(world, second)
    undone(world, first)
    assert Resident.objects.filter(merged_into=None, id__in=[pair[0].id, pair[1].id, third.id]).count() == 3


def test_what_another_merge_brought_is_not_asked_about(world, pair):
    third = world.resident(nhs_number=None)
    with later():
        first = merged(world, *pair)
    with later(2), gate.acting_as(world.nurse):
        entry = allergy(world, third)
    with later(3):
        merged(world, pair[0], third)
        with gate.acting_as(world.lead):
            assert entry.id not in {part.row_id for part in parts_of(first)}


@pytest.mark.parametrize("who", ["nurse", "outsider", "link_worker", "privacy"])
def test_others_undo_nothing(world, pair, who):
    merge = merged(world, *pair)
    with pytest.raises(NotYours):
        undone(world, merge, by=world.people[who])
    merge.refresh_from_db()
    assert merge.undone_at is None


def test_it_is_undone_once(world, pair):
    merge = merged(world, *pair)
    undone(world, merge)
    with pytest.raises(RuleError) as told:
        undone(world, merge)
    assert told.value.code == "undone_already"


def test_each_team_is_told_once_and_both_ids_say_so(world, pair):
    for resident in pair:
        Relationship.objects.create(
            resident=resident, team=world.surgery, level="record", source_kind="claim", source_id=resident.id
        )
    merge = merged(world, *pair)
    relay()
    undone(world, merge)
    relay()
    assert Alert.objects.filter(kind="resident.unmerged").count() == 1
    assert set(AuditEntry.objects.filter(verb="resident.unmerged").values_list("resident_id", flat=True)) == {
        one.id for one in pair
    }


@pytest.mark.parametrize("named", [0, 1])
def test_whoever_named_themselves_does_so_no_more_until_it_is_undone(world, pair, named):
    namer, other = pair[named], pair[1 - named]
    items = Items(nhs_number=other.nhs_number or "", exact=("b:19480314",), names=("hartly, sheila",))
    with gate.acting_as(world.nurse) as by:
        facts = ContactFacts(kind="personal", name="", relationship="Sister")
        contact = link_contact(by=by, resident_id=namer.id, linked_id=other.id, items=items, facts=facts)
    before = every_row()
    merge = merged(world, *pair)
    contact.refresh_from_db()
    assert (contact.resident_id, contact.resident_link_id, contact.ends_on) == (pair[0].id, None, clock.today())
    undone(world, merge)
    after = every_row()
    made = {key for key in after if key not in before}
    assert {key: row for key, row in after.items() if key not in made} == before


@pytest.mark.parametrize("died", [0, 1])
def test_whoever_was_told_of_a_death_that_was_the_others_is_told_so(world, pair, died):
    with gate.acting_as(world.nurse):
        record_death(by=world.nurse, resident_id=pair[died].id, died_on=clock.today())
        for resident, team in zip(pair, (world.ward, world.surgery), strict=True):
            open_relationship(
                resident_id=resident.id,
                team_id=team.id,
                level=Level.RECORD,
                source=Source.REGISTRATION,
                source_id=resident.id,
            )
    merge = merged(world, *pair)
    undone(world, merge)
    relay()
    alerts = Alert.objects.filter(kind="resident.death_undone")
    whose = {0: ("Bridge Street team", pair[1].id), 1: ("Ward 7", pair[0].id)}[died]
    assert list(alerts.values_list("team__name", "resident_id")) == [whose]
    assert [Resident.objects.get(id=one.id).died_on is not None for one in pair] == [died == 0, died == 1]


def test_the_same_two_can_be_merged_again(world, pair):
    undone(world, merged(world, *pair))
    merged(world, *reversed(pair))
    assert Resident.objects.get(id=pair[0].id).merged_into_id == pair[1].id

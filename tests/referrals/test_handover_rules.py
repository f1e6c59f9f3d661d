"""Handovers keep the rules of domain.md 3.4; the number of each rule stands in the names."""

from datetime import UTC, date, datetime, timedelta

import pytest

from carecoord import clock
from carecoord.audit.models import AuditEntry
from carecoord.errors import RuleError
from carecoord.outbox.models import OutboxMessage
from careplans.models import Action
from careplans.services import move_action
from neighbourhoods.gate import acting_as
from neighbourhoods.models import CaseloadEntry, Resident
from referrals.models import Handover, HandoverItem
from referrals.services.handovers import (
    close_handover,
    decline_handover,
    draft_handover,
    log_unsatisfactory,
    offer_handover,
    withdraw_handover,
)
from referrals.snapshots import Snapshot
from tests.referrals.handovers import (
    TUESDAY,
    accepted,
    action,
    drafted,
    fact,
    ken_on_the_ward,
    nothing_moves,
    offered,
    open_relationships,
    reads,
    referral,
    resident_entries,
    sees,
)

pytestmark = pytest.mark.django_db


def topics(handover):
    return list(
        OutboxMessage.objects.filter(about_id=handover.id).order_by("created_at", "id").values_list("topic", flat=True)
    )


def test_handover_rule_01_the_giver_stays_responsible_until_acceptance(world):
    ken = ken_on_the_ward(world)
    cushion = action(world, ken)
    handover = offered(world, ken, items=[cushion])
    cushion.refresh_from_db()
    assert handover.status == "offered"
    assert (handover.accountable_team, handover.waiting_on) == (world.ward, world.nursing)
    assert cushion.accountable_team == world.ward
    assert resident_entries(ken) == [("Ward 7", True)]


def test_handover_rule_01_at_no_state_is_an_open_handover_without_an_accountable_team(world):
    ken = ken_on_the_ward(world)
    first = drafted(world, ken)
    assert first.accountable_team == world.ward
    with acting_as(world.ward_nurse):
        second = offer_handover(by=world.ward_nurse, handover_id=first.id)
    assert second.accountable_team == world.ward
    third = accepted(world, second, read_back=[True, False], note="The form is not here yet")
    assert (third.status, third.accountable_team) == ("accepted", world.nursing)


def test_handover_rule_02_accepting_moves_everything_that_was_ticked_in_one_go(world):
    ken = ken_on_the_ward(world)
    goes, stays = action(world, ken, "First visit"), action(world, ken, "Discharge letter")
    handover = accepted(world, offered(world, ken, items=[goes]))
    goes.refresh_from_db(), stays.refresh_from_db()
    assert goes.accountable_team == world.nursing
    assert stays.accountable_team == world.ward
    assert sorted(resident_entries(ken)) == [("Millbrook Community Nursing", True), ("Ward 7", False)]
    assert (handover.status, handover.accountable_team) == ("closed", None)
    moved = dict(HandoverItem.objects.filter(handover=handover).values_list("title", "moved_at"))
    assert moved["First visit"] is not None
    assert moved["Discharge letter"] is None


def test_handover_rule_02_the_receiver_sees_the_record_from_then_on_and_the_giver_no_longer(world):
    ken = ken_on_the_ward(world)
    cushion = action(world, ken)
    handover = offered(world, ken, items=[cushion])
    assert (sees(world.ward_nurse, ken), sees(world.nurse, ken)) == (True, False)
    accepted(world, handover)
    assert (sees(world.ward_nurse, ken), sees(world.nurse, ken)) == (False, True)
    assert resident_entries(ken) == [("Millbrook Community Nursing", True)]
    assert {(team, level) for team, level, _ in open_relationships(ken)} == {("Millbrook Community Nursing", "record")}


def test_handover_rule_02_a_ticked_referral_gets_a_new_sender_and_its_receiver_stays(world):
    ken = ken_on_the_ward(world)
    sent = referral(world, ken)
    handover = accepted(world, offered(world, ken, items=[sent]))
    sent.refresh_from_db()
    assert (sent.from_team, sent.accountable_team, sent.to_team) == (world.nursing, world.nursing, world.carers)
    item = HandoverItem.objects.get(handover=handover)
    assert (item.title, item.due_at) == (f"Referral {sent.reference}: Carers' support", sent.respond_by)
    assert sees(world.ward_nurse, ken) is False


def test_the_giver_keeps_the_resident_while_something_of_theirs_stays_open(world):
    ken = ken_on_the_ward(world)
    action(world, ken, "Discharge letter")
    accepted(world, offered(world, ken))
    assert sees(world.ward_nurse, ken) is True
    assert ("Ward 7", False) in resident_entries(ken)


def test_the_giver_keeps_the_resident_when_it_stays_involved(world):
    ken = ken_on_the_ward(world)
    accepted(world, offered(world, ken, giver_stays_involved=True))
    assert sees(world.ward_nurse, ken) is True
    assert sorted(resident_entries(ken)) == [("Millbrook Community Nursing", True), ("Ward 7", False)]


def test_a_lead_that_is_a_third_team_stays_the_lead(world):
    ken = world.resident()
    with acting_as(world.nurse):
        from neighbourhoods.services import open_caseload_entry

        open_caseload_entry(by=world.nurse, resident_id=ken.id, team_id=world.ward.id)
    handover = offered(world, ken, to_team_id=world.surgery.id, kind="team")
    accepted(world, handover, by=world.gp)
    assert sorted(resident_entries(ken)) == [("Bridge Street team", False), ("Millbrook Community Nursing", True)]


def test_an_item_that_ended_in_between_does_not_move_and_the_rest_does(world):
    ken = ken_on_the_ward(world)
    ended, open_still = action(world, ken, "Wound photo"), action(world, ken, "First visit")
    handover = offered(world, ken, items=[ended, open_still])
    with acting_as(world.ward_nurse):
        move_action(by=world.ward_nurse, action_id=ended.id, verb="complete")
    handover = accepted(world, handover)
    ended.refresh_from_db(), open_still.refresh_from_db()
    assert (ended.status, ended.accountable_team) == ("completed", None)
    assert open_still.accountable_team == world.nursing
    entry = AuditEntry.objects.get(verb="handover.accepted", about_id=handover.id)
    assert entry.detail["moved"] == [str(open_still.id)]
    assert entry.detail["skipped"] == [str(ended.id)]


def test_handover_rule_03_a_refusal_is_recorded_like_an_acceptance_and_moves_nothing(world):
    ken = ken_on_the_ward(world)
    cushion = action(world, ken)
    handover = offered(world, ken, items=[cushion])
    with acting_as(world.nurse):
        handover = decline_handover(by=world.nurse, handover_id=handover.id, reason="We have no nurse until Monday")
    cushion.refresh_from_db()
    assert (handover.status, handover.answer_reason) == ("declined", "We have no nurse until Monday")
    assert (handover.answered_by_id, handover.accountable_team) == (world.nurse.membership_id, None)
    assert handover.answered_at is not None
    assert cushion.accountable_team == world.ward
    assert topics(handover) == ["handover.offered", "handover.declined"]
    assert open_relationships(ken) == [r for r in open_relationships(ken) if r[0] == "Ward 7"]


@pytest.mark.parametrize("reason", ["", "   ", "\n"])
def test_handover_rule_03_declining_without_a_reason_is_refused(world, reason):
    ken = ken_on_the_ward(world)
    handover = offered(world, ken)
    with nothing_moves(world, ken), acting_as(world.nurse), pytest.raises(RuleError) as refusal:
        decline_handover(by=world.nurse, handover_id=handover.id, reason=reason)
    assert (refusal.value.sentence, refusal.value.field) == ("Say why you decline.", "reason")


def test_handover_rule_04_time_place_people_present_and_satisfaction_are_kept(world):
    ken = ken_on_the_ward(world)
    at = TUESDAY + timedelta(hours=6)
    handover = offered(world, ken, takes_place_at=at, place="Bay 3", others_present="Sheila", pathway=1)
    with clock.at(TUESDAY + timedelta(days=900)):
        handover = accepted(world, handover, is_satisfactory=True)
    handover.refresh_from_db()
    assert (handover.takes_place_at, handover.place, handover.others_present, handover.pathway) == (
        at,
        "Bay 3",
        "Sheila",
        1,
    )
    assert handover.written_by_id == world.ward_nurse.membership_id
    assert handover.answered_by_id == world.nurse.membership_id
    assert handover.answered_at == TUESDAY + timedelta(days=900)
    assert handover.is_satisfactory is True


def test_handover_rule_05_an_unanswered_handover_blocks_neither_care_nor_record(world):
    ken = ken_on_the_ward(world)
    offered(world, ken)
    later = action(world, ken, "Added while it waits")
    assert later.accountable_team == world.ward
    assert sees(world.ward_nurse, ken) is True


def test_handover_rule_06_an_unsatisfactory_handover_is_logged_afterwards_with_time_and_author(world):
    ken = ken_on_the_ward(world)
    handover = accepted(world, offered(world, ken))
    with clock.at(datetime(2026, 11, 30, 9, 5, tzinfo=UTC)), acting_as(world.second_nurse):
        log_unsatisfactory(by=world.second_nurse, handover_id=handover.id, why="The dressing list was missing")
    with clock.at(datetime(2026, 12, 1, 10, 0, tzinfo=UTC)), acting_as(world.ward_nurse):
        handover = log_unsatisfactory(by=world.ward_nurse, handover_id=handover.id, why="Sent it today")
    assert handover.is_satisfactory is False
    assert handover.unsatisfactory_why == (
        "30-Nov-2026 09:05, Second Nurse: The dressing list was missing\n01-Dec-2026 10:00, Ward Nurse: Sent it today"
    )
    told = OutboxMessage.objects.filter(topic="handover.unsatisfactory").order_by("created_at")
    assert [message.payload["told_team_id"] for message in told] == [str(world.ward.id), str(world.nursing.id)]


def test_handover_rule_06_it_can_be_said_when_accepting_and_then_needs_a_why(world):
    ken = ken_on_the_ward(world)
    handover = offered(world, ken)
    with nothing_moves(world, ken), pytest.raises(RuleError) as refusal:
        accepted(world, handover, is_satisfactory=False)
    assert refusal.value.field == "why"
    handover = accepted(world, handover, is_satisfactory=False, why="Two hours late")
    assert handover.unsatisfactory_why.endswith("Nurse: Two hours late")
    assert topics(handover) == ["handover.offered", "handover.accepted", "handover.unsatisfactory", "handover.closed"]


def test_handover_rule_06_only_the_two_teams_log_it_and_only_once_it_was_offered(world):
    ken = ken_on_the_ward(world)
    handover = drafted(world, ken)
    with acting_as(world.ward_nurse), pytest.raises(RuleError, match="never offered"):
        log_unsatisfactory(by=world.ward_nurse, handover_id=handover.id, why="x")
    with acting_as(world.outsider), pytest.raises(Handover.DoesNotExist):
        log_unsatisfactory(by=world.outsider, handover_id=handover.id, why="x")


def test_handover_rule_07_a_handover_may_be_of_anybody_at_any_time_with_one_sentence(world):
    ken = ken_on_the_ward(world)
    with acting_as(world.ward_nurse):
        handover = draft_handover(
            by=world.ward_nurse,
            resident_id=ken.id,
            from_team_id=world.ward.id,
            to_team_id=world.nursing.id,
            kind="team",
            situation="Needs a visit tonight.",
        )
        assert offer_handover(by=world.ward_nurse, handover_id=handover.id).status == "offered"


def test_handover_rule_08_the_snapshot_stays_as_it_was_when_the_record_changes_later(world):
    ken = ken_on_the_ward(world)
    alert = fact(ken, "alert", "May walk out if alone")
    cushion = action(world, ken, "Pressure cushion on order")
    with clock.at(TUESDAY):
        handover = offered(world, ken, items=[cushion])
    before = Handover.objects.get(id=handover.id).snapshot
    alert.ended_at = TUESDAY
    alert.save_changes("ended_at")
    Resident.objects.filter(id=ken.id).update(family_name="Other")
    Action.objects.filter(id=cushion.id).update(title="Changed")
    handover = Handover.objects.get(id=accepted(world, handover).id)
    assert handover.snapshot == before
    snapshot = Snapshot.of(handover.snapshot, is_restricted=False)
    assert snapshot.taken_at == TUESDAY
    assert snapshot.of_kind("alert") == ("May walk out if alone",)
    assert snapshot.person["family_name"] == "Hartley"
    assert HandoverItem.objects.get(handover=handover).title == "Pressure cushion on order"


def test_handover_rule_09_each_item_says_whether_it_goes_or_stays_with_its_words_team_and_clock(world):
    ken = ken_on_the_ward(world)
    goes = action(world, ken, "First visit", due_on=date(2026, 11, 25))
    action(world, ken, "Discharge letter", due_on=None)
    handover = offered(world, ken, items=[goes])
    rows = HandoverItem.objects.filter(handover=handover).values_list("title", "goes", "team_name", "due_on")
    assert list(rows) == [
        ("First visit", True, "Ward 7, Test General", date(2026, 11, 25)),
        ("Discharge letter", False, "Ward 7, Test General", None),
    ]


def test_handover_rule_10_what_is_expected_and_missing_is_named(world):
    ken = ken_on_the_ward(world, gp_practice_id=None, nhs_number=None)
    handover = offered(world, ken, background="", read_back_items=[])
    assert Snapshot.of(handover.snapshot, is_restricted=False).missing == (
        "resuscitation status",
        "allergies",
        "current problems",
        "background",
        "what Ken wants (goals)",
        "who the key worker is",
        "the GP practice",
        "the NHS number",
        "the discharge pathway",
        "the time of discharge",
        "what must be in place before Ken arrives",
        "key items to read back",
    )


def test_handover_rule_10_nothing_is_missing_once_everything_is_there(world):
    ken = ken_on_the_ward(world)
    for kind in ("cpr", "no_known_allergies", "problem"):
        fact(ken, kind, kind)
    with acting_as(world.ward_nurse):
        from careplans.services import add_goal, create_plan

        plan = create_plan(by=world.ward_nurse, resident_id=ken.id)
        add_goal(by=world.ward_nurse, plan_id=plan.id, title="Be at home with Sheila")
    CaseloadEntry.objects.filter(resident=ken).update(key_worker_id=world.ward_nurse.membership_id)
    snapshot = Snapshot.of(
        offered(world, ken, pathway=1, takes_place_at=TUESDAY, needs=["Bed, equipment service"]).snapshot,
        is_restricted=False,
    )
    assert snapshot.missing == ()
    assert snapshot.goals == ("Be at home with Sheila",)


def test_handover_rule_11_a_complete_read_back_closes_the_handover_in_the_same_transaction(world):
    ken = ken_on_the_ward(world)
    handover = accepted(world, offered(world, ken), read_back=[True, True])
    assert (handover.status, handover.read_back, handover.ended_at) == ("closed", [True, True], handover.ended_at)
    assert handover.ended_at is not None
    assert topics(handover) == ["handover.offered", "handover.accepted", "handover.closed"]


def test_handover_rule_11_an_incomplete_read_back_needs_a_note_and_leaves_it_open(world):
    ken = ken_on_the_ward(world)
    handover = offered(world, ken)
    with nothing_moves(world, ken), pytest.raises(RuleError) as refusal:
        accepted(world, handover, read_back=[True, False])
    assert (refusal.value.sentence, refusal.value.field) == ("Say why 1 of 2 are not read back.", "note")
    handover = accepted(world, handover, read_back=[True, False], note="The form comes with Ken")
    assert (handover.status, handover.waiting_on) == ("accepted", world.nursing)
    assert topics(handover) == ["handover.offered", "handover.accepted"]
    with acting_as(world.nurse), pytest.raises(RuleError, match="Read every item back"):
        close_handover(by=world.nurse, handover_id=handover.id)
    with acting_as(world.nurse):
        handover = close_handover(by=world.nurse, handover_id=handover.id, read_back=[True, True])
    assert (handover.status, handover.accountable_team) == ("closed", None)


@pytest.mark.parametrize("answers", [[], [True], [True, True, True]])
def test_handover_rule_11_the_read_back_has_one_answer_for_each_item(world, answers):
    ken = ken_on_the_ward(world)
    handover = offered(world, ken)
    with nothing_moves(world, ken), pytest.raises(RuleError, match="Answer for each"):
        accepted(world, handover, read_back=answers)


def test_handover_rule_12_an_open_item_leaves_the_list_only_by_being_done_or_accepted(world):
    ken = ken_on_the_ward(world)
    cushion = action(world, ken)
    handover = offered(world, ken, items=[cushion])
    with acting_as(world.ward_nurse):
        withdraw_handover(by=world.ward_nurse, handover_id=handover.id, reason="He stays another night")
    cushion.refresh_from_db()
    assert (cushion.accountable_team, cushion.status) == (world.ward, "not_started")


def test_handover_rule_14_both_teams_find_the_handover_and_the_person_afterwards(world):
    from neighbourhoods.identities import identities_of

    ken = ken_on_the_ward(world)
    handover = accepted(world, offered(world, ken))
    assert reads(world.ward_nurse, handover) is True
    with acting_as(world.ward_nurse):
        assert identities_of([ken.id])[ken.id].family_name == "Hartley"


def test_handover_rule_15_a_colleague_who_was_not_there_reads_what_happened(world):
    ken = ken_on_the_ward(world)
    handover = accepted(world, offered(world, ken))
    assert reads(world.second_nurse, handover) is True
    assert reads(world.ward_lead, handover) is True


def test_handover_rule_17_before_acceptance_the_receiver_reads_the_handover_and_not_the_record(world):
    ken = ken_on_the_ward(world)
    handover = offered(world, ken)
    assert (reads(world.nurse, handover), sees(world.nurse, ken)) == (True, False)
    assert (reads(world.outsider, handover), sees(world.outsider, ken)) == (False, False)
    with acting_as(world.nurse):
        assert HandoverItem.objects.visible_to(world.nurse).count() == HandoverItem.objects.count()


def test_handover_rule_17_a_draft_is_not_yet_the_receivers_to_read(world):
    handover = drafted(world, ken_on_the_ward(world))
    assert (reads(world.ward_nurse, handover), reads(world.nurse, handover)) == (True, False)


def test_handover_rule_17_the_receiver_loses_the_card_when_the_offer_is_withdrawn_or_declined(world):
    ken = ken_on_the_ward(world)
    handover = offered(world, ken)
    assert ("Millbrook Community Nursing", "card", "handover") in open_relationships(ken)
    with acting_as(world.ward_nurse):
        withdraw_handover(by=world.ward_nurse, handover_id=handover.id, reason="Not yet")
    assert [row for row in open_relationships(ken) if row[1] == "card"] == []


def test_handover_rule_18_the_minimum_dataset_is_in_the_snapshot(world):
    ken = ken_on_the_ward(world)
    facts = {
        "cpr": "Not for resuscitation",
        "allergy": "Penicillin",
        "problem": "Chest infection",
        "alert": "May walk out",
        "adjustment": "Picture labels",
        "legal": "LPA (health): Sheila",
    }
    for kind, text in facts.items():
        fact(ken, kind, text)
    snapshot = Snapshot.of(offered(world, ken).snapshot, is_restricted=False)
    assert {one.kind: one.text for one in snapshot.facts} == facts
    assert dict(snapshot.responsible) == {"Lead team": "Ward 7", "GP practice": "Bridge Street Surgery"}
    assert snapshot.person["preferred_name"] == "Ken"

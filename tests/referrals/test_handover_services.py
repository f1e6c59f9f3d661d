"""Drafting, offering and answering handovers, beside the rules of domain.md 3.4 (test_handover_rules.py)."""

from datetime import UTC, datetime, timedelta

import pytest

from carecoord import clock
from carecoord.audit.models import AuditEntry
from carecoord.errors import IllegalMove, NotYours, RuleError, StaleVersion
from carecoord.ids import new_id
from carecoord.outbox.models import OutboxMessage
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Resident
from referrals.models import Handover
from referrals.services import handovers as services
from referrals.services.handovers import (
    ItemRef,
    change_draft_handover,
    enter_handover_in_error,
    offer_handover,
    withdraw_handover,
)
from referrals.snapshots import Snapshot
from tests.referrals.handovers import (
    SBAR,
    TUESDAY,
    accepted,
    action,
    drafted,
    ken_on_the_ward,
    nothing_moves,
    offered,
    open_relationships,
    resident_entries,
    sees,
)

pytestmark = pytest.mark.django_db


def test_items_of_other_teams_are_in_the_snapshot_and_stay_where_they_are(world):
    ken = world.resident()
    meals = action(world, ken, "Meals", by=world.nurse, team=world.nursing)
    with acting_as(world.nurse):
        from neighbourhoods.services import open_caseload_entry

        open_caseload_entry(by=world.nurse, resident_id=ken.id, team_id=world.ward.id)
    handover = offered(world, ken, to_team_id=world.surgery.id, kind="team")
    snapshot = Snapshot.of(handover.snapshot, is_restricted=False)
    assert [(one.title, one.team_name) for one in snapshot.elsewhere] == [
        ("Meals", "Millbrook Community Nursing, Test Community Health")
    ]
    accepted(world, handover, by=world.gp)
    meals.refresh_from_db()
    assert meals.accountable_team == world.nursing


@pytest.mark.parametrize(
    ("kind", "due"),
    [
        ("shift", datetime(2026, 11, 24, 8, 45, tzinfo=UTC)),
        ("discharge", datetime(2026, 11, 24, 12, 15, tzinfo=UTC)),
        ("out_of_hours", datetime(2026, 11, 24, 9, 15, tzinfo=UTC)),
        ("team", datetime(2026, 11, 25, 17, 0, tzinfo=UTC)),
        ("organisation", datetime(2026, 11, 25, 17, 0, tzinfo=UTC)),
    ],
)
def test_the_time_to_accept_follows_the_kind(world, kind, due):
    ken = ken_on_the_ward(world)
    with clock.at(TUESDAY):
        ends = {"ends_at": TUESDAY + timedelta(days=1)} if kind == "out_of_hours" else {}
        assert offered(world, ken, kind=kind, **ends).accept_by == due


def test_working_days_are_those_of_the_receiving_team(world):
    world.nursing.working_days = [4]
    world.nursing.save()
    with clock.at(TUESDAY):
        assert offered(world, ken_on_the_ward(world), kind="team").accept_by == datetime(2026, 11, 27, 17, tzinfo=UTC)


def test_two_people_accept_at_once_and_the_second_is_told_who_was_first(world):
    ken = ken_on_the_ward(world)
    with clock.at(TUESDAY):
        handover = accepted(world, offered(world, ken))
    with clock.at(TUESDAY + timedelta(minutes=1)), nothing_moves(world, ken), pytest.raises(IllegalMove) as refusal:
        accepted(world, handover, by=world.second_nurse)
    assert refusal.value.sentence == "Nurse accepted this today at 08:15, for Millbrook Community Nursing."


def test_accepting_what_was_withdrawn_says_so(world):
    ken = ken_on_the_ward(world)
    handover = offered(world, ken)
    with acting_as(world.ward_nurse):
        withdraw_handover(by=world.ward_nurse, handover_id=handover.id, reason="Not yet")
    with nothing_moves(world, ken), pytest.raises(IllegalMove, match="Ward 7 has withdrawn this handover"):
        accepted(world, handover)


def test_a_failure_in_the_middle_of_accepting_moves_nothing(world, monkeypatch):
    ken = ken_on_the_ward(world)
    handover = offered(world, ken, items=[action(world, ken, "One"), action(world, ken, "Two")])
    messages = OutboxMessage.objects.count()

    def broken(by, handover):
        raise OSError("the disk is full")

    monkeypatch.setattr(services.answering, "give_up", broken)
    with nothing_moves(world, ken), pytest.raises(OSError):
        accepted(world, handover)
    assert OutboxMessage.objects.count() == messages
    assert AuditEntry.objects.filter(verb="handover.accepted").count() == 0


def test_one_offer_at_a_time_between_two_teams(world):
    ken = ken_on_the_ward(world)
    offered(world, ken)
    second = drafted(world, ken)
    with acting_as(world.ward_nurse), pytest.raises(RuleError) as refusal:
        offer_handover(by=world.ward_nurse, handover_id=second.id)
    assert refusal.value.code == "already_offered"
    second.refresh_from_db()
    assert second.status == "draft"


def test_asking_twice_with_one_id_makes_one_draft(world):
    ken, chosen = ken_on_the_ward(world), new_id()
    first, second = drafted(world, ken, handover_id=chosen), drafted(world, ken, handover_id=chosen)
    assert (first.id, second.id) == (chosen, chosen)
    assert Handover.objects.count() == 1


def test_a_draft_is_changed_by_the_giver_only_and_never_after_it_was_offered(world):
    ken = ken_on_the_ward(world)
    handover = drafted(world, ken)
    with acting_as(world.nurse), pytest.raises(Handover.DoesNotExist):
        change_draft_handover(by=world.nurse, handover_id=handover.id, situation="x")
    with acting_as(world.ward_nurse):
        handover = change_draft_handover(by=world.ward_nurse, handover_id=handover.id, situation="Goes home at 15:00")
        assert (handover.situation, handover.background, handover.version) == (
            "Goes home at 15:00",
            SBAR["background"],
            2,
        )
        offer_handover(by=world.ward_nurse, handover_id=handover.id)
        with pytest.raises(IllegalMove):
            change_draft_handover(by=world.ward_nurse, handover_id=handover.id, situation="y")


def test_a_stale_draft_is_refused_and_shows_what_is_there(world):
    handover = drafted(world, ken_on_the_ward(world))
    with acting_as(world.ward_nurse):
        change_draft_handover(by=world.ward_nurse, handover_id=handover.id, version=1, situation="Mine")
    with acting_as(world.ward_lead), pytest.raises(StaleVersion) as refusal:
        change_draft_handover(by=world.ward_lead, handover_id=handover.id, version=1, situation="Yours")
    assert refusal.value.current.situation == "Mine"


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"kind": "party"}, "kind"),
        ({"pathway": 4}, "pathway"),
        ({"situation": "x" * 4001}, "situation"),
        ({"place": "x" * 151}, "place"),
        ({"read_back_items": ["x" * 201]}, "read_back_items"),
        ({"read_back_items": ["x"] * 21}, "read_back_items"),
        ({"to_team_id": None}, "to_team"),
        ({"kind": "out_of_hours", "ends_at": datetime(2020, 1, 1, tzinfo=UTC)}, "ends_at"),
    ],
)
def test_what_cannot_be_is_refused_with_the_field_it_is_about(world, words, field):
    ken = ken_on_the_ward(world)
    with pytest.raises(RuleError) as refusal:
        drafted(world, ken, **words)
    assert refusal.value.field == field
    assert Handover.objects.count() == 0


def test_teams_without_residents_receive_nothing(world):
    ken = ken_on_the_ward(world)
    privacy = world.people["privacy"].team_ids[0]
    with pytest.raises(RuleError) as refusal:
        drafted(world, ken, to_team_id=privacy)
    assert refusal.value.sentence == "Choose a team that has residents."


def test_nobody_hands_over_for_a_team_that_is_not_theirs(world):
    ken = ken_on_the_ward(world)
    with pytest.raises(NotYours):
        drafted(world, ken, from_team_id=world.surgery.id)


def test_nobody_hands_over_a_resident_they_do_not_see(world):
    ken = ken_on_the_ward(world)
    with pytest.raises(Resident.DoesNotExist):
        drafted(world, ken, by=world.outsider, from_team_id=world.highcross_nursing.id)


def test_an_item_of_another_team_cannot_be_ticked(world):
    ken = world.resident()
    meals = action(world, ken, "Meals", by=world.nurse, team=world.nursing)
    with acting_as(world.nurse):
        from neighbourhoods.services import open_caseload_entry

        open_caseload_entry(by=world.nurse, resident_id=ken.id, team_id=world.ward.id)
    with pytest.raises(RuleError) as refusal:
        drafted(world, ken, items=[meals], to_team_id=world.surgery.id)
    assert refusal.value.field == "items"


def test_an_offer_says_what_is_going_on(world):
    handover = drafted(world, ken_on_the_ward(world), situation="")
    with acting_as(world.ward_nurse), pytest.raises(RuleError) as refusal:
        offer_handover(by=world.ward_nurse, handover_id=handover.id)
    assert refusal.value.field == "situation"


def test_the_first_open_item_makes_its_team_the_lead(world):
    ken = world.resident(by=world.ward_nurse, team=world.ward, on_caseload=False)
    drafted(world, ken)
    assert resident_entries(ken) == [("Ward 7", True)]


def test_entered_in_error_moves_nothing_back(world):
    ken = ken_on_the_ward(world)
    cushion = action(world, ken)
    handover = accepted(world, offered(world, ken, items=[cushion]))
    with acting_as(world.ward_nurse):
        handover = enter_handover_in_error(by=world.ward_nurse, handover_id=handover.id, reason="Wrong person")
    cushion.refresh_from_db()
    assert (handover.status, handover.answer_reason) == ("entered_in_error", "Wrong person")
    assert cushion.accountable_team == world.nursing
    assert sees(world.nurse, ken) is True


def test_entered_in_error_takes_the_card_of_an_open_offer_back(world):
    ken = ken_on_the_ward(world)
    handover = offered(world, ken)
    with acting_as(world.ward_nurse):
        enter_handover_in_error(by=world.ward_nurse, handover_id=handover.id, reason="Wrong person")
    assert [row for row in open_relationships(ken) if row[1] == "card"] == []


def test_every_change_is_audited_by_the_person_who_made_it(world):
    handover = accepted(world, offered(world, ken_on_the_ward(world)))
    entries = AuditEntry.objects.filter(about_id=handover.id, kind="change").order_by("at", "id")
    assert list(entries.values_list("verb", "actor_id")) == [
        ("handover.drafted", world.ward_nurse.actor_id),
        ("handover.offered", world.ward_nurse.actor_id),
        ("handover.accepted", world.nurse.actor_id),
        ("handover.closed", world.nurse.actor_id),
    ]


def test_messages_carry_ids_and_nothing_else(world):
    handover = offered(world, ken_on_the_ward(world))
    message = OutboxMessage.objects.get(about_id=handover.id)
    assert message.payload == {
        "resident_id": str(handover.resident_id),
        "from_team_id": str(world.ward.id),
        "to_team_id": str(world.nursing.id),
        "return_to_team_id": None,
    }


def test_an_accepted_resident_is_handed_on_and_the_first_receiver_lets_go(world):
    ken = ken_on_the_ward(world)
    accepted(world, offered(world, ken))
    handover = offered(
        world, ken, by=world.nurse, from_team_id=world.nursing.id, to_team_id=world.surgery.id, kind="team"
    )
    accepted(world, handover, by=world.gp)
    assert resident_entries(ken) == [("Bridge Street team", True)]
    assert [sees(one, ken) for one in (world.ward_nurse, world.nurse, world.gp)] == [False, False, True]


def test_item_keys_of_a_form_name_a_kind_and_an_id():
    ref = ItemRef("action", new_id())
    assert ItemRef.of(ref.key) == ref
    for nonsense in ("", "action", "plan:1", f"plan:{ref.item_id}", "action:x"):
        with pytest.raises(ValueError):
            ItemRef.of(nonsense)

"""Handovers for a time, which return by themselves, and changes of shift (domain.md 3.4)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.urls import reverse

from carecoord import clock
from carecoord.alerts.models import Alert
from carecoord.audit import ActorKind
from carecoord.audit.models import AuditEntry
from carecoord.errors import IllegalMove, NotYours, RuleError
from carecoord.outbox.models import OutboxMessage
from carecoord.outbox.tasks import relay
from careplans.services import move_action
from neighbourhoods.gate import acting_as
from neighbourhoods.models import CaseloadEntry
from neighbourhoods.services import open_caseload_entry
from referrals import tasks
from referrals.models import Handover
from referrals.services.handovers import (
    close_handover,
    end_cover,
    read_back_return,
    return_ended_handovers,
    returning,
)
from tests.referrals.handovers import (
    accepted,
    action,
    ken_on_the_ward,
    nothing_moves,
    offered,
    open_relationships,
    referral,
    resident_entries,
    sees,
)
from tests.world import sign_in

pytestmark = pytest.mark.django_db

EVENING = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
MORNING = EVENING + timedelta(hours=14)


@pytest.fixture
def cover(world):
    """Ken is the nurses'; the ward covers the night, with one of his two actions."""
    ken = world.resident(given_name="Kenneth")
    with clock.at(EVENING):
        goes = action(world, ken, "Insulin at 22:00", by=world.nurse, team=world.nursing)
        action(world, ken, "Order pads", by=world.nurse, team=world.nursing)
        handover = offered(
            world,
            ken,
            by=world.nurse,
            from_team_id=world.nursing.id,
            to_team_id=world.ward.id,
            kind="out_of_hours",
            ends_at=MORNING,
            items=[goes],
        )
        accepted(world, handover, by=world.ward_nurse)
    handover.refresh_from_db()
    return handover, goes


def test_who_was_given_the_resident_for_good_while_covering_goes_on_leading_when_the_cover_ends(world, cover):
    handover, _ = cover
    with acting_as(world.nurse):
        open_caseload_entry(by=world.nurse, resident_id=handover.resident_id, team_id=world.surgery.id)
    with clock.at(EVENING + timedelta(hours=1)):
        action(world, handover.resident, "Repeat prescription", by=world.gp, team=world.surgery)
        for_good = offered(
            world,
            handover.resident,
            by=world.nurse,
            from_team_id=world.nursing.id,
            to_team_id=world.ward.id,
            kind="organisation",
        )
        accepted(world, for_good, by=world.ward_nurse)
        with acting_as(world.nurse if sees(world.nurse, handover.resident) else world.ward_nurse) as by:
            end_cover(by=by, handover_id=handover.id, reason="It is theirs now")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    leads = CaseloadEntry.objects.get(resident=handover.resident, is_lead=True, ended_at=None)
    assert leads.team_id == world.ward.id


def test_cover_moves_the_items_but_not_the_lead_and_stays_open_until_its_end(world, cover):
    handover, goes = cover
    goes.refresh_from_db()
    assert goes.accountable_team == world.ward
    assert (handover.status, handover.accountable_team, handover.return_to_team) == (
        "accepted",
        world.ward,
        world.nursing,
    )
    assert sorted(resident_entries(handover.resident)) == [("Millbrook Community Nursing", True), ("Ward 7", False)]
    assert (sees(world.nurse, handover.resident), sees(world.ward_nurse, handover.resident)) == (True, True)


def test_before_its_end_nothing_returns(world, cover):
    with clock.at(MORNING - timedelta(seconds=1)), nothing_moves(world, cover[0].resident):
        assert return_ended_handovers() == 0


def test_at_its_end_what_is_still_open_goes_back(world, cover):
    handover, goes = cover
    with clock.at(MORNING):
        assert return_ended_handovers() == 1
    handover.refresh_from_db(), goes.refresh_from_db()
    assert (handover.status, handover.accountable_team, handover.returned_at) == ("closed", None, MORNING)
    assert goes.accountable_team == world.nursing
    assert resident_entries(handover.resident) == [("Millbrook Community Nursing", True)]
    assert sees(world.ward_nurse, handover.resident) is False
    assert {team for team, _, _ in open_relationships(handover.resident)} == {"Millbrook Community Nursing"}
    message = OutboxMessage.objects.get(topic="handover.returned")
    assert message.payload["return_to_team_id"] == str(world.nursing.id)
    entry = AuditEntry.objects.get(verb="handover.returned")
    assert (entry.actor_kind, entry.actor_id) == (ActorKind.TEAM, world.ward.id)
    assert entry.detail["moved"] == [str(goes.id)]


def test_a_referral_goes_back_too(world):
    ken = world.resident()
    with clock.at(EVENING):
        sent = referral(world, ken, by=world.nurse, team=world.nursing)
        night = {"from_team_id": world.nursing.id, "to_team_id": world.ward.id, "kind": "out_of_hours"}
        accepted(
            world, offered(world, ken, by=world.nurse, ends_at=MORNING, items=[sent], **night), by=world.ward_nurse
        )
        sent.refresh_from_db()
        assert sent.accountable_team == world.ward
    with clock.at(MORNING):
        assert return_ended_handovers() == 1
    sent.refresh_from_db()
    assert (sent.accountable_team, sent.from_team) == (world.nursing, world.nursing)
    assert sees(world.ward_nurse, ken) is False


def test_returning_twice_is_returning_once(world, cover):
    with clock.at(MORNING):
        assert tasks.return_ended_handovers() == 1
        with nothing_moves(world, cover[0].resident):
            assert tasks.return_ended_handovers() == 0
    assert OutboxMessage.objects.filter(topic="handover.returned").count() == 1


def test_a_worker_on_its_sweep_returns_it_as_the_covering_team(world, cover):
    with clock.at(MORNING), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL ROLE app_system")
        assert return_ended_handovers() == 1
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            assert cursor.fetchone() == ("app_system",)
            cursor.execute("SET LOCAL ROLE NONE")
    assert Handover.objects.get().status == "closed"


def test_what_was_done_in_the_night_does_not_come_back(world, cover):
    handover, goes = cover
    with clock.at(EVENING + timedelta(hours=4)), acting_as(world.ward_nurse):
        move_action(by=world.ward_nurse, action_id=goes.id, verb="complete")
    with clock.at(MORNING):
        return_ended_handovers()
    goes.refresh_from_db()
    assert (goes.status, goes.accountable_team) == ("completed", None)
    assert sees(world.ward_nurse, handover.resident) is False


def test_what_the_cover_began_stays_with_it_and_so_does_the_record(world, cover):
    handover, _ = cover
    with clock.at(EVENING + timedelta(hours=4)):
        begun = action(world, handover.resident, "Ring the surgery")
    with clock.at(MORNING):
        return_ended_handovers()
    begun.refresh_from_db()
    assert begun.accountable_team == world.ward
    assert sees(world.ward_nurse, handover.resident) is True


def test_a_team_that_had_the_resident_before_keeps_them_after_the_cover(world):
    ken = world.resident()
    with acting_as(world.nurse), clock.at(EVENING - timedelta(days=9)):
        open_caseload_entry(by=world.nurse, resident_id=ken.id, team_id=world.ward.id)
    with clock.at(EVENING):
        away = {"from_team_id": world.nursing.id, "to_team_id": world.ward.id, "kind": "leave_cover"}
        accepted(world, offered(world, ken, by=world.nurse, ends_at=MORNING, **away), by=world.ward_nurse)
    with clock.at(MORNING):
        assert return_ended_handovers() == 1
    assert ("Ward 7", False) in resident_entries(ken)
    assert sees(world.ward_nurse, ken) is True


def test_one_that_fails_leaves_the_others_to_return(world, cover, monkeypatch, caplog):
    first, _ = cover
    with clock.at(EVENING):
        other = world.resident(given_name="Sheila")
        away = {"from_team_id": world.nursing.id, "to_team_id": world.ward.id, "kind": "out_of_hours"}
        second = offered(world, other, by=world.nurse, ends_at=MORNING + timedelta(minutes=1), **away)
        accepted(world, second, by=world.ward_nurse)
    real = returning._give_back

    def broken(by, handover):
        if handover.id == first.id:
            raise OSError("the disk is full")
        return real(by, handover)

    monkeypatch.setattr(returning, "_give_back", broken)
    with clock.at(MORNING + timedelta(hours=1)):
        with nothing_moves(world, first.resident):
            assert return_ended_handovers() == 1
        monkeypatch.undo()
        assert return_ended_handovers() == 1
    assert set(Handover.objects.values_list("status", flat=True)) == {"closed"}
    assert "was not returned: OSError" in caplog.text


def test_the_cover_reads_back_without_closing_and_then_waits_for_the_end(world, cover):
    handover, _ = cover
    Handover.objects.filter(id=handover.id).update(read_back=[True, False])
    with clock.at(EVENING), acting_as(world.ward_nurse):
        handover = close_handover(by=world.ward_nurse, handover_id=handover.id, read_back=[True, True])
        assert (handover.status, handover.read_back) == ("accepted", [True, True])
        with pytest.raises(RuleError, match="lasts until 25-Nov-2026 08:00, and goes back to Millbrook"):
            close_handover(by=world.ward_nurse, handover_id=handover.id, read_back=[True, True])


def test_cover_cannot_be_offered_without_an_end(world):
    with pytest.raises(RuleError) as refusal:
        offered(world, ken_on_the_ward(world), kind="out_of_hours")
    assert refusal.value.field == "ends_at"


def test_cover_returns_to_a_team_of_the_givers_own_only(world):
    ken = ken_on_the_ward(world)
    with pytest.raises(RuleError) as refusal:
        offered(
            world,
            ken,
            kind="leave_cover",
            ends_at=clock.now() + timedelta(days=1),
            return_to_team_id=world.surgery.id,
        )
    assert refusal.value.field == "return_to_team"


def test_a_change_of_shift_within_one_team_is_recorded_and_moves_nothing(world):
    ken = ken_on_the_ward(world)
    cushion = action(world, ken)
    handover = offered(world, ken, kind="shift", to_team_id=world.ward.id, items=[cushion])
    before = (resident_entries(ken), open_relationships(ken))
    handover = accepted(world, handover, by=world.ward_lead)
    cushion.refresh_from_db()
    assert (handover.status, handover.answered_by_id) == ("closed", world.ward_lead.membership_id)
    assert cushion.accountable_team == world.ward
    assert (resident_entries(ken), open_relationships(ken)) == before


def test_nobody_accepts_their_own_change_of_shift(world):
    ken = ken_on_the_ward(world)
    handover = offered(world, ken, kind="shift", to_team_id=world.ward.id)
    with nothing_moves(world, ken), pytest.raises(RuleError) as refusal:
        accepted(world, handover, by=world.ward_nurse)
    assert refusal.value.code == "own_handover"


def test_a_shift_between_two_teams_moves_the_items_and_leaves_the_lead(world):
    ken = ken_on_the_ward(world)
    cushion = action(world, ken)
    accepted(world, offered(world, ken, kind="shift", items=[cushion]))
    cushion.refresh_from_db()
    assert cushion.accountable_team == world.nursing
    assert sorted(resident_entries(ken)) == [("Millbrook Community Nursing", False), ("Ward 7", True)]


# --- the read-back when cover returns (rule 11), and its end before its end -------------------------------------------


def returned(world, handover):
    with clock.at(MORNING):
        return_ended_handovers()
    handover.refresh_from_db()
    return handover


def read_back(by, handover, *answers):
    with acting_as(by):
        return read_back_return(by=by, handover_id=handover.id, read_back=list(answers))


def test_handover_rule_11_whoever_has_them_back_is_asked_to_read_back_and_does_it_once(world, client, cover):
    handover = returned(world, cover[0])
    with clock.at(MORNING):
        sign_in(client, world, "nurse")
        page = client.get(reverse("handover", args=[handover.id])).content.decode()
        assert "Not read back yet: ring Ward 7, and tick each key item." in page
        assert "Finish the read-back" in page
        with pytest.raises(RuleError, match="Read every item back first"):
            read_back(world.nurse, handover, True, False)
        answer = client.post(reverse("handover_close", args=[handover.id]), {"read_back_1": "on", "read_back_2": "on"})
        assert answer.status_code == 302
        handover.refresh_from_db()
        assert handover.return_read_back_by_id == world.nurse.membership_id
        page = client.get(reverse("handover", args=[handover.id])).content.decode()
        assert f"Read back by {world.nurse.name}" in page.replace("\xa0", " ")
        assert "Finish the read-back" not in page
        version = handover.version
        read_back(world.nurse, handover, True, True)
    handover.refresh_from_db()
    assert handover.version == version


def test_only_the_team_that_has_them_back_reads_back_and_only_then(world, cover):
    with pytest.raises(IllegalMove, match="The cover lasts still"):
        read_back(world.nurse, cover[0], True, True)
    handover = returned(world, cover[0])
    with pytest.raises(NotYours):
        read_back(world.ward_nurse, handover, True, True)


def ended(by, handover, reason="Back from leave already"):
    with acting_as(by):
        return end_cover(by=by, handover_id=handover.id, reason=reason)


@pytest.mark.parametrize("who", ["nurse", "ward_nurse"])
def test_either_team_ends_cover_early_and_all_that_moved_is_back(world, cover, who):
    handover, goes = cover
    with clock.at(EVENING + timedelta(hours=2)):
        found = ended(world.people[who], handover)
    goes.refresh_from_db(), handover.refresh_from_db()
    assert (found.status, handover.accountable_team, goes.accountable_team) == ("closed", None, world.nursing)
    assert handover.returned_at == EVENING + timedelta(hours=2)
    assert handover.ended_early_why == "Back from leave already"
    assert sees(world.ward_nurse, handover.resident) is False
    assert AuditEntry.objects.get(verb="handover.ended_early").actor_id == world.people[who].actor_id
    with clock.at(MORNING):
        relay()
    told = set(Alert.objects.filter(kind__in=["handover.ended_early", "handover.returned"]).values_list("kind", "team"))
    both = {("handover.returned", world.nursing.id)}
    assert told == (both | {("handover.ended_early", world.ward.id)} if who == "nurse" else both)


def test_ending_cover_early_needs_a_reason_a_side_and_cover(world, cover):
    handover, _ = cover
    with nothing_moves(world, handover.resident):
        with pytest.raises(RuleError, match="Say why the cover ends now"):
            ended(world.nurse, handover, "  ")
        with pytest.raises(Handover.DoesNotExist):
            ended(world.outsider, handover)
    returned(world, handover)
    with pytest.raises(IllegalMove, match="There is no cover to end here"):
        ended(world.nurse, handover)
    lasting = accepted(world, offered(world, ken_on_the_ward(world)))
    with pytest.raises(IllegalMove, match="There is no cover to end here"):
        ended(world.nurse, lasting)


def test_cover_is_ended_from_its_page(world, client, cover):
    handover, goes = cover
    with clock.at(EVENING + timedelta(hours=1)):
        sign_in(client, world, "nurse")
        assert "End this cover now" in client.get(reverse("handover", args=[handover.id])).content.decode()
        there = reverse("handover_reason", args=[handover.id, "end-cover"])
        assert client.post(there, {"reason": ""}).status_code == 422
        assert client.post(there, {"reason": "Back early"}).status_code == 302
        page = client.get(reverse("handover", args=[handover.id])).content.decode()
    assert "It ended early." in page
    assert "End this cover now" not in page
    goes.refresh_from_db()
    assert goes.accountable_team == world.nursing

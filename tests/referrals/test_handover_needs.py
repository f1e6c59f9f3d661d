"""Going home from hospital: what must be in place before they arrive, and who says that it is."""

from datetime import timedelta

import pytest
from django.db import connection, transaction

from carecoord import clock
from carecoord.alerts.models import Alert
from carecoord.audit.models import AuditEntry
from carecoord.errors import IllegalMove, NotYours, RuleError
from carecoord.outbox.tasks import relay
from neighbourhoods.gate import acting_as
from neighbourhoods.services import open_caseload_entry
from referrals import tasks
from referrals.models import Handover, HandoverNeedMark
from referrals.services.handovers import (
    change_draft_handover,
    mark_need,
    needs_said,
    tell_missing_needs,
    withdraw_handover,
)
from referrals.snapshots import Snapshot
from tests.referrals.handovers import TUESDAY, accepted, drafted, ken_on_the_ward, offered, reads
from tests.referrals.test_handover_pages import page, posted, text

pytestmark = pytest.mark.django_db
NEEDS = ["Oxygen, by the supplier", "Key safe, Karen"]


def marked(world, handover, number=1, *, by=None, is_in_place=True):
    by = by or world.nurse
    with acting_as(by):
        return mark_need(by=by, handover_id=handover.id, number=number, is_in_place=is_in_place)


def in_place(world, handover):
    with acting_as(world.nurse):
        return {number: mark.is_in_place for number, mark in needs_said(world.nurse, handover).items()}


def test_either_side_says_that_it_is_in_place_and_that_it_is_not_after_all(world):
    handover = offered(world, ken_on_the_ward(world), needs=NEEDS)
    marked(world, handover, 1, by=world.ward_nurse)
    handover = accepted(world, handover)
    assert handover.status == "closed"
    marked(world, handover, 2)
    assert in_place(world, handover) == {1: True, 2: True}
    marked(world, handover, 1, is_in_place=False)
    assert in_place(world, handover) == {1: False, 2: True}
    written = AuditEntry.objects.filter(verb__startswith="handover.need").order_by("id")
    assert [entry.verb for entry in written] == [
        "handover.need_in_place",
        "handover.need_in_place",
        "handover.need_not_in_place",
    ]


def test_saying_again_what_holds_changes_nothing(world):
    handover = offered(world, ken_on_the_ward(world), needs=NEEDS)
    marked(world, handover, is_in_place=False)
    assert HandoverNeedMark.objects.count() == 0
    marked(world, handover), marked(world, handover, by=world.ward_nurse)
    assert HandoverNeedMark.objects.get().said_by_id == world.nurse.membership_id


@pytest.mark.parametrize("number", [0, 3, 2_000])
def test_what_was_not_asked_for_cannot_be_in_place(world, number):
    with pytest.raises(RuleError):
        marked(world, offered(world, ken_on_the_ward(world), needs=NEEDS), number)


def test_nothing_is_ticked_in_a_draft_or_after_a_refusal(world):
    with pytest.raises(IllegalMove):
        marked(world, drafted(world, ken_on_the_ward(world), needs=NEEDS), by=world.ward_nurse)


def test_whoever_stands_on_neither_side_ticks_nothing(world):
    ken = ken_on_the_ward(world)
    handover = offered(world, ken, needs=NEEDS)
    with pytest.raises(Handover.DoesNotExist):
        marked(world, handover, by=world.outsider)
    with acting_as(world.ward_nurse):
        open_caseload_entry(by=world.ward_nurse, resident_id=ken.id, team_id=world.surgery.id)
    assert reads(world.gp, handover) is True
    with pytest.raises(NotYours):
        marked(world, handover, by=world.gp)


def test_they_are_changed_in_the_draft_and_go_with_another_kind(world):
    handover = drafted(world, ken_on_the_ward(world), needs=[" Bed ", "", "Commode"])
    assert handover.needs == ["Bed", "Commode"]
    with acting_as(world.ward_nurse):
        handover = change_draft_handover(by=world.ward_nurse, handover_id=handover.id, kind="team")
    assert handover.needs == []


@pytest.mark.parametrize("needs", [["x" * 201], ["one"] * 21, ["two\u2028lines"]])
def test_too_many_and_too_long_ones_are_refused_at_their_field(world, needs):
    with pytest.raises(RuleError) as refusal:
        drafted(world, ken_on_the_ward(world), needs=needs)
    assert refusal.value.field == "needs"


def test_the_receiver_reads_that_none_are_given(world):
    snapshot = Snapshot.of(offered(world, ken_on_the_ward(world)).snapshot, is_restricted=False)
    assert "what must be in place before Ken arrives" in snapshot.missing


def test_the_ward_writes_them_and_the_receiver_ticks_them(world, signed_in):
    ken = ken_on_the_ward(world)
    form = f"/residents/{ken.id}/hand-over/"
    shown = text(signed_in("ward_nurse").post(form, posted(world, ken, needs="\r\n".join(NEEDS)), follow=True))
    assert "2 of 2 not in place yet." in shown
    handover = Handover.objects.get()
    client = signed_in("nurse")
    assert "Oxygen, by the supplier" in text(client.get(page(handover)))
    typed = {"number": "1", "is_in_place": "yes"}
    shown = text(client.post(page(handover, "handover_need"), typed, follow=True))
    assert "1 of 2 in place" in shown
    assert "1 of 2 not in place yet." in shown
    assert "In place: Nurse, today" in shown


@pytest.mark.parametrize("number", ["", "-1", "²", "9" * 20, "one"])
def test_a_number_that_is_none_changes_nothing(world, signed_in, number):
    handover = offered(world, ken_on_the_ward(world), needs=NEEDS)
    typed = {"number": number, "is_in_place": "yes"}
    response = signed_in("nurse").post(page(handover, "handover_need"), typed, follow=True)
    assert response.status_code == 200
    assert HandoverNeedMark.objects.count() == 0


# --- the hour has come -----------------------------------------------------------------------------------------------

HOME_AT = TUESDAY + timedelta(hours=6)


def due_home(world, **words):
    with clock.at(TUESDAY):
        return offered(world, ken_on_the_ward(world), needs=NEEDS, **{"takes_place_at": HOME_AT} | words)


def told_of_missing():
    relay()
    return sorted(Alert.objects.filter(kind="handover.needs_missing").values_list("team__name", flat=True))


def test_both_teams_are_told_once_of_what_is_not_in_place_when_the_hour_comes(world):
    handover = due_home(world)
    with clock.at(HOME_AT - timedelta(seconds=1)):
        accepted(world, handover)
        marked(world, handover, 1)
        assert tell_missing_needs() == 0
        assert told_of_missing() == []
    with clock.at(HOME_AT):
        assert tasks.tell_missing_needs() == 1
        assert tasks.tell_missing_needs() == 0
        assert told_of_missing() == ["Millbrook Community Nursing", "Ward 7"]
        alert = Alert.objects.filter(kind="handover.needs_missing").first()
    assert (alert.is_urgent, alert.about) == (True, ("handover", handover.id))


def test_where_all_is_in_place_nobody_is_told(world):
    handover = due_home(world)
    with clock.at(TUESDAY):
        marked(world, handover, 1), marked(world, handover, 2)
    with clock.at(HOME_AT + timedelta(hours=1)):
        assert tell_missing_needs() == 0
        marked(world, handover, 2, is_in_place=False)
        assert tell_missing_needs() == 0
    assert told_of_missing() == []


def test_without_an_hour_they_are_there_when_they_have_been_accepted(world):
    handover = due_home(world, takes_place_at=None)
    with clock.at(HOME_AT):
        assert tell_missing_needs() == 0
        accepted(world, handover)
        assert tell_missing_needs() == 1


@pytest.mark.parametrize("answer", ["withdrawn", "died", "long ago"])
def test_of_what_is_not_to_be_any_more_nobody_is_told(world, answer):
    handover = due_home(world)
    with clock.at(TUESDAY):
        if answer == "withdrawn":
            with acting_as(world.ward_nurse):
                withdraw_handover(by=world.ward_nurse, handover_id=handover.id, reason="He stays")
        elif answer == "died":
            type(handover.resident).objects.filter(id=handover.resident_id).update(died_on=TUESDAY.date())
    with clock.at(HOME_AT + (timedelta(days=8) if answer == "long ago" else timedelta())):
        assert tell_missing_needs() == 0


def test_a_worker_on_its_sweep_tells_of_it(world):
    due_home(world)
    with clock.at(HOME_AT), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL ROLE app_system")
        assert tell_missing_needs() == 1
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL ROLE NONE")

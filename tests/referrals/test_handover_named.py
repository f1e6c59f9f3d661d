"""A handover names who of the receiving team is told first; after half the time their team is."""

from datetime import timedelta

import pytest
from django.urls import reverse

from carecoord import clock
from carecoord.alerts.escalation import fire_due_rungs
from carecoord.alerts.models import Alert
from carecoord.errors import RuleError
from carecoord.outbox.tasks import relay
from neighbourhoods.gate import acting_as
from neighbourhoods.services import end_membership
from referrals.models import Handover
from referrals.services.handovers import change_draft_handover, offer_handover
from tests.alerts.offers import told
from tests.referrals.handovers import drafted, ken_on_the_ward, offered

pytestmark = pytest.mark.django_db


def alert_of(handover):
    relay()
    return Alert.objects.get(about_id=handover.id, team=handover.to_team)


def test_who_is_named_is_told_first_and_their_team_when_half_the_time_has_passed(world):
    one = offered(world, ken_on_the_ward(world), kind="team", named_id=world.second_nurse.membership_id)
    alert = alert_of(one)
    assert told(alert) == ["Second Nurse"]
    with clock.at(alert.next_rung_at):
        assert fire_due_rungs() == 1
    assert told(alert) == ["Lead", "Nurse", "Second Nurse"]


def test_of_what_is_urgent_the_team_hears_together_with_the_person_named(world):
    one = offered(world, ken_on_the_ward(world), kind="discharge", named_id=world.second_nurse.membership_id)
    assert told(alert_of(one)) == ["Lead", "Nurse", "Second Nurse"]


def test_with_nobody_named_the_team_is_told(world):
    assert told(alert_of(offered(world, ken_on_the_ward(world), kind="team"))) == ["Lead", "Nurse", "Second Nurse"]


def test_somebody_of_another_team_is_not_named(world):
    with pytest.raises(RuleError) as refusal:
        drafted(world, ken_on_the_ward(world), named_id=world.gp.membership_id)
    assert refusal.value.field == "named"


def test_who_was_named_is_nobody_once_another_team_takes_over(world):
    draft = drafted(world, ken_on_the_ward(world), kind="team", named_id=world.nurse.membership_id)
    with acting_as(world.ward_nurse) as by:
        changed = change_draft_handover(by=by, handover_id=draft.id, to_team_id=world.highcross_nursing.id)
    assert changed.named_id is None


def test_somebody_who_has_left_since_is_replaced_by_their_team(world):
    draft = drafted(world, ken_on_the_ward(world), kind="team", named_id=world.second_nurse.membership_id)
    end_membership(by=world.admin, membership_id=world.second_nurse.membership_id, reason="Left")
    with acting_as(world.ward_nurse) as by:
        offer_handover(by=by, handover_id=draft.id)
    with clock.at(clock.now() + timedelta(seconds=1)):
        assert told(alert_of(draft)) == ["Lead", "Nurse"]


def test_the_page_of_a_draft_asks_who_is_told_first(world, signed_in):
    draft, client = drafted(world, ken_on_the_ward(world)), signed_in("ward_nurse")
    page = reverse("handover", args=[draft.id])
    assert "Who is told first?" in client.get(page).content.decode()
    typed = {"named": str(world.second_nurse.membership_id)}
    shown = client.post(reverse("handover_named", args=[draft.id]), typed, follow=True).content.decode()
    assert "They are told when you offer it." in shown
    assert Handover.objects.get(id=draft.id).named_id == world.second_nurse.membership_id
    assert "Told first" in client.get(page).content.decode()
    client.post(reverse("handover_named", args=[draft.id]), {"named": ""})
    assert Handover.objects.get(id=draft.id).named_id is None


@pytest.mark.parametrize("typed", ["", "nobody"])
def test_an_offered_handover_names_nobody_anew(world, signed_in, typed):
    one = offered(world, ken_on_the_ward(world), named_id=world.nurse.membership_id)
    signed_in("ward_nurse").post(reverse("handover_named", args=[one.id]), {"named": typed})
    assert Handover.objects.get(id=one.id).named_id == world.nurse.membership_id

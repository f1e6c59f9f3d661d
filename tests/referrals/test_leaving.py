"""Who leaves has nothing left: given on before by the lead, or nobody's in particular once access was ended."""

from datetime import date

import pytest
from django.db import connection, transaction
from django.urls import reverse

from carecoord.alerts.models import Alert
from carecoord.errors import NotYours, RuleError
from carecoord.outbox.tasks import relay
from careplans.models import Action
from careplans.services import assign_action, create_action
from neighbourhoods.gate import acting_as
from neighbourhoods.models import CaseloadEntry, Membership
from neighbourhoods.services import (
    assign_key_worker,
    close_account,
    end_membership,
    set_membership_teams,
)
from referrals.models import Referral
from referrals.services.leaving import give_on, held_by
from referrals.services.referrals import accept_referral, assign_referral
from tests.referrals.handovers import action
from tests.referrals.referral_steps import sent
from tests.referrals.test_handover_pages import text
from tests.world import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def busy(world):
    """The nurse is Sheila's key worker, has an action to do and deals with a referral."""
    sheila = world.resident()
    nurse = world.nurse.membership_id
    with acting_as(world.lead) as by:
        entry = CaseloadEntry.objects.get(resident=sheila, team=world.nursing)
        assign_key_worker(by=by, entry_id=entry.id, key_worker_id=nurse)
        create_action(
            by=by,
            resident_id=sheila.id,
            title="Weigh her",
            team_id=world.nursing.id,
            assigned_to_id=nurse,
            due_on=date(2026, 12, 1),
        )
    world.sheila = sheila
    return world


def held(world, who="nurse"):
    with acting_as(world.lead) as by:
        return held_by(by, world.nursing.id, world.people[who].membership_id)


def give(world, keys=None, *, by="lead", to="second_nurse", reason="Leaves on Friday"):
    keys = [item.key for item in held(world)] if keys is None else keys
    with acting_as(world.people[by]) as acting:
        return give_on(
            by=acting,
            team_id=world.nursing.id,
            membership_id=world.nurse.membership_id,
            keys=keys,
            to_id=world.people[to].membership_id,
            reason=reason,
        )


def test_all_that_somebody_has_is_found(busy):
    assert [(item.kind, item.title, item.due) for item in held(busy)] == [
        ("key_worker", "Key worker", None),
        ("action", "Weigh her", date(2026, 12, 1)),
    ]


def test_a_referral_that_they_deal_with_is_theirs_too(world):
    referral = sent(world, world.resident())
    with acting_as(world.link_worker) as by:
        accept_referral(by=by, referral_id=referral.id)
        assign_referral(by=by, referral_id=referral.id, membership_id=by.membership_id)
        assert [item.kind for item in held_by(by, world.carers.id, by.membership_id)] == ["referral"]
    end(world, "link_worker")
    assert Referral.objects.get(id=referral.id).assigned_to_id is None


def end(world, who):
    with acting_as(world.admin) as by:
        end_membership(by=by, membership_id=world.people[who].membership_id, reason="Left")
    relay()


def test_a_lead_gives_all_of_it_on_and_nothing_is_left(busy):
    assert give(busy) == 2
    assert held(busy) == []
    assert [item.kind for item in held(busy, "second_nurse")] == ["key_worker", "action"]


def test_part_of_it_is_given_and_the_rest_stays(busy):
    assert give(busy, [held(busy)[1].key]) == 1
    assert [item.kind for item in held(busy)] == ["key_worker"]


def test_everybody_gives_on_their_own_and_nobody_else_does(busy):
    with pytest.raises(NotYours):
        give(busy, by="second_nurse")
    with pytest.raises(NotYours):
        give(busy, by="ward_lead")
    assert give(busy, by="nurse") == 2


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"to": "nurse"}, "to"), ({"to": "ward_nurse"}, "to"), ({"reason": " "}, "reason"), ({"keys": ["x"]}, "item")],
)
def test_each_thing_needs_a_next_person_of_the_team_and_a_reason(busy, wrong, field):
    with pytest.raises(RuleError) as refusal:
        give(busy, **wrong)
    assert refusal.value.field == field
    assert len(held(busy)) == 2


def test_ended_at_once_what_they_had_is_nobodys_and_the_lead_is_told(busy):
    end(busy, "nurse")
    action = Action.objects.get(title="Weigh her")
    assert (action.assigned_to_id, action.accountable_team, action.status) == (None, busy.nursing, "not_started")
    assert CaseloadEntry.objects.get(resident=busy.sheila, team=busy.nursing).key_worker_id is None
    alert = Alert.objects.get(kind="leaver.released")
    assert list(alert.recipients.values_list("membership__user__name", flat=True)) == ["Lead"]
    assert action.written_by_id == busy.lead.membership_id


def test_a_closed_account_leaves_nothing_behind_either(busy):
    with acting_as(busy.admin) as by:
        close_account(by=by, user_id=busy.nurse.actor_id, reason="Left")
    relay()
    assert Action.objects.get(title="Weigh her").assigned_to_id is None


def test_who_changes_team_leaves_what_was_the_old_ones(busy):
    membership = Membership.objects.get(id=busy.nurse.membership_id)
    with acting_as(busy.admin) as by:
        set_membership_teams(
            by=by, membership_id=membership.id, version=membership.version, teams=[busy.highcross_nursing]
        )
    relay()
    assert Action.objects.get(title="Weigh her").assigned_to_id is None


def test_whoever_had_nothing_is_gone_without_a_word(world):
    end(world, "second_nurse")
    assert not Alert.objects.filter(kind="leaver.released").exists()


def test_an_action_is_given_to_somebody_of_its_team_only(busy):
    action = Action.objects.get(title="Weigh her")
    with acting_as(busy.nurse) as by, pytest.raises(RuleError):
        assign_action(by=by, action_id=action.id, assigned_to_id=busy.ward_nurse.membership_id)


def test_the_page_gives_it_on_and_says_when_nothing_is_left(busy, signed_in):
    client = signed_in("lead")
    url = reverse("hand_on", args=[busy.nursing.id, busy.nurse.membership_id])
    shown = text(client.get(url))
    assert "2 still with Nurse." in shown
    assert "HARTLEY, Sheila" in shown
    items = [item.key for item in held(busy)]
    refused = client.post(url, {"item": items[:1], "reason": "Leaves"})
    assert refused.status_code == 422
    assert text(refused).count(" checked") == 1
    typed = {"item": items, "to": str(busy.second_nurse.membership_id), "reason": "Leaves"}
    shown = text(client.post(url, typed, follow=True))
    assert "2 things given on." in shown
    assert "Nothing is left with Nurse." in shown


@pytest.mark.parametrize("who", ["second_nurse", "ward_lead", "outsider"])
def test_what_somebody_has_is_for_them_and_their_lead(busy, signed_in, who):
    url = reverse("hand_on", args=[busy.nursing.id, busy.nurse.membership_id])
    assert signed_in(who).get(url).status_code == 404


@pytest.mark.parametrize("number", [2, 8])
def test_the_page_asks_as_often_for_eight_as_for_two(busy, signed_in, django_assert_max_num_queries, number):
    with acting_as(busy.lead) as by:
        for _ in range(number):
            create_action(
                by=by,
                resident_id=busy.sheila.id,
                title="Visit",
                team_id=busy.nursing.id,
                assigned_to_id=busy.nurse.membership_id,
            )
    client = signed_in("lead")
    url = reverse("hand_on", args=[busy.nursing.id, busy.nurse.membership_id])
    client.get(url)
    with django_assert_max_num_queries(16):
        client.get(url)


def test_a_worker_releases_in_its_own_role(busy):
    with acting_as(busy.admin) as by:
        end_membership(by=by, membership_id=busy.nurse.membership_id, reason="Left")
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL ROLE app_system")
        relay()
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL ROLE NONE")
    assert Action.objects.get(title="Weigh her").assigned_to_id is None
    assert Alert.objects.filter(kind="leaver.released").count() == 1


def test_ending_a_role_says_what_is_still_with_them_and_who_could_give_it_on(world, client):
    sheila = world.resident()
    held = action(world, sheila, "Dressing", by=world.nurse, team=world.nursing)
    sign_in(client, world, "admin")
    there = reverse("admin_end_membership", args=[world.nurse.membership_id])
    assert "they still have" not in client.get(there).content.decode()
    with acting_as(world.nurse):
        assign_action(by=world.nurse, action_id=held.id, assigned_to_id=world.nurse.membership_id)
    page = client.get(there).content.decode()
    assert f"In Millbrook Community Nursing they still have 1 thing (lead: {world.lead.name})." in page
    assert "Dressing" not in page
    account = client.get(reverse("admin_close_account", args=[world.nurse.actor_id])).content.decode()
    assert "they still have 1 thing" in account
    assert client.post(there, {"reason": "Has left"}).status_code == 302

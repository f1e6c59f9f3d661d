"""Whoever leaves, or is no longer asked, opens nothing on their next request (IG-14)."""

from datetime import timedelta

import pytest
from django.urls import reverse

from carecoord import clock
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Organisation, Resident
from neighbourhoods.services import close_account, end_membership, set_membership_teams
from neighbourhoods.services.clients import deactivate_client
from referrals.services import referrals
from referrals.services.letting_go import let_go
from tests.referrals import handovers
from tests.world import sign_in

pytestmark = pytest.mark.django_db

HERS = "Quillingham"


@pytest.fixture
def sheila(world):
    return world.resident(family_name=HERS)


def role_ended(world):
    end_membership(by=world.admin, membership_id=world.nurse.membership_id, reason="Left")


def account_closed(world):
    close_account(by=world.admin, user_id=world.nurse.actor_id, reason="Left")


def organisation_left(world):
    Organisation.objects.filter(id=world.community.id).update(ended_at=clock.now())


def another_team(world):
    version = world.membership_of("nurse").version
    set_membership_teams(
        by=world.admin,
        membership_id=world.nurse.membership_id,
        version=version,
        teams=[world.highcross_nursing],
    )


# What happens, and what the next request for the record is answered with: asked to sign in or for a role, or stopped.
CHANGES = {role_ended: 302, account_closed: 302, organisation_left: 302, another_team: 403}


@pytest.mark.parametrize(("change", "status"), CHANGES.items(), ids=lambda one: getattr(one, "__name__", ""))
def test_ig_14_whoever_leaves_opens_nothing_on_the_next_request(world, client, sheila, change, status):
    sign_in(client, world, "nurse")
    record = reverse("resident_record", args=[sheila.id])
    assert client.get(record).status_code == 200
    change(world)
    with clock.at(clock.now() + timedelta(seconds=1)):
        for address in (record, reverse("resident_timeline", args=[sheila.id])):
            assert client.get(address).status_code == status
        caseload = client.get(reverse("caseload", args=[world.nursing.id]))
        assert HERS.upper() not in caseload.content.decode().upper()


def test_ig_14_a_partners_system_that_is_shut_out_reads_nothing_on_its_next_request(world, sheila, nursing):
    address = f"residents/{sheila.id}/"
    assert nursing.get(address).status_code == 200
    deactivate_client(by=world.admin, client_id=nursing.row.id, reason="The agreement was broken")
    answer = nursing.get(address)
    assert answer.status_code in (401, 403)
    assert HERS not in answer.content.decode()


def sent(world, sheila):
    with acting_as(world.nurse) as by:
        draft = referrals.draft_referral(
            by=by,
            resident_id=sheila.id,
            service_id=world.carers_service.id,
            from_team_id=world.nursing.id,
            ask=referrals.Ask(reason="A break", no_known_risks=True),
        )
        return referrals.send_referral(by=by, referral_id=draft.id)


def cancelled(world, referral):
    with acting_as(world.nurse) as by:
        referrals.cancel_referral(
            by=by, referral_id=referral.id, reason_code="other", words="Her sister stays with her"
        )


def entered_in_error(world, referral):
    with acting_as(world.nurse) as by:
        referrals.enter_referral_in_error(by=by, referral_id=referral.id, words="The wrong person")


def completed_and_read(world, referral):
    with acting_as(world.link_worker) as by:
        referrals.complete_referral(by=by, referral_id=referral.id, outcome="A group on Thursdays")
    with acting_as(world.nurse) as by:
        referrals.acknowledge_outcome(by=by, referral_id=referral.id)


def opens(world, client, sheila, at):
    """In a sign-in of its own: one that has run out opens nothing either, and says nothing of the record."""
    client.logout()
    with clock.at(at):
        sign_in(client, world, "link_worker")
        status = client.get(reverse("resident_record", args=[sheila.id])).status_code
    assert status in (200, 403)
    return status == 200


@pytest.mark.parametrize("change", [cancelled, entered_in_error])
def test_ig_14_a_referral_that_comes_to_nothing_closes_the_record_at_once(world, client, sheila, change):
    referral = sent(world, sheila)
    with acting_as(world.link_worker) as by:
        referrals.accept_referral(by=by, referral_id=referral.id)
    assert opens(world, client, sheila, clock.now() + timedelta(seconds=1))
    change(world, referral)
    assert not opens(world, client, sheila, clock.now() + timedelta(seconds=1))


@pytest.mark.parametrize("read_back", [True, False], ids=["closed", "to be read back"])
def test_ig_14_what_was_handed_over_closes_when_the_receiver_lets_them_go_unless_it_is_not_over(world, read_back):
    ken = handovers.ken_on_the_ward(world)
    handover = handovers.offered(world, ken, kind="shift")
    answers = [read_back] * len(handover.read_back_items)
    handovers.accepted(world, handover, read_back=answers, note="Nobody answered the telephone")
    with acting_as(world.nurse) as by:
        let_go(by=by, resident_id=ken.id, team_id=world.nursing.id, reason="Well again")
    assert Resident.objects.visible_to(world.nurse).filter(id=ken.id).exists() is not read_back


def test_ig_14_a_declined_referral_never_opens_the_record(world, client, sheila):
    referral = sent(world, sheila)
    with acting_as(world.link_worker) as by:
        referrals.decline_referral(by=by, referral_id=referral.id, reason_code="full", words="Full")
    assert not opens(world, client, sheila, clock.now() + timedelta(seconds=1))


def test_ig_14_a_completed_referral_closes_it_thirty_days_after_its_outcome_was_read(world, client, sheila):
    referral, now = sent(world, sheila), clock.now()
    with acting_as(world.link_worker) as by:
        referrals.accept_referral(by=by, referral_id=referral.id)
    completed_and_read(world, referral)
    assert opens(world, client, sheila, now + timedelta(days=29, hours=23))
    assert not opens(world, client, sheila, now + timedelta(days=30, minutes=5))

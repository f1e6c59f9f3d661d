"""From the service, through the outbox and the relay, to the alert: whom which news reaches."""

from datetime import timedelta

import pytest

from carecoord import clock
from carecoord.alerts.models import Alert
from carecoord.outbox.models import OutboxMessage
from carecoord.outbox.tasks import relay
from carecoord.privacy.models import PrivacyReview
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Team
from neighbourhoods.services import ClaimReason, claim_relationship, end_membership
from referrals.services.handovers import decline_handover, withdraw_handover
from tests.alerts.offers import told
from tests.referrals.handovers import accepted, drafted, ken_on_the_ward, offered

pytestmark = pytest.mark.django_db


@pytest.fixture
def ken(world):
    resident = ken_on_the_ward(world)
    OutboxMessage.objects.all().delete()
    return resident


def relayed():
    relay()
    assert not OutboxMessage.objects.waiting().exclude(attempts=0).exists()


def alerts_about(handover):
    return list(Alert.objects.filter(about_id=handover.id).order_by("id").values_list("kind", "team__name", "state"))


def test_an_offer_from_the_ward_is_told_to_the_team_and_accepting_resolves_it(world, ken):
    handover = offered(world, ken)
    relayed()
    alert = Alert.objects.get(about_id=handover.id)
    assert (alert.kind, alert.team, alert.sending_team, alert.is_urgent) == (
        "handover.discharge",
        world.nursing,
        world.ward,
        True,
    )
    assert (alert.due_at, alert.by_the_clock) == (handover.accept_by, True)
    assert told(alert) == ["Lead", "Nurse", "Second Nurse"]
    accepted(world, handover)
    relayed()
    assert alerts_about(handover) == [
        ("handover.discharge", "Millbrook Community Nursing", "resolved"),
        ("handover.accepted", "Ward 7", "waiting"),
    ]


def test_a_draft_tells_nobody(world, ken):
    handover = drafted(world, ken)
    relayed()
    assert alerts_about(handover) == []


def test_an_offer_that_was_accepted_before_the_relay_came_asks_nobody_and_tells_the_giver(world, ken):
    handover = offered(world, ken)
    accepted(world, handover)
    relayed()
    assert alerts_about(handover) == [("handover.accepted", "Ward 7", "waiting")]


def test_a_refusal_resolves_the_offer_and_tells_the_giver_that_it_is_still_theirs(world, ken):
    handover = offered(world, ken)
    relayed()
    with acting_as(world.nurse):
        decline_handover(by=world.nurse, handover_id=handover.id, reason="Full until Monday")
    relayed()
    assert alerts_about(handover) == [
        ("handover.discharge", "Millbrook Community Nursing", "resolved"),
        ("handover.declined", "Ward 7", "waiting"),
    ]


def test_a_withdrawn_offer_is_asked_no_more(world, ken):
    handover = offered(world, ken)
    relayed()
    with acting_as(world.ward_nurse):
        withdraw_handover(by=world.ward_nurse, handover_id=handover.id, reason="Stays in hospital")
    relayed()
    assert alerts_about(handover) == [("handover.discharge", "Millbrook Community Nursing", "resolved")]


def test_a_claim_is_told_to_the_privacy_officers_of_the_claimers_organisation_without_the_resident(world, ken):
    with acting_as(world.outsider):
        claimed = claim_relationship(
            by=world.outsider,
            resident_id=ken.id,
            team_id=world.highcross_nursing.id,
            reason=ClaimReason.COVERING,
            until=clock.now() + timedelta(days=7),
        )
    relayed()
    alert = Alert.objects.get(about_id=PrivacyReview.objects.get(about_id=claimed).id)
    assert alert.team == Team.objects.get(organisation=world.community, kind="privacy")
    assert (alert.kind, alert.resident_id) == ("review.claim", None)
    assert told(alert) == ["Privacy"]


def test_every_role_given_or_ended_is_told_to_that_organisations_privacy_officers(world):
    relay()
    given = Alert.objects.get(about_id=world.nurse.membership_id)
    assert (given.kind, told(given)) == ("membership.created", ["Privacy"])
    end_membership(by=world.admin, membership_id=world.nurse.membership_id, reason="Left")
    relay()
    ended = Alert.objects.get(about_id=world.nurse.membership_id, kind="membership.ended")
    assert told(ended) == ["Privacy"]


def test_where_an_organisation_has_no_privacy_officer_the_partnerships_are_told(world):
    relay()
    given = Alert.objects.get(about_id=world.ward_nurse.membership_id)
    assert (given.team.organisation, given.team.kind) == (world.place.front_door.organisation, "privacy")
    assert not Alert.objects.filter(team=world.place.front_door).exists()

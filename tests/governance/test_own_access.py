"""An alert about one's own access is answered by somebody else (IG-07)."""

from datetime import timedelta

import pytest
from django.urls import reverse

from carecoord import clock
from carecoord.alerts.models import Alert
from carecoord.alerts.services import acknowledge_alert
from carecoord.errors import NotYours
from carecoord.outbox.tasks import relay
from carecoord.privacy.models import PrivacyReview
from carecoord.privacy.services import OWN
from neighbourhoods import gate
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Organisation, OrganisationKind, Role, Team
from neighbourhoods.services import claim_relationship, create_membership
from tests.world import WORLD_BEGAN, sign_in

pytestmark = pytest.mark.django_db

SENTENCE = (
    "This alert is about your own access, so you cannot acknowledge it. "
    "Ask another privacy officer, or the lead of the privacy team."
)


@pytest.fixture
def officers(world):
    """The nurse of another team is a privacy officer too; her organisation has one more."""
    an_officer_too(world, "outsider", "both", world.community)
    world.sheila = world.resident()
    return world


def an_officer_too(world, who, name, organisation):
    """A second membership of the same person: her claims are hers in either."""
    teams = [Team.objects.get(organisation=organisation, kind="privacy")]
    with clock.at(WORLD_BEGAN):
        membership = create_membership(
            by=world.builder,
            user_id=world.people[who].actor_id,
            organisation=organisation,
            role=Role.PRIVACY_OFFICER,
            teams=teams,
        )
    world.people[name] = gate.person(membership)


def sign_in_as_officer(client, world):
    sign_in(client, world, "outsider")
    session = client.session
    session["acting_as_membership"] = str(world.both.membership_id)
    session.save()


def claimed(world, by):
    """The alert about a claim of `by`, as the relay raises it."""
    with acting_as(by):
        made = claim_relationship(
            by=by,
            resident_id=world.sheila.id,
            team_id=world.highcross_nursing.id,
            reason="Covering",
            until=clock.now() + timedelta(days=1),
        )
    relay()
    return Alert.objects.get(about_id=PrivacyReview.objects.get(about_id=made).id)


def acknowledge(by, alert):
    with acting_as(by):
        return acknowledge_alert(by=by, alert_id=alert.id)


def test_ig_07_nobody_acknowledges_an_alert_about_their_own_claim(officers):
    alert = claimed(officers, officers.outsider)
    with pytest.raises(NotYours) as refusal:
        acknowledge(officers.both, alert)
    assert refusal.value.sentence == SENTENCE
    alert.refresh_from_db()
    assert alert.state == "waiting"


def test_ig_07_also_when_the_claim_has_ended_it_is_not_their_own_to_acknowledge(officers):
    alert = claimed(officers, officers.outsider)
    with clock.at(clock.now() + timedelta(days=30)), pytest.raises(NotYours):
        acknowledge(officers.both, alert)


def test_ig_07_another_privacy_officer_acknowledges_it(officers):
    alert = claimed(officers, officers.outsider)
    assert acknowledge(officers.privacy, alert).acknowledged_by_id == officers.privacy.membership_id


def test_ig_07_a_claim_of_somebody_else_is_theirs_to_acknowledge(officers):
    colleague = officers.add_person("colleague", officers.community, Role.NURSE, [officers.highcross_nursing])
    alert = claimed(officers, colleague)
    assert acknowledge(officers.both, alert).state == "acknowledged"


def test_ig_07_a_role_of_ones_own_is_not_acknowledged_by_oneself(officers):
    relay()
    alert = Alert.objects.get(kind="membership.created", about_id=officers.both.membership_id)
    with pytest.raises(NotYours):
        acknowledge(officers.both, alert)
    assert acknowledge(officers.privacy, alert).state == "acknowledged"


def test_ig_07_pages_offer_acknowledging_to_others_only_and_say_why(officers, client):
    alert = claimed(officers, officers.outsider)
    action = reverse("alert_acknowledge", args=[alert.id])
    offers = {}
    for who in ("both", "privacy"):
        sign_in(client, officers, who) if who == "privacy" else sign_in_as_officer(client, officers)
        pages = [client.get(reverse("alerts")), client.get(reverse("alert_open", args=[alert.id]), follow=True)]
        listed, review = (page.content.decode() for page in pages)
        offers[who] = [action in listed, "Close the review" in review]
        if who == "both":
            assert "About your own access: somebody else reviews it." in listed
            assert OWN in review
            assert SENTENCE in client.post(action, follow=True).content.decode()
    assert offers == {"both": [False, False], "privacy": [True, True]}
    alert.refresh_from_db()
    assert alert.state == "waiting"


def test_ig_07_the_claim_of_an_organisations_only_officer_goes_to_the_partnerships(world):
    """Otherwise nobody could ever answer it."""
    world.sheila = world.resident()
    an_officer_too(world, "ward_nurse", "alone", world.hospital)
    with acting_as(world.ward_nurse):
        made = claim_relationship(
            by=world.ward_nurse,
            resident_id=world.sheila.id,
            team_id=world.ward.id,
            reason="Covering",
            until=clock.now() + timedelta(days=1),
        )
    relay()
    partnership = Organisation.objects.get(place=world.place, kind=OrganisationKind.PARTNERSHIP)
    review = PrivacyReview.objects.get(about_id=made)
    assert review.team.organisation == partnership
    assert Alert.objects.get(about_id=review.id, kind="review.claim").team == review.team


def test_ig_07_the_role_of_an_organisations_only_officer_is_looked_into_by_those_of_the_partnership(world):
    partnership = Organisation.objects.get(place=world.place, kind=OrganisationKind.PARTNERSHIP)
    shared = Team.objects.get(organisation=partnership, kind="privacy")
    own = Team.objects.get(organisation=world.charity, kind="privacy")
    for who, team in (("outsider", shared), ("nurse", own)):
        an_officer_too(world, who, f"{who} as officer", world.charity)
        relay()
        about = world.people[f"{who} as officer"].membership_id
        assert Alert.objects.get(kind="membership.created", about_id=about).team == team

"""What can happen between an offer and its answer: the team was closed, the person died or moved."""

import pytest
from django.urls import reverse

from carecoord import clock
from carecoord.errors import RuleError
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Team
from neighbourhoods.services.teams import end_team
from referrals.services.handovers import offer_handover
from referrals.snapshots import hidden_snapshot
from tests.referrals.handovers import accepted, drafted, ken_on_the_ward, nothing_moves, offered
from tests.world import sign_in

pytestmark = pytest.mark.django_db


def closed(team):
    Team.objects.filter(id=team.id).update(ended_at=clock.now())


def page(client, world, handover, who="nurse"):
    sign_in(client, world, who)
    return client.get(reverse("handover", args=[handover.id])).content.decode().replace("\xa0", " ")


def test_a_handover_to_a_team_that_was_closed_a_second_ago_says_so(world):
    handover = drafted(world, ken_on_the_ward(world))
    closed(world.nursing)
    refused = pytest.raises(RuleError, match="Millbrook Community Nursing has been closed")
    with nothing_moves(world, handover.resident), acting_as(world.ward_nurse), refused as told:
        offer_handover(by=world.ward_nurse, handover_id=handover.id)
    assert (told.value.field, told.value.sentence[-20:]) == ("to_team", "Choose another team.")


def test_a_team_that_was_closed_a_second_ago_takes_nobody_over(world):
    handover = offered(world, ken_on_the_ward(world))
    closed(world.nursing)
    refused = pytest.raises(RuleError, match=r"so it takes nobody over\. Ward 7 stays responsible: ring them")
    with nothing_moves(world, handover.resident), refused:
        accepted(world, handover)


def test_a_team_with_an_open_offer_is_not_closed(world):
    offered(world, ken_on_the_ward(world), to_team_id=world.carers.id, kind="team")
    with acting_as(world.admin), pytest.raises(RuleError, match="still has 1 resident"):
        end_team(by=world.admin, team_id=world.carers.id, reason="Merged")


@pytest.mark.parametrize("who", ["nurse", "ward_nurse"])
def test_the_offer_says_that_the_resident_died_meanwhile_and_may_be_answered(world, client, who):
    handover = offered(world, ken_on_the_ward(world))
    assert "They died on" not in page(client, world, handover, who)
    type(handover.resident).objects.filter(id=handover.resident_id).update(died_on=clock.today())
    assert "They died on" in page(client, world, handover, who)
    assert accepted(world, handover).status == "closed"


@pytest.mark.parametrize("who", ["nurse", "ward_nurse"])
def test_the_offer_says_that_the_resident_moved_meanwhile(world, client, who):
    handover = offered(world, ken_on_the_ward(world, postcode="AM1 1AA"))
    assert "They have moved" not in page(client, world, handover, who)
    type(handover.resident).objects.filter(id=handover.resident_id).update(postcode="AM2 2BB")
    assert "They live in AM2 now, and lived in AM1." in page(client, world, handover, who)


def test_where_somebody_restricted_lives_now_is_not_said(world, client):
    handover = offered(world, ken_on_the_ward(world, postcode="AM1 1AA"))
    type(handover.resident).objects.filter(id=handover.resident_id).update(
        is_restricted=True, address_lines=[], postcode="", phone="", email="", gp_practice=None
    )
    found = page(client, world, handover)
    assert "They have moved" not in found
    assert "AM1" not in found
    assert hidden_snapshot(handover.snapshot)["person"]["district"] == ""

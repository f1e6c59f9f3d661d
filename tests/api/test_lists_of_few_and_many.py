"""A list is found another way for whoever sees few residents than for whoever sees many, and says the same."""

import pytest

import careplans.api.actions
import careplans.api.plans
import neighbourhoods.api.contacts
import neighbourhoods.api.packages
import neighbourhoods.api.people
import neighbourhoods.api.proxies
import neighbourhoods.api.stays
import referrals.api.handovers
import referrals.api.referrals
from tests.api.conftest import made_partner, shown
from tests.life import live
from tests.standing import made_once

pytestmark = pytest.mark.django_db

LISTS = {
    "actions/": careplans.api.actions,
    "care-plans/": careplans.api.plans,
    "contacts/": neighbourhoods.api.contacts,
    "people/": neighbourhoods.api.people,
    "proxies/": neighbourhoods.api.proxies,
    "stays/": neighbourhoods.api.stays,
    "care-packages/": neighbourhoods.api.packages,
    "referrals/": referrals.api.referrals,
    "handovers/": referrals.api.handovers,
}


def listed(partner, path):
    rows = [*shown(partner.get(path))["results"]]
    return [row["id"] for row in rows]


def live_beside_another(world):
    live(world)
    world.resident(by=world.outsider, team=world.highcross_nursing)
    teams = (world.nursing, world.carers, world.surgery, world.ward, world.highcross_nursing)
    world.partners = [made_partner(world, f"of-{team.id}", team) for team in teams]


standing = made_once(live_beside_another)


@pytest.mark.every
@pytest.mark.parametrize("path", LISTS)
def test_few_and_many_are_shown_the_same(world, monkeypatch, path):
    few = [listed(one, path) for one in world.partners]
    monkeypatch.setattr(LISTS[path], "FEW", -1)
    assert [listed(one, path) for one in world.partners] == few
    assert any(few)
    assert not few[-1]


def test_what_is_only_offered_or_sent_to_a_team_is_in_its_list(world, partner):
    assert listed(partner("carers", world.carers), "referrals/") == [str(world.referral.id)]
    assert listed(partner("surgery", world.surgery), "handovers/") == [str(world.handover.id)]

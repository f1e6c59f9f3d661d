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
from carecoord.outbox.tasks import relay
from tests.api.conftest import shown
from tests.life import live
from tests.referrals.handovers import ken_on_the_ward, offered

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


@pytest.mark.parametrize("path", LISTS)
def test_few_and_many_are_shown_the_same(world, partner, monkeypatch, path):
    live(world)
    world.resident(by=world.outsider, team=world.highcross_nursing)
    teams = (world.nursing, world.carers, world.surgery, world.ward, world.highcross_nursing)
    partners = [partner(f"of-{team.id}", team) for team in teams]
    few = [listed(one, path) for one in partners]
    monkeypatch.setattr(LISTS[path], "FEW", -1)
    assert [listed(one, path) for one in partners] == few
    assert any(few)
    assert not few[-1]


def test_what_is_only_offered_or_sent_to_a_team_is_in_its_list(world, partner):
    live(world)
    assert listed(partner("carers", world.carers), "referrals/") == [str(world.referral.id)]
    assert listed(partner("surgery", world.surgery), "handovers/") == [str(world.handover.id)]


def test_alerts_of_several_teams_are_one_list_that_pages_both_ways(world, partner):
    for team in (world.nursing, world.highcross_nursing, world.nursing, world.highcross_nursing):
        offered(world, ken_on_the_ward(world), to_team_id=team.id)
    relay()
    both = partner("both", world.nursing, world.highcross_nursing)
    whole = shown(both.get("alerts/"))["results"]
    assert {row["team"] for row in whole} == {str(world.nursing.id), str(world.highcross_nursing.id)}
    assert len(whole) == 4
    ids = [row["id"] for row in whole]
    assert ids == sorted(ids, reverse=True)
    first = shown(both.get("alerts/?page_size=2"))
    second = shown(both.get(first["next"]))
    assert [row["id"] for row in (*first["results"], *second["results"])] == ids
    assert second["next"] is None
    assert shown(both.get(second["previous"]))["results"] == first["results"]
    assert listed(both, "alerts/?state=resolved") == []
    assert listed(partner("one", world.nursing), "alerts/") == [
        row["id"] for row in whole if row["team"] == str(world.nursing.id)
    ]

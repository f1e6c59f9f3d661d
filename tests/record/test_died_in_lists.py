"""Whoever has died stands in no list as if they lived: their day stands beside their name."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from carecoord import clock
from carecoord.outbox.tasks import relay
from carecoord.ui import dates
from neighbourhoods.gate import acting_as
from neighbourhoods.models import CaseloadEntry
from neighbourhoods.services import EncounterFacts, plan_encounter, record_death
from tests.life import live
from tests.record.test_death import died
from tests.world import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def today(world):
    """Of Sheila there is an action, a visit of today, a referral of the nurses and a handover to the surgery."""
    live(world)
    with acting_as(world.nurse) as by:
        facts = EncounterFacts(
            kind="visit", purpose="Dressing", at=clock.now() + timedelta(hours=1), seen_by_id=world.nurse.membership_id
        )
        plan_encounter(by=by, resident_id=world.sheila.id, team_id=world.nursing.id, facts=facts)
    return world


def said(client, address, **asked):
    page = client.get(address, asked)
    assert page.status_code == 200
    return page.text.count(f"Died {dates.day(clock.today())}")


LISTS = ("my_day", "planned_visits", "due_actions", "referral_inbox", "handover_list")


@pytest.mark.parametrize("name", LISTS)
def test_a_list_in_which_somebody_stands_says_that_they_have_died(today, client, name):
    sign_in(client, today, "nurse")
    here = reverse(name)
    assert "HARTLEY, Sheila" in client.get(here, {"days": "all", "tab": "sent"}).text
    assert said(client, here, days="all", tab="sent") == 0
    died(today, who="nurse")
    assert said(client, here, days="all", tab="sent") > 0


def test_the_caseload_and_what_a_search_finds_say_so(today, client):
    assert CaseloadEntry.objects.filter(team=today.nursing, resident=today.sheila, ended_at=None).exists()
    died(today, who="nurse")
    sign_in(client, today, "nurse")
    assert said(client, reverse("caseload", args=[today.nursing.id])) == 1
    assert "Died " in client.post(reverse("find"), {"q": "Hartley"}).text
    assert "Died " in client.post(reverse("find_typing"), {"q": "Hartl"}, headers={"HX-Request": "true"}).text


def test_the_alert_of_a_handover_that_still_waits_says_so(today, client):
    with acting_as(today.nurse) as by:
        record_death(by=by, resident_id=today.sheila.id, died_on=clock.today())
    relay()
    sign_in(client, today, "gp")
    assert said(client, reverse("alerts")) > 0


def test_where_to_start_says_so_before_somebody_sets_out(today, client):
    died(today, who="nurse")
    for who in ("nurse", "gp"):
        sign_in(client, today, who)
        start = client.get(reverse("my_day")).text.split("Start here", 1)[1][:600]
        assert f"HARTLEY, Sheila (died {dates.day(clock.today())})" in " ".join(re.sub(r"<[^>]+>", "", start).split())


def test_nobody_is_offered_to_ring_or_visit_whoever_has_died_or_told_what_to_do_when_they_get_worse(today, client):
    sheila = today.sheila
    type(sheila).objects.filter(id=sheila.id).update(phone="01632 960 111")
    sign_in(client, today, "nurse")
    here = reverse("resident_record", args=[sheila.id])
    assert all(words in client.get(here).text for words in ("Ring Sheila", "If things go wrong"))
    died(today, who="nurse")
    page = client.get(here).text
    assert "Ring Sheila" not in page
    assert "If things go wrong" not in page
    assert "Plan a visit" not in page

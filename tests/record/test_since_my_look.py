"""On the summary: how much others have changed since the reader last looked."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse

from carecoord import audit, clock
from carecoord.record.timeline import MOST_SINCE, latest_changes
from neighbourhoods.gate import acting_as
from neighbourhoods.services import EntryFacts, record_entry

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def sheila(world):
    with clock.at(clock.now() - 9 * DAY):
        return world.resident()


def looked(by, resident, at, verb="resident.viewed"):
    with clock.at(at), acting_as(by):
        audit.looked(verb, by=by, resident_id=resident.id, about=("resident", resident.id))


def changed(by, resident, at, number=1):
    for one in range(number):
        with clock.at(at), acting_as(by):
            record_entry(by=by, resident_id=resident.id, facts=EntryFacts("alert", f"{by.name}, {at}, {one}"))


def since(by, resident):
    with acting_as(by):
        found = latest_changes(resident.id, 3)
    return found.looked_at, found.since_then


def said(client, resident):
    text = client.get(reverse("resident_record", args=[resident.id])).content.decode()
    head = text[text.index("<h1>") : text.index("</h1>") + 1000]
    return " ".join(re.sub(r"<[^>]+>", "", head).split())


def test_whoever_has_never_looked_is_told_nothing(world, sheila, signed_in):
    changed(world.lead, sheila, clock.now() - DAY)
    assert since(world.nurse, sheila) == (None, 0)
    assert "since you last looked" not in said(signed_in("nurse"), sheila)


def test_changes_of_others_since_then_are_counted_and_lead_to_the_timeline_from_that_day(world, sheila, signed_in):
    when = clock.now() - 3 * DAY
    changed(world.lead, sheila, when - HOUR)
    looked(world.nurse, sheila, when)
    changed(world.lead, sheila, when + HOUR, number=2)
    changed(world.nurse, sheila, when + 2 * HOUR)
    assert since(world.nurse, sheila) == (when, 2)
    client = signed_in("nurse")
    day = clock.today() - 3 * DAY
    assert f"2 changes since you last looked on {day:%d-%b-%Y}." in said(client, sheila)
    text = client.get(reverse("resident_record", args=[sheila.id])).content.decode()
    address = re.search(r'href="([^"]+)">2 changes since you last looked', text)[1].replace("&amp;", "&")
    assert address.endswith(f"?since_day={day.day}&since_month={day.month}&since_year={day.year}")
    assert client.get(address).status_code == 200


def test_going_to_and_fro_for_an_hour_is_one_look(world, sheila, signed_in):
    when = clock.now() - 3 * DAY
    looked(world.nurse, sheila, when)
    changed(world.lead, sheila, when + HOUR)
    client = signed_in("nurse")
    for _ in range(2):
        assert "1 change since you last looked" in said(client, sheila)


def test_without_any_the_page_says_so(world, sheila, signed_in):
    looked(world.nurse, sheila, clock.now() - DAY)
    assert "Nobody else has changed anything since you last looked on" in said(signed_in("nurse"), sheila)


def test_only_ones_own_looks_at_the_record_count(world, sheila):
    when = clock.now() - 2 * DAY
    looked(world.lead, sheila, when + HOUR)
    looked(world.nurse, sheila, when + HOUR, verb="resident.found_among_own")
    assert since(world.nurse, sheila) == (None, 0)
    looked(world.nurse, sheila, when, verb="timeline.viewed")
    assert since(world.nurse, sheila) == (when, 0)


def test_a_hundred_are_enough(world, sheila):
    when = clock.now() - 2 * DAY
    looked(world.nurse, sheila, when)
    with clock.at(when + HOUR), acting_as(world.lead) as lead, audit.together():
        for _ in range(MOST_SINCE + 5):
            audit.record("resident.changed", by=lead, resident_id=sheila.id, about=("resident", sheila.id))
    assert since(world.nurse, sheila) == (when, MOST_SINCE)


def test_of_somebody_one_does_not_see_nothing_is_said(world, sheila):
    looked(world.outsider, sheila, clock.now() - DAY)
    changed(world.lead, sheila, clock.now() - HOUR)
    with acting_as(world.outsider), connection.cursor() as cursor:
        cursor.execute("SELECT app.since_my_look(%s, now())::text", [sheila.id])
        assert cursor.fetchone() == ("[null, 0]",)

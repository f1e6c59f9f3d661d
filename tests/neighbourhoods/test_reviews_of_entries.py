"""What is recorded with a day of review stands on the list of each team that has the person on its caseload."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from carecoord import clock
from carecoord.audit.models import AuditEntry
from neighbourhoods.cohorts.worklists import reviews_of_team
from neighbourhoods.gate import acting_as
from neighbourhoods.services import EntryFacts, end_entry, open_caseload_entry, record_death, record_entry
from tests.neighbourhoods.test_encounters import involve
from tests.statements import statements_of

pytestmark = pytest.mark.django_db

NOW = datetime(2030, 1, 7, 9, 0, tzinfo=UTC)
PRINT = {"category": "004"}


@pytest.fixture(autouse=True)
def monday(world):
    with clock.at(NOW):
        yield


@pytest.fixture
def sheila(world):
    return world.resident()


def recorded(world, resident, text, days, kind="adjustment", **data):
    on = clock.today() + timedelta(days=days)
    facts = EntryFacts(kind, text, data or PRINT, review_due_on=on)
    with acting_as(world.nurse) as by:
        return record_entry(by=by, resident_id=resident.id, facts=facts)


def listed(world, who="nurse", team=None):
    with acting_as(world.people[who]) as by:
        return [one.text for one in reviews_of_team(by, (team or world.nursing).id).rows]


def page(client, team):
    return client.get(reverse("team_reviews", args=[team.id]))


def test_what_is_due_within_four_weeks_is_listed_the_longest_overdue_first(world, sheila):
    for text, days in (("Large print", 28), ("Easy read", 29), ("Braille", 3), ("Loop", 0)):
        recorded(world, sheila, text, days)
    assert listed(world) == ["Loop", "Braille", "Large print"]
    with clock.at(NOW + timedelta(days=2)):
        assert listed(world) == ["Loop", "Braille", "Large print", "Easy read"]


def test_what_holds_no_longer_and_what_is_of_somebody_who_has_died_is_not_looked_at_again(world, sheila):
    entry = recorded(world, sheila, "Large print", 3)
    recorded(world, world.resident(family_name="Baker"), "Loop", 3)
    with acting_as(world.nurse) as by:
        end_entry(by=by, resident_id=sheila.id, entry_id=entry.id, reason="Reads well now")
    assert listed(world) == ["Loop"]
    other = world.resident(family_name="Clark")
    recorded(world, other, "Braille", 3)
    with acting_as(world.nurse) as by:
        record_death(by=by, resident_id=other.id, died_on=clock.today())
    assert listed(world) == ["Loop"]


def test_the_list_is_of_those_on_the_caseload_and_says_whose_it_is_and_since_when_it_is_late(world, sheila, signed_in):
    recorded(world, sheila, "Large print", 3)
    involve(world, sheila)
    assert listed(world, "link_worker", world.carers) == []
    with acting_as(world.link_worker) as by:
        open_caseload_entry(by=by, resident_id=sheila.id, team_id=world.carers.id)
    with clock.at(NOW + timedelta(days=5)):
        body = page(signed_in("link_worker"), world.carers).text
    for words in ("HARTLEY, Sheila", "Reasonable adjustment: Large print", "Nursing", "Overdue"):
        assert words in body, words
    look = AuditEntry.objects.get(verb="reviews.viewed")
    assert (look.actor_id, look.detail["residents"]) == (world.link_worker.actor_id, [str(sheila.id)])
    assert page(signed_in("outsider"), world.nursing).status_code == 404


def test_an_empty_list_says_what_comes_there(world, signed_in):
    assert "Nothing is due for review within four weeks" in page(signed_in("nurse"), world.nursing).text


def test_many_cost_what_few_cost(world, sheila, signed_in):
    client, counted = signed_in("nurse"), []
    for number in (2, 8):
        for each in range(number):
            recorded(world, world.resident(family_name=f"Adams{number}{each}"), f"Loop {number} {each}", 1)
        page(client, world.nursing)
        counted.append(len(statements_of(lambda: page(client, world.nursing))))
    assert counted[0] == counted[1] <= 10

"""IG-31: each entry shows who wrote it, for which organisation, since when it is so, and when it was recorded."""

import re
from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from carecoord import clock
from careplans.services import add_goal, create_action, create_plan
from neighbourhoods.authors import Author, authors_of
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Contact
from neighbourhoods.services import ContactFacts, EntryFacts, add_contact, record_entry

pytestmark = pytest.mark.django_db
WRITTEN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LINE = "Recorded 02-Mar-2026 09:00 by Nurse, community nurse, Test Community Health."


@pytest.fixture
def sheila(world):
    with clock.at(WRITTEN):
        return world.resident()


def read(client, name, *args):
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200
    return re.sub(r"<[^>]+>", "", answer.content.decode())


def test_ig_31_an_entry_shows_author_organisation_event_and_recorded_time(world, sheila, signed_in):
    facts = EntryFacts("problem", "Falls", event_on=date(2026, 2, 1))
    with clock.at(WRITTEN), acting_as(world.nurse) as nurse:
        entry = record_entry(by=nurse, resident_id=sheila.id, facts=facts)
    client = signed_in("lead")
    for page in (("resident_entries", sheila.id), ("entry", sheila.id, entry.id), ("whole_record", sheila.id)):
        text = read(client, *page)
        assert LINE in text, page
        assert "01-Feb-2026" in text, page


def test_ig_31_a_contact_shows_author_organisation_event_and_recorded_time(world, sheila, signed_in):
    with clock.at(WRITTEN), acting_as(world.nurse) as nurse:
        add_contact(by=nurse, resident_id=sheila.id, facts=ContactFacts(kind="personal", name="Karen Hartley"))
    client = signed_in("lead")
    for page in ("resident_people", "whole_record"):
        assert f"Since 02-Mar-2026. {LINE}" in read(client, page, sheila.id), page


def test_ig_31_a_goal_and_an_action_show_author_organisation_and_recorded_time(world, sheila, signed_in):
    with clock.at(WRITTEN), acting_as(world.nurse) as nurse:
        plan = create_plan(by=nurse, resident_id=sheila.id)
        goal = add_goal(by=nurse, plan_id=plan.id, title="The allotment")
        action = create_action(by=nurse, resident_id=sheila.id, title="Visit", team_id=world.nursing.id)
    client = signed_in("lead")
    pages = [("care_plan", sheila.id), ("goal_detail", goal.id), ("action_detail", action.id)]
    for page in (*pages, ("whole_record", sheila.id)):
        assert LINE in read(client, *page), page


def test_what_came_with_nobody_s_name_says_so_and_still_for_whom(world, sheila, signed_in):
    with clock.at(WRITTEN):
        Contact.objects.create(resident=sheila, kind="personal", name="Karen", recorded_by_organisation=world.practice)
    assert "Recorded 02-Mar-2026 09:00 by an import, Bridge Street Surgery." in read(
        signed_in("nurse"), "resident_people", sheila.id
    )


def test_authors_are_those_of_the_first_line_and_cost_one_statement(world, sheila, django_assert_num_queries):
    with clock.at(WRITTEN), acting_as(world.nurse) as nurse:
        made = [
            create_action(by=nurse, resident_id=sheila.id, title=f"Visit {number}", team_id=world.nursing.id).id
            for number in range(3)
        ]
    with acting_as(world.lead), django_assert_num_queries(1):
        assert authors_of(made) == dict.fromkeys(made, Author("Nurse", "Community nurse", "Test Community Health"))
    with acting_as(world.outsider):
        assert authors_of(made) == {}

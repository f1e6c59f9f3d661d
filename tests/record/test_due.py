"""All that my day shows four of: planned visits and calls, actions, and reviews of plans, page by page."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from carecoord import clock
from carecoord.audit.models import AuditEntry
from careplans.services import agree_plan, create_action, create_plan, move_plan
from neighbourhoods.gate import acting_as
from neighbourhoods.services import complete_encounter
from tests.neighbourhoods.test_encounters import plan

pytestmark = pytest.mark.django_db

# A Tuesday, 09:00 here.
NOW = datetime(2030, 1, 8, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def tuesday(world):
    with clock.at(NOW):
        yield


def review(world, given_name, days=7):
    resident = world.resident(given_name=given_name)
    with acting_as(world.nurse) as nurse:
        made = create_plan(by=nurse, resident_id=resident.id)
        agree_plan(
            by=nurse,
            plan_id=made.id,
            version=made.version,
            agreed_with_resident=True,
            agreed_with="",
            agreed_on=clock.today(),
            review_due_on=clock.today() + timedelta(days=days),
            review_team_id=world.nursing.id,
        )
        return move_plan(by=nurse, plan_id=made.id, verb="activate")


def rows(client, page, **asked):
    """The titles of the rows, as they stand."""
    answer = client.get(reverse(page), asked)
    assert answer.status_code == 200
    shown = answer.context["list"].rows
    return [row.title or row.resident.name for row in shown]


def walk(client, page, **asked):
    """Every row of every page."""
    found, address = [], reverse(page)
    while address:
        answer = client.get(address, asked)
        shown = answer.context["list"]
        found += [row.title or row.resident.name for row in shown.rows]
        address, asked = (shown.pages.next.url if shown.pages.next else ""), {}
    return found


@pytest.fixture
def visits(world):
    """One of yesterday of which nobody has said how it went, one of today, of tomorrow, of Monday and of next month."""
    sheila = world.resident()
    with clock.at(NOW - DAY):
        plan(world, sheila, at=NOW - DAY / 2, purpose="yesterday")
    plan(world, sheila, at=NOW + timedelta(hours=2), purpose="today", seen_by_id=world.second_nurse.membership_id)
    plan(world, sheila, at=NOW + DAY, purpose="tomorrow")
    plan(world, sheila, at=NOW + 6 * DAY, kind="call", purpose="monday")
    plan(world, sheila, at=NOW + 30 * DAY, purpose="next month")
    return sheila


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ({}, ["Visit: yesterday", "Visit: today"]),
        ({"days": "tomorrow"}, ["Visit: tomorrow"]),
        ({"days": "week"}, ["Visit: yesterday", "Visit: today", "Visit: tomorrow", "Call: monday"]),
        (
            {"days": "all", "whose": "mine"},
            ["Visit: yesterday", "Visit: tomorrow", "Call: monday", "Visit: next month"],
        ),
        ({"days": "for ever"}, ["Visit: yesterday", "Visit: today"]),
        ({"whose": "\0"}, ["Visit: yesterday", "Visit: today"]),
        ({"after": "nonsense"}, ["Visit: yesterday", "Visit: today"]),
    ],
)
def test_visits_are_listed_by_day_and_by_whose_they_are(visits, signed_in, asked, shown):
    assert rows(signed_in("nurse"), "planned_visits", **asked) == shown


def test_what_somebody_has_said_of_is_planned_no_more(world, visits, signed_in):
    done = plan(world, visits, at=NOW + timedelta(hours=1), purpose="done")
    with acting_as(world.nurse) as by:
        complete_encounter(by=by, encounter_id=done.id)
    assert rows(signed_in("nurse"), "planned_visits") == ["Visit: yesterday", "Visit: today"]


def test_a_team_that_is_not_mine_cannot_be_chosen(world, visits, signed_in):
    found = rows(signed_in("nurse"), "planned_visits", whose=str(world.carers.id))
    assert found == ["Visit: yesterday", "Visit: today"]


def test_every_visit_is_reached_page_by_page_once(world, signed_in):
    sheila = world.resident()
    for number in range(53):
        plan(world, sheila, at=NOW + timedelta(minutes=number // 3 + 1), purpose=f"{number:02}")
    found = walk(signed_in("nurse"), "planned_visits", days="week")
    assert (len(found), len(set(found))) == (53, 53)


def test_a_page_goes_on_where_it_was_after_its_last_visit_is_done(world, signed_in):
    sheila = world.resident()
    made = [plan(world, sheila, at=NOW + timedelta(minutes=number + 1), purpose=f"{number:02}") for number in range(27)]
    with acting_as(world.nurse) as by:
        complete_encounter(by=by, encounter_id=made[24].id)
    assert rows(signed_in("nurse"), "planned_visits", after=str(made[24].id)) == ["Visit: 25", "Visit: 26"]


def test_beyond_the_end_the_list_begins_again(world, signed_in):
    only = plan(world, world.resident(), at=NOW + timedelta(hours=1), purpose="only")
    assert rows(signed_in("nurse"), "planned_visits", after=str(only.id)) == ["Visit: only"]


def act(world, title, due_in=None, who=None):
    with acting_as(world.lead) as by:
        return create_action(
            by=by,
            resident_id=world.resident().id,
            title=title,
            team_id=world.nursing.id,
            due_on=clock.today() + timedelta(days=due_in) if due_in is not None else None,
            assigned_to_id=getattr(world, who).membership_id if who else None,
        )


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ({}, ["Late", "Mine", "Nobody's"]),
        ({"days": "overdue"}, ["Late"]),
        ({"days": "all"}, ["Late", "Mine", "Nobody's", "Later", "No day"]),
        ({"whose": "mine"}, ["Mine"]),
        ({"whose": "all"}, ["Late", "Mine", "Hers", "Nobody's"]),
        ({"whose": "nobody", "days": "overdue"}, ["Late", "Mine", "Nobody's"]),
    ],
)
def test_actions_are_listed_by_day_and_by_whose_they_are(world, signed_in, asked, shown):
    act(world, "No day")
    act(world, "Later", 8)
    act(world, "Nobody's", 7)
    act(world, "Hers", 4, "second_nurse")
    act(world, "Mine", 2, "nurse")
    act(world, "Late", -1)
    assert rows(signed_in("nurse"), "due_actions", **asked) == shown


@pytest.mark.parametrize("days", ["", "all"])
def test_every_action_is_reached_page_by_page_once(world, signed_in, days):
    resident = world.resident()
    with acting_as(world.nurse) as by:
        for number in range(55):
            due_on = None if days and number > 20 else clock.today() + timedelta(days=number // 20)
            facts = {"resident_id": resident.id, "title": f"{number:02}", "team_id": world.nursing.id}
            create_action(by=by, **facts, due_on=due_on)
    found = walk(signed_in("nurse"), "due_actions", days=days)
    assert found == [f"{number:02}" for number in range(55)]


def test_reviews_are_listed_the_next_due_first(world, signed_in):
    review(world, "Later", 90)
    review(world, "Soon", 14)
    review(world, "Sooner", 2)
    client = signed_in("nurse")
    assert rows(client, "plan_reviews") == ["HARTLEY, Sooner", "HARTLEY, Soon"]
    assert rows(client, "plan_reviews", days="all") == ["HARTLEY, Sooner", "HARTLEY, Soon", "HARTLEY, Later"]
    assert rows(client, "plan_reviews", days="overdue") == []


def test_an_overdue_review_is_listed_alone(world, signed_in):
    review(world, "Soon", 7)
    review(world, "Late", 2)
    with clock.at(NOW + 4 * DAY):
        assert rows(signed_in("nurse"), "plan_reviews", days="overdue") == ["HARTLEY, Late"]


def test_every_review_is_reached_page_by_page_once(world, signed_in):
    for number in range(28):
        review(world, f"Given{number:02}", 2 + number // 10)
    found = walk(signed_in("nurse"), "plan_reviews")
    assert (len(found), len(set(found))) == (28, 28)


@pytest.mark.parametrize(
    ("page", "who"), [("planned_visits", "outsider"), ("due_actions", "outsider"), ("plan_reviews", "link_worker")]
)
def test_what_is_another_teams_is_on_nobody_elses_list_and_an_empty_list_says_what_to_do(
    world, visits, signed_in, page, who
):
    review(world, "Soon")
    act(world, "Soon", 1)
    answer = signed_in(who).get(reverse(page))
    assert answer.context["list"].rows == ()
    assert 'class="empty"' in answer.content.decode()
    assert "Find a resident" in answer.content.decode()


@pytest.mark.parametrize("page", ["planned_visits", "due_actions", "plan_reviews"])
def test_somebody_whose_teams_have_no_residents_has_no_such_list(signed_in, page):
    assert signed_in("admin").get(reverse(page)).status_code == 404


@pytest.mark.parametrize(
    ("page", "verb"),
    [("planned_visits", "encounters.listed"), ("due_actions", "actions.listed"), ("plan_reviews", "plans.listed")],
)
def test_the_list_is_a_look_at_everybody_in_it(world, visits, signed_in, page, verb):
    listed = {
        "planned_visits": visits.id,
        "due_actions": act(world, "Soon", 1).resident_id,
        "plan_reviews": review(world, "Soon").resident_id,
    }
    signed_in("nurse").get(reverse(page))
    look = AuditEntry.objects.get(kind="look", verb=verb)
    assert look.detail["residents"] == [str(listed[page])]


def test_my_day_leads_to_all_of_them(world, signed_in):
    sheila = world.resident()
    for number in range(6):
        plan(world, sheila, at=NOW + timedelta(hours=number + 1), purpose=f"{number}")
    for number in range(5):
        review(world, f"Given{number}")
        act(world, f"{number}", number)
    text = signed_in("nurse").get("/").content.decode()
    assert f'<a href="{reverse("planned_visits")}">2 more today</a>' in text
    assert f'<a href="{reverse("due_actions")}">1 more due this week</a>' in text
    assert f'<a href="{reverse("plan_reviews")}">1 more in 14 days</a>' in text

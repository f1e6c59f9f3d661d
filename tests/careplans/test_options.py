"""What was offered, chosen and declined: by rows, on the page, in the history and in the record."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.urls import reverse

from carecoord import clock
from carecoord.audit.models import AuditEntry, PastRow
from carecoord.errors import IllegalMove, RuleError, SentAlready, StaleVersion
from carecoord.ids import new_id
from careplans.models import Option
from careplans.services import add_goal, create_plan, decide_option, move_goal, offer_option
from neighbourhoods.gate import acting_as

pytestmark = pytest.mark.django_db


@pytest.fixture
def sheila(world):
    return world.resident()


@pytest.fixture
def plan(world, sheila):
    with acting_as(world.nurse):
        return create_plan(by=world.nurse, resident_id=sheila.id)


@pytest.fixture
def goal(world, plan):
    with acting_as(world.nurse):
        return add_goal(by=world.nurse, plan_id=plan.id, title="Company")


@pytest.fixture
def offered(world, plan):
    def offer(title="A walking group", **of):
        with acting_as(world.nurse):
            return offer_option(by=world.nurse, plan_id=plan.id, title=title, **(of or {"need": "Company"}))

    return offer


@pytest.fixture
def decided(world):
    def decide(option, verb, **said):
        with clock.at(clock.now() + timedelta(minutes=option.version)), acting_as(world.lead) as lead:
            return decide_option(by=lead, option_id=option.id, **{"version": option.version} | said, verb=verb)

    return decide


def test_what_was_offered_is_declined_with_a_reason_and_chosen_later_and_every_state_is_kept(world, offered, decided):
    option = offered()
    assert (option.status, option.written_by_id, option.decided_on) == ("offered", world.nurse.membership_id, None)
    with pytest.raises(RuleError, match="Say why"):
        decided(option, "decline")
    declined = decided(option, "decline", why="Too early in the day")
    assert (declined.status, declined.decided_on is None) == ("declined", False)
    chosen = decided(declined, "choose", said_by="Rose, her sister")
    assert (chosen.status, chosen.why, chosen.said_by, chosen.version) == ("chosen", "", "Rose, her sister", 3)
    with acting_as(world.nurse):
        past = PastRow.objects.filter(row_id=option.id, resident_id=option.resident_id).order_by("id")
        assert [one.row["status"] for one in past] == ["offered", "declined"]
    told = AuditEntry.objects.filter(about_type="option").order_by("at").values_list("verb", flat=True)
    assert list(told) == ["option.offered", "option.declined", "option.chosen"]


def test_who_decides_over_an_older_version_is_told_so(offered, decided):
    option = offered()
    decided(option, "choose")
    with pytest.raises(StaleVersion):
        decided(option, "decline", why="No", version=1)
    assert Option.objects.get().status == "chosen"


def test_what_was_an_error_is_decided_no_more(offered, decided):
    error = decided(offered(), "enter_in_error", why="Another resident")
    with pytest.raises(IllegalMove):
        decided(error, "choose")


def test_an_option_is_for_a_goal_of_this_plan_that_has_not_ended_or_for_a_need(world, offered, goal):
    assert offered(goal_id=goal.id).goal_id == goal.id
    for of, said in (({"need": " "}, "say which need"), ({"goal_id": new_id()}, "goal of this plan")):
        with pytest.raises(RuleError, match=said):
            offered(**of)
    with acting_as(world.nurse):
        move_goal(by=world.nurse, goal_id=goal.id, verb="cancel", reason="Rests")
    with pytest.raises(RuleError, match="ended"):
        offered(goal_id=goal.id)
    assert Option.objects.count() == 1


def test_asking_twice_makes_one(offered):
    made = new_id()
    assert offered(need="Company", option_id=made).id == offered(need="Company", option_id=made).id == made
    with pytest.raises(SentAlready):
        offered("A choir", need="Company", option_id=made)


def test_the_page_offers_decides_and_shows_it_beside_the_goal(world, signed_in, sheila, goal):
    nurse = signed_in("nurse")
    new = reverse("option_new", args=[sheila.id])
    assert nurse.post(new, {"title": "A choir", "need": ""}).status_code == 422
    assert nurse.post(new, {"title": "A choir", "goal": str(goal.id)}).status_code == 302
    option = Option.objects.get()
    page = reverse("option_detail", args=[option.id])
    today = clock.today()
    on = {"decided_on_day": today.day, "decided_on_month": today.month, "decided_on_year": today.year}
    refused = nurse.post(page, {"verb": "decline", "version": 1, "said_by": "Rose", **on})
    assert (refused.status_code, b'value="Rose"' in refused.content) == (422, True)
    assert nurse.post(page, {"verb": "decline", "why": "Sings badly", "version": 1, **on}).status_code == 302
    plan = nurse.get(reverse("care_plan", args=[sheila.id])).content.decode()
    assert "Option: A choir" in plan
    assert ": Sings badly" in plan
    stale = nurse.post(page, {"verb": "choose", "version": 1, **on})
    assert (stale.status_code, b"somebody saved" in stale.content) == (422, True)
    history = nurse.get(reverse("option_history", args=[option.id])).content.decode()
    assert "Declined: Sings badly" in history


def test_the_database_keeps_an_option_that_is_for_nothing_out(offered):
    option = offered()
    with (
        pytest.raises(Exception, match="an_option_is_for_something"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE careplans_option SET need = '' WHERE id = %s", [option.id])

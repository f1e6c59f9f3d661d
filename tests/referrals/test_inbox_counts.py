"""What the database counts and orders by itself is what the querysets say, for both sides and for who is neither."""

import pytest

from neighbourhoods.gate import acting_as
from referrals.feeds_referrals import TABS, first_waiting, inbox_of, referrals_under
from tests.referrals.referral_steps import (
    accepted,
    asked,
    completed,
    declined,
    drafted,
    failed,
    held,
    received,
    second_service,
    sent,
    started,
)
from tests.standing import made_once

pytestmark = pytest.mark.django_db
STEPS = (drafted, sent, received, asked, accepted, started, held, declined, failed, completed)


def refer_in_every_state(world):
    """A referral in every state, twice, from the nurses to the carers."""
    second = second_service(world)
    for number, step in enumerate((*STEPS, *STEPS)):
        step(world, world.resident(given_name=f"Number {number}"), **({"service": second} if number == 0 else {}))


standing = made_once(refer_in_every_state)


@pytest.fixture
def each(world):
    """Both sides, and two who are neither, one after the other."""

    def people():
        for name in ("nurse", "link_worker", "outsider", "privacy"):
            with acting_as(world.people[name]) as principal:
                yield principal

    return people()


def test_the_counts_of_an_inbox_are_those_of_its_lists(each):
    for principal in each:
        for tab in TABS:
            told = inbox_of(principal, tab)
            assert told.counts == {name: referrals_under(name, principal).count() for name in TABS}


def test_the_organisations_of_an_inbox_are_those_of_whom_something_is_open_with(each):
    for principal in each:
        for tabs in ({"sent", "outcomes"}, {"waiting", "information", "accepted"}):
            rows = [row for tab in tabs for row in referrals_under(tab, principal)]
            sides = (row.to_team if "sent" in tabs else row.from_team for row in rows)
            expected = {(str(team.organisation_id), team.organisation.name) for team in sides if team}
            for tab in tabs:
                told = [tuple(one) for one in inbox_of(principal, tab).organisations]
                assert told == sorted(expected, key=lambda one: (one[1], one[0]))


def test_what_waits_first_is_the_beginning_of_the_list_that_waits(each):
    for principal in each:
        whole = [row.id for row in referrals_under("waiting", principal)]
        assert [row.id for row in first_waiting(principal, 3)] == whole[:3]
        assert [row.id for row in first_waiting(principal, 3, 2)] == whole[2:5]
        assert [row.id for row in first_waiting(principal, 100)] == whole

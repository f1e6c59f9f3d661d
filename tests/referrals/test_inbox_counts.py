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

pytestmark = pytest.mark.django_db
STEPS = (drafted, sent, received, asked, accepted, started, held, declined, failed, completed)


@pytest.fixture
def lived(world):
    """A referral in every state, twice, from the nurses to the carers."""
    second = second_service(world)
    for number, step in enumerate((*STEPS, *STEPS)):
        step(world, world.resident(given_name=f"Number {number}"), **({"service": second} if number == 0 else {}))
    return world


@pytest.mark.parametrize("who", ["nurse", "link_worker", "outsider", "privacy"])
def test_the_counts_of_an_inbox_are_those_of_its_lists(lived, who):
    principal = lived.people[who]
    with acting_as(principal):
        for tab in TABS:
            told = inbox_of(principal, tab)
            assert told.counts == {name: referrals_under(name, principal).count() for name in TABS}
            rows = list(referrals_under(tab, principal))
            senders = {row.from_team_id for row in rows}
            receivers = {row.to_team_id for row in rows if row.to_team_id}
            assert set(told.other_teams) == (receivers if tab in {"sent", "outcomes"} else senders)


@pytest.mark.parametrize("who", ["nurse", "link_worker", "outsider"])
def test_what_waits_first_is_the_beginning_of_the_list_that_waits(lived, who):
    principal = lived.people[who]
    with acting_as(principal):
        whole = [row.id for row in referrals_under("waiting", principal)]
        assert [row.id for row in first_waiting(principal, 3)] == whole[:3]
        assert [row.id for row in first_waiting(principal, 3, 2)] == whole[2:5]
        assert [row.id for row in first_waiting(principal, 100)] == whole

"""Nothing about a resident is ever nobody's job: people make legal and illegal moves, and it stays so.

After each move an item is open if and only if exactly one team is accountable for it, the one the table of states
names; whoever has anything open has exactly one lead team; the audit says of the move what it was, about what, of
whom and by whom. A move that was refused changed nothing: no row, no clock, no message, no alert, no audit.
"""

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from carecoord.audit.models import AuditEntry
from neighbourhoods.models import CaseloadEntry
from neighbourhoods.services import create_service
from tests.responsibility.machine import Life, Seen, machine, moves_open_to
from tests.responsibility.verbs import ACTIONS, HANDOVERS, KINDS, REFERRALS

# One way through each table after another; together they use every verb and reach every state.
WAYS = {
    ACTIONS.name: (
        "schedule start hold reset complete enter_in_error",
        "cancel",
        "stop",
    ),
    REFERRALS.name: (
        "send receive request_information reply accept undo_acceptance accept start hold resume complete "
        "acknowledge_outcome enter_in_error",
        "send decline reroute",
        "send redirect",
        "send accept fail cancel",
    ),
    HANDOVERS.name: (
        "offer accept close enter_in_error",
        "offer decline",
        "offer withdraw",
    ),
}


@pytest.fixture
def place(world):
    world.other_service = create_service(
        by=world.builder, organisation=world.community, name="Highcross nursing", team=world.highcross_nursing
    )
    return world


@pytest.mark.parametrize(
    ("kind", "way"),
    [pytest.param(kind, way, id=f"{kind.name}: {way}") for kind in KINDS for way in WAYS[kind.name]],
)
def test_each_step_is_refused_to_an_outsider_and_written_down_for_who_may(place, kind, way):
    life = Life(place, Seen())
    item = life.begin(kind)
    for verb in way.split():
        assert not life.move(place.outsider, kind, item, verb)
        by = next(by for by, name in moves_open_to(place, kind, item) if name == verb)
        assert life.move(by, kind, item, verb), verb
    life.tell()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_what_is_first_open_for_somebody_makes_the_team_lead_and_the_audit_says_so(place, kind):
    life = Life(place, Seen())
    item = life.begin(kind, whom=2)
    if kind is REFERRALS:
        life.move(place.nurse, kind, item, "send")
    entry = CaseloadEntry.objects.get(resident=item.resident)
    assert (entry.team, entry.is_lead) == (place.nursing, True)
    assert AuditEntry.objects.filter(verb="lead.moved", about_id=entry.id, actor_id=place.nurse.actor_id).count() == 1


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_the_ways_use_every_verb_and_reach_every_state(kind):
    verbs, reached = set(), {kind.table.states[0].name}
    for way in WAYS[kind.name]:
        state = kind.table.states[0].name
        for verb in way.split():
            state = kind.table.move(verb, state).target
            verbs.add(verb)
            reached.add(state)
    assert verbs == set(kind.verbs) == {move.verb for move in kind.table.moves}
    assert reached == {state.name for state in kind.table}


MOST_ROUNDS = 12


def explore(place, examples, steps, seen=None, number=0):
    """Random stories, of each number others. Gives what they have seen, beside what was `seen` before."""
    seen = seen or Seen()
    run_state_machine_as_test(
        seed(number)(machine(place, seen)),
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            # Finding is enough: shrinking a long story over a database takes longer than reading it.
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
    return seen


def test_nothing_is_ever_nobodys_job(place):
    explore(place, examples=4, steps=20)


@pytest.mark.thorough
def test_nothing_is_ever_nobodys_job_for_a_long_time_in_which_every_move_is_made(place):
    arrows = {(kind.name, origin, move.verb) for kind in KINDS for move in kind.table.moves for origin in move.origins}
    seen = None
    for number in range(MOST_ROUNDS):
        seen = explore(place, examples=15, steps=150, seen=seen, number=number)
        if arrows <= set(seen.moves):
            break
    assert arrows - set(seen.moves) == set()
    assert {(kind.name, state.name) for kind in KINDS for state in kind.table} - set(seen.states) == set()

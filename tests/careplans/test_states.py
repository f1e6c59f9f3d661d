"""The tables of states, and the README that shows them."""

from pathlib import Path

import pytest

from carecoord.errors import IllegalMove
from careplans.models import Action, CarePlan
from careplans.states import ACTION, GOAL, NEED, OPTION, PLAN, PLAN_ENDED

README = Path(__file__).resolve().parents[2] / "careplans" / "README.md"


def rows(table):
    """The table as the README shows it: one line a move, its origins in the order of the states."""
    order = [state.name for state in table]
    for move in table.moves:
        origins = ", ".join(sorted(move.origins, key=order.index))
        yield f"| {move.verb} | {origins} | {move.target} |"


@pytest.mark.parametrize("table", [ACTION, GOAL, NEED, OPTION, PLAN], ids=lambda table: table.kind)
def test_the_readme_shows_exactly_this_table(table):
    section = README.read_text().split(f"### {table.kind.capitalize()}\n")[1].split("\n### ")[0].split("\n## ")[0]
    shown = [line for line in section.splitlines() if line.startswith("| ")]
    assert shown == ["| Move | From | To |", *rows(table)]


@pytest.mark.parametrize("table", [ACTION, GOAL, NEED, OPTION, PLAN], ids=lambda table: table.kind)
def test_every_move_starts_and_ends_in_a_state_of_its_table(table):
    names = {state.name for state in table}
    assert {move.target for move in table.moves} <= names
    assert set().union(*(move.origins for move in table.moves)) <= names


def test_an_ended_action_can_only_be_marked_as_an_error():
    for state in ("completed", "cancelled", "stopped"):
        assert ACTION.allowed(state) == ("enter_in_error",)
    assert ACTION.allowed("entered_in_error") == ()


def test_open_states_of_an_action_move_freely_among_themselves():
    open_states = {"not_started", "scheduled", "in_progress", "on_hold"}
    assert ACTION.open_states() == open_states
    for state in open_states:
        reached = {ACTION.move(verb, state).target for verb in ACTION.allowed(state)}
        assert reached == (open_states - {state}) | {"completed", "cancelled", "stopped"}


def test_a_refused_move_names_the_moves_there_are():
    with pytest.raises(IllegalMove) as refusal:
        PLAN.move("activate", "active")
    assert refusal.value.allowed == ("hold", "complete", "revoke", "enter_in_error")


def test_nothing_leads_out_of_an_ended_plan_but_an_error():
    for state in PLAN_ENDED - {"entered_in_error"}:
        assert PLAN.allowed(state) == ("enter_in_error",)


def test_models_offer_the_states_of_their_tables():
    assert Action._meta.get_field("status").choices == ACTION.choices()
    assert CarePlan._meta.get_field("status").choices == PLAN.choices()

"""Every verb in every state, by either side, is possible exactly where the table says so; a refusal changes nothing."""

import re
from pathlib import Path

import pytest
from django.db import transaction

from carecoord.errors import IllegalMove, NotYours
from carecoord.moves import Side
from neighbourhoods.gate import acting_as
from neighbourhoods.services import open_caseload_entry
from referrals.models import Handover
from referrals.services.handovers import (
    accept_handover,
    close_handover,
    decline_handover,
    enter_handover_in_error,
    offer_handover,
    withdraw_handover,
)
from referrals.states import HANDOVER
from tests.referrals.handovers import accepted, action, drafted, ken_on_the_ward, nothing_moves, offered

pytestmark = pytest.mark.django_db

VERBS = {
    "offer": lambda by, one: offer_handover(by=by, handover_id=one.id),
    "accept": lambda by, one: accept_handover(by=by, handover_id=one.id, read_back=[True, True]),
    "decline": lambda by, one: decline_handover(by=by, handover_id=one.id, reason="Full"),
    "withdraw": lambda by, one: withdraw_handover(by=by, handover_id=one.id, reason="Not yet"),
    "close": lambda by, one: close_handover(by=by, handover_id=one.id, read_back=[True, True]),
    "enter_in_error": lambda by, one: enter_handover_in_error(by=by, handover_id=one.id, reason="Wrong"),
}


def in_state(world, state):
    ken = ken_on_the_ward(world)
    cushion = action(world, ken)
    if state == "draft":
        return drafted(world, ken, items=[cushion])
    handover = offered(world, ken, items=[cushion])
    if state in {"accepted", "closed"}:
        return accepted(world, handover, read_back=[True, state == "closed"], note="Later")
    ways = {"declined": ("nurse", "decline"), "withdrawn": ("ward_nurse", "withdraw")}
    ways["entered_in_error"] = ("ward_nurse", "enter_in_error")
    if state in ways:
        who, verb = ways[state]
        with acting_as(world.people[who]) as by:
            return VERBS[verb](by, handover)
    return handover


def test_every_verb_of_the_table_has_a_service():
    assert {move.verb for move in HANDOVER.moves} == set(VERBS)


@pytest.mark.parametrize("side", [Side.GIVER, Side.RECEIVER])
@pytest.mark.parametrize("state", [state.name for state in HANDOVER])
def test_a_verb_is_possible_exactly_where_the_table_says(world, state, side):
    handover = in_state(world, state)
    assert handover.status == state
    by = world.ward_nurse if side is Side.GIVER else world.nurse
    allowed = HANDOVER.allowed(state, [side])
    for verb, act in VERBS.items():
        if verb in allowed:
            _leads_where_the_table_says(world, handover, verb, act, by)
            continue
        refusal = Handover.DoesNotExist if state == "draft" and side is Side.RECEIVER else IllegalMove
        with nothing_moves(world, handover.resident), pytest.raises(refusal), acting_as(by):
            act(by, handover)


def _leads_where_the_table_says(world, handover, verb, act, by):
    with transaction.atomic():
        with acting_as(by):
            after = act(by, handover)
        # A complete read-back closes it in the same transaction (domain.md 3.4).
        target = "closed" if verb == "accept" else HANDOVER.move(verb, handover.status).target
        assert after.status == target
        assert (after.accountable_team is not None) == (target in HANDOVER.open_states())
        transaction.set_rollback(True)


@pytest.mark.parametrize("verb", VERBS)
def test_somebody_who_sees_the_resident_but_is_on_neither_side_changes_nothing(world, verb):
    handover = in_state(world, "offered")
    with acting_as(world.ward_nurse):
        open_caseload_entry(by=world.ward_nurse, resident_id=handover.resident_id, team_id=world.surgery.id)
    with nothing_moves(world, handover.resident), acting_as(world.gp), pytest.raises(NotYours):
        VERBS[verb](world.gp, handover)


@pytest.mark.parametrize("verb", VERBS)
def test_an_outsider_does_not_even_find_it(world, verb):
    handover = in_state(world, "offered")
    with nothing_moves(world, handover.resident), acting_as(world.outsider), pytest.raises(Handover.DoesNotExist):
        VERBS[verb](world.outsider, handover)


def test_the_readme_has_the_table_of_states():
    words = Path("referrals/README.md").read_text()
    part = words.split("## States of a handover")[1].split("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \| ([^|]*?) \| ([^|]*?) \| ([^|]*?) \|$", part, re.M)
    side = {Side.GIVER: "giver", Side.RECEIVER: "receiver", Side.NOBODY: "nobody"}
    leads = {
        state.name: ", ".join(f"{move.verb} ({side[move.by]})" for move in HANDOVER.moves if state.name in move.origins)
        for state in HANDOVER
    }
    assert rows == [
        (one.name, side[one.accountable], side[one.waiting_on], leads[one.name] or "none") for one in HANDOVER
    ]

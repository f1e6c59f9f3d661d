"""Every verb of a referral in every state, by either side."""

from datetime import timedelta

import pytest
from django.db import transaction

from carecoord import clock
from carecoord.api.words import action_name
from carecoord.moves import Side
from referrals.models import Referral
from referrals.states import REFERRAL, REFERRAL_STEPS
from tests.api.referring import STATES, WORDS
from tests.referrals.referral_steps import second_service

pytestmark = pytest.mark.django_db


def bodies(world, other):
    return {
        "request-information": {"question": "Who is at home?"},
        "reply": WORDS,
        "decline": {"reason_code": "full", "suggestion": "The sitting service"},
        "redirect": {"service": str(other.id), **WORDS},
        "reroute": {"service": str(other.id)},
        "hold": {"reason_code": "away", "until": (clock.today() + timedelta(days=9)).isoformat()},
        "complete": {"outcome": "A sitter comes"},
        "fail": {"reason_code": "no_contact"},
        "cancel": {"reason_code": "not_wanted"},
        "amend": {"urgency": "soon", **WORDS},
        "enter-in-error": WORDS,
    }


def test_the_states_of_these_tests_are_those_of_the_table():
    assert set(STATES) == {state.name for state in REFERRAL}


@pytest.mark.parametrize("state", list(STATES))
@pytest.mark.parametrize("side", [Side.GIVER, Side.RECEIVER])
def test_each_allowed_verb_moves_along_the_table_and_another_is_refused(world, nursing, carers, state, side):
    walk(world, nursing, carers, state, side, most_refused=1)


@pytest.mark.thorough
@pytest.mark.parametrize("state", list(STATES))
@pytest.mark.parametrize("side", [Side.GIVER, Side.RECEIVER])
def test_each_verb_moves_along_the_table_or_not_at_all(world, nursing, carers, state, side):
    walk(world, nursing, carers, state, side, most_refused=len(REFERRAL_STEPS.moves))


def walk(world, nursing, carers, state, side, most_refused):
    """Every verb that this side may use in this state, and as many of the others, each as if it were the only one."""
    referral = STATES[state](world, world.resident())
    partner = nursing if side is Side.GIVER else carers
    said = bodies(world, second_service(world))
    if state == "draft" and side is Side.RECEIVER:
        assert partner.post(f"referrals/{referral.id}/accept/").status_code == 404
        return
    allowed = list(dict.fromkeys(action_name(verb) for verb in REFERRAL_STEPS.allowed(state, {side})))
    assert partner.get(f"referrals/{referral.id}/").json()["allowed_actions"] == allowed
    verbs = sorted({move.verb for move in REFERRAL_STEPS.moves}, key=lambda verb: action_name(verb) not in allowed)
    for verb in verbs[: len(allowed) + most_refused]:
        action, before = action_name(verb), Referral.objects.filter(id=referral.id).values().get()
        with transaction.atomic():
            answer = partner.post(f"referrals/{referral.id}/{action}/", said.get(action))
            after = Referral.objects.filter(id=referral.id).values().get()
            transaction.set_rollback(True)
        if action in allowed:
            assert answer.status_code == (201 if verb == "reroute" else 200), (verb, answer.content)
            assert after["status"] == REFERRAL_STEPS.move(verb, state, {side}).target, verb
        else:
            assert (answer.status_code, answer.json()["code"]) == (422, "illegal_transition"), (verb, answer.content)
            assert answer.json()["allowed"] == allowed, verb
            assert after == before, verb

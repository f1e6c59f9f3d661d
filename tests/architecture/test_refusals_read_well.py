"""Every sentence with which a table of states refuses a move, as somebody would read it aloud."""

import re

import pytest

from carecoord.errors import IllegalMove
from carecoord.moves import Side
from careplans.states import ACTION, GOAL, PLAN
from referrals.states import HANDOVER, REFERRAL

TABLES = {"action": ACTION, "plan": PLAN, "goal": GOAL, "referral": REFERRAL, "handover": HANDOVER}
SIDES = [frozenset({Side.GIVER}), frozenset({Side.RECEIVER}), frozenset({Side.EITHER})]


def refusal(table, verb, state, *sides):
    with pytest.raises(IllegalMove) as refused:
        table.move(verb, state, sides or (Side.EITHER,))
    return refused.value.sentence


def all_refusals():
    for table in TABLES.values():
        for verb in {move.verb for move in table.moves}:
            for state in table:
                for sides in SIDES:
                    if verb not in table.allowed(state.name, sides):
                        yield refusal(table, verb, state.name, *sides)


HARD_CASES = [
    (
        (REFERRAL, "cancel", "completed", Side.GIVER),
        "This referral has an outcome, so you cannot cancel it. You can confirm that its outcome was read or mark it "
        "as entered in error.",
    ),
    (
        (REFERRAL, "complete", "info_requested", Side.RECEIVER),
        "This referral waits for information, so you cannot complete it. You can decline it, send it on to another "
        "service or cancel it.",
    ),
    (
        (REFERRAL, "enter_in_error", "entered_in_error", Side.GIVER),
        "This referral was entered in error, so you cannot mark it as entered in error. Nothing more can be done with "
        "it.",
    ),
    (
        (REFERRAL, "request_information", "failed", Side.RECEIVER),
        "This referral was not possible, so you cannot ask for information. Only the other team can send it elsewhere, "
        "cancel it or mark it as entered in error.",
    ),
    (
        (REFERRAL, "undo_acceptance", "in_progress", Side.RECEIVER),
        "This referral is in progress, so you cannot take back its acceptance. You can put it on hold, complete it, "
        "say that it is not possible or cancel it.",
    ),
    (
        (HANDOVER, "accept", "draft", Side.GIVER),
        "This handover is a draft, so you cannot accept it. You can offer it, withdraw it or mark it as entered in "
        "error.",
    ),
    (
        (HANDOVER, "withdraw", "accepted", Side.GIVER),
        "This handover has been accepted, so you cannot withdraw it. You can mark it as entered in error.",
    ),
    (
        (ACTION, "enter_in_error", "not_started", Side.GIVER),
        "This action has not been started, so you cannot mark it as entered in error. You can schedule it, start it, "
        "put it on hold, complete it, cancel it or stop it.",
    ),
    (
        (ACTION, "reset", "stopped", Side.GIVER),
        "This action was stopped, so you cannot set it back to not started. You can mark it as entered in error.",
    ),
    (
        (PLAN, "hold", "draft"),
        "This plan is a draft, so you cannot put it on hold. You can activate it or mark it as entered in error.",
    ),
    (
        (GOAL, "plan", "completed"),
        "This goal has been reached, so you cannot plan it. You can mark it as entered in error.",
    ),
]


@pytest.mark.parametrize(("asked", "sentence"), HARD_CASES, ids=[case[1][:40] for case in HARD_CASES])
def test_hard_cases_read_aloud(asked, sentence):
    assert refusal(*asked) == sentence


def test_every_refusal_is_two_sentences_of_words_and_ends_with_what_can_be_done():
    shape = re.compile(
        r"This [a-z]+ (is|has|was|waits) [a-z ]+, so you cannot [a-z ]+\. "
        r"(You can [a-z, ]+|Only the other team can [a-z, ]+|Nothing more can be done with it)\."
    )
    sentences = set(all_refusals())
    assert len(sentences) > 200
    assert [sentence for sentence in sentences if not shape.fullmatch(sentence)] == []


def test_no_refusal_joins_words_that_do_not_belong_together():
    broken = re.compile(r"in error it\b|outcome it\b|information it\b|is outcome|is not possible, so|\b(\w+) \1\b|_")
    assert [sentence for sentence in all_refusals() if broken.search(sentence)] == []

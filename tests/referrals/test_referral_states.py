"""README.md and states.py say the same, and both say what domain.md 3.1 says."""

from pathlib import Path

import pytest

from carecoord.moves import Side
from referrals.display_referral_page import HAPPENED_WORDS
from referrals.referral_verbs import NEXT, RARE, VERBS
from referrals.services.referral_moves import HAPPENED
from referrals.states import REFERRAL

README = Path(__file__).parents[2] / "referrals" / "README.md"


def states_of_readme():
    text = README.read_text().split("<!-- states of referrals -->")[1].split("<!-- end -->")[0]
    rows = [line for line in text.strip().splitlines() if line.startswith("|")][2:]
    return [tuple(cell.strip() for cell in row.strip("|").split("|")) for row in rows]


def test_the_readme_lists_the_states_of_the_table():
    assert states_of_readme() == [
        (state.name, state.label, state.accountable.value, state.waiting_on.value, ", ".join(moves_from(state.name)))
        for state in REFERRAL
    ]


def moves_from(name):
    found = dict.fromkeys((move.verb, move.by.value) for move in REFERRAL.moves if name in move.origins)
    return [f"{verb} ({by})" for verb, by in found]


@pytest.mark.parametrize(
    ("state", "accountable"),
    [
        ("draft", Side.GIVER), ("sent", Side.GIVER), ("received", Side.GIVER), ("info_requested", Side.GIVER),
        ("accepted", Side.RECEIVER), ("in_progress", Side.RECEIVER), ("on_hold", Side.RECEIVER),
        ("rejected", Side.GIVER), ("failed", Side.GIVER), ("completed", Side.GIVER),
        ("cancelled", Side.NOBODY), ("entered_in_error", Side.NOBODY),
    ],
)  # fmt: skip
def test_who_is_accountable_in_each_state(state, accountable):
    assert REFERRAL[state].accountable is accountable


def test_only_the_receiver_accepts_and_only_the_sender_sends():
    by = {move.verb: move.by for move in REFERRAL.moves if move.verb != "cancel"}
    assert {by[verb] for verb in ("receive", "accept", "decline", "redirect", "start", "complete")} == {Side.RECEIVER}
    assert {by[verb] for verb in ("send", "reply", "reroute", "acknowledge_outcome", "enter_in_error")} == {Side.GIVER}


def test_each_verb_has_words_for_the_page_the_history_and_the_message():
    verbs = {move.verb for move in REFERRAL.moves}
    assert verbs <= set(HAPPENED)
    assert set(HAPPENED) == set(HAPPENED_WORDS)
    assert set(VERBS) == (verbs - {"send"}) | {"claim"}
    assert {*NEXT, *RARE} <= set(VERBS)

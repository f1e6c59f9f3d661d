"""Whoever is asked to take somebody on reads that an interpreter is needed before they ring (card, snapshot)."""

import pytest

from neighbourhoods.gate import acting_as
from neighbourhoods.services import EntryFacts, record_entry
from tests.referrals.handovers import ken_on_the_ward, offered, referral

pytestmark = pytest.mark.django_db

NEEDED = "Interpreter needed: Panjabi; Punjabi"


def adjustments(world, ken):
    handover = offered(world, ken)
    told = [fact["text"] for fact in handover.snapshot["facts"] if fact["kind"] == "adjustment"]
    return told, list(referral(world, ken).card["banner"].get("adjustment", ()))


def test_the_receiver_of_a_handover_and_of_a_referral_reads_it(world):
    ken = ken_on_the_ward(world, language="pa", interpreter_required=True)
    assert adjustments(world, ken) == ([NEEDED], [NEEDED])


@pytest.mark.parametrize("answer", [None, False])
def test_nothing_is_said_of_who_needs_none_or_was_not_asked(world, answer):
    assert adjustments(world, ken_on_the_ward(world, language="pa", interpreter_required=answer)) == ([], [])


def test_what_an_adjustment_says_already_is_said_once(world):
    ken = ken_on_the_ward(world, language="pa", interpreter_required=True)
    said = ["Interpreter: Punjabi", "Large print"]
    with acting_as(world.ward_nurse) as by:
        for text in said:
            record_entry(by=by, resident_id=ken.id, facts=EntryFacts("adjustment", text, {"category": "006"}))
    assert adjustments(world, ken) == (said, said)

"""The measure of matching: people of whom it is known who is who, with stated slips."""

import json

import pytest

from carecoord.bench import report
from carecoord.bench.management.commands.bench import Command
from carecoord.bench.matching.measure import LEAST_PRECISION, LEAST_RECALL, Outcome, measure
from carecoord.bench.matching.noise import SLIPS
from carecoord.bench.matching.people import GATED, MEASURED, NEAR, REPORTED_SEED, draw
from neighbourhoods.matching import Verdict, compare


@pytest.fixture(scope="module")
def people():
    return draw(REPORTED_SEED, GATED)


@pytest.fixture(scope="module")
def outcome(people):
    return measure(people)


def test_the_same_seed_draws_the_same_people(people):
    again = draw(REPORTED_SEED, GATED)
    assert [(one.person, one.slips, one.kind) for one in again] == [(one.person, one.slips, one.kind) for one in people]
    assert [one.description for one in again] == [one.description for one in people]


def test_a_fifth_are_described_twice_with_one_to_three_slips_and_near_twins_of_each_kind_are_among_them(people):
    second = [one for one in people if one.slips]
    assert len(second) == GATED // 5
    assert {len(one.slips) for one in second} == {1, 2, 3}
    assert {slip for one in second for slip in one.slips} == set(SLIPS)
    assert {kind: sum(one.kind == kind for one in people) for kind in NEAR} == dict.fromkeys(NEAR, GATED // 25)


def test_of_a_cut_of_those_measured_enough_are_found_and_few_are_wrong(outcome):
    assert outcome.recall >= LEAST_RECALL
    assert outcome.precision >= LEAST_PRECISION


def test_no_near_twin_is_called_likely(people, outcome):
    assert not outcome.near_twins
    # Not by the keys that bring people together either: each pair is compared here.
    first = {one.person: one.description for one in people if one.like is None and not one.slips}
    pairs = [(first[one.like], one.description) for one in people if one.like is not None]
    assert len(pairs) == len(NEAR) * GATED // 25
    assert all(compare(*pair).verdict is not Verdict.LIKELY for pair in pairs)


@pytest.mark.thorough
def test_of_all_who_are_measured_enough_are_found_and_no_near_twin_is_likely(tmp_path):
    table = Command()._matching(tmp_path)
    found = json.loads((tmp_path / "matching.json").read_text())
    assert found["described"] == MEASURED
    assert found["recall"] >= LEAST_RECALL
    assert found["precision"] >= LEAST_PRECISION
    assert found["near_twins"] == {}
    assert "misses" not in table


def test_the_table_says_what_was_reached():
    told = report.matching_table(Outcome(5000, 1000, 961, 4, 500, 600, {}, {}))
    assert "**Duplicates among 5,000 descriptions**" in told
    assert "| of 1,000 described twice, called likely | 96.1% | 95% | 97% | - | must |" in told
    assert "| of those called likely, the same person | 99.6% | 90% | 98% | - | aim |" in told
    assert "| of 600 near-twins, called likely | 0 | 0 | 0 | - | aim |" in told

"""When something is due for somebody in a group: what the rules say, and what holds whatever is recorded."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carecoord.clock import WEEKDAYS_8_TO_18, is_working_day
from carecoord.ui import dates
from neighbourhoods.cohorts import clocks
from neighbourhoods.cohorts.clocks import CHILD_STAGES, COHORT_CLOCKS, Known, ehcp_weeks_left, months_after

DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
KEYS = (
    *("last_check_on", "last_review_on", "diagnosed_on", "discharged_on", "seen_on", "next_on", "requested_on"),
    *("advice_asked_on", "advice_given_on", "final_on", "stage_on"),
)
STAGES = ("requested", "assessing", "drafting", "final", "refused", *CHILD_STAGES, "plan", "early-help")


@st.composite
def knowns(draw):
    data = {key: day.isoformat() for key, day in draw(st.dictionaries(st.sampled_from(KEYS), DAYS)).items()}
    stage = draw(st.sampled_from((None, *STAGES)))
    return Known(draw(DAYS), data | ({"stage": {"code": stage, "display": stage}} if stage else {}), draw(DAYS))


def day(at):
    return at and dates.local_day(at)


def known(since="2030-01-07", born=None, stage=None, **answers):
    more = {"stage": {"code": stage, "display": stage}} if stage else {}
    return Known(date.fromisoformat(since), answers | more, born and date.fromisoformat(born))


@pytest.mark.parametrize(
    ("clock", "what", "due"),
    [
        ("yearly_check", known(), "2030-01-07"),
        ("yearly_check", known(last_check_on="2029-02-28"), "2030-02-28"),
        ("yearly_check", known(last_check_on="2028-02-29"), "2029-02-28"),
        ("yearly_check", known(born="2020-06-01"), "2034-06-01"),
        ("yearly_review", known(), "2031-01-07"),
        ("yearly_review", known(diagnosed_on="2029-05-01"), "2030-05-01"),
        ("yearly_review", known(diagnosed_on="2029-05-01", last_review_on="2030-04-30"), "2031-04-30"),
        ("follow_up", known(), None),
        ("follow_up", known(discharged_on="2030-01-11"), "2030-01-14"),
        ("follow_up", known(discharged_on="2030-01-11", seen_on="2030-01-10", next_on="2030-02-01"), "2030-01-14"),
        ("follow_up", known(discharged_on="2030-01-11", seen_on="2030-01-12", next_on="2030-02-01"), "2030-02-01"),
        ("next_step", known(next_on="2030-01-20"), "2030-01-20"),
        ("ehcp", known(stage="requested", requested_on="2030-01-07"), "2030-02-18"),
        ("ehcp", known(stage="assessing", requested_on="2030-01-07"), "2030-04-29"),
        ("ehcp", known(stage="assessing", requested_on="2030-01-07", advice_asked_on="2030-02-18"), "2030-04-01"),
        (
            "ehcp",
            known(
                stage="assessing", requested_on="2030-01-07", advice_asked_on="2030-02-18", advice_given_on="2030-03-01"
            ),
            "2030-04-29",
        ),
        ("ehcp", known(stage="drafting", requested_on="2030-01-07"), "2030-05-27"),
        ("ehcp", known(stage="final", final_on="2030-05-20"), "2031-05-20"),
        ("ehcp", known(stage="final", final_on="2030-05-20", last_review_on="2031-05-01"), "2032-05-01"),
        ("ehcp", known(stage="refused", requested_on="2030-01-07"), None),
        ("ehcp", known(), None),
        ("child", known(stage="referral", stage_on="2030-01-11"), "2030-01-14"),
        ("child", known(stage="strategy", stage_on="2030-01-07"), "2030-01-28"),
        ("child", known(stage="plan", stage_on="2030-01-07"), "2030-04-07"),
        ("child", known(stage="plan", stage_on="2030-01-07", last_review_on="2030-04-01"), "2030-10-01"),
        ("child", known(stage="early-help"), None),
        ("child", known(stage="early-help", next_on="2030-02-01"), "2030-02-01"),
    ],
)
def test_what_is_due_when(clock, what, due):
    found = day(COHORT_CLOCKS[clock](what))
    assert (found and found.isoformat()) == due


@pytest.mark.parametrize(
    ("today", "left"), [("2030-01-07", 20), ("2030-01-08", 19), ("2030-05-27", 0), ("2030-05-28", -1)]
)
def test_weeks_left_are_whole_ones_until_the_final_plan(today, left):
    asked = known(stage="drafting", requested_on="2030-01-07")
    assert ehcp_weeks_left(asked, date.fromisoformat(today)) == left
    assert ehcp_weeks_left(known(stage="final"), date.fromisoformat(today)) is None


@given(knowns(), st.sampled_from(sorted(COHORT_CLOCKS)))
def test_the_same_facts_always_give_the_same_moment_within_working_hours_of_a_day(facts, clock):
    first, second = COHORT_CLOCKS[clock](facts), COHORT_CLOCKS[clock](facts)
    assert first == second
    assert first is None or first.utcoffset() is not None


@given(knowns(), st.integers(1, 3_000))
def test_a_later_check_or_review_never_brings_the_next_one_forward(facts, days):
    for clock, key in (("yearly_check", "last_check_on"), ("yearly_review", "last_review_on")):
        on = facts.day(key) or facts.since
        before = Known(facts.since, {**facts.data, key: on.isoformat()}, facts.born)
        after = Known(facts.since, {**facts.data, key: (on + timedelta(days=days)).isoformat()}, facts.born)
        assert COHORT_CLOCKS[clock](after) >= COHORT_CLOCKS[clock](before)


@given(DAYS, st.integers(0, 240))
def test_months_later_is_the_same_day_or_the_last_of_its_month(on, months):
    later = months_after(on, months)
    assert (later.year * 12 + later.month) - (on.year * 12 + on.month) == months
    assert later.day == on.day or (later + timedelta(days=1)).day == 1


@given(DAYS)
def test_a_care_home_has_seven_working_days_neither_more_nor_less(on):
    came = clocks._noon(on)
    due = day(clocks.plan_due_at(came))
    between = [on + timedelta(days=number) for number in range(1, (due - on).days + 1)]
    assert sum(is_working_day(WEEKDAYS_8_TO_18, one) for one in between) == 7
    assert is_working_day(WEEKDAYS_8_TO_18, due)


@given(st.sampled_from(("requested", "arranged", "active", "suspended", "ended")), st.none() | DAYS, st.none() | DAYS)
def test_a_package_is_due_only_while_it_waits(status, starts_on, suspended_on):
    at = suspended_on and clocks._noon(suspended_on)
    due = clocks.package_due_at(status, starts_on, at)
    waits = (status in ("requested", "arranged") and starts_on) or (status == "suspended" and at)
    assert (due is not None) == bool(waits)

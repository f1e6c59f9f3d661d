"""Measures over time: what counts, in which order, whose; and how partner systems read them."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import settings

from carecoord import clock
from carecoord.errors import RuleError
from careplans.measures import measured_of
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Entry, Role
from neighbourhoods.services import EntryFacts, correct_entry, end_entry, enter_entry_in_error, record_entry
from neighbourhoods.services.stay_facts import StayFacts
from neighbourhoods.services.stays import admit, discharge
from tests.statements import statements_of

pytestmark = pytest.mark.django_db
WELL = {"satisfied": 7, "worthwhile": 8, "happy": 6, "anxious": 3}


@pytest.fixture
def sheila(world):
    return world.resident()


@pytest.fixture
def recorded(world, sheila):
    """`recorded("assessment.loneliness", {"score": 7}, days=30)`: so many days ago, as the nurse."""

    def record(kind, data, *, days=0, text="", by=None):
        by = by or world.nurse
        facts = EntryFacts(kind, text, data, clock.today() - timedelta(days=days))
        with acting_as(by):
            return record_entry(by=by, resident_id=sheila.id, facts=facts)

    return record


@pytest.fixture
def measured(world, sheila):
    def read(by=None):
        by = by or world.nurse
        with acting_as(by):
            return measured_of(by, sheila.id)

    return read


def values(series):
    return [reading.value for reading in series.readings]


def test_four_answers_of_ons4_are_four_series_with_the_ends_of_their_scale(recorded, measured):
    entry = recorded("assessment.wellbeing", WELL)
    assert str(entry) == (
        "Personal well-being (ONS4): Life satisfaction 7, Worthwhile 8, Happy yesterday 6, Anxious yesterday 3"
    )
    found = measured().of_kind("assessment.wellbeing")
    assert [(one.label, one.better, one.least, one.most, values(one)) for one in found] == [
        ("Life satisfaction", "up", 0, 10, [7]),
        ("Worthwhile", "up", 0, 10, [8]),
        ("Happy yesterday", "up", 0, 10, [6]),
        ("Anxious yesterday", "down", 0, 10, [3]),
    ]
    assert found[0].readings[0].by == "Nurse, Test Community Health"


@pytest.mark.parametrize(
    ("kind", "data", "said"),
    [
        ("assessment.wellbeing", WELL | {"happy": 11}, "Enter a number from 0 to 10."),
        ("assessment.wellbeing", {"happy": 1}, "Enter life satisfaction."),
        ("assessment.loneliness", {"score": 2}, "Enter a number from 3 to 9."),
        ("assessment.loneliness", {"score": 10}, "Enter a number from 3 to 9."),
    ],
)
def test_a_score_lies_on_its_scale(recorded, kind, data, said):
    with pytest.raises(RuleError) as refused:
        recorded(kind, data)
    assert (refused.value.sentence, Entry.objects.count()) == (said, 0)


def test_the_earlier_frailty_stays_in_the_series_though_only_one_holds(recorded, measured):
    recorded("assessment.frailty", {"scale": "4"}, days=400)
    recorded("assessment.frailty", {"scale": "6"})
    (frailty,) = measured().of_kind("assessment.frailty")
    assert (values(frailty), frailty.least, frailty.most, frailty.better) == ([4, 6], 1, 9, "down")
    assert frailty.readings[1].said.startswith("6 ")


def test_what_was_corrected_or_an_error_was_never_measured_and_what_ended_was(world, sheila, recorded, measured):
    ended = recorded("assessment.loneliness", {"score": 9}, days=90)
    with acting_as(world.nurse):
        end_entry(by=world.nurse, resident_id=sheila.id, entry_id=ended.id, reason="Over")
    wrong = recorded("assessment.loneliness", {"score": 8}, days=60)
    mistyped = recorded("assessment.loneliness", {"score": 3}, days=30)
    on = {"by": world.nurse, "resident_id": sheila.id}
    with acting_as(world.nurse):
        enter_entry_in_error(**on, entry_id=wrong.id, reason="Another resident")
        facts = EntryFacts(mistyped.kind, data={"score": 5}, event_on=mistyped.event_on)
        correct_entry(**on, entry_id=mistyped.id, facts=facts, reason="Typed wrongly")
    (loneliness,) = measured().of_kind("assessment.loneliness")
    assert values(loneliness) == [9, 5]


def test_falls_are_counted_without_an_upper_end(recorded, measured):
    recorded("assessment.falls", {"falls_in_year": 3})
    (falls,) = measured().of_kind("assessment.falls")
    assert (falls.better, falls.most, values(falls)) == ("fewer", None, [3])


def test_another_tool_is_one_series_by_its_name_and_says_of_how_much_where_all_its_scores_do(recorded, measured):
    for number, score in enumerate(("12/30", "18 of 30")):
        recorded(
            "assessment", {"name": "Grip test" if number else "grip TEST", "score": score}, days=2 - number, text="x"
        )
    recorded("assessment", {"name": "Memory", "score": "Better"}, text="x")
    recorded("assessment", {"name": "Without a score"}, text="x")
    grip, memory = measured().of_kind("assessment")
    assert (grip.label, values(grip), grip.most, grip.better) == ("Grip test", [12, 18], 30, "")
    assert (values(memory), memory.readings[0].said, memory.most) == ([None], "Better", None)


def test_admissions_to_hospital_are_counted_by_three_months_back_from_today(world, sheila, measured):
    with acting_as(world.nurse) as nurse:
        for days, kind in ((900, "hospital"), (700, "hospital"), (50, "rehab"), (20, "hospital")):
            at = clock.now() - timedelta(days=days)
            facts = StayFacts(kind=kind, admitted_at=at, organisation_name="St Agnes")
            stay = admit(by=nurse, resident_id=sheila.id, facts=facts)
            discharge(by=nurse, stay_id=stay.id, destination="home", discharged_at=at + timedelta(days=3))
    quarters = measured().quarters
    assert [one.admissions for one in quarters] == [1, 0, 0, 0, 0, 0, 0, 1]


def test_a_role_that_is_not_clinical_sees_well_being_and_not_frailty(world, sheila, recorded, measured):
    recorded("assessment.frailty", {"scale": "6"})
    recorded("assessment.wellbeing", WELL)
    clerk = replace(world.nurse, role=Role.ADMINISTRATOR)
    assert {one.kind for one in measured(clerk).series} == {"assessment.wellbeing"}


def test_two_statements_for_three_values_and_for_thirty(recorded, measured):
    for day in range(3):
        recorded("assessment.wellbeing", WELL, days=day)
    few = statements_of(measured)
    for day in range(30):
        recorded("assessment.wellbeing", WELL, days=day)
    assert len(statements_of(measured)) == len(few)
    assert not measured().is_cut


def test_no_wording_of_a_questionnaire_is_shipped():
    kinds = json.loads((settings.BASE_DIR / "data/definitions/assessments.json").read_text())["kinds"]
    words = " ".join(field["label"] for kind in kinds for field in kind["fields"]).casefold()
    assert not [one for one in ("overall, how", "companionship", "left out", "isolated from") if one in words]

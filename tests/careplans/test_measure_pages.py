"""Measures as charts and tables next to the goals, and the small form that adds to them."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse

from carecoord import clock
from carecoord.ui.components import Chart, ChartPoint
from careplans.services import add_goal, create_plan, report_outcome
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Entry
from neighbourhoods.services import EntryFacts, record_entry
from neighbourhoods.services.restrictions import restrict_resident

pytestmark = pytest.mark.django_db


@pytest.fixture
def sheila(world):
    return world.resident()


@pytest.fixture
def nurse(signed_in):
    return signed_in("nurse")


def words(answer):
    text = answer.content.decode()
    main = text[text.index("<main") : text.index("</main>")]
    return re.sub(r"\s+([:,.])", r"\1", re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", main)))


def shown(client, sheila):
    answer = client.get(reverse("resident_measures", args=[sheila.id]))
    assert answer.status_code == 200
    return answer


def test_an_empty_page_says_what_to_do(nurse, sheila):
    text = words(shown(nurse, sheila))
    assert "Nothing has been measured yet Choose what to measure first." in text
    assert "Personal well-being (ONS4)" in text
    assert "No goals yet. Ask Sheila what they want to be able to do" in text


def test_the_small_form_writes_down_and_the_chart_says_what_changed(nurse, sheila):
    form = reverse("measure_new", args=[sheila.id, "assessment.loneliness"])
    before = clock.today() - timedelta(days=30)
    for score, on in ((8, before), (5, clock.today())):
        sent = {"score": str(score), "event_on_day": on.day, "event_on_month": on.month, "event_on_year": on.year}
        answer = nurse.post(form, sent)
        assert (answer.status_code, answer.url) == (302, reverse("resident_measures", args=[sheila.id]))
    text = words(shown(nurse, sheila))
    assert re.search(r"5 on \S+, was 8 on \S+: better\. Lower is better, on a scale from 3 to 9\.", text)
    assert re.search(r"0 in the past year\. Fewer is better\.", text)
    refused = nurse.post(form, {"score": "12", "professional": "Ravi"})
    assert (refused.status_code, Entry.objects.count()) == (422, 2)
    assert b'value="Ravi"' in refused.content


def test_goals_stand_beside_with_how_it_went_against_what_was_wanted(world, nurse, sheila):
    with acting_as(world.nurse) as by:
        plan = create_plan(by=by, resident_id=sheila.id)
        goal = add_goal(by=by, plan_id=plan.id, title="See my sister", wanted="Twice a month")
        report_outcome(by=by, goal_id=goal.id, extent="closer", words="Once", reported_on=clock.today())
    text = words(shown(nurse, sheila))
    assert "“See my sister” Wanted: Twice a month" in text
    assert re.search(r"Closer, \S+: Once", text)
    plan = nurse.get(reverse("care_plan", args=[sheila.id])).content.decode()
    assert reverse("resident_measures", args=[sheila.id]) in plan


def test_of_somebody_restricted_no_admissions_are_counted(world, nurse, sheila):
    with acting_as(world.nurse) as by:
        facts = EntryFacts("assessment.loneliness", data={"score": 5}, event_on=clock.today())
        record_entry(by=by, resident_id=sheila.id, facts=facts)
    assert "Admissions to hospital" in words(shown(nurse, sheila))
    with acting_as(world.nurse) as by:
        restrict_resident(by=by, resident_id=sheila.id, reason="Her former husband looks for her")
    assert "Admissions to hospital" not in words(shown(nurse, sheila))


def test_what_is_no_measure_has_no_small_form(nurse, sheila):
    assert nurse.get(reverse("measure_new", args=[sheila.id, "allergy"])).status_code == 404


def chart(*values, least=0, most=10):
    points = tuple(
        ChartPoint(date(2026, 1, 1) + timedelta(days=place), one, str(one)) for place, one in enumerate(values)
    )
    return Chart("Happy", "Found.", "Higher is better.", points, least, most)


def test_the_axis_goes_from_one_end_of_the_scale_to_the_other():
    drawn = chart(0, 10)
    assert [(place.x, place.y) for place in drawn.places] == [(38, 118), (228, 22)]
    assert chart(3, 9, least=3, most=9).line == drawn.line


def test_one_value_is_a_dot_in_the_middle_with_one_day():
    drawn = chart(7)
    assert ([place.x for place in drawn.dots], drawn.first_day, drawn.last_day) == ([133], "01-Jan-2026", "")
    assert drawn.in_words == "Happy: 1 value from 01-Jan-2026, drawn from 0 to 10. Found."


def test_of_a_hundred_values_the_line_shows_all_and_a_dot_the_latest():
    drawn = chart(*(place % 10 for place in range(100)))
    assert (len(drawn.places), len(drawn.dots), len(drawn.latest_first)) == (100, 1, 100)
    assert all(22 <= place.y <= 118 and 30 <= place.x <= 236 for place in drawn.places)


def test_what_is_counted_has_an_axis_up_to_its_highest_value_and_nothing_is_no_fault():
    assert (chart(2, 14, most=None).top, chart(0, 0, most=None).top) == (14, 1)
    assert chart(None).is_drawn is False

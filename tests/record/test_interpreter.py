"""That somebody needs an interpreter stands under their name, on every page of their record."""

import pytest
from django.urls import reverse

from neighbourhoods.gate import acting_as
from neighbourhoods.services import EntryFacts, record_entry

pytestmark = pytest.mark.django_db

PAGES = ("resident_record", "whole_record", "care_plan", "resident_referrals", "resident_people", "resident_timeline")


def strip(client, resident, page="resident_record"):
    text = client.get(reverse(page, args=[resident.id])).text
    start = text.find('aria-label="Alerts and adjustments"')
    return text[start : text.index("</section>", start)]


@pytest.mark.parametrize("page", PAGES)
def test_the_language_of_the_interpreter_stands_under_the_banner(world, signed_in, page):
    resident = world.resident(language="pa", interpreter_required=True)
    assert "Interpreter needed: Panjabi; Punjabi" in strip(signed_in("nurse"), resident, page)


@pytest.mark.parametrize("answer", [None, False])
def test_nothing_stands_there_of_somebody_who_needs_none_or_was_not_asked(world, signed_in, answer):
    resident = world.resident(language="pa", interpreter_required=answer)
    assert "nterpreter" not in strip(signed_in("nurse"), resident)


def test_a_language_that_nobody_wrote_down_is_said_to_be_missing(world, signed_in):
    resident = world.resident(interpreter_required=True)
    assert "Interpreter needed: language not recorded" in strip(signed_in("nurse"), resident)


@pytest.mark.parametrize(
    ("text", "is_said"), [("Interpreter: Punjabi", False), ("Interpreter: Urdu", True), ("Speaks Punjabi", True)]
)
def test_what_an_adjustment_says_already_is_not_said_twice(world, signed_in, text, is_said):
    resident = world.resident(language="pa", interpreter_required=True)
    with acting_as(world.nurse) as by:
        record_entry(by=by, resident_id=resident.id, facts=EntryFacts("adjustment", text, {"category": "006"}))
    assert ("Interpreter needed" in strip(signed_in("nurse"), resident)) is is_said

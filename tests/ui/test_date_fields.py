"""Days, moments, NHS numbers and text as people type them."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carecoord.ui import forms
from carecoord.ui.dates import FULL_MONTHS, MONTHS
from neighbourhoods.values import clean_nhs_number


class Visit(forms.Form):
    seen_by = forms.DateField(label="To be seen by", error_messages={"required": "Say by when"})
    starts = forms.DateTimeField(label="First visit", required=False)
    number = forms.NHSNumberField(rule=clean_nhs_number, required=False)
    words = forms.TextField(required=False, max_length=10)


def visit(**typed):
    return Visit({"seen_by_day": "5", "seen_by_month": "1", "seen_by_year": "2026"} | typed)


def error_of(form, name):
    assert not form.is_valid()
    return form.errors[name]


@pytest.mark.parametrize("month", ["1", "01", "jan", "JAN", "January", "Jan.", "janu"])
def test_a_month_may_be_a_number_or_a_name(month):
    form = visit(seen_by_month=month)
    assert form.is_valid()
    assert form.cleaned_data["seen_by"] == date(2026, 1, 5)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"seen_by_day": "", "seen_by_month": "", "seen_by_year": ""}, "Say by when"),
        ({"seen_by_month": ""}, "To be seen by must include a month"),
        ({"seen_by_month": "", "seen_by_year": ""}, "To be seen by must include a month and a year"),
        ({"seen_by_month": "13"}, "To be seen by must have a month from 1 to 12, or its name"),
        ({"seen_by_month": "ma"}, "To be seen by must have a month from 1 to 12, or its name"),
        ({"seen_by_month": "marble"}, "To be seen by must have a month from 1 to 12, or its name"),
        ({"seen_by_day": "32"}, "To be seen by must have a day from 1 to 31"),
        ({"seen_by_day": "five"}, "To be seen by must have a day from 1 to 31"),
        ({"seen_by_year": "26"}, "To be seen by must have a year of 4 digits"),
        ({"seen_by_year": "²²²²"}, "To be seen by must have a year of 4 digits"),
        ({"seen_by_day": "30", "seen_by_month": "feb"}, "February 2026 has no day 30"),
    ],
)
def test_a_wrong_day_says_what_to_do(typed, sentence):
    assert error_of(visit(**typed), "seen_by") == [sentence]


@given(st.dates(date(1850, 1, 1), date(2200, 12, 31)), st.sampled_from(["number", "short", "full"]))
def test_every_day_is_understood_however_its_month_is_written(when, style):
    month = {"number": str(when.month), "short": MONTHS[when.month - 1], "full": FULL_MONTHS[when.month - 1]}[style]
    form = visit(seen_by_day=f" {when.day} ", seen_by_month=month, seen_by_year=str(when.year))
    assert form.is_valid()
    assert form.cleaned_data["seen_by"] == when


@given(st.text(max_size=6), st.text(max_size=6), st.text(max_size=6))
def test_nothing_typed_into_the_boxes_breaks_the_form(day, month, year):
    form = visit(seen_by_day=day, seen_by_month=month, seen_by_year=year)
    assert form.is_valid() or form.errors["seen_by"]


@pytest.mark.parametrize(
    ("typed", "hour", "minute"),
    [("9", 9, 0), ("09:05", 9, 5), ("9.05", 9, 5), ("0905", 9, 5), ("2pm", 14, 0), ("12 am", 0, 0), ("23:59", 23, 59)],
)
def test_a_time_may_be_typed_the_way_people_say_it(typed, hour, minute):
    form = visit(starts_day="26", starts_month="11", starts_year="2026", starts_time=typed)
    assert form.is_valid()
    assert form.cleaned_data["starts"] == datetime(2026, 11, 26, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize("typed", ["24:00", "9:60", "noon", "13pm"])
def test_a_time_that_does_not_exist_says_so(typed):
    form = visit(starts_day="26", starts_month="11", starts_year="2026", starts_time=typed)
    assert error_of(form, "starts") == ["First visit must have a time such as 09:05"]


def test_an_optional_moment_may_be_left_out_but_not_half_typed():
    assert visit().is_valid()
    assert visit().fields["starts"].clean(["", "", "", ""]) is None
    half = error_of(visit(starts_day="3"), "starts")
    assert half == ["First visit must include a month, a year and a time"]


@pytest.mark.parametrize("typed", ["999 000 0018", "9990000018", "999-000-0018", " 999 000 0018 "])
def test_an_nhs_number_may_have_spaces_and_dashes(typed):
    form = visit(number=typed)
    assert form.is_valid()
    assert form.cleaned_data["number"] == "9990000018"


def test_a_wrong_nhs_number_says_what_to_check():
    assert error_of(visit(number="999 000 0019"), "number") == ["This is not a valid NHS number: check the digits"]


def test_an_nhs_number_that_may_be_left_out_is_empty():
    form = visit(number="  ")
    assert form.is_valid()
    assert form.cleaned_data["number"] == ""


def test_a_line_break_counts_as_one_character():
    form = visit(words="12345\r\n789\r\n")
    assert form.is_valid()
    assert form.cleaned_data["words"] == "12345\n789"


def test_a_nul_character_is_refused_with_a_sentence():
    sentence = "Type this again: it holds a hidden character that cannot be saved"
    assert error_of(visit(words="a\x00b"), "words") == [sentence]

"""Names and numbers as staff read them (UI-03, UI-06)."""

import html
import re
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carecoord.ui import words

NOW = datetime(2026, 11, 24, 10, 47, tzinfo=UTC)


def test_the_banner_name_is_surname_forename_and_title():
    assert words.banner_name(family_name="Hartley", given_name="Sheila", title="Mrs") == "HARTLEY, Sheila (Mrs)"
    assert words.banner_name(family_name="Hartley", given_name="Sheila") == "HARTLEY, Sheila"
    assert words.list_name(family_name="Suharto", given_name="") == "SUHARTO"


def test_an_nhs_number_is_grouped_and_a_missing_one_said_in_words():
    assert words.nhs_number("9990000018") == "999 000 0018"
    assert words.nhs_number("999-000-0018") == "999 000 0018"
    assert words.nhs_number(None) == "Not known"
    assert words.nhs_number("") == "Not known"


def test_born_carries_the_age_and_says_when_the_date_is_a_guess():
    born = date(1948, 3, 14)
    assert words.born(born, now=NOW) == "14-Mar-1948 (78y)"
    assert words.born(born, now=NOW, status="estimated") == "14-Mar-1948 (78y), estimated"
    assert words.born(None, now=NOW, status="unknown") == "Not known"
    assert words.age_at_death(date(1934, 2, 3), date(2026, 11, 11)) == "92y"


@pytest.mark.parametrize(
    "kept",
    ["26-Nov-2026 17:00", "26-Nov-2026", "today 11:12", "999 000 0018", "01632 960 121", "+44 1632 960121", "ALD-2041"],
)
def test_dates_numbers_and_references_stay_on_one_line(kept):
    assert words.unbroken(f"Reply by {kept}.") == f'Reply by <span class="nowrap">{kept}</span>.'


def test_what_a_person_wrote_is_escaped():
    assert words.unbroken("<b>26-Nov-2026</b>") == '&lt;b&gt;<span class="nowrap">26-Nov-2026</span>&lt;/b&gt;'


def test_a_word_that_would_make_the_page_wider_than_a_phone_may_break_and_no_other_does():
    address = "https://example.org/a-leaflet-about-oxygen-at-home"
    assert words.unbroken(f"See {address}.") == "See https://example.org/a-le<wbr>aflet-about-oxygen-at-ho<wbr>me."
    assert words.unbroken("&" * 25) == "&amp;" * 24 + "<wbr>&amp;"
    assert words.unbroken("Hauptbetriebswerkbau, 24") == "Hauptbetriebswerkbau, 24"


@given(st.text())
def test_keeping_lines_together_changes_no_word(text):
    assert html.unescape(re.sub(r'<span class="nowrap">|</span>|<wbr>', "", words.unbroken(text))) == text


@pytest.mark.parametrize(
    ("number", "shown", "said"), [(0, 0, "0"), (99, 0, "99"), (100, 0, "99+"), (12, 4, "8"), (100, 4, "95+")]
)
def test_what_waits_is_counted_to_a_hundred(number, shown, said):
    assert words.counted(number, shown) == said

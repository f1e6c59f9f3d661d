"""Every component in every state, and the rules of the banner (UI-01 to UI-11)."""

import re
from datetime import date
from pathlib import Path

import pytest
from django.template import Context, Template, TemplateSyntaxError

from carecoord.ui.components import (
    AdjustmentStrip,
    Allergies,
    Clock,
    Component,
    LoadBar,
    Status,
    Steps,
    TeamChip,
    resident_banner,
    unowned_counter,
)
from carecoord.ui.icons import PATHS, render_icon

from .gallery import DIED, KEN, NOW, RESTRICTED, SAMPLES

TEMPLATES = Path("templates")


def shown(it: Component | None) -> str:
    page = Template("{% load components %}{% component it %}").render(Context({"it": it, "csrf_token": "t"}))
    return re.sub(r"\s+", " ", page)


def text_of(markup: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", markup)).strip()


@pytest.mark.parametrize("name", SAMPLES)
def test_each_component_renders_without_style_or_script_of_its_own(name):
    markup = shown(SAMPLES[name])
    assert text_of(markup) or "<svg" in markup
    assert not re.search(r"\sstyle=|\son\w+=|<script", markup)


@pytest.mark.parametrize("name", SAMPLES)
def test_each_list_row_that_names_a_resident_has_birth_date_and_nhs_number(name):
    words = text_of(shown(SAMPLES[name]))
    if "HARTLEY, Kenneth" in words:
        assert re.search(r"Born 02-Jul-1945", words)
        assert "NHS No. 999 000 0026" in words


def test_every_component_template_belongs_to_a_sample_or_to_a_tag_around_content():
    drawn = {Path(sample.template).stem for sample in SAMPLES.values()}
    written = {path.stem for path in (TEMPLATES / "components").glob("*.jinja")}
    assert written - {"panel", "notice_block"} == drawn


def test_the_banner_says_name_preferred_name_born_gender_and_nhs_number_in_that_order():
    words = text_of(shown(SAMPLES["banner"]))
    assert words.startswith(
        "Name HARTLEY, Kenneth (Mr) Preferred name Ken Born 02-Jul-1945 (81y) Gender Male NHS No. 999 000 0026"
    )


def test_a_preferred_name_equal_to_the_given_one_is_left_out():
    banner = resident_banner(**KEN, preferred_name="Kenneth", gender="Male", now=NOW)
    assert "Preferred name" not in text_of(shown(banner))


def test_the_banner_of_someone_who_died_has_a_pattern_a_date_and_the_age_at_death():
    markup = shown(DIED)
    assert "banner--died" in markup
    assert "Born 03-Feb-1934 Died 11-Nov-2026 Age at death 92y Gender Male" in text_of(markup)


def test_a_restricted_resident_has_the_word_a_lock_and_no_address():
    markup = shown(RESTRICTED)
    assert "Restricted" in text_of(markup)
    assert "icon--lock" in markup
    assert "12 Alder Row" not in markup


def test_a_missing_nhs_number_is_said_in_words_and_cannot_be_copied():
    markup = shown(RESTRICTED)
    assert "NHS No. Not known" in text_of(markup)
    assert "data-copy" not in markup


def test_the_strip_keeps_its_order_and_leaves_empty_parts_out():
    strip = AdjustmentStrip(
        Allergies("Known allergies", "Penicillin"), alerts=("Oxygen at home", "Dog"), legal=("LPA: Ken",)
    )
    assert [(cell.label, cell.value) for cell in strip.cells] == [
        ("Alerts", "Oxygen at home · Dog"),
        ("Known allergies", "Penicillin"),
        ("Legal", "LPA: Ken"),
    ]


@pytest.mark.parametrize("label", ["No known allergies", "Allergies not recorded", "Allergies unavailable"])
def test_allergies_are_never_left_out(label):
    assert [(cell.label, cell.value) for cell in AdjustmentStrip(Allergies(label)).cells] == [("Allergies", label)]


def test_a_role_that_may_not_see_allergies_gets_no_cell():
    assert AdjustmentStrip(None).cells == ()
    assert shown(AdjustmentStrip(None)).strip() == ""


@pytest.mark.parametrize(
    ("state", "word"),
    [
        ("on_time", "On time"),
        ("due_soon", "Due soon"),
        ("overdue", "Overdue"),
        ("paused", "Paused"),
        ("no_clock", "No clock"),
    ],
)
def test_a_clock_is_a_word_and_never_colour_alone(state, word):
    assert text_of(shown(Clock(state, "Today 12:15"))) == f"{word} Today 12:15"


def test_a_team_chip_without_a_team_cannot_be_made():
    with pytest.raises(ValueError, match="accountable team"):
        TeamChip("")


def test_a_status_has_the_same_colour_everywhere():
    assert Status("Accepted").colour == "green"
    assert Status("Received").colour == "white"


@pytest.mark.parametrize(
    ("used", "limit", "state"), [(80, 80, "within"), (81, 80, "over"), (110, 100, "over"), (111, 100, "far_over")]
)
def test_a_load_is_over_its_limit_and_far_over_above_a_tenth(used, limit, state):
    assert LoadBar(used, limit).state == state


def test_a_load_bar_says_its_numbers_in_words_for_those_who_do_not_see_it():
    assert 'aria-label="122 of 100, far over the limit"' in shown(LoadBar(122, 100))


def test_no_load_however_heavy_leaves_its_track():
    heavy = LoadBar(900, 100, was=1_000)
    assert heavy.change_x + heavy.change_width <= 200
    assert heavy.limit_x < heavy.bar_width <= 200


def test_only_steps_that_are_done_lead_back():
    assert Steps(("Find", "Say why", "Send"), 2, ("/1/", "/2/", "/3/")).numbered == (
        (1, "Find", "/1/"),
        (2, "Say why", ""),
        (3, "Send", ""),
    )


def test_zero_unowned_items_is_green_and_one_is_red():
    assert unowned_counter(0).tone == "green"
    assert unowned_counter(1).tone == "red"


def test_an_absent_component_shows_nothing_but_a_forgotten_one_is_an_error():
    assert shown(None) == ""
    with pytest.raises(TemplateSyntaxError, match="no component"):
        Template("{% load components %}{% component forgotten %}").render(Context())


@pytest.mark.parametrize("name", PATHS)
def test_a_drawing_is_hidden_from_those_who_hear_the_page(name):
    assert 'aria-hidden="true"' in render_icon(name)


def test_an_alert_comes_back_to_its_own_row_after_it_is_acknowledged():
    markup = shown(SAMPLES["alert_new"])
    assert 'id="alert-1"' in markup
    assert 'name="next" value="/alerts/#alert-1"' in markup


def test_an_estimated_birth_date_says_so():
    born = resident_banner(
        family_name="Vale",
        given_name="Ada",
        birth_date=date(1950, 1, 1),
        birth_date_status="estimated",
        gender="Female",
        nhs_number=None,
        now=NOW,
    ).born
    assert born == "01-Jan-1950 (76y), estimated"

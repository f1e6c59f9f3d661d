"""Django's forms as NHS fields: label, hint, error, and how they hang together (UI-15 to UI-18)."""

import html
import re

import pytest
from django import forms as django_forms
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from carecoord.ui import forms, macros
from carecoord.ui.problems import first_control, render_error_summary
from carecoord.ui.rendering import render_field

from .gallery import EveryField


def rendered(form, name, **options):
    return re.sub(r"\s+", " ", render_field(form[name], **options))


def test_a_field_names_its_label_its_hint_and_its_error():
    box = rendered(EveryField({}), "reason")
    assert '<label class="nhsuk-label nhsuk-label--s" for="id_reason">' in box
    assert 'id="id_reason-hint"' in box
    assert 'id="id_reason-error"' in box
    described = re.search(r'<textarea[^>]* aria-describedby="([^"]*)"', box)[1].split()
    assert {"id_reason-hint", "id_reason-error"} <= set(described)
    assert "Answer: Why are you referring Sheila?" in html.unescape(box)


def test_a_field_without_hint_or_error_describes_nothing():
    assert "aria-describedby" not in rendered(EveryField(), "visits")


class Stale(forms.Form):
    background = forms.TextField(label="Background (what led to it)", max_length=3)
    why = forms.CharField(label="Why now, at 100 %?", max_length=3)
    team = forms.ChoiceField(choices=[("a", "Ward 7")])
    teams = forms.MultipleChoiceField(choices=[("a", "Ward 7")])


def test_what_django_says_itself_is_said_in_our_words():
    form = Stale({"background": "four", "why": "four", "team": "0198-gone", "teams": ["0198-gone"]})
    assert form.errors == {
        "background": ["Background must have 3 characters or fewer: it has 4"],
        "why": ["Your answer must have 3 characters or fewer: it has 4"],
        "team": ["What you chose is not in the list any more. Choose again"],
        "teams": ["What you chose is not in the list any more. Choose again"],
    }


def test_text_with_a_limit_counts_its_characters():
    assert 'data-maxlength="200"' in rendered(EveryField(), "reason")


def test_radios_stand_in_a_fieldset_and_the_first_has_the_id_of_the_field():
    radios = rendered(EveryField({"how_soon": "urgent"}), "how_soon")
    assert re.search(r"<fieldset[^>]*> <legend[^>]*> How soon\? </legend>", radios)
    assert 'id="id_how_soon" name="how_soon" type="radio" value="routine">' in radios
    assert 'id="id_how_soon-2" name="how_soon" type="radio" value="urgent" checked' in radios
    assert "Reply in 2 working hours" in radios


def test_a_date_has_three_named_boxes_in_a_group():
    boxes = rendered(EveryField({"seen_by_day": "31"}), "seen_by")
    assert 'role="group"' in boxes
    assert re.findall(r'<input[^>]* name="(\w+)"', boxes) == ["seen_by_day", "seen_by_month", "seen_by_year"]
    assert re.findall(r'<input[^>]* id="(\w+)"', boxes) == ["id_seen_by_day", "id_seen_by_month", "id_seen_by_year"]
    assert re.search(r'nhsuk-input--error[^>]*id="id_seen_by_month"', boxes)
    assert not re.search(r'nhsuk-input--error[^>]*id="id_seen_by_day"', boxes)


def test_an_nhs_number_is_asked_with_figures_and_never_stored_by_the_browser():
    box = rendered(EveryField(), "nhs_number")
    assert 'inputmode="numeric"' in box
    assert 'autocomplete="off"' in box
    assert "nhsuk-input--width-10" in box


def test_fields_that_may_be_left_out_say_so_except_on_filters():
    class Filter(EveryField):
        marks_optional = False

    assert "Visits a week (optional)" in rendered(EveryField(), "visits")
    assert "(optional)" not in rendered(EveryField(), "how_soon")
    assert "(optional)" not in rendered(Filter(), "visits")


def test_a_single_checkbox_keeps_its_tick_and_its_id():
    box = rendered(EveryField({"is_told": "on"}), "is_told")
    assert re.search(r'id="id_is_told" name="is_told" type="checkbox" value="on" checked', box)


def test_a_hidden_field_is_only_an_input():
    class Record(forms.Form):
        version = django_forms.CharField(widget=django_forms.HiddenInput)

    form = Record(initial={"version": '"3'})
    assert render_field(form["version"]) == '<input type="hidden" name="version" value="&quot;3" id="id_version">'


def test_a_password_is_never_sent_back():
    class Secret(forms.Form):
        word = django_forms.CharField(widget=django_forms.PasswordInput(attrs={"autocomplete": "new-password"}))

    box = rendered(Secret({"word": "hunter2"}), "word")
    assert "hunter2" not in box
    assert 'autocomplete="new-password"' in box


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\r\x00")))
def test_every_line_that_was_typed_comes_back_as_it_was(text):
    box = render_field(EveryField({"reason": text})["reason"])
    inside = re.search(r"<textarea[^>]*>(.*)</textarea>", box, re.DOTALL)[1]
    assert html.unescape(inside.removeprefix("\n")) == text


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\r\n\x00")))
def test_what_was_typed_never_becomes_markup(text):
    class Name(forms.Form):
        name = forms.CharField(strip=False, required=False)

    box = render_field(Name({"name": f'"><script>{text}'})["name"])
    assert "<script>" not in box


def test_the_summary_leads_to_the_first_wrong_part_of_each_field():
    form = EveryField({"seen_by_day": "31", "seen_by_month": "4", "seen_by_year": "26"})
    summary = render_error_summary(form)
    assert "There is a problem" in summary
    assert re.findall(r'<a href="#(\w+)"', summary) == [
        "id_reason",
        "id_how_soon",
        "id_team",
        "id_seen_by_year",
        "id_is_told",
    ]


def test_an_error_about_the_whole_day_leads_to_its_first_box():
    form = EveryField({})
    form.add_error("seen_by", "The date to be seen by must be after 24-Nov-2026")
    assert first_control(form["seen_by"]) == "id_seen_by_day"


def test_an_error_of_the_whole_form_stands_in_the_summary_without_a_link():
    form = EveryField({})
    form.add_error(None, "This handover was withdrawn at 10:45")
    summary = re.sub(r"\s+", " ", render_error_summary(form))
    assert "<li> This handover was withdrawn at 10:45 </li>" in summary


def test_a_form_without_errors_has_no_summary():
    assert render_error_summary(EveryField()) == ""


def test_several_forms_share_one_summary():
    both = render_error_summary(EveryField({}, prefix="claim"), EveryField({}, prefix="glass"))
    assert both.count("There is a problem") == 1
    assert 'href="#id_claim-reason"' in both
    assert 'href="#id_glass-reason"' in both


def test_required_messages_are_sentences_and_a_form_may_give_its_own():
    errors = EveryField({}).errors
    assert errors["team"] == ["Choose team"]
    assert errors["is_told"] == ["Tick that Sheila knows"]


def test_a_macro_of_the_design_system_is_called_by_its_name():
    page = Template('{% load nhsuk %}{% nhsuk "tag" text="Active" classes="nhsuk-tag--green" %}')
    assert page.render(Context()).strip() == '<strong class="nhsuk-tag nhsuk-tag--green"> Active </strong>'.replace(
        "> Active <", ">\n  Active\n<"
    )


def test_a_macro_that_does_not_exist_is_named():
    with pytest.raises(macros.UnknownComponentError, match="'carousel'"):
        macros.render("carousel", {})

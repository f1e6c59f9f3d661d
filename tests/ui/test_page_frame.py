"""What stands around every page: header, navigation, errors, messages (UI-15, UI-27, UI-35)."""

import re
from dataclasses import replace

import pytest
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.template import Context, Template
from django.template.loader import render_to_string

from carecoord.ui import forms, macros
from carecoord.ui.components import ResidentFrame
from carecoord.ui.rendering import render_field
from carecoord.ui.shell import Shell

from .gallery import BANNER, SAMPLES, SHELL, EveryField

SIDE = '{% extends "base.html" %}{% block side %} {% if people %}<p>Joan Okafor</p>{% endif %} {% endblock %}'
PAGE = '{% extends "base.html" %}{% block title %}My day{% endblock %}{% block heading %}<h1>My day</h1>{% endblock %}'
TOLD = Message(constants.SUCCESS, "Sent. Falls Prevention Team must reply by 26-Nov-2026 17:00.")


@pytest.fixture(autouse=True)
def _plain_static_files(settings):
    settings.STORAGES = {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


def page(**context):
    return Template(PAGE).render(Context({"page": SHELL, "csrf_token": "t"} | context))


def test_the_first_thing_to_focus_is_the_way_to_the_main_content():
    markup = page()
    assert re.search(r"<body[^>]*>\s*<a[^>]*href=\"#main\"[^>]*>Skip to main content</a>", markup)
    assert '<main class="main" id="main" tabindex="-1">' in markup


def test_the_header_ends_with_log_out_which_is_a_post():
    header = re.search(r"<header.*</header>", page(), re.DOTALL)[0]
    assert "Amina Khan" in header
    assert "Community nurse, Millbrook" in header
    last = header[header.rindex("<form") :]
    assert 'method="post" action="/accounts/logout/"' in last
    assert last.count("<button") == 1
    assert "Log out" in last


def test_a_search_is_posted_because_a_name_never_stands_in_an_address():
    assert re.search(r'<form class="find" method="post" action="/residents/" role="search">\s*<input[^>]*csrf', page())


def test_where_you_are_is_said_and_counts_are_shown_only_above_zero():
    markup = page()
    assert '<a href="/" aria-current="page">My day</a>' in markup
    assert re.search(r'id="count-alerts-all"> <span class="count count--red">3', markup)
    assert '<span class="navigation__count" id="count-handovers-all"></span>' in markup


def test_the_phone_has_three_places_and_more():
    row = re.search(r'<ul class="navigation__phone">(.*?)<details>', page(), re.DOTALL)[1]
    assert re.findall(r'<a href="([^"]*)"', row) == ["/", "/alerts/", "/referrals/"]


def test_inside_a_record_the_phone_finds_and_referrals_move_under_more():
    resident = ResidentFrame(BANNER, SAMPLES["strip"], SAMPLES["tabs"])
    markup = render_to_string("ui/record.html", {"page": SHELL, "resident": resident})
    row, more = re.search(r'<ul class="navigation__phone">(.*?)<details>(.*?)</details>', markup, re.DOTALL).groups()
    assert re.findall(r'<a href="([^"]*)"', row) == ["/", "/alerts/", "/residents/"]
    assert 'href="/referrals/"' in more
    assert "<title>HARTLEY, Kenneth (Mr): " in markup


def test_how_you_sign_in_is_one_link_away_at_every_width():
    markup = page()
    header, rest = markup.split("</header>")
    link = '<a href="/accounts/2fa/">How you sign in</a>'
    assert (header.count(link), rest.count(link)) == (1, 1)
    assert link in rest.split("<details>")[1]
    assert "How you sign in" not in page(page=Shell())


def test_nobody_signed_in_means_no_navigation_search_or_log_out():
    markup = page(page=Shell())
    assert "<nav" not in markup
    assert "Log out" not in markup
    assert 'name="q"' not in markup


def test_a_refused_form_puts_error_into_the_title_and_holds_back_the_message():
    markup = page(form=EveryField({}), messages=[TOLD])
    assert "<title>Error: My day - CareCoord</title>" in markup
    assert markup.index("There is a problem") < markup.index("<h1>")
    assert "Falls Prevention Team" not in markup


def test_one_of_several_refused_forms_is_enough():
    assert "<title>Error: My day" in page(forms=[EveryField(), EveryField({}, prefix="glass")])


def test_a_message_stands_in_one_banner_above_the_heading():
    markup = page(messages=[TOLD, TOLD], form=EveryField())
    assert "<title>My day - CareCoord</title>" in markup
    assert markup.count('class="told told--success"') == 1
    assert markup.index("Falls Prevention Team") < markup.index("<h1>")


def test_the_light_poll_is_marked_and_swaps_nothing_by_script():
    markup = page()
    assert (
        'hx-get="/alerts/poll/" hx-trigger="every 4s" hx-include="#alerts-heard" hx-headers=\'{"X-Poll": "1"}\''
        in markup
    )
    assert 'name="heard" value="2026-11-22T09:00:00+00:00" autocomplete="off">' in markup
    assert '"allowEval": false' in markup
    assert "alerts-poll" not in page(page=Shell(person_name="Amina Khan"))


def test_the_answer_to_the_poll_replaces_both_counts_of_each_place():
    answer = render_to_string("ui/alerts_poll.html", {"page": SHELL, "announcement": "1 new alert"})
    assert answer.split()[:3] == ["1", "new", "alert"]
    assert answer.count('hx-swap-oob="true"') == 7
    assert 'id="alerts-heard" name="heard" value="2026-11-22T09:00:00+00:00" autocomplete="off" hx-swap-oob' in answer


def test_nothing_asks_another_host_and_nothing_is_written_inline():
    markup = page(form=EveryField({}))
    assert not re.search(r"https?://", markup)
    assert not re.search(r"\sstyle=|\son\w+=|<script(?![^>]*src=)|<style", markup)


@pytest.mark.parametrize("name", ["404.html", "403.html", "403_csrf.html", "went_wrong.html"])
def test_a_page_about_a_fault_has_one_heading_and_a_way_on(name):
    markup = render_to_string(name, {})
    assert markup.count("<h1") == 1
    assert 'href="/"' in markup
    assert "please" not in markup.lower()


def test_a_page_that_stops_the_reader_has_no_banner_and_one_heading():
    markup = render_to_string("ui/interruption.html", {"page": SHELL, "interruption": SAMPLES["interruption"]})
    assert markup.count("<h1") == 1
    assert 'class="banner' not in markup


def test_a_side_with_nothing_in_it_takes_no_place():
    assert "columns__side" not in Template(SIDE).render(Context({"page": SHELL}))
    assert "columns__side" in Template(SIDE).render(Context({"page": SHELL, "people": True}))


def test_an_empty_page_says_what_comes_next():
    markup = render_to_string("ui/empty.html", {"page": SHELL, "heading": "Alerts", "empty": SAMPLES["empty"]})
    assert "The next thing due is on" in markup


def test_what_is_kept_of_the_frame_names_each_person_and_carries_each_pages_token():
    other = replace(SHELL, person_name="Tom <Brook>", alerts_heard_at="later")
    first, second = page(csrf_token="a&b"), page(csrf_token="second", page=other)
    assert first.count('name="csrfmiddlewaretoken" value="a&amp;b"') == 2
    assert second.count('name="csrfmiddlewaretoken" value="second"') == 2
    assert ("Tom &lt;Brook&gt;" in second, "Amina Khan" in second, "Tom" in first) == (True, False, False)
    assert "csrfmiddlewaretoken" not in page(csrf_token="")


class Called(forms.Form):
    name = forms.CharField(label="Name", required=False)


def test_a_box_is_kept_without_what_was_typed_into_it():
    called, nobody = (render_field(Called({"name": name})["name"]) for name in ('Sheila "Ann"', ""))
    assert 'value="Sheila &quot;Ann&quot;"' in called
    assert ('value=""' in nobody, "Sheila" in nobody) == (True, False)
    assert macros.TYPED_TEXT not in called + nobody
    assert render_field(Called({"name": macros.TYPED_TEXT})["name"]).count(macros.TYPED_TEXT) == 1

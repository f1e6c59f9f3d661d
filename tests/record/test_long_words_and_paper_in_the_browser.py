"""What is long in a real browser: a word without a space, a row of tabs on a phone, and links on paper."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from neighbourhoods.gate import acting_as
from neighbourhoods.services import EntryFacts, record_entry
from tests.referrals.handovers import drafted, ken_on_the_ward

pytestmark = [pytest.mark.running, pytest.mark.browser, pytest.mark.thorough]
PHONE, WIDE = {"width": 320, "height": 640}, {"width": 1280, "height": 800}


@pytest.fixture
def sheila(running_site):
    world = running_site.world
    resident = world.resident()
    with acting_as(world.nurse) as by:
        for kind in ("alert", "allergy"):
            said = "See https://example.org/" + "leaflets-about-oxygen-at-home/" * 5
            record_entry(by=by, resident_id=resident.id, facts=EntryFacts(kind, said, {}))
    return resident


def test_a_word_without_a_space_makes_no_page_wider_than_the_screen(running_site, context, page, sheila):
    context.add_cookies([running_site.cookie_of("nurse")])
    for size in (PHONE, WIDE):
        page.set_viewport_size(size)
        for part in ("", "whole/", "record/", "statement/", "timeline/", "people/"):
            page.goto(f"{running_site.base_url}/residents/{sheila.id}/{part}")
            assert "oxygen" in page.content(), part
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], part


def test_a_word_without_a_space_in_a_handover_makes_its_page_no_wider_than_a_phone(running_site, context, page):
    world = running_site.world
    resident = ken_on_the_ward(world)
    words = dict.fromkeys(("situation", "background", "assessment", "recommendation"), "W" * 45)
    handover = drafted(world, resident, **words)
    context.add_cookies([running_site.cookie_of("ward_nurse")])
    for size in (PHONE, WIDE):
        page.set_viewport_size(size)
        page.goto(running_site.base_url + reverse("handover", args=[handover.id]))
        expect(page.locator("main")).to_contain_text("W" * 45)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_on_the_rota_the_time_stands_beside_its_day(running_site, context, page):
    context.add_cookies([running_site.cookie_of("lead")])
    address = f"{running_site.base_url}/teams/{running_site.world.nursing.id}/duty/"
    for size in (PHONE, WIDE):
        page.set_viewport_size(size)
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    groups = page.locator(".nhsuk-date-input")
    tops = "boxes => boxes.map(box => [...box.querySelectorAll('input')].map(one => one.getBoundingClientRect().top))"
    rows = groups.evaluate_all(tops)
    assert len(rows) == 4
    assert [len(set(row)) for row in rows] == [1] * 4


def test_on_a_phone_the_tab_where_one_is_can_be_seen(running_site, context, page, sheila):
    context.add_cookies([running_site.cookie_of("nurse")])
    page.set_viewport_size(PHONE)
    page.goto(f"{running_site.base_url}/residents/{sheila.id}/access/")
    expect(page.locator(".record-tabs").get_by_role("link", name="Who looked")).to_be_in_viewport(ratio=0.9)


def test_on_paper_no_link_says_where_it_leads_and_nothing_stands_that_can_only_be_pressed(
    running_site, context, page, sheila
):
    """The address of a record holds the id of a resident."""
    context.add_cookies([running_site.cookie_of("nurse")])
    page.emulate_media(media="print")
    for part in ("emergency-plan/", "whole/", "timeline/", "statement/"):
        page.goto(f"{running_site.base_url}/residents/{sheila.id}/{part}")
        behind = "links => [...new Set(links.map(link => getComputedStyle(link, '::after').content))]"
        assert set(page.locator("main a").evaluate_all(behind)) <= {"none", '""'}, part
        expect(page.get_by_text("Address, phone, allergies")).to_be_hidden()

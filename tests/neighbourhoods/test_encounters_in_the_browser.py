"""Adding and planning visits in a real browser: two taps, accessible at every width, and without a script."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import transaction
from playwright.sync_api import expect

from carecoord import clock
from neighbourhoods.models import Encounter
from tests.neighbourhoods.test_encounters import involve, plan

pytestmark = [pytest.mark.running, pytest.mark.browser, pytest.mark.thorough]
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"target-size": {"enabled": True}},
}


@pytest.fixture
def sheila(running_site):
    with transaction.atomic():
        return running_site.world.resident()


def check(page):
    for width in (1280, 768, 390, 320):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (page.url, width)
        if width in (1280, 390):
            violations = Axe().run(page, options=RULES).response["violations"]
            assert [(found["id"], [node["html"] for node in found["nodes"]]) for found in violations] == [], page.url
    assert page.locator(".nhsuk-button:not([class*='nhsuk-button--'])").count() <= 1


@pytest.mark.parametrize("has_script", [True, False])
def test_two_taps_save_a_visit(running_site, browser, sheila, has_script):
    context = browser.new_context(java_script_enabled=has_script, viewport={"width": 390, "height": 844})
    context.add_cookies([running_site.cookie_of("nurse")])
    page = context.new_page()
    page.goto(f"{running_site.base_url}/residents/{sheila.id}/")
    page.get_by_role("link", name="Add a note").locator("visible=true").click()
    page.get_by_role("button", name="Save a visit").click()
    expect(page.get_by_text("The visit is saved.")).to_be_visible()
    made = Encounter.objects.get(resident=sheila)
    assert (made.kind, made.status, made.seen_by_id) == ("visit", "done", running_site.world.nurse.membership_id)
    context.close()


def test_every_page_of_them_is_accessible_and_none_scrolls_sideways(running_site, context, page, sheila):
    world, tomorrow = running_site.world, clock.now() + timedelta(days=1)
    with transaction.atomic():
        involve(world, sheila)
        plan(world, sheila, "call", who="link_worker", team=world.carers, at=tomorrow)
        visit = plan(world, sheila, at=tomorrow, purpose="Leg ulcer dressing and photo")
    context.add_cookies([running_site.cookie_of("nurse")])
    pages = (
        f"residents/{sheila.id}/",
        f"residents/{sheila.id}/visits/",
        f"residents/{sheila.id}/visits/new/",
        f"visits/{visit.id}/",
        f"visits/{visit.id}/change/",
        "",
    )
    for path in pages:
        page.goto(f"{running_site.base_url}/{path}")
        check(page)
    page.goto(f"{running_site.base_url}/residents/{sheila.id}/visits/plan/")
    for part, value in (("day", tomorrow.day), ("month", tomorrow.month), ("year", tomorrow.year), ("time", "23:59")):
        page.locator(f"[name=at_{part}]").fill(str(value))
    page.get_by_role("button", name="Plan it").click()
    expect(page.get_by_role("button", name="Plan it all the same")).to_be_visible()
    check(page)

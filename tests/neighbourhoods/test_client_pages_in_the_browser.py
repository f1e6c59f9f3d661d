"""The pages of API clients in a real browser: accessible at every width, without a script, with long names."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import transaction
from django.urls import reverse
from playwright.sync_api import expect

from carecoord import clock
from carecoord.api.scopes import EVERY_SCOPE
from neighbourhoods.models import ApiClient
from tests.partners import made_client

pytestmark = [pytest.mark.running, pytest.mark.browser, pytest.mark.thorough]
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"target-size": {"enabled": True}},
}
LONG = "Donaudampfschifffahrtsgesellschaftskapitaensmuetzenverwaltungssystem of the Northern Partnership Trust"[:100]


def check(page):
    for width in (1280, 768, 390, 320):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (page.url, width)
        if width in (1280, 390):
            violations = Axe().run(page, options=RULES).response["violations"]
            assert [(found["id"], [node["html"] for node in found["nodes"]]) for found in violations] == [], page.url
    assert page.locator(".nhsuk-button:not([class*='nhsuk-button--'])").count() <= 1


@pytest.fixture
def page_of_admin(running_site, context, page):
    context.add_cookies([running_site.cookie_of("admin")])
    return page


def test_every_page_of_them_is_accessible_and_none_scrolls_sideways(running_site, page_of_admin):
    page, world = page_of_admin, running_site.world
    page.goto(f"{running_site.base_url}/admin/clients/")
    expect(page.get_by_text("There is no API client yet.")).to_be_visible()
    check(page)
    with transaction.atomic():
        partner = made_client(world, world.nursing, world.highcross_nursing, name=LONG, scopes=list(EVERY_SCOPE))
        made_client(world, world.carers, name="Befriending list", agreement_ends_on=clock.today() + timedelta(days=9))
        now, soon = clock.now(), clock.now() + timedelta(days=3)
        ApiClient.objects.filter(id=partner.id).update(
            errors=1234, last_error="422 illegal_transition", last_error_at=now, last_used_at=now, old_secret_until=soon
        )
    names = ["client", "change_client", "rotate_secret", "end_old_secret", "deactivate_client", "reactivate_client"]
    addresses = [reverse(f"admin_{name}", args=[partner.id]) for name in names]
    new = reverse("admin_new_client", args=[world.community.id])
    for address in ("/admin/", "/admin/clients/", "/admin/clients/new/", new, *addresses):
        page.goto(f"{running_site.base_url}{address}")
        check(page)


@pytest.mark.parametrize("has_script", [True, False])
def test_a_partner_is_let_in_changed_given_another_secret_and_shut_out(running_site, browser, has_script):
    context = browser.new_context(java_script_enabled=has_script, viewport={"width": 390, "height": 844})
    context.add_cookies([running_site.cookie_of("admin")])
    page, name = context.new_page(), f"Night system {has_script}"
    page.goto(f"{running_site.base_url}/admin/clients/")
    page.get_by_role("link", name="Add an API client").click()
    page.get_by_label("Whose teams does the system act for?").select_option("Test Community Health")
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Name of the system").fill(name)
    page.get_by_label("Millbrook Community Nursing", exact=True).check()
    page.get_by_label("Usual team").select_option("Millbrook Community Nursing")
    page.get_by_label("Read referrals").check()
    page.get_by_label("Sharing agreement").fill("Agreement 12")
    page.get_by_role("button", name="Add client").click()
    expect(page.get_by_role("link", name="Enter at least one purpose")).to_be_visible()
    if has_script:
        check(page)
        page.set_viewport_size({"width": 390, "height": 844})
    expect(page.get_by_label("Name of the system")).to_have_value(name)
    page.get_by_label("Purposes").fill("direct care")
    for part, value in (("Day", "31"), ("Month", "mar"), ("Year", str(clock.today().year + 1))):
        page.get_by_label(part, exact=True).fill(value)
    page.get_by_role("button", name="Add client").click()
    expect(page.get_by_text("Copy the secret now: it is not shown again.")).to_be_visible()
    if has_script:
        check(page)
        page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_role("link", name="I have copied it").click()
    page.get_by_role("link", name="Make a new secret").click()
    page.get_by_role("button", name="Make a new secret").click()
    expect(page.get_by_text("The old secret works until")).to_be_visible()
    page.get_by_role("link", name="I have copied it").click()
    page.get_by_role("link", name="Deactivate this client").click()
    page.get_by_label("Why?").fill("The agreement was withdrawn")
    page.get_by_role("button", name="Deactivate").click()
    expect(page.get_by_text("It gets no token and opens nothing.")).to_be_visible()
    assert ApiClient.objects.get(name=name).deactivated_at
    context.close()

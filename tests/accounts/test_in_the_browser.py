"""Signing in, choosing a role and administration in a real browser: accessible, and without a script too."""

import re
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import expect

from carecoord import clock
from neighbourhoods.models import Role
from neighbourhoods.services import create_membership
from tests.accounts.factors import code_now
from tests.world import PASSWORD

pytestmark = [pytest.mark.running, pytest.mark.browser, pytest.mark.thorough]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture
def quick_passwords():
    """Not here: the running site checks passwords as it always does."""


@pytest.fixture
def somebody(running_site):
    """A person of the running site with a password, by name; the nurse has a second role."""
    world = running_site.world

    def named(name):
        user = world.user_of(name)
        user.set_password(PASSWORD)
        user.save()
        return user

    if world.membership_of("nurse").user.memberships.count() == 1:
        create_membership(
            by=world.admin,
            user_id=world.nurse.actor_id,
            organisation=world.charity,
            role=Role.LINK_WORKER,
            teams=[world.carers],
        )
    return named


@pytest.fixture
def checked():
    """`checked(page)` fails on a violation of accessibility or a page that scrolls sideways, wide and narrow."""

    def check(page):
        for width in (390, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (page.url, width)
            violations = Axe().run(page, options=RULES).response["violations"]
            assert [(found["id"], [node["html"] for node in found["nodes"]]) for found in violations] == [], page.url

    return check


def signed_in_up_to_the_role(page, running_site, user, check):
    """From the first page to the one after the second factor, which is set up on the way."""
    page.goto(f"{running_site.base_url}/accounts/login/")
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_title(re.compile("^Error: "))  # the answer is there, and not still the page before it
    check(page)
    page.get_by_label("Email address").fill(user.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Set up an authenticator app")
    expect(page.get_by_role("img", name="Square to scan.")).to_be_visible()
    check(page)
    secret = re.search(r"Key: ([A-Z2-7 ]+)", page.get_by_role("main").inner_text())[1]
    page.get_by_label("Code").fill(code_now(secret))
    page.get_by_role("button", name="Set up").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your recovery codes")
    check(page)
    page.get_by_role("link", name="I have kept them: go to My day").click()


def test_a_nurse_signs_in_sets_up_her_app_and_chooses_a_role(page, running_site, somebody, checked):
    signed_in_up_to_the_role(page, running_site, somebody("nurse"), checked)
    expect(page.get_by_role("heading", level=1)).to_have_text("Choose a role")
    checked(page)
    page.get_by_label("Link worker, Test Carers Hub").check()
    page.get_by_role("button", name="Act in this role").click()
    expect(page.get_by_role("banner")).to_contain_text("Link worker")
    for path, heading in (
        ("/accounts/2fa/", "How you sign in"),
        ("/accounts/password/change/", "Change your password"),
        ("/accounts/2fa/totp/deactivate/", "Move to another phone or app"),
        ("/accounts/2fa/recovery-codes/generate/", "Make new recovery codes"),
        ("/accounts/logout/", "Log out"),
    ):
        page.goto(f"{running_site.base_url}{path}")
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        checked(page)
    page.get_by_role("main").get_by_role("button", name="Log out").click()
    expect(page).to_have_url(f"{running_site.base_url}/accounts/login/?next=/")


def test_all_of_it_works_without_a_script(browser, running_site, somebody):
    page = browser.new_context(java_script_enabled=False).new_page()
    signed_in_up_to_the_role(page, running_site, somebody("lead"), lambda page: None)
    expect(page.get_by_role("heading", level=1)).to_contain_text("My day")
    page.get_by_role("banner").get_by_role("button", name="Log out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_a_forgotten_password(page, running_site, checked):
    page.goto(f"{running_site.base_url}/accounts/login/")
    page.get_by_role("link", name="I forgot my password").click()
    checked(page)
    page.get_by_label("Email address").fill("nobody@example.org")
    page.get_by_role("button", name="Send the link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look at your email")
    checked(page)
    page.goto(f"{running_site.base_url}/accounts/password/reset/key/abc-def/")
    expect(page.get_by_role("heading", level=1)).to_have_text("This link no longer works")
    checked(page)


def test_the_pages_of_the_administrator(page, context, running_site, checked):
    context.add_cookies([running_site.cookie_of("admin")])
    world = running_site.world
    organisation = f"/admin/organisations/{world.community.id}/"
    for path in (
        "/admin/",
        "/admin/organisations/new/",
        "/admin/neighbourhoods/",
        organisation,
        f"{organisation}change/",
        f"{organisation}teams/new/",
        f"{organisation}people/new/",
        f"/admin/teams/{world.nursing.id}/end/",
        f"/admin/people/{world.nurse.actor_id}/",
        f"/admin/roles/{world.nurse.membership_id}/",
        f"/admin/roles/{world.nurse.membership_id}/end/",
    ):
        page.goto(f"{running_site.base_url}{path}")
        checked(page)
    page.goto(f"{running_site.base_url}/admin/organisations/new/")
    page.get_by_role("button", name="Add organisation").click()
    expect(page.get_by_text("There is a problem")).to_be_visible()
    checked(page)


def gone_for_twenty_minutes(running_site, context):
    """Makes the sign-in of the window's cookie as old as if its owner had left."""
    key = next(cookie["value"] for cookie in context.cookies() if cookie["name"] == "sessionid")
    session = SessionStore(session_key=key)
    for name in ("signed_in_at", "active_at"):
        session[name] = (clock.now() - timedelta(minutes=20)).isoformat()
    session.save()


def test_after_a_long_pause_nothing_typed_disappears_in_silence(page, context, running_site, checked):
    context.add_cookies([running_site.cookie_of("admin")])
    page.goto(f"{running_site.base_url}/admin/neighbourhoods/")
    page.get_by_label("Name of the new neighbourhood").fill("Riverside and the old docks")
    gone_for_twenty_minutes(running_site, context)
    expect(page.get_by_role("alert")).to_contain_text("If you typed something here, copy it.", timeout=12_000)
    expect(page.get_by_label("Name of the new neighbourhood")).to_have_value("Riverside and the old docks")
    checked(page)


def test_a_form_sent_after_a_long_pause_gives_its_text_back(page, context, running_site, checked):
    context.add_cookies([running_site.cookie_of("admin")])
    page.goto(f"{running_site.base_url}/admin/neighbourhoods/")
    page.get_by_label("Name of the new neighbourhood").fill("Riverside and the old docks")
    gone_for_twenty_minutes(running_site, context)
    page.get_by_role("button", name="Add neighbourhood").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You were signed out")
    expect(page.get_by_role("textbox")).to_have_value("Riverside and the old docks")
    checked(page)
    page.get_by_role("link", name="Sign in").click()
    expect(page).to_have_url(f"{running_site.base_url}/accounts/login/?next=%2Fadmin%2Fneighbourhoods%2F")


def test_a_page_asked_for_after_a_long_pause_leads_to_sign_in_that_says_when(page, context, running_site, checked):
    context.add_cookies([running_site.cookie_of("admin")])
    page.goto(f"{running_site.base_url}/admin/")
    gone_for_twenty_minutes(running_site, context)
    page.reload()
    expect(page.get_by_role("main")).to_contain_text("Nothing was done for 15 minutes. Sign in to go on.")
    checked(page)

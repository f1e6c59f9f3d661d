"""A passkey, and another identity provider, in a real browser: under our policy, with no password of ours."""

import json

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from carecoord.accounts.models import LinkedSignIn, User
from carecoord.accounts.services import set_up_totp
from carecoord.audit.models import AuditEntry
from neighbourhoods.services import link_sign_in, unlink_sign_in
from tests.accounts.factors import SECRET, code_now
from tests.running.fixtures import Site
from tests.running.provider import identity_provider
from tests.world import PASSWORD

pytestmark = [pytest.mark.running, pytest.mark.browser, pytest.mark.thorough]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
A_PHONE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def quick_passwords():
    """Not here: the running site checks passwords as it always does."""


@pytest.fixture(scope="module")
def provider(system):
    """The address of a second instance, which knows the same people by passwords of its own."""
    with identity_provider(system) as issuer:
        yield issuer


@pytest.fixture(scope="module")
def running_site(system, provider, running_world, collected_static):
    """The web server alone, which is told of the provider."""
    system.static_root = collected_static
    system.start_web()
    return Site(system.base_url, running_world, system)


@pytest.fixture
def world(running_site):
    return running_site.world


@pytest.fixture
def hosts(page):
    """The hosts that the browser has asked for anything."""
    asked = set()
    page.on("request", lambda request: asked.add(request.url.split("/")[2]))
    return asked


def accessible(page):
    page.wait_for_load_state()  # a link that was pressed a moment ago may still be leading there
    expect(page.locator("h1")).to_be_visible()
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (page.url, width)
        violations = Axe().run(page, options=RULES).response["violations"]
        assert [(found["id"], [node["html"] for node in found["nodes"]]) for found in violations] == [], page.url


def heading(page, text):
    expect(page.get_by_role("heading", level=1)).to_contain_text(text)


def log_out(page, site):
    page.goto(f"{site}/accounts/logout/")
    page.get_by_role("main").get_by_role("button", name="Log out").click()
    heading(page, "Sign in")


def through_the_provider(page, running_site, name):
    """From our sign-in page over to the other instance, as somebody of theirs, and back."""
    page.goto(f"{running_site.base_url}/accounts/login/")
    page.get_by_role("button", name="Sign in with Test Identity").click()
    page.wait_for_url("http://localhost:*/accounts/login/*")
    page.get_by_label("Email address").fill(f"{name}@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{running_site.base_url}/**")


def test_somebody_whom_nobody_has_linked_is_told_what_to_do_and_nothing_is_made(page, running_site, world):
    people, looks = User.objects.count(), AuditEntry.objects.count()
    through_the_provider(page, running_site, "outsider")
    heading(page, "No account is linked to this sign-in")
    expect(page.get_by_role("main")).to_contain_text(str(world.outsider.actor_id))
    accessible(page)
    assert (User.objects.count(), AuditEntry.objects.count(), LinkedSignIn.objects.count()) == (people, looks, 0)
    page.goto(f"{running_site.base_url}/alerts/")
    heading(page, "Sign in")
    log = running_site.system.log_of("web")
    assert "no account is linked to the subject" in log
    assert str(world.outsider.actor_id) not in log
    assert "outsider@example.org" not in log


def test_a_linked_account_opens_by_subject_and_ends_when_unlinked(page, running_site, provider, world, hosts):
    """The provider's lead is, by an administrator's word, our nurse: neither address nor id decides."""
    nurse = world.user_of("nurse")
    set_up_totp(nurse, SECRET)
    link_sign_in(by=world.admin, user_id=nurse.id, issuer=provider, subject=str(world.lead.actor_id))
    through_the_provider(page, running_site, "lead")
    heading(page, "Enter your code")  # the provider has asked the lead for a password only
    page.goto(f"{running_site.base_url}/alerts/")
    heading(page, "Enter your code")
    page.get_by_label("Code").fill(code_now())
    page.get_by_role("button", name="Sign in").click()
    heading(page, "My day")
    expect(page.get_by_role("banner")).to_contain_text("Nurse")
    assert hosts == {running_site.base_url.split("/")[2], provider.split("/")[2]}
    unlink_sign_in(by=world.admin, user_id=nurse.id, issuer=provider, reason="Left")
    page.goto(f"{running_site.base_url}/alerts/")
    heading(page, "Sign in")
    expect(page.get_by_role("main")).to_contain_text("How you sign in was changed.")


def test_a_provider_that_proves_a_second_factor_is_believed(page, running_site, provider, world):
    gp = world.user_of("gp")
    link_sign_in(by=world.admin, user_id=gp.id, issuer=provider, subject=str(gp.id))
    through_the_provider(page, running_site, "gp")
    heading(page, "My day")
    log_out(page, running_site.base_url)
    page.get_by_role("button", name="Sign in with Test Identity").click()
    page.wait_for_url("http://localhost:*/accounts/**")
    # The sign-in over there is still open, and it asks all the same: wards share computers.
    expect(page.get_by_label("Password", exact=True)).to_be_visible()


def test_who_has_no_second_factor_here_or_there_sets_one_up(page, running_site, provider, world):
    link_sign_in(
        by=world.admin, user_id=world.ward_nurse.actor_id, issuer=provider, subject=str(world.ward_nurse.actor_id)
    )
    through_the_provider(page, running_site, "ward_nurse")
    heading(page, "Set up an authenticator app")


def test_a_passkey_is_added_named_used_as_both_factors_and_removed(page, context, running_site, world):
    """At `localhost`: a browser makes no passkey for a bare number."""
    site = running_site.base_url.replace("127.0.0.1", "localhost")
    user = world.user_of("second_nurse")
    user.set_password(PASSWORD)
    user.save()
    problems = []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    cdp = context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    cdp.send("WebAuthn.addVirtualAuthenticator", {"options": A_PHONE})

    page.goto(f"{site}/accounts/login/")
    accessible(page)
    page.get_by_label("Email address").fill(user.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    heading(page, "Set up an authenticator app")
    page.get_by_role("link", name="set up a passkey instead").click()
    heading(page, "Add a passkey")
    accessible(page)
    page.get_by_label("Name of the passkey").fill("My phone")
    page.get_by_role("button", name="Add passkey").click()
    heading(page, "Your recovery codes")
    page.goto(f"{site}/accounts/2fa/")
    expect(page.get_by_role("main")).to_contain_text("My phone")
    accessible(page)
    page.get_by_role("link", name="Rename My phone").click()
    accessible(page)
    page.get_by_label("Name of the passkey").fill("My new phone")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("main")).to_contain_text("My new phone")
    log_out(page, site)

    page.goto(f"{site}/alerts/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page).to_have_url(f"{site}/alerts/")
    log_out(page, site)

    page.get_by_label("Email address").fill(user.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    heading(page, "Enter your code or use a passkey")
    accessible(page)
    page.get_by_role("button", name="Use a passkey").click()
    heading(page, "My day")

    page.goto(f"{site}/accounts/2fa/")
    page.get_by_role("link", name="Remove My new phone").click()
    accessible(page)
    page.get_by_role("button", name="Remove this passkey").click()
    heading(page, "Set up an authenticator app")
    assert json.dumps(problems) == "[]"

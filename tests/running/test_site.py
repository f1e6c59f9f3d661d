"""A real browser on the running site: the header counts by itself, and works without a broker."""

import pytest
from playwright.sync_api import expect

from carecoord.alerts.models import Alert
from tests.referrals.handovers import ken_on_the_ward, offered
from tests.running.system import eventually
from tests.world import PASSWORD

pytestmark = [pytest.mark.running, pytest.mark.browser, pytest.mark.thorough]

CAN_BE_HIDDEN = """
window.isHidden = false;
Object.defineProperty(document, "hidden", { get: () => window.isHidden });
"""


@pytest.fixture
def ken(running_site):
    return ken_on_the_ward(running_site.world)


def test_a_page_that_stays_open_rests_while_hidden_and_counts_a_new_alert_within_ten_seconds(
    running_site, ken, context, page
):
    context.add_cookies([running_site.cookie_of("nurse")])
    context.add_init_script(CAN_BE_HIDDEN)
    polls = []
    page.on("request", lambda request: polls.append(request) if "/alerts/poll/" in request.url else None)
    page.goto(f"{running_site.base_url}/alerts/")
    count = page.locator("#count-alerts-all .count")
    expect(count).to_have_count(0)
    page.evaluate("window.isHidden = true")
    page.wait_for_timeout(11_000)
    assert polls == []
    page.evaluate("window.isHidden = false")
    handover = offered(running_site.world, ken)
    eventually(lambda: Alert.objects.filter(about_id=handover.id).exists(), what="the alert")
    expect(count).to_contain_text("1", timeout=11_000)
    assert {request.headers["x-poll"] for request in polls} == {"1"}
    page.reload()
    page.get_by_role("button", name="Acknowledge").click()
    expect(page.get_by_text("Acknowledged by you, today")).to_be_visible()


def test_without_a_broker_people_sign_in(running_site, context, page):
    user = running_site.world.user_of("second_nurse")
    user.set_password(PASSWORD)
    user.save()
    running_site.system.stop_valkey()
    page.goto(f"{running_site.base_url}/accounts/login/")
    page.get_by_label("Email address").fill(user.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button").first.click()
    expect(page).to_have_url(f"{running_site.base_url}/accounts/2fa/totp/activate/")
    running_site.system.start_valkey()


def test_a_monitor_reads_the_measures_of_every_process_of_the_web_server(running_site, page):
    page.goto(f"{running_site.base_url}/accounts/login/")

    def measured():
        answer = page.request.get(
            f"{running_site.base_url}/metrics", headers={"Authorization": "Bearer token-of-the-tests"}
        )
        lines = answer.text().splitlines()
        return dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))

    found = eventually(lambda: "carecoord_queue_tasks" in (got := measured()) and got, what="the measures")
    assert float(found['carecoord_request_seconds_count{method="GET",route="accounts/login/",status="200"}']) >= 1

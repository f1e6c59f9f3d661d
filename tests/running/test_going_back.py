"""Going back with the browser's button after switching to another resident."""

import pytest
from playwright.sync_api import expect

from neighbourhoods.models import Encounter

pytestmark = [pytest.mark.running, pytest.mark.browser, pytest.mark.thorough]
SAID = "Her daughter visits on Friday"


@pytest.fixture
def two(running_site):
    world = running_site.world
    return world.resident(given_name="Sheila"), world.resident(given_name="Olga", family_name="Brandt")


def test_back_from_another_resident_the_page_is_asked_for_anew_and_what_is_typed_goes_to_whom_it_names(
    running_site, two, context, page
):
    sheila, olga = two
    context.add_cookies([running_site.cookie_of("nurse")])
    of_sheila = f"{running_site.base_url}/residents/{sheila.id}/"
    answers = []
    page.on("response", lambda answer: answers.append(answer) if answer.url.startswith(of_sheila) else None)
    page.goto(of_sheila)
    page.get_by_role("link", name="Add a note").first.click()
    note = page.get_by_role("textbox").last
    note.fill("Begun for Sheila")
    page.goto(f"{running_site.base_url}/residents/{olga.id}/")
    expect(page.get_by_text("BRANDT").first).to_be_visible()
    asked = len(answers)
    page.go_back()
    expect(page.get_by_text("HARTLEY").first).to_be_visible()
    expect(page.get_by_text("BRANDT")).to_have_count(0)
    assert len(answers) > asked, "it was shown out of the browser's memory"
    assert {answer.headers["cache-control"] for answer in answers if answer.status == 200} == {"no-store"}
    page.get_by_role("textbox").last.fill(SAID)
    page.get_by_role("main").get_by_role("button").first.click()
    page.wait_for_load_state()
    assert [one.resident_id for one in Encounter.objects.filter(note=SAID)] == [sheila.id]
    assert not Encounter.objects.filter(resident=olga).exists()


def test_back_after_signing_out_shows_nothing_of_anybody(running_site, two, context, page):
    sheila, _ = two
    context.add_cookies([running_site.cookie_of("nurse")])
    page.goto(f"{running_site.base_url}/residents/{sheila.id}/")
    expect(page.get_by_text("HARTLEY").first).to_be_visible()
    page.goto(f"{running_site.base_url}/accounts/logout/")
    page.get_by_role("main").get_by_role("button").first.click()
    page.wait_for_load_state()
    page.go_back()
    page.go_back()
    expect(page.get_by_text("HARTLEY")).to_have_count(0)

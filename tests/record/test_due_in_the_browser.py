"""The lists of what is due, the offer of a planned visit and a caseload in a real browser, at every width."""

from datetime import timedelta

import pytest
from django.db import transaction
from playwright.sync_api import expect

from carecoord import clock
from neighbourhoods.models import Encounter
from tests.neighbourhoods.test_encounters import plan, record
from tests.neighbourhoods.test_encounters_in_the_browser import check
from tests.record.test_due import act, review

pytestmark = [pytest.mark.running, pytest.mark.browser, pytest.mark.thorough]
SOON = timedelta(minutes=1)


@pytest.fixture(scope="module")
def six(running_site):
    """Residents with a visit each in the next minutes, a review each, and one of them seen already."""
    world = running_site.world
    with transaction.atomic():
        residents = [review(world, f"Given{number}").resident for number in range(6)]
        for number, resident in enumerate(residents):
            plan(world, resident, at=clock.now() + (number + 1) * SOON, purpose="Leg ulcer dressing")
        record(world, residents[0])
        act(world, "Order a pressure cushion", 1)
    return residents


def test_the_lists_and_the_caseload_are_accessible_at_every_width(running_site, context, page, six):
    context.add_cookies([running_site.cookie_of("lead")])
    caseload = f"teams/{running_site.world.nursing.id}/caseload/"
    for path in (
        "visits/",
        "visits/?days=all",
        "actions/",
        "actions/?days=all",
        "reviews/",
        "reviews/?days=overdue",
        caseload,
        "",
    ):
        page.goto(f"{running_site.base_url}/{path}")
        check(page)


@pytest.mark.parametrize("has_script", [True, False])
def test_one_tap_saves_what_is_written_as_the_visit_that_was_planned(running_site, browser, six, has_script):
    context = browser.new_context(java_script_enabled=has_script, viewport={"width": 390, "height": 844})
    context.add_cookies([running_site.cookie_of("nurse")])
    page, sheila = context.new_page(), six[int(has_script)]
    page.goto(f"{running_site.base_url}/residents/{sheila.id}/visits/new/")
    page.get_by_label("What happened").fill("Smaller")
    page.get_by_role("button", name="Save as the visit planned for").click()
    expect(page.get_by_text("is saved. Everybody around")).to_be_visible()
    assert Encounter.objects.get(resident=sheila, planned_for__isnull=False).note == "Smaller"
    context.close()

"""What to do if things go wrong, and where somebody stays, in a real browser: accessible at every width."""

import pytest
from django.db import transaction
from playwright.sync_api import expect

from neighbourhoods.gate import acting_as
from neighbourhoods.services import EntryFacts, PackageFacts, StayFacts, admit, record_entry, request_package
from tests.neighbourhoods.test_encounters_in_the_browser import check, sheila  # noqa: F401

pytestmark = [pytest.mark.running, pytest.mark.browser, pytest.mark.thorough]


def test_it_is_on_the_record_and_on_paper_and_the_whole_record_says_where_they_stay(
    running_site, context, page, sheila
):
    world, base = running_site.world, f"{running_site.base_url}/residents/{sheila.id}"
    with transaction.atomic(), acting_as(world.nurse) as by:
        of_her = {"by": by, "resident_id": sheila.id}
        for triggers, text, ring in (
            (
                "Sheila goes into hospital",
                "Ken cannot be left alone.\nAsk for the sitting service.",
                "Adult Social Care: 01632 960 144",
            ),
            ("More breathless than usual", "Sit her up by the open window.\nFollow the card.", "At night: 111"),
        ):
            data = {"triggers": triggers, "ring": ring}
            record_entry(**of_her, facts=EntryFacts("contingency_plan", text, data))
        facts = PackageFacts("Morning calls", "home_care", provider_name="Kind Hands", minutes_per_week=420)
        request_package(**of_her, team_id=world.nursing.id, facts=facts, is_running=True)
        admit(**of_her, facts=StayFacts("care_home", organisation_name="Elm House", room="Room 3"))
    context.add_cookies([running_site.cookie_of("nurse")])
    page.goto(f"{base}/")
    expect(page.get_by_text("If: Sheila goes into hospital")).to_be_visible()
    check(page)
    page.goto(f"{base}/whole/")
    check(page)
    page.goto(f"{base}/")
    page.get_by_role("link", name="Print one page").click()
    expect(page.get_by_role("cell", name="More breathless than usual")).to_be_visible()
    check(page)

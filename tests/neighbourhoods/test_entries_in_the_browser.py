"""What is recorded, in a real browser: every page accessible at every width, and the whole way without a script."""

import pytest
from django.db import transaction
from playwright.sync_api import expect

from neighbourhoods.definitions import definitions
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Entry
from neighbourhoods.services import EntryFacts, annotate_entry, correct_entry, end_entry, record_entry
from tests.neighbourhoods.test_encounters_in_the_browser import check, sheila  # noqa: F401

pytestmark = [pytest.mark.running, pytest.mark.browser, pytest.mark.thorough]


@pytest.mark.parametrize("has_script", [True, False])
def test_an_adjustment_is_recorded_corrected_and_ended(running_site, browser, sheila, has_script):
    context = browser.new_context(java_script_enabled=has_script, viewport={"width": 390, "height": 844})
    context.add_cookies([running_site.cookie_of("nurse")])
    page = context.new_page()
    page.goto(f"{running_site.base_url}/residents/{sheila.id}/")
    page.get_by_role("link", name="Adjustments, alerts, risks and more").click()
    page.get_by_role("link", name="Record something").click()
    page.get_by_role("link", name="Reasonable adjustment").click()
    page.get_by_role("button", name="Record it").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    page.get_by_label("Specific information format").check()
    page.get_by_label("What is needed").fill("Yellow paper")
    page.get_by_label("If it is not met").fill("Letters swim")
    page.get_by_role("button", name="Record it").click()
    expect(page.get_by_text("It stands beside Sheila's name on every page now.")).to_be_visible()
    page.get_by_role("link", name="Yellow paper").click()
    page.get_by_role("link", name="Correct it").click()
    page.get_by_label("What is needed").fill("Pale yellow paper")
    page.get_by_label("Why do you correct it?").fill("Not too bright")
    page.get_by_role("button", name="Save the correction").click()
    expect(page.get_by_text("What it said before stays in the record.")).to_be_visible()
    page.get_by_label("Why?").first.fill("New glasses")
    page.get_by_role("button", name="End it").click()
    expect(page.get_by_role("heading", name="No longer so")).to_be_visible()
    assert [(one.text, one.state) for one in Entry.objects.filter(resident=sheila).order_by("id")] == [
        ("Yellow paper", "ended"),
        ("Pale yellow paper", "ended"),
    ]
    context.close()


def test_every_page_of_them_is_accessible_and_none_scrolls_sideways(running_site, context, page, sheila):
    nurse = running_site.world.nurse
    with transaction.atomic(), acting_as(nurse):
        mine = {"by": nurse, "resident_id": sheila.id}
        long_word = EntryFacts("adjustment", "Donaudampfschifffahrtsgesellschaft" * 3, {"category": "011"})
        entry = record_entry(**mine, facts=long_word)
        entry = correct_entry(
            **mine,
            entry_id=entry.id,
            facts=EntryFacts("adjustment", "Large print", {"category": "004"}),
            reason="Short",
        )
        annotate_entry(**mine, entry_id=entry.id, text="28 points")
        risk = record_entry(**mine, facts=EntryFacts("risk", "Falls on the stairs", {"type": "accident"}))
        ended = record_entry(**mine, facts=EntryFacts("alert", "Dog"))
        end_entry(**mine, entry_id=ended.id, reason="Died")
    context.add_cookies([running_site.cookie_of("nurse")])
    here = f"{running_site.base_url}/residents/{sheila.id}/record/"
    pages = ["", "new/", f"{entry.id}/", f"{entry.id}/correct/", f"{risk.id}/", f"{ended.id}/"]
    for path in [*pages, *(f"new/{kind}/" for kind in definitions())]:
        page.goto(f"{here}{path}")
        check(page)
    page.goto(f"{here}new/adjustment/")
    page.get_by_role("button", name="Record it").click()
    check(page)

"""A death, a question of the resident and the statement, in a real browser: accessible at every width."""

from datetime import timedelta

import pytest
from django.db import transaction
from playwright.sync_api import expect

from carecoord import clock
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Resident
from neighbourhoods.services import EncounterFacts, EntryFacts, plan_encounter, query_entry, record_entry
from tests.neighbourhoods.test_encounters_in_the_browser import check, sheila  # noqa: F401
from tests.pdfs import words_of

pytestmark = [pytest.mark.running, pytest.mark.browser, pytest.mark.thorough]


def test_the_statement_is_downloaded_in_large_print(running_site, context, page, sheila):
    context.add_cookies([running_site.cookie_of("nurse")])
    page.goto(f"{running_site.base_url}/residents/{sheila.id}/statement/")
    check(page)
    page.get_by_role("button", name="Download").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    check(page)
    page.get_by_label("They asked for it").check()
    page.get_by_label("Large print").check()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    assert download.value.suggested_filename == "statement.pdf"
    assert "Who looked at my record" in words_of(download.value.path().read_bytes())


def test_a_question_and_a_death_are_accessible_and_a_death_is_taken_back(running_site, context, page, sheila):
    nurse, base = running_site.world.nurse, f"{running_site.base_url}/residents/{sheila.id}"
    with transaction.atomic(), acting_as(nurse):
        mine = {"by": nurse, "resident_id": sheila.id}
        entry = record_entry(**mine, facts=EntryFacts("alert", "Dog"))
        query = query_entry(**mine, entry_id=entry.id, text="I never had a dog")
        facts = EncounterFacts(kind="visit", purpose="Dressing", at=clock.now() + timedelta(days=2))
        plan_encounter(**mine, team_id=running_site.world.nursing.id, facts=facts)
    context.add_cookies([running_site.cookie_of("nurse")])
    for path in (f"record/{entry.id}/", f"record/{query.id}/", "record/", "death/", "people/"):
        page.goto(f"{base}/{path}")
        check(page)
    page.goto(f"{base}/people/")
    page.get_by_role("link", name="Record their death").click()
    page.get_by_role("button", name="Record the death").click()
    check(page)
    today = clock.today()
    for part in ("Day", "Month", "Year"):
        page.get_by_label(part, exact=True).fill(str(getattr(today, part.lower())))
    page.get_by_label("Told to us, not yet registered").check()
    page.get_by_role("button", name="Record the death").click()
    expect(page.get_by_role("link", name="Visit: Dressing")).to_be_visible()
    check(page)
    page.goto(f"{base}/")
    expect(page.get_by_text("1 thing is still planned or open")).to_be_visible()
    check(page)
    page.goto(f"{base}/people/")
    check(page)
    page.goto(f"{base}/death/")
    page.get_by_label("Why was it recorded?").fill("It was her sister")
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("Sheila has not died.")).to_be_visible()
    assert Resident.objects.get(id=sheila.id).died_on is None

"""Starting a handover from the record page takes few steps: counted here, timed once (docs/plan-handovers.md)."""

import pytest
from django.db import transaction
from playwright.sync_api import expect

from referrals.models import Handover
from tests.referrals.handovers import ken_on_the_ward

pytestmark = [pytest.mark.running, pytest.mark.browser, pytest.mark.thorough]
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


def somebody(running_site, name):
    with transaction.atomic():
        return ken_on_the_ward(running_site.world, given_name=name, preferred_name=name)


def offered_to(resident):
    handover = Handover.objects.get(resident=resident)
    return handover.status, handover.to_team.name, handover.kind, handover.situation


NURSING = "Test Community Health: Millbrook Community Nursing"
DONE = ("offered", "Millbrook Community Nursing", "team", "Goes home at two.")


def test_on_a_phone_it_is_two_taps_three_answers_and_one_tap(running_site, browser):
    """Open the form, choose who and what kind, say what is going on, offer: nothing else is asked for."""
    resident = somebody(running_site, "Tom")
    context = browser.new_context(viewport=PHONE, has_touch=True)
    context.add_cookies([running_site.cookie_of("ward_nurse")])
    page = context.new_page()
    page.goto(f"{running_site.base_url}/residents/{resident.id}/")
    taps = [page.get_by_role("link", name="Hand over", exact=True)]
    taps[0].first.tap()
    page.get_by_label("Who takes over?").select_option(label=NURSING)
    page.get_by_label("What kind of handover?").select_option(label="From team to team")
    page.get_by_label("Situation").fill("Goes home at two.")
    taps.append(page.get_by_role("button", name="Offer the handover"))
    taps[1].tap()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Handover from Ward 7")
    assert len(taps) == 2
    assert offered_to(resident) == DONE
    context.close()


def test_with_the_keyboard_alone_no_more_is_asked_for(running_site, browser):
    resident = somebody(running_site, "Una")
    context = browser.new_context(viewport=DESK)
    context.add_cookies([running_site.cookie_of("ward_nurse")])
    page = context.new_page()
    page.goto(f"{running_site.base_url}/residents/{resident.id}/")
    page.get_by_role("link", name="Hand over", exact=True).first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/hand-over/")
    for label, keys in (("Who takes over?", NURSING), ("What kind of handover?", "From team to")):
        _tab_to(page, label)
        page.keyboard.type(keys)
    _tab_to(page, "Situation")
    page.keyboard.type("Goes home at two.")
    _tab_to(page, "Offer the handover")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Handover from Ward 7")
    assert offered_to(resident) == DONE
    context.close()


def _tab_to(page, name, most=40):
    """Press Tab until what is called so has the focus."""
    wanted = page.get_by_role("button", name=name).or_(page.get_by_label(name)).first
    for _ in range(most):
        page.keyboard.press("Tab")
        if wanted.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError(f"{name} is not reached in {most} steps")

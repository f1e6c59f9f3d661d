"""Two people in one plan, in two real browsers: nothing that either types is lost."""

import os

import pytest
from django.db import transaction
from playwright.sync_api import expect

from careplans.models import CarePlan, PlanDraft, PlanSection
from careplans.services import add_goal, create_plan, write_section
from neighbourhoods.gate import acting_as
from tests.neighbourhoods.test_entries_in_the_browser import check

pytestmark = [pytest.mark.running, pytest.mark.browser, pytest.mark.thorough]


@pytest.fixture
def planned(running_site):
    world = running_site.world
    with transaction.atomic():
        sheila = world.resident()
        with acting_as(world.nurse):
            plan = create_plan(by=world.nurse, resident_id=sheila.id)
            body, key = "Walks to the shop.", "wellness"
            write_section(by=world.nurse, plan_id=plan.id, key=key, body=body, in_own_words=True, version=0)
    return sheila


def window(browser, running_site, name, **options):
    context = browser.new_context(viewport={"width": 1280, "height": 800}, **options)
    context.add_cookies([running_site.cookie_of(name)])
    return context.new_page()


def test_two_people_in_one_section_at_once_lose_nothing(running_site, browser, planned):
    plan = f"{running_site.base_url}/residents/{planned.id}/plan/"
    edit = f"{plan}sections/wellness/edit/"
    nurse, lead = window(browser, running_site, "nurse"), window(browser, running_site, "lead")
    nurse.goto(edit)
    nurse.get_by_role("textbox", name="Words").press_sequentially("Mornings are best. ")
    expect(nurse.get_by_text("Kept as a draft")).to_be_visible()
    check(nurse)

    lead.goto(plan)
    expect(lead.get_by_text("is editing this section since")).to_be_visible()
    check(lead)
    lead.goto(edit)
    lead.get_by_role("textbox", name="Words").fill("Walks to the garden gate.")
    lead.get_by_role("button", name="Save this section").click()
    expect(lead.get_by_text("Saved: “My wellness”")).to_be_visible()

    # Going back and coming again: what was typed is there, and nothing of it is in the browser.
    nurse.goto(plan)
    nurse.get_by_role("link", name="Go on writing").click()
    expect(nurse.get_by_role("textbox", name="Words")).to_have_value("Mornings are best. Walks to the shop.")
    assert "Mornings" not in nurse.evaluate("JSON.stringify(localStorage) + JSON.stringify(sessionStorage)")
    check(nurse)
    nurse.get_by_role("button", name="Save this section").click()
    expect(nurse.get_by_text("Choose what to keep")).to_be_visible()
    check(nurse)
    nurse.get_by_label("Mine", exact=True).check()
    nurse.get_by_role("button", name="Save my choice").click()
    expect(nurse.get_by_text("Saved: “My wellness”")).to_be_visible()
    assert PlanSection.objects.get(care_plan__resident=planned).body == "Mornings are best. Walks to the shop."
    assert PlanDraft.objects.live().filter(resident=planned).count() == 0


def test_a_dead_battery_and_another_computer(running_site, browser, planned):
    edit = f"{running_site.base_url}/residents/{planned.id}/plan/goals/new/"
    first = window(browser, running_site, "nurse")
    first.goto(edit)
    first.get_by_role("textbox", name="The goal").press_sequentially("Back to the allotment")
    expect(first.get_by_text("Kept as a draft")).to_be_visible()
    first.context.close()
    second = window(browser, running_site, "nurse", java_script_enabled=False)
    second.goto(edit)
    expect(second.get_by_role("textbox", name="The goal")).to_have_value("Back to the allotment")


def test_a_sign_in_that_ended_while_typing_is_said_beside_the_form(running_site, browser, planned):
    page = window(browser, running_site, "nurse")
    page.goto(f"{running_site.base_url}/residents/{planned.id}/plan/sections/needs/edit/")
    page.context.clear_cookies()
    page.get_by_role("textbox", name="Words").press_sequentially("Rest")
    expect(page.get_by_text("You are signed out.")).to_be_visible()


def test_choosing_field_by_field_is_accessible_at_every_width(running_site, browser, planned):
    world, plan = running_site.world, CarePlan.objects.get(resident=planned)
    with transaction.atomic(), acting_as(world.nurse):
        goal = add_goal(by=world.nurse, plan_id=plan.id, title="Walk to the shop", importance=9)
    url = f"{running_site.base_url}/goals/{goal.id}/"
    nurse, lead = window(browser, running_site, "nurse"), window(browser, running_site, "lead")
    for page, title, importance in ((nurse, "Walk with Karen", "8"), (lead, "Walk to the gate", "10")):
        page.goto(url)
        page.get_by_role("textbox", name="The goal").fill(title)
        page.get_by_role("textbox", name="Importance").fill(importance)
    for page in (lead, nurse):
        page.get_by_role("button", name="Save the goal").click()
    expect(nurse.get_by_role("heading", name="changed “Walk to the gate”")).to_be_visible()
    check(nurse)
    nurse.set_viewport_size({"width": 1280, "height": 1400})
    nurse.screenshot(path=os.environ.get("PICTURE", "/dev/null"), type="png", full_page=True)
    nurse.get_by_role("button", name="Save my choices").click()
    expect(nurse.get_by_role("link", name="Choose which version of “Importance” to keep")).to_be_visible()
    check(nurse)
    nurse.get_by_label("Keep both").check()
    nurse.get_by_role("textbox", name="The goal, both").fill("Walk to the gate with Karen")
    nurse.get_by_role("group", name="Importance").get_by_label("Keep theirs").check()
    nurse.get_by_role("button", name="Save my choices").click()
    expect(nurse.get_by_text("The goal is saved.")).to_be_visible()
    goal.refresh_from_db()
    assert (goal.title, goal.importance) == ("Walk to the gate with Karen", 10)


def test_the_pages_of_the_history_are_accessible_at_every_width(running_site, browser, planned):
    world, plan = running_site.world, CarePlan.objects.get(resident=planned)
    with transaction.atomic(), acting_as(world.nurse):
        body, key = "Walks to the gate.", "wellness"
        write_section(by=world.nurse, plan_id=plan.id, key=key, body=body, in_own_words=True, version=1)
        goal = add_goal(by=world.nurse, plan_id=plan.id, title="Walk to the shop", importance=9)
    page = window(browser, running_site, "nurse")
    versions = f"{running_site.base_url}/residents/{planned.id}/plan/sections/wellness/versions/"
    page.goto(versions)
    page.get_by_role("button", name="Show what changed").click()
    expect(page.get_by_role("heading", name="From version 1 to version 2")).to_be_visible()
    check(page)
    page.get_by_role("link", name="It was entered in error").first.click()
    page.get_by_role("textbox", name="Why was it an error?").fill("Written about Ken")
    check(page)
    page.get_by_role("button", name="Strike it out").click()
    expect(page.get_by_text("Entered in error: Written about Ken")).to_be_visible()
    check(page)
    page.goto(f"{running_site.base_url}/goals/{goal.id}/history/")
    check(page)

"""What only a browser can tell: contrast, overflow, focus, and that nothing needs a script (design.md section 9)."""

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = [pytest.mark.browser, pytest.mark.thorough]

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"target-size": {"enabled": True}},
}
PAGES = ["gallery", "record", "died", "restricted", "plain", "refused"]


@pytest.fixture
def opened(page, pages):
    """`opened("record", 390)`: the page at that width; a complaint in the console fails the test."""
    complaints = []
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))

    def at_width(name, width):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(f"{pages}/{name}/")
        return page

    yield at_width
    assert complaints == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_no_accessibility_violation_and_never_scrolls_sideways(opened, name):
    page = opened(name, 1280)
    for width in (1280, 1024, 768, 390, 320):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        if width in (1280, 390):
            violations = Axe().run(page, options=RULES).response["violations"]
            assert [(found["id"], [node["html"] for node in found["nodes"]]) for found in violations] == []


@pytest.mark.parametrize(("name", "top"), [("plain", 115), ("record", 281)])
def test_the_heading_starts_where_the_vertical_budget_says(opened, name, top):
    """265 on a record page; 16 more because this resident has a preferred name."""
    heading = opened(name, 1280).locator("h1").bounding_box()
    assert abs(heading["y"] - top) <= 4


@pytest.mark.parametrize("width", [1280, 390])
def test_the_focus_is_never_under_the_banner(opened, width):
    page = opened("record", width)
    places = page.locator("main a")
    places.last.focus()
    for _ in range(places.count() - 1):
        page.keyboard.press("Shift+Tab")
        top, banner = page.evaluate(
            "[document.activeElement.getBoundingClientRect().top,"
            " document.querySelector('.banner').getBoundingClientRect().bottom]"
        )
        assert top >= banner


def test_the_focus_moves_to_the_summary_of_errors(opened):
    page = opened("refused", 1280)
    assert page.evaluate("document.activeElement.className") == "nhsuk-error-summary"
    page.get_by_role("link", name="Answer: How soon?").click()
    assert page.evaluate("document.activeElement.id") == "id_how_soon"


def test_the_nhs_number_is_copied_without_its_label(opened, context):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = opened("record", 1280)
    page.get_by_role("button", name="Copy NHS number").click()
    page.get_by_text("Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == "999 000 0026"


def test_a_new_alert_is_counted_and_announced_without_a_reload(opened):
    page = opened("plain", 1280)
    page.evaluate("htmx.ajax('GET', '/alerts/poll/', {source: '#alerts-poll'})")
    page.locator("#count-alerts-all .count--red", has_text="4").wait_for()
    assert page.locator("#alerts-poll").inner_text().strip() == "1 new alert"
    assert page.locator("#count-handovers-all").inner_text() == ""


@pytest.fixture
def without_script(browser, pages):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    yield context.new_page()
    context.close()


def test_without_script_the_phone_still_has_more_places(without_script, pages):
    without_script.goto(f"{pages}/record/")
    without_script.get_by_text("More", exact=True).click()
    assert without_script.get_by_role("link", name="Team").is_visible()


def test_without_script_no_button_that_needs_one_is_shown(without_script, pages):
    without_script.goto(f"{pages}/record/")
    assert without_script.get_by_role("button", name="Copy").count() == 0

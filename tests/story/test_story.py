"""Sheila comes home from hospital: the main job, in a real browser, with and without JavaScript.

Ward 7 offers her; the alert reaches the nurse's page through a real worker; she accepts, opens the record, writes in
the plan, refers Sheila's husband Ken to a carers' charity; the charity accepts; the lead sees it all in the caseload.
Both came from another system's FHIR files. Every page on the way is clean for axe.
"""

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.management import call_command
from playwright.sync_api import expect

from carecoord import clock
from carecoord.ids import new_id
from careplans.services import create_action
from neighbourhoods import gate
from neighbourhoods.models import CaseloadEntry, Resident
from neighbourhoods.services import open_caseload_entry
from referrals.models import Handover, Referral
from tests.running.system import eventually

pytestmark = [pytest.mark.running, pytest.mark.browser]

FOLDER = Path(__file__).parent
PICTURES = Path(__file__).parents[2] / ".local" / "story"
SITUATION = "Sheila goes home today with oxygen after a chest infection."


@pytest.fixture
def place(running_site):
    """The world of the module, with Sheila on the ward and Ken with the nurses, as FHIR files brought them."""
    world = running_site.world
    # The second telling of the story is about other rows: what has happened to the first stays happened.
    for number, other in (("9990000018", "9990000034"), ("9990000026", "9990000042")):
        Resident.objects.filter(nhs_number=number).update(nhs_number=other, family_name="Earlier", sort_name="earlier")
    import_for(world.ward, world.ward_nurse, FOLDER / "hartleys.ndjson")
    import_for(world.nursing, world.nurse, FOLDER / "ken.json")
    sheila = Resident.objects.get(nhs_number="9990000018")
    with gate.acting_as(world.ward_nurse):
        create_action(
            by=world.ward_nurse,
            resident_id=sheila.id,
            title="Order the oxygen for home",
            team_id=world.ward.id,
            due_on=clock.today(),
        )
    return running_site


def import_for(team, principal, file):
    call_command("import_fhir", str(file), "--team", team.name, "--source", new_id().hex)
    for resident in Resident.objects.filter(family_name="Hartley"):
        with gate.acting_as(principal):
            if Resident.objects.visible_to(principal).filter(id=resident.id).exists():
                open_caseload_entry(by=principal, resident_id=resident.id, team_id=team.id, is_lead=True)


class Reader:
    """A person at a browser, who looks at each page twice: with their eyes (a picture) and with axe."""

    def __init__(self, browser, site, name, *, scripts):
        self.context = browser.new_context(
            base_url=site.base_url, java_script_enabled=scripts, viewport={"width": 1280, "height": 900}
        )
        self.context.add_cookies([site.cookie_of(name)])
        self.page = self.context.new_page()
        self.foreign = []
        self.page.on("request", lambda request: self._note(request.url, site.base_url))
        self.name, self.scripts, self.seen = name, scripts, 0

    def _note(self, url, base_url):
        if url.startswith("http") and not url.startswith(base_url):
            self.foreign.append(url)

    def open(self, address):
        self.page.goto(address)
        self.look()

    def press(self, name, role="button", exact=False):
        self.page.get_by_role(role, name=name, exact=exact).first.click()
        self.page.wait_for_load_state()
        self.look()

    def look(self):
        self.seen += 1
        PICTURES.mkdir(parents=True, exist_ok=True)
        kind = "scripts" if self.scripts else "plain"
        self.page.screenshot(path=PICTURES / f"{kind}-{self.name}-{self.seen:02}.png", full_page=True)
        expect(self.page.locator("h1")).to_have_count(1)
        if self.scripts:
            found = Axe().run(self.page).response["violations"]
            assert [(one["id"], one["nodes"][0]["target"]) for one in found] == [], self.page.url
        assert self.foreign == []


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_sheila_comes_home(place, browser, scripts):
    world = place.world
    sheila, ken = (Resident.objects.get(nhs_number=number) for number in ("9990000018", "9990000026"))

    nurse = Reader(browser, place, "nurse", scripts=scripts)
    nurse.open("/")
    nurse.page.goto(f"/residents/{sheila.id}/")
    expect(nurse.page.get_by_role("heading", level=1)).to_have_text("You have no recorded reason to open this record")
    nurse.look()
    nurse.open("/")

    ward = Reader(browser, place, "ward_nurse", scripts=scripts)
    ward.open(f"/residents/{sheila.id}/")
    ward.press("Hand over", role="link", exact=True)
    ward.page.get_by_label("Who takes over?").select_option(str(world.nursing.id))
    ward.page.get_by_label("What kind of handover?").select_option("discharge")
    ward.page.get_by_label("Situation").fill(SITUATION)
    ward.page.get_by_label("Recommendation").fill("First visit tomorrow before noon.")
    ward.page.get_by_label("Key items to read back").fill("Oxygen 15 hours a day\nAllergic to penicillin")
    ward.press("Offer the handover")
    handover = Handover.objects.get(resident=sheila, status="offered")

    told_by_the_worker(nurse, handover)
    nurse.press("Acknowledge")
    nurse.open(f"/handovers/{handover.id}/")
    expect(nurse.page.get_by_text(SITUATION)).to_be_visible()
    for item in ("Oxygen 15 hours a day", "Allergic to penicillin"):
        nurse.page.get_by_label(item).check()
    nurse.press("Accept responsibility for Sheila")
    expect(nurse.page.get_by_text("Millbrook Community Nursing is now responsible for Sheila's care.")).to_be_visible()

    nurse.open(f"/residents/{sheila.id}/")
    expect(nurse.page.get_by_role("link", name="Order the oxygen for home")).to_be_visible()
    nurse.press("Plan", role="link", exact=True)
    nurse.open(f"/residents/{sheila.id}/plan/sections/most_important/edit/")
    nurse.page.get_by_label("Words", exact=True).fill("Keeping Ken at home with me.")
    nurse.press("Save this section")
    expect(nurse.page.get_by_text("Keeping Ken at home with me.").first).to_be_visible()
    nurse.open(f"/residents/{sheila.id}/actions/new/")
    nurse.page.get_by_label("What is to be done").fill("First visit: oxygen and breathing")
    nurse.press("Add the action")

    nurse.open(f"/residents/{ken.id}/refer/")
    nurse.page.get_by_label("What is needed, or the name of a service").fill("carers")
    nurse.press("Search")
    nurse.press(re.compile("Choose"), role="link")
    nurse.page.get_by_label("Why are you referring").fill("Sheila cares for Ken and is short of breath.")
    nurse.page.get_by_label("No known risks").check()
    nurse.press("See what they will see")
    expect(nurse.page.get_by_text("Sheila cares for Ken and is short of breath.")).to_be_visible()
    nurse.press(re.compile("^Send to"))
    expect(nurse.page.get_by_text("Your team stays responsible until they accept.").first).to_be_visible()
    referral = Referral.objects.get(resident=ken, status="sent")

    charity = Reader(browser, place, "link_worker", scripts=scripts)
    charity.open("/referrals/")
    expect(charity.page.get_by_role("link", name="HARTLEY, Kenneth").first).to_be_visible()
    assert charity.page.goto(f"/residents/{ken.id}/").status == 403
    charity.open(f"/referrals/{referral.id}/")
    charity.press("Accept responsibility")
    charity.open(f"/residents/{ken.id}/")
    expect(charity.page.get_by_text("HARTLEY, Kenneth (Mr)").first).to_be_visible()

    lead = Reader(browser, place, "lead", scripts=scripts)
    lead.open(f"/teams/{world.nursing.id}/caseload/")
    for name in ("HARTLEY, Sheila", "HARTLEY, Kenneth"):
        expect(lead.page.get_by_role("link", name=name).first).to_be_visible()
    lead.open(f"/residents/{sheila.id}/timeline/")
    referral.refresh_from_db()
    handover.refresh_from_db()
    assert (referral.status, referral.accountable_team) == ("accepted", world.carers)
    assert handover.status == "closed"
    assert CaseloadEntry.objects.get(resident=sheila, ended_at=None, is_lead=True).team == world.nursing


def told_by_the_worker(nurse, handover):
    """With scripts the open page says so within 10 seconds; without, the next page does."""
    if nurse.scripts:
        count = nurse.page.get_by_role("link", name=re.compile(r"^Alerts\s*1"))
        expect(count.first).to_be_visible(timeout=15_000)
        nurse.open("/")
    else:
        eventually(lambda: alerted(nurse), what="the alert on the next page")
        nurse.look()
    expect(nurse.page.get_by_role("link", name="HARTLEY, Sheila").first).to_be_visible()


def alerted(nurse):
    nurse.page.goto("/")
    return nurse.page.get_by_text("Going home from hospital").count()

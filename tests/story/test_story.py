"""Sheila comes home from hospital: the main job, in a real browser, with and without JavaScript.

Ward 7 offers her; the alert reaches the nurse's page through a real worker; she accepts, opens the record, writes in
the plan, refers Sheila's husband Ken to a carers' charity; the charity accepts; the lead sees it all in the caseload,
and gives Sheila a key worker. Both came from another system's FHIR files. Everybody begins at their own day and goes on
by what they find on the page; an address is typed only to show that it stays shut. Every page is clean for axe.
"""

import os
import re
from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.management import call_command
from playwright.sync_api import expect

from carecoord import clock
from carecoord.ids import new_id
from carecoord.ui import dates
from careplans.services import create_action
from neighbourhoods import gate
from neighbourhoods.models import CaseloadEntry, Resident
from neighbourhoods.services import open_caseload_entry
from referrals.models import Handover, Referral
from tests.running.system import eventually

pytestmark = [pytest.mark.running, pytest.mark.browser]

FOLDER = Path(__file__).parent
THOROUGH = bool(os.environ.get("CARECOORD_THOROUGH"))
PICTURES = Path(__file__).parents[2] / ".local" / "story"
# What stands in the navigation may have a number behind it.
TEAM, REFERRALS = "Team", re.compile(r"^Referrals")
SHEILA, KEN = re.compile(r"^HARTLEY, Sheila"), re.compile(r"^HARTLEY, Kenneth")
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
            due_on=clock.today() - timedelta(days=1),
        )
    return running_site


def import_for(team, principal, file):
    call_command("import_fhir", str(file), "--team", team.name, "--source", new_id().hex)
    for resident in Resident.objects.filter(family_name="Hartley"):
        with gate.acting_as(principal):
            if Resident.objects.visible_to(principal).filter(id=resident.id).exists():
                open_caseload_entry(by=principal, resident_id=resident.id, team_id=team.id, is_lead=True)


class Reader:
    """A person at a browser, who looks at each page with axe, and in a thorough run with their eyes too (a picture)."""

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

    def press(self, name, role="button", exact=False, within=None):
        (within or self.page).get_by_role(role, name=name, exact=exact).first.click()
        self.page.wait_for_load_state()
        self.look()

    def follow(self, *names, within=None):
        """Links, one after another; a name is the whole text of its link, or a pattern."""
        for name in names:
            self.press(name, role="link", exact=isinstance(name, str), within=within)

    def panel(self, title):
        """The part of the page under this heading."""
        return self.page.locator(".panel", has=self.page.get_by_role("heading", name=title))

    def look(self):
        self.seen += 1
        if THOROUGH:
            PICTURES.mkdir(parents=True, exist_ok=True)
            kind = "scripts" if self.scripts else "plain"
            self.page.screenshot(path=PICTURES / f"{kind}-{self.name}-{self.seen:02}.png", full_page=True)
        expect(self.page.locator("h1")).to_have_count(1)
        if self.scripts:
            found = Axe().run(self.page).response["violations"]
            assert [(one["id"], one["nodes"][0]["target"]) for one in found] == [], self.page.url
        assert self.foreign == []


@pytest.mark.parametrize(
    "scripts",
    [
        pytest.param(True, id="with JavaScript", marks=pytest.mark.thorough),  # axe reads each of its pages
        pytest.param(False, id="without JavaScript"),
    ],
)
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
    ward.open("/")
    ward.follow(TEAM, SHEILA, "Hand over")
    ward.page.get_by_label("Who takes over?").select_option(str(world.nursing.id))
    ward.page.get_by_label("What kind of handover?").select_option("discharge")
    ward.page.get_by_label("Situation").fill(SITUATION)
    ward.page.get_by_label("Recommendation").fill("First visit tomorrow before noon.")
    ward.page.get_by_label("Key items to read back").fill("Oxygen 15 hours a day\nAllergic to penicillin")
    ward.press("Offer the handover")
    handover = Handover.objects.get(resident=sheila, status="offered")

    told_by_the_worker(nurse, handover)
    nurse.press("Acknowledge")
    nurse.open("/")
    nurse.follow(SHEILA, within=nurse.panel("Handovers to accept"))
    expect(nurse.page.get_by_text(SITUATION)).to_be_visible()
    for item in ("Oxygen 15 hours a day", "Allergic to penicillin"):
        nurse.page.get_by_label(item).check()
    nurse.press("Accept responsibility for Sheila")
    expect(nurse.page.get_by_text("Millbrook Community Nursing is now responsible for Sheila's care.")).to_be_visible()

    nurse.follow("Summary")
    expect(nurse.page.get_by_role("link", name="Order the oxygen for home")).to_be_visible()
    nurse.follow("Plan", re.compile("^(Write|Change).*most important"))
    nurse.page.get_by_label("Words", exact=True).fill("Keeping Ken at home with me.")
    nurse.press("Save this section")
    expect(nurse.page.get_by_text("Keeping Ken at home with me.").first).to_be_visible()
    nurse.follow("Add an action")
    nurse.page.get_by_label("What is to be done").fill("First visit: oxygen and breathing")
    nurse.press("Add the action")

    nurse.follow(TEAM, KEN, "Refer")
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
    assert charity.page.goto(f"/residents/{ken.id}/").status == 403
    charity.open("/")
    charity.follow(REFERRALS, KEN)
    charity.press("Accept responsibility")
    charity.follow("Summary")
    expect(charity.page.get_by_text("HARTLEY, Kenneth (Mr)").first).to_be_visible()

    lead = Reader(browser, place, "lead", scripts=scripts)
    lead.open("/")
    lead.follow(TEAM)
    who_why_and_what_is_open(lead)
    name_a_key_worker(lead)
    what_became_of_ken(lead)
    what_was_done_for_sheila(lead)
    referral.refresh_from_db()
    handover.refresh_from_db()
    assert (referral.status, referral.accountable_team) == ("accepted", world.carers)
    assert handover.status == "closed"
    entry = CaseloadEntry.objects.get(resident=sheila, ended_at=None, is_lead=True)
    assert (entry.team, entry.key_worker_id) == (world.nursing, world.nurse.membership_id)


def who_why_and_what_is_open(lead):
    """The caseload says of each resident why they are here, with whom, when seen last, how much is open and overdue."""
    assert cells_of(lead, SHEILA)[1:] == ["Handed over by Ward 7 Your team leads", "Team only", "Not yet", "2", "1"]
    since = f"Since {dates.day(clock.now())} Your team leads"
    assert cells_of(lead, KEN)[1:] == [since, "Team only", "Not yet", "1", "0"]
    expect(lead.page.get_by_role("rowheader", name="Overdue first")).to_be_visible()


def name_a_key_worker(lead):
    """Sheila goes to the nurse; the load of the people follows, and her rows alone are shown at a click."""
    nobody, nurses = load_of(lead, "Nobody named yet"), load_of(lead, "Nurse")
    row_of(lead, SHEILA).get_by_role("checkbox").check()
    lead.page.get_by_label("Give the ticked residents to").select_option("Nurse")
    lead.press("See what would move")
    expect(lead.page.get_by_role("heading", level=1)).to_have_text("Move 1 resident to Nurse")
    lead.page.get_by_label("Reason, shown to both").fill("She knows her from the first visit")
    lead.press("Move 1 resident")
    assert cells_of(lead, SHEILA)[2] == "Nurse"
    assert load_of(lead, "Nurse") == [nurses[0] + 1, nurses[1] + 1]
    assert load_of(lead, "Nobody named yet") == [nobody[0] - 1, nobody[1] - 1]
    lead.follow("Nurse")
    expect(lead.page.get_by_text("Residents with Nurse")).to_be_visible()
    expect(row_of(lead, SHEILA)).to_be_visible()
    expect(row_of(lead, KEN)).to_have_count(0)


def what_became_of_ken(lead):
    lead.follow("Show everybody", KEN)
    lead.follow(REFERRALS, within=lead.page.get_by_role("navigation", name="This record"))
    told = lead.page.get_by_role("main")
    expect(told).to_contain_text("Carers' support")
    expect(told).to_contain_text("Accepted")


def what_was_done_for_sheila(lead):
    """The latest first, with who did it."""
    lead.follow(TEAM, SHEILA, "Timeline")
    told = lead.page.get_by_role("main").inner_text()
    places = [
        told.find(words)
        for words in (
            "Key worker",
            "Action added for Millbrook Community Nursing",
            "Plan section written: What is most important to me",
            "Handover accepted",
            "Handover offered to Millbrook Community Nursing",
        )
    ]
    assert -1 not in places, told
    assert places == sorted(places), told
    for author in ("Lead, team lead, Test Community Health", "Ward Nurse, ward nurse, Test General"):
        assert author in told


def row_of(reader, name):
    return reader.page.locator("tr", has=reader.page.get_by_role("link", name=name))


def cells_of(reader, name):
    """The words in the cells of a resident's row, without the tick."""
    return [" ".join(words.split()) for words in row_of(reader, name).locator("td").all_inner_texts()][1:]


def load_of(reader, person):
    """How many residents somebody of the team has, and how many of them with something overdue."""
    row = reader.panel("Load by person").locator("tr", has=reader.page.get_by_role("link", name=person, exact=True))
    return [int(words) for words in row.locator("td.number").all_inner_texts()]


def told_by_the_worker(nurse, handover):
    """With scripts the open page says so within 10 seconds; without, the next page does."""
    if nurse.scripts:
        count = nurse.page.get_by_role("link", name=re.compile(r"^Alerts\s*1"))
        expect(count.first).to_be_visible(timeout=15_000)
        nurse.open("/")
    else:
        eventually(lambda: alerted(nurse), what="the alert on the next page")
        nurse.look()
    expect(nurse.page.get_by_role("link", name=SHEILA).first).to_be_visible()


def alerted(nurse):
    nurse.page.goto("/")
    return nurse.page.get_by_text("Going home from hospital").count()

"""One resident's record: summary, timeline, who looked."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from carecoord import clock
from carecoord.audit.models import AuditEntry
from carecoord.prepared import prepared_together
from carecoord.record.access import looks_before
from carecoord.record.reading.standing import _open, open_of
from carecoord.record.sentences import CHANGES, LOOKS
from carecoord.record.timeline import PAGE, changes_before
from careplans.models import Action
from careplans.services import create_action, move_action
from careplans.services.rules import PAST_TENSE
from careplans.states import ACTION, PLAN
from neighbourhoods.gate import acting_as
from neighbourhoods.models import CaseloadEntry, Membership, Team
from neighbourhoods.services import (
    ContactFacts,
    EncounterFacts,
    EntryFacts,
    add_contact,
    assign_key_worker,
    record_encounter,
    record_entry,
)
from referrals.services.referral_moves import HAPPENED
from tests.life import live
from tests.shortening import thoroughly
from tests.standing import made_once
from tests.statements import at_most

pytestmark = pytest.mark.django_db
NESTED = 2
ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("careplans", "referrals", "neighbourhoods", "carecoord")
# Verbs that are about no resident, so that no timeline shows them.
ABOUT_NOBODY = re.compile(
    r"^(person|password|role|account|second_factor|sign_in|service_account|membership|organisation|team|neighbourhood|service|import|place|postcodes|client|review|duty|absence)\."
)
WRITES = re.compile(
    r"(?:audit\.record|_?tell|_give|write_down|_tell_of_grant)\(\s*(?:\w+,\s*)?\"([a-z_]+(?:\.[a-z_]+)?)\""
)


standing = made_once(live)


@pytest.fixture
def lived(world):
    return world


def page(client, name, resident):
    answer = client.get(reverse(name, args=[resident.id]))
    assert answer.status_code == 200
    text = answer.content.decode()
    return text[text.index("<main") : text.index("</main>")]


def test_the_summary_says_what_matters_what_is_open_whose_job_it_is_and_the_latest(lived, signed_in):
    text = page(signed_in("nurse"), "resident_record", lived.sheila)
    assert "What matters to me" in text
    assert "Ken" in text
    assert "Sheila&#x27;s words, written with Nurse, Community nurse, Test Community Health" in text
    assert "4 open, " in text
    assert "0 without a team" in text
    for words in ("Visit", "Carers&#x27; support", "From team to team", "Offered to Bridge Street team"):
        assert words in text
    assert "Care package suspended" in text
    assert reverse("resident_timeline", args=[lived.sheila.id]) in text


def test_what_is_overdue_stands_first(lived, signed_in):
    with acting_as(lived.nurse):
        create_action(
            by=lived.nurse,
            resident_id=lived.sheila.id,
            title="Ring the oxygen supplier",
            team_id=lived.nursing.id,
            due_on=clock.today() - timedelta(days=1),
        )
    text = page(signed_in("nurse"), "resident_record", lived.sheila)
    assert text.index("Ring the oxygen supplier") < text.index("Visit")
    assert "Overdue" in text


def test_opening_the_record_is_written_down(lived, signed_in):
    page(signed_in("nurse"), "resident_record", lived.sheila)
    look = AuditEntry.objects.get(kind="look", verb="resident.viewed")
    assert (look.resident_id, look.actor_id, look.role) == (lived.sheila.id, lived.nurse.actor_id, "nurse")


def test_without_a_plan_and_a_key_worker_the_page_says_what_to_do(world, signed_in):
    text = page(signed_in("nurse"), "resident_record", world.resident())
    assert "Not yet started." in text
    assert "Start with what they say matters" in text
    assert "Sheila has no key worker." in text
    assert "Millbrook Community Nursing leads and must name one." in text
    assert "Nothing is open for Sheila." in text


def contingency(world, resident, triggers, text="Stay with Ken", ring="Adult Social Care 01632 960 144", **more):
    with acting_as(world.nurse) as by:
        facts = EntryFacts(more.pop("kind", "contingency_plan"), text, {"triggers": triggers, "ring": ring, **more})
        return record_entry(by=by, resident_id=resident.id, facts=facts)


def wrong(text):
    """What stands in the panel "If things go wrong", in words."""
    start = text.index("If things go wrong")
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text[start : text.index("</section>", start)]))


def test_if_things_go_wrong_the_page_says_when_what_to_do_and_whom_to_ring(world, signed_in):
    sheila = world.resident()
    plan = contingency(world, sheila, "Sheila goes into hospital", "Stay with Ken\nAsk for the sitting service")
    contingency(world, sheila, "Crowds\nNights", "Walk by the canal", "Her sister", kind="safety_plan")
    text = page(signed_in("nurse"), "resident_record", sheila)
    said = wrong(text)
    assert "If: Sheila goes into hospital Stay with Ken Ask for the sitting service" in said
    assert "Ring: Adult Social Care 01632 960 144" in said
    assert "If: Crowds, Nights Walk by the canal Ring: Her sister" in said
    assert reverse("entry", args=[sheila.id, plan.id]) in text
    assert "Safety plan" in said


def test_without_a_plan_for_when_things_go_wrong_it_says_so_and_leads_to_writing_one(world, signed_in):
    sheila = world.resident()
    text = page(signed_in("nurse"), "resident_record", sheila)
    assert "Nobody has written down what to do if Sheila gets worse." in wrong(text)
    assert reverse("entry_new", args=[sheila.id, "contingency_plan"]) in text


def test_of_many_plans_and_long_ones_the_page_says_that_there_is_more(world, signed_in):
    sheila = world.resident()
    for number in range(5):
        contingency(world, sheila, f"Breathless {number}", "\n".join(f"Step {step}" for step in range(6)))
    text = page(signed_in("nurse"), "resident_record", sheila)
    assert "All 5 plans" in wrong(text)
    assert "Step 3 And 2 more: open the plan." in wrong(text)
    assert "Breathless 3" not in text
    assert f"{reverse('whole_record', args=[sheila.id])}#contingency_plans" in text


def test_ig_10_what_to_do_if_things_go_wrong_is_for_clinical_roles(world, signed_in):
    sheila = world.resident()
    contingency(world, sheila, "Sheila goes into hospital")
    Membership.objects.filter(id=world.nurse.membership_id).update(role="administrator")
    text = page(signed_in("nurse"), "resident_record", sheila)
    assert "Shown to clinical roles." in wrong(text)
    assert "Sheila goes into hospital" not in text
    assert reverse("entry_new", args=[sheila.id, "contingency_plan"]) not in text


def test_the_emergency_plan_is_one_page_to_print_with_every_step_and_is_written_down(world, signed_in):
    Team.objects.filter(id=world.nursing.id).update(out_of_hours="Urgent Community Response")
    sheila = world.resident(phone="01632 960 001")
    steps = "\n".join(f"Step {number}" for number in range(6))
    for number in range(4):
        contingency(world, sheila, f"Breathless {number}", steps)
    client = signed_in("nurse")
    assert reverse("emergency_plan", args=[sheila.id]) in page(client, "resident_record", sheila)
    answer = client.get(reverse("emergency_plan", args=[sheila.id]))
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))
    for words in ("Breathless 3", "Step 5", "Adult Social Care 01632 960 144", "Urgent Community Response"):
        assert words in text, words
    assert "HARTLEY, Sheila" in text
    assert "by Nurse, Community nurse, Test Community Health. This paper may be out of date" in text
    look = AuditEntry.objects.get(verb="emergency_plan.printed")
    assert (look.kind, look.resident_id, look.actor_id) == ("look", sheila.id, world.nurse.actor_id)


def test_ig_10_the_emergency_plan_says_nothing_clinical_to_other_roles_and_is_nobody_elses(world, signed_in):
    sheila = world.resident()
    contingency(world, sheila, "More breathless")
    here = reverse("emergency_plan", args=[sheila.id])
    Membership.objects.filter(id=world.nurse.membership_id).update(role="administrator")
    text = signed_in("nurse").get(here).content.decode()
    assert "Shown to clinical roles." in text
    assert "More breathless" not in text
    assert signed_in("outsider").get(here).status_code == 403


def test_whom_to_ring_out_of_hours_is_never_left_out(world, signed_in):
    Team.objects.filter(id=world.nursing.id).update(out_of_hours="Urgent Community Response")
    sheila = world.resident()
    with acting_as(world.nurse) as by:
        for number in range(9):
            add_contact(by=by, resident_id=sheila.id, facts=ContactFacts(kind="personal", name=f"Karen {number}"))
    text = page(signed_in("nurse"), "resident_record", sheila)
    ring = text[text.index("Who to ring") : text.index("If things go wrong")]
    assert "Urgent Community Response" in ring
    assert ring.count("<strong>") == 6


def test_who_to_ring_leads_with_the_key_worker_and_ends_with_out_of_hours(lived, signed_in):
    Team.objects.filter(id=lived.nursing.id).update(phone="01632 960 121", out_of_hours="Urgent Community Response")
    with acting_as(lived.nurse):
        entry = CaseloadEntry.objects.get(resident=lived.sheila)
        assign_key_worker(by=lived.nurse, entry_id=entry.id, key_worker_id=lived.nurse.membership_id)
    text = page(signed_in("lead"), "resident_record", lived.sheila)
    ring = text[text.index("Who to ring") :]
    assert ring.index("Key worker") < ring.index("Karen Hartley") < ring.index("Urgent Community Response")
    assert 'href="tel:01632960121"' in ring
    assert "Ring Nurse" in text


@pytest.mark.parametrize(
    ("day", "hour", "note"),
    [(8, 17, "until 18:00 today"), (8, 22, "closed until 09-Jan-2030 08:00"), (9, 7, "closed until today 08:00")],
)
def test_who_to_ring_says_when_they_are_closed(world, signed_in, day, hour, note):
    """The eighth is a Tuesday."""
    Team.objects.filter(id=world.nursing.id).update(phone="01632 960 121")
    with clock.at(datetime(2030, 1, day, hour, tzinfo=UTC)):
        sheila = world.resident()
        text = strip_tags(signed_in("nurse").get(reverse("resident_record", args=[sheila.id])).content.decode())
    assert note in text


@pytest.mark.parametrize("number", [3, *thoroughly(30)])
def test_the_summary_takes_the_same_statements_however_much_is_open(world, signed_in, number):
    sheila = world.resident()
    with acting_as(world.nurse):
        for index in range(number):
            create_action(by=world.nurse, resident_id=sheila.id, title=f"Visit {index}", team_id=world.nursing.id)
            add_contact(
                by=world.nurse, resident_id=sheila.id, facts=ContactFacts(kind="personal", name=f"Karen {index}")
            )
            contingency(world, sheila, f"Breathless {index}")
    client = signed_in("nurse")
    client.get(reverse("resident_record", args=[sheila.id]))
    with at_most(11 + NESTED):
        client.get(reverse("resident_record", args=[sheila.id]))


def test_the_summary_keeps_to_its_statements_where_its_latest_changes_name_teams_and_a_visit(lived, signed_in):
    with acting_as(lived.nurse):
        record_encounter(
            by=lived.nurse,
            resident_id=lived.sheila.id,
            team_id=lived.nursing.id,
            facts=EncounterFacts(kind="visit", note="Walked to the gate"),
        )
    client = signed_in("nurse")
    assert "Walked to the gate" in page(client, "resident_record", lived.sheila)
    with at_most(12 + NESTED):
        client.get(reverse("resident_record", args=[lived.sheila.id]))


def test_what_is_open_without_a_team_is_counted(lived, signed_in, monkeypatch):
    """The database lets nothing be so: here the closed items stand for it."""
    with acting_as(lived.nurse):
        move_action(by=lived.nurse, action_id=lived.action.id, verb="complete")
        monkeypatch.setattr("carecoord.record.reading.standing.unowned_of", ended_items)
        monkeypatch.setattr("carecoord.record.reading.standing._open", prepared_together(_open.build))
        assert open_of(lived.nurse, lived.sheila.id).unowned == 1


def ended_items(principal, resident_id):
    return Action.objects.visible_to(principal).filter(resident_id=resident_id, accountable_team=None).values("id")


def test_the_timeline_tells_every_change_with_author_role_and_organisation_the_latest_first(lived, signed_in):
    text = page(signed_in("nurse"), "resident_timeline", lived.sheila)
    sentences = [
        "Handover offered to Bridge Street team",
        "Referral sent",
        "Action added for Millbrook Community Nursing",
        "Goal added",
        "Plan section written: What is most important to me",
        "Person to ring added",
        "Recorded: Allergy",
        "Registered with Millbrook Community Nursing",
    ]
    places = [text.rindex(sentence) for sentence in sentences]
    assert places == sorted(places)
    assert "Nurse, community nurse, Test Community Health" in text


def test_no_entry_of_a_lived_record_is_without_a_sentence(lived):
    with acting_as(lived.nurse):
        entries = changes_before(lived.sheila.id, None).entries
    assert {entry.verb for entry in entries} - set(CHANGES) == set()


def test_every_verb_that_any_service_writes_has_a_sentence():
    written = set()
    for path in (path for room in ROOMS for path in (ROOT / room).rglob("*.py") if "migrations" not in path.parts):
        if "services" not in path.parts and path.name != "services.py":
            continue
        text = path.read_text()
        prefix = "handover." if "handovers" in path.parts else ""
        written |= {verb if "." in verb else prefix + verb for verb in WRITES.findall(text) if "." in verb or prefix}
    written |= {f"action.{PAST_TENSE[move.verb]}" for move in ACTION.moves}
    written |= {f"plan.{PAST_TENSE[move.verb]}" for move in PLAN.moves}
    written |= {f"referral.{happened}" for happened in HAPPENED.values()}
    written |= {"relationship.claimed"}  # written by the owner function app.claim
    missing = {verb for verb in written if not ABOUT_NOBODY.match(verb)} - set(CHANGES)
    assert missing == set()
    assert {"action.created", "handover.offered", "handover.accepted", "section.written", "entry.ended"} <= written


def test_every_look_that_any_page_writes_has_words():
    looks = set()
    for path in (path for room in ROOMS for path in (ROOT / room).rglob("*.py")):
        text = path.read_text()
        looks |= set(re.findall(r'seen_resident\([^)]*"([a-z_.]+)"\s*\)', text))
        looks |= set(re.findall(r"app\.note\('look', '([a-z_.]+)'", text))
    assert looks - set(LOOKS) == set()
    assert {"plan.viewed", "resident.found"} <= looks


def test_the_timeline_is_read_fifty_at_a_time_without_losing_one_and_holds_no_looks(world, signed_in):
    sheila = world.resident()
    page(signed_in("nurse"), "resident_record", sheila)
    with acting_as(world.nurse):
        for index in range(60):
            record_entry(by=world.nurse, resident_id=sheila.id, facts=EntryFacts("alert", f"Alert {index}"))
        first = changes_before(sheila.id, None)
        second = changes_before(sheila.id, first.older)
        everything = AuditEntry.objects.filter(resident_id=sheila.id, kind="change").count()
    seen = [entry.id for entry in (*first.entries, *second.entries)]
    assert len(first.entries) == PAGE
    assert (len(seen), len(set(seen)), second.older) == (everything, everything, None)
    text = page(signed_in("nurse"), "resident_timeline", sheila)
    assert f"?before={first.older}" in text


@pytest.mark.parametrize("before", ["x", "%00", "1"])
def test_a_malformed_page_of_the_timeline_is_404(world, signed_in, before):
    sheila = world.resident()
    url = reverse("resident_timeline", args=[sheila.id])
    assert signed_in("nurse").get(f"{url}?before={before}").status_code == 404


def test_words_of_a_reason_are_escaped(world, signed_in):
    sheila = world.resident()
    with acting_as(world.nurse):
        contact = add_contact(by=world.nurse, resident_id=sheila.id, facts=ContactFacts(kind="personal", name="Karen"))
    client = signed_in("nurse")
    client.post(reverse("contact_end", args=[sheila.id, contact.id]), {"reason": "<script>alert(1)</script>"})
    text = page(client, "resident_timeline", sheila)
    assert "&lt;script&gt;" in text
    assert "<script>alert" not in text


def test_who_looked_says_why_of_each_look(lived, world, signed_in):
    record, began = reverse("resident_record", args=[lived.sheila.id]), clock.now()
    outsider = signed_in("outsider")
    with clock.at(began + timedelta(minutes=1)):
        outsider.get(record)
    with clock.at(began + timedelta(minutes=2)):
        outsider.post(reverse("claim", args=[lived.sheila.id]), {"reason": "covering", "until": "0"})
        outsider.get(record)
        signed_in("nurse").get(record)
    with clock.at(began + timedelta(minutes=3)), acting_as(world.nurse):
        looks = [(look.actor_name, look.verb, look.reason) for look in looks_before(lived.sheila.id, None).looks]
    assert sorted(looks) == [
        ("Nurse", "access_log.read", "On the caseload of their team"),
        ("Nurse", "resident.viewed", "On the caseload of their team"),
        ("Outsider", "resident.interrupted", ""),
        ("Outsider", "resident.viewed", "I am covering for their usual team"),
    ]


def test_who_looked_shows_looks_of_everybody_and_its_own_reading(lived, signed_in):
    signed_in("outsider").get(reverse("resident_record", args=[lived.sheila.id]))
    client = signed_in("nurse")
    page(client, "resident_record", lived.sheila)
    text = page(client, "resident_access", lived.sheila)
    assert "Was stopped before the record" in text
    assert "Outsider" in text
    assert "Opened the record" in text
    assert "Read who looked" in text
    assert AuditEntry.objects.filter(verb="access_log.read", resident_id=lived.sheila.id).count() == 1


def test_what_is_kept_at_hand_stands_with_what_to_do(world, signed_in):
    sheila = world.resident()
    contingency(world, sheila, "Chest infection", kept_ready="Rescue antibiotics, in the kitchen drawer")
    nurse = signed_in("nurse")
    assert "Kept at hand: Rescue antibiotics, in the kitchen drawer" in wrong(page(nurse, "resident_record", sheila))
    assert "Kept at hand: Rescue antibiotics" in page(nurse, "emergency_plan", sheila)

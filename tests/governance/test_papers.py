"""The papers of the shared plan: the whole plan, the resident's own copy, a carer's, and the pack for a hospital."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from carecoord import clock
from carecoord.audit import Purpose
from carecoord.audit.models import AuditEntry
from careplans.models import CarePlan
from careplans.services import (
    add_additional_plan,
    add_goal,
    add_stage,
    agree_plan,
    create_action,
    create_plan,
    move_plan,
    write_section,
)
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Resident
from neighbourhoods.services import ContactFacts, EntryFacts, StayFacts, add_contact, admit, record_entry
from tests.governance.test_restricted import HIDDEN
from tests.governance.test_statement_pdf import MARKUP, SCRIPTS, smallest_body
from tests.life import restrict
from tests.objections import objects
from tests.pdfs import read, tags_of, words_of
from tests.standing import made_once
from tests.world import sign_in

pytestmark = pytest.mark.django_db

PAPERS = ("plan_pdf", "own_pdf", "carer_pdf", "hospital_pdf")
THIRD_PARTY = "Her son drinks and took her money"
SEALED = "Bruises on both arms"
IN_HOME = {
    "medicines": "Blister pack in the treatment room",
    "hospital": "Only if it can not be treated here",
    "belongings": ["Glasses in a red case", "Her own pillow"],
    "routine": "Up at six, tea first",
}
WORDS = {
    "most_important": "Ken, and the allotment on Saturdays",
    "people": "Ken and her sister Rose",
    "communication": "Face me, and speak clearly",
    "strengths": "She walks to the gate",
}
ENTRIES = (
    EntryFacts("allergy", "Penicillin, a rash"),
    EntryFacts("alert", "Oxygen: no naked flames"),
    EntryFacts("adjustment", "Hearing aid, left ear", {"category": "001"}),
    EntryFacts("problem", "Heart failure"),
    EntryFacts("cpr", "Decided with her", {"decision": "450476008", "document": "Yellow folder by the door"}),
    EntryFacts(
        "contingency_plan",
        "Sit her up\nFollow the card on the fridge",
        {
            "triggers": ["She is more breathless"],
            "ring": ["Urgent response 01632 960199"],
            "kept_ready": "Oxygen, hall",
        },
    ),
    EntryFacts("risk", THIRD_PARTY, {"type": "from-others"}, hidden="third-party"),
    EntryFacts("safeguarding.details", SEALED, event_on=date(2026, 1, 5)),
)


def live_in_a_home(world):
    """Sheila, who lives in a care home, with everything that a paper may have and what none may have."""
    nurse, sheila = world.nurse, world.resident(phone="07700 900917", address_lines=("17 Hidden Lock Row",))
    world.sheila = sheila
    with acting_as(nurse):
        admit(by=nurse, resident_id=sheila.id, facts=StayFacts("care_home", organisation_name="Moorview", room="12"))
        plan = create_plan(by=nurse, resident_id=sheila.id)
        for key, body in WORDS.items():
            write_section(by=nurse, plan_id=plan.id, key=key, body=body, in_own_words=key != "strengths", version=0)
        home = {"key": "care_home_admission", "body": "Likes the window seat", "answers": IN_HOME}
        write_section(by=nurse, plan_id=plan.id, in_own_words=False, version=0, **home)
        goal = add_goal(by=nurse, plan_id=plan.id, title="Get back to the allotment", importance=9)
        add_stage(by=nurse, goal_id=goal.id, title="To the garden gate")
        about = {"resident_id": sheila.id, "team_id": world.nursing.id, "goal_id": goal.id}
        create_action(by=nurse, title="Order a walking frame", due_on=clock.today() + timedelta(days=9), **about)
        add_additional_plan(by=nurse, plan_id=plan.id, name="Wound plan", content="Dressing twice a week")
        for facts in ENTRIES:
            record_entry(by=nurse, resident_id=sheila.id, facts=facts)
        agreed = {"agreed_with_resident": True, "agreed_with": "", "agreed_on": clock.today()}
        review = {"review_due_on": clock.today() + timedelta(days=60), "review_team_id": world.nursing.id}
        agree_plan(by=nurse, plan_id=plan.id, version=plan.version, **agreed, **review)
        move_plan(by=nurse, plan_id=plan.id, verb="activate")
        karen = ContactFacts(kind="personal", name="Karen Hartley", relationship="daughter", phone="07700 900456")
        world.karen = add_contact(by=nurse, resident_id=sheila.id, facts=karen)
    world.plan = CarePlan.objects.get(id=plan.id)
    return world


standing = made_once(live_in_a_home)


@pytest.fixture
def lived(world, client):
    sign_in(client, world, "nurse")
    return world


def asked(client, world, name, **given):
    wanted = {
        "own_pdf": {"own_purpose": "asked", "own_size": "usual"},
        "carer_pdf": {
            "carer": str(world.karen.id),
            "shared": ["most_important", "part:goals"],
            "carer_size": "usual",
            "version": CarePlan.objects.get(id=world.plan.id).version,
        },
        "hospital_pdf": {"hospital": str(world.hospital.id)},
    }
    return client.post(reverse(name, args=[world.sheila.id]), wanted.get(name, {}) | given)


def downloaded(client, world, name, **given):
    answer = asked(client, world, name, **given)
    assert answer.status_code == 200, answer.text
    return answer.content


def said(client, world, name, **given):
    return words_of(downloaded(client, world, name, **given))


NOT_ON_PAPER = (THIRD_PARTY, SEALED)


@pytest.mark.parametrize("name", PAPERS)
def test_each_is_tagged_and_has_a_language_and_a_title(lived, client, name):
    content = downloaded(client, lived, name)
    root = read(content).trailer["/Root"]
    assert (root["/MarkInfo"]["/Marked"], root["/Lang"]) == (True, "en-GB")
    assert "<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data().decode()
    titles = {
        "plan_pdf": "Care and support plan",
        "own_pdf": "My plan",
        "carer_pdf": "Sheila's plan",
        "hospital_pdf": "Hospital pack: Test General",
    }
    assert read(content).metadata.title == titles[name]
    tags = tags_of(content)
    assert tags["/H1"] == 1
    assert tags["/H2"] >= 2


def test_the_whole_plan_says_what_matters_first_and_everything_that_stands_in_it(lived, client):
    words = said(client, lived, "plan_pdf")
    for each in (*WORDS.values(), "Get back to the allotment", "9 of 10", "To the garden gate", "Wound plan"):
        assert each in words
    for each in ("Order a walking frame", "Penicillin, a rash", "She is more breathless", "01632 960199", "Dressing"):
        assert each in words
    matters = words.index(WORDS["most_important"])
    assert [one for one in ("Take care", "About me", "Goals", "Who to ring") if words.index(one) < matters] == []


def test_the_residents_own_copy_is_in_plain_words_without_codes(lived, client):
    words = said(client, lived, "own_pdf")
    for each in ("What I can do, and who is there for me", "What I want", "What happens next", "My team"):
        assert each in words
    assert "Sit her up" in words
    not_plain = ("Strengths", "NHS", "9 of 10", "Not started", "Dressing", "450476008", "Karen")
    assert [one for one in not_plain if one in words] == []


def test_the_residents_own_copy_is_set_in_large_print(lived, client):
    assert smallest_body(downloaded(client, lived, "own_pdf", own_size="large")) == 18
    here = client.get(reverse("resident_papers", args=[lived.sheila.id])).text
    assert " ".join(here.split()).count('value="large" checked') == 1


@pytest.mark.parametrize("name", PAPERS)
def test_ig_21_ig_23_what_is_sealed_or_kept_from_the_resident_is_on_no_paper(lived, client, name):
    every = ["part:if_wrong", "part:goals", "part:actions", "part:others", *WORDS]
    given = {"shared": every} if name == "carer_pdf" else {}
    words = said(client, lived, name, **given)
    assert [one for one in NOT_ON_PAPER if one in words] == []


def test_staff_are_told_how_much_is_on_no_paper_so_that_they_can_ring(lived, client):
    here = client.get(reverse("resident_papers", args=[lived.sheila.id])).text
    assert "1 entry is kept from Sheila" in here
    assert THIRD_PARTY not in here


def test_a_carers_copy_has_what_is_ticked_and_no_more(lived, client):
    words = said(client, lived, "carer_pdf")
    assert "Given to Karen Hartley, daughter. Sheila chose what is in it." in words
    assert WORDS["most_important"] in words
    assert "Get back to the allotment" in words
    kept = (
        "her sister Rose",
        "She walks",
        "Test Community Nursing",
        "My team",
        "Order a walking frame",
        "breathless",
        "Wound plan",
        "07700",
        "NHS",
    )
    assert [one for one in kept if one in words] == []


def test_nothing_is_shared_with_carers_until_it_is_ticked_and_the_ticks_are_remembered(lived, client):
    address = reverse("resident_papers", args=[lived.sheila.id])
    assert 'value="most_important" checked' not in " ".join(client.get(address).text.split())
    answer = asked(client, lived, "carer_pdf", shared=[])
    assert answer.status_code == 422
    assert "Tick what may be in it" in answer.text
    downloaded(client, lived, "carer_pdf")
    here = " ".join(client.get(address).text.split())
    assert 'value="most_important" checked' in here
    assert 'value="people" checked' not in here
    set_ = AuditEntry.objects.get(verb="plan.carers_copy_set")
    assert set_.detail["parts"] == ["most_important", "part:goals"]


def test_ticks_of_two_people_do_not_overwrite_each_other(lived, client):
    before = lived.plan.version
    downloaded(client, lived, "carer_pdf")
    answer = asked(client, lived, "carer_pdf", shared=["people"], version=before)
    assert answer.status_code == 422
    assert "Somebody changed the plan" in answer.text
    assert CarePlan.objects.get(id=lived.plan.id).shared_with_carers == ["most_important", "part:goals"]
    assert AuditEntry.objects.filter(verb="plan.exported_for_carer").count() == 1


def test_a_name_that_a_hospitals_system_may_cut_is_said_where_papers_are_taken(lived, client):
    page = reverse("resident_papers", args=[lived.sheila.id])
    for letters, is_said in ((35, False), (36, True)):
        Resident.objects.filter(id=lived.sheila.id).update(family_name="Q" * letters)
        assert ("name has more than 35 characters" in client.get(page).content.decode()) == is_said


def test_the_hospital_pack_says_what_a_stranger_must_know_at_night(lived, client):
    words = said(client, lived, "hospital_pdf")
    for each in ("HARTLEY, Sheila", "14-Mar-1948", "Moorview, room 12", "Bridge Street Surgery"):
        assert each in words
    for each in ("Oxygen: no naked flames", "Penicillin, a rash", "Hearing aid, left ear", "Yellow folder by the door"):
        assert each in words
    for each in ("Only if it can not be treated here", "Blister pack in the treatment room", "Heart failure"):
        assert each in words
    for each in (WORDS["most_important"], "Karen Hartley, daughter", "07700 900456", "Glasses in a red case"):
        assert each in words
    assert words.count("Her own pillow") == words.count("Blister pack") == 1


def test_a_missing_cpr_decision_and_missing_allergies_are_said_to_be_missing(world, client):
    world.sheila = world.resident()
    sign_in(client, world, "nurse")
    words = words_of(client.post(reverse("hospital_pdf", args=[world.sheila.id]), {"hospital": ""}).content)
    assert "None is written down in this record." in words
    assert "Allergies not recorded" in words
    assert "Not in this record. The GP practice prescribes: Bridge Street Surgery" in words


@pytest.mark.parametrize(("section", "lost"), [("plan", "Ken, and the allotment"), ("allergies", "Penicillin")])
def test_ig_16_what_she_objected_to_is_kept_from_that_hospital_and_said_to_be(lived, client, section, lost):
    objects(lived, lived.sheila, section, "hospital")
    words = said(client, lived, "hospital_pdf")
    assert lost not in words
    assert "because Sheila has objected to sharing it" in words
    assert lost not in said(client, lived, "hospital_pdf", hospital="")
    assert lost in said(client, lived, "plan_pdf")


def test_ig_16_a_hospital_kept_from_everything_gets_no_pack(lived, client):
    objects(lived, lived.sheila, "", "hospital")
    answer = asked(client, lived, "hospital_pdf")
    assert answer.status_code == 422
    assert "objected to giving Test General anything" in answer.text
    assert not AuditEntry.objects.filter(verb="plan.exported_for_hospital").exists()


def test_ig_20_of_somebody_restricted_no_paper_leads_to_where_they_are(lived, client):
    restrict(lived, lived.sheila)
    for name in ("plan_pdf", "own_pdf", "hospital_pdf"):
        words = said(client, lived, name)
        assert [one for one in (*HIDDEN, "Moorview", "Karen", "Bridge Street") if one in words] == [], name
    assert asked(client, lived, "carer_pdf").headers["Content-Type"] != "application/pdf"
    here = client.get(reverse("resident_papers", args=[lived.sheila.id])).text
    assert "no carer&#x27;s copy is given out" in here.replace("'", "&#x27;")


@pytest.mark.parametrize("name", PAPERS)
def test_ui_30_each_says_when_and_by_whom_it_was_printed_and_that_it_grows_old(lived, client, name):
    words = said(client, lived, name)
    assert "Nurse" in words
    assert "Test Community Health" in words
    assert "It may be out of date" in words
    assert f"{clock.now().year}" in words
    assert "oday" not in words


VERBS = {
    "plan_pdf": "plan.exported",
    "own_pdf": "plan.exported_for_resident",
    "carer_pdf": "plan.exported_for_carer",
    "hospital_pdf": "plan.exported_for_hospital",
}


@pytest.mark.parametrize("name", PAPERS)
def test_ig_27_each_is_an_export_written_down_with_what_it_was_for(lived, client, name):
    answer = asked(client, lived, name)
    look = AuditEntry.objects.get(verb=VERBS[name], resident_id=lived.sheila.id)
    assert (look.kind, look.role) == ("look", "nurse")
    assert look.purpose == (Purpose.ASKED if name == "own_pdf" else Purpose.CARE)
    assert "hartley" not in answer["Content-Disposition"].lower()
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("application/pdf", "no-store")
    assert client.get(reverse(name, args=[lived.sheila.id])).status_code == 405


def test_ig_27_printing_a_page_in_the_browser_is_written_down(lived, client):
    for page, verb in (("plan", "plan.printed"), ("review", "plan.review_printed")):
        assert client.post(reverse("page_printed", args=[lived.sheila.id, page])).status_code == 204
        assert AuditEntry.objects.get(verb=verb).resident_id == lived.sheila.id
    assert client.post(reverse("page_printed", args=[lived.sheila.id, "timeline"])).status_code == 404


@pytest.mark.parametrize("name", ["care_plan", "plan_review"])
def test_ui_30_a_page_that_is_printed_says_when_and_by_whom(lived, client, name):
    answer = client.get(reverse(name, args=[lived.sheila.id]))
    here = " ".join(answer.text.split())
    assert 'class="on-paper-only">Printed at' in here
    assert "nurse, Test Community Health. It may be out of date: check the record." in here


def test_the_hospital_pack_is_one_tap_from_the_stay_in_a_care_home(lived, client):
    pack = f"{reverse('resident_papers', args=[lived.sheila.id])}#hospital"
    assert pack in client.get(reverse("resident_care", args=[lived.sheila.id])).text


def test_whoever_may_not_open_the_record_takes_nothing_of_it(lived, client):
    for who in ("outsider", "privacy", "admin"):
        sign_in(client, lived, who)
        assert [asked(client, lived, name).status_code for name in PAPERS] == [404] * 4
    assert not AuditEntry.objects.filter(verb__startswith="plan.exported").exists()


def test_the_plan_is_one_tap_from_its_page_and_the_copies_another(lived, client):
    here = client.get(reverse("care_plan", args=[lived.sheila.id])).text
    assert f'action="{reverse("plan_pdf", args=[lived.sheila.id])}"' in here
    assert reverse("resident_papers", args=[lived.sheila.id]) in here


def test_without_a_plan_there_is_the_hospital_pack_and_what_to_do_first(world, client):
    sheila = world.resident()
    sign_in(client, world, "nurse")
    here = client.get(reverse("resident_papers", args=[sheila.id])).text
    assert "has no plan yet" in here
    assert client.post(reverse("plan_pdf", args=[sheila.id])).status_code == 404


@pytest.mark.parametrize("name", PAPERS)
def test_names_and_words_of_every_script_and_length_are_set_and_never_markup(lived, client, name):
    words = "\n".join([MARKUP, *SCRIPTS, "x" * 500])
    with acting_as(lived.nurse) as by:
        section = {"key": "most_important", "body": words, "in_own_words": True, "version": 1}
        write_section(by=by, plan_id=lived.plan.id, **section)
    content = said(client, lived, name)
    assert MARKUP in content
    assert content.replace(" ", "").count("x") >= 500

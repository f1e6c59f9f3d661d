"""The whole record on one page, in the order of the national standard, with what others hold."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from carecoord import clock
from carecoord.audit.models import AuditEntry
from carecoord.record.display.whole import SECTIONS_IN_ORDER
from careplans.services import create_action
from neighbourhoods.definitions import SECTIONS
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Membership, Resident
from neighbourhoods.models.residents import NO_WAY_THERE
from neighbourhoods.services import (
    ContactFacts,
    EntryFacts,
    PackageFacts,
    StayFacts,
    add_contact,
    admit,
    discharge,
    move_package,
    record_entry,
    request_package,
)
from tests.life import live
from tests.standing import made_once
from tests.statements import statements_of

pytestmark = pytest.mark.django_db

# domain.md 2.9, "Shared care record page", and the title under which each stands.
STANDARD = [
    ("demographics", "Who they are"),
    ("GP practice", "GP practice"),
    ("About Me", "About me"),
    ("individual requirements", "Adjustments and needs"),
    ("alerts", "Alerts"),
    ("legal", "Legal"),
    ("safeguarding", "Safeguarding"),
    ("professional contacts", "Teams and professionals"),
    ("personal contacts", "Family, friends and carers"),
    ("participation in research", "Participation in research"),
    ("referral details", "Referrals"),
    ("contacts with professionals", "Visits, calls and notes"),
    ("admission", "Admission"),
    ("discharge", "Discharge"),
    ("future appointments", "What is planned"),
    ("vaccinations", "Vaccinations"),
    ("problem list", "Problems"),
    ("procedures", "Procedures"),
    ("social context", "Home and social context"),
    ("services and care", "Services and care"),
    ("primary support reason", "Primary support reason"),
    ("family history", "Family history"),
    ("investigation results", "Results of investigations"),
    ("investigations requested", "Investigations requested"),
    ("examination findings", "Findings of examinations"),
    ("pregnancy", "Pregnancy"),
    ("assessments", "Assessments"),
    ("formulation", "Formulation"),
    ("risks", "Risks"),
    ("allergies", "Allergies"),
    ("medications and devices", "Medicines and devices"),
    ("equipment and adaptations", "Equipment and adaptations"),
    ("plan and requested actions", "What is to be done, and whose job it is"),
    ("care and support plan", "Care and support plan"),
    ("contingency/safety plans", "Contingency and safety plans"),
    ("additional support plans", "Other plans"),
    ("end of life care", "End of life care"),
    ("documents", "Documents"),
]


standing = made_once(live)


@pytest.fixture
def lived(world):
    return world


def page(client, resident):
    answer = client.get(reverse("whole_record", args=[resident.id]))
    assert answer.status_code == 200
    text = answer.content.decode()
    return text[text.index("<main") : text.index("</main>")]


def part(text, key):
    """What stands from this section to the next one."""
    start = text.index(f'id="{key}"')
    following = re.search(r'<(?:section|p) [^>]*id="', text[start + 10 :])
    return text[start : start + 10 + following.start()] if following else text[start:]


def test_every_section_of_the_core_information_standard_is_shown_or_said_to_be_held_elsewhere(lived, signed_in):
    text = page(signed_in("nurse"), lived.sheila)
    titles = [title for _, title, _ in SECTIONS_IN_ORDER]
    assert titles[: len(STANDARD)] == [title for _, title in STANDARD]
    places = [text.index(f'id="{key}"') for key, _, _ in SECTIONS_IN_ORDER]
    assert places == sorted(places)
    elsewhere = [title for _, title, what in SECTIONS_IN_ORDER if isinstance(what, str)]
    assert len(elsewhere) == text.count("Held elsewhere: ") == 11


def test_whatever_can_be_recorded_has_a_place(lived, signed_in):
    shown = {what.section for _, _, what in SECTIONS_IN_ORDER if hasattr(what, "section")}
    assert shown == set(SECTIONS)


def test_each_thing_stands_in_its_section(lived, signed_in):
    text = page(signed_in("nurse"), lived.sheila)
    places = {
        "demographics": "HARTLEY, Sheila (Mrs)",
        "gp_practice": "Bridge Street Surgery",
        "about_me": "Ken",
        "allergies": "Penicillin",
        "professional_contacts": "Millbrook Community Nursing, lead team",
        "personal_contacts": "Karen Hartley",
        "referrals": "Carers",
        "contacts_with_professionals": "Ulcer smaller",
        "admission": f"Hospital: {lived.hospital.name}",
        "services_and_care": "Morning calls",
        "requested_actions": "Visit",
        "care_plan": "Goal: The allotment",
        "additional_plans": "Wound plan",
    }
    for key, words in places.items():
        assert words in part(text, key), key
    assert "Nothing is recorded." in part(text, "legal")
    assert "Offered to Bridge Street team" in part(text, "requested_actions")


def test_stays_and_care_packages_say_how_they_stand_and_who_wrote_them_down(lived, signed_in):
    client = signed_in("nurse")
    with acting_as(lived.nurse) as nurse:
        discharge(by=nurse, stay_id=lived.stay.id, destination="home")
    text = page(client, lived.sheila)
    assert "Nobody has written down that they stay anywhere. The hospital holds the rest." in part(text, "admission")
    stay = part(text, "discharge")
    for words in (lived.hospital.name, "then their own home", "Room: Room 12B", "Nurse"):
        assert words in stay, words
    package = part(text, "services_and_care")
    for words in ("Home care, Kind Hands", "State: Suspended", "Arranged by: Millbrook Community Nursing"):
        assert words in package, words
    assert "by Nurse, Test Community Health." in package
    assert "Written down by:" not in package


def test_what_ended_more_than_a_year_ago_is_read_where_care_is(lived, signed_in):
    with acting_as(lived.nurse) as nurse:
        discharge(by=nurse, stay_id=lived.stay.id, destination="home")
        move_package(by=nurse, package_id=lived.package.id, verb="end", reason="Needs no more")
    with clock.at(clock.now() + timedelta(days=366)):
        text = page(signed_in("nurse"), lived.sheila)
    assert "No stay has ended in the last twelve months." in part(text, "discharge")
    assert "Morning calls" not in text


def test_opening_it_is_a_look_of_its_own(lived, signed_in):
    page(signed_in("nurse"), lived.sheila)
    look = AuditEntry.objects.get(verb="record.viewed")
    assert (look.kind, look.resident_id, look.actor_id) == ("look", lived.sheila.id, lived.nurse.actor_id)


def test_of_somebody_restricted_nothing_leads_to_where_they_are(lived, signed_in):
    Resident.objects.filter(id=lived.sheila.id).update(is_restricted=True, **NO_WAY_THERE)
    text = page(signed_in("nurse"), lived.sheila)
    for hidden in ("01632 960", "Bridge Street Surgery", "Karen Hartley", "Room 12B"):
        assert hidden not in text, hidden
    for key in ("personal_contacts", "admission", "discharge"):
        assert "Restricted" in part(text, key), key


def test_ig_10_a_role_that_is_not_clinical_is_told_that_others_are_shown_more(lived, signed_in):
    Membership.objects.filter(id=lived.nurse.membership_id).update(role="administrator")
    text = page(signed_in("nurse"), lived.sheila)
    assert "Penicillin" not in text
    assert "Shown to clinical roles." in part(text, "allergies")


def test_the_summary_leads_there_and_it_leads_to_the_past(lived, signed_in):
    client = signed_in("nurse")
    summary = client.get(reverse("resident_record", args=[lived.sheila.id])).content.decode()
    assert f'href="{reverse("whole_record", args=[lived.sheila.id])}"' in summary
    assert f'href="{reverse("as_it_was", args=[lived.sheila.id])}"' in page(client, lived.sheila)


@pytest.mark.thorough
def test_thirty_of_each_cost_the_statements_of_three(world, signed_in):
    sheila, client = world.resident(), signed_in("nurse")

    def more(numbers):
        with acting_as(world.nurse) as nurse:
            for number in numbers:
                of_her = {"by": nurse, "resident_id": sheila.id}
                create_action(**of_her, title=f"Visit {number}", team_id=world.nursing.id)
                add_contact(**of_her, facts=ContactFacts(kind="personal", name=f"Karen {number}"))
                record_entry(**of_her, facts=EntryFacts("problem", f"Problem {number}"))
                package = PackageFacts(f"Calls {number}", "home_care")
                request_package(**of_her, team_id=world.nursing.id, facts=package)
                stay = admit(**of_her, facts=StayFacts("hospital", organisation_id=world.hospital.id))
                discharge(by=nurse, stay_id=stay.id, destination="home")

    more(range(3))
    page(client, sheila)
    few = statements_of(lambda: page(client, sheila))
    more(range(3, 30))
    many = statements_of(lambda: page(client, sheila))
    assert len(many) == len(few), "\n".join(many)
    assert len(few) <= 14, "\n".join(few)

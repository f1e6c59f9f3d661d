"""The resident's statement: team, plan, what is open, and who looked (IG-28); nothing that is kept from them."""

import re
from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse

from carecoord import audit, clock
from carecoord.audit.models import AuditEntry
from carecoord.record.display.statement import CAUSES, GROUPS
from careplans.services import create_action
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Resident, Role, Source
from neighbourhoods.models.residents import NO_WAY_THERE
from neighbourhoods.services import EntryFacts, record_entry
from tests.life import live
from tests.standing import made_once
from tests.world import sign_in

pytestmark = pytest.mark.django_db

PAGES = ("resident_statement", "statement_print")
# What others wrote about her, for others.
NOT_FOR_HER = ("A break for her carer", "Needs her GP", "Karen Hartley", "Dressing")


standing = made_once(live)


@pytest.fixture
def lived(world):
    return world


def page(client, name, sheila, query=""):
    answer = client.get(f"{reverse(name, args=[sheila.id])}{query}")
    assert answer.status_code == 200
    return answer.text


def statement(text):
    """What the resident is given, without the page around it, as words."""
    body = text.partition('<article class="statement')[2].partition(">")[2].partition("</article>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def test_ig_28_it_says_who_is_in_the_team_what_the_plan_says_what_is_open_and_who_looked(lived, client):
    sign_in(client, lived, "nurse")
    said, printed = (statement(page(client, name, lived.sheila)) for name in PAGES)
    assert said.partition("Who looked")[0] == printed.partition("Who looked")[0]
    for words in (
        "Millbrook Community Nursing , Test Community Health",
        "Leads your care",
        "It is not agreed with you yet.",
        "What is most important to me Ken",
        "My goals The allotment",
        "Action: Visit Millbrook Community Nursing",
        "Test Community Health Day Time Who Why",
        "Nurses You are in their care",
        "Allergy Penicillin Written down by Test Community Health on",
        "Millbrook Community Nursing, Test Community Health Ulcer smaller",
    ):
        assert words in said


@pytest.mark.parametrize("name", PAGES)
def test_ig_21_what_others_wrote_to_others_is_not_in_it(lived, client, name):
    sign_in(client, lived, "nurse")
    said = statement(page(client, name, lived.sheila))
    assert "Ken" in said
    assert [words for words in NOT_FOR_HER if words in said] == []


def test_what_words_and_facts_both_say_is_said_once(lived, client):
    of_her = {"resident_id": lived.sheila.id}
    for kind, text, data in (
        ("risk", "Falls on the stairs", {"type": "accident"}),
        ("risk", "Infection", {"type": "infection"}),
        ("problem", "Heart failure", {}),
        ("contingency_plan", "Sit her up\nRing the team", {"triggers": "More breathless", "ring": "The team"}),
    ):
        with acting_as(lived.nurse) as by:
            record_entry(by=by, **of_her, facts=EntryFacts(kind, text, data))
    sign_in(client, lived, "nurse")
    said = statement(page(client, "statement_print", lived.sheila))
    assert "Risk Accident: Falls on the stairs Written down by" in said
    assert "Risk Infection Written down by" in said
    assert "More breathless Sit her up Ring the team Written down by" in said
    assert said.count("Falls on the stairs") == said.count("Heart failure") == 1


def test_ig_28_a_day_says_organisation_role_group_times_and_why_and_nobodys_name(lived, client):
    sheila, then = lived.sheila, datetime.fromisoformat("2027-01-05T09:05:00+00:00")
    for minutes in (0, 40, 75):
        with clock.at(then + timedelta(minutes=minutes)), acting_as(lived.second_nurse):
            audit.looked("plan.viewed", by=lived.second_nurse, resident_id=sheila.id)
    sign_in(client, lived, "nurse")
    with clock.at(then + timedelta(days=1)):
        said = statement(page(client, "statement_print", sheila))
    assert "5 January 2027 09:05 to 10:20, 3 times Nurses You are in their care" in said
    assert "Second Nurse" not in said


def test_ig_28_it_goes_back_twelve_months_and_no_further(lived, client):
    now = datetime.fromisoformat("2027-06-01T10:00:00+00:00")
    for ago in (365, 367):
        with clock.at(now - timedelta(days=ago)), acting_as(lived.nurse):
            audit.looked("plan.viewed", by=lived.nurse, resident_id=lived.sheila.id)
    sign_in(client, lived, "nurse")
    with clock.at(now):
        said = statement(page(client, "resident_statement", lived.sheila))
    assert "1 June 2026" in said
    assert "30 May 2026" not in said


def test_ig_28_whoever_met_the_card_saw_the_name_only_and_their_claim_is_told_without_its_words(lived, client):
    outsider = client
    sign_in(outsider, lived, "outsider")
    record = reverse("resident_record", args=[lived.sheila.id])
    began = clock.now()
    with clock.at(began + timedelta(minutes=1)):
        outsider.get(record)
    with clock.at(began + timedelta(minutes=2)):
        outsider.post(reverse("claim", args=[lived.sheila.id]), {"reason": "covering", "until": "0"})
        outsider.get(record)
    sign_in(client, lived, "nurse")
    with clock.at(began + timedelta(minutes=3)):
        said = statement(page(client, "statement_print", lived.sheila))
    assert "They were shown your name, date of birth and NHS number, and nothing else" in said
    assert "They said that they are involved in your care" in said
    assert "covering" not in said


@pytest.mark.parametrize(
    ("verb", "why"),
    [
        ("resident.compared", "They were shown your name, date of birth and NHS number, and nothing else"),
        ("resident.claim_refused", "They asked for your record with a date of birth that is not yours"),
    ],
)
def test_ig_28_whoever_opened_nothing_is_told_so_and_never_without_a_reason(lived, client, verb, why):
    with acting_as(lived.outsider) as by:
        audit.looked(verb, by=by, resident_id=lived.sheila.id, about=("resident", lived.sheila.id))
    sign_in(client, lived, "nurse")
    said = statement(page(client, "statement_print", lived.sheila))
    assert why in said
    assert "No reason is recorded" not in said


def test_ig_20_a_restricted_residents_statement_shows_no_way_there(world, client):
    sheila = world.resident(address_lines=("17 Hidden Lock Row",), postcode="ZE3 9XQ", phone="07700 900917")
    Resident.objects.filter(id=sheila.id).update(is_restricted=True, **NO_WAY_THERE)
    sign_in(client, world, "nurse")
    text = page(client, "statement_print", sheila)
    for words in ("Hidden Lock", "ZE3", "900917", "Bridge Street"):
        assert words not in text


def test_ig_27_opening_it_and_printing_it_are_looks_of_their_own(lived, client):
    sign_in(client, lived, "nurse")
    for name in PAGES:
        page(client, name, lived.sheila)
    looks = AuditEntry.objects.filter(verb__startswith="statement.", resident_id=lived.sheila.id)
    assert sorted(looks.values_list("verb", flat=True)) == ["statement.printed", "statement.viewed"]


def test_ig_30_its_reading_of_the_log_is_logged(lived, client):
    sign_in(client, lived, "nurse")
    page(client, "resident_statement", lived.sheila)
    assert AuditEntry.objects.filter(verb="access_log.read", resident_id=lived.sheila.id).count() == 1


@pytest.mark.parametrize("who", ["outsider", "link_worker", "privacy", "admin"])
def test_whoever_may_not_open_the_record_gets_no_statement_of_it(lived, client, who):
    """The link worker has the card of a referral, and no more."""
    sign_in(client, lived, who)
    for name in PAGES:
        assert client.get(reverse(name, args=[lived.sheila.id])).status_code == 403
    assert not AuditEntry.objects.filter(verb__startswith="statement.").exists()


def test_the_printed_page_has_nothing_of_the_record_around_it(lived, client):
    sign_in(client, lived, "nurse")
    text = page(client, "statement_print", lived.sheila)
    assert "Karen Hartley" not in text
    assert "statement--large" not in text
    assert "statement--large" in page(client, "statement_print", lived.sheila, "?size=large")
    assert "statement--large" not in page(client, "statement_print", lived.sheila, "?size=<script>")


def test_ig_28_every_role_stands_in_a_group_and_every_cause_has_its_words():
    assert set(GROUPS) == set(Role)
    assert set(CAUSES) == {*Source.values, "emergency", "refused"}
    assert all([*GROUPS.values(), *CAUSES.values()])


def test_days_are_written_in_full_for_residents(lived, client):
    with acting_as(lived.nurse) as nurse:
        for day in (8, 9):
            due_on = date(2027, 3, day)
            create_action(by=nurse, resident_id=lived.sheila.id, title="Weigh", team_id=lived.nursing.id, due_on=due_on)
    sign_in(client, lived, "nurse")
    with clock.at(datetime.fromisoformat("2027-03-08T10:00:00+00:00")):
        said = statement(page(client, "statement_print", lived.sheila))
    for day in (8, 9):
        assert f"Action: Weigh Millbrook Community Nursing, {day} March 2027" in said
    assert "Today" not in said
    assert not re.search(r"\d-[A-Z][a-z]{2}-\d{4}", said)


def test_a_statement_of_somebody_with_nothing_says_so(world, client):
    sheila = world.resident(on_caseload=False)
    sign_in(client, world, "nurse")
    said = statement(page(client, "resident_statement", sheila))
    for words in ("You have no shared plan yet.", "Nothing is open."):
        assert words in said


@pytest.mark.thorough
def test_a_year_of_looks_costs_no_more_statements_than_a_day(lived, client):
    from tests.statements import statements_of

    sign_in(client, lived, "nurse")
    page(client, "resident_statement", lived.sheila)
    few = len(statements_of(lambda: page(client, "resident_statement", lived.sheila)))
    now = clock.now()
    for ago in range(30):
        with clock.at(now - timedelta(days=ago)), acting_as(lived.second_nurse):
            audit.looked("plan.viewed", by=lived.second_nurse, resident_id=lived.sheila.id)
    assert len(statements_of(lambda: page(client, "resident_statement", lived.sheila))) == few

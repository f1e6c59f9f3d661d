"""Residents in bulk: what stands there afterwards obeys the same rules as what services write."""

import re
from urllib.parse import quote

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Max, Min
from django.test import Client

from carecoord import clock
from carecoord.accounts.services import create_person
from carecoord.audit.models import AuditEntry
from carecoord.bench import cases
from carecoord.bench.cases import Answer
from carecoord.bench.large_plans import ITEMS, PLANS, VERSIONS, WRITTEN, large_plans
from carecoord.bench.life import YEARS_OF_HISTORY
from carecoord.bench.loading import LEADERLESS, Refused, load
from carecoord.bench.place import CARE, NURSING, PARTNERS, PEOPLE_OF_THE_TEAM, find_place, partners
from carecoord.bench.policies import switch_all
from carecoord.bench.sizes import HISTORY_OF, Size
from carecoord.bench.subjects import subjects
from careplans.headings import STANDARD
from careplans.models import Action, Goal, PlanSection
from neighbourhoods import gate
from neighbourhoods.gate import acting_as
from neighbourhoods.keys import keys_of
from neighbourhoods.models import CaseloadEntry, Membership, Relationship, Resident
from neighbourhoods.services import create_place
from neighbourhoods.values import clean_nhs_number
from referrals.models import Referral

RESIDENTS = 120


def quietly(_words):
    """Progress that nobody reads."""


@pytest.fixture(scope="module")
def loaded(migrated_database, django_db_blocker):
    """One load for all tests of this file; it is rolled back at the end."""
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        _forget_the_world()
        load(RESIDENTS, quietly)
        yield find_place()
        transaction.set_rollback(True)


def _forget_the_world():
    """A test database may hold the small world of other tests, and a load refuses people who exist."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE neighbourhoods_place SET name = 'Aldermoor' WHERE name = 'Testborough'")
        cursor.execute("UPDATE accounts_user SET email = replace(email, '@example.org', '@demo.example')")


@pytest.fixture
def place(loaded, django_db_blocker):
    with django_db_blocker.unblock():
        yield loaded


def residents():
    return Resident.objects.filter(sort_name__gt="", gp_practice__place=find_place().place)


def test_as_many_are_there_as_were_asked_for_and_twelve_in_a_hundred_have_no_nhs_number(place):
    assert residents().count() == RESIDENTS
    assert 0.08 <= residents().filter(nhs_number=None).count() / RESIDENTS <= 0.16


def test_their_nhs_numbers_are_valid_and_of_the_range_that_is_never_issued(place):
    numbers = list(residents().exclude(nhs_number=None).values_list("nhs_number", flat=True))
    assert [clean_nhs_number(number) for number in numbers] == numbers
    assert all(number.startswith("999") for number in numbers)


def test_their_phones_are_of_a_code_that_no_town_has_written_in_several_ways_and_shared_by_a_few(place):
    phones = list(residents().values_list("phone", flat=True))
    digits = ["".join(letter for letter in phone if letter.isdigit()) for phone in phones]
    assert all(number.startswith(("01632", "441632")) for number in digits)
    assert len({re.sub(r"[0-9]", "", phone) for phone in phones}) == 3
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM neighbourhoods_resident GROUP BY app.phone_key(phone) HAVING count(*) > 1")
        assert {count for (count,) in cursor.fetchall()} == {2}


def test_names_are_many_and_sorted_as_services_sort_them(place):
    names = {one.sort_name for one in residents()}
    assert len(names) > RESIDENTS * 0.8
    for resident in residents()[:20]:
        written = resident.sort_name
        resident.save()
        assert resident.sort_name == written


def test_they_are_found_by_the_keys_that_services_would_give_them(place):
    for resident in residents()[:20]:
        assert set(resident.search_keys) == set(keys_of(resident))


def test_everybody_with_something_open_has_one_lead_team(place):
    with connection.cursor() as cursor:
        cursor.execute(LEADERLESS)
        assert cursor.fetchone()[0] == 0


def test_the_measured_team_has_its_part_and_an_inbox(place):
    size = Size(RESIDENTS)
    assert CaseloadEntry.objects.filter(team=place.nursing, is_lead=True).count() == RESIDENTS // size.every
    inbox = Referral.objects.filter(to_team=place.nursing, accountable_team__isnull=False)
    assert inbox.count() >= RESIDENTS // size.inbox_every


def test_a_nurse_of_the_team_sees_whom_it_has_under_the_policies(place):
    nurse = gate.person(Membership.objects.get(user__email__startswith="nurse2@measuring"))
    with acting_as(nurse):
        seen = set(Resident.objects.visible_to(nurse).values_list("id", flat=True))
        assert seen == set(Resident.objects.values_list("id", flat=True))
    held = Relationship.objects.filter(team=place.nursing, level="record", ended_at=None)
    assert seen == set(held.values_list("resident_id", flat=True))


def test_a_few_plans_have_sixty_items_and_two_hundred_versions(place):
    found = large_plans(place.nursing)
    assert len(found) == PLANS
    for one in found:
        parts = [PlanSection, Goal, Action]
        assert sum(part.objects.filter(care_plan_id=one.plan_id).count() for part in parts) == ITEMS
        sections = PlanSection.objects.filter(care_plan_id=one.plan_id).prefetch_related("versions")
        assert {section.key for section in sections} == set(STANDARD)
        assert sum(len(section.versions.all()) for section in sections) == VERSIONS
        for section in sections:
            newest = max(section.versions.all(), key=lambda version: version.number)
            assert (section.version, section.body) == (newest.number, newest.body)
            assert newest.number == len(section.versions.all())
    written = PlanSection.objects.get(care_plan_id=found[0].plan_id, key=WRITTEN)
    assert found[0].version == written.version


def test_ten_years_of_history_are_told_of_everybody_in_the_order_of_time(place):
    history = AuditEntry.objects.filter(actor_id=place.builder.actor_id, resident_id__in=residents().values("id"))
    assert history.count() == RESIDENTS * HISTORY_OF
    for resident in residents()[:5]:
        told = list(history.filter(resident_id=resident.id).order_by("at").values_list("verb", "kind"))
        assert told[:2] == [("resident.registered", "change"), ("caseload.opened", "change")]
        assert {kind for _, kind in told[2:]} == {"change", "look"}
        assert told == list(history.filter(resident_id=resident.id).order_by("id").values_list("verb", "kind"))
    years = history.aggregate(years=Max("at") - Min("at"))["years"].days / 365.25
    assert YEARS_OF_HISTORY - 1 < years <= YEARS_OF_HISTORY


@pytest.mark.parametrize(
    ("residents", "history", "each"), [(10_000, 10_000_000, 1_000), (100, None, 10), (100, 100, 1)]
)
def test_what_history_there_shall_be_is_shared_among_all(residents, history, each):
    assert Size(residents, history=history).history_of_each == each


@pytest.mark.parametrize("history", [RESIDENTS - 1, 100_000_001])
def test_less_history_than_residents_or_more_than_a_disk_holds_is_refused(place, history):
    with pytest.raises(Refused, match="history"):
        load(RESIDENTS, quietly, history)


def test_policies_are_set_aside_for_every_table_that_has_any_and_come_back(place):
    guarded = "SELECT relname, relrowsecurity FROM pg_class WHERE oid IN (SELECT polrelid FROM pg_policy)"
    with connection.cursor() as cursor:
        for word, is_on in (("DISABLE", False), ("ENABLE", True)):
            switch_all(cursor, word)
            cursor.execute(guarded)
            found = dict(cursor.fetchall())
            assert {"neighbourhoods_resident", "audit_auditentry"} <= set(found)
            assert set(found.values()) == {is_on}


def test_there_are_people_to_alert_and_partners_to_ask(place):
    assert Membership.objects.in_team(place.nursing.id).count() == PEOPLE_OF_THE_TEAM
    assert len(partners()) == PARTNERS
    assert any(team.name.startswith(CARE) for team in place.care_teams)
    assert place.nursing.name == NURSING


def test_every_case_of_the_benchmark_is_answered_as_it_is_to_be(place, who):
    for case in cases.cases(who):
        answered(case)


@pytest.fixture
def who(place):
    """To the database it is still the moment at which its transaction began, and nobody was a member then."""
    with clock.at(clock.now()):
        yield subjects()


def answered(case):
    asks, follow = list(case.asks()), case.follow
    while asks:
        ask = asks.pop(0)
        headers = dict(ask.headers)
        kind = headers.pop("Content-Type", "application/octet-stream")
        answer = Client().generic(ask.method, ask.path, ask.body or b"", content_type=kind, headers=headers)
        assert answer.status_code == ask.status, (case.name, answer.status_code, answer.content[:300])
        if not asks and follow:
            told = Answer(answer.content, {name.lower(): value for name, value in answer.headers.items()})
            asks, follow = list(follow(told)), None


def test_what_is_found_by_phone_is_found(place, who):
    person = who.people[0]
    path = f"/api/v1/residents/?phone={quote(person.phone)}"
    rows = Client().get(path, headers={"Authorization": f"Bearer {who.tokens[0]}"}).json()["results"]
    assert str(person.resident_id) in {row["id"] for row in rows}
    assert len(rows) == len({row["id"] for row in rows}) <= 2


@pytest.mark.django_db
def test_a_database_with_people_who_exist_is_refused(world):
    with pytest.raises(CommandError, match="the place Testborough") as refused:
        call_command("load_residents", 10)
    assert refused.value.returncode == 2
    assert find_place() is None


@pytest.mark.django_db
def test_accounts_of_other_people_are_enough_to_refuse(world):
    _forget_the_world()
    create_person(by=world.builder, email="somebody@nhs.example", name="Somebody")
    with pytest.raises(CommandError, match="1 accounts of other people"):
        call_command("load_residents", 10)


@pytest.mark.django_db
def test_elsewhere_than_on_this_machine_it_is_refused(settings, world):
    _forget_the_world()
    settings.BASE_URL = "https://care.example.org"
    with pytest.raises(CommandError, match="only on this machine"):
        call_command("load_residents", 10)


@pytest.mark.django_db
def test_more_than_there_are_numbers_for_is_refused():
    with pytest.raises(CommandError, match="1 to 1000000"):
        call_command("load_residents", 1_000_001)


@pytest.mark.django_db
def test_a_second_place_of_any_other_name_is_refused():
    create_place(name="Somewhere", partnership="Somewhere Together")
    with pytest.raises(CommandError, match=r"the place (Somewhere|Testborough)"):
        call_command("load_residents", 10)

"""The record as it was: what was recorded by then, with the rights of today, and never to be taken for the present."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.urls import reverse

from carecoord import clock
from carecoord.audit.models import AuditEntry, PastRow
from carecoord.audit.past import _THEN, as_it_stood, versions_at
from carecoord.record.reading import record_as_it_was
from careplans.services import add_goal, create_action, create_plan, move_action, write_section
from neighbourhoods.gate import acting_as
from neighbourhoods.models import CaseloadEntry, Relationship, Resident
from neighbourhoods.services import (
    ClaimReason,
    ContactFacts,
    EncounterFacts,
    EntryFacts,
    PackageFacts,
    StayFacts,
    add_contact,
    admit,
    assign_key_worker,
    change_resident,
    change_stay,
    claim_relationship,
    discharge,
    end_contact,
    end_entry,
    enter_entry_in_error,
    enter_stay_in_error,
    move_package,
    record_encounter,
    record_entry,
    request_package,
)
from neighbourhoods.services.encounters import move_encounter
from referrals.services.handovers import draft_handover, offer_handover
from tests.life import known
from tests.statements import statements_of

pytestmark = pytest.mark.django_db

BEGAN = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SPRING = BEGAN + 60 * DAY
AUTUMN = BEGAN + 250 * DAY


@pytest.fixture
def sheila(world):
    with clock.at(BEGAN):
        return world.resident(address_lines=("2 Mill Lane",), postcode="AM1 1AA", phone="01632 960 001")


class Doing:
    """Whatever is done, by the nurse unless somebody else is named, at a moment."""

    def __init__(self, world, resident):
        self.world, self.resident = world, resident

    def __call__(self, service, at, by=None, **facts):
        by = by or self.world.nurse
        with clock.at(at), acting_as(by):
            return service(by=by, **facts)

    def entry(self, kind, text, at, **facts):
        return self(record_entry, at, resident_id=self.resident.id, facts=EntryFacts(kind, text, **facts))

    def details(self, at, **changed):
        identity = known(Resident.objects.get(id=self.resident.id), **changed)
        return self(change_resident, at, resident_id=self.resident.id, identity=identity)

    def visit(self, note, at, took_place=None):
        facts = EncounterFacts(kind="visit", note=note, at=took_place)
        return self(record_encounter, at, resident_id=self.resident.id, team_id=self.world.nursing.id, facts=facts)

    def action(self, title, at, **more):
        return self(create_action, at, resident_id=self.resident.id, title=title, team_id=self.world.nursing.id, **more)


@pytest.fixture
def do(world, sheila):
    return Doing(world, sheila)


def address(resident, at):
    return f"{reverse('as_it_was', args=[resident.id])}?at={at.astimezone(UTC):%Y-%m-%dT%H:%MZ}"


def at_that_time(client, resident, at):
    answer = client.get(address(resident, at))
    assert answer.status_code == 200
    return answer.content.decode()


# --- what stood there ---


def test_it_shows_what_was_recorded_by_then_and_nothing_that_came_later(sheila, do, signed_in):
    penicillin = do.entry("allergy", "Penicillin", BEGAN + DAY)
    do.entry("alert", "Dog bites", AUTUMN)
    plan = do(create_plan, BEGAN + DAY, resident_id=sheila.id)
    do(
        write_section,
        BEGAN + DAY,
        plan_id=plan.id,
        key="most_important",
        body="My garden",
        in_own_words=True,
        version=0,
    )
    do(add_goal, BEGAN + DAY, plan_id=plan.id, title="Walk to the gate")
    visit = do.action("Weigh her", BEGAN + DAY, due_on=(SPRING + 3 * DAY).date())
    do.details(AUTUMN, family_name="Moss", address_lines=("9 Weir Street",))
    do(write_section, AUTUMN, plan_id=plan.id, key="most_important", body="My sister", in_own_words=True, version=1)
    do(move_action, AUTUMN, action_id=visit.id, verb="complete")
    do(end_entry, AUTUMN, resident_id=sheila.id, entry_id=penicillin.id, reason="Tested")
    text = at_that_time(signed_in("nurse"), sheila, SPRING)
    for then in ("HARTLEY, Sheila", "2 Mill Lane", "Penicillin", "My garden", "Walk to the gate", "Weigh her"):
        assert then in text, then
    for later in ("Moss", "MOSS", "9 Weir Street", "Dog bites", "My sister", "Completed"):
        assert later not in text, later


def test_of_that_minute_everything_counts(sheila, do, signed_in):
    do.entry("alert", "Dog bites", SPRING + timedelta(seconds=40))
    do.entry("alert", "Steep stairs", SPRING + timedelta(seconds=60))
    text = at_that_time(signed_in("nurse"), sheila, SPRING)
    assert "Dog bites" in text
    assert "Steep stairs" not in text


def test_what_was_recorded_late_is_not_there_before_it_was_recorded(sheila, do, signed_in):
    do.visit("Fell in the bathroom", at=AUTUMN, took_place=SPRING)
    client = signed_in("nurse")
    assert "Fell in the bathroom" not in at_that_time(client, sheila, SPRING + DAY)
    text = at_that_time(client, sheila, AUTUMN)
    assert "Fell in the bathroom" in text
    assert "Late entry" in text


def test_what_was_taken_back_by_then_and_since_stands_struck_and_says_which(sheila, do, signed_in):
    wrong = do.entry("allergy", "Latex", BEGAN + DAY)
    visit = do.visit("Another Sheila", at=BEGAN + DAY)
    do(enter_entry_in_error, AUTUMN, resident_id=sheila.id, entry_id=wrong.id, reason="Another person")
    do(move_encounter, AUTUMN, encounter_id=visit.id, verb="enter_in_error", reason="Another person")
    client = signed_in("nurse")
    then = at_that_time(client, sheila, SPRING)
    since = "Entered in error since, 12-Sep-2026</strong>"
    assert re.search(rf"<s>Latex</s> <strong[^>]*>{since}", then)
    assert re.search(rf"Another Sheila</s> <strong[^>]*>{since}", then)
    assert "Latex (entered in error since)" in then[: then.index("<main")]
    later = at_that_time(client, sheila, AUTUMN)
    assert since not in later
    assert re.search(r"<s>Latex</s> <strong[^>]*>Entered in error</strong>", later)
    assert re.search(r"Another Sheila</s> <strong[^>]*>Entered in error</strong>", later)
    assert "Latex" not in later[: later.index("<main")]


def test_teams_key_workers_and_contacts_are_those_of_then(world, sheila, do, signed_in):
    entry = CaseloadEntry.objects.get(resident=sheila)
    karen = do(
        add_contact, BEGAN + DAY, resident_id=sheila.id, facts=ContactFacts(kind="personal", name="Karen Hartley")
    )
    for at, name in ((BEGAN + DAY, "nurse"), (AUTUMN, "second_nurse")):
        who = world.people[name].membership_id
        do(assign_key_worker, at, by=world.lead, entry_id=entry.id, key_worker_id=who)
    do(end_contact, AUTUMN, resident_id=sheila.id, contact_id=karen.id, reason="Moved away")
    client = signed_in("nurse")
    text = at_that_time(client, sheila, SPRING)
    assert "Key worker: Nurse<" in text
    assert "Karen Hartley" in text
    later = at_that_time(client, sheila, AUTUMN + DAY)
    assert "Key worker: Second Nurse<" in later
    assert "Karen Hartley" not in later


def test_stays_and_care_packages_are_those_of_then_with_the_clock_of_then(world, sheila, do, signed_in):
    of_her = {"resident_id": sheila.id}
    facts = PackageFacts("Morning calls", "home_care", provider_name="Kind Hands", minutes_per_week=300)
    package = do(request_package, BEGAN, **of_her, team_id=world.nursing.id, facts=facts, is_running=True)
    home = StayFacts("care_home", organisation_name="Elm House", room="Room 3")
    stay = do(admit, SPRING, **of_her, facts=home)
    wrong = do(admit, SPRING, **of_her, facts=StayFacts("hospital", organisation_name="Another hospital"))
    do(change_stay, AUTUMN, stay_id=stay.id, room="Room 9", expected_discharge_on=None)
    do(discharge, AUTUMN, stay_id=stay.id, destination="family")
    do(enter_stay_in_error, AUTUMN, stay_id=wrong.id, reason="Another person")
    do(move_package, AUTUMN, package_id=package.id, verb="end", reason="Lives with her son")
    client = signed_in("nurse")
    before = at_that_time(client, sheila, SPRING - DAY)
    assert "Elm House" not in before
    assert "State: Active" in before
    then = at_that_time(client, sheila, SPRING + DAY)
    for words in (
        "Care home: Elm House",
        "Room: Room 3",
        "Assessment: Not yet",
        "State: Suspended",
        "5 hours each week",
    ):
        assert words in then, words
    assert "Assessment and plan due" in then
    assert re.search(r"Another hospital\s+Entered in error since, 12-Sep-2026", re.sub(r"<[^>]+>", "", then))
    for later in ("Room 9", "Family or friends", "Lives with her son", "then family"):
        assert later not in then, later
    after = at_that_time(client, sheila, AUTUMN + DAY)
    for words in ("Room: Room 9", "then family or friends", "State: Ended", "Lives with her son"):
        assert words in after, words
    assert "Another hospital" not in after


def test_clocks_and_ages_are_those_of_then_and_no_day_is_called_today(sheila, do, signed_in):
    do.action("Weigh her", BEGAN, due_on=SPRING.date())
    client = signed_in("nurse")
    text = at_that_time(client, sheila, SPRING)
    assert "Due soon" in text
    assert "Overdue" not in text
    assert "Today" not in text
    assert "14-Mar-1948 (77y)" in text
    assert "Overdue" in at_that_time(client, sheila, SPRING + DAY)


def test_before_the_record_began_nothing_is_there_and_the_page_says_so(sheila, signed_in):
    text = at_that_time(signed_in("nurse"), sheila, BEGAN - DAY)
    assert "Nothing was recorded here about Sheila by 04-Jan-2026 at 09:00." in text
    assert "The record began on 05-Jan-2026 at 09:00." in text
    assert "2 Mill Lane" not in text
    assert "HARTLEY, Sheila" in text[: text.index("<main")]


def test_a_column_that_was_added_since_has_its_default(world, sheila, do):
    do.details(SPRING, phone="01632 960 002")
    was = dict(PastRow.objects.get(row_id=sheila.id).row)
    assert was.pop("address_lines") == ["2 Mill Lane"]
    del was["email"]
    then = as_it_stood(Resident.objects.get(id=sheila.id), was)
    assert (then.address_lines, then.email, then.phone) == ([], "", "01632 960 001")
    assert then.birth_date == date(1948, 3, 14)


# --- whose eyes ---


def test_whoever_lost_the_right_since_sees_nothing_of_then(world, sheila, do, signed_in):
    do.entry("allergy", "Penicillin", BEGAN + DAY)
    Relationship.objects.filter(resident=sheila).update(ended_at=AUTUMN)
    answer = signed_in("nurse").get(address(sheila, SPRING))
    assert answer.status_code == 403
    assert "Penicillin" not in answer.content.decode()
    assert not AuditEntry.objects.filter(verb="record.viewed_as_it_was").exists()


def test_whoever_has_the_right_only_since_sees_what_stood_there_then(world, sheila, do, signed_in):
    do.entry("allergy", "Penicillin", BEGAN + DAY)
    do(
        claim_relationship,
        clock.now(),
        by=world.link_worker,
        resident_id=sheila.id,
        team_id=world.carers.id,
        reason=ClaimReason.COVERING,
        until=clock.now() + DAY,
    )
    assert "Penicillin" in at_that_time(signed_in("link_worker"), sheila, SPRING)


def test_a_handover_that_was_only_drafted_then_is_its_givers(world, sheila, do, signed_in):
    draft = do(
        draft_handover,
        SPRING,
        resident_id=sheila.id,
        from_team_id=world.nursing.id,
        to_team_id=world.surgery.id,
        kind="team",
        situation="Needs her GP",
    )
    do(offer_handover, SPRING + DAY, handover_id=draft.id)
    found = {}
    for name, at in (("then", SPRING), ("later", SPRING + DAY)):
        for by in (world.nurse, world.link_worker):
            with acting_as(world.nurse):
                content = record_as_it_was(by, Resident.objects.get(id=sheila.id), at)
            found[name, by.name] = [(one.id, one.status) for one in content.handovers]
    assert found["then", "Nurse"] == [(draft.id, "draft")]
    assert found["then", "Link Worker"] == []
    assert found["later", "Nurse"] == [(draft.id, "offered")]


# --- never to be taken for the present ---


def test_it_says_that_it_is_past_before_anything_else_and_is_kept_by_no_browser(sheila, signed_in):
    answer = signed_in("nurse").get(address(sheila, SPRING))
    text = answer.content.decode()
    assert "<title>As it was on 06-Mar-2026 at 09:00: HARTLEY, Sheila - CareCoord</title>" in text
    assert '<body class="is-past">' in text
    band = text[text.index('<section class="past-band"') : text.index("<main")]
    assert "Past</strong> <strong>The record as it was on" in band
    assert "HARTLEY, Sheila" in band
    assert "NHS No." in band
    assert text.count("<h1") == 1
    assert "Not the record of today." in text
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_past_page_offers_nothing_to_press(sheila, do, signed_in):
    do.entry("allergy", "Penicillin", BEGAN + DAY)
    do.visit("All well", at=BEGAN + DAY)
    do.action("Weigh her", BEGAN + DAY)
    do(
        add_contact,
        BEGAN + DAY,
        resident_id=sheila.id,
        facts=ContactFacts(kind="personal", name="Karen Hartley", phone="01632 960 121"),
    )
    text = at_that_time(signed_in("nurse"), sheila, SPRING)
    for pressed in ("<form", "<button", "<input", "<select", "<textarea", "nhsuk-button", "tel:", "hx-post"):
        assert pressed not in text, pressed
    assert "Phone then: 01632 960 121" in re.sub(r"<[^>]+>", "", text)
    leads = set(re.findall(r'<a [^>]*href="([^"#]+)"', text))
    assert leads == {reverse("resident_record", args=[sheila.id]), reverse("as_it_was", args=[sheila.id])}


# --- the way there ---


def test_each_change_on_the_timeline_leads_to_the_record_right_after_it(world, sheila, do, signed_in):
    do.entry("alert", "Dog bites", SPRING)
    do.entry("alert", "Steep stairs", AUTUMN)
    client = signed_in("nurse")
    answer = client.get(reverse("resident_timeline", args=[sheila.id]))
    row = next(row for row in answer.context["rows"] if row.at == "06-Mar-2026 09:00")
    assert (row.then.text, row.then.url) == ("As it was then", address(sheila, SPRING))
    text = client.get(row.then.url).content.decode()
    assert "Dog bites" in text
    assert "Steep stairs" not in text


def test_a_day_and_a_time_lead_there(sheila, signed_in):
    client = signed_in("nurse")
    here = reverse("as_it_was", args=[sheila.id])
    assert "Which day" not in client.get(here).content.decode()
    summer = {"at_day": "1", "at_month": "jul", "at_year": "2026", "at_time": "23:30"}
    answer = client.get(here, summer)
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"{here}?at=2026-07-01T22:30Z"
    assert "As it was on 01-Jul-2026 at 23:30" in client.get(answer.headers["Location"]).content.decode()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"at_day": "1", "at_month": "1", "at_year": "2100", "at_time": "09:00"}, "Day and time must be in the past"),
        ({"at_day": "31", "at_month": "2", "at_year": "2026", "at_time": "9"}, "February 2026 has no day 31"),
        ({"at_day": "1"}, "Day and time must include a month, a year and a time"),
        ({"at_day": ""}, "Enter the day and the time as of which you want to read the record"),
    ],
)
def test_what_is_no_moment_of_the_past_is_said_and_kept(sheila, signed_in, typed, said):
    answer = signed_in("nurse").get(reverse("as_it_was", args=[sheila.id]), typed)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert said in text
    assert f'value="{typed["at_day"]}"' in text or not typed["at_day"]


@pytest.mark.parametrize(
    "wrong", ["", "yesterday", "2026-03-06", "2026-13-01T09:00Z", "0001-01-01T00:00Z", "9999-12-31T23:59Z", "\0"]
)
def test_an_address_without_a_moment_of_the_past_is_none(sheila, signed_in, wrong):
    answer = signed_in("nurse").get(reverse("as_it_was", args=[sheila.id]), {"at": wrong})
    assert answer.status_code == 404


# --- what it costs ---


@pytest.mark.thorough
def test_thirty_of_each_cost_the_statements_of_three(world, sheila, do, signed_in):
    client = signed_in("nurse")

    def more(numbers):
        for number in numbers:
            at = BEGAN + DAY + number * HOUR
            do.entry("alert", f"Alert {number}", at)
            do.visit(f"Visit {number}", at=at)
            action = do.action(f"Action {number}", at)
            do(move_action, AUTUMN, action_id=action.id, verb="complete")
            do.details(at, phone=f"01632 960 {number:03}")

    def look():
        at_that_time(client, sheila, SPRING)

    more(range(3))
    look()
    few = statements_of(look)
    more(range(3, 30))
    many = statements_of(look)
    assert len(many) == len(few), "\n".join(many)
    assert len(few) <= 16, "\n".join(few)


@pytest.mark.thorough
def test_ten_years_of_versions_cost_what_one_does(world, sheila, do):
    """However often a row was changed, one step into the index finds what stood there."""
    PastRow.objects.bulk_create(
        PastRow(
            table_name="neighbourhoods_resident",
            row_id=sheila.id,
            resident_id=sheila.id,
            replaced_at=SPRING + number * HOUR,
            row={"phone": str(number)},
        )
        for number in range(10_000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE audit_pastrow")
    with acting_as(world.nurse):
        for hours in (0, 5_000, 9_998):
            moment = SPRING + hours * HOUR
            assert versions_at(sheila.id, [sheila], moment) == {
                ("neighbourhoods_resident", sheila.id): {"phone": str(hours + 1)}
            }
            assert rows_read(sheila, moment) <= 2
        assert versions_at(sheila.id, [sheila], SPRING + 10_000 * HOUR) == {}


def rows_read(resident, moment):
    with connection.cursor() as cursor:
        cursor.execute(
            f"EXPLAIN (ANALYZE, FORMAT JSON) {_THEN}", [["neighbourhoods_resident"], [resident.id], resident.id, moment]
        )
        plan = cursor.fetchone()[0][0]["Plan"]
    scans = [node for node in nodes(plan) if node.get("Relation Name") == "audit_pastrow"]
    assert [node["Index Name"] for node in scans] == ["past_of_resident"]
    return scans[0]["Actual Rows"] + scans[0].get("Rows Removed by Filter", 0)


def nodes(plan):
    yield plan
    for inner in plan.get("Plans", ()):
        yield from nodes(inner)

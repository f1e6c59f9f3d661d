"""A team's caseload: who, why, with whom, what is open, what is overdue; and moving residents between people."""

from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils.timezone import localtime

from carecoord import clock
from carecoord.audit.models import AuditEntry
from carecoord.record.caseload import Choice, LastSeen, caseload_of
from careplans.services import create_action
from neighbourhoods.encounters import encounters_around
from neighbourhoods.gate import acting_as
from neighbourhoods.models import CaseloadEntry, Level, Relationship, Role, Source
from neighbourhoods.services import assign_key_worker, open_caseload_entry, open_relationship
from neighbourhoods.services.duty import record_absence
from referrals.referral_clock import is_overdue
from tests.neighbourhoods.test_encounters import involve, plan, record
from tests.objections import objects
from tests.referrals import referral_steps as steps
from tests.shortening import thoroughly
from tests.statements import at_most
from tests.world import sign_in

pytestmark = pytest.mark.django_db
NESTED = 2


def entry_of(resident, team):
    return CaseloadEntry.objects.get(resident=resident, team=team, ended_at=None)


def act(world, resident, days):
    with acting_as(world.nurse):
        create_action(
            by=world.nurse,
            resident_id=resident.id,
            title="Dressing",
            team_id=world.nursing.id,
            due_on=clock.today() + timedelta(days=days),
        )


def named(world, resident, who):
    with acting_as(world.nurse):
        entry = entry_of(resident, world.nursing)
        assign_key_worker(by=world.nurse, entry_id=entry.id, key_worker_id=getattr(world, who).membership_id)


def read(world, choice=None, who="lead"):
    person = getattr(world, who)
    with acting_as(person):
        return caseload_of(person, world.nursing, choice or Choice())


def url(world):
    return reverse("caseload", args=[world.nursing.id])


def move(client, world, entries, **more):
    posted = {"entry": [str(entry.id) for entry in entries], "to": str(world.second_nurse.membership_id)} | more
    return client.post(reverse("caseload_move", args=[world.nursing.id]), posted)


@pytest.fixture
def three(world):
    """Sheila and Alan overdue, Alan for longer; Grace with something due tomorrow."""
    sheila = world.resident()
    grace = world.resident(given_name="Grace", family_name="Oyelaran")
    alan = world.resident(given_name="Alan", family_name="Price")
    act(world, sheila, -1)
    act(world, grace, 1)
    act(world, alan, -5)
    act(world, alan, -2)
    return sheila, grace, alan


def test_those_with_something_overdue_come_first_the_longest_overdue_before(world, three):
    sheila, grace, alan = three
    found = read(world)
    assert [entry.resident for entry in found.overdue] == [alan, sheila]
    assert [entry.resident for entry in found.others] == [grace]
    assert found.residents == 3


def test_open_and_overdue_are_counted_for_each(world, three):
    sheila, grace, alan = three
    items = read(world).items
    counted = {one.id: (items[one.id].open, items[one.id].overdue) for one in three}
    assert counted == {sheila.id: (1, 1), grace.id: (1, 0), alan.id: (2, 2)}


@pytest.mark.parametrize(
    ("step", "days", "late"),
    [(steps.accepted, 0, 0), (steps.accepted, 1, 1), (steps.held, 0, 0), (steps.held, 400, 1), (steps.started, 9, 0)],
)
def test_a_referral_counts_as_overdue_exactly_when_its_own_page_says_so(world, step, days, late):
    """Taken on and not begun in time, or on hold until a day that has come: as well as unanswered."""
    ask = steps.Ask(reason="She fell", urgency="two_hour", urgency_reason="Alone", no_known_risks=True)
    referral = step(world, world.resident(), ask=ask)
    with clock.at(clock.now() + timedelta(days=days, minutes=1)), acting_as(world.link_worker):
        found = caseload_of(world.link_worker, world.carers, Choice())
        assert is_overdue(referral, clock.now()) == bool(late)
    assert [entry.resident_id for entry in found.overdue] == [referral.resident_id] * late
    assert found.items[referral.resident_id].overdue == late


@pytest.mark.parametrize("around", ["nurse", "link_worker"])
def test_who_saw_each_last_is_what_their_record_says_whichever_organisation_it_was(world, three, around):
    sheila, grace, _ = three
    involve(world, grace)
    now = clock.now()
    record(world, sheila, at=now - timedelta(days=3))
    record(world, sheila, kind="call", who="lead", at=now - timedelta(days=2))
    record(world, sheila, kind="note", at=now - timedelta(days=1), note="Rang nobody")
    record(world, sheila, at=now - timedelta(hours=1), status="did_not_attend")
    plan(world, sheila, at=now + timedelta(days=1))
    record(world, grace, who=around, team=world.carers if around == "link_worker" else None, at=now)
    found = read(world)
    with acting_as(world.lead) as by:
        said = {one.id: encounters_around(by, one.id).last_seen for one in three}
    assert {one.id for one in (sheila, grace)} == set(found.seen)
    assert found.seen[sheila.id] == LastSeen(now - timedelta(days=2), world.nursing.name, Role.TEAM_LEAD)
    for one in (sheila, grace):
        last = said[one.id]
        assert found.seen[one.id] == LastSeen(last.at, last.team.name, last.seen_by.role)


def test_of_somebody_unseen_nobody_is_told_who_saw_them(world, three):
    sheila, *_ = three
    record(world, sheila)
    with acting_as(world.outsider), connection.cursor() as cursor:
        cursor.execute("SELECT * FROM app.last_seen(%s::uuid[])", [[sheila.id]])
        assert cursor.fetchall() == []


def test_a_row_says_when_and_by_which_team_and_role_they_were_seen_last(world, three, signed_in):
    sheila, *_ = three
    with clock.at(clock.now() + timedelta(hours=1)):
        record(world, sheila)
        at = localtime(clock.now())
        text = signed_in("lead").get(url(world)).content.decode()
    said = f'Today {at:%H:%M}</span><span class="second">{world.nursing.name}, community nurse</span>'
    assert said in text
    assert text.count("Not yet") == 2


def test_the_load_is_counted_by_person_and_for_nobody(world, three):
    named(world, three[0], "nurse")
    named(world, three[1], "nurse")
    loads = {load.name: (load.residents, load.overdue) for load in read(world).loads}
    assert loads == {"Lead": (0, 0), "Nurse": (2, 1), "Second Nurse": (0, 0), "": (1, 1)}


def test_one_persons_residents_can_be_shown_alone(world, three):
    named(world, three[1], "nurse")
    found = read(world, Choice(person=str(world.nurse.membership_id)))
    assert [entry.resident for entry in (*found.overdue, *found.others)] == [three[1]]
    nobody = read(world, Choice(person="none"))
    assert {entry.resident for entry in (*nobody.overdue, *nobody.others)} == {three[0], three[2]}


def test_everybody_is_reached_page_by_page_once(world):
    residents = {
        world.resident(family_name=f"Name{number % 7}", given_name=f"Given{number}").id for number in range(53)
    }
    seen, choice, pages = [], Choice(), 0
    while True:
        found = read(world, choice)
        seen += [entry.resident_id for entry in (*found.overdue, *found.others)]
        pages += 1
        if found.next_after is None:
            break
        choice = Choice(after=found.next_after)
    assert (pages, len(seen), set(seen)) == (3, 53, residents)


def test_a_member_sees_the_caseload_and_cannot_move_anybody(world, three, signed_in):
    client = signed_in("nurse")
    text = client.get(url(world)).content.decode()
    assert "HARTLEY, Sheila" in text
    assert "See what would move" not in text
    assert move(client, world, [entry_of(three[0], world.nursing)], confirmed="1", reason="Why").status_code == 404
    assert entry_of(three[0], world.nursing).key_worker is None


@pytest.mark.parametrize("who", ["outsider", "ward_nurse", "admin", "privacy", "front_door"])
def test_another_teams_caseload_is_404(world, three, signed_in, who):
    assert signed_in(who).get(url(world)).status_code == 404


def test_a_team_without_residents_has_no_caseload(world, signed_in):
    team_id = world.admin.team_ids[0]
    assert signed_in("admin").get(reverse("caseload", args=[team_id])).status_code == 404


def test_the_caseload_being_shown_is_audited_with_whom_it_showed(world, three, signed_in):
    signed_in("lead").get(url(world))
    look = AuditEntry.objects.get(kind="look", verb="caseload.viewed")
    assert set(look.detail["residents"]) == {str(one.id) for one in three}


def test_the_preview_moves_nobody(world, three, signed_in):
    entries = [entry_of(three[0], world.nursing), entry_of(three[1], world.nursing)]
    answer = move(signed_in("lead"), world, entries)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "Move 2 residents to Second Nurse" in text
    assert "nothing has moved yet" in text
    assert not CaseloadEntry.objects.filter(key_worker__isnull=False).exists()


def test_the_move_needs_a_reason(world, three, signed_in):
    answer = move(signed_in("lead"), world, [entry_of(three[0], world.nursing)], confirmed="1")
    assert answer.status_code == 422
    assert "Say why they move" in answer.content.decode()
    assert not CaseloadEntry.objects.filter(key_worker__isnull=False).exists()


def test_the_lead_moves_twenty_at_once_with_a_reason(world, signed_in):
    entries = [entry_of(world.resident(given_name=f"Given{n}"), world.nursing) for n in range(20)]
    answer = move(signed_in("lead"), world, entries, confirmed="1", reason="Over her limit")
    assert answer.headers["Location"] == url(world)
    moved = CaseloadEntry.objects.filter(key_worker_id=world.second_nurse.membership_id)
    assert moved.count() == 20
    reasons = AuditEntry.objects.filter(verb="key_worker.assigned").values_list("reason", flat=True)
    assert list(reasons) == ["Over her limit"] * 20


def test_nobody_outside_the_team_can_be_chosen_and_entries_of_others_are_left_alone(world, three, signed_in):
    other = world.resident(by=world.outsider, team=world.highcross_nursing, given_name="Ida")
    client = signed_in("lead")
    mine, theirs = entry_of(three[0], world.nursing), entry_of(other, world.highcross_nursing)
    chosen = move(client, world, [mine], confirmed="1", reason="Why", to=str(world.outsider.membership_id))
    assert chosen.status_code == 422
    move(client, world, [mine, theirs], confirmed="1", reason="Why")
    theirs.refresh_from_db()
    assert theirs.key_worker is None
    assert entry_of(three[0], world.nursing).key_worker_id == world.second_nurse.membership_id


@pytest.mark.parametrize("entry", [[], ["nonsense"], ["01234567-89ab-7def-8123-456789abcdef"]])
def test_without_a_tick_of_ones_own_nothing_happens(world, three, signed_in, entry):
    answer = signed_in("lead").post(
        reverse("caseload_move", args=[world.nursing.id]),
        {"entry": entry, "to": str(world.nurse.membership_id), "confirmed": "1", "reason": "Why"},
    )
    assert answer.headers["Location"] == url(world)


@pytest.mark.parametrize("query", ["?person=x", "?after=x", "?person=%00"])
def test_a_malformed_page_is_404(world, signed_in, query):
    assert signed_in("lead").get(url(world) + query).status_code == 404


def test_a_resident_is_taken_onto_the_caseload_and_off_it(world, signed_in):
    sheila = world.resident(on_caseload=False)
    client, page = signed_in("nurse"), reverse("resident_caseload", args=[sheila.id])
    client.post(page, {"take": "1", "reason": "Leg ulcer"})
    entry = entry_of(sheila, world.nursing)
    assert entry.reason == "Leg ulcer"
    client.post(page, {"end": "1", "entry": str(entry.id), "end_reason": "Healed"})
    entry.refresh_from_db()
    assert entry.ended_reason == "Healed"
    assert not Relationship.objects.filter(source_id=entry.id, ended_at=None).exists()


@pytest.mark.parametrize("on_caseload", [True, False])
def test_ig_14_whoever_is_let_go_is_closed_to_the_team_that_had_registered_them(world, signed_in, on_caseload):
    sheila = world.resident(on_caseload=on_caseload)
    client, page = signed_in("nurse"), reverse("resident_caseload", args=[sheila.id])
    chosen = entry_of(sheila, world.nursing).id if on_caseload else world.nursing.id
    answer = client.post(page, {"end": "1", "entry": str(chosen), "end_reason": "Healed"})
    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("my_day"))
    assert client.get(reverse("resident_record", args=[sheila.id])).status_code == 403
    verb = "caseload.ended" if on_caseload else "record.let_go"
    assert AuditEntry.objects.get(verb=verb, resident_id=sheila.id).reason == "Healed"


def test_ig_14_what_is_still_open_with_the_team_keeps_the_record_open(world, signed_in):
    sheila = world.resident()
    given = {"level": Level.RECORD, "source": Source.REGISTRATION, "source_id": sheila.id}
    with acting_as(world.nurse):
        open_relationship(resident_id=sheila.id, team_id=world.ward.id, **given)
    with acting_as(world.ward_nurse) as by:
        open_caseload_entry(by=by, resident_id=sheila.id, team_id=world.ward.id)
        create_action(by=by, resident_id=sheila.id, title="Send the letter", team_id=world.ward.id)
    client, page = signed_in("ward_nurse"), reverse("resident_caseload", args=[sheila.id])
    chosen = str(entry_of(sheila, world.ward).id)
    assert client.post(page, {"end": "1", "entry": chosen, "end_reason": "Home"}).status_code == 302
    assert client.get(reverse("resident_record", args=[sheila.id])).status_code == 200
    held = Relationship.objects.filter(resident=sheila, team=world.ward, ended_at=None, level=Level.RECORD)
    assert [one.source_kind for one in held] == [Source.ACTION]


def test_the_lead_team_cannot_leave_while_something_is_open_and_is_told_what_to_do(world, signed_in):
    sheila = world.resident()
    act(world, sheila, 1)
    entry = entry_of(sheila, world.nursing)
    page = reverse("resident_caseload", args=[sheila.id])
    answer = signed_in("nurse").post(page, {"end": "1", "entry": str(entry.id), "end_reason": "Moved"})
    assert answer.status_code == 422
    assert "something is open for Sheila. Hand over first, or finish it." in answer.content.decode()
    entry.refresh_from_db()
    assert entry.ended_at is None


def test_whoever_opened_a_record_that_is_kept_from_them_is_told_so_when_they_take_it_on(world, signed_in):
    sheila = world.resident(by=world.ward_nurse, team=world.ward)
    objects(world, sheila, organisation="community", by=world.ward_nurse)
    client, page = signed_in("nurse"), reverse("resident_caseload", args=[sheila.id])
    opened = {"emergency-ground": "best_interests", "emergency-words": "Found unconscious at home"}
    client.post(reverse("break_glass", args=[sheila.id]), opened)
    answer = client.post(page, {"take": "1", "reason": "Leg ulcer"})
    assert (answer.status_code, "the resident objected, and it was upheld" in answer.text) == (422, True)
    assert not CaseloadEntry.objects.filter(resident=sheila, team=world.nursing).exists()


@pytest.mark.parametrize("number", [3, *thoroughly(30)])
def test_the_caseload_takes_the_same_statements_however_many_are_on_it(world, signed_in, number):
    for index in range(number):
        resident = world.resident(given_name=f"Given{index}")
        act(world, resident, index % 3 - 1)
        record(world, resident)
    client = signed_in("lead")
    client.get(url(world))
    with at_most(13 + NESTED):
        client.get(url(world))


def test_it_says_who_is_away_today_and_who_covers(world, client):
    now = clock.now()
    with acting_as(world.lead):
        record_absence(
            by=world.lead,
            membership_id=world.nurse.membership_id,
            starts_at=now - timedelta(hours=1),
            ends_at=now + timedelta(days=2),
            cover_id=world.lead.membership_id,
        )
    sign_in(client, world, "lead")
    page = client.get(reverse("caseload", args=[world.nursing.id])).content.decode().replace("\xa0", " ")
    assert page.count("Away until ") == 1
    assert f"{world.lead.name} covers" in page
    with acting_as(world.lead):
        record_absence(
            by=world.lead,
            membership_id=world.lead.membership_id,
            starts_at=now + timedelta(days=1),
            ends_at=now + timedelta(days=9),
        )
    assert client.get(reverse("caseload", args=[world.nursing.id])).content.decode().count("Away until ") == 1

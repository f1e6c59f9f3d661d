"""Pages of visits, calls and notes: two taps, nothing lost, two organisations on one day, and who may do what."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from carecoord import clock
from careplans.services import create_action
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Encounter
from neighbourhoods.services import EncounterFacts, change_encounter, facts_of, move_encounter, record_encounter
from tests.neighbourhoods.test_encounters import involve, plan, record
from tests.shortening import thoroughly
from tests.statements import at_most
from tests.world import sign_in

pytestmark = pytest.mark.django_db

NOW = datetime(2030, 1, 8, 9, 0, tzinfo=UTC)
TOMORROW = NOW + timedelta(days=1)
# Inside a test's own transaction the scope is read before and given back after.
NESTED = 2


@pytest.fixture(autouse=True)
def tuesday(world):
    with clock.at(NOW):
        yield


@pytest.fixture
def sheila(world):
    return world.resident()


def url(name, of):
    return reverse(name, args=[of.id])


def moment(name, at):
    return {f"{name}_day": at.day, f"{name}_month": at.month, f"{name}_year": at.year, f"{name}_time": f"{at:%H:%M}"}


def main_of(answer):
    text = answer.content.decode()
    return text[text.index("<main") : text.index("</main>")]


def words_of(answer):
    """What is read of the page, without its markup."""
    return " ".join(strip_tags(main_of(answer)).split())


def typed(world, **given):
    return {
        "note": "",
        "team": str(world.nursing.id),
        "seen_by": str(world.nurse.membership_id),
        "status": "done",
        "made": str(uuid4()),
    } | given


def planned(world, **given):
    facts = {"kind": "visit", "team": str(world.nursing.id), "purpose": "Dressing", "made": str(uuid4())}
    return facts | moment("at", TOMORROW) | given


def test_a_visit_takes_two_taps_from_the_record_and_is_on_it(world, sheila, signed_in):
    client = signed_in("nurse")
    record_page = client.get(url("resident_record", sheila)).content.decode()
    assert f'href="{url("encounter_new", sheila)}"' in record_page
    form = client.get(url("encounter_new", sheila)).context["form"]
    facts = {name: form[name].value() for name in ("note", "team", "seen_by", "status", "made") if form[name].value()}
    answer = client.post(url("encounter_new", sheila), facts | {"kind": "visit"}, follow=True)
    assert answer.redirect_chain == [(url("resident_record", sheila), 302)]
    made = Encounter.objects.get()
    assert (made.kind, made.status, made.at, made.seen_by_id) == ("visit", "done", NOW, world.nurse.membership_id)
    text = main_of(answer)
    assert "The visit is saved. Everybody around Sheila can read it." in text
    last_seen = text[text.index("Last seen") :]
    assert "Today 09:00" in last_seen
    assert "Visit, in person. Millbrook Community Nursing, Test Community Health" in last_seen


def test_a_visit_is_planned_in_two_taps_too(world, sheila, signed_in):
    client = signed_in("nurse")
    assert f'href="{url("encounter_plan", sheila)}"' in client.get(url("resident_record", sheila)).content.decode()
    form = client.get(url("encounter_plan", sheila)).context["form"]
    facts = {name: form[name].value() for name in form.fields if form[name].value()}
    assert client.post(url("encounter_plan", sheila), facts).status_code == 302
    made = Encounter.objects.get()
    assert (made.kind, made.status, made.at) == ("visit", "planned", TOMORROW.replace(hour=10))


@pytest.mark.parametrize(("at", "days"), [("21:29", ["today", "tomorrow", "other"]), ("21:30", ["tomorrow", "other"])])
def test_today_is_offered_while_it_has_a_time_left(world, sheila, signed_in, at, days):
    with clock.at(NOW.replace(hour=int(at[:2]), minute=int(at[3:]))):
        form = signed_in("nurse").get(url("encounter_plan", sheila)).context["form"]
    assert [value for value, _ in form.fields["day"].choices] == days
    assert form["day"].value() == "tomorrow"


@pytest.mark.parametrize(
    ("given", "at"),
    [
        ({"day": "today", "time": "15:30"}, NOW.replace(hour=15, minute=30)),
        ({"day": "tomorrow", "time": "08:00"}, TOMORROW.replace(hour=8)),
        ({"day": "other", **moment("at", NOW + timedelta(days=5))}, NOW + timedelta(days=5)),
        # A day that was typed counts, whatever stands above it.
        ({"day": "tomorrow", "time": "08:00", **moment("at", NOW + timedelta(days=5))}, NOW + timedelta(days=5)),
    ],
)
def test_it_is_planned_for_the_day_that_was_chosen_or_typed(world, sheila, signed_in, given, at):
    facts = {"kind": "visit", "team": str(world.nursing.id), "made": str(uuid4())} | given
    assert signed_in("nurse").post(url("encounter_plan", sheila), facts).status_code == 302
    assert Encounter.objects.get().at == at


@pytest.mark.parametrize(
    ("given", "sentence", "shown_at"),
    [
        ({"day": "today", "time": "08:00"}, "Choose a time that is still to come", "time"),
        ({"day": "other"}, "Enter the day and the time", "at"),
        ({"day": "tomorrow", "time": "08:07"}, "not in the list any more", "time"),
    ],
)
def test_a_moment_that_will_not_do_is_said_where_it_was_chosen(world, sheila, signed_in, given, sentence, shown_at):
    facts = {"kind": "visit", "team": str(world.nursing.id), "purpose": "Kept", "made": str(uuid4())} | given
    answer = signed_in("nurse").post(url("encounter_plan", sheila), facts)
    assert answer.status_code == 422
    assert sentence in " ".join(answer.context["form"].errors[shown_at])
    assert 'value="Kept"' in main_of(answer)


def test_what_was_written_stands_on_the_summary_and_the_timeline_escaped(world, sheila, signed_in):
    record(world, sheila, note="Ulcer smaller, <script>alert(1)</script>")
    client = signed_in("nurse")
    for name in ("resident_record", "resident_timeline", "resident_encounters"):
        text = main_of(client.get(url(name, sheila)))
        assert "Visit</a>: Ulcer smaller, &lt;script&gt;" in text, name


def test_the_timeline_says_when_it_is_planned_for_and_what_came_of_it(world, sheila, signed_in):
    planned_one = plan(world, sheila, purpose="Dressing")
    record(world, sheila, "call", note="Feels well.", outcome="Ring on Friday")
    client = signed_in("nurse")
    text = words_of(client.get(url("resident_timeline", sheila)))
    assert "Visit planned by Millbrook Community Nursing, for 09-Jan-2030 09:00: Dressing" in text
    assert "Call: Feels well. Outcome: Ring on Friday" in text
    with clock.at(TOMORROW + timedelta(hours=1)):
        client = Client()
        sign_in(client, world, "nurse")
        went = {"outcome-status": "done", "outcome-note": "Smaller", "outcome-outcome": "Again on Monday"}
        client.post(url("encounter_outcome", planned_one), went)
        text = words_of(client.get(url("resident_timeline", sheila)))
    assert "for today 09:00: Dressing" in text
    assert "Visit: Smaller. Outcome: Again on Monday" in text


def test_a_late_entry_says_both_times_and_a_mistake_is_struck_through_but_readable(world, sheila, signed_in):
    record(world, sheila, note="Late", at=NOW - timedelta(days=2))
    mistake = record(world, sheila, note="Somebody else")
    with acting_as(world.nurse) as by:
        move_encounter(by=by, encounter_id=mistake.id, verb="enter_in_error", reason="Wrong resident")
    client = signed_in("nurse")
    for name in ("resident_timeline", "resident_encounters"):
        answer = client.get(url(name, sheila))
        assert "06-Jan-2030 09:00 Visit: Late, recorded today 09:00 Late entry" in words_of(answer), name
        assert "Somebody else</s>" in main_of(answer), name


def test_a_form_that_is_sent_twice_makes_one(world, sheila, signed_in):
    client, facts = signed_in("nurse"), typed(world, kind="call")
    for _ in range(2):
        assert client.post(url("encounter_new", sheila), facts).status_code == 302
    facts = planned(world)
    for _ in range(2):
        assert client.post(url("encounter_plan", sheila), facts).status_code == 302
    assert Encounter.objects.count() == 2


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"kind": "note"}, "Write the note"),
        ({}, "Choose a visit, a call or a note"),
        ({"kind": "note", "note": "x" * 50_000}, "10000"),
        ({"kind": "note", "note": "a\x00b"}, "hidden character"),
        ({"kind": "visit", "note": "Kept", **moment("at", TOMORROW)}, "The time must not be in the future"),
        ({"kind": "visit", "note": "Kept", "at_day": "3"}, "When must include"),
        (
            {"kind": "visit", "note": "Kept", "seen_by": "3fa85f64-5717-4562-b3fc-2c963f66afa6"},
            "not in the list any more",
        ),
        ({"kind": "visit", "note": "Kept", "team": "3fa85f64-5717-4562-b3fc-2c963f66afa6"}, "not in the list any more"),
        ({"kind": "letter", "note": "Kept"}, "not in the list any more"),
    ],
)
def test_what_will_not_do_is_refused_in_words_and_kept(world, sheila, signed_in, given, sentence):
    answer = signed_in("nurse").post(url("encounter_new", sheila), typed(world, **given))
    assert answer.status_code == 422
    text = answer.content.decode()
    assert sentence in text
    assert given.get("note") != "Kept" or "Kept</textarea>" in text
    assert not Encounter.objects.exists()


def test_what_is_wrong_under_the_fold_is_shown_unfolded(world, sheila, signed_in):
    client = signed_in("nurse")
    assert 'nhsuk-details" open' not in client.get(url("encounter_new", sheila)).content.decode()
    facts = typed(world, kind="visit", **moment("at", TOMORROW))
    assert 'nhsuk-details" open' in client.post(url("encounter_new", sheila), facts).content.decode()


def test_another_organisation_on_the_same_day_is_shown_first_and_planned_all_the_same_the_second_time(
    world, sheila, signed_in
):
    involve(world, sheila)
    theirs = plan(world, sheila, "call", who="link_worker", team=world.carers, at=TOMORROW + timedelta(hours=5))
    client, facts = signed_in("nurse"), planned(world)
    answer = client.post(url("encounter_plan", sheila), facts)
    text = main_of(answer)
    assert "Test Carers Hub plans to see Sheila the same day." in text
    assert "Test Carers Hub: call at 14:00." in text
    assert "Plan it all the same" in text
    assert 'value="Dressing"' in text
    assert Encounter.objects.count() == 1
    shown = answer.context["form"]["warned_of"].value()
    assert shown == str(theirs.id)
    assert client.post(url("encounter_plan", sheila), facts | {"warned_of": shown}).status_code == 302
    assert Encounter.objects.count() == 2
    for name in ("resident_record", "resident_encounters"):
        text = words_of(client.get(url(name, sheila)))
        assert "More than one organisation plans to see Sheila on 09-Jan-2030." in text, name


def test_what_is_moved_to_the_day_of_another_organisation_meets_the_warning_too(world, sheila, signed_in):
    involve(world, sheila)
    theirs = plan(world, sheila, "call", who="link_worker", team=world.carers, at=TOMORROW + timedelta(hours=5))
    ours = plan(world, sheila, at=TOMORROW + timedelta(days=1))
    client, data = signed_in("nurse"), moment("at", TOMORROW) | {"purpose": "Dressing", "version": 1}
    answer = client.post(url("encounter_change", ours), data)
    assert "Test Carers Hub plans to see Sheila the same day." in main_of(answer)
    assert "Save it all the same" in main_of(answer)
    ours.refresh_from_db()
    assert ours.at == TOMORROW + timedelta(days=1)
    shown = answer.context["form"]["warned_of"].value()
    assert shown == str(theirs.id)
    assert client.post(url("encounter_change", ours), data | {"warned_of": shown}).status_code == 302
    ours.refresh_from_db()
    assert (ours.at, ours.purpose) == (TOMORROW, "Dressing")
    again = data | {"purpose": "Dressing and photo", "version": 2}
    assert client.post(url("encounter_change", ours), again).status_code == 302


def test_ones_own_organisation_on_the_same_day_is_no_warning(world, sheila, signed_in):
    plan(world, sheila)
    client = signed_in("second_nurse")
    facts = planned(world, seen_by=str(world.second_nurse.membership_id))
    assert client.post(url("encounter_plan", sheila), facts).status_code == 302
    assert "More than one organisation" not in main_of(client.get(url("resident_record", sheila)))


def test_what_is_planned_is_next_on_the_record_and_on_my_day_until_somebody_says_how_it_went(world, sheila, signed_in):
    made = plan(world, sheila, purpose="Dressing", at=NOW + timedelta(hours=6, minutes=30))
    client = signed_in("nurse")
    text = words_of(client.get(url("resident_record", sheila)))
    assert "Today 15:30 Visit: Dressing, Nurse" in text[text.rindex("Next") :]
    day = words_of(client.get("/"))
    assert "Visits today" in day
    assert "Today 15:30" in day
    assert "HARTLEY, Sheila" in day
    assert "Visit planned for HARTLEY, Sheila, today 15:30." in day
    with clock.at(TOMORROW):
        client = Client()
        sign_in(client, world, "nurse")
        assert "Nobody has said how it went." in words_of(client.get("/"))
        data = {"outcome-status": "done", "outcome-note": "Smaller", "outcome-outcome": "Again on Friday"}
        assert client.post(url("encounter_outcome", made), data).status_code == 302
        assert "Visits today" not in main_of(client.get("/"))
    made.refresh_from_db()
    assert (made.status, made.note, made.outcome) == ("done", "Smaller", "Again on Friday")


def test_whatever_is_next_on_the_record_leads_to_its_own_page(world, sheila, signed_in):
    made = plan(world, sheila, purpose="Dressing")
    with acting_as(world.nurse) as by:
        facts = {"resident_id": sheila.id, "title": "Order a cushion", "team_id": world.nursing.id}
        action = create_action(by=by, **facts, due_on=TOMORROW.date())
    text = main_of(signed_in("nurse").get(url("resident_record", sheila)))
    following = text[text.rindex("Next") :]
    assert f'<a href="{url("encounter", made)}">Visit: Dressing, Nurse</a>' in following
    assert f'<a href="{url("action_detail", action)}">Order a cushion</a>' in following


def test_whoever_writes_on_the_day_of_a_planned_visit_is_offered_that_one(world, sheila, signed_in):
    """With the words, the outcome and who it was; and when, as planned or now if that is earlier."""
    at = NOW + timedelta(hours=1)
    made = plan(world, sheila, purpose="Dressing", at=at, seen_by_id=world.second_nurse.membership_id)
    plan(world, sheila, at=TOMORROW)
    client = signed_in("nurse")
    page = words_of(client.get(url("encounter_new", sheila)))
    said = "Millbrook Community Nursing has a visit planned for 10:00 today: Dressing. It is for Second Nurse."
    assert said in page
    assert "Save as the visit planned for 10:00 Save another visit" in page
    facts = typed(world, planned=str(made.id), note="Smaller", outcome="Again on Friday")
    with clock.at(at + timedelta(hours=2)):
        client = Client()
        sign_in(client, world, "nurse")
        for _ in range(2):
            answer = client.post(url("encounter_new", sheila), facts)
            assert answer.headers["Location"] == url("resident_record", sheila)
        assert "The visit planned for 10:00 is saved." in words_of(client.get(url("resident_record", sheila)))
        assert "planned for 10:00" not in words_of(client.get(url("encounter_new", sheila)))
    made.refresh_from_db()
    assert (made.status, made.note, made.outcome) == ("done", "Smaller", "Again on Friday")
    assert (made.at, made.seen_by_id) == (at, world.nurse.membership_id)
    assert Encounter.objects.count() == 2


def test_a_visit_of_its_own_can_still_be_written_beside_the_planned_one(world, sheila, signed_in):
    made = plan(world, sheila, at=NOW + timedelta(hours=1))
    assert signed_in("nurse").post(url("encounter_new", sheila), typed(world, kind="visit")).status_code == 302
    made.refresh_from_db()
    assert (made.status, Encounter.objects.filter(status="done").count()) == ("planned", 1)


def test_another_teams_planned_visit_is_offered_to_nobody_else(world, sheila, signed_in):
    involve(world, sheila)
    plan(world, sheila, who="link_worker", team=world.carers, at=NOW + timedelta(hours=1))
    assert "planned for" not in words_of(signed_in("nurse").get(url("encounter_new", sheila)))


def test_a_planned_visit_that_is_over_meanwhile_is_refused_in_words_and_nothing_typed_is_lost(world, sheila, signed_in):
    made = plan(world, sheila, at=NOW + timedelta(hours=1))
    with acting_as(world.lead) as by:
        move_encounter(by=by, encounter_id=made.id, verb="cancel", reason="In hospital")
    facts = typed(world, planned=str(made.id), note="Smaller")
    answer = signed_in("nurse").post(url("encounter_new", sheila), facts)
    assert answer.status_code == 422
    assert "Somebody has said meanwhile how that one went" in answer.content.decode()
    assert "Smaller</textarea>" in answer.content.decode()


def test_a_planned_one_is_changed_cancelled_and_a_written_one_corrected(world, sheila, signed_in):
    client = signed_in("nurse")
    visit, note = plan(world, sheila), record(world, sheila, "note", note="3 by 3")
    data = moment("at", TOMORROW) | {"purpose": "Dressing", "version": 1, "seen_by": "", "method": "in_person"}
    assert client.post(url("encounter_change", visit), data).status_code == 302
    data = {"move-reason": "In hospital", "verb": "cancel"}
    assert client.post(url("encounter_move", visit), data).status_code == 302
    data = moment("at", NOW) | {"note": "3 by 2", "version": 1, "correction": ""}
    refused = client.post(url("encounter_change", note), data)
    assert (refused.status_code, "Say why you correct it" in refused.content.decode()) == (422, True)
    assert client.post(url("encounter_change", note), data | {"correction": "Measured again"}).status_code == 302
    text = main_of(client.get(url("encounter", note)))
    assert "3 by 2" in text
    assert "What it said before" in text
    assert "Corrected by Nurse: Measured again" in text
    visit.refresh_from_db()
    assert (visit.status, visit.purpose, visit.ended_reason) == ("cancelled", "Dressing", "In hospital")


def test_a_stale_form_shows_what_stands_there_and_keeps_what_was_typed(world, sheila, signed_in):
    visit = plan(world, sheila)
    with acting_as(world.second_nurse) as by:
        facts = facts_of(visit)
        change_encounter(
            by=by, encounter_id=visit.id, version=1, facts=EncounterFacts(**{**vars(facts), "purpose": "Insulin"})
        )
    client = signed_in("nurse")
    data = moment("at", TOMORROW) | {"purpose": "Dressing", "version": 1, "seen_by": str(world.nurse.membership_id)}
    answer = client.post(url("encounter_change", visit), data)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "While you were typing, somebody saved:" in text
    assert "Insulin" in text
    assert 'value="Dressing"' in text
    again = data | {"version": answer.context["form"]["version"].value()}
    assert client.post(url("encounter_change", visit), again).status_code == 302
    assert Encounter.objects.get().purpose == "Dressing"


def test_another_organisation_reads_and_is_offered_nothing(world, sheila, signed_in):
    involve(world, sheila)
    visit = plan(world, sheila)
    client = signed_in("link_worker")
    text = main_of(client.get(url("encounter", visit)))
    assert "Planned" in text
    assert "<form" not in text
    assert client.get(url("encounter_change", visit)).status_code == 302
    client.post(url("encounter_move", visit), {"move-reason": "x", "verb": "cancel"})
    client.post(url("encounter_outcome", visit), {"outcome-status": "done"})
    assert Encounter.objects.get().status == "planned"


def test_for_an_outsider_there_is_nothing(world, sheila, signed_in):
    visit = record(world, sheila)
    client = signed_in("outsider")
    for name, of in (
        ("resident_encounters", sheila),
        ("encounter_new", sheila),
        ("encounter_plan", sheila),
        ("encounter", visit),
        ("encounter_change", visit),
        ("encounter_outcome", visit),
        ("encounter_move", visit),
    ):
        assert client.post(url(name, of), {"kind": "visit"}).status_code in (404, 405), name
    assert Encounter.objects.count() == 1


@pytest.mark.parametrize("number", [3, *thoroughly(30)])
def test_pages_take_the_same_statements_however_many_there_are(world, sheila, signed_in, number):
    involve(world, sheila)
    with acting_as(world.nurse) as by:
        for index in range(number):
            record_encounter(
                by=by,
                resident_id=sheila.id,
                team_id=world.nursing.id,
                facts=EncounterFacts(kind="visit", at=NOW - timedelta(hours=index), note="x"),
            )
    for index in range(number):
        plan(world, sheila, at=NOW + timedelta(hours=1 + index % 10))
    client = signed_in("nurse")
    for name, most in (("resident_encounters", 12), ("encounter_plan", 13), ("resident_record", 22)):
        client.get(url(name, sheila))
        with at_most(most + NESTED):
            client.get(url(name, sheila))
    client.get("/")
    with at_most(12 + NESTED):
        client.get("/")

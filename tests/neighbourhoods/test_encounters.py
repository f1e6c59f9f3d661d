"""Visits, calls and notes: planned, done, corrected, taken back; whose they are, and who sees them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from carecoord import clock
from carecoord.audit.models import AuditEntry
from carecoord.errors import IllegalMove, NotYours, RuleError, StaleVersion
from carecoord.ids import new_id
from carecoord.outbox.models import OutboxMessage
from carecoord.record.sentences import CHANGES
from neighbourhoods.encounters import encounters_around, encounters_of, planned_by_others, planned_for_my_teams
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Encounter, Resident
from neighbourhoods.services import (
    ClaimReason,
    EncounterFacts,
    allowed_moves,
    change_encounter,
    claim_relationship,
    complete_encounter,
    facts_of,
    move_encounter,
    plan_encounter,
    record_encounter,
)
from neighbourhoods.services.encounters import PAST_TENSE
from neighbourhoods.states import ENCOUNTER

pytestmark = pytest.mark.django_db

README = Path(__file__).resolve().parents[2] / "neighbourhoods" / "README.md"
# A Tuesday, 09:00 here.
NOW = datetime(2030, 1, 8, 9, 0, tzinfo=UTC)
TOMORROW = NOW + timedelta(days=1)


@pytest.fixture(autouse=True)
def tuesday(world):
    with clock.at(NOW):
        yield


@pytest.fixture
def sheila(world):
    return world.resident()


def record(world, sheila, kind="visit", who="nurse", team=None, status="done", **facts):
    with acting_as(world.people[who]) as by:
        return record_encounter(
            by=by,
            resident_id=sheila.id,
            team_id=(team or world.nursing).id,
            facts=EncounterFacts(kind=kind, **facts),
            status=status,
        )


def plan(world, sheila, kind="visit", who="nurse", team=None, at=TOMORROW, **facts):
    with acting_as(world.people[who]) as by:
        return plan_encounter(
            by=by,
            resident_id=sheila.id,
            team_id=(team or world.nursing).id,
            facts=EncounterFacts(kind=kind, at=at, **facts),
        )


def involve(world, sheila, who="link_worker", team=None):
    """A second organisation around the same resident, for a week."""
    with acting_as(world.people[who]) as by:
        claim_relationship(
            by=by,
            resident_id=sheila.id,
            team_id=(team or world.carers).id,
            reason=ClaimReason.COVERING,
            until=clock.now() + timedelta(days=7),
        )


def test_what_nothing_is_said_about_is_now_me_and_the_usual_way(world, sheila):
    visit, call, note = record(world, sheila), record(world, sheila, "call"), record(world, sheila, "note", note="Key")
    for made in (visit, call, note):
        assert (made.status, made.at, made.seen_by_id, made.written_by_id, made.version) == (
            "done",
            NOW,
            world.nurse.membership_id,
            world.nurse.membership_id,
            1,
        )
    assert [made.method for made in (visit, call, note)] == ["in_person", "telephone", ""]


def test_recording_is_audited_without_a_word_of_it_and_published(world, sheila):
    made = record(world, sheila, note="Ulcer smaller")
    entry = AuditEntry.objects.get(verb="encounter.recorded")
    assert (entry.about_type, entry.about_id, entry.resident_id) == ("encounter", made.id, sheila.id)
    assert entry.detail == {"kind": "visit", "team_id": str(world.nursing.id), "after": "done"}
    message = OutboxMessage.objects.get(topic="encounter.recorded")
    assert "Ulcer" not in str(vars(message))


def test_one_that_was_asked_for_twice_is_made_once(world, sheila):
    made = new_id()
    with acting_as(world.nurse) as by:
        twice = [
            record_encounter(
                by=by,
                resident_id=sheila.id,
                team_id=world.nursing.id,
                facts=EncounterFacts(kind="call"),
                encounter_id=made,
            )
            for _ in range(2)
        ]
    assert [one.id for one in twice] == [made, made]
    assert Encounter.objects.count() == 1
    assert AuditEntry.objects.filter(verb="encounter.recorded").count() == 1


def test_it_may_be_written_down_later_and_then_says_so(world, sheila):
    assert record(world, sheila, at=NOW - timedelta(days=3)).is_late
    assert not record(world, sheila, at=NOW - timedelta(minutes=50)).is_late


@pytest.mark.parametrize(
    ("facts", "status", "field"),
    [
        ({"kind": "visit", "at": NOW + timedelta(minutes=1)}, "done", "at"),
        ({"kind": "visit", "at": datetime(1948, 3, 13, tzinfo=UTC)}, "done", "at"),
        ({"kind": "note"}, "done", "note"),
        ({"kind": "note", "note": "   "}, "done", "note"),
        ({"kind": "note", "note": "x"}, "did_not_attend", "status"),
        ({"kind": "visit"}, "planned", "status"),
        ({"kind": "letter"}, "done", "kind"),
        ({"kind": "visit", "method": "telephone"}, "done", "method"),
        ({"kind": "visit", "note": "x" * 10_001}, "done", "note"),
        ({"kind": "visit", "note": "a\x00b"}, "done", "note"),
        ({"kind": "visit", "outcome": "x" * 301}, "done", "outcome"),
    ],
)
def test_what_will_not_do_is_refused_with_its_field(world, sheila, facts, status, field):
    with pytest.raises(RuleError) as refused:
        record(world, sheila, status=status, **facts)
    assert refused.value.field == field
    assert not Encounter.objects.exists()


@pytest.mark.parametrize("at", [NOW, NOW - timedelta(hours=1), NOW + timedelta(days=800)])
def test_what_is_planned_is_to_come_and_not_after_two_years(world, sheila, at):
    with pytest.raises(RuleError) as refused:
        plan(world, sheila, at=at)
    assert refused.value.field == "at"


def test_a_note_is_not_planned_and_nothing_is_planned_for_the_dead(world, sheila):
    with pytest.raises(RuleError, match="A note is written, not planned"):
        plan(world, sheila, "note", note="x")
    Resident.objects.filter(id=sheila.id).update(died_on=NOW.date())
    with pytest.raises(RuleError, match="Sheila has died"):
        plan(world, sheila)


def test_the_database_refuses_a_planned_note(world, sheila):
    note = record(world, sheila, "note", note="x")
    with pytest.raises(IntegrityError, match="a_note_is_done_at_once"), transaction.atomic():
        Encounter.objects.filter(id=note.id).update(status="planned")


def test_only_for_a_team_of_ones_own_and_by_somebody_of_it(world, sheila):
    with pytest.raises(RuleError) as refused:
        record(world, sheila, team=world.carers)
    assert refused.value.code == "not_yours_to_give"
    with pytest.raises(RuleError) as refused:
        record(world, sheila, seen_by_id=world.link_worker.membership_id)
    assert refused.value.field == "seen_by"
    assert record(world, sheila, seen_by_id=world.second_nurse.membership_id).who == "Second Nurse"


def test_a_planned_one_is_done_and_keeps_when_it_had_been_planned_for(world, sheila):
    planned = plan(world, sheila, purpose="Dressing")
    with clock.at(TOMORROW + timedelta(hours=2)), acting_as(world.nurse) as by:
        done = complete_encounter(
            by=by, encounter_id=planned.id, at=TOMORROW + timedelta(hours=1), note="Smaller", outcome="Again on Friday"
        )
    assert (done.status, done.note, done.outcome, done.purpose) == ("done", "Smaller", "Again on Friday", "Dressing")
    assert (done.planned_for, done.at, done.version) == (TOMORROW, TOMORROW + timedelta(hours=1), 2)
    assert not done.is_late


def test_without_a_time_it_was_as_planned_or_now_where_that_is_still_to_come(world, sheila):
    early, late = plan(world, sheila), plan(world, sheila)
    with acting_as(world.nurse) as by:
        assert complete_encounter(by=by, encounter_id=early.id).at == NOW
    with clock.at(TOMORROW + timedelta(hours=5)), acting_as(world.nurse) as by:
        assert complete_encounter(by=by, encounter_id=late.id, status="did_not_attend").at == TOMORROW


def test_cancelling_and_taking_back_say_why(world, sheila):
    planned, done = plan(world, sheila), record(world, sheila)
    with acting_as(world.nurse) as by:
        with pytest.raises(RuleError, match="Say why"):
            move_encounter(by=by, encounter_id=planned.id, verb="cancel", reason=" ")
        move_encounter(by=by, encounter_id=planned.id, verb="cancel", reason="She is in hospital")
        move_encounter(by=by, encounter_id=done.id, verb="enter_in_error", reason="Wrong resident")
        with pytest.raises(IllegalMove):
            move_encounter(by=by, encounter_id=done.id, verb="cancel", reason="x")
        with pytest.raises(IllegalMove):
            complete_encounter(by=by, encounter_id=planned.id)
    assert set(Encounter.objects.values_list("status", "ended_reason")) == {
        ("cancelled", "She is in hospital"),
        ("entered_in_error", "Wrong resident"),
    }


@pytest.mark.parametrize("state", [state.name for state in ENCOUNTER])
def test_what_is_offered_is_what_the_table_allows(world, sheila, state):
    made = record(world, sheila)
    made.status = state
    offered = allowed_moves(world.nurse, made)
    assert tuple(verb for verb in offered if verb != "change") == ENCOUNTER.allowed(state)
    assert ("change" in offered) == (state in {"planned", "done", "did_not_attend"})
    assert allowed_moves(world.outsider, record(world, sheila)) == ()


def test_a_correction_says_why_and_keeps_what_stood_there(world, sheila):
    made = record(world, sheila, note="3 cm by 3 cm")
    with acting_as(world.second_nurse) as by:
        facts = replace(facts_of(made), note="3 cm by 2 cm")
        with pytest.raises(RuleError, match="Say why you correct it"):
            change_encounter(by=by, encounter_id=made.id, version=1, facts=facts)
        changed = change_encounter(by=by, encounter_id=made.id, version=1, facts=facts, reason="Measured again")
        assert change_encounter(by=by, encounter_id=made.id, version=1, facts=facts).version == 2
    (stood,) = changed.earlier
    assert (stood["note"], stood["version"], stood["why"], stood["corrected_by"]) == (
        "3 cm by 3 cm",
        1,
        "Measured again",
        "Second Nurse",
    )
    assert AuditEntry.objects.get(verb="encounter.changed").detail["fields"] == ["note"]


def test_who_saves_second_is_told_and_changes_nothing(world, sheila):
    planned = plan(world, sheila)
    with acting_as(world.nurse) as by:
        facts = facts_of(planned)
        change_encounter(by=by, encounter_id=planned.id, version=1, facts=replace(facts, purpose="Dressing"))
        with pytest.raises(StaleVersion):
            change_encounter(by=by, encounter_id=planned.id, version=1, facts=replace(facts, purpose="Insulin"))
    assert Encounter.objects.get().purpose == "Dressing"


def test_what_is_planned_anew_is_planned_for_that_time_and_an_old_plan_can_be_changed_otherwise(world, sheila):
    planned = plan(world, sheila)
    friday = NOW + timedelta(days=3)
    with acting_as(world.nurse) as by:
        moved = change_encounter(by=by, encounter_id=planned.id, version=1, facts=replace(facts_of(planned), at=friday))
        assert (moved.at, moved.planned_for, moved.earlier) == (friday, friday, [])
    with clock.at(NOW + timedelta(days=5)), acting_as(world.nurse) as by:
        facts = replace(facts_of(moved), purpose="Dressing")
        assert change_encounter(by=by, encounter_id=planned.id, version=2, facts=facts).purpose == "Dressing"


def test_other_teams_read_it_and_change_nothing(world, sheila):
    made, planned = record(world, sheila), plan(world, sheila)
    involve(world, sheila)
    with acting_as(world.link_worker) as by:
        assert {one.id for one in Encounter.objects.visible_to(by)} == {made.id, planned.id}
        for refused in (
            lambda: change_encounter(by=by, encounter_id=made.id, version=1, facts=facts_of(made), reason="x"),
            lambda: complete_encounter(by=by, encounter_id=planned.id),
            lambda: move_encounter(by=by, encounter_id=planned.id, verb="cancel", reason="x"),
        ):
            with pytest.raises(NotYours, match="Millbrook Community Nursing wrote this"):
                refused()
    with acting_as(world.outsider) as by, pytest.raises(Encounter.DoesNotExist):
        complete_encounter(by=by, encounter_id=planned.id)
    with acting_as(world.outsider) as by, pytest.raises(Resident.DoesNotExist):
        record_encounter(
            by=by, resident_id=sheila.id, team_id=world.highcross_nursing.id, facts=EncounterFacts(kind="visit")
        )


def test_planning_opens_nothing_and_who_stays_may_cancel_what_was_left_behind(world, sheila):
    involve(world, sheila)
    planned = plan(world, sheila, who="link_worker", team=world.carers, at=NOW + timedelta(days=10))
    with clock.at(NOW + timedelta(days=8)):
        with acting_as(world.link_worker) as by:
            assert not Encounter.objects.visible_to(by).exists()
        with acting_as(world.nurse) as by:
            assert allowed_moves(by, planned) == ("cancel",)
            move_encounter(by=by, encounter_id=planned.id, verb="cancel", reason="The carers no longer come")
    assert Encounter.objects.get().status == "cancelled"


def test_the_same_day_of_two_organisations_is_seen_by_both_and_of_one_by_nobody(world, sheila):
    involve(world, sheila)
    ours = plan(world, sheila)
    theirs = plan(world, sheila, "call", who="link_worker", team=world.carers, at=TOMORROW + timedelta(hours=14))
    plan(world, sheila, at=TOMORROW + timedelta(days=1))
    with acting_as(world.nurse) as by:
        found = planned_by_others(by, sheila.id, at=TOMORROW, organisation_id=world.community.id)
        assert [one.id for one in found] == [theirs.id]
    with acting_as(world.link_worker) as by:
        found = planned_by_others(by, sheila.id, at=TOMORROW, organisation_id=world.charity.id)
        assert [one.id for one in found] == [ours.id]
    with acting_as(world.outsider) as by:
        assert planned_by_others(by, sheila.id, at=TOMORROW, organisation_id=world.community.id) == []


def test_last_seen_is_the_latest_visit_or_call_that_took_place(world, sheila):
    with acting_as(world.nurse) as by:
        assert encounters_around(by, sheila.id).last_seen is None
    record(world, sheila, at=NOW - timedelta(days=2))
    call = record(world, sheila, "call", at=NOW - timedelta(days=1))
    record(world, sheila, "note", note="x")
    record(world, sheila, status="did_not_attend")
    mistake = record(world, sheila)
    with acting_as(world.nurse) as by:
        move_encounter(by=by, encounter_id=mistake.id, verb="enter_in_error", reason="Wrong resident")
        assert encounters_around(by, sheila.id).last_seen.id == call.id


def test_my_day_has_what_my_team_plans_until_tonight_and_what_nobody_has_answered(world, sheila):
    forgotten = plan(world, sheila, at=NOW + timedelta(hours=1))
    today = plan(world, sheila, at=TOMORROW + timedelta(hours=10))
    plan(world, sheila, at=TOMORROW + timedelta(days=1))
    with clock.at(TOMORROW), acting_as(world.nurse) as by:
        assert [one.id for one in planned_for_my_teams(by)] == [forgotten.id, today.id]
    involve(world, sheila)
    with clock.at(TOMORROW), acting_as(world.link_worker) as by:
        assert not planned_for_my_teams(by).exists()


def test_all_of_them_come_in_pages_the_latest_first(world, sheila):
    made = [record(world, sheila, at=NOW - timedelta(hours=hours)).id for hours in range(30)]
    with acting_as(world.nurse) as by:
        first = encounters_of(by, sheila.id)
        second = encounters_of(by, sheila.id, first.older)
    assert [one.id for one in (*first.encounters, *second.encounters)] == made
    assert second.older is None


def test_the_readme_shows_exactly_the_table_of_states():
    order = [state.name for state in ENCOUNTER]
    rows = [
        f"| {move.verb} | {', '.join(sorted(move.origins, key=order.index))} | {move.target} |"
        for move in ENCOUNTER.moves
    ]
    section = README.read_text().split("### Encounter\n")[1].split("\n## ")[0]
    assert [line for line in section.splitlines() if line.startswith("| ")] == ["| Move | From | To |", *rows]


def test_every_verb_has_a_sentence_on_the_timeline():
    verbs = {f"encounter.{PAST_TENSE[move.verb]}" for move in ENCOUNTER.moves}
    assert verbs | {"encounter.planned", "encounter.recorded", "encounter.changed"} == {
        verb for verb in CHANGES if verb.startswith("encounter.")
    }

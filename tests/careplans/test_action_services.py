"""Actions: open if and only if one team is accountable, and who may do what."""

import pytest

from carecoord.audit.models import AuditEntry
from carecoord.errors import IllegalMove, NotYours, RuleError, StaleVersion
from carecoord.outbox.models import OutboxMessage
from careplans import services
from careplans.models import Action
from neighbourhoods.gate import acting_as
from neighbourhoods.models import CaseloadEntry, Level, Relationship, Resident, Source
from neighbourhoods.services import open_relationship


def opened_by(action):
    """Teams to which this action opens the record now."""
    return list(Relationship.objects.filter(source_id=action.id, ended_at=None).values_list("team_id", flat=True))


def test_an_action_is_its_team_s_and_opens_the_record_to_it(shared, world):
    action = shared.action()
    assert action.accountable_team_id == action.last_accountable_team_id == world.nursing.id
    assert opened_by(action) == [world.nursing.id]
    message = OutboxMessage.objects.get(topic="action.created")
    assert message.payload == {"resident_id": str(shared.resident.id), "team_id": str(world.nursing.id)}


def test_the_first_open_item_makes_its_team_lead_and_the_next_does_not(world):
    resident = world.resident(on_caseload=False)
    with acting_as(world.nurse):
        services.create_action(by=world.nurse, resident_id=resident.id, title="Visit", team_id=world.nursing.id)
    assert CaseloadEntry.objects.get(is_lead=True).team_id == world.nursing.id


def test_nobody_gives_an_action_to_a_team_they_do_not_act_for(shared, world):
    with pytest.raises(RuleError) as refusal:
        shared.action(team_id=world.carers.id)
    assert (refusal.value.code, refusal.value.field) == ("not_yours_to_give", "team")
    assert not Action.objects.exists()
    assert not AuditEntry.objects.filter(verb="action.created").exists()


def test_whoever_does_not_see_the_resident_promises_nothing(world):
    resident = world.resident()
    with acting_as(world.outsider), pytest.raises(Resident.DoesNotExist):
        services.create_action(
            by=world.outsider, resident_id=resident.id, title="x", team_id=world.highcross_nursing.id
        )
    assert not Action.objects.exists()


def test_a_team_without_residents_takes_no_action(shared, world):
    privacy = world.privacy.team_ids[0]
    with pytest.raises(RuleError):
        shared.action(team_id=privacy)
    assert not Action.objects.exists()


def test_the_person_must_be_in_the_team(shared, world):
    with pytest.raises(RuleError) as refusal:
        shared.action(assigned_to_id=world.link_worker.membership_id)
    assert refusal.value.field == "assigned_to"
    assert not Action.objects.exists()
    assert shared.action(assigned_to_id=world.second_nurse.membership_id).assigned_to_id


def test_goal_and_plan_must_be_the_same_resident_s(shared, world):
    other = world.resident(given_name="Ken")
    goal = shared.goal()
    for given in ({"goal_id": goal.id}, {"care_plan_id": shared.plan.id}):
        with pytest.raises(RuleError):
            shared.action(resident_id=other.id, **given)
    assert not Action.objects.exists()
    assert shared.action(goal_id=goal.id).care_plan_id == shared.plan.id


def test_the_same_form_sent_twice_makes_one_action(shared):
    first = shared.action()
    assert shared.action(action_id=first.id).id == first.id
    assert Action.objects.count() == 1


def test_an_id_in_use_out_of_sight_is_refused_in_words(shared, world):
    hidden = world.resident(by=world.outsider, team=world.highcross_nursing)
    with acting_as(world.outsider):
        other = services.create_action(
            by=world.outsider, resident_id=hidden.id, title="x", team_id=world.highcross_nursing.id
        )
    with pytest.raises(RuleError) as refusal:
        shared.action(action_id=other.id)
    assert refusal.value.code == "sent_already"
    assert Action.objects.count() == 1


def test_ending_an_action_leaves_nobody_accountable_and_closes_what_it_opened(shared, world):
    action = shared.action()
    shared.as_("second_nurse", "move_action", action_id=action.id, verb="complete")
    action.refresh_from_db()
    assert (action.status, action.accountable_team_id) == ("completed", None)
    assert action.last_accountable_team_id == world.nursing.id
    assert action.ended_at is not None
    assert opened_by(action) == []
    assert OutboxMessage.objects.get(topic="action.completed").payload["team_id"] == str(world.nursing.id)


@pytest.mark.parametrize("verb", ["hold", "cancel", "stop"])
def test_leaving_something_undone_says_why(shared, verb):
    action = shared.action()
    with pytest.raises(RuleError) as refusal:
        shared.as_("nurse", "move_action", action_id=action.id, verb=verb, reason="  ")
    assert refusal.value.field == "reason"
    action.refresh_from_db()
    assert (action.status, action.version) == ("not_started", 1)
    shared.as_("nurse", "move_action", action_id=action.id, verb=verb, reason="Unwell until 01-Dec-2026")
    action.refresh_from_db()
    assert "Unwell until 01-Dec-2026" in (action.hold_reason, action.ended_reason)


def test_going_on_forgets_why_it_was_paused(shared):
    action = shared.action()
    shared.as_("nurse", "move_action", action_id=action.id, verb="hold", reason="Unwell")
    shared.as_("nurse", "move_action", action_id=action.id, verb="start")
    action.refresh_from_db()
    assert (action.status, action.hold_reason) == ("in_progress", "")


def test_only_the_accountable_team_moves_or_changes_an_action(shared, world):
    action = shared.action()
    with pytest.raises(NotYours) as refusal:
        shared.as_("link_worker", "move_action", action_id=action.id, verb="complete")
    assert refusal.value.sentence.startswith("Millbrook Community Nursing is responsible")
    with pytest.raises(NotYours):
        shared.as_(
            "link_worker", "change_action", action_id=action.id, version=1, title="x", due_on=None, detail="",
            assigned_to_id=None,
        )  # fmt: skip
    action.refresh_from_db()
    assert (action.status, action.title, action.version) == ("not_started", "Ring the supplier", 1)


def test_an_ended_action_only_becomes_an_error_and_keeps_its_end(shared):
    action = shared.action()
    shared.as_("nurse", "move_action", action_id=action.id, verb="stop", reason="Moved away")
    with pytest.raises(IllegalMove):
        shared.as_("nurse", "move_action", action_id=action.id, verb="start")
    ended_at = Action.objects.get().ended_at
    shared.as_("nurse", "move_action", action_id=action.id, verb="enter_in_error", reason="Wrong person")
    action.refresh_from_db()
    assert (action.status, action.ended_at, action.accountable_team_id) == ("entered_in_error", ended_at, None)


def test_an_action_is_changed_from_the_version_that_was_read(shared, world):
    action = shared.action()
    new = {"title": "Ring again", "due_on": None, "detail": "", "assigned_to_id": world.nurse.membership_id}
    shared.as_("nurse", "change_action", action_id=action.id, version=1, **new)
    with pytest.raises(StaleVersion) as refusal:
        shared.as_("second_nurse", "change_action", action_id=action.id, version=1, **new | {"title": "Write"})
    assert refusal.value.current.title == "Ring again"
    action.refresh_from_db()
    assert (action.title, action.version) == ("Ring again", 2)
    assert AuditEntry.objects.get(verb="action.changed").detail["fields"] == ["title", "assigned_to_id"]


def test_a_transfer_moves_accountability_the_record_and_lets_go_of_the_person(shared, world):
    action = shared.action(assigned_to_id=world.nurse.membership_id)
    shared.as_("link_worker", "transfer_action", action_id=action.id, to_team_id=world.carers.id)
    action.refresh_from_db()
    assert action.accountable_team_id == action.last_accountable_team_id == world.carers.id
    assert action.assigned_to_id is None
    assert opened_by(action) == [world.carers.id]
    payload = OutboxMessage.objects.get(topic="action.transferred").payload
    assert (payload["from_team_id"], payload["team_id"]) == (str(world.nursing.id), str(world.carers.id))


def test_a_transfer_to_the_same_team_changes_nothing_and_of_an_ended_action_is_refused(shared, world):
    action = shared.action()
    shared.as_("nurse", "transfer_action", action_id=action.id, to_team_id=world.nursing.id)
    action.refresh_from_db()
    assert action.version == 1
    shared.as_("nurse", "move_action", action_id=action.id, verb="complete")
    with pytest.raises(RuleError) as refusal:
        shared.as_("link_worker", "transfer_action", action_id=action.id, to_team_id=world.carers.id)
    assert refusal.value.code == "action_ended"
    action.refresh_from_db()
    assert action.accountable_team_id is None
    assert opened_by(action) == []


@pytest.fixture
def imported(world):
    """An action that came by import and waits at the front door."""
    front_door = world.place.front_door
    resident = world.resident(by=world.front_door, team=front_door)
    with acting_as(world.front_door):
        return services.create_action(
            by=world.front_door, resident_id=resident.id, title="Imported", team_id=front_door.id, needs_sorting=True
        )


def test_the_front_door_sorts_an_imported_action_to_any_team_with_residents(imported, world):
    with acting_as(world.front_door):
        services.sort_action(by=world.front_door, action_id=imported.id, team_id=world.nursing.id)
    imported.refresh_from_db()
    assert (imported.accountable_team_id, imported.needs_sorting) == (world.nursing.id, False)
    assert opened_by(imported) == [world.nursing.id]
    with acting_as(world.nurse):
        assert Resident.objects.visible_to(world.nurse).filter(id=imported.resident_id).exists()


def on_caseload_of(resident_id):
    """Team names with an open entry; the lead's in capitals."""
    entries = CaseloadEntry.objects.filter(resident_id=resident_id, ended_at=None).select_related("team")
    return {entry.team.name.upper() if entry.is_lead else entry.team.name for entry in entries}


def test_the_lead_follows_the_last_thing_that_the_front_door_has_open(imported, world):
    with acting_as(world.front_door):
        other = services.create_action(
            by=world.front_door,
            resident_id=imported.resident_id,
            title="Imported too",
            team_id=world.place.front_door_id,
            needs_sorting=True,
        )
        services.sort_action(by=world.front_door, action_id=imported.id, team_id=world.nursing.id)
        assert on_caseload_of(imported.resident_id) == {"FRONT DOOR"}
        services.sort_action(by=world.front_door, action_id=other.id, team_id=world.carers.id)
    assert on_caseload_of(imported.resident_id) == {world.carers.name.upper()}


def test_keeping_what_is_sorted_keeps_the_lead(imported, world):
    with acting_as(world.front_door):
        services.sort_action(by=world.front_door, action_id=imported.id, team_id=world.place.front_door_id)
    assert on_caseload_of(imported.resident_id) == {"FRONT DOOR"}


def test_sorting_takes_no_lead_from_a_team_that_has_it(shared, world):
    open_relationship(
        resident_id=shared.resident.id,
        team_id=world.place.front_door_id,
        level=Level.RECORD,
        source=Source.IMPORT,
        source_id=shared.plan.id,
    )
    shared.action()
    action = shared.action("front_door", needs_sorting=True)
    shared.as_("front_door", "sort_action", action_id=action.id, team_id=world.carers.id)
    assert on_caseload_of(shared.resident.id) == {world.nursing.name.upper()}


def test_sorting_is_refused_to_others_to_teams_without_residents_and_a_second_time(imported, world):
    with acting_as(world.front_door):
        with pytest.raises(RuleError) as refusal:
            services.sort_action(by=world.front_door, action_id=imported.id, team_id=world.privacy.team_ids[0])
        assert refusal.value.field == "team"
    imported.refresh_from_db()
    assert (imported.accountable_team_id, imported.needs_sorting) == (world.place.front_door_id, True)
    with acting_as(world.front_door):
        services.sort_action(by=world.front_door, action_id=imported.id, team_id=world.place.front_door_id)
        with pytest.raises(RuleError) as refusal:
            services.sort_action(by=world.front_door, action_id=imported.id, team_id=world.nursing.id)
    assert refusal.value.code == "already_sorted"
    imported.refresh_from_db()
    assert imported.accountable_team_id == world.place.front_door_id


def test_a_team_that_merely_sees_the_resident_sorts_nothing(shared, world):
    action = shared.action(needs_sorting=True)
    with pytest.raises(NotYours):
        shared.as_("link_worker", "sort_action", action_id=action.id, team_id=world.carers.id)
    action.refresh_from_db()
    assert (action.accountable_team_id, action.needs_sorting) == (world.nursing.id, True)


def test_an_action_that_comes_ended_is_open_to_nobody(shared, world):
    action = shared.action(status="completed", needs_sorting=True)
    assert (action.accountable_team_id, action.needs_sorting) == (None, False)
    assert opened_by(action) == []

"""A changed file: what the other system says now is followed, and what people changed here stays (decision 9)."""

import pytest

from carecoord.audit.models import AuditEntry
from careplans import services
from careplans.models import Action, AdditionalPlan, CarePlan, Goal
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Contact, Relationship, Resident
from neighbourhoods.services import end_relationships
from tests.fhir.samples import activity, doctor, goal, member, patient, plan, team

pytestmark = pytest.mark.django_db


@pytest.fixture
def take(run_import, write):
    """Import these resources as one file; every file of a test is of one source."""

    def import_them(*resources):
        return run_import(write("f.ndjson", *resources, lines=True))

    return import_them


def verbs(about):
    return list(AuditEntry.objects.filter(about_id=about.id).order_by("at", "id").values_list("verb", flat=True))


def everything():
    tables = (Resident, CarePlan, AdditionalPlan, Goal, Action, Contact, Relationship)
    audited = AuditEntry.objects.exclude(verb__in=("import.started", "account.created")).order_by("pk")
    return [list(table.objects.order_by("pk").values()) for table in tables] + [list(audited.values())]


def test_the_same_file_again_changes_nothing_at_all(world, take):
    inside = [goal("inside"), team(member(), identity="inside-team")]
    whole = plan(
        activity=[activity(), activity("Weigh", "completed"), activity()],
        contained=inside,
        goal=[{"reference": "Goal/g1"}, {"reference": "#inside"}],
        careTeam=[{"reference": "#inside-team"}],
    )
    over = plan("c2", status="revoked", activity=[activity("Rest", "in-progress")])
    file = (patient(), doctor(), goal(), team(member()), whole, over)
    assert take(*file).code == 0
    before = everything()
    assert take(*file).code == 0
    assert everything() == before


@pytest.mark.parametrize(
    ("before", "after", "ours"),
    [
        ("active", "completed", "completed"),
        ("proposed", "active", "active"),
        ("active", "on-hold", "on_hold"),
        ("on-hold", "active", "active"),
        ("proposed", "rejected", "rejected"),
        ("active", "cancelled", "cancelled"),
        ("completed", "entered-in-error", "entered_in_error"),
        ("proposed", "completed", "completed"),
    ],
)
def test_a_goal_follows_its_state_by_audited_moves_of_the_import(world, take, before, after, ours):
    take(patient(), goal(status=before))
    assert take(patient(), goal(status=after)).code == 0
    one = Goal.objects.get()
    assert one.status == ours
    moved = AuditEntry.objects.filter(verb="goal.moved", about_id=one.id)
    assert [entry.detail["after"] for entry in moved.order_by("at", "id")][-1] == ours
    assert set(moved.values_list("actor_kind", flat=True)) == {"service"}


def test_a_goal_whose_state_has_no_way_there_stays_and_is_reported(world, take):
    take(patient(), goal(status="completed"))
    result = take(patient(), goal(status="active"))
    assert Goal.objects.get().status == "completed"
    assert "the goal is reached here and stays so, though it is in progress there" in result.out
    assert result.code == 0


def test_a_goal_that_people_ended_here_stays_ended(world, take):
    take(patient(), goal(status="active"))
    with acting_as(world.front_door) as by:
        services.move_goal(by=by, goal_id=Goal.objects.get().id, verb="cancel", reason="She changed her mind")
    result = take(patient(), goal(status="completed"))
    one = Goal.objects.get()
    assert (one.status, one.status_reason) == ("cancelled", "She changed her mind")
    assert "the goal is cancelled here and stays so" in result.out


def test_a_goal_that_people_put_on_hold_is_not_taken_up_again_but_may_be_reached(world, take):
    take(patient(), goal(status="accepted"))
    with acting_as(world.front_door) as by:
        services.move_goal(by=by, goal_id=Goal.objects.get().id, verb="start")
        services.move_goal(by=by, goal_id=Goal.objects.get().id, verb="hold", reason="In hospital")
    result = take(patient(), goal(status="active"))
    assert Goal.objects.get().status == "on_hold"
    assert "the goal is on hold here and stays so" in result.out
    take(patient(), goal(status="completed"))
    assert Goal.objects.get().status == "completed"


def test_words_of_a_goal_follow_unless_people_changed_them_here(world, take):
    take(patient(), goal(text="Walk"))
    take(patient(), goal(text="Walk to the shop"))
    one = Goal.objects.get()
    assert one.title == "Walk to the shop"
    with acting_as(world.front_door) as by:
        services.change_goal(
            by=by, goal_id=one.id, version=one.version, title="Walk to the lake", importance=8, confidence=None
        )
    result = take(patient(), goal(text="Walk to the church", status="on-hold"))
    one.refresh_from_db()
    assert (one.title, one.importance, one.status) == ("Walk to the lake", 8, "on_hold")
    assert "the goal: title was changed here too, and stays as it is here" in result.out


@pytest.mark.parametrize(
    ("before", "after", "ours", "audited"),
    [
        ("not-started", "completed", "completed", ["action.completed"]),
        ("in-progress", "cancelled", "cancelled", ["action.cancelled"]),
        ("not-started", "in-progress", "in_progress", ["action.started"]),
        ("in-progress", "on-hold", "on_hold", ["action.held"]),
        ("in-progress", "entered-in-error", "entered_in_error", ["action.cancelled", "action.entered_in_error"]),
        ("completed", "entered-in-error", "entered_in_error", ["action.entered_in_error"]),
        ("in-progress", "unknown", "in_progress", []),
    ],
)
def test_an_action_follows_its_activity(world, take, before, after, ours, audited):
    take(patient(), plan(activity=[activity(status=before)]))
    assert take(patient(), plan(activity=[activity(status=after)])).code == 0
    action = Action.objects.get()
    assert action.status == ours
    assert verbs(action) == ["action.created", *audited]
    assert (action.accountable_team is None) == (ours in {"completed", "cancelled", "entered_in_error"})


def test_why_an_activity_was_cancelled_is_kept(world, take):
    take(patient(), plan(activity=[activity()]))
    take(patient(), plan(activity=[activity(status="cancelled", statusReason={"text": "Healed"})]))
    assert Action.objects.get().ended_reason == "Healed"


def test_an_action_that_people_completed_here_is_not_opened_again(world, take):
    take(patient(), plan(activity=[activity()]))
    action = Action.objects.get()
    with acting_as(world.front_door) as by:
        services.move_action(by=by, action_id=action.id, verb="complete")
    result = take(patient(), plan(activity=[activity(status="in-progress")]))
    action.refresh_from_db()
    assert action.status == "completed"
    assert "activity 1: the action is completed here and stays so, though it is in progress there" in result.out


def test_an_action_that_another_team_has_taken_on_is_left_to_them_and_reported(world, take):
    take(patient(), plan(activity=[activity()]))
    action = Action.objects.get()
    with acting_as(world.front_door) as by:
        services.sort_action(by=by, action_id=action.id, team_id=world.nursing.id)
    result = take(patient(), plan(status="revoked", activity=[activity()]))
    action.refresh_from_db()
    assert (action.status, action.accountable_team) == ("not_started", world.nursing)
    assert f"activity 1: it has changed there, but {world.nursing.name} answers for the action here" in result.out


def test_words_and_days_of_an_action_follow_unless_people_changed_them(world, take):
    def dressing(day, words):
        return activity(identity="a1", description=words, scheduledPeriod={"end": day})

    take(patient(), plan(activity=[dressing("2027-01-05", "Twice a week")]))
    take(patient(), plan(activity=[dressing("2027-01-06", "Twice a week")]))
    action = Action.objects.get()
    assert (action.due_on.isoformat(), action.detail) == ("2027-01-06", "Twice a week")
    with acting_as(world.front_door) as by:
        services.change_action(
            by=by,
            action_id=action.id,
            version=action.version,
            title=action.title,
            due_on=action.due_on,
            detail="Ask her first",
            assigned_to_id=None,
        )
    result = take(patient(), plan(activity=[dressing("2027-01-07", "Daily")]))
    action.refresh_from_db()
    assert (action.due_on.isoformat(), action.detail) == ("2027-01-07", "Ask her first")
    assert "activity 1: detail was changed here too, and stays as it is here" in result.out


@pytest.mark.parametrize(
    ("status", "ours"), [("revoked", "stopped"), ("completed", "stopped"), ("entered-in-error", "entered_in_error")]
)
def test_in_a_plan_that_has_ended_there_no_imported_action_stays_open(world, take, status, ours):
    file = [activity("Dress", "in-progress"), activity("Weigh"), activity("Assess", "completed")]
    take(patient(), plan(activity=file))
    assert Action.objects.open().count() == 2
    assert take(patient(), plan(status=status, activity=file)).code == 0
    states = dict(Action.objects.values_list("title", "status"))
    assert states == {"Dress": ours, "Weigh": ours, "Assess": "completed"}
    dress = Action.objects.get(title="Dress")
    assert (dress.ended_reason, dress.needs_sorting) == (f"The plan it came with is {status}", False)
    assert verbs(dress)[1:] == (
        ["action.cancelled", "action.entered_in_error"] if ours == "entered_in_error" else ["action.stopped"]
    )
    assert not Relationship.objects.filter(source_id=dress.id, ended_at=None).exists()
    additional = AdditionalPlan.objects.get()
    assert additional.source_status == status
    assert additional.ends_on is not None


def test_an_action_that_people_started_here_ends_with_its_plan(world, take):
    take(patient(), plan(activity=[activity()]))
    with acting_as(world.front_door) as by:
        services.move_action(by=by, action_id=Action.objects.get().id, verb="start")
    take(patient(), plan(status="revoked", activity=[activity()]))
    assert Action.objects.get().status == "stopped"


def test_a_draft_that_only_a_withdrawn_plan_had_started_ends_with_it(world, take):
    take(patient(), plan(activity=[activity()]))
    take(patient(), plan(status="entered-in-error", activity=[activity()]))
    one = CarePlan.objects.get()
    assert one.status == "entered_in_error"
    assert verbs(one) == ["plan.created", "plan.entered_in_error"]
    take(patient(), plan(status="entered-in-error", title="Still wrong", activity=[activity()]))
    assert CarePlan.objects.count() == 1


@pytest.mark.parametrize("left", ["another plan", "a goal", "a completed plan", "a section"])
def test_a_draft_in_which_something_is_left_stays(world, take, left):
    more = {"another plan": [plan("c2")], "a goal": [goal()]}.get(left, [])
    take(patient(), plan(), *more)
    if left == "a section":
        with acting_as(world.front_door) as by:
            services.write_section(
                by=by, plan_id=CarePlan.objects.get().id, key="people", body="Ken", in_own_words=True, version=0
            )
    take(patient(), plan(status="completed" if left == "a completed plan" else "revoked"), *more)
    assert CarePlan.objects.get().status == "draft"


def test_a_plan_that_people_started_is_not_ended_by_an_import(world, take):
    take(patient())
    with acting_as(world.front_door) as by:
        services.create_plan(by=by, resident_id=Resident.objects.get().id)
    take(patient(), plan())
    take(patient(), plan(status="revoked"))
    assert CarePlan.objects.get().status == "draft"


def test_words_of_a_plan_that_people_changed_here_stay(world, take):
    take(patient(), plan(description="Every second day"))
    one = AdditionalPlan.objects.get()
    facts = {name: getattr(one, name) for name in ("content", "categories", "starts_on", "ends_on", "review_due_on")}
    with acting_as(world.front_door) as by:
        services.change_additional_plan(
            by=by, additional_plan_id=one.id, version=one.version, name="Leg ulcer", **facts
        )
    result = take(patient(), plan(title="Wound", description="Daily"))
    one.refresh_from_db()
    assert (one.name, one.content) == ("Leg ulcer", "Daily")
    assert "the plan: name was changed here too, and stays as it is here" in result.out


def test_a_contained_goal_follows_and_is_cancelled_when_it_is_gone(world, take):
    def with_goal(*goals):
        return plan(contained=list(goals), goal=[{"reference": f"#{one['id']}"} for one in goals])

    take(patient(), with_goal(goal("a"), goal("b", "Cook again")))
    take(patient(), with_goal(goal("a", status="completed")))
    assert dict(Goal.objects.values_list("title", "status")) == {
        "Walk to the shop": "completed",
        "Cook again": "cancelled",
    }


def test_a_change_about_somebody_whom_only_actions_kept_in_sight_is_followed_to_its_end(world, take):
    take(patient(), plan(activity=[activity("Dress"), activity("Weigh")]))
    end_relationships(source_id=Resident.objects.get().id)
    result = take(patient(), plan(status="revoked", activity=[activity("Dress"), activity("Weigh")]))
    assert result.err == ""
    assert set(Action.objects.values_list("status", flat=True)) == {"stopped"}

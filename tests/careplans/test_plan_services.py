"""The plan and its sections: what is kept, what is refused, and that a refusal changes nothing."""

from datetime import timedelta

import pytest

from carecoord import clock
from carecoord.audit.models import AuditEntry
from carecoord.errors import IllegalMove, RuleError, StaleVersion
from carecoord.outbox.models import OutboxMessage
from careplans import services
from careplans.models import AdditionalPlan, CarePlan, PlanSection, SectionVersion
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Resident


def topics():
    return list(OutboxMessage.objects.order_by("created_at", "id").values_list("topic", flat=True))


def verbs(about_id):
    found = AuditEntry.objects.filter(about_id=about_id, kind="change").order_by("at", "id")
    return list(found.values_list("verb", flat=True))


def test_a_resident_has_one_current_plan_however_often_it_is_started(shared, world):
    again = shared.as_("link_worker", "create_plan", resident_id=shared.resident.id)
    assert again.id == shared.plan.id
    assert CarePlan.objects.count() == 1
    assert verbs(shared.plan.id) == ["plan.created"]


def test_whoever_does_not_see_the_resident_starts_no_plan(world):
    resident = world.resident()
    with acting_as(world.outsider), pytest.raises(Resident.DoesNotExist):
        services.create_plan(by=world.outsider, resident_id=resident.id)
    assert not CarePlan.objects.exists()


def test_after_a_plan_has_ended_a_new_one_can_be_started(shared):
    shared.agree()
    shared.as_("nurse", "move_plan", plan_id=shared.plan.id, verb="activate")
    shared.as_("nurse", "move_plan", plan_id=shared.plan.id, verb="complete")
    second = shared.as_("nurse", "create_plan", resident_id=shared.resident.id)
    assert second.id != shared.plan.id
    assert second.status == "draft"


def test_agreeing_writes_with_whom_and_who_reviews_by_when(shared, world):
    shared.agree(agreed_with_resident=False, agreed_with="Ken Hartley, husband")
    plan = CarePlan.objects.get()
    assert (plan.agreed_with_resident, plan.agreed_with) == (False, "Ken Hartley, husband")
    assert plan.review_team_id == world.nursing.id
    assert plan.version == 2
    assert verbs(plan.id) == ["plan.created", "plan.agreed"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"agreed_with_resident": False, "agreed_with": " "}, "agreed_with"),
        ({"agreed_on": clock.today() + timedelta(days=1)}, "agreed_on"),
        ({"review_due_on": clock.today()}, "review_due_on"),
        ({"review_due_on": clock.today() + timedelta(days=400)}, "review_due_on"),
    ],
)
def test_an_answer_that_will_not_do_is_refused_at_its_field(shared, given, field):
    with pytest.raises(RuleError) as refusal:
        shared.agree(**given)
    assert refusal.value.field == field
    plan = CarePlan.objects.get()
    assert (plan.agreed_with_resident, plan.review_due_on, plan.version) == (None, None, 1)


def test_only_a_team_with_the_record_can_own_the_review(shared, world):
    with pytest.raises(RuleError) as refusal:
        shared.agree(review_team_id=world.highcross_nursing.id)
    assert refusal.value.field == "review_team"
    assert CarePlan.objects.get().review_team_id is None


def test_agreeing_an_old_page_is_refused_and_the_same_answers_twice_are_not(shared):
    shared.agree()
    shared.agree()
    assert CarePlan.objects.get().version == 2
    with pytest.raises(StaleVersion) as refusal:
        shared.agree(version=1, review_due_on=clock.today() + timedelta(days=30))
    assert refusal.value.current.version == 2
    assert CarePlan.objects.get().review_due_on == clock.today() + timedelta(days=90)


def test_a_draft_becomes_active_only_when_its_gate_is_met(shared):
    with pytest.raises(RuleError) as refusal:
        shared.as_("nurse", "move_plan", plan_id=shared.plan.id, verb="activate")
    assert refusal.value.code == "gate_not_met"
    for missing in ("an agreement", "a review date in the future", "a team that reviews it"):
        assert missing in refusal.value.sentence
    assert CarePlan.objects.get().status == "draft"
    assert "plan.activated" not in topics()

    shared.agree()
    shared.as_("nurse", "move_plan", plan_id=shared.plan.id, verb="activate")
    assert CarePlan.objects.get().status == "active"
    assert topics()[-1] == "plan.activated"


def test_a_review_date_that_has_passed_meanwhile_keeps_the_plan_a_draft(shared):
    shared.agree()
    with clock.at(clock.now() + timedelta(days=90)), pytest.raises(RuleError) as refusal:
        shared.as_("nurse", "move_plan", plan_id=shared.plan.id, verb="activate")
    assert refusal.value.sentence == "Before it can be active, the plan needs a review date in the future."
    assert CarePlan.objects.get().status == "draft"


def test_an_active_plan_goes_on_hold_and_back_and_says_why(shared):
    shared.agree()
    shared.as_("nurse", "move_plan", plan_id=shared.plan.id, verb="activate")
    with pytest.raises(RuleError) as refusal:
        shared.as_("nurse", "move_plan", plan_id=shared.plan.id, verb="hold")
    assert refusal.value.field == "reason"
    shared.as_("nurse", "move_plan", plan_id=shared.plan.id, verb="hold", reason="In hospital")
    assert AuditEntry.objects.get(verb="plan.held").reason == "In hospital"
    shared.as_("nurse", "move_plan", plan_id=shared.plan.id, verb="resume")
    assert CarePlan.objects.get().status == "active"


def test_a_move_the_table_does_not_have_changes_nothing(shared):
    with pytest.raises(IllegalMove):
        shared.as_("nurse", "move_plan", plan_id=shared.plan.id, verb="complete")
    assert CarePlan.objects.get().status == "draft"
    assert verbs(shared.plan.id) == ["plan.created"]


def test_an_ended_plan_is_not_written_any_more(shared):
    shared.as_("nurse", "move_plan", plan_id=shared.plan.id, verb="enter_in_error", reason="Wrong person")
    for write in (lambda: shared.write("Ken"), shared.goal, shared.agree):
        with pytest.raises(RuleError) as refusal:
            write()
        assert refusal.value.code == "plan_ended"
    plan = CarePlan.objects.get()
    assert (plan.ended_reason, plan.sections.count(), plan.goals.count()) == ("Wrong person", 0, 0)


def test_every_wording_of_a_section_is_kept_with_its_author(shared, world):
    shared.write("Ken")
    shared.write("Ken, and Ann next door", by="link_worker", version=1)
    section = PlanSection.objects.get()
    assert (section.body, section.version) == ("Ken, and Ann next door", 2)
    kept = SectionVersion.objects.order_by("number").values_list("number", "body", "written_by_id")
    assert list(kept) == [
        (1, "Ken", world.nurse.membership_id),
        (2, "Ken, and Ann next door", world.link_worker.membership_id),
    ]
    assert topics().count("section.written") == 2


def test_the_second_of_two_who_write_the_same_section_is_shown_the_first(shared):
    shared.write("Ken")
    shared.write("Ken and Ann", by="link_worker", version=1)
    with pytest.raises(StaleVersion) as refusal:
        shared.write("Ken and Bob", version=1)
    assert refusal.value.current.body == "Ken and Ann"
    assert PlanSection.objects.get().body == "Ken and Ann"
    assert SectionVersion.objects.count() == 2


def test_two_first_wordings_meet_the_same_way(shared):
    shared.write("Ken")
    with pytest.raises(StaleVersion):
        shared.write("Ann", by="link_worker", version=0)
    assert SectionVersion.objects.count() == 1


def test_the_same_words_twice_are_one_version_whatever_the_line_breaks(shared):
    shared.write("Ken\r\nAnn ")
    assert shared.write("Ken\nAnn", version=0).version == 1
    assert SectionVersion.objects.get().body == "Ken\nAnn"


def test_two_people_writing_two_sections_never_meet(shared):
    shared.write("Ken", key="people")
    shared.write("Slowly", by="link_worker", key="communication")
    assert PlanSection.objects.count() == 2


def test_a_section_the_standard_does_not_have_is_refused(shared):
    with pytest.raises(RuleError):
        shared.write("x", key="hobbies")
    assert not PlanSection.objects.exists()


def test_the_audit_of_a_section_holds_no_words_of_the_resident(shared):
    shared.write("My husband drinks")
    entry = AuditEntry.objects.get(verb="section.written")
    assert entry.detail == {"section": "people", "version": 1}
    assert "drinks" not in str(OutboxMessage.objects.get(topic="section.written").payload)


def test_a_goal_keeps_importance_and_confidence_between_one_and_ten(shared):
    for field, value in (("importance", 0), ("importance", 11), ("confidence", -1)):
        with pytest.raises(RuleError) as refusal:
            shared.goal(**{field: value})
        assert refusal.value.field == field
    assert shared.plan.goals.count() == 0
    goal = shared.goal(importance=1, confidence=10)
    assert (goal.importance, goal.confidence, goal.status) == (1, 10, "proposed")


def test_a_goal_is_changed_from_the_version_that_was_read(shared):
    goal = shared.goal()
    new = {"title": "Walk to the shop", "importance": 8, "confidence": 5}
    shared.as_("link_worker", "change_goal", goal_id=goal.id, version=1, **new)
    shared.as_("link_worker", "change_goal", goal_id=goal.id, version=1, **new)
    with pytest.raises(StaleVersion):
        shared.as_("nurse", "change_goal", goal_id=goal.id, version=1, **new | {"title": "Dance"})
    goal.refresh_from_db()
    assert (goal.title, goal.version) == ("Walk to the shop", 2)


def test_a_goal_moves_along_its_table_and_an_end_is_final(shared):
    goal = shared.goal()
    shared.as_("nurse", "move_goal", goal_id=goal.id, verb="start")
    shared.as_("nurse", "move_goal", goal_id=goal.id, verb="complete")
    with pytest.raises(IllegalMove):
        shared.as_("nurse", "move_goal", goal_id=goal.id, verb="start")
    with pytest.raises(RuleError):
        shared.as_("nurse", "change_goal", goal_id=goal.id, version=3, title="Other", importance=None, confidence=None)
    goal.refresh_from_db()
    assert (goal.status, goal.title) == ("completed", "Get back to the allotment")
    assert topics().count("goal.moved") == 2


def test_the_same_form_of_a_goal_sent_twice_makes_one_goal(shared):
    first = shared.goal()
    shared.goal(goal_id=first.id)
    assert shared.plan.goals.count() == 1


def test_an_additional_plan_changes_only_from_the_version_that_was_read(shared):
    given = {"name": "Wound plan", "content": "Left leg", "categories": ["wound"]}
    made = shared.as_("nurse", "add_additional_plan", plan_id=shared.plan.id, **given)
    given |= {"starts_on": None, "ends_on": None, "review_due_on": None}
    again = shared.as_("nurse", "change_additional_plan", additional_plan_id=made.id, version=1, **given)
    assert again.version == 1
    changed = given | {"content": "Both legs"}
    shared.as_("nurse", "change_additional_plan", additional_plan_id=made.id, version=1, **changed)
    with pytest.raises(StaleVersion):
        shared.as_("nurse", "change_additional_plan", additional_plan_id=made.id, version=1, **given)
    assert AdditionalPlan.objects.get().content == "Both legs"

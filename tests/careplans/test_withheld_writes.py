"""Under an objection to the plan, what somebody answers for is not given away where they would lose sight of it."""

from datetime import timedelta

import pytest
from django.urls import reverse

from carecoord import clock
from carecoord.audit.models import AuditEntry
from carecoord.errors import RuleError
from careplans import services
from careplans.models import Action
from neighbourhoods.gate import acting_as
from tests.merging import every_row
from tests.objections import objects
from tests.world import sign_in

pytestmark = pytest.mark.django_db
REVIEW = {"review_due_on": clock.today() + timedelta(days=30)}


@pytest.fixture
def reviewed(shared, world):
    """The charity reviews a plan that an objection keeps from it."""
    plan = shared.agree(review_team_id=world.carers.id)
    objects(world, shared.resident, "plan")
    return plan


def refused(shared, name, service, **given):
    before, told = every_row(), AuditEntry.objects.count()
    with pytest.raises(RuleError) as refusal:
        shared.as_(name, service, **given)
    assert (every_row(), AuditEntry.objects.count()) == (before, told)
    assert refusal.value.code == "withheld"
    return refusal.value


def test_ig_16_a_review_is_not_given_where_whoever_gives_it_reads_the_plan_no_more(shared, world, reviewed):
    to_nurses = {"plan_id": reviewed.id, "version": reviewed.version, "review_team_id": world.nursing.id}
    refusal = refused(shared, "link_worker", "set_review", **to_nurses, **REVIEW)
    assert refusal.field == "review_team"
    assert str(refusal).startswith("An objection keeps this plan from your organisation")
    own = to_nurses | {"review_team_id": world.carers.id}
    assert shared.as_("link_worker", "set_review", **own, **REVIEW).review_due_on == REVIEW["review_due_on"]


def test_ig_16_agreeing_a_plan_gives_its_review_away_no_more_either(shared, world, reviewed):
    agreed = {"agreed_with_resident": True, "agreed_with": "", "agreed_on": clock.today()}
    to_nurses = {"plan_id": reviewed.id, "version": reviewed.version, "review_team_id": world.nursing.id}
    refused(shared, "link_worker", "agree_plan", **to_nurses, **agreed, **REVIEW)


def test_ig_16_a_team_that_reads_the_plan_takes_its_review_over(shared, world, reviewed):
    mine = {"plan_id": reviewed.id, "version": reviewed.version, "review_team_id": world.nursing.id}
    assert shared.as_("nurse", "set_review", **mine, **REVIEW).review_team_id == world.nursing.id


@pytest.fixture
def imported(world):
    """What nobody here wrote waits at the front door, which an objection keeps from the plan."""
    resident = world.resident(by=world.front_door, team=world.place.front_door)
    made = {"title": "Imported", "team_id": world.place.front_door_id, "needs_sorting": True}
    with acting_as(world.front_door) as by:
        action = services.create_action(by=by, resident_id=resident.id, **made)
    Action.objects.filter(id=action.id).update(written_by=None)
    objects(world, resident, "plan", world.place.front_door.organisation, by=world.front_door)
    return action


def test_ig_16_an_imported_action_is_not_sorted_to_where_whoever_sorts_it_reads_it_no_more(shared, world, imported):
    refusal = refused(shared, "front_door", "sort_action", action_id=imported.id, team_id=world.nursing.id)
    assert refusal.field == "team"
    kept = shared.as_("front_door", "sort_action", action_id=imported.id, team_id=world.place.front_door_id)
    assert kept.needs_sorting is False


def test_ig_16_what_ones_own_organisation_wrote_is_sorted_all_the_same(shared, world, imported):
    Action.objects.filter(id=imported.id).update(written_by=world.front_door.membership_id)
    sorted_to = shared.as_("front_door", "sort_action", action_id=imported.id, team_id=world.nursing.id)
    assert sorted_to.accountable_team_id == world.nursing.id


def test_ig_16_the_page_says_so_beside_the_team(world, client, imported):
    sign_in(client, world, "front_door")
    page = reverse("action_sort", args=[imported.id])
    answer = client.post(page, {"sort-team": world.nursing.id})
    assert answer.status_code == 422
    assert "only a team of yours can take this on" in answer.text

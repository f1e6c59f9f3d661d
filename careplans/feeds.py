"""What other rooms show of plans and actions: my day, the record, the caseload. Every read passes the gate."""

from datetime import date, timedelta
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from carecoord import clock
from carecoord.prepared import prepared
from careplans.models import Action, CarePlan, DraftOf, PlanDraft
from careplans.models.actions import ActionQuerySet
from careplans.models.drafts import NEW
from careplans.models.plans import CarePlanQuerySet
from neighbourhoods.principal import Principal

REVIEW_NOTICE = timedelta(days=14)
# Whatever is shown of an action, without a query for each row.
SHOWN = ("resident", "accountable_team", "last_accountable_team", "assigned_to__user")


def actions_of_my_teams(principal: Principal) -> ActionQuerySet:
    """Open actions of my teams, the next due first and those without a day last."""
    mine = Action.objects.visible_to(principal).open().filter(accountable_team_id__in=principal.team_ids)
    return mine.select_related(*SHOWN).order_by(F("due_on").asc(nulls_last=True), "created_at", "id")


def actions_due_for(principal: Principal, limit: int) -> list[Action]:
    """The first of my teams' open actions, at most `limit`."""
    return list(actions_of_my_teams(principal)[:limit])


def overdue_actions_of_my_teams(principal: Principal) -> ActionQuerySet:
    """Those whose day has ended."""
    return actions_of_my_teams(principal).filter(due_on__lt=clock.today())


def actions_to_sort(principal: Principal) -> ActionQuerySet:
    """The worklist "imported, to sort" of my teams: the front door's, unless an import named another team."""
    return actions_of_my_teams(principal).filter(needs_sorting=True)


@prepared
def open_actions_of(principal: Principal, resident_id: UUID) -> QuerySet[Action]:
    """What anybody has still to do for one resident, in the order of due days."""
    of_resident = Action.objects.visible_to(principal).open().filter(resident_id=resident_id)
    shown = of_resident.select_related("accountable_team", "assigned_to__user")
    return shown.order_by(F("due_on").asc(nulls_last=True), "created_at", "id")


def reviews_of_my_teams(principal: Principal, until: date | None = None) -> CarePlanQuerySet:
    """Plans my teams review that are overdue or due within 14 days, or `until` a day, the most urgent first."""
    mine = CarePlan.objects.visible_to(principal).filter(
        status__in=("active", "on_hold"),
        review_team_id__in=principal.team_ids,
        review_due_on__lte=until or clock.today() + REVIEW_NOTICE,
    )
    return mine.select_related("resident", "review_team").order_by("review_due_on", "id")


def reviews_due_for(principal: Principal, limit: int) -> list[CarePlan]:
    return list(reviews_of_my_teams(principal)[:limit])


def current_plan_of(principal: Principal, resident_id: UUID) -> CarePlan | None:
    """The plan that is not ended, or None."""
    return next(iter(current_plans(principal, resident_id)), None)


@prepared
def current_plans(principal: Principal, resident_id: UUID) -> QuerySet[CarePlan]:
    """The one of `current_plan_of`, or none."""
    plans = CarePlan.objects.visible_to(principal).current()
    return plans.filter(resident_id=resident_id).select_related("review_team", "reviewer__user").order_by("id")[:1]


# What is written of these belongs to the current plan.
OF_A_PLAN = Q(kind__in=(DraftOf.SECTION, DraftOf.REVIEW)) | Q(
    kind__in=(DraftOf.GOAL, DraftOf.ADDITIONAL, DraftOf.NEED), place=NEW
)


def drafts_of(principal: Principal, most: int) -> QuerySet[PlanDraft]:
    """What this person has typed in this role and not saved, the latest first, as long as there is where to go on."""
    plans = CarePlan.objects.visible_to(principal).current().filter(resident_id=OuterRef("resident_id"))
    mine = PlanDraft.objects.visible_to(principal).live().filter(~OF_A_PLAN | Exists(plans))
    return mine.select_related("resident").order_by("-updated_at", "-id")[:most]


drafts_left = prepared(drafts_of)

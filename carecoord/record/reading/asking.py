"""What may have been in a record at a moment: one statement for every app, however long the record is."""

from collections.abc import Container
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery

from carecoord.prepared import prepared_together
from carecoord.ui import dates
from careplans.models import (
    Action,
    AdditionalPlan,
    Attachment,
    CarePlan,
    Goal,
    GoalOutcome,
    Need,
    Option,
    PlanReview,
    PlanSection,
    SectionVersion,
    StageGoal,
)
from careplans.reading import AUTHOR
from careplans.states import PLAN_ENDED
from neighbourhoods.definitions import BESIDE
from neighbourhoods.encounters import SHOWN as ENCOUNTER_SHOWN
from neighbourhoods.encounters import start_of
from neighbourhoods.entries import MOST_PAST
from neighbourhoods.models import CarePackage, CaseloadEntry, Contact, Encounter, Entry, Level, Relationship, Stay
from neighbourhoods.principal import Principal
from referrals.models import Handover, Referral

MOST_ENCOUNTERS: Final = 10


@dataclass(frozen=True)
class Found:
    """What may have been there. The first three are written once; only their end has a time of its own."""

    entries: list[Entry]
    ended_entries: list[Entry]
    relationships: list[Relationship]
    wordings: list[SectionVersion]
    on_caseloads: list[CaseloadEntry]
    contacts: list[Contact]
    last_encounters: list[Encounter]
    planned_encounters: list[Encounter]
    changed_encounters: list[Encounter]
    stays: list[Stay]
    packages: list[CarePackage]
    plans: list[CarePlan]
    goals: list[Goal]
    stages: list[StageGoal]
    outcomes: list[GoalOutcome]
    options: list[Option]
    needs: list[Need]
    attachments: list[Attachment]
    additional: list[AdditionalPlan]
    reviews: list[PlanReview]
    actions: list[Action]
    referrals: list[Referral]
    handovers: list[Handover]

    @property
    def encounters(self) -> tuple[Encounter, ...]:
        return (*self.last_encounters, *self.planned_encounters, *self.changed_encounters)

    def without(self, ids: Container[UUID]) -> "Found":
        """Less the rows that stood in another record then."""
        kept = {name: [row for row in rows if row.pk not in ids] for name, rows in vars(self).items()}
        return Found(**kept)


CHANGEABLE: Final = (
    *("on_caseloads", "contacts", "last_encounters", "planned_encounters", "changed_encounters"),
    *(
        "stays",
        "packages",
        "plans",
        "goals",
        "stages",
        "outcomes",
        "options",
        "needs",
        "attachments",
        "additional",
        "actions",
        "referrals",
        "handovers",
    ),
)
# What has ended longer ago is read where entries are.
ENDED_WITHIN: Final = timedelta(days=365)


def may_have_been_there(principal: Principal, resident_id: UUID, moment: datetime) -> Found:
    """One statement. Whatever was closed and not touched since was closed then, and is left out by it."""
    day = dates.local_day(moment)
    ended_since = moment - ENDED_WITHIN
    return Found(*_asked(principal, resident_id, moment, day, start_of(day), ended_since, dates.local_day(ended_since)))


@prepared_together
def _asked(
    principal: Principal,
    resident_id: UUID,
    moment: datetime,
    day: date,
    since: datetime,
    ended_since: datetime,
    ended_from: date,
) -> tuple[QuerySet[Any], ...]:
    there, not_ended = Q(resident_id=resident_id, created_at__lte=moment), Q(ended_at=None) | Q(ended_at__gt=moment)
    open_then = Q(accountable_team__isnull=False) | Q(updated_at__gt=moment)
    entries = Entry.objects.visible_to(principal).for_role(principal).filter(there)
    entries = entries.select_related("recorded_by_organisation")
    ended = entries.filter(ended_at__lte=moment, ended_at__gt=ended_since).exclude(kind__in=BESIDE)
    plans = CarePlan.objects.visible_to(principal).filter(there)
    goals = Goal.objects.visible_to(principal).filter(there)
    stages = StageGoal.objects.visible_to(principal).filter(there)
    outcomes = GoalOutcome.objects.visible_to(principal).filter(there)
    options = Option.objects.visible_to(principal).filter(there)
    needs = Need.objects.visible_to(principal).filter(there)
    reviews = PlanReview.objects.visible_to(principal).filter(there)
    attachments = Attachment.objects.visible_to(principal).filter(there)
    additional = AdditionalPlan.objects.visible_to(principal).filter(there)
    actions = Action.objects.visible_to(principal).filter(there, open_then)
    referrals = Referral.objects.visible_to(principal).filter(there, open_then)
    handovers = Handover.objects.visible_to(principal).filter(there, open_then)
    return (
        entries.filter(not_ended).order_by("id"),
        ended.order_by("-id")[: MOST_PAST + 1],
        _relationships(principal, resident_id, moment),
        _wordings(principal, resident_id, moment),
        CaseloadEntry.objects.visible_to(principal).filter(there, not_ended).select_related("key_worker__user"),
        _contacts(principal, there, day),
        *_encounters(principal, there, moment, since),
        *_care(principal, there, moment, ended_since, ended_from),
        plans.filter(~Q(status__in=sorted(PLAN_ENDED)) | Q(updated_at__gt=moment)).select_related("review_team"),
        goals.select_related(*AUTHOR).order_by("created_at", "id"),
        stages.order_by("created_at", "id"),
        outcomes.select_related(*AUTHOR).order_by("reported_on", "id"),
        options.select_related(*AUTHOR).order_by("created_at", "id"),
        needs.select_related(*AUTHOR).order_by("created_at", "id"),
        attachments.select_related(*AUTHOR).order_by("created_at", "id"),
        additional.select_related(*AUTHOR).order_by("name", "id"),
        reviews.select_related(*AUTHOR).order_by("-held_on", "-id"),
        actions.select_related("accountable_team", "last_accountable_team", "assigned_to__user", *AUTHOR),
        referrals.select_related("service", "accountable_team", "from_team", "to_team"),
        handovers.select_related("accountable_team", "from_team", "to_team"),
    )


def _relationships(principal: Principal, resident_id: UUID, moment: datetime) -> QuerySet[Relationship]:
    held = Relationship.objects.visible_to(principal).filter(resident_id=resident_id, level=Level.RECORD)
    held = held.filter(Q(ended_at=None) | Q(ended_at__gt=moment), Q(expires_at=None) | Q(expires_at__gt=moment))
    return held.filter(started_at__lte=moment).select_related("team__organisation").order_by("started_at", "id")


def _wordings(principal: Principal, resident_id: UUID, moment: datetime) -> QuerySet[SectionVersion]:
    """Of each section the last that was written by then."""
    of_section = SectionVersion.objects.filter(section=OuterRef("pk"), created_at__lte=moment).order_by("-number")
    sections = PlanSection.objects.filter(resident_id=resident_id)
    last = sections.annotate(last=Subquery(of_section.values("id")[:1])).values("last")
    wordings = SectionVersion.objects.visible_to(principal).filter(resident_id=resident_id, id__in=last)
    return wordings.select_related("section", *AUTHOR)


def _contacts(principal: Principal, there: Q, day: date) -> QuerySet[Contact]:
    contacts = Contact.objects.visible_to(principal).filter(there)
    return contacts.filter(Q(ends_on=None) | Q(ends_on__gte=day)).select_related("recorded_by_organisation")


def _encounters(
    principal: Principal, there: Q, moment: datetime, since: datetime
) -> tuple[QuerySet[Encounter], QuerySet[Encounter], QuerySet[Encounter]]:
    """Of what is now as it was then the last and what is to come, and whatever was changed since. Each by itself: with
    OR between them the policy is asked about every visit there ever was."""
    mine = Encounter.objects.visible_to(principal).filter(there).select_related(*ENCOUNTER_SHOWN)
    same = mine.filter(updated_at__lte=moment)
    return (
        same.exclude(status="planned").order_by("-at", "-id")[:MOST_ENCOUNTERS],
        same.filter(status="planned", at__gte=since),
        mine.filter(updated_at__gt=moment),
    )


def _care(
    principal: Principal, there: Q, moment: datetime, ended_since: datetime, ended_from: date
) -> tuple[QuerySet[Stay], QuerySet[CarePackage]]:
    """What went on at the moment or had ended within the year before it, and whatever was changed since."""
    touched, went_on = Q(updated_at__gt=moment), Q(discharged_at=None) | Q(discharged_at__gt=ended_since)
    stays = Stay.objects.visible_to(principal).filter(there).filter(Q(error_at=None) & went_on | touched)
    packages = CarePackage.objects.visible_to(principal).filter(there)
    packages = packages.filter(~Q(status="ended") | Q(ends_on__gte=ended_from) | touched)
    return (
        stays.select_related("organisation", "recorded_by_organisation"),
        packages.select_related("provider", "team", "recorded_by_organisation"),
    )

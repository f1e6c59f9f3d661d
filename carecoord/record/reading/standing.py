"""Everything open about one resident, of every app."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet

from carecoord.prepared import prepared_together
from carecoord.record.waiting import unowned_of
from careplans.feeds import current_plans, open_actions_of
from careplans.models import Action, CarePlan, PlanSection
from neighbourhoods.models import Entry
from neighbourhoods.models.sharing import SharingDecision
from neighbourhoods.principal import Principal
from neighbourhoods.withheld import kept_of
from referrals.feeds_referrals import DUE_FIRST
from referrals.models import Handover, Referral

IF_WRONG: Final = "contingency_plans"
"""The section of the record that says what to do if things go wrong."""


@dataclass(frozen=True)
class Open:
    """What is open about one resident; the plan counts by its review, which a team owns.

    `most_important` is what the plan says of it; `if_wrong` what to do if things go wrong, as far as the reader's role
    may read it, the first written first. `unowned` counts what is open without a team, which the database
    keeps at zero. `kept` is what an objection keeps from the reader's organisation.
    """

    actions: Sequence[Action]
    referrals: Sequence[Referral]
    handovers: Sequence[Handover]
    plan: CarePlan | None
    most_important: PlanSection | None
    if_wrong: Sequence[Entry]
    unowned: int
    kept: Sequence[SharingDecision] = ()


def open_of(principal: Principal, resident_id: UUID) -> Open:
    """One statement, whatever the number of items."""
    actions, referrals, handovers, plans, sections, if_wrong, unowned, kept = _open(principal, resident_id)
    plan, section = next(iter(plans), None), next(iter(sections), None)
    return Open(actions, referrals, handovers, plan, section, if_wrong, len(unowned), kept)


@prepared_together
def _open(principal: Principal, resident_id: UUID) -> tuple[QuerySet[Any], ...]:
    return (
        open_actions_of.build(principal, resident_id),
        _referrals(principal, resident_id),
        _handovers(principal, resident_id),
        current_plans.build(principal, resident_id),
        _most_important(principal, resident_id),
        _if_wrong(principal, resident_id),
        unowned_of(principal, resident_id),
        kept_of.build(principal, resident_id),
    )


def _referrals(principal: Principal, resident_id: UUID) -> QuerySet[Referral]:
    referrals = Referral.objects.visible_to(principal).open().filter(resident_id=resident_id)
    return referrals.select_related("service", "accountable_team", "from_team", "to_team").order_by(*DUE_FIRST)


def _handovers(principal: Principal, resident_id: UUID) -> QuerySet[Handover]:
    handovers = Handover.objects.visible_to(principal).open().filter(resident_id=resident_id)
    return handovers.select_related("accountable_team", "from_team", "to_team").order_by("created_at", "id")


def _if_wrong(principal: Principal, resident_id: UUID) -> QuerySet[Entry]:
    current = Entry.objects.visible_to(principal).for_role(principal).current()
    return current.filter(resident_id=resident_id, section=IF_WRONG).order_by("created_at", "id")


def _most_important(principal: Principal, resident_id: UUID) -> QuerySet[PlanSection]:
    plans = CarePlan.objects.current().filter(resident_id=resident_id)
    sections = PlanSection.objects.visible_to(principal).filter(care_plan__in=plans, key="most_important")
    return sections.exclude(body="").select_related("written_by__user", "written_by__organisation")[:1]

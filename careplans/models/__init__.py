"""Facts of the shared plan."""

from careplans.models.actions import Action
from careplans.models.aside import SetAside
from careplans.models.drafts import DraftOf, PlanDraft
from careplans.models.plans import AdditionalPlan, CarePlan, Goal, PlanSection, SectionVersion

__all__ = [
    "Action",
    "AdditionalPlan",
    "CarePlan",
    "DraftOf",
    "Goal",
    "PlanDraft",
    "PlanSection",
    "SectionVersion",
    "SetAside",
]

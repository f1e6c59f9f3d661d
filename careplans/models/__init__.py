"""Facts of the shared plan."""

from careplans.models.actions import Action
from careplans.models.aside import SetAside
from careplans.models.attachments import Attachment
from careplans.models.drafts import DraftOf, PlanDraft
from careplans.models.needs import Need
from careplans.models.options import Option
from careplans.models.pairs import ActionPair
from careplans.models.plans import AdditionalPlan, CarePlan, Goal, PlanSection, SectionVersion
from careplans.models.reviews import PlanReview
from careplans.models.stages import GoalOutcome, StageGoal

__all__ = [
    "Action",
    "ActionPair",
    "AdditionalPlan",
    "Attachment",
    "CarePlan",
    "DraftOf",
    "Goal",
    "GoalOutcome",
    "Need",
    "Option",
    "PlanDraft",
    "PlanReview",
    "PlanSection",
    "SectionVersion",
    "SetAside",
    "StageGoal",
]

"""This app's resources as other systems send them: CarePlan with its activities, and Goal."""

from carecoord.fhir.importing import maps
from careplans.fhir.goals import write_goal
from careplans.fhir.plans import needed_by_care_plan, write_care_plan
from neighbourhoods.fhir import subject_of


def register_mappings() -> None:
    maps("Goal", write_goal, order=4, needs=subject_of)
    maps("CarePlan", write_care_plan, order=5, needs=needed_by_care_plan)

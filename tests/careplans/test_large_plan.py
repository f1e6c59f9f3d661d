"""A plan of 60 things and a section of 200 wordings cost the database as much as a small one: to open and to save."""

import pytest
from django.urls import reverse

from carecoord import clock
from tests.statements import statements_of

pytestmark = pytest.mark.django_db


def grow(shared, numbers):
    goal = shared.goal(title=f"Goal {numbers[0]}")
    written = shared.write(f"Wording {numbers[0]}", version=shared.version)
    for number in numbers[1:]:
        shared.goal(title=f"Goal {number}")
        shared.as_("nurse", "add_stage", goal_id=goal.id, title=f"Step {number}")
        shared.as_(
            "nurse", "report_outcome", goal_id=goal.id, extent="closer", words=f"{number}", reported_on=clock.today()
        )
        shared.action(title=f"Action {number}", goal_id=goal.id)
        shared.as_("nurse", "add_additional_plan", plan_id=shared.plan.id, name=f"Plan {number}", content="Foam")
        written = shared.write(f"Wording {number}", version=written.version)
    shared.version = written.version
    return goal


def costs(client, shared, goal):
    """Of opening each page and of saving a section, in statements."""
    of_resident = [shared.resident.id]
    pages = {
        "care_plan": of_resident,
        "goal_detail": [goal.id],
        "section_edit": [*of_resident, "people"],
        "section_versions": [*of_resident, "people"],
        "plan_review": of_resident,
    }
    found = {}
    for name, named in pages.items():
        path = reverse(name, args=named)
        client.get(path)
        found[name] = len(statements_of(lambda path=path: client.get(path)))
    edit = reverse("section_edit", args=[*of_resident, "people"])
    typed = {"body": f"Saved after {shared.version}", "version": str(shared.version), "in_own_words": "on"}
    found["saving"] = len(statements_of(lambda: client.post(edit, typed)))
    shared.version += 1
    return found


@pytest.mark.parametrize(("few", "many"), [(3, 6), pytest.param(10, 200, marks=pytest.mark.thorough)])
def test_opening_and_saving_take_the_same_statements_however_much_there_is(shared, signed_in, few, many):
    client = signed_in("nurse")
    shared.agree()
    shared.as_("nurse", "move_plan", plan_id=shared.plan.id, verb="activate")
    shared.version = 0
    goal = grow(shared, range(few))
    small = costs(client, shared, goal)
    goal = grow(shared, range(few, many))
    assert costs(client, shared, goal) == small

"""Planned visits, actions and plan reviews as lists of rows."""

from dataclasses import dataclass
from urllib.parse import urlencode

from carecoord.record.display.items import review_clock
from carecoord.record.due import DueChoice, DuePage
from carecoord.ui.addresses import reverse
from carecoord.ui.components import Clock, Empty, ItemRow, Link, Pagination, ResidentLine, resident_line
from careplans.display import action_clock
from careplans.models import Action, CarePlan
from neighbourhoods.display.encounters import planned_row
from neighbourhoods.models import Encounter, Resident


@dataclass(frozen=True)
class DueList:
    """`everything` leads to the list without filters; None where there are none. `says` is for print too."""

    title: str
    heading: str
    says: str
    rows: tuple[ItemRow, ...]
    pages: Pagination
    everything: Link | None
    empty: Empty


def visits_list(found: DuePage[Encounter], choice: DueChoice, says: str) -> DueList:
    here = reverse("planned_visits")
    return DueList(
        title="Planned visits and calls",
        heading="Visits and calls",
        says=says,
        rows=tuple(planned_row(one, line_of_resident(one.resident, "")) for one in found.rows),
        pages=_pages(found, choice, here),
        everything=_everything(choice, here),
        empty=Empty(
            "No visit or call is planned until the end of today",
            text="Plan one from a resident's record. Choose other days above to see what is to come.",
            link=Link("Find a resident", reverse("find")),
        ),
    )


def actions_list(found: DuePage[Action], choice: DueChoice, says: str) -> DueList:
    here = reverse("due_actions")
    return DueList(
        title="Actions due",
        heading="Actions",
        says=says,
        rows=tuple(action_row(one, who=one.assigned_to.user.name if one.assigned_to else "") for one in found.rows),
        pages=_pages(found, choice, here),
        everything=_everything(choice, here),
        empty=Empty(
            "No action of yours is due until a week from today",
            text="Actions come from residents' plans. Choose other days or everybody's above to see more.",
            link=Link("Find a resident", reverse("find")),
        ),
    )


def reviews_list(found: DuePage[CarePlan], choice: DueChoice, says: str) -> DueList:
    here = reverse("plan_reviews")
    return DueList(
        title="Plan reviews",
        heading="Plans to review",
        says=says,
        rows=tuple(review_row(one) for one in found.rows),
        pages=_pages(found, choice, here),
        everything=_everything(choice, here),
        empty=Empty(
            "No plan is to be reviewed in the next 14 days",
            text="A plan comes here when your team reviews it. Choose other days above to see what is to come.",
            link=Link("Find a resident", reverse("find")),
        ),
    )


def action_row(action: Action, who: str = "") -> ItemRow:
    tag = action_clock(action)
    return ItemRow(
        resident=line_of_resident(action.resident, ""),
        clock=Clock(tag.state, at=tag.at, layout="right"),
        title=action.title,
        url=reverse("action_detail", args=[action.id]),
        text=who,
    )


def review_row(plan: CarePlan) -> ItemRow:
    tag = review_clock(plan.review_due_on) if plan.review_due_on else Clock("no_clock")
    return ItemRow(
        resident=line_of_resident(plan.resident, reverse("care_plan", args=[plan.resident_id])),
        clock=Clock(tag.state, at=tag.at, layout="right"),
    )


def line_of_resident(resident: Resident, url: str) -> ResidentLine:
    return resident_line(
        family_name=resident.family_name,
        given_name=resident.given_name,
        birth_date=resident.birth_date,
        nhs_number=resident.nhs_number,
        died_on=resident.died_on,
        url=url,
        layout="line",
    )


def _pages(found: DuePage[Encounter] | DuePage[Action] | DuePage[CarePlan], choice: DueChoice, here: str) -> Pagination:
    asked = {name: value for name, value in (("days", choice.days), ("whose", choice.whose)) if value}
    following = urlencode({**asked, "after": str(found.next_after)})
    return Pagination(
        previous=Link("From the beginning", f"{here}?{urlencode(asked)}" if asked else here) if choice.after else None,
        next=Link("After these", f"{here}?{following}") if found.next_after else None,
    )


def _everything(choice: DueChoice, here: str) -> Link | None:
    return Link("Clear filters", here) if choice.days or choice.whose else None

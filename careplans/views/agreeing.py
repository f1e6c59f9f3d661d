"""An agreement that two people wrote at once: before, theirs and mine of each answer that both changed."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final, cast

from django.http import QueryDict

from carecoord import clock
from carecoord.ui import dates
from careplans import forms
from careplans.display.clashes import ClashField, Side, marked
from careplans.models import CarePlan
from careplans.services import Clash
from careplans.services.agreeing import flat
from neighbourhoods.authors import last_change_of
from neighbourhoods.models import Membership, Resident, Team

LABELS: Final = {
    "agreement": "With whom it was agreed, and when",
    "review_due_on": "Review by",
    "reviewer": "Who reviews it",
    "funding": "Who pays for what is in the plan",
}
# What the form calls them.
BOXES: Final = {"review_team_id": "review_team", "reviewer_id": "reviewer"}
MINE: Final = "You, not saved"


def clash_fields(clash: Clash, resident: Resident) -> tuple[ClashField, ...]:
    """Side by side; the form below holds mine."""
    plan = cast("CarePlan", clash.current)
    last = last_change_of(("care_plan", plan.id), plan.resident_id)
    who = "Somebody saved first"
    if last:
        at = dates.moment_inside(last.at, now=clock.now())
        who = f"{last.author.name}, {last.author.organisation}, saved {at}"

    def side(facts: Mapping[str, Any], key: str, by: str) -> Side:
        return Side(marked(None, _said(key, facts[key], resident)), by)

    return tuple(
        ClashField(
            name=key,
            label=LABELS[key],
            before=side(clash.base, key, "") if clash.base is not None else None,
            theirs=side(clash.theirs, key, who),
            mine=side(clash.mine, key, MINE),
        )
        for key in clash.clashes
    )


def take_over(form: forms.AgreeForm, clash: Clash) -> None:
    """What others alone have changed comes into the form, so that saving again does not undo it."""
    typed: dict[str, Any] = cast("QueryDict", form.data).dict()
    theirs = flat({**clash.mine, **{key: clash.theirs[key] for key in clash.joined}})
    for name, value in theirs.items():
        typed |= _boxes(BOXES.get(name, name), value)
    form.data = typed


def _boxes(name: str, value: Any) -> dict[str, str]:
    if isinstance(value, date):
        return {f"{name}_day": str(value.day), f"{name}_month": str(value.month), f"{name}_year": str(value.year)}
    if isinstance(value, bool):
        return {name: "yes" if value else "no"}
    return {name: str(value or "")}


def _said(key: str, answer: tuple[Any, ...], resident: Resident) -> str:
    match key:
        case "agreement":
            with_resident, who, on = answer
            if with_resident is None or on is None:
                return ""
            return f"With {resident.called if with_resident else who}, {dates.day(on)}"
        case "reviewer":
            return _reviewer(*answer)
        case _:
            (value,) = answer
            return dates.day(value) if isinstance(value, date) else str(value or "")


def _reviewer(team_id: Any, reviewer_id: Any) -> str:
    team = Team.objects.filter(id=team_id).values_list("name", flat=True).first() if team_id else ""
    person = Membership.objects.filter(id=reviewer_id).values_list("user__name", flat=True).first()
    return ", ".join(name for name in (person if reviewer_id else "", team) if name)

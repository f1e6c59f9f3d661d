"""Two people changed the same part of a plan: what goes together by itself does, and of the rest somebody chooses."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from carecoord import audit
from carecoord.audit.past import version_of
from carecoord.errors import StaleVersion
from careplans.merging import merge
from careplans.models import Action, AdditionalPlan, CarePlan, Goal, Need, Option, PlanSection, SetAside, StageGoal
from neighbourhoods.principal import Principal

Facts = Mapping[str, Any]
# What two people may change at once, field by field.
Part = Goal | Action | StageGoal | AdditionalPlan


class Clash(StaleVersion):
    """Both changed the same fields to something else. Nothing was changed.

    `base` is what was read, None where that is not known any more; `theirs` what stands as `current`; `mine` what was
    typed; `joined` the fields that the others alone have changed.
    """

    def __init__(
        self, what: str, current: Part | PlanSection | CarePlan, base: Facts | None, theirs: Facts, mine: Facts
    ) -> None:
        super().__init__(f"Somebody changed this {what} while you were typing.", current=current)
        merged = merge(base, theirs, mine)
        self.base, self.theirs, self.mine = base, theirs, mine
        self.clashes, self.joined = merged.clashes, merged.joined


def about_of(row: Part | Option | Need) -> tuple[str, UUID]:
    """What the audit calls it."""
    return ("additional_plan" if isinstance(row, AdditionalPlan) else type(row).__name__.lower()), row.id


def facts_of(row: Part, names: Facts) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def joined(row: Part, read: int, mine: Facts, what: str) -> dict[str, Any]:
    """What is to stand: `mine`, with whatever others changed of it since version `read` was read.

    `row` is locked. Raises Clash where both changed the same.
    """
    if row.version == read:
        return dict(mine)
    was = version_of(row, read)
    base, theirs = facts_of(was, mine) if was else None, facts_of(row, mine)
    merged = merge(base, theirs, mine)
    if merged.clashes:
        raise Clash(what, row, base, theirs, mine)
    return merged.values


@transaction.atomic
def set_aside(*, by: Principal, beside: PlanSection | Part, words: Mapping[str, str]) -> SetAside | None:
    """Keep what was typed and not chosen, by the labels of its fields. Nothing where there are no words."""
    kept = {label: text for label, text in words.items() if text}
    if not kept:
        return None
    aside = SetAside(resident_id=beside.resident_id, beside=beside.version, fields=kept, written_by_id=by.membership_id)
    name, about = beside_of(beside)
    setattr(aside, name, beside)
    aside.save(force_insert=True)
    audit.record("version.set_aside", by=by, resident_id=beside.resident_id, about=about, fields=sorted(kept))
    return aside


def beside_of(beside: PlanSection | Part) -> tuple[str, tuple[str, UUID]]:
    """The column, and what the audit calls it: a section is part of its plan."""
    match beside:
        case PlanSection():
            return "section", ("care_plan", beside.care_plan_id)
        case StageGoal():
            return "stage", about_of(beside)
        case AdditionalPlan():
            return "additional", about_of(beside)
        case _:
            return about_of(beside)[0], about_of(beside)

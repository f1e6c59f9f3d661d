"""Two people write the agreement of a plan at once: what goes together by itself, and what somebody chooses."""

from collections.abc import Mapping
from typing import Any, Final

from carecoord.audit.past import version_of
from careplans.merging import merge
from careplans.models import CarePlan
from careplans.services.clashes import Clash

# What is one answer: who agreed on a day, and who of a team reviews.
TOGETHER: Final[Mapping[str, tuple[str, ...]]] = {
    "agreement": ("agreed_with_resident", "agreed_with", "agreed_on"),
    "review_due_on": ("review_due_on",),
    "reviewer": ("review_team_id", "reviewer_id"),
    "funding": ("funding",),
}


def agreed_together(plan: CarePlan, read: int, mine: Mapping[str, Any]) -> dict[str, Any]:
    """What is to stand: `mine`, with whatever others changed since version `read`. `plan` is locked.

    Raises Clash where both changed the same, by the names of `TOGETHER`.
    """
    if plan.version == read:
        return dict(mine)
    was = version_of(plan, read)
    base, theirs, own = (answers_of(was) if was else None), answers_of(plan), _grouped(mine)
    merged = merge(base, theirs, own)
    if merged.clashes:
        raise Clash("plan", plan, base, theirs, own)
    return flat(merged.values)


def answers_of(plan: CarePlan) -> dict[str, tuple[Any, ...]]:
    return _grouped({name: getattr(plan, name) for names in TOGETHER.values() for name in names})


def flat(answers: Mapping[str, tuple[Any, ...]]) -> dict[str, Any]:
    return {name: value for key, names in TOGETHER.items() for name, value in zip(names, answers[key], strict=True)}


def _grouped(facts: Mapping[str, Any]) -> dict[str, tuple[Any, ...]]:
    return {key: tuple(facts[name] for name in names) for key, names in TOGETHER.items()}

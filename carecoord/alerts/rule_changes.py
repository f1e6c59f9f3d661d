"""Changing a rule for a place: a new version each time, after a look at whom it would have alerted."""

from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from django.db import transaction

from carecoord import audit
from carecoord.alerts.models import AlertRule
from carecoord.alerts.previewing import Preview, Staff, happened_in, largest_team, preview_of
from carecoord.alerts.rulebook import EMAIL, Rule, Urgency, rungs_as_data, shipped
from carecoord.alerts.rungs import Audience
from carecoord.errors import NotYours, RuleError, StaleVersion
from neighbourhoods.principal import Principal
from neighbourhoods.services import administers

MOST_AT_ONCE: Final = 500
MOST_IN_A_MONTH: Final = 10_000
FIRST: Final = (Audience.NAMED, Audience.MEMBERS, Audience.EVERYBODY, Audience.LEADS)
LATEST_PERCENT: Final = 500
NOT_THEIRS: Final = "Only an administrator of the partnership may do this."


@dataclass(frozen=True)
class RuleFacts:
    """What an administrator chooses. `percents` are those of the rungs after the first, of the time allowed."""

    tells: Audience
    channels: tuple[str, ...]
    urgency: Urgency
    percents: tuple[int, ...]


@dataclass(frozen=True)
class Previewed:
    """What a rule would have done in the last month, and what the rule in force would have."""

    then: Preview
    now: Preview
    staff: Staff


def rule_in_force(by: Principal, kind: str) -> Rule:
    """Of the principal's place. Raises KeyError where there is no rule for this kind."""
    newest = versions_of(by, kind)[:1]
    return newest[0].as_rule() if newest else shipped(kind)


def versions_of(by: Principal, kind: str) -> list[AlertRule]:
    """What the place has made of it, the newest first."""
    versions = AlertRule.objects.filter(place_id=place_of(by), kind=kind).select_related("made_by__user")
    return list(versions.order_by("-number"))


def place_of(by: Principal) -> UUID:
    """Raises NotYours for whoever acts for no place."""
    if by.place_id is None:
        raise NotYours(NOT_THEIRS)
    return by.place_id


def as_changed(rule: Rule, facts: RuleFacts) -> Rule:
    """Raises RuleError, with its field, for a rule that would leave somebody untold."""
    if facts.tells not in FIRST:
        raise RuleError("Choose whom it tells at once.", field="tells")
    if rule.asks and EMAIL not in facts.channels:
        raise RuleError("This alert asks for an answer: choose email too.", field="channels")
    first, *others = rule.ladder
    percents, before = dict(zip(others, facts.percents, strict=True)), 0
    for rung, percent in percents.items():
        if not before < percent <= LATEST_PERCENT:
            raise RuleError(
                f"Enter a number above {before}, and at most {LATEST_PERCENT}.", field=f"percent_{rung.level}"
            )
        if rung.is_reminder and percent >= 100:
            raise RuleError("Enter a number below 100: a reminder comes before the deadline.", field="percent_1")
        before = percent
    ladder = (
        replace(first, audience=facts.tells),
        *(replace(rung, share=percent / 100) for rung, percent in percents.items()),
    )
    return replace(rule, ladder=ladder, channels=facts.channels, urgency=facts.urgency)


def previewed(by: Principal, rule: Rule) -> Previewed:
    """Raises NotYours, and RuleError where it would alert too many."""
    _require_administrator(by)
    happened, staff = happened_in(rule.kind), Staff.of_place(place_of(by))
    found = Previewed(
        preview_of(rule, happened, staff), preview_of(rule_in_force(by, rule.kind), happened, staff), staff
    )
    _refuse_too_many(by, rule, found)
    return found


@transaction.atomic
def change_rule(*, by: Principal, kind: str, version: int, facts: RuleFacts, reason: str) -> AlertRule:
    """The rule of the principal's place from now on; alerts that were raised before keep theirs.

    For administrators of the partnership. Raises NotYours, StaleVersion, RuleError with its field.
    """
    made_by = _require_administrator(by)
    rule = rule_in_force(by, kind)
    if shipped(kind).is_fixed:
        raise RuleError("What privacy officers are told is the same everywhere.")
    if rule.number != version:
        raise StaleVersion("Somebody else has changed this rule. Look at it as it is now.", current=rule)
    changed = as_changed(rule, facts)
    if changed == rule:
        raise RuleError("Nothing has changed. Change something, or go back.")
    previewed(by, changed)
    made = AlertRule(
        place_id=place_of(by),
        kind=kind,
        number=version + 1,
        rungs=rungs_as_data(changed.ladder),
        channels=list(changed.channels),
        urgency=changed.urgency,
        reason=reason,
        made_by_id=made_by,
    )
    made.save(force_insert=True)
    audit.record(
        "alert_rule.changed", by=by, about=("alert_rule", made.id), reason=reason, kind=kind, number=made.number
    )
    return made


def _require_administrator(by: Principal) -> UUID:
    """Their membership."""
    if by.membership_id is None or not administers(by, None):
        raise NotYours(NOT_THEIRS)
    return by.membership_id


def _refuse_too_many(by: Principal, rule: Rule, found: Previewed) -> None:
    """What the rule in force does already is not refused: whoever makes it less may."""
    if found.then.people >= MOST_IN_A_MONTH and found.then.people > found.now.people:
        raise RuleError(
            f"This would have alerted {found.then.people:,} people in the last 30 days. "
            "Choose fewer, such as the leads."
        )
    at_once = largest_team(by) if rule.tells is Audience.EVERYBODY else 0
    if at_once >= MOST_AT_ONCE:
        raise RuleError(
            f"This would alert {at_once:,} people at once: so many are in one team. "
            "Choose those on duty, or the leads.",
            field="tells",
        )

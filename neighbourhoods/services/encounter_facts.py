"""What is typed about a visit, call or note, and what it must be before it is stored."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from carecoord import clock
from carecoord.errors import RuleError
from neighbourhoods.marks import SHOWN, offered
from neighbourhoods.models import Encounter, Membership, Resident
from neighbourhoods.models.encounters import MAX_NOTE, MAX_OUTCOME, MAX_PURPOSE
from neighbourhoods.principal import Principal

Kind, Method = Encounter.Kind, Encounter.Method
MAX_NAME = 150
PLAN_AHEAD = timedelta(days=731)
# How each kind can be done; the first is meant where nothing is said.
METHODS: Mapping[str, tuple[str, ...]] = {
    Kind.VISIT: (Method.IN_PERSON, Method.VIDEO),
    Kind.CALL: (Method.TELEPHONE, Method.VIDEO),
    Kind.NOTE: (),
}
FACTS = ("at", "method", "seen_by_id", "seen_by_name", "purpose", "note", "outcome", "hidden")


@dataclass(frozen=True)
class EncounterFacts:
    """Without `at` it is now; without anybody named it is whoever writes; without `method` the usual one. `hidden` is
    from whom it is kept when the record is given out (`marks.py`)."""

    kind: str
    at: datetime | None = None
    method: str = ""
    seen_by_id: UUID | None = None
    seen_by_name: str = ""
    purpose: str = ""
    note: str = ""
    outcome: str = ""
    hidden: str = ""


def facts_of(encounter: Encounter) -> EncounterFacts:
    """What is known now: the base for `dataclasses.replace` and `change_encounter`."""
    return EncounterFacts(kind=encounter.kind, **{name: getattr(encounter, name) for name in FACTS})


def checked(
    facts: EncounterFacts,
    *,
    by: Principal,
    resident: Resident,
    team_id: UUID,
    status: str,
    before: EncounterFacts | None = None,
) -> EncounterFacts:
    """The facts as they are stored. RuleError, with the field, for what will not do; what stood `before` may stay."""
    at = facts.at or clock.now()
    if facts.hidden not in dict(offered(before.hidden if before else SHOWN)):
        raise RuleError("Choose from whom it is kept.", field="hidden")
    if before is None or at != before.at or status != "planned":
        _check_moment(at, resident, status)
    seen_by_id = facts.seen_by_id or (None if facts.seen_by_name else by.membership_id)
    if before is None or seen_by_id != before.seen_by_id:
        _check_person(seen_by_id, by, team_id)
    stored = replace(
        facts,
        at=at,
        method=_method(facts),
        seen_by_id=seen_by_id,
        seen_by_name=words(facts.seen_by_name, "seen_by_name", MAX_NAME),
        purpose=words(facts.purpose, "purpose", MAX_PURPOSE),
        note=words(facts.note, "note", MAX_NOTE),
        outcome=words(facts.outcome, "outcome", MAX_OUTCOME),
    )
    if stored.kind == Kind.NOTE and not stored.note:
        raise RuleError("Write the note.", field="note")
    return stored


def words(text: str, field: str, most: int, *, required: str = "") -> str:
    """Text as it is stored and compared; RuleError where it is too long, or empty and `required` says so."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if required and not plain:
        raise RuleError(required, field=field)
    if len(plain) > most:
        raise RuleError(f"Use {most} characters or fewer.", field=field)
    if "\x00" in plain:
        raise RuleError("Type this again: it holds a hidden character that cannot be saved.", field=field)
    return plain


def _check_moment(at: datetime, resident: Resident, status: str) -> None:
    now = clock.now()
    if status == "planned":
        if resident.died_on:
            raise RuleError(f"{resident.called} has died. Write a note instead.", field="at")
        if at <= now:
            raise RuleError("Choose a time that is still to come.", field="at")
        if at > now + PLAN_AHEAD:
            raise RuleError("Choose a time in the next two years.", field="at")
    elif at > now:
        raise RuleError("The time must not be in the future: what is still to come is planned.", field="at")
    elif resident.birth_date and at.date() < resident.birth_date:
        raise RuleError(f"The time must be after {resident.called} was born.", field="at")


def _check_person(membership_id: UUID | None, by: Principal, team_id: UUID) -> None:
    """Whoever writes may name themselves; anybody else must be in the team now."""
    if membership_id in (None, by.membership_id):
        return
    if not Membership.objects.in_team(team_id).filter(id=membership_id).exists():
        raise RuleError("Choose somebody who is in the team now.", field="seen_by")


def _method(facts: EncounterFacts) -> str:
    if facts.kind not in METHODS:
        raise RuleError("Choose a visit, a call or a note.", field="kind")
    possible = METHODS[facts.kind]
    if not facts.method or not possible:
        return possible[0] if possible else ""
    if facts.method not in possible:
        raise RuleError(
            "Choose how: in person or by video for a visit, by telephone or video for a call.", field="method"
        )
    return facts.method

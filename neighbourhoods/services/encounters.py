"""Visits, calls and notes: planned, done, corrected, never overwritten. Only the team whose it is changes one."""

from dataclasses import asdict, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from carecoord import audit, clock, outbox
from carecoord.errors import IllegalMove, NotYours, RuleError, StaleVersion
from carecoord.ids import new_id
from carecoord.moves import Side
from carecoord.once import insert, made_before
from neighbourhoods.models import Encounter, Level, Relationship, Team
from neighbourhoods.models.encounters import MAX_REASON
from neighbourhoods.principal import Principal
from neighbourhoods.services.encounter_facts import FACTS, EncounterFacts, Kind, checked, facts_of, words
from neighbourhoods.services.locks import held_resident
from neighbourhoods.services.teams import may_have_residents
from neighbourhoods.states import ENCOUNTER, HAPPENED

VERB_OF = {"done": "complete", "did_not_attend": "miss"}
PAST_TENSE = {"complete": "completed", "miss": "missed", "cancel": "cancelled", "enter_in_error": "entered_in_error"}
CHANGEABLE = frozenset({"planned", *HAPPENED})
TYPED = frozenset({"kind", "status", "team_id", *FACTS})


@transaction.atomic
def record_encounter(
    *,
    by: Principal,
    resident_id: UUID,
    team_id: UUID,
    facts: EncounterFacts,
    status: str = "done",
    encounter_id: UUID | None = None,
) -> Encounter:
    """Write down what has happened; `status` is `done` or `did_not_attend`. It may be long ago, never to come.

    Whoever names an `encounter_id` may ask twice and gets one; SentAlready where that says something else. Raises
    RuleError with the field that will not do, with code `not_yours_to_give` for a team that `by` does not act for;
    Resident.DoesNotExist where not seen.
    """
    if status not in HAPPENED or (facts.kind == Kind.NOTE and status != "done"):
        raise RuleError("Choose what happened.", field="status")
    return _make(by, resident_id, team_id, facts, status, encounter_id)


@transaction.atomic
def plan_encounter(
    *, by: Principal, resident_id: UUID, team_id: UUID, facts: EncounterFacts, encounter_id: UUID | None = None
) -> Encounter:
    """Plan a visit or a call, and raise as `record_encounter` does.

    That another organisation plans the same day is no refusal: `neighbourhoods.encounters.planned_by_others` tells.
    """
    if facts.kind == Kind.NOTE:
        raise RuleError("A note is written, not planned.", field="kind")
    return _make(by, resident_id, team_id, facts, "planned", encounter_id)


@transaction.atomic
def complete_encounter(
    *,
    by: Principal,
    encounter_id: UUID,
    status: str = "done",
    at: datetime | None = None,
    note: str = "",
    outcome: str = "",
    hidden: str | None = None,
    seen_by_id: UUID | None = None,
    method: str = "",
) -> Encounter:
    """Say what became of a planned one: it is `done`, or `did_not_attend`: nobody was there.

    Without `at` it was when it had been planned for, or now where that is still to come. Without anybody named it was
    who had been planned, and without `method` as it had been.
    """
    if status not in HAPPENED:
        raise RuleError("Choose what happened.", field="status")
    encounter = _locked(by, encounter_id)
    _check_side(by, encounter)
    before, verb = facts_of(encounter), VERB_OF[status]
    ENCOUNTER.move(verb, encounter.status, {Side.GIVER})
    facts = checked(
        replace(
            before,
            at=at or min(encounter.at, clock.now()),
            note=note,
            outcome=outcome,
            hidden=before.hidden if hidden is None else hidden,
            seen_by_id=seen_by_id or before.seen_by_id,
            seen_by_name="" if seen_by_id else before.seen_by_name,
            method=method or before.method,
        ),
        by=by,
        resident=encounter.resident,
        team_id=encounter.team_id,
        status=status,
        before=before,
    )
    encounter.status = status
    encounter.save_changes("status", *_apply(encounter, facts))
    _tell(PAST_TENSE[verb], by, encounter, before="planned", after=status)
    return encounter


@transaction.atomic
def move_encounter(*, by: Principal, encounter_id: UUID, verb: str, reason: str) -> Encounter:
    """`cancel` what was planned, or `enter_in_error`: somebody wrote down what was not so. Both say why.

    What was planned by a team that no longer sees the resident may be cancelled by whoever does.
    """
    encounter = _locked(by, encounter_id)
    if not (verb == "cancel" and is_left_behind(encounter)):
        _check_side(by, encounter)
    before, target = encounter.status, ENCOUNTER.move(verb, encounter.status, {Side.GIVER}).target
    if verb in VERB_OF.values():
        raise IllegalMove("Say how it went.", allowed=allowed_moves(by, encounter))
    encounter.ended_reason = words(reason, "reason", MAX_REASON, required="Say why.")
    encounter.status = target
    encounter.save_changes("status", "ended_reason")
    _tell(PAST_TENSE[verb], by, encounter, encounter.ended_reason, before=before, after=target)
    return encounter


@transaction.atomic
def change_encounter(
    *, by: Principal, encounter_id: UUID, version: int, facts: EncounterFacts, reason: str = ""
) -> Encounter:
    """Change what is planned, or correct what was written: that says why, and the wording before it is kept.

    Raises StaleVersion where somebody saved since, IllegalMove for what was cancelled or is an error.
    """
    encounter = _locked(by, encounter_id)
    _check_side(by, encounter)
    if encounter.status not in CHANGEABLE:
        raise IllegalMove(
            f"This entry {ENCOUNTER[encounter.status].predicate}, so you cannot change it.",
            allowed=allowed_moves(by, encounter),
        )
    before = facts_of(encounter)
    names_nobody = facts.seen_by_id is None and before.seen_by_id is None
    facts = checked(
        replace(facts, kind=encounter.kind),
        by=by,
        resident=encounter.resident,
        team_id=encounter.team_id,
        status=encounter.status,
        before=before,
    )
    if names_nobody and encounter.status in HAPPENED:
        # Whoever corrects a partner's entry has not been there.
        facts = replace(facts, seen_by_id=None)
    if facts == before:
        return encounter
    if encounter.version != version:
        raise StaleVersion("Somebody changed this while you were typing.", current=encounter)
    if encounter.status in HAPPENED:
        reason = words(reason, "correction", MAX_REASON, required="Say why you correct it.")
        encounter.earlier = [*encounter.earlier, _wording(by, encounter, reason)]
    changed = _apply(encounter, facts)
    encounter.save_changes("planned_for", "earlier", *changed)
    _tell("changed", by, encounter, reason, fields=changed)
    return encounter


def is_left_behind(encounter: Encounter) -> bool:
    """The team that planned it has no reason left to open the record, so it can neither do nor cancel it."""
    own = Relationship.objects.open_at(clock.now()).filter(team_id=encounter.team_id, level=Level.RECORD)
    return not own.filter(resident_id=encounter.resident_id).exists()


def allowed_moves(by: Principal, encounter: Encounter, *, left_behind: bool | None = None) -> tuple[str, ...]:
    """What `by` may do with it now, `change` first. Lists know already whether it is `left_behind`."""
    if by.acts_for(encounter.team_id):
        change = ("change",) if encounter.status in CHANGEABLE else ()
        return change + ENCOUNTER.allowed(encounter.status, {Side.GIVER})
    if encounter.status != "planned":
        return ()
    return ("cancel",) if (is_left_behind(encounter) if left_behind is None else left_behind) else ()


def _make(
    by: Principal, resident_id: UUID, team_id: UUID, facts: EncounterFacts, status: str, encounter_id: UUID | None
) -> Encounter:
    resident = held_resident(by, resident_id)
    _check_team(by, team_id)
    typed = TYPED if facts.at else TYPED - {"at"}
    facts = checked(facts, by=by, resident=resident, team_id=team_id, status=status)
    encounter = Encounter(
        id=encounter_id or new_id(),
        resident=resident,
        team_id=team_id,
        status=status,
        planned_for=facts.at if status == "planned" else None,
        written_by_id=by.membership_id,
        **asdict(facts),
    )
    mine = Encounter.objects.visible_to(by).filter(resident=resident)
    if encounter_id and (made := made_before(encounter, mine, typed)):
        return made
    insert(encounter)
    _tell("planned" if status == "planned" else "recorded", by, encounter, after=status)
    return encounter


def _locked(by: Principal, encounter_id: UUID) -> Encounter:
    mine = Encounter.objects.select_for_update(of=("self",)).visible_to(by)
    return mine.select_related("resident").get(id=encounter_id)


def _check_team(by: Principal, team_id: UUID) -> None:
    if not by.acts_for(team_id) or not may_have_residents(team_id):
        raise RuleError("Choose a team of your own.", field="team", code="not_yours_to_give")


def _check_side(by: Principal, encounter: Encounter) -> None:
    if not by.acts_for(encounter.team_id):
        name = Team.objects.get(id=encounter.team_id).name
        raise NotYours(f"{name} wrote this, and only they change it. Ring them.")


def _apply(encounter: Encounter, facts: EncounterFacts) -> list[str]:
    """Put the facts in, and name the fields that differ. What is planned anew is planned for that time."""
    changed = [name for name in FACTS if getattr(facts, name) != getattr(encounter, name)]
    for name in changed:
        setattr(encounter, name, getattr(facts, name))
    if encounter.status == "planned":
        encounter.planned_for = encounter.at
    return [name.removesuffix("_id") for name in changed]


def _wording(by: Principal, encounter: Encounter, reason: str) -> dict[str, Any]:
    """What stood there until now, who corrects it, when and why."""
    stood = {name: getattr(encounter, name) for name in FACTS}
    plain = {name: value if value is None else str(value) for name, value in stood.items()}
    return plain | {
        "version": encounter.version,
        "corrected_at": clock.now().isoformat(),
        "corrected_by": by.name,
        "why": reason,
    }


def _tell(what: str, by: Principal, encounter: Encounter, reason: str = "", **detail: Any) -> None:
    verb, about = f"encounter.{what}", ("encounter", encounter.id)
    resident_id, team_id = encounter.resident_id, encounter.team_id
    audit.record(
        verb,
        by=by,
        resident_id=resident_id,
        about=about,
        reason=reason,
        kind=encounter.kind,
        team_id=team_id,
        **detail,
    )
    outbox.publish(verb, about=about, resident_id=resident_id, team_id=team_id)

"""Making one record of two that are one person's, and two of it again. The database does it (`app.merge`)."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Self
from uuid import UUID

from django.db import IntegrityError, OperationalError, connection, transaction

from carecoord import clock, outbox
from carecoord.audit import ActorKind
from carecoord.errors import NotYours, RuleError
from carecoord.ids import new_id
from neighbourhoods.merging.rules import FACTS
from neighbourhoods.models import Merge, Place, Relationship, Resident
from neighbourhoods.models.sharing import IN_FORCE, WITHHELD, SharingDecision
from neighbourhoods.principal import Principal
from neighbourhoods.services.circumstances import DEATH_UNDONE, DIED, tell_the_teams_around
from neighbourhoods.services.details import renew_keys
from neighbourhoods.services.relationships import KEPT_OUT
from neighbourhoods.services.sharing import frozen_in

DEADLOCK: Final = "40P01"
RESTRICTED: Final = "resident.restricted"
CHOOSABLE: Final = (*FACTS, "nhs_number")
REFUSALS: Final = {
    "merged_already": "One of the two was merged meanwhile. Open the record again to see where it stands.",
    "two_numbers": "Both have an NHS number that was verified, and they differ: these are two people. "
    "If one of the numbers is wrong, have it corrected first.",
    "one_open_stay_of_a_kind": "Both stay somewhere, in two homes or two hospitals. "
    "Say which is so: end the other stay, or mark it as entered in error. Then try again.",
    "one_open_offer_between_two_teams": "Both have a handover on offer between the same two teams. "
    "Have one of them answered or withdrawn first.",
    "undone_already": "This merge was undone meanwhile.",
    "merged_on": "This record was itself merged into another since. Undo that merge first, then this one.",
}
STILL_THEIRS: Final = (
    "An objection keeps {name} out of one of these records, and it still has something to do in the other: something "
    "open, a visit, a care package, a plan to review, or it leads. Have that handed over, or the objection withdrawn, "
    "first."
)
NOT_YOURS: Final = "Team leads and the front door merge records, of people whom they know both. Ask one of them."


@dataclass(frozen=True)
class Part:
    """What undoing a merge does with one row. `back`: the merge brought it. `hangs`: written since, and goes with what
    it hangs from. `stays`: written since, and stays unless somebody wants it to go."""

    table: str
    row_id: UUID
    what: str


def may_merge(by: Principal) -> bool:
    """Whether they merge at all; whom, the database says: those whose record their teams hold by a relationship."""
    if by.kind != ActorKind.PERSON or by.membership_id is None:
        return False
    return bool(by.lead_team_ids) or Place.objects.filter(front_door_id__in=by.team_ids).exists()


@transaction.atomic
def merge_residents(
    *, by: Principal, survivor_id: UUID, merged_id: UUID, reason: str, chosen: Collection[str] = ()
) -> Merge:
    """Everything of `merged_id` is the survivor's from now on, and the old id leads there.

    `chosen` are the facts (CHOOSABLE) that are true as the merged record has them; of the others the survivor's stand,
    where they say anything. An objection of either holds for the record of both (IG-16). Raises NotYours, and RuleError
    with what stands in the way as its code: `merged_already`, `two_numbers`, `one_open_offer_between_two_teams`,
    `kept_out`, `busy`.
    """
    _check_reason(reason)
    if survivor_id == merged_id:
        raise RuleError("Choose two different records.")
    made = new_id()
    values = [made, survivor_id, merged_id, reason, [one for one in chosen if one in CHOOSABLE]]
    before = [told for one in (survivor_id, merged_id) if (told := _Told.of(by, one))]
    _ask("SELECT app.merge(%s, %s, %s, %s, %s::text[])", values)
    _cover(by, survivor_id, made)
    _renew_keys(by, survivor_id)
    _tell("resident.merged", by, survivor_id, merge_id=made)
    _tell_who_did_not_know(by, survivor_id, before)
    return Merge.objects.visible_to(by).get(id=made)


@transaction.atomic
def undo_merge(*, by: Principal, merge_id: UUID, reason: str, also: Iterable[UUID] = ()) -> Merge:
    """The two are two again. `also` are rows written since that go back too (`parts_of`).

    Each has what it had, with its own objections. Raises NotYours, and RuleError with code `undone_already`, `kept_out`
    (as for merging), or `merged_on` where the survivor was merged since.
    """
    _check_reason(reason)
    merge = Merge.objects.visible_to(by).filter(id=merge_id).first()
    if merge is None:
        raise NotYours(NOT_YOURS)
    before = _Told.of(by, merge.survivor_id)
    _ask("SELECT app.unmerge(%s, %s, %s::uuid[])", [merge_id, reason, list(also)])
    for resident_id in (merge.survivor_id, merge.merged_id):
        _renew_keys(by, resident_id)
        now = _Told.of(by, resident_id)
        if before and now and before.died_on and now.died_on is None:
            tell_the_teams_around(DEATH_UNDONE, by=by, resident_id=resident_id)
    _tell("resident.unmerged", by, merge.survivor_id, merge_id=merge_id, other_resident_id=merge.merged_id)
    return Merge.objects.get(id=merge_id)


def parts_of(merge: Merge, also: Iterable[UUID] = ()) -> list[Part]:
    """What undoing it now would do with which rows: for whoever may undo it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM app.unmerge_preview(%s, %s::uuid[])", [merge.id, list(also)])
        return [Part(*row) for row in cursor.fetchall()]


def _check_reason(reason: str) -> None:
    if len(reason.strip()) < 3:
        raise RuleError("Say how you know, in a few words.", field="reason")


def _ask(statement: str, values: list[Any]) -> None:
    """The database answers with what stands in the way, or with nothing. Both rows are locked by it: whoever is just
    writing in one of them is waited for, unless both wait for one another."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
            code = cursor.fetchone()[0]
    except OperationalError as problem:
        if getattr(problem.__cause__, "sqlstate", getattr(problem.__cause__, "pgcode", "")) != DEADLOCK:
            raise
        raise RuleError(
            "Somebody is writing in one of the two records. Try again in a moment.", code="busy"
        ) from problem
    except IntegrityError as problem:
        if "keeps this organisation out" not in str(problem):
            raise
        said = getattr(problem.__cause__, "diag", None)
        name = getattr(said, "message_detail", None) or "an organisation"
        raise RuleError(STILL_THEIRS.format(name=name), code=KEPT_OUT) from problem
    if code == "not_yours":
        raise NotYours(NOT_YOURS)
    if code:
        raise RuleError(REFUSALS[code], code=code)


def _cover(by: Principal, survivor_id: UUID, merge_id: UUID) -> None:
    """What was frozen for an organisation in either record says no more what the survivor's objections withhold."""
    objections = SharingDecision.objects.visible_to(by).filter(resident_id=survivor_id, status__in=IN_FORCE)
    for objection in objections:
        with connection.cursor() as cursor:
            values: list[Any] = [merge_id, objection.id, *frozen_in(objection), WITHHELD]
            cursor.execute("SELECT app.merge_covers(%s, %s, %s, %s, %s, %s)", values)


@dataclass(frozen=True)
class _Told:
    """What the teams of one record have been told of once."""

    team_ids: frozenset[UUID]
    died_on: date | None
    is_restricted: bool

    @classmethod
    def of(cls, by: Principal, resident_id: UUID) -> Self | None:
        """None for whoever does not see them."""
        resident = Resident.objects.visible_to(by).filter(id=resident_id).first()
        if resident is None:
            return None
        around = Relationship.objects.visible_to(by).open_at(clock.now()).filter(resident_id=resident_id)
        team_ids = frozenset(around.values_list("team_id", flat=True))
        return cls(team_ids, resident.died_on, resident.is_restricted)


def _tell_who_did_not_know(by: Principal, survivor_id: UUID, before: Sequence[_Told]) -> None:
    """A death or a restriction of the one is the other's from now on: of it only the teams of the one were told."""
    now = _Told.of(by, survivor_id)
    for topic, holds in ((DIED, lambda one: one.died_on is not None), (RESTRICTED, lambda one: one.is_restricted)):
        if now and holds(now) and not all(map(holds, before)):
            knowing = {team_id for one in before if holds(one) for team_id in one.team_ids}
            tell_the_teams_around(topic, by=by, resident_id=survivor_id, knowing=knowing)


def _renew_keys(by: Principal, resident_id: UUID) -> None:
    resident = Resident.objects.visible_to(by).filter(id=resident_id, merged_into=None).first()
    if resident:
        renew_keys(by=by, resident=resident)


def _tell(topic: str, by: Principal, resident_id: UUID, **ids: UUID) -> None:
    """Each team that has the record, or one of both, is told once; those of `by` know."""
    outbox.publish(
        topic,
        about=("resident", resident_id),
        resident_id=resident_id,
        by_team_ids=",".join(str(one) for one in by.team_ids),
        **ids,
    )

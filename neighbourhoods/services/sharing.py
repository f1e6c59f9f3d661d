"""Objections to sharing: written down by whoever is told, decided by the partnership's privacy team (IG-16)."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from carecoord import audit, clock, outbox
from carecoord.errors import RuleError
from carecoord.moves import Side
from neighbourhoods.definitions import definitions
from neighbourhoods.models import Organisation, OrganisationKind, Resident, Team, TeamKind
from neighbourhoods.models.sharing import (
    IN_FORCE,
    MAX_ADVISER,
    MAX_WORDS,
    PARTS,
    PLAN,
    REFERRALS,
    WITHHELD,
    SharingDecision,
)
from neighbourhoods.principal import Principal
from neighbourhoods.services.encounter_facts import words
from neighbourhoods.services.locks import locked_resident
from neighbourhoods.states import SHARING

MOST_OF_A_NAME = 210
STILL_THEIRS = (
    "This organisation still has something to do for them: something open, a visit, a care package, a plan to review, "
    "or it leads. Ask it to hand that over first. Until then, withhold a part."
)


@dataclass(frozen=True)
class Part:
    """What is not to be shared: of one section or of all, with one organisation or with every one."""

    section: str = ""
    organisation_id: UUID | None = None


@transaction.atomic
def record_objection(*, by: Principal, resident_id: UUID, part: Part, said: str) -> SharingDecision:
    """What somebody said, in words; nothing is withheld before it is decided. The partnership's privacy team is told.

    Raises RuleError for a part that is not one or without words, Resident.DoesNotExist where not seen.
    """
    resident = locked_resident(by, resident_id)
    _check(part)
    objection = SharingDecision(
        resident=resident,
        section=part.section,
        organisation_id=part.organisation_id,
        words=words(said, "words", MAX_WORDS, required="Write down what they said."),
        person_name=_called(resident),
        asked_at=clock.now(),
        asked_by_name=by.name,
        asked_by_team_id=next(iter(by.team_ids), None),
        decider_team=_who_decides(by),
    )
    objection.save(force_insert=True)
    _tell("sharing.objected", by, objection)
    return objection


@transaction.atomic
def decide_objection(
    *, by: Principal, objection_id: UUID, verb: str, part: Part, reason: str, advised_by: str
) -> SharingDecision:
    """`uphold`, `uphold_partly` or `override`, for a reason and with a clinician's advice; `part` is what is withheld.

    Everything, from one organisation, ends what gives it the record. Raises SharingDecision.DoesNotExist where it is
    not the decider's, IllegalMove where it has been decided, RuleError while that organisation has something to do.
    """
    theirs = SharingDecision.objects.filter(decider_team_id__in=by.team_ids)
    # What has been decided is locked by nobody, so a second who decides at the same moment reads it anew.
    waiting = theirs.filter(status="asked").select_for_update(of=("self",))
    objection = waiting.filter(id=objection_id).first() or theirs.get(id=objection_id)
    move = SHARING.move(verb, objection.status, {Side.RECEIVER})
    _check(part)
    objection.reason = words(reason, "reason", MAX_WORDS, required="Say why.")
    objection.advised_by = words(advised_by, "advised_by", MAX_ADVISER, required="Name the clinician who advised you.")
    objection.section, objection.organisation_id = part.section, part.organisation_id
    objection.status, objection.decided_at, objection.decided_by_name = move.target, clock.now(), by.name
    objection.save_changes("status", "section", "organisation", "reason", "advised_by", "decided_at", "decided_by_name")
    if objection.status in IN_FORCE:
        _enforce(objection)
    _tell("sharing.decided", by, objection)
    return objection


@transaction.atomic
def withdraw_objection(*, by: Principal, resident_id: UUID, objection_id: UUID) -> SharingDecision:
    """They no longer object: what was withheld is shared again. Withdrawing twice changes nothing."""
    locked_resident(by, resident_id)
    objection = SharingDecision.objects.visible_to(by).get(id=objection_id, resident_id=resident_id)
    if objection.status == "withdrawn":
        return objection
    objection.status = SHARING.move("withdraw", objection.status, {Side.GIVER}).target
    objection.ended_at = clock.now()
    objection.save_changes("status", "ended_at")
    _tell("sharing.withdrawn", by, objection)
    return objection


def _check(part: Part) -> None:
    if part.section and part.section not in PARTS:
        raise RuleError("Choose a section.", field="section")
    if part.organisation_id is None:
        return
    found = Organisation.objects.filter(id=part.organisation_id, ended_at=None).first()
    if found is None:
        raise RuleError("Choose an organisation.", field="organisation")
    if found.kind == OrganisationKind.PARTNERSHIP and not part.section:
        raise RuleError("The partnership finds a team for everybody. Choose a part of the record.", field="section")


def _enforce(objection: SharingDecision) -> None:
    """Where words have been frozen for the organisation they are covered; kept out of everything, it loses the record.

    An owner function, because those who decide see no record.
    """
    with connection.cursor() as cursor:
        values: list[Any] = [objection.id, *frozen_in(objection), WITHHELD]
        cursor.execute("SELECT app.enforce_objection(%s, %s, %s, %s, %s)", values)
        (is_done,) = cursor.fetchone() or (False,)
    if not is_done:
        raise RuleError(STILL_THEIRS, field="organisation")


def frozen_in(objection: SharingDecision) -> tuple[list[str], bool, bool]:
    """What of a card or a snapshot it withholds: which kinds of entry, whether the plan, and whether referrals."""
    kinds = [key for key, one in definitions().items() if objection.section in ("", one.section)]
    return kinds, objection.section in ("", PLAN), objection.section in ("", REFERRALS)


def _who_decides(by: Principal) -> Team:
    """The privacy team of the partnership: the Caldicott Guardian is in it."""
    teams = Team.objects.filter(kind=TeamKind.PRIVACY, ended_at=None)
    teams = teams.filter(organisation__kind=OrganisationKind.PARTNERSHIP)
    found = teams.filter(organisation__place_id=by.place_id).first() if by.place_id else None
    if found is None:
        raise RuleError("Nobody decides on objections here yet. Ring your privacy officer.")
    return found


def _called(resident: Resident) -> str:
    return f"{resident.family_name.upper()}, {resident.given_name}"[:MOST_OF_A_NAME]


def _tell(verb: str, by: Principal, objection: SharingDecision) -> None:
    about = ("objection", objection.id)
    audit.record(verb, by=by, resident_id=objection.resident_id, about=about, status=objection.status)
    outbox.publish(
        verb,
        about=about,
        resident_id=objection.resident_id,
        team_id=objection.asked_by_team_id,
        decider_team_id=objection.decider_team_id,
    )

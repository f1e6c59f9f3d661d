"""Writing a referral: a draft belongs to its sender and is shown to nobody else's team."""

from dataclasses import asdict, dataclass, fields
from typing import cast
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from carecoord import audit
from carecoord.errors import NotYours, RuleError, SentAlready, StaleVersion
from carecoord.gathering import remembered
from carecoord.ids import new_id
from carecoord.once import made_before
from carecoord.prepared import add, prepared
from neighbourhoods.directory import services_of_place
from neighbourhoods.models import Service, Team
from neighbourhoods.principal import Principal
from neighbourhoods.services import held_resident
from referrals import references
from referrals.models import Referral, Urgency
from referrals.services.referral_access import keep_senders_record
from referrals.services.referral_moves import locked


@dataclass(frozen=True)
class Ask:
    """What a referral asks. Either `risks`, or `no_known_risks`, before it can be sent."""

    reason: str = ""
    urgency: str = "routine"
    urgency_reason: str = ""
    risks: tuple[str, ...] = ()
    no_known_risks: bool = False
    persons_choice: str = ""
    told_resident: str = ""

    def fields(self) -> dict[str, object]:
        return asdict(self) | {"risks": list(self.risks)}


TYPED = ("from_team_id", "service_id", *(field.name for field in fields(Ask)))


def missing_from(ask: Ask) -> list[tuple[str, str]]:
    """What a receiver needs and does not have yet (domain.md 2.9): pairs of a field and what to do about it."""
    missing = []
    if not ask.reason.strip():
        missing.append(("reason", "Say why you are referring them"))
    if ask.urgency in {Urgency.URGENT, Urgency.TWO_HOUR} and not ask.urgency_reason.strip():
        missing.append(("urgency_reason", "Say why this is urgent"))
    if not ask.risks and not ask.no_known_risks:
        missing.append(("risks", "Give the risks, or say that none are known"))
    if ask.risks and ask.no_known_risks:
        missing.append(("risks", "Either give the risks, or say that none are known"))
    return missing


@transaction.atomic
def draft_referral(
    *,
    by: Principal,
    resident_id: UUID,
    service_id: UUID,
    from_team_id: UUID,
    ask: Ask,
    referral_id: UUID | None = None,
) -> Referral:
    """Begin a referral of a resident whom `by` sees. An open item from now on, so its team leads where nobody did.

    A second call with the same `referral_id`, as a form sent twice makes it, gives the referral of the first, and
    SentAlready where that says something else. Raises Resident.DoesNotExist and Service.DoesNotExist; NotYours for a
    team that is not theirs.
    """
    resident = held_resident(by, resident_id)
    team, service = sending_team(by, from_team_id), service_of(by, service_id)
    if referral_id:
        typed = unsaved_referral(
            by=by, resident_id=resident.id, service=service, from_team=team, ask=ask, referral_id=referral_id
        )
        made: Referral | None = made_before(typed, _of_that_id(by, resident.id, referral_id), TYPED)
        if made:
            return made
    with audit.together():
        referral = new_referral(
            by=by, resident_id=resident.id, service=service, from_team=team, ask=ask, referral_id=referral_id
        )
        keep_senders_record(referral, by=by)
    referral.resident = resident
    return referral


@prepared
def _of_that_id(by: Principal, resident_id: UUID, referral_id: UUID) -> QuerySet[Referral]:
    return Referral.objects.visible_to(by).filter(resident_id=resident_id, id=referral_id)


@transaction.atomic
def change_draft(*, by: Principal, referral_id: UUID, ask: Ask, version: int | None = None) -> Referral:
    """Write a draft anew. Raises StaleVersion where `version` is not the one stored; RuleError once it is sent."""
    referral = locked(by, referral_id)
    if not by.acts_for(referral.from_team_id):
        raise NotYours(f"Only {referral.from_team} can change this referral.")
    if referral.status != "draft":
        raise RuleError("This referral has been sent. Cancel it, or answer the receiver's question.")
    if version is not None and version != referral.version:
        raise StaleVersion("Somebody changed this draft while you were typing.", current=referral)
    changed = {name: value for name, value in ask.fields().items() if getattr(referral, name) != value}
    for name, value in changed.items():
        setattr(referral, name, value)
    if changed:
        referral.save_changes(*changed)
        about = ("referral", referral.id)
        audit.record(
            "referral.draft_changed",
            by=by,
            resident_id=referral.resident_id,
            about=about,
            fields=sorted(changed),
        )
    return referral


def sending_team(by: Principal, team_id: UUID) -> Team:
    """A team for which `by` may refer. Raises NotYours for any other."""
    return their_own(by, _team(team_id))


def their_own(by: Principal, team: Team) -> Team:
    """The same, of a team that has been read."""
    if not by.acts_for(team.id) or not team.holds_residents:
        raise NotYours("Choose a team of yours that has residents.", field="from_team")
    return team


@remembered
def _team(team_id: UUID) -> Team:
    for team in team_row(team_id):
        return cast("Team", team)
    raise Team.DoesNotExist


@prepared
def team_row(team_id: UUID) -> QuerySet[Team]:
    return Team.objects.select_related("organisation__place").filter(id=team_id)


def service_of(by: Principal, service_id: UUID) -> Service:
    """A service of one's own place. Raises Service.DoesNotExist."""
    for service in service_row(by, service_id):
        return cast("Service", service)
    raise Service.DoesNotExist


@prepared
def service_row(by: Principal, service_id: UUID) -> QuerySet[Service]:
    return services_of_place(by).select_related("team__organisation").filter(id=service_id)


def new_referral(
    *,
    by: Principal,
    resident_id: UUID,
    service: Service,
    from_team: Team,
    ask: Ask,
    referral_id: UUID | None = None,
    replaces: Referral | None = None,
    author: Principal | None = None,
) -> Referral:
    """A draft under a reference of its own, on the journey of the one it replaces.

    Its receiver is named by sending: the row shows itself to both its teams.
    """
    referral = unsaved_referral(
        by=author or by,
        resident_id=resident_id,
        service=service,
        from_team=from_team,
        ask=ask,
        referral_id=referral_id,
        replaces=replaces,
    )
    save_under_a_free_reference(referral)
    tell_of_draft(referral, by=by)
    return referral


def unsaved_referral(
    *,
    by: Principal,
    resident_id: UUID,
    service: Service,
    from_team: Team,
    ask: Ask,
    referral_id: UUID | None = None,
    replaces: Referral | None = None,
) -> Referral:
    """A draft that is not yet written; `by` is its author."""
    return Referral(
        id=referral_id or new_id(),
        resident_id=resident_id,
        service=service,
        from_team=from_team,
        accountable_team=from_team,
        waiting_on=from_team,
        journey_id=replaces.journey_id if replaces else new_id(),
        replaces=replaces,
        written_by_id=by.membership_id,
        written_by_name=by.partner_name,
        **ask.fields(),
    )


def tell_of_draft(referral: Referral, *, by: Principal) -> None:
    about = ("referral", referral.id)
    audit.record(
        "referral.drafted", by=by, resident_id=referral.resident_id, about=about, service_id=referral.service_id
    )


def save_under_a_free_reference(referral: Referral) -> None:
    """Tries again, longer, where one is taken."""
    for digits in (4, 4, 5, 5, 6, 6, 7, 8):
        referral.reference = references.drawn(referral.from_team.organisation.place, digits)
        try:
            with transaction.atomic():
                add([referral])
        except IntegrityError as problem:
            # References of other teams are invisible here, so only the database can say that one is taken.
            if "_pkey" in str(problem):
                raise SentAlready(None) from problem
            if "one_referral_per_reference" not in str(problem):
                raise
        else:
            return
    raise RuleError("No free reference was found. Try again.")

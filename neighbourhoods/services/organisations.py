"""Setting a place up: organisations, teams, memberships. Each grant is audited and told to privacy officers."""

from collections.abc import Iterable
from datetime import time
from uuid import UUID

from django.db import transaction
from django.utils.text import slugify

from carecoord import audit, clock, outbox
from carecoord.audit import ActorKind
from carecoord.errors import NotYours, RuleError
from carecoord.ids import new_id
from neighbourhoods.models import (
    Membership,
    MembershipTeam,
    Neighbourhood,
    Organisation,
    OrganisationKind,
    Place,
    Role,
    Service,
    Team,
    TeamKind,
)
from neighbourhoods.principal import Principal
from neighbourhoods.values import clean_ods_code


def administers(principal: Principal, organisation: Organisation | None) -> bool:
    """Administrators of the partnership administer every organisation of their place; others only their own."""
    if principal.kind == ActorKind.SERVICE:
        return True
    if principal.role != Role.ADMINISTRATOR:
        return False
    if organisation and organisation.id == principal.organisation_id:
        return True
    return Organisation.objects.filter(
        id=principal.organisation_id, kind=OrganisationKind.PARTNERSHIP, place_id=principal.place_id
    ).exists() and (organisation is None or organisation.place_id == principal.place_id)


def _require_administrator(by: Principal, organisation: Organisation | None) -> None:
    if not administers(by, organisation):
        raise NotYours("Only an administrator of this organisation may do this.")


@transaction.atomic
def create_place(*, name: str, partnership: str) -> Place:
    """A place with its partnership and that partnership's front-door team, all three at once: none exists alone."""
    place = Place(name=name, slug=slugify(name))
    organisation = Organisation(place=place, name=partnership, kind=OrganisationKind.PARTNERSHIP)
    front_door = Team(id=new_id(), organisation=organisation, name="Front door", kind=TeamKind.FRONT_DOOR)
    place.front_door_id = front_door.id
    place.save(force_insert=True)
    organisation.save(force_insert=True)
    front_door.save(force_insert=True)
    Team.objects.create(organisation=organisation, name="Privacy officers", kind=TeamKind.PRIVACY)
    Team.objects.create(organisation=organisation, name="Administrators", kind=TeamKind.ADMINISTRATION)
    return place


@transaction.atomic
def create_neighbourhood(*, by: Principal, place: Place, name: str) -> Neighbourhood:
    _require_administrator(by, None)
    neighbourhood = Neighbourhood.objects.create(place=place, name=name, slug=slugify(name))
    audit.record("neighbourhood.created", by=by, about=("neighbourhood", neighbourhood.id))
    return neighbourhood


@transaction.atomic
def create_organisation(
    *,
    by: Principal,
    place: Place,
    name: str,
    kind: OrganisationKind,
    ods_code: str = "",
    neighbourhood: Neighbourhood | None = None,
    phone: str = "",
    address: str = "",
) -> Organisation:
    """A new organisation with its team of privacy officers and its administrators. Raises ValidationError, NotYours."""
    _require_administrator(by, None)
    organisation = Organisation(
        place=place,
        name=name,
        kind=kind,
        ods_code=clean_ods_code(ods_code) if ods_code else "",
        neighbourhood=neighbourhood,
        phone=phone,
        address=address,
    )
    organisation.full_clean()
    organisation.save(force_insert=True)
    Team.objects.create(organisation=organisation, name="Privacy officers", kind=TeamKind.PRIVACY)
    Team.objects.create(organisation=organisation, name="Administrators", kind=TeamKind.ADMINISTRATION)
    audit.record("organisation.created", by=by, about=("organisation", organisation.id))
    return organisation


@transaction.atomic
def create_team(
    *,
    by: Principal,
    organisation: Organisation,
    name: str,
    kind: TeamKind = TeamKind.CARE,
    neighbourhood: Neighbourhood | None = None,
    phone: str = "",
    out_of_hours: str = "",
    working_days: Iterable[int] = (),
    opens_at: time = time(8),
    closes_at: time = time(18),
) -> Team:
    """A team of an organisation. Raises ValidationError with a sentence for each wrong field."""
    _require_administrator(by, organisation)
    team = Team(
        organisation=organisation,
        name=name,
        kind=kind,
        neighbourhood=neighbourhood,
        phone=phone,
        out_of_hours=out_of_hours,
        working_days=sorted(working_days),
        opens_at=opens_at,
        closes_at=closes_at,
    )
    team.full_clean()
    team.save(force_insert=True)
    audit.record("team.created", by=by, about=("team", team.id), of=organisation.id)
    return team


@transaction.atomic
def create_membership(
    *, by: Principal, user_id: UUID, organisation: Organisation, role: Role, teams: Iterable[Team], leads: Iterable[Team] = ()
) -> Membership:
    """Let a person act for an organisation in a role, with all of `teams`; of those in `leads` they are lead.

    Audited, and told to the organisation's privacy officers. Raises RuleError without a team or for a mismatch of role
    and team: teams of privacy officers and administrators are for nobody else.
    """
    _require_administrator(by, organisation)
    teams, leading = list(teams), {team.id for team in leads}
    _check_teams(role, teams)
    membership = Membership(user_id=user_id, organisation=organisation, role=role, starts_at=clock.now())
    membership.full_clean()
    membership.save(force_insert=True)
    MembershipTeam.objects.bulk_create(
        MembershipTeam(membership=membership, team=team, is_lead=team.id in leading) for team in teams
    )
    _tell_of_grant("membership.created", by, membership, [team.id for team in teams])
    return membership


@transaction.atomic
def end_membership(*, by: Principal, membership_id: UUID, reason: str) -> Membership:
    """End somebody's role at once: it opens nothing on their next request (IG-14)."""
    membership = Membership.objects.select_for_update(of=("self",)).select_related("organisation").get(id=membership_id)
    _require_administrator(by, membership.organisation)
    if membership.ends_at is None or membership.ends_at > clock.now():
        membership.ends_at = clock.now()
        membership.save_changes("ends_at")
        _tell_of_grant("membership.ended", by, membership, [], reason)
    return membership


def _check_teams(role: Role, teams: list[Team]) -> None:
    if not teams:
        raise RuleError("Choose at least one team.", field="teams")
    special = {Role.PRIVACY_OFFICER: TeamKind.PRIVACY, Role.ADMINISTRATOR: TeamKind.ADMINISTRATION}
    wanted = special.get(role)
    for team in teams:
        if (wanted and team.kind != wanted) or (not wanted and not team.holds_residents):
            raise RuleError(f"{team.name} is not a team for this role.", field="teams")


def _tell_of_grant(verb: str, by: Principal, membership: Membership, team_ids: list[UUID], reason: str = "") -> None:
    about = ("membership", membership.id)
    audit.record(verb, by=by, about=about, of=membership.organisation_id, role=membership.role, teams=team_ids, reason=reason)
    outbox.publish(verb, about=about, organisation_id=membership.organisation_id)


@transaction.atomic
def create_service(
    *,
    by: Principal,
    organisation: Organisation,
    name: str,
    team: Team | None = None,
    description: str = "",
    needs: Iterable[str] = (),
    accepts_referrals: bool = True,
    eligibility: str = "",
    minimum_age: int | None = None,
    maximum_age: int | None = None,
    phone: str = "",
    opening: str = "",
    how_to_refer: str = "",
) -> Service:
    """An entry of the directory. One without a team can be signposted, or referred to outside the system."""
    _require_administrator(by, organisation)
    service = Service(
        organisation=organisation,
        name=name,
        team=team,
        description=description,
        needs=list(needs),
        accepts_referrals=accepts_referrals,
        eligibility=eligibility,
        minimum_age=minimum_age,
        maximum_age=maximum_age,
        phone=phone,
        opening=opening,
        how_to_refer=how_to_refer,
        assured_on=clock.today(),
    )
    service.search_words = " ".join([name, organisation.name, description, eligibility, *service.needs]).casefold()
    service.full_clean()
    service.save(force_insert=True)
    audit.record("service.created", by=by, about=("service", service.id), of=organisation.id)
    return service

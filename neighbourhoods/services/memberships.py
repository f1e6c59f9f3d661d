"""Who acts for which organisation, as what. Each grant is audited and told to its privacy officers."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from carecoord import audit, clock, outbox
from carecoord.accounts import services as accounts
from carecoord.accounts.invitations import invitation_link, invite, mail_is_set_up
from carecoord.accounts.models import User
from carecoord.errors import NotYours, RuleError, StaleVersion
from neighbourhoods.models import Membership, MembershipTeam, Organisation, Role, Team, TeamKind
from neighbourhoods.models.memberships import PRIVACY_ROLES, Induction
from neighbourhoods.principal import Principal
from neighbourhoods.services.organisations import administers, require_administrator


@transaction.atomic
def create_membership(
    *,
    by: Principal,
    user_id: UUID,
    organisation: Organisation,
    role: Role,
    teams: Iterable[Team],
    leads: Iterable[Team] = (),
) -> Membership:
    """Let a person act for an organisation in a role, with all of `teams`; of those in `leads` they are lead.

    Audited, and told to the organisation's privacy officers. Raises RuleError without a team or for a mismatch of role
    and team: teams of privacy officers and administrators are for nobody else.
    """
    require_administrator(by, organisation)
    if user_id == by.actor_id:
        # A claim is the only right that a person gives to themselves; this would be a way around it.
        raise RuleError("Another administrator must do this for your own account.")
    teams, leading = list(teams), {team.id for team in leads}
    _check_teams(by, organisation, role, teams)
    membership = Membership(user_id=user_id, organisation=organisation, role=role, starts_at=clock.now())
    membership.full_clean()
    membership.save(force_insert=True)
    MembershipTeam.objects.bulk_create(
        MembershipTeam(membership=membership, team=team, is_lead=team.id in leading) for team in teams
    )
    _tell_of_grant("membership.created", by, membership, [team.id for team in teams])
    return membership


@transaction.atomic
def add_person(
    *,
    by: Principal,
    organisation: Organisation,
    email: str,
    name: str,
    phone: str = "",
    role: Role,
    teams: Iterable[Team],
    leads: Iterable[Team] = (),
) -> Membership:
    """An account without a password, its first membership, and an invitation by email to set a password.

    Raises what making either raises; then there is neither.
    """
    require_administrator(by, organisation)
    user = accounts.create_person(by=by, email=email, name=name, phone=phone)
    outbox.publish("person.created", about=("user", user.id), organisation_id=organisation.id)
    invite(user)
    return create_membership(by=by, user_id=user.id, organisation=organisation, role=role, teams=teams, leads=leads)


@transaction.atomic
def invite_again(*, by: Principal, user_id: UUID) -> User:
    """Send another link to set a password, to the person's own address. Earlier links go on until one is used."""
    _require_part_of_person(by, user_id)
    user = User.objects.get(id=user_id, is_active=True)
    audit.record("person.invited", by=by, about=("user", user.id))
    invite(user)
    return user


@transaction.atomic
def link_to_hand_over(*, by: Principal, user_id: UUID) -> str:
    """The link itself, where no email is set up; only for an account that never had a password."""
    _require_part_of_person(by, user_id)
    user = User.objects.get(id=user_id, is_active=True)
    if mail_is_set_up() or user.has_usable_password():
        raise RuleError("This person sets a new password by email.")
    audit.record("person.invited", by=by, about=("user", user.id))
    return invitation_link(user)


@transaction.atomic
def set_membership_teams(
    *, by: Principal, membership_id: UUID, version: int, teams: Iterable[Team], leads: Iterable[Team] = ()
) -> Membership:
    """From the next request on, this membership has exactly these teams, and leads these among them."""
    membership = _locked(membership_id)
    require_administrator(by, membership.organisation)
    if membership.version != version:
        raise StaleVersion("Somebody changed this while you were choosing. Choose again.", current=membership)
    teams, leading = list(teams), {team.id for team in leads}
    _check_teams(by, membership.organisation, Role(membership.role), teams)
    had = dict(membership.team_links.values_list("team_id", "is_lead"))
    has = {team.id: team.id in leading for team in teams}
    if had == has:
        return membership
    membership.team_links.all().delete()
    MembershipTeam.objects.bulk_create(
        MembershipTeam(membership=membership, team_id=team_id, is_lead=is_lead) for team_id, is_lead in has.items()
    )
    membership.save_changes()
    _tell_of_grant("membership.changed", by, membership, list(has))
    return membership


@dataclass(frozen=True)
class StaffFacts:
    """What an organisation keeps of somebody in their role (domain.md 2.4)."""

    professional_body: str = ""
    professional_number: str = ""
    induction: str = Induction.NOT_STARTED
    trained_on: date | None = None


@transaction.atomic
def record_staff_facts(*, by: Principal, membership_id: UUID, version: int, facts: StaffFacts) -> Membership:
    """For an administrator of the organisation. Raises RuleError or ValidationError with the field that will not do,
    StaleVersion where somebody saved since `version`."""
    membership = _locked(membership_id)
    require_administrator(by, membership.organisation)
    if membership.version != version:
        raise StaleVersion("Somebody changed this while you were typing. Look at it again.", current=membership)
    if facts.trained_on and facts.trained_on > clock.today():
        raise RuleError("Choose today or a day before.", field="trained_on")
    said = asdict(facts)
    changed = [name for name, value in said.items() if getattr(membership, name) != value]
    if changed:
        for name in changed:
            setattr(membership, name, said[name])
        membership.full_clean()
        membership.save_changes(*changed)
        about = ("membership", membership.id)
        audit.record("membership.facts_recorded", by=by, about=about, of=membership.organisation_id, fields=changed)
    return membership


@transaction.atomic
def end_membership(*, by: Principal, membership_id: UUID, reason: str) -> Membership:
    """End somebody's role at once: it opens nothing on their next request (IG-14)."""
    membership = _locked(membership_id)
    require_administrator(by, membership.organisation)
    if membership.ends_at is None or membership.ends_at > clock.now():
        membership.ends_at = clock.now()
        membership.save_changes("ends_at")
        _tell_of_grant("membership.ended", by, membership, [], reason)
    return membership


@transaction.atomic
def close_account(*, by: Principal, user_id: UUID, reason: str) -> User:
    """Shut somebody out everywhere, on their next request; their memberships stay, for if they come back."""
    require_whole_person(by, user_id)
    user = accounts.deactivate_person(by=by, user_id=user_id, reason=reason)
    outbox.publish("person.closed", about=("user", user.id))
    return user


@transaction.atomic
def reopen_account(*, by: Principal, user_id: UUID, reason: str) -> User:
    require_whole_person(by, user_id)
    return accounts.reactivate_person(by=by, user_id=user_id, reason=reason)


@transaction.atomic
def reset_second_factor(*, by: Principal, user_id: UUID, reason: str) -> User:
    """For a lost phone: the next sign-in sets up another app. Told to the privacy officers like a grant."""
    require_whole_person(by, user_id)
    user = accounts.remove_second_factor(by=by, user_id=user_id, reason=reason)
    outbox.publish("second_factor.removed", about=("user", user.id), organisation_id=by.organisation_id)
    return user


def administers_whole_person(by: Principal, user_id: UUID) -> bool:
    """An account belongs to all its organisations: whoever closes it must administer each of them."""
    still_open = Q(memberships__ends_at=None) | Q(memberships__ends_at__gt=clock.now())
    now = Organisation.objects.filter(still_open, memberships__user_id=user_id).distinct()
    organisations = list(now or Organisation.objects.filter(memberships__user_id=user_id).distinct())
    return bool(organisations) and all(administers(by, organisation) for organisation in organisations)


def _require_part_of_person(by: Principal, user_id: UUID) -> None:
    organisations = Organisation.objects.filter(memberships__user_id=user_id).distinct()
    if not any(administers(by, organisation) for organisation in organisations):
        raise NotYours("This person works for another organisation.")


def require_whole_person(by: Principal, user_id: UUID) -> None:
    """Raises NotYours where the person also works for others, RuleError for one's own account."""
    if user_id == by.actor_id:
        raise RuleError("Another administrator must do this for your own account.")
    if not administers_whole_person(by, user_id):
        raise NotYours("This person also works for another organisation. End their role in yours instead.")


def _locked(membership_id: UUID) -> Membership:
    return (
        Membership.objects.select_for_update(of=("self",)).select_related("organisation", "user").get(id=membership_id)
    )


def suits(role: Role, team: Team) -> bool:
    """Teams of privacy officers and of administrators are for these roles only, and these roles for no other team.

    A volunteer is in teams of volunteers only; whoever gives them their tasks is in those too, in a role of their own.
    """
    special = dict.fromkeys(PRIVACY_ROLES, TeamKind.PRIVACY) | {
        Role.ADMINISTRATOR: TeamKind.ADMINISTRATION,
        Role.VOLUNTEER: TeamKind.VOLUNTEERS,
    }
    wanted = special.get(role)
    return team.kind == wanted if wanted else team.takes_tasks


def _check_teams(by: Principal, organisation: Organisation, role: Role, teams: list[Team]) -> None:
    if not teams:
        raise RuleError("Choose at least one team.", field="teams")
    for team in teams:
        if team.ended_at or not suits(role, team):
            raise RuleError(f"{team.name} is not a team for this role.", field="teams")
        # A team opens its residents' records: nobody gives away a team that they do not administer.
        if team.organisation_id != organisation.id and not administers(by, team.organisation):
            raise RuleError(f"{team.name} belongs to another organisation.", field="teams")


def _tell_of_grant(verb: str, by: Principal, membership: Membership, team_ids: list[UUID], reason: str = "") -> None:
    about = ("membership", membership.id)
    audit.record(
        verb, by=by, about=about, of=membership.organisation_id, role=membership.role, teams=team_ids, reason=reason
    )
    outbox.publish(verb, about=about, organisation_id=membership.organisation_id)

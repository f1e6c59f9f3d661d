"""The one place that sets the principal: for a web request, and for whatever a worker does as a team or a person.

Inside, the database runs as the role `app_web`, and the row-level policies read who acts from settings of the current
transaction. They end with the transaction; nothing has to be cleaned up on a connection that is kept.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connection, transaction

from carecoord import clock
from carecoord.audit import ActorKind
from carecoord.errors import RuleError
from neighbourhoods.models import Membership, MembershipTeam, Team
from neighbourhoods.principal import ClientAccess, Principal, Standing

__all__ = ["NoSuchMembership", "Principal", "acting_as", "enter", "enter_client", "person", "scoped", "service", "team"]


class NoSuchMembership(RuleError):
    """The membership has ended, is somebody else's, or its organisation no longer takes part."""


def enter(user_id: UUID, membership_id: UUID, sign_in: UUID | None = None) -> Principal:
    """Set the scope of the current transaction to this membership and return who that is: one statement.

    With `sign_in`, what this person has opened in an emergency in that sign-in is open too. Raises NoSuchMembership
    unless the membership is open now, of this user, and of a live organisation.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('role', 'app_web', true), e.* FROM app.enter(%s, %s, %s, %s) e",
            [membership_id, user_id, clock.overridden(), sign_in],
        )
        row = cursor.fetchone()
    if row is None or row[1] is None:
        raise NoSuchMembership("You no longer act in this role. Choose another, or ask your administrator.")
    _, name, organisation_id, organisation_name, role, place_id, team_ids, lead_team_ids, glass = row
    return Principal(
        kind=ActorKind.PERSON,
        actor_id=user_id,
        name=name,
        team_ids=tuple(team_ids),
        organisation_id=organisation_id,
        organisation_name=organisation_name,
        membership_id=membership_id,
        role=role,
        lead_team_ids=tuple(lead_team_ids),
        place_id=place_id,
        glass=glass,
    )


def enter_client(token_hash: str) -> ClientAccess | None:
    """Set the scope of the current transaction to the client of this access token: one statement.

    None where there is no such token, or it has run out. Of a client that may not act now only `standing` is said, and
    nothing is opened.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('role', 'app_web', true), e.* FROM app.enter_client(%s, %s, %s) e",
            [token_hash, clock.overridden(), clock.today()],
        )
        row = cursor.fetchone()
    if row is None or row[1] == Standing.UNKNOWN:
        return None
    _, standing, client_id, name, organisation_id, organisation_name, place_id, team_ids, default_team_id, scopes = row
    principal = Principal(
        kind=ActorKind.CLIENT,
        actor_id=client_id,
        name=name,
        team_ids=tuple(team_ids),
        organisation_id=organisation_id,
        organisation_name=organisation_name,
        place_id=place_id,
    )
    return ClientAccess(Standing(standing), principal, frozenset(scopes), default_team_id)


@contextmanager
def acting_as(principal: Principal) -> Iterator[Principal]:
    """Run the block as `principal`, under the policies, in one transaction; nests, and gives back what was before."""
    nested = connection.in_atomic_block
    with transaction.atomic():
        before = _set_scope(("app_web", *_scope_of(principal)))
        yield principal
        _give_back(before if nested else ())


@contextmanager
def scoped() -> Iterator[None]:
    """A transaction whose scope ends with the block, also where the transaction itself goes on."""
    nested = connection.in_atomic_block
    with transaction.atomic():
        before = _scope() if nested else ()
        yield
        _give_back(before)


def person(membership: Membership) -> Principal:
    """The principal of a membership, for workers, commands and tests (a web request uses `enter`)."""
    links = MembershipTeam.objects.filter(membership=membership, team__ended_at=None).order_by("team_id")
    rows = list(links.values_list("team_id", "is_lead"))
    return Principal(
        kind=ActorKind.PERSON,
        actor_id=membership.user_id,
        name=membership.user.name,
        team_ids=tuple(team_id for team_id, _ in rows),
        organisation_id=membership.organisation_id,
        organisation_name=membership.organisation.name,
        membership_id=membership.id,
        role=membership.role,
        lead_team_ids=tuple(team_id for team_id, is_lead in rows if is_lead),
        place_id=membership.organisation.place_id,
    )


def team(acting: Team) -> Principal:
    """A team acting by itself: what workers do for it when no person is there."""
    return Principal(
        kind=ActorKind.TEAM,
        actor_id=acting.id,
        name=acting.name,
        team_ids=(acting.id,),
        organisation_id=acting.organisation_id,
        organisation_name=acting.organisation.name,
        place_id=acting.organisation.place_id,
    )


def service(user_id: UUID, name: str, for_team: Team) -> Principal:
    """A named service account, for example an import, acting for one team."""
    return Principal(
        kind=ActorKind.SERVICE,
        actor_id=user_id,
        name=name,
        team_ids=(for_team.id,),
        organisation_id=for_team.organisation_id,
        organisation_name=for_team.organisation.name,
        place_id=for_team.organisation.place_id,
    )


SETTINGS = (
    "role",
    "app.actor_id",
    "app.actor_kind",
    "app.membership_id",
    "app.organisation_id",
    "app.role",
    "app.teams",
    "app.moment",
    "app.glass",
)

_READ_SCOPE = "SELECT " + ", ".join(
    f"coalesce(current_setting('{name}', true), '') AS setting_{number}" for number, name in enumerate(SETTINGS)
)
_CALLS = ", ".join(f"set_config('{name}', %s, true)" for name in SETTINGS)
_GIVE_SCOPE = f"SELECT {_CALLS}"
_SET_SCOPE = f"WITH before AS MATERIALIZED ({_READ_SCOPE}) SELECT before.*, {_CALLS} FROM before"


def _scope_of(principal: Principal) -> tuple[str, ...]:
    moment = clock.overridden()
    return (
        str(principal.actor_id),
        principal.kind,
        str(principal.membership_id or ""),
        str(principal.organisation_id or ""),
        principal.role,
        "{" + ",".join(str(team_id) for team_id in principal.team_ids) + "}",
        moment.isoformat() if moment else "",
        str(principal.glass or ""),
    )


def _scope() -> tuple[str, ...]:
    with connection.cursor() as cursor:
        cursor.execute(_READ_SCOPE)
        row = cursor.fetchone()
    return tuple(row or ())


def _set_scope(values: tuple[str, ...]) -> tuple[str, ...]:
    """Set the scope and return what it was, in one statement: the old values are read before a new one is set."""
    with connection.cursor() as cursor:
        cursor.execute(_SET_SCOPE, list(values))
        row = cursor.fetchone()
    return tuple(row or ())[: len(SETTINGS)]


def _give_back(before: tuple[str, ...]) -> None:
    """After an exception, or a rollback asked for, the savepoint has taken its settings with it."""
    if before and not connection.needs_rollback:
        with connection.cursor() as cursor:
            cursor.execute(_GIVE_SCOPE, list(before))

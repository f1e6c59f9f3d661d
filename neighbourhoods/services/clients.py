"""Partner systems: who they act for, under which agreement, with which secret.

Each change is audited and told to the privacy officers of the organisation that the client acts for.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from allauth.idp.oidc.models import Client, Token
from django.db import transaction
from django.db.models import QuerySet

from carecoord import audit, clock, outbox
from carecoord.accounts.client_secrets import end_old_secret, new_secret, set_secret
from carecoord.api.scopes import EVERY_SCOPE
from carecoord.errors import RuleError, StaleVersion
from carecoord.ids import new_id
from neighbourhoods.models import ApiClient, Organisation, Team
from neighbourhoods.principal import Principal
from neighbourhoods.services.organisations import refuse_stale, refuse_taken_name, require_administrator

OVERLAP = timedelta(days=7)


@dataclass(frozen=True)
class ClientFacts:
    """What an administrator says of a client. Teams are of the organisation; the default is one of them."""

    name: str
    team_ids: Sequence[UUID]
    default_team_id: UUID
    scopes: Sequence[str]
    agreement: str
    purposes: Sequence[str]
    agreement_ends_on: date


@dataclass(frozen=True)
class MadeClient:
    """A client and its secret, which is shown once and kept nowhere."""

    client: ApiClient
    secret: str


@transaction.atomic
def create_client(
    *, by: Principal, organisation: Organisation, facts: ClientFacts, client_id: str = "", secret: str = ""
) -> MadeClient:
    """A new client with a secret made here, unless one is given (the demonstration's).

    Raises NotYours, or RuleError at the field that is wrong.
    """
    require_administrator(by, organisation)
    _check(organisation, facts)
    _refuse_taken(facts.name, ApiClient.objects.filter(organisation=organisation))
    secret = secret or new_secret()
    login = Client(
        id=client_id or f"carecoord-{new_id().hex}",
        name=facts.name,
        secret="",  # else one is made, and hashed slowly, only to be replaced below
        type=Client.Type.CONFIDENTIAL,
        grant_types=Client.GrantType.CLIENT_CREDENTIALS,
        response_types="",
    )
    _set_scopes(login, facts.scopes)
    set_secret(login, secret)
    login.save(force_insert=True)
    client = ApiClient(client=login, organisation=organisation, secret_set_at=clock.now(), **_columns(facts))
    client.save(force_insert=True)
    client.teams.set(Team.objects.filter(id__in=facts.team_ids))
    _tell("client.created", by, client, facts)
    return MadeClient(client, secret)


@transaction.atomic
def change_client(*, by: Principal, client_id: UUID, version: int, facts: ClientFacts) -> ApiClient:
    """Teams, scopes and agreement anew. What is taken away is closed at once, for tokens in use too.

    Raises StaleVersion where somebody saved since `version`, else what `create_client` raises.
    """
    client = _locked(by, client_id)
    refuse_stale(client, version)
    _check(client.organisation, facts)
    _refuse_taken(facts.name, ApiClient.objects.filter(organisation=client.organisation_id).exclude(id=client.id))
    for name, value in _columns(facts).items():
        setattr(client, name, value)
    client.save_changes("name", "default_team", "agreement", "purposes", "agreement_ends_on")
    client.teams.set(Team.objects.filter(id__in=facts.team_ids))
    login = client.client
    login.name = facts.name
    _set_scopes(login, facts.scopes)
    login.save(update_fields=["name", "scopes", "default_scopes"])
    _tell("client.changed", by, client, facts)
    return client


@transaction.atomic
def rotate_secret(
    *, by: Principal, client_id: UUID, version: int | None = None, overlap: timedelta = OVERLAP, secret: str = ""
) -> MadeClient:
    """A new secret; the old one is good for `overlap` more, so that the partner can change over without a gap.

    Without an overlap the old one is not trusted, so its tokens end too. With `version`, a page that is sent twice
    makes one secret: a second would end the one in use before its time. Raises StaleVersion then.
    """
    client = _locked(by, client_id)
    if version not in {None, client.version}:
        raise StaleVersion("This client was changed since you opened this page. Look at it again.", current=client)
    until: datetime | None = clock.now() + overlap if overlap else None
    secret = secret or new_secret()
    set_secret(client.client, secret, old_good_until=until)
    client.client.save(update_fields=["secret"])
    client.secret_set_at, client.old_secret_until = clock.now(), until
    client.save_changes("secret_set_at", "old_secret_until")
    if not overlap:
        _end_tokens(client)
    _tell("client.secret_rotated", by, client)
    return MadeClient(client, secret)


@transaction.atomic
def end_old_client_secret(*, by: Principal, client_id: UUID) -> ApiClient:
    """The overlap is over: only the newest secret is good."""
    client = _locked(by, client_id)
    if client.old_secret_until is None:
        return client
    end_old_secret(client.client)
    client.client.save(update_fields=["secret"])
    client.old_secret_until = None
    client.save_changes("old_secret_until")
    _tell("client.old_secret_ended", by, client)
    return client


@transaction.atomic
def deactivate_client(*, by: Principal, client_id: UUID, reason: str = "") -> ApiClient:
    """From now on it gets no token, and those it has open nothing: what is asked with one counts as its error."""
    client = _locked(by, client_id)
    if client.deactivated_at:
        return client
    client.deactivated_at = clock.now()
    client.save_changes("deactivated_at")
    _tell("client.deactivated", by, client, reason=reason)
    return client


@transaction.atomic
def reactivate_client(*, by: Principal, client_id: UUID, reason: str = "") -> ApiClient:
    """It may act again, with the secret it had and a new token, as long as its agreement is in force."""
    client = _locked(by, client_id)
    if client.deactivated_at is None:
        return client
    client.deactivated_at = None
    client.save_changes("deactivated_at")
    _end_tokens(client)
    _tell("client.reactivated", by, client, reason=reason)
    return client


def _locked(by: Principal, client_id: UUID) -> ApiClient:
    clients = ApiClient.objects.select_for_update(of=("self",)).select_related("client", "organisation")
    client = clients.get(id=client_id)
    require_administrator(by, client.organisation)
    return client


def _end_tokens(client: ApiClient) -> None:
    Token.objects.filter(client=client.client).delete()


def _refuse_taken(name: str, among: QuerySet[ApiClient]) -> None:
    refuse_taken_name(among.filter(name=name), "client of this organisation")


def _columns(facts: ClientFacts) -> dict[str, object]:
    return {
        "name": facts.name,
        "default_team_id": facts.default_team_id,
        "agreement": facts.agreement,
        "purposes": list(facts.purposes),
        "agreement_ends_on": facts.agreement_ends_on,
    }


def _set_scopes(login: Client, scopes: Iterable[str]) -> None:
    """A token asked for without scopes has them all."""
    login.set_scopes(list(scopes))
    login.set_default_scopes(list(scopes))


def _check(organisation: Organisation, facts: ClientFacts) -> None:
    own = set(Team.objects.filter(organisation=organisation, ended_at=None).values_list("id", flat=True))
    teams = [team for team in Team.objects.filter(id__in=facts.team_ids) if team.id in own and team.holds_residents]
    if not teams or len(teams) != len(set(facts.team_ids)):
        raise RuleError("Choose teams of the organisation that have residents.", field="teams")
    if facts.default_team_id not in facts.team_ids:
        raise RuleError("The usual team must be one of the client's teams.", field="default_team")
    if not facts.scopes or not set(facts.scopes) <= set(EVERY_SCOPE):
        raise RuleError("Choose what the client may do.", field="scopes")
    if not facts.purposes:
        raise RuleError("Name at least one purpose of the sharing agreement.", field="purposes")


def _tell(verb: str, by: Principal, client: ApiClient, facts: ClientFacts | None = None, reason: str = "") -> None:
    given: dict[str, Any] = {"scopes": list(facts.scopes), "team_ids": list(facts.team_ids)} if facts else {}
    about, of = ("client", client.id), client.organisation_id
    audit.record(verb, by=by, about=about, reason=reason, client_organisation_id=of, **given)
    outbox.publish(verb, about=about, organisation_id=of)

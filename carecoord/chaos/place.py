"""Two teams that hand people over, a front door, and a partner system of the giving team; made by the services."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from allauth.idp.oidc.models import Token
from django.db import transaction
from django.utils import timezone

from carecoord import clock
from carecoord.accounts.services import create_person
from carecoord.api.scopes import EVERY_SCOPE
from carecoord.audit import ActorKind
from carecoord.ids import new_id
from neighbourhoods import gate
from neighbourhoods.models import Organisation, OrganisationKind, Place, Role, Team, TeamKind
from neighbourhoods.principal import Principal
from neighbourhoods.services import create_membership, create_organisation, create_place, create_team
from neighbourhoods.services.clients import ClientFacts, create_client

NAME, DOMAIN = "Place of the chaos run", "chaos.invalid"


@dataclass(frozen=True)
class ChaosPlace:
    """The ward gives, nursing receives. `token` is of a system of the ward."""

    ward: Team
    nursing: Team
    giver: Principal
    receiver: Principal
    token: str


@transaction.atomic
def build_place() -> ChaosPlace:
    place = create_place(name=f"{NAME} {secrets.token_hex(3)}", partnership="Partnership of the chaos run")
    by = Principal(kind=ActorKind.SERVICE, actor_id=new_id(), name="Chaos", team_ids=(), place_id=place.id)
    hospital = create_organisation(by=by, place=place, name="Chaos Hospital", kind=OrganisationKind.HOSPITAL)
    health = create_organisation(by=by, place=place, name="Chaos Health", kind=OrganisationKind.COMMUNITY_HEALTH)
    ward = create_team(by=by, organisation=hospital, name="Chaos Ward", kind=TeamKind.WARD)
    nursing = create_team(by=by, organisation=health, name="Chaos Nursing")
    giver = _person(by, "ward nurse", hospital, Role.WARD_NURSE, ward)
    _person(by, "ward lead", hospital, Role.TEAM_LEAD, ward, leads=True)
    receiver = _person(by, "nurse", health, Role.NURSE, nursing)
    _person(by, "second nurse", health, Role.NURSE, nursing)
    _person(by, "lead", health, Role.TEAM_LEAD, nursing, leads=True)
    partnership = Organisation.objects.get(place=place, kind=OrganisationKind.PARTNERSHIP)
    _person(by, "front door", partnership, Role.CARE_COORDINATOR, place.front_door)
    return ChaosPlace(ward, nursing, giver, receiver, _token(by, hospital, ward))


def _person(
    by: Principal, name: str, organisation: Organisation, role: Role, team: Team, *, leads: bool = False
) -> Principal:
    address = f"{name.replace(' ', '.')}.{secrets.token_hex(3)}@{DOMAIN}"
    user = create_person(by=by, email=address, name=f"Chaos {name.title()}")
    led = [team] if leads else []
    membership = create_membership(
        by=by, user_id=user.id, organisation=organisation, role=role, teams=[team], leads=led
    )
    return gate.person(membership)


def _token(by: Principal, organisation: Organisation, team: Team) -> str:
    """As the token endpoint makes them; for as long as any run."""
    facts = ClientFacts(
        name="Chaos hospital system",
        team_ids=[team.id],
        default_team_id=team.id,
        scopes=list(EVERY_SCOPE),
        agreement="None: nobody in this place exists",
        purposes=["breaking things"],
        agreement_ends_on=clock.today() + timedelta(days=3_650),
    )
    made = create_client(by=by, organisation=organisation, facts=facts)
    word = secrets.token_urlsafe(32)
    token = Token(
        type=Token.Type.ACCESS_TOKEN,
        client=made.client.client,
        hash=hashlib.sha256(word.encode()).hexdigest(),
        expires_at=timezone.now() + timedelta(days=3_650),
    )
    token.set_scopes(list(EVERY_SCOPE))
    token.save()
    return word


def is_only_ours() -> bool:
    """Nobody is in this database but what runs before have made."""
    return not Place.objects.exclude(name__startswith=NAME).exists()

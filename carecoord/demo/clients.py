"""Partner systems of the demonstration place: the hospital's and the council's."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.hashers import check_password
from django.db import transaction

from carecoord import clock
from carecoord.accounts.client_secrets import new_secret
from carecoord.api.scopes import OFFERED
from carecoord.audit import ActorKind
from carecoord.delivery.services import note_all_sent
from carecoord.demo import tables
from carecoord.demo.course import happening
from carecoord.ids import new_id
from neighbourhoods.models import ApiClient, Organisation, Place, Team
from neighbourhoods.principal import Principal
from neighbourhoods.services.clients import ClientFacts, create_client, rotate_secret


@dataclass(frozen=True)
class ClientRow:
    client_id: str
    name: str
    organisation: str
    default_team: str
    agreement: timedelta = timedelta(days=5 * 365)
    is_tried: bool = True


CLIENTS = (
    ClientRow("demo-partner", "Hospital record system", "Aldermoor General", "Ward 7"),
    ClientRow("demo-council", "Social care system", "Aldermoor Council", "Adult Social Care, Millbrook"),
    # What the administrator finds to do.
    ClientRow(
        "demo-surgery",
        "Appointment system",
        "Bridge Street Surgery",
        "Bridge Street Surgery team",
        agreement=timedelta(days=21),
        is_tried=False,
    ),
)


@transaction.atomic
def make_clients(secret: str, ends: datetime) -> None:
    """At the end of the year; whoever is told of it is told by no email."""
    with happening(ends):
        give_secret(secret)
    note_all_sent()


@transaction.atomic
def give_secret(secret: str) -> None:
    """Every client that is to be tried has this secret; all others, and without one, a secret that nobody knows."""
    place = Place.objects.get(name=tables.PLACE)
    by = Principal(kind=ActorKind.SERVICE, actor_id=new_id(), name="Demonstration", team_ids=(), place_id=place.id)
    for row in CLIENTS:
        made = ApiClient.objects.select_related("client").filter(client_id=row.client_id).first()
        if made is None:
            _make(by, place, row, (row.is_tried and secret) or new_secret())
        elif row.is_tried and secret and not check_password(secret, made.client.secret):
            rotate_secret(by=by, client_id=made.id, overlap=timedelta(), secret=secret)


def _make(by: Principal, place: Place, row: ClientRow, secret: str) -> None:
    organisation = Organisation.objects.get(place=place, name=row.organisation)
    teams = [team for team in Team.objects.filter(organisation=organisation) if team.holds_residents]
    facts = ClientFacts(
        name=row.name,
        team_ids=[team.id for team in teams],
        default_team_id=next(team.id for team in teams if team.name == row.default_team),
        scopes=list(OFFERED),
        agreement="Aldermoor shared care record, information sharing agreement",
        purposes=["direct care", "care coordination"],
        agreement_ends_on=clock.today() + row.agreement,
    )
    create_client(by=by, organisation=organisation, facts=facts, client_id=row.client_id, secret=secret)

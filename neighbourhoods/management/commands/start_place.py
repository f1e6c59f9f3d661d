"""Begins an empty place: its partnership, its front door, and the one person who lets everybody else in."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.text import slugify

from carecoord.accounts.invitations import invitation_ends_at, invitation_link
from carecoord.accounts.models import User
from carecoord.accounts.services import create_service_account
from carecoord.audit import ActorKind
from carecoord.errors import RuleError
from carecoord.ids import new_id
from carecoord.ui import dates
from neighbourhoods import gate
from neighbourhoods.models import Organisation, OrganisationKind, Place, Role, Team, TeamKind
from neighbourhoods.principal import Principal
from neighbourhoods.services import add_person, create_place

SETUP = "Setting up"


class Command(BaseCommand):
    help = "Begin a place, with its partnership and first administrator; prints the link to set a password at."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("place", help="what people call it, for example Aldermoor")
        parser.add_argument("--partnership", help='the organisation that runs it (default: the place and "Together")')
        parser.add_argument("--administrator", required=True, metavar="EMAIL", help="who lets everybody else in")
        parser.add_argument("--name", required=True, help="the administrator's name")

    def handle(self, *_: Any, **options: Any) -> None:
        try:
            user = _start(options["place"].strip(), options["partnership"], options["administrator"], options["name"])
        except RuleError as problem:
            raise CommandError(problem.sentence) from problem
        except ValidationError as problem:
            raise CommandError(" ".join(problem.messages)) from problem
        until = dates.day(invitation_ends_at())
        self.stdout.write(f"{user.name} sets a password, once and until {until}, at\n{invitation_link(user)}")


@transaction.atomic
def _start(name: str, partnership: str | None, email: str, person: str) -> User:
    if not slugify(name):
        raise RuleError("Enter a name of the place with letters in it.")
    if not person.strip():
        raise RuleError("Enter the administrator's name.")
    if Place.objects.filter(slug=slugify(name)).exists():
        raise RuleError(f"{name} has begun already: its administrators let people in, at /admin/.")
    place = create_place(name=name, partnership=(partnership or "").strip() or f"{name} Together")
    organisation = Organisation.objects.get(place=place, kind=OrganisationKind.PARTNERSHIP)
    team = Team.objects.get(organisation=organisation, kind=TeamKind.ADMINISTRATION)
    made = add_person(
        by=_setup(place), organisation=organisation, email=email, name=person, role=Role.ADMINISTRATOR, teams=[team]
    )
    return made.user


def _setup(place: Place) -> Principal:
    """The named account that the audit shows for what nobody could have done yet."""
    nobody = Principal(kind=ActorKind.SERVICE, actor_id=new_id(), name="", team_ids=(), place_id=place.id)
    account = create_service_account(by=nobody, name=SETUP)
    return gate.service(account.id, account.name, place.front_door)

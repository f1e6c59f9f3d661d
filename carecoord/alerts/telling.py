"""Telling people: who is in a team now, and the rows that say who was told of which rung."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject
from django.urls import reverse

from carecoord import clock
from carecoord.alerts.emails import email_words
from carecoord.alerts.models import Alert, AlertRecipient, AlertRung
from carecoord.alerts.rungs import Rung
from carecoord.delivery.services import asked_to_send
from carecoord.gathering import remembered
from carecoord.prepared import add, add_together, prepared
from neighbourhoods.models import Membership, Role, Team


@dataclass(frozen=True)
class Person:
    membership_id: UUID
    user_id: UUID
    is_lead: bool
    role: str = ""


@dataclass(frozen=True)
class TeamNow:
    """A team with its organisation, place and live members: what it takes to act as it and to tell it."""

    team: Team
    people: tuple[Person, ...]

    @property
    def leads(self) -> tuple[Person, ...]:
        """Those who lead the team; where nobody does, everybody in it: someone must know."""
        return tuple(person for person in self.people if person.is_lead) or self.people

    @property
    def guardians(self) -> tuple[Person, ...]:
        """The Caldicott Guardians among them; where there is none, everybody in it."""
        return tuple(person for person in self.people if person.role == Role.CALDICOTT_GUARDIAN) or self.people


@remembered
def team_now(team_id: UUID) -> TeamNow:
    """In one statement, whatever the number of members. Raises Team.DoesNotExist."""
    team: Any = _with_people.get(team_id)
    return TeamNow(team, tuple(_person(row) for row in team.people))


@prepared
def _with_people(team_id: UUID) -> QuerySet[Team]:
    members = (
        Membership.objects.in_team(OuterRef("pk"))  # type: ignore[arg-type]
        .order_by("id")
        .values(person=JSONObject(membership="id", user="user_id", leads="team_links__is_lead", role="role"))
    )
    teams = Team.objects.select_related("organisation__place").annotate(people=ArraySubquery(members))
    return teams.filter(id=team_id)


def _person(row: dict[str, str | bool]) -> Person:
    return Person(UUID(str(row["membership"])), UUID(str(row["user"])), bool(row["leads"]), str(row["role"]))


def note_rung(alert: Alert, rung: Rung, told_count: int) -> None:
    """The row that lets a rung fire once. Raises IntegrityError the second time."""
    add([AlertRung(alert=alert, level=rung.level, fired_at=clock.now(), told_count=told_count)])


def tell(alert: Alert, rung: Rung, people: Sequence[Person]) -> int:
    """Each of them is a recipient and gets an email, in one statement; returns how many."""
    if not people:
        return 0
    now, words = clock.now(), email_words(alert, rung)
    recipients = [
        AlertRecipient(alert=alert, membership_id=person.membership_id, level=rung.level, delivered_at=now)
        for person in people
    ]
    emails = asked_to_send(
        recipients=(person.user_id for person in people),
        cause=f"alert:{alert.id}:{rung.level}",
        about=("alert", alert.id),
        subject=words.subject,
        line=words.line,
        path=reverse("alert_open", args=[alert.id]),
    )
    add_together(recipients, emails)
    return len(people)

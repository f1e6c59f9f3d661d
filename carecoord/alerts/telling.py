"""Telling people: who is in a team now, and the rows that say who was told of which rung."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, Final
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.urls import reverse

from carecoord import clock
from carecoord.alerts.budget import AT_ANY_HOUR, Digest, Hours, held_until
from carecoord.alerts.emails import EmailWords, email_words
from carecoord.alerts.models import Alert, AlertRecipient, AlertRule, AlertRung, HeldMessage, MessageHours, Webhook
from carecoord.alerts.rulebook import EMAIL, SMS
from carecoord.alerts.rungs import Audience, Rung
from carecoord.delivery.models import Delivery, Mobile
from carecoord.delivery.services import asked_to_send
from carecoord.gathering import remembered
from carecoord.prepared import add, add_together, prepared
from neighbourhoods.models import Absence, DutyTurn, Membership, Role, Team

OF_HOURS: Final = ("quiet_from", "quiet_until", "digest", "digest_at")
MISSED: Final = EmailWords(
    "CareCoord: something urgent is waiting", "Something urgent is waiting for your team in CareCoord."
)
OF_RULE: Final = ("id", "kind", "number", "rungs", "channels", "urgency")


@dataclass(frozen=True)
class Person:
    membership_id: UUID
    user_id: UUID
    is_lead: bool
    role: str = ""
    is_on_duty: bool = False
    is_away: bool = False
    is_texted: bool = False
    cover_id: UUID | None = None
    hours: Hours = AT_ANY_HOUR


@dataclass(frozen=True)
class TeamNow:
    """A team with its organisation, place and live members: what it takes to act as it and to tell it.

    `rule` is what its place has made of the rule that was asked for, None where that is as it was shipped. `last_at` is
    when the same was last raised of the item that was asked for. `hook_id` is the webhook of its organisation, where
    that is on. Of another time than now, `at` says of which.
    """

    team: Team
    people: tuple[Person, ...]
    has_rota: bool = False
    rule: AlertRule | None = None
    last_at: datetime | None = None
    hook_id: UUID | None = None
    at: datetime | None = None

    @property
    def leads(self) -> tuple[Person, ...]:
        """Those who lead the team; where nobody does, everybody in it: someone must know."""
        return self._there([person for person in self.people if person.is_lead]) or self.everybody

    @property
    def guardians(self) -> tuple[Person, ...]:
        """The Caldicott Guardians among them; where there is none, everybody in it."""
        return tuple(person for person in self.people if person.role == Role.CALDICOTT_GUARDIAN) or self.people

    @property
    def everybody(self) -> tuple[Person, ...]:
        """Everybody who is not away; where all are, all of them."""
        return self._there(self.people) or self.people

    @property
    def on_duty(self) -> tuple[Person, ...]:
        return self._there([person for person in self.people if person.is_on_duty])

    def is_unattended(self, *, is_urgent: bool) -> bool:
        """There is a rota, somebody is to be told now, and nobody is on duty. Closed teams are told only if urgent."""
        is_asked = is_urgent or clock.is_open(self.team.calendar, self.at or clock.now())
        return self.has_rota and bool(self.people) and is_asked and not self.on_duty

    def told_first(
        self, audience: Audience, named: Collection[UUID], *, is_urgent: bool, is_partly_nobodys: bool = False
    ) -> tuple[Person, ...]:
        """Whom a rule tells at once. Of what is urgent, or partly nobody's, those on duty hear together with whom it
        names."""
        if audience is Audience.LEADS:
            return self.leads
        if audience is Audience.EVERYBODY:
            return self.everybody
        people = self.named(named) if audience is Audience.NAMED else ()
        if people and not is_urgent and not is_partly_nobodys:
            return people
        return tuple(dict.fromkeys((*people, *self.told(is_urgent=is_urgent))))

    def named(self, membership_ids: Collection[UUID]) -> tuple[Person, ...]:
        """Those people or, while they are away, who covers for them; nobody where they are not of this team."""
        return self._there([person for person in self.people if person.membership_id in membership_ids])

    def told(self, *, is_urgent: bool) -> tuple[Person, ...]:
        """Whoever is on duty; everybody while there is no rota or the team is closed; the leads where nobody is."""
        if self.is_unattended(is_urgent=is_urgent):
            return self.leads
        return (self.on_duty if self.has_rota else ()) or self.everybody

    def _there(self, wanted: Sequence[Person]) -> tuple[Person, ...]:
        """Those of them who are not away, and who covers for those that are, each once."""
        here = {person.membership_id: person for person in self.people if not person.is_away}
        found = (here.get((person.cover_id if person.is_away else None) or person.membership_id) for person in wanted)
        return tuple(dict.fromkeys(person for person in found if person))


@remembered
def team_now(team_id: UUID, kind: str = "", about_id: UUID | None = None) -> TeamNow:
    """With the rule of its place for this kind of news, in one statement. Raises Team.DoesNotExist."""
    team: Any = _with_people.get(team_id, kind, about_id)
    rule = AlertRule(**team.rule | {"id": UUID(team.rule["id"])}) if team.rule else None
    people = tuple(_person(row) for row in team.people)
    return TeamNow(team, people, team.has_rota, rule, team.last_at, team.hook_id)


@prepared
def _with_people(team_id: UUID, kind: str, about_id: UUID | None) -> QuerySet[Team]:
    away = Absence.objects.now().filter(membership=OuterRef("pk")).order_by("-ends_at", "id")
    turns = DutyTurn.objects.now().filter(membership=OuterRef("pk"), team_id=OuterRef("team_links__team_id"))
    hours = MessageHours.objects.filter(user_id=OuterRef("user_id"))
    members = (
        Membership.objects.in_team(OuterRef("pk"))  # type: ignore[arg-type]
        .order_by("id")
        .values(
            person=JSONObject(
                membership="id",
                user="user_id",
                leads="team_links__is_lead",
                role="role",
                on_duty=Exists(turns),
                away=Exists(away),
                texted=Exists(Mobile.objects.filter(user_id=OuterRef("user_id"), confirmed_at__isnull=False)),
                cover=Subquery(away.values("cover_id")[:1]),
                hours=Subquery(hours.values(said=JSONObject(**{name: name for name in OF_HOURS}))[:1]),
            )
        )
    )
    rota = DutyTurn.objects.standing().filter(team_id=OuterRef("pk"))
    teams = Team.objects.select_related("organisation__place")
    newest = AlertRule.objects.filter(place_id=OuterRef("organisation__place_id"), kind=kind).order_by("-number")
    rule = Subquery(newest.values(version=JSONObject(**{name: name for name in OF_RULE}))[:1])
    before = Alert.objects.filter(Q(about_id=about_id), kind=kind, team_id=OuterRef("pk")).order_by("-created_at")
    last_at = Subquery(before.values("created_at")[:1])
    hooks = Webhook.objects.filter(organisation_id=OuterRef("organisation_id"), disabled_at=None, ended_at=None)
    hook_id = Subquery(hooks.values("id")[:1])
    teams = teams.annotate(
        people=ArraySubquery(members), has_rota=Exists(rota), rule=rule, last_at=last_at, hook_id=hook_id
    )
    return teams.filter(id=team_id)


def _person(row: dict[str, Any]) -> Person:
    return Person(
        UUID(row["membership"]),
        UUID(row["user"]),
        row["leads"],
        row["role"],
        is_on_duty=row["on_duty"],
        is_away=row["away"],
        is_texted=row["texted"],
        cover_id=UUID(row["cover"]) if row["cover"] else None,
        hours=_hours(row["hours"]) if row["hours"] else AT_ANY_HOUR,
    )


def _hours(said: dict[str, str | None]) -> Hours:
    quiet_from, quiet_until, digest, digest_at = (said[name] for name in OF_HOURS)
    begins, ends = (time.fromisoformat(one) if one else None for one in (quiet_from, quiet_until))
    return Hours(begins, ends, Digest(str(digest)), time.fromisoformat(str(digest_at)))


def note_rung(alert: Alert, rung: Rung, told_count: int) -> None:
    """The row that lets a rung fire once. Raises IntegrityError the second time."""
    add([AlertRung(alert=alert, level=rung.level, fired_at=clock.now(), told_count=told_count)])


def tell(
    alert: Alert,
    rung: Rung,
    team: TeamNow,
    people: Sequence[Person],
    *,
    is_said: bool = False,
    is_late: bool = False,
) -> int:
    """Each of these people of a team is a recipient and is sent a message, now or when their hours say; how many.

    In one statement. The system of the team's organisation is told once for all of them.

    `is_said`: whoever hears at once was sent the same of this item a moment ago, and finds this one on their page. What
    is held back is held again: of two that say the same, the first may be over when their digest goes. `is_late`: it
    was missed, and goes with what else was.
    """
    if not people:
        return 0
    now = clock.now()
    recipients = [
        AlertRecipient(alert=alert, membership_id=person.membership_id, level=rung.level, delivered_at=now)
        for person in people
    ]
    sent = people if EMAIL in alert.told_by.channels else ()
    later = {
        person.user_id: held_until(person.hours, now, is_urgent=alert.is_urgent, is_late=is_late) for person in sent
    }
    at_once = [user_id for user_id, until in later.items() if until is None and not is_said]
    held = [
        HeldMessage(alert=alert, user_id=user_id, level=rung.level, created_at=now, due_at=until)
        for user_id, until in later.items()
        if until is not None
    ]
    texted = _texted(alert, people)
    emails = _messages(alert, rung, at_once)
    texts = (_missed if is_late else _texts)(alert, rung, texted)
    posts = [] if is_said else _posts(alert, rung, team.hook_id)
    add_together(recipients, [*emails, *texts, *posts], held)
    return len(people)


def _texted(alert: Alert, people: Sequence[Person]) -> list[UUID]:
    """What is urgent is texted as well to whoever has confirmed a mobile number, at any hour."""
    if not alert.is_urgent or SMS not in alert.told_by.channels:
        return []
    return [person.user_id for person in people if person.is_texted]


def _messages(
    alert: Alert, rung: Rung, people: Sequence[UUID], channel: Delivery.Channel = Delivery.Channel.EMAIL
) -> list[Delivery]:
    path = reverse("alerts") if alert.together else reverse("alert_open", args=[alert.id])
    return _asked(alert, people, email_words(alert, rung), cause=_cause(alert, rung), path=path, channel=channel)


def _texts(alert: Alert, rung: Rung, people: Sequence[UUID]) -> list[Delivery]:
    return _messages(alert, rung, people, Delivery.Channel.SMS)


def _missed(alert: Alert, _rung: Rung, people: Sequence[UUID]) -> list[Delivery]:
    """One an hour to each of them, whatever was missed: the same cause again is left as it is."""
    cause = f"missed:{clock.now():%Y-%m-%dT%H}"
    return _asked(alert, people, MISSED, cause=cause, path=reverse("alerts"), channel=Delivery.Channel.SMS)


def _posts(alert: Alert, rung: Rung, hook_id: UUID | None) -> list[Delivery]:
    if hook_id is None:
        return []
    path = reverse("alert_open", args=[alert.id])
    to, cause = Delivery.Channel.WEBHOOK, f"hook:{hook_id}:{alert.id.hex}:{rung.level}"
    return _asked(alert, [None], email_words(alert, rung), cause=cause, path=path, channel=to)


def _asked(
    alert: Alert, people: Sequence[UUID | None], words: EmailWords, *, cause: str, path: str, channel: Delivery.Channel
) -> list[Delivery]:
    said = {"subject": words.subject, "line": words.line, "cause": cause, "path": path}
    return asked_to_send(recipients=people, about=("alert", alert.id), channel=channel, **said)


def _cause(alert: Alert, rung: Rung) -> str:
    """Of a list the first alert's email stands for all: the others have the same cause, and are not sent again."""
    if alert.together:
        return f"list:{alert.together.id}:{alert.team_id}:{rung.level}"
    return f"alert:{alert.id}:{rung.level}"

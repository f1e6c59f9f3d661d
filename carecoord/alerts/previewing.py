"""Whom a rule would have alerted in the last month: from what really happened, and who was in the teams then.

Nobody is told, and nothing of any resident is read: of each alert that was raised it is known when, to which team, and
when somebody acknowledged or answered it. Whoever was on duty or away at that moment counts as they did.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Final, Self
from uuid import UUID

from django.db import connection
from django.db.models import Count, Max, Q

from carecoord import clock
from carecoord.alerts.rulebook import Rule
from carecoord.alerts.rungs import Audience, Rung, moment_of
from carecoord.alerts.telling import Person, TeamNow
from neighbourhoods.models import Absence, DutyTurn, Membership, MembershipTeam, Team
from neighbourhoods.principal import Principal

LOOKS_BACK: Final = timedelta(days=30)
MOST_ALERTS: Final = 5_000
MOST_SHOWN: Final = 10


@dataclass(frozen=True)
class Happened:
    """An alert that was raised. `ended_at` is when it was answered, or had its time."""

    team_id: UUID
    sending_team_id: UUID | None
    named_id: UUID | None
    is_urgent: bool
    by_the_clock: bool
    started_at: datetime
    due_at: datetime | None
    acknowledged_at: datetime | None
    ended_at: datetime | None

    def hears(self, rung: Rung, at: datetime, now: datetime) -> bool:
        """Whether this rung had fired by now: an answer stops every later one, an acknowledgement those that remind."""
        stops = (self.ended_at, self.acknowledged_at if rung.is_reminder else None)
        return rung.level == 0 or (at <= now and all(stop is None or at < stop for stop in stops))


@dataclass(frozen=True)
class Preview:
    """How often it would have told each person, by membership; and of each team, what was raised and how often told."""

    alerts: int
    told: Mapping[UUID, int]
    raised_in: Mapping[UUID, int]
    told_of: Mapping[UUID, int]

    @property
    def people(self) -> int:
        return len(self.told)

    @property
    def messages(self) -> int:
        return sum(self.told.values())

    @property
    def most_told(self) -> Sequence[tuple[UUID, int]]:
        return sorted(self.told.items(), key=lambda one: (-one[1], str(one[0])))[:MOST_SHOWN]


def happened_in(kind: str) -> list[Happened]:
    """Of the last month, the newest first; for an administrator of the partnership, and nobody else."""
    with connection.cursor() as cursor:
        since = clock.now() - LOOKS_BACK
        cursor.execute("SELECT * FROM app.alerts_of_place(%s, %s, %s)", [kind, since, MOST_ALERTS])
        return [Happened(*row) for row in cursor.fetchall()]


class Staff:
    """Who was in which team when: three statements, whatever the number of teams."""

    def __init__(self, teams: Iterable[Team], links: Iterable[MembershipTeam]) -> None:
        since = clock.now() - LOOKS_BACK
        self.teams = {team.id: team for team in teams}
        self.links: dict[UUID, list[MembershipTeam]] = defaultdict(list)
        for link in links:
            self.links[link.team_id].append(link)
        standing = {"cancelled_at": None, "ends_at__gt": since}
        self.turns: dict[UUID, list[DutyTurn]] = defaultdict(list)
        for turn in DutyTurn.objects.filter(team_id__in=self.teams, **standing):
            self.turns[turn.team_id].append(turn)
        self.absences: dict[UUID, list[Absence]] = defaultdict(list)
        for absence in Absence.objects.filter(membership__team_links__team_id__in=self.teams, **standing):
            self.absences[absence.membership_id].append(absence)

    @classmethod
    def of_place(cls, place_id: UUID) -> Self:
        links = MembershipTeam.objects.filter(team__organisation__place_id=place_id, membership__user__is_active=True)
        teams = Team.objects.filter(organisation__place_id=place_id).select_related("organisation__place")
        return cls(teams, links.select_related("membership__user").order_by("membership_id"))

    @cached_property
    def names(self) -> Mapping[UUID, str]:
        every = (link.membership for links in self.links.values() for link in links)
        return {one.id: f"{one.user.name}, {one.get_role_display()}" for one in every}

    def then(self, team_id: UUID, at: datetime) -> TeamNow:
        """The team as it was at that moment."""
        turns = [turn for turn in self.turns[team_id] if turn.ends_at > at and turn.created_at <= at]
        on_duty = {turn.membership_id for turn in turns if turn.starts_at <= at}
        people = tuple(self._person(link, at, on_duty) for link in self.links[team_id] if _is_open(link.membership, at))
        return TeamNow(self.teams[team_id], people, bool(turns), at=at)

    def _person(self, link: MembershipTeam, at: datetime, on_duty: set[UUID]) -> Person:
        one = link.membership
        away = next((a for a in self.absences[one.id] if a.starts_at <= at < a.ends_at and a.created_at <= at), None)
        return Person(
            one.id,
            one.user_id,
            link.is_lead,
            one.role,
            is_on_duty=one.id in on_duty,
            is_away=away is not None,
            cover_id=away.cover_id if away else None,
        )


def preview_of(rule: Rule, happened: Sequence[Happened], staff: Staff) -> Preview:
    """Each message counts: somebody who would have been reminded was told twice."""
    now = clock.now()
    told: Counter[UUID] = Counter()
    told_of: Counter[UUID] = Counter()
    for one in happened:
        for rung, at in _moments(rule, one, staff, now):
            people = _who(rule, one, rung, at, staff)
            told.update(person.membership_id for person in people)
            told_of[one.team_id] += len(people)
    return Preview(len(happened), told, Counter(one.team_id for one in happened), told_of)


def largest_team(principal: Principal) -> int:
    """How many people the largest team of the place has: so many one alert may tell at once."""
    in_place = Q(team_links__team__organisation__place_id=principal.place_id, team_links__team__ended_at=None)
    sizes = Membership.objects.live().filter(in_place).values("team_links__team_id").annotate(n=Count("id"))
    return sizes.order_by().aggregate(most=Max("n"))["most"] or 0


def _moments(rule: Rule, one: Happened, staff: Staff, now: datetime) -> Iterable[tuple[Rung, datetime]]:
    for rung in rule.ladder if one.due_at else rule.ladder[:1]:
        at = one.started_at
        if rung.level and one.due_at:
            calendar = None if rule.runs_by_the_clock(one.by_the_clock) else staff.teams[one.team_id].calendar
            at = moment_of(rung, started_at=one.started_at, due_at=one.due_at, calendar=calendar)
        if one.hears(rung, at, now):
            yield rung, at


def _who(rule: Rule, one: Happened, rung: Rung, at: datetime, staff: Staff) -> tuple[Person, ...]:
    is_urgent = rule.is_urgent(one.is_urgent)
    team = staff.then(one.team_id, at)
    if rung.level == 0:
        return team.told_first(rung.audience, [one.named_id] if one.named_id else [], is_urgent=is_urgent)
    if rung.audience is Audience.SENDERS_LEADS:
        is_another = one.sending_team_id is not None and one.sending_team_id != one.team_id
        return staff.then(one.sending_team_id, at).leads if is_another and one.sending_team_id in staff.teams else ()
    if rung.audience is Audience.FRONT_DOOR:
        return staff.then(team.team.organisation.place.front_door_id, at).people
    return team.leads if rung.audience is Audience.LEADS else team.told(is_urgent=is_urgent)


def _is_open(membership: Membership, at: datetime) -> bool:
    return membership.starts_at <= at and (membership.ends_at is None or membership.ends_at > at)

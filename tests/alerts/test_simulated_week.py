"""A week of two hundred people: how many messages reach them is known beforehand, from the same decisions."""

import random
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import time, timedelta
from functools import partial
from types import SimpleNamespace
from uuid import UUID

import pytest

from carecoord import clock
from carecoord.accounts.models import User
from carecoord.alerts.budget import AT_ANY_HOUR, Digest, Hours, Waiting, digest_of, held_until, is_said_already
from carecoord.alerts.digests import send_digests
from carecoord.alerts.escalation import fire_due_rungs
from carecoord.alerts.models import AlertRecipient, MessageHours
from carecoord.alerts.services import resolve_alerts_about
from carecoord.delivery.models import Delivery
from carecoord.ids import new_id
from carecoord.outbox.models import OutboxMessage
from neighbourhoods.models import Membership, MembershipTeam, Role, Team, TeamKind
from tests.alerts.offers import MONDAY_9, raised

KIND, HOURS_ALLOWED, IN_A_TEAM = "handover.offered", 4, 10
MINUTE = timedelta(minutes=1)
# Of ten people of a team: the first leads it.
CHOSEN = (
    AT_ANY_HOUR, AT_ANY_HOUR, AT_ANY_HOUR, AT_ANY_HOUR, AT_ANY_HOUR, Hours(time(18), time(8)), Hours(time(18), time(8)),
    Hours(digest=Digest.HOURLY), Hours(time(20), time(7), Digest.HOURLY), Hours(digest=Digest.DAILY),
)  # fmt: skip


@dataclass(frozen=True)
class Event:
    at: object
    team: int
    about_id: UUID
    is_urgent: bool
    answered_at: object


def a_week(teams, days, seed=7):
    """Twelve things a day for each team, some at night, one in eight urgent; one in six flaps."""
    draw, events = random.Random(seed), []
    for team in range(teams):
        for day in range(days):
            for _ in range(12):
                at = MONDAY_9 + timedelta(days=day, hours=draw.randint(-8, 12), minutes=draw.choice([7, 23, 41]))
                about_id, is_urgent = new_id(), draw.random() < 1 / 8
                if draw.random() < 1 / 6:
                    events.append(Event(at, team, about_id, is_urgent, at + 5 * MINUTE))
                    at += 15 * MINUTE
                events.append(Event(at, team, about_id, is_urgent, at + draw.choice([31, 61, 143, 271]) * MINUTE))
    return sorted(events, key=lambda one: (one.at, one.team, str(one.about_id)))


def predicted(events, chosen=CHOSEN):
    """What stands on pages, and emails: one by one, and as digests."""
    counts, last_at, held = Counter(), {}, defaultdict(list)
    for event in events:
        counts["page"] += IN_A_TEAM
        is_said = is_said_already(last_at.get(event.about_id), event.at, is_urgent=event.is_urgent)
        last_at[event.about_id] = event.at
        for hours, told in ((0, range(IN_A_TEAM)), (2, range(IN_A_TEAM)), (4, range(1))):
            at = event.at + timedelta(hours=hours)
            for person in told if hours == 0 or at < event.answered_at else ():
                until = held_until(chosen[person], at, is_urgent=event.is_urgent)
                if until:
                    is_over = event.answered_at <= until
                    held[event.team, person, until].append(Waiting(KIND, event.about_id, is_over))
                elif hours or not is_said:
                    counts["email"] += 1
    counts["digest"] = sum(bool(digest_of(waiting)) for waiting in held.values())
    return counts, {until for _, _, until in held}


def test_a_week_of_two_hundred_people_has_the_predicted_counts():
    counts, _ = predicted(a_week(teams=20, days=7))
    assert dict(counts) == {"page": 19_810, "email": 17_052, "digest": 2_511}


def test_the_same_week_if_nobody_had_chosen_anything():
    counts, _ = predicted(a_week(teams=20, days=7), chosen=(AT_ANY_HOUR,) * IN_A_TEAM)
    assert dict(counts) == {"page": 19_810, "email": 26_062, "digest": 0}


def staffed(world, teams):
    """So many teams of ten, who have chosen as above; none of them is anybody's lead but the first."""
    made = []
    for number in range(teams):
        team = Team.objects.create(organisation=world.community, name=f"Week {number}", kind=TeamKind.CARE)
        for person, hours in enumerate(CHOSEN):
            user = User.objects.create(email=f"week{number}.{person}@example.org", name=f"Week {number} {person}")
            link = {"user": user, "organisation": world.community, "role": Role.NURSE}
            membership = Membership.objects.create(starts_at=MONDAY_9 - timedelta(days=30), **link)
            MembershipTeam.objects.create(membership=membership, team=team, is_lead=person == 0)
            if hours != AT_ANY_HOUR:
                MessageHours.objects.create(user=user, **vars(hours))
        made.append(team)
    return made


@pytest.mark.django_db
@pytest.mark.parametrize(("teams", "days"), [(1, 1), pytest.param(20, 7, marks=pytest.mark.thorough)])
def test_what_is_predicted_is_what_the_product_sends(world, teams, days):
    events = a_week(teams, days)
    counts, untils = predicted(events)
    play(staffed(world, teams), events, untils)
    digests = Delivery.objects.filter(cause__startswith="digest:").count()
    assert {
        "page": AlertRecipient.objects.count(),
        "email": Delivery.objects.count() - digests,
        "digest": digests,
    } == counts


def play(teams, events, untils):
    """Everything in its order: what is raised and answered, every rung, every digest; nothing of before is behind."""
    OutboxMessage.objects.waiting().update(delivered_at=MONDAY_9)
    steps = [(until, send_all) for until in untils]
    for event in events:
        steps.append((event.at, partial(_raise, teams[event.team], event)))
        steps.append((event.answered_at, partial(resolve_alerts_about, ("handover", event.about_id))))
        steps += [(event.at + timedelta(hours=hours), fire_due_rungs) for hours in (2, 4)]
    for at, step in sorted(steps, key=lambda one: one[0]):
        with clock.at(at):
            step()


def send_all():
    """On a slow machine one run ends before it has come to everybody."""
    while send_digests():
        pass


def _raise(team, event):
    asked = SimpleNamespace(nursing=team, ward=team)
    raised(asked, kind=KIND, hours=HOURS_ALLOWED, about=("handover", event.about_id), is_urgent=event.is_urgent)

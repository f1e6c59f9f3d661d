"""What other rooms show of referrals: my day, the record, the caseload. Every read passes the gate."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import F, Func, OuterRef, Q, QuerySet, Subquery, UUIDField
from django.urls import reverse

from carecoord import clock
from carecoord.prepared import prepared
from carecoord.ui.components import ItemRow, OpenItem, TeamChip
from neighbourhoods.identities import identities_of
from neighbourhoods.models.visibility import among
from neighbourhoods.principal import Principal
from referrals.clocks import STILL_VERBS
from referrals.display_referrals import kind_words, line_of, status_word, title_of
from referrals.models import Referral, ReferralEvent
from referrals.models.referrals import ReferralQuerySet
from referrals.referral_clock import clock_tag

TABS = {
    "waiting": "Waiting for us",
    "information": "Waiting for information",
    "accepted": "Accepted",
    "sent": "Sent by us",
    "outcomes": "Outcomes to read",
}
# Whatever is shown of a referral, without a query for each row.
SHOWN = (
    "service__organisation",
    "from_team__organisation",
    "to_team__organisation",
    "accountable_team",
    "written_by__user",
    "assigned_to__user",
)


DUE_FIRST = (F("respond_by").asc(nulls_last=True), "created_at", "id")


@dataclass(frozen=True)
class Feed:
    """The first rows of a list, how many there are in all, and when the first of the others is due."""

    rows: tuple[ItemRow, ...]
    total: int
    next_due: datetime | None = None


def condition_of(tab: str, principal: Principal) -> Q:
    """Which open referrals of my teams stand under a tab of the inbox."""
    ours = Q(from_team_id__in=principal.team_ids)
    theirs = Q(to_team_id__in=principal.team_ids)
    return {
        # Also what has come back to us as the sender: a question to answer, a decline to deal with.
        "waiting": (theirs & Q(status__in=["sent", "received"]))
        | (ours & Q(status__in=["info_requested", "rejected", "failed"])),
        "information": theirs & Q(status="info_requested"),
        "accepted": theirs & Q(status__in=["accepted", "in_progress", "on_hold"]),
        "sent": ours & ~Q(status="completed"),
        "outcomes": ours & Q(status="completed"),
    }[tab]


def referrals_under(tab: str, principal: Principal) -> ReferralQuerySet:
    """Open referrals of one tab, the next due first and those without a running clock last."""
    mine = Referral.objects.visible_to(principal).open().filter(condition_of(tab, principal))
    return mine.select_related(*SHOWN).order_by(*DUE_FIRST)


@dataclass(frozen=True)
class Inbox:
    """How many stand under each tab, how many of those we must answer are late, and the teams on the other side of
    the tab that is open."""

    counts: Mapping[str, int]
    overdue: int
    other_teams: tuple[UUID, ...]


def inbox_of(principal: Principal, tab: str) -> Inbox:
    """One statement: an owner function, which answers for the teams of whoever acts. A test compares it with
    `referrals_under`."""
    if not principal.team_ids:
        return Inbox(dict.fromkeys(TABS, 0), 0, ())
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM app.inbox(%s, %s)", [tab, clock.now()])
        *counts, overdue, teams = cursor.fetchone() or (*(0 for _ in TABS), 0, ())
    return Inbox(dict(zip(TABS, counts, strict=True)), overdue, tuple(team for team in teams if team))


def first_waiting(principal: Principal, most: int, skipped: int = 0) -> list[Referral]:
    """Some of `referrals_under("waiting", ...)`, in its order: which they are the owner reads from an index."""
    return _first_waiting(principal, most, skipped)


@prepared
def _first_waiting(principal: Principal, most: int, skipped: int) -> QuerySet[Referral]:
    first = Referral.objects.visible_to(principal).filter(among(F("pk"), ReferralsWaiting(skipped, most)))
    return with_last_move(first.select_related(*SHOWN).order_by(*DUE_FIRST))


class ReferralsWaiting(Func):
    """Their ids; as a subquery, so that it is asked once."""

    function = "app.referrals_waiting"
    template = "(SELECT %(function)s(%(expressions)s))::uuid[]"
    output_field = ArrayField(UUIDField())


def with_last_move(referrals: ReferralQuerySet) -> ReferralQuerySet:
    """Adds `last_verb` and `last_at`: what changed the state last, such as a reply that came in."""
    last = ReferralEvent.objects.filter(referral=OuterRef("pk")).exclude(verb__in=STILL_VERBS)
    last = last.order_by("-created_at", "-id")
    return referrals.annotate(
        last_verb=Subquery(last.values("verb")[:1]), last_at=Subquery(last.values("created_at")[:1])
    )


def waiting_for(principal: Principal, limit: int) -> Feed:
    """What waits for an answer of my teams, the next due first."""
    return _feed(principal, referrals_under("waiting", principal), limit)


def outcomes_to_read(principal: Principal, limit: int = 4) -> Feed:
    """Completed referrals of my teams whose outcome nobody has read yet."""
    return _feed(principal, referrals_under("outcomes", principal), limit)


def waiting_count(principal: Principal) -> int:
    return referrals_under("waiting", principal).count()


def _feed(principal: Principal, referrals: ReferralQuerySet, limit: int) -> Feed:
    found = list(referrals.window(0, limit + 1))
    shown, rest = found[:limit], found[limit:]
    people = identities_of(referral.resident_id for referral in shown)
    now = clock.now()
    rows = tuple(
        ItemRow(
            resident=line_of(people.get(referral.resident_id), layout="line"),
            clock=clock_tag(referral, now),
            title=title_of(referral),
            url=reverse("referral_detail", args=[referral.id]),
            text=status_word(referral, principal),
        )
        for referral in shown
    )
    total = referrals.count() if rest else len(shown)
    return Feed(rows, total, rest[0].respond_by if rest else None)


def open_of(principal: Principal, resident_id: UUID) -> tuple[OpenItem, ...]:
    """What is open for one resident, whoever is responsible, in the order of clocks."""
    now = clock.now()
    return tuple(open_item(referral, principal, now) for referral in _open_of(principal, resident_id))


@prepared
def _open_of(principal: Principal, resident_id: UUID) -> QuerySet[Referral]:
    rows = Referral.objects.visible_to(principal).open().filter(resident_id=resident_id).select_related(*SHOWN)
    return rows.order_by(*DUE_FIRST)


def open_item(referral: Referral, principal: Principal, now: datetime) -> OpenItem:
    """A row of whose job it is. The referral is open."""
    team = referral.accountable_team or referral.from_team
    return OpenItem(
        kind=kind_words(referral),
        title=referral.service.name,
        url=reverse("referral_detail", args=[referral.id]),
        team=TeamChip(team.name, status_word(referral, principal), "your_team" if principal.acts_for(team.id) else ""),
        clock=clock_tag(referral, now),
    )


def open_count(principal: Principal, resident_id: UUID) -> int:
    return Referral.objects.visible_to(principal).open().filter(resident_id=resident_id).count()

"""What other rooms show of referrals: my day, the record, the caseload. Every read passes the gate."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import Case, F, Func, OuterRef, Q, QuerySet, Subquery, UUIDField, When

from carecoord import clock
from carecoord.prepared import prepared
from carecoord.ui.addresses import reverse
from carecoord.ui.components import OpenItem, TeamChip
from neighbourhoods.models.visibility import among
from neighbourhoods.principal import Principal
from referrals.clocks import STILL_VERBS
from referrals.display_referrals import kind_words, status_word
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


# What a row of a list says. Each column that nobody reads, such as the card, and each object that is made for a name
# alone, costs on each row.
_CALENDAR = ("name", "working_days", "opens_at", "closes_at")
LISTED = (
    *("created_at", "reference", "status", "urgency", "urgency_reason", "reason", "sent_at", "respond_by", "start_by"),
    *("hold_until", "status_reason_code", "outcome_acknowledged_at", "resident_id", "waiting_on_id"),
    *("accountable_team_id", "written_by_name", "assigned_to_name"),
    *(f"{side}__{name}" for side in ("from_team", "to_team") for name in _CALENDAR),
)
NAMED = {
    "service_name": F("service__name"),
    "sender": F("from_team__organisation__name"),
    "receiver": F("to_team__organisation__name"),
    "writer": F("written_by__user__name"),
    "assignee": F("assigned_to__user__name"),
}
DUE_FIRST = (F("respond_by").asc(nulls_last=True), "created_at", "id")


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
    """How many stand under each tab and how many of those we must answer are late, to a hundred; and the
    organisations on the other side, by name, as id and name."""

    counts: Mapping[str, int]
    overdue: int
    organisations: Sequence[tuple[str, str]]


THEIR_SIDE = frozenset({"sent", "outcomes"})


def inbox_of(principal: Principal, tab: str) -> Inbox:
    """One statement: an owner function, which answers for the teams of whoever acts. A test compares it with
    `referrals_under`."""
    if not principal.team_ids:
        return Inbox(dict.fromkeys(TABS, 0), 0, ())
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM app.inbox_glance(%s, %s)", [tab in THEIR_SIDE, clock.now()])
        *counts, overdue, organisations = cursor.fetchone() or (*(0 for _ in TABS), 0, "[]")
    return Inbox(dict(zip(TABS, counts, strict=True)), overdue, json.loads(organisations))


def first_waiting(principal: Principal, most: int, skipped: int = 0) -> list[Referral]:
    """Some of `referrals_under("waiting", ...)`, in its order: which they are the owner reads from an index."""
    return _first_waiting(principal, most, skipped)


@prepared
def _first_waiting(principal: Principal, most: int, skipped: int) -> QuerySet[Referral]:
    first = Referral.objects.visible_to(principal).filter(among(F("pk"), ReferralsWaiting(skipped, most)))
    return listed(first.order_by(*DUE_FIRST))


def listed(referrals: ReferralQuerySet) -> ReferralQuerySet:
    """What rows of a list say, and nothing else of them: `LISTED`, and the names of `NAMED`."""
    rows = with_reply(referrals.select_related(None).select_related("from_team", "to_team"))
    return rows.annotate(**NAMED).only(*LISTED)


class ReferralsWaiting(Func):
    """Their ids; as a subquery, so that it is asked once."""

    function = "app.referrals_waiting"
    template = "(SELECT %(function)s(%(expressions)s))::uuid[]"
    output_field = ArrayField(UUIDField())


def with_reply(referrals: ReferralQuerySet) -> ReferralQuerySet:
    """Adds `replied_at`: when a reply came in, where that is what changed the state last."""
    last = ReferralEvent.objects.filter(referral=OuterRef("pk")).exclude(verb__in=STILL_VERBS)
    replied = last.order_by("-created_at", "-id").values(at=Case(When(verb="reply", then=F("created_at"))))
    return referrals.annotate(replied_at=Case(When(status="received", then=Subquery(replied[:1]))))


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


def open_items(principal: Principal, resident_id: UUID) -> ReferralQuerySet:
    return Referral.objects.visible_to(principal).open().filter(resident_id=resident_id)

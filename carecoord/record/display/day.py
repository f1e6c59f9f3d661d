"""My day as panels: what waits, in the order of clocks, and where to start."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from carecoord import clock
from carecoord.record.day import MOST, DayContent, is_quiet
from carecoord.record.display.due import action_row, line_of_resident, review_row
from carecoord.record.display.start import start_here
from carecoord.record.waiting import Waiting
from carecoord.ui import dates, words
from carecoord.ui.addresses import reverse
from carecoord.ui.components import (
    AlertRow,
    Button,
    Clock,
    Counter,
    CounterStrip,
    Empty,
    ItemRow,
    Link,
    ResidentLine,
    StartHere,
    TeamChip,
    Urgency,
    unowned_counter,
)
from careplans.display.drafts import left_unfinished
from careplans.models import Action, PlanDraft
from neighbourhoods.display.encounters import planned_row
from neighbourhoods.identities import Identity
from neighbourhoods.models import Role, Team
from neighbourhoods.principal import Principal
from referrals.display_handovers.rows import item_row
from referrals.display_referrals import in_short, line_of, urgency_tag
from referrals.feeds_handovers import ShownHandover
from referrals.models import Handover, Referral
from referrals.referral_clock import clock_tag

NAMED_AFTER_SOMEBODY = frozenset({Role.CALDICOTT_GUARDIAN.label})


@dataclass(frozen=True)
class ReferralRow:
    clock: Clock
    resident: ResidentLine
    why: str
    asked_by: str
    urgency: Urgency
    button: Button


@dataclass(frozen=True)
class Day:
    team: TeamChip | None
    counts: Waiting
    empty: Empty | None
    start_here: StartHere | None
    counters: CounterStrip
    alerts: tuple[AlertRow, ...]
    all_alerts: Link
    more_alerts: Link | None
    referrals: tuple[ReferralRow, ...]
    all_referrals: Link
    more_referrals: Link | None
    handovers: tuple[ItemRow, ...]
    all_handovers: Link
    more_handovers: Link | None
    actions: tuple[ItemRow, ...]
    actions_due: int
    all_actions: Link
    more_actions: Link | None
    reviews: tuple[ItemRow, ...]
    reviews_due: int
    all_reviews: Link
    more_reviews: Link | None
    left: tuple[ItemRow, ...]
    visits: tuple[ItemRow, ...]
    visits_due: int
    all_visits: Link
    more_visits: Link | None


def day_of(
    principal: Principal, teams: Sequence[Team], counted: Waiting, content: DayContent, upcoming: Action | None
) -> Day:
    holding = next((team for team in teams if team.holds_residents), None)
    caseload = reverse("caseload", args=[holding.id]) if holding else ""
    alerts_url, referrals_url, handovers_url = reverse("alerts"), reverse("referral_inbox"), reverse("handover_list")
    visits_url, actions_url, reviews_url = reverse("planned_visits"), reverse("due_actions"), reverse("plan_reviews")
    quiet = is_quiet(counted, content)
    return Day(
        team=_team(principal, teams),
        counts=counted,
        empty=_empty(principal, upcoming, caseload) if quiet else None,
        start_here=None if quiet else start_here(content),
        counters=_counters(counted, content),
        alerts=content.alerts.rows,
        all_alerts=Link("All alerts", alerts_url),
        more_alerts=_more(content.alerts.total, alerts_url),
        referrals=tuple(_referral(one, content.people) for one in content.referrals[:MOST]),
        all_referrals=Link("Open the inbox", referrals_url),
        more_referrals=_more(counted.referrals, referrals_url, _before(content.referrals, "respond_by")),
        handovers=tuple(_handover(one, content.people) for one in content.handovers[:MOST]),
        all_handovers=Link("All handovers", handovers_url),
        more_handovers=_more(counted.handovers, handovers_url, _before(content.handovers, "accept_by")),
        actions=tuple(action_row(one) for one in content.actions),
        actions_due=content.actions_due,
        all_actions=Link("All actions", actions_url),
        more_actions=_more(content.actions_due, actions_url, " due this week"),
        reviews=tuple(review_row(one) for one in content.reviews),
        reviews_due=content.reviews_due,
        all_reviews=Link("All reviews", reviews_url),
        more_reviews=_more(content.reviews_due, reviews_url, " in 14 days"),
        left=tuple(_left(one) for one in content.left),
        visits=tuple(planned_row(one, line_of_resident(one.resident, "")) for one in content.visits),
        visits_due=content.visits_due,
        all_visits=Link("All visits", visits_url),
        more_visits=_more(content.visits_due, visits_url, " today"),
    )


def _team(principal: Principal, teams: Sequence[Team]) -> TeamChip | None:
    if not teams:
        return None
    role = Role(principal.role).label
    is_name = role[:2].isupper() or role in NAMED_AFTER_SOMEBODY
    words = role if is_name else role[:1].lower() + role[1:]
    return TeamChip(team=", ".join(team.name for team in teams), second=f"Working as {words}")


def _counters(counted: Waiting, content: DayContent) -> CounterStrip:
    return CounterStrip(
        (
            Counter(words.counted(counted.alerts), "Alerts", reverse("alerts")),
            Counter(words.counted(counted.referrals), "Referrals", reverse("referral_inbox")),
            Counter(words.counted(counted.handovers), "Handovers", reverse("handover_list")),
            Counter(words.counted(content.actions_due), "Actions due", "#actions" if content.actions_due else ""),
            Counter(words.counted(content.reviews_due), "Reviews due", "#reviews" if content.reviews_due else ""),
            unowned_counter(counted.unowned),
        )
    )


def _empty(principal: Principal, upcoming: Action | None, caseload: str) -> Empty:
    return _administration() if principal.role == Role.ADMINISTRATOR else _nothing(upcoming, caseload)


def _administration() -> Empty:
    return Empty(
        title="Nothing is waiting for you",
        text="You keep organisations, teams, people and their roles. You see no resident's record.",
        second="If something new needs you, it appears here and in Alerts.",
        button=Button("Open Administration", reverse("administration")),
    )


def _nothing(upcoming: Action | None, caseload: str) -> Empty:
    text = "You have acknowledged every alert, and your team has answered every referral and handover."
    if upcoming and upcoming.due_on:
        name = f"{upcoming.resident.family_name.upper()}, {upcoming.resident.given_name}"
        text += f" The next thing due is {name}: {upcoming.title}, on {dates.day(upcoming.due_on)}."
    return Empty(
        title="Nothing is waiting for you",
        text=text,
        second="If something new needs you, it appears here and in Alerts.",
        button=Button("See what the team has open", caseload) if caseload else None,
        link=Link("Find a resident", reverse("find")),
    )


def _more(in_all: int, url: str, said: str = "") -> Link | None:
    """`5 more, none due before 25-Nov-2026 17:00`, `5 more today`; None where all are shown."""
    return Link(f"{words.counted(in_all, MOST)} more{said}", url) if in_all > MOST else None


def _before(items: Sequence[Referral] | Sequence[Handover], field: str) -> str:
    due = getattr(items[MOST], field) if len(items) > MOST else None
    return f", none due before {dates.moment(due, now=clock.now()).replace('Today', 'today')}" if due else ""


def _referral(referral: Referral, people: Mapping[UUID, Identity]) -> ReferralRow:
    url = reverse("referral_detail", args=[referral.id])
    resident = line_of(people.get(referral.resident_id), url=url)
    return ReferralRow(
        clock=clock_tag(referral, clock.now()),
        resident=resident,
        why=in_short(referral.reason),
        asked_by=referral.from_team.name,
        urgency=urgency_tag(referral.urgency),
        button=Button("Open", url, is_small=True, hidden=f"the referral of {resident.name}"),
    )


def _left(draft: PlanDraft) -> ItemRow:
    title, url, said = left_unfinished(draft)
    resident = line_of_resident(draft.resident, "")
    go_on = Button("Go on", url, is_small=True, hidden=f"with {title}, {resident.name}")
    return ItemRow(resident=resident, clock=None, title=title, url=url, text=said, button=go_on)


def _handover(handover: Handover, people: Mapping[UUID, Identity]) -> ItemRow:
    row = item_row(ShownHandover(handover, people.get(handover.resident_id)))
    name = row.resident.name if row.resident else "a resident"
    url = reverse("handover", args=[handover.id])
    return replace(row, button=Button("Read", url, is_small=True, hidden=f"the handover of {name}"))

"""The inbox of one's teams."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from carecoord import audit, clock
from carecoord.ui import dates, words
from carecoord.ui.addresses import page_of
from carecoord.ui.components import (
    Button,
    Clock,
    Empty,
    Link,
    ListTabs,
    Pagination,
    ResidentLine,
    Status,
    Tab,
    Urgency,
)
from carecoord.ui.words import MOST_COUNTED
from neighbourhoods.identities import Identity, identities_of
from neighbourhoods.models import Team
from neighbourhoods.principal import Principal
from neighbourhoods.web import MemberRequest, for_members
from referrals.display_referrals import in_short, line_of, status_word, urgency_tag
from referrals.feeds_referrals import TABS, THEIR_SIDE, Inbox, first_waiting, inbox_of, listed, referrals_under
from referrals.models import Referral
from referrals.referral_clock import clock_tag
from referrals.referral_forms import InboxForm

PAGE = 25


@dataclass(frozen=True)
class InboxRow:
    """One referral of a list: `second` is the most useful line besides why; `who` the other side."""

    clock: Clock
    urgency: Urgency
    resident: ResidentLine
    why: str
    second: str
    who: str
    who_second: str
    status: Status
    person: str
    button: Button | None


@dataclass(frozen=True)
class InboxTable:
    template: ClassVar[str] = "referrals/inbox_table.jinja"
    rows: tuple[InboxRow, ...]
    count: str
    other_side: Literal["From", "To"]


@dataclass(frozen=True)
class InboxPage:
    """Referrals `number` of a list; `count` are in the whole of it, counted to a hundred."""

    rows: Sequence[Referral]
    number: int
    count: int
    has_next: bool


@for_members
def referral_inbox(request: MemberRequest) -> HttpResponse:
    principal = request.principal
    tab = request.GET.get("tab", "")
    tab = tab if tab in TABS else "waiting"
    inbox = inbox_of(principal, tab)
    filters = _filters(request, tab, inbox)
    # A filter that cannot be read filters nothing.
    chosen = filters.cleaned_data if filters.is_valid() else {}
    found = _found(principal, tab, chosen, inbox, _number(request))
    people = identities_of(referral.resident_id for referral in found.rows)
    if people:
        audit.looked("referrals.listed", by=principal, residents=sorted(people))
    context = {
        "team": _team_words(principal),
        "now": clock.now(),
        "tab": tab,
        "tabs": _tabs(tab, inbox),
        "filters": filters,
        "is_filtered": any(chosen.values()),
        "table": InboxTable(
            rows=tuple(_row(referral, principal, people.get(referral.resident_id)) for referral in found.rows),
            count=words.counted(found.count),
            other_side=_other_side(tab),
        ),
        "count": found.count,
        "pages": _pages(request, found),
        "empty": Empty(f"No referrals are {_EMPTY[tab]} {_team_words(principal)}"),
    }
    return render(request, "referrals/referral_inbox.html", context)


_EMPTY = {
    "waiting": "waiting for",
    "information": "waiting for information asked by",
    "accepted": "in the hands of",
    "sent": "open that were sent by",
    "outcomes": "waiting to be read by",
}


def _team_words(principal: Principal) -> str:
    """The team's name, or how many teams somebody acts for."""
    if len(principal.team_ids) == 1:
        return Team.objects.values_list("name", flat=True).get(id=principal.team_ids[0])
    return f"your {len(principal.team_ids)} teams" if principal.team_ids else "you"


def _tabs(current: str, inbox: Inbox) -> ListTabs:
    late = inbox.overdue
    return ListTabs(
        "Referrals",
        tuple(
            Tab(
                label=word,
                url=f"{reverse('referral_inbox')}?tab={tab}",
                count=inbox.counts[tab],
                is_current=tab == current,
                urgent=f"{words.counted(late)} overdue" if tab == "waiting" and late else "",
            )
            for tab, word in TABS.items()
        ),
    )


def _filters(request: MemberRequest, tab: str, inbox: Inbox) -> InboxForm:
    return InboxForm(request.GET, organisations=inbox.organisations, organisation_label=_other_side(tab))


def _number(request: MemberRequest) -> int:
    number = request.GET.get("page", "")
    return max(int(number), 1) if re.fullmatch(r"[0-9]{1,6}", number) else 1


def _other_side(tab: str) -> Literal["From", "To"]:
    return "To" if tab in THEIR_SIDE else "From"


def _found(principal: Principal, tab: str, chosen: Mapping[str, str], inbox: Inbox, number: int) -> InboxPage:
    """A page of what is chosen of a tab, or the first one where the list is shorter by now. All that waits is read
    from its index, and the tabs have counted it."""
    skipped = (number - 1) * PAGE
    if tab == "waiting" and not any(chosen.values()):
        count, found = inbox.counts[tab], first_waiting(principal, PAGE + 1, skipped)
    else:
        rows, which = referrals_under(tab, principal), _which(tab, chosen)
        rows = rows.filter(**which)
        count = rows.order_by()[:MOST_COUNTED].count() if which else inbox.counts[tab]
        rows = rows.order_by("-created_at", "-id") if chosen.get("order") == "newest" else rows
        found = list(listed(rows.window(skipped, skipped + PAGE + 1)))
    if not found and number > 1:
        return _found(principal, tab, chosen, inbox, 1)
    return InboxPage(found[:PAGE], number, count, has_next=len(found) > PAGE)


def _which(tab: str, chosen: Mapping[str, str]) -> dict[str, str]:
    side = "to_team" if tab in THEIR_SIDE else "from_team"
    which = {"urgency": chosen.get("urgency"), f"{side}__organisation_id": chosen.get("organisation")}
    return {field: value for field, value in which.items() if value}


def _row(referral: Any, principal: Principal, person: Identity | None) -> InboxRow:
    """`referral` is one of those that are `listed`, with the names beside it."""
    now, url = clock.now(), page_of("referral_detail", referral.id)
    is_ours = principal.acts_for(referral.from_team_id) and not principal.acts_for(referral.to_team_id)
    team, organisation = (referral.to_team, referral.receiver) if is_ours else (referral.from_team, referral.sender)
    writer = "" if is_ours else referral.writer or referral.written_by_name
    return InboxRow(
        clock=clock_tag(referral, now),
        urgency=urgency_tag(referral.urgency),
        resident=line_of(person, url=url),
        why=in_short(referral.reason) or "Not said yet",
        second=_second(referral),
        who=organisation if team else referral.service_name,
        who_second=", ".join(part for part in (team.name if team else "", writer) if part),
        status=Status(status_word(referral, principal)),
        person=referral.assignee or referral.assigned_to_name,
        button=_row_button(referral, principal, url, person),
    )


def _second(referral: Referral) -> str:
    if replied_at := getattr(referral, "replied_at", None):
        return f"Reply came {dates.moment_inside(replied_at, now=clock.now())}, clock running again"
    return in_short(referral.urgency_reason)


def _row_button(referral: Referral, principal: Principal, url: str, person: Identity | None) -> Button | None:
    name = f"{person.called} {person.family_name}" if person else referral.reference
    if referral.status == "sent" and principal.acts_for(referral.to_team_id):
        move = page_of("referral_move", referral.id, "receive")
        return Button("Triage", move, is_small=True, is_post=True, hidden=name)
    words = {"received": "Triage", "info_requested": "Answer", "rejected": "Decide", "failed": "Decide"}
    word = words.get(referral.status, "Open") if referral.waiting_on_id in principal.team_ids else "Open"
    return Button("Read" if referral.status == "completed" else word, url, is_small=True, hidden=name)


def _pages(request: MemberRequest, found: InboxPage) -> Pagination:
    def link(word: str, number: int) -> Link:
        query = request.GET.copy()
        query["page"] = str(number)
        return Link(word, f"{reverse('referral_inbox')}?{query.urlencode()}")

    first = (found.number - 1) * PAGE + 1
    of = f" of {found.count}" if found.count < MOST_COUNTED else ""
    return Pagination(
        previous=link("Earlier", found.number - 1) if found.number > 1 else None,
        next=link("Later", found.number + 1) if found.has_next else None,
        sentence=f"{first} to {first + len(found.rows) - 1}{of}" if found.number > 1 or found.has_next else "",
    )

"""The inbox of one's teams."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from carecoord import audit, clock
from carecoord.ui import dates
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
from neighbourhoods.identities import Identity, identities_of
from neighbourhoods.models import Organisation, Team
from neighbourhoods.principal import Principal
from neighbourhoods.web import MemberRequest, for_members
from referrals.display_referrals import in_short, line_of, status_word, urgency_tag
from referrals.feeds_referrals import TABS, Inbox, first_waiting, inbox_of, referrals_under, with_last_move
from referrals.models import Referral
from referrals.models.referrals import ReferralQuerySet
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


class InboxPages(Paginator):  # type: ignore[type-arg]
    """`known` is how many there are, where the tabs have counted them already; then nothing is filtered out."""

    def __init__(self, rows: ReferralQuerySet, known: int | None, waiting_for: Principal | None = None) -> None:
        super().__init__(rows, PAGE)
        self.rows, self.waiting_for = rows, waiting_for
        if known is not None:
            self.count = known

    def page(self, number: int | str) -> Page[Any]:
        number = self.validate_number(number)
        return Page(self._shown((number - 1) * PAGE), number, self)

    def _shown(self, skipped: int) -> list[Referral]:
        if self.waiting_for:
            return first_waiting(self.waiting_for, PAGE, skipped)
        return list(with_last_move(self.rows.window(skipped, skipped + PAGE)))


@for_members
def referral_inbox(request: MemberRequest) -> HttpResponse:
    principal = request.principal
    tab = request.GET.get("tab", "")
    tab = tab if tab in TABS else "waiting"
    inbox = inbox_of(principal, tab)
    rows = referrals_under(tab, principal)
    filters = _filters(request, tab, inbox)
    chosen = _filtered(rows, filters, tab)
    known = None if chosen.query.where != rows.query.where else inbox.counts[tab]
    is_usual = known is not None and tab == "waiting" and chosen is rows
    found = InboxPages(chosen, known, principal if is_usual else None).get_page(request.GET.get("page"))
    people = identities_of(referral.resident_id for referral in found.object_list)
    if people:
        audit.looked("referrals.listed", by=principal, residents=sorted(people))
    context = {
        "team": _team_words(principal),
        "now": clock.now(),
        "tab": tab,
        "tabs": _tabs(tab, inbox),
        "filters": filters,
        "is_filtered": any(filters.cleaned_data.values()) if filters.is_valid() else False,
        "rows": [_row(referral, principal, people.get(referral.resident_id)) for referral in found.object_list],
        "count": found.paginator.count,
        "pages": _pages(request, found),
        "empty": Empty(f"No referrals are {_EMPTY[tab]} {_team_words(principal)}"),
        "other_side": "To" if tab in {"sent", "outcomes"} else "From",
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
                urgent=f"{late} overdue" if tab == "waiting" and late else "",
            )
            for tab, word in TABS.items()
        ),
    )


def _filters(request: MemberRequest, tab: str, inbox: Inbox) -> InboxForm:
    pairs = Organisation.objects.filter(teams__in=inbox.other_teams).order_by("name", "id").values_list("id", "name")
    organisations = [(str(key), name) for key, name in pairs.distinct()] if inbox.other_teams else []
    label = "To" if tab in {"sent", "outcomes"} else "From"
    return InboxForm(request.GET, organisations=organisations, organisation_label=label)


def _filtered(rows: ReferralQuerySet, filters: InboxForm, tab: str) -> ReferralQuerySet:
    """A filter that cannot be read filters nothing."""
    if not filters.is_valid():
        return rows
    chosen = filters.cleaned_data
    if chosen["urgency"]:
        rows = rows.filter(urgency=chosen["urgency"])
    if chosen["organisation"]:
        side = "to_team" if tab in {"sent", "outcomes"} else "from_team"
        rows = rows.filter(**{f"{side}__organisation_id": chosen["organisation"]})
    return rows.order_by("-created_at", "-id") if chosen["order"] == "newest" else rows


def _row(referral: Referral, principal: Principal, person: Identity | None) -> InboxRow:
    now, url = clock.now(), reverse("referral_detail", args=[referral.id])
    is_ours = principal.acts_for(referral.from_team_id) and not principal.acts_for(referral.to_team_id)
    team, writer = (referral.to_team, "") if is_ours else (referral.from_team, _writer(referral))
    return InboxRow(
        clock=clock_tag(referral, now),
        urgency=urgency_tag(referral.urgency),
        resident=line_of(person, url=url),
        why=in_short(referral.reason) or "Not said yet",
        second=_second(referral, person),
        who=team.organisation.name if team else referral.service.name,
        who_second=", ".join(part for part in (team.name if team else "", writer) if part),
        status=Status(status_word(referral, principal)),
        person=referral.assigned_to.user.name if referral.assigned_to else referral.assigned_to_name,
        button=_row_button(referral, principal, url, person),
    )


def _writer(referral: Referral) -> str:
    return referral.written_by.user.name if referral.written_by else referral.written_by_name


def _second(referral: Referral, person: Identity | None) -> str:
    last: Any = referral
    if referral.status == "received" and last.last_verb == "reply":
        return f"Reply came {dates.moment(last.last_at, now=clock.now()).lower()}, clock running again"
    if referral.urgency_reason:
        return in_short(referral.urgency_reason)
    return "Has died" if person and person.died_on else ""


def _row_button(referral: Referral, principal: Principal, url: str, person: Identity | None) -> Button | None:
    name = f"{person.called} {person.family_name}" if person else referral.reference
    if referral.status == "sent" and principal.acts_for(referral.to_team_id):
        move = reverse("referral_move", args=[referral.id, "receive"])
        return Button("Triage", move, is_small=True, is_post=True, hidden=name)
    words = {"received": "Triage", "info_requested": "Answer", "rejected": "Decide", "failed": "Decide"}
    word = words.get(referral.status, "Open") if referral.waiting_on_id in principal.team_ids else "Open"
    return Button("Read" if referral.status == "completed" else word, url, is_small=True, hidden=name)


def _pages(request: MemberRequest, found: Page[Any]) -> Pagination:
    def link(word: str, number: int) -> Link:
        query = request.GET.copy()
        query["page"] = str(number)
        return Link(word, f"{reverse('referral_inbox')}?{query.urlencode()}")

    count = found.paginator.count
    return Pagination(
        previous=link("Earlier", found.previous_page_number()) if found.has_previous() else None,
        next=link("Later", found.next_page_number()) if found.has_next() else None,
        sentence=f"{found.start_index()} to {found.end_index()} of {count}" if count > PAGE else "",
    )

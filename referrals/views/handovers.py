"""Reading handovers: the list of my teams, those of one resident, and one by itself."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from carecoord import audit, clock
from carecoord.ui.components import AdjustmentStrip, Link, Pagination, ResidentFrame, resident_banner
from neighbourhoods.frame import record_frame, strip_of
from neighbourhoods.identities import Identity, identities_of
from neighbourhoods.models import Entry, Membership, Resident, Team
from neighbourhoods.models.sharing import REFERRALS
from neighbourhoods.principal import Principal
from neighbourhoods.web import MemberRequest, for_members, seen_resident
from neighbourhoods.withheld import kept_notice
from referrals import feeds_handovers as feeds
from referrals.display_handovers.items import ItemsTable, draft_items, offered_items
from referrals.display_handovers.page import handover_page
from referrals.display_handovers.rows import HandoverRow, concern_row, handover_row
from referrals.forms_handovers import AcceptForm, NamedForm, ReadBackForm
from referrals.models import Handover
from referrals.services.handovers import needs_said, open_items_of
from referrals.services.handovers.drafting import ticked
from referrals.snapshots import Snapshot, take_snapshot

PAGE_SIZE = 20


@for_members
def handover_list(request: MemberRequest) -> HttpResponse:
    """Rule 9: who is to be handed over, who was, what became of it; all of a team see the same (15, 16)."""
    by = request.principal
    before = _before(request)
    ended = feeds.answered(by, before=before, limit=PAGE_SIZE)
    shown = ended[:PAGE_SIZE]
    lists = {
        "to_accept": feeds.to_accept(by),
        "left": feeds.accepted_by_us(by),
        "offered": feeds.offered_by_us(by),
        "drafts": feeds.drafts_of(by),
        "ended": shown,
    }
    residents = sorted({one.handover.resident_id for rows in lists.values() for one in rows})
    if residents:
        audit.looked("handovers.listed", by=by, residents=residents)
    context = {
        **{name: _rows(rows) for name, rows in lists.items()},
        "pages": _pages(before, shown, has_more=len(ended) > PAGE_SIZE),
        "teams": _names(by),
        "batches": feeds.batches_waiting(by) if before is None else [],
        "my_teams": _holding(by),
        "is_first": before is None,
    }
    return render(request, "referrals/handover_list.html", context)


@for_members
def handover_concerns(request: MemberRequest) -> HttpResponse:
    """What was said to be late or not good enough, of handovers to and from my teams (rule 6)."""
    by, incidents_only = request.principal, request.GET.get("only") == "incidents"
    said = feeds.concerns_of_my_teams(by, incidents_only=incidents_only)
    residents = sorted({one.concern.handover.resident_id for one in said})
    if residents:
        audit.looked("handovers.listed", by=by, residents=residents)
    context = {
        "rows": [concern_row(one) for one in said],
        "teams": _names(by),
        "incidents_only": incidents_only,
        "back": reverse("handover_list"),
    }
    return render(request, "referrals/handover_concerns.html", context)


@for_members
def resident_handovers(request: MemberRequest, resident_id: UUID) -> HttpResponse:
    resident = seen_resident(request, resident_id, "handovers.viewed")
    context = {
        "resident": record_frame(request.principal, resident, "resident_handovers"),
        "called": resident.called,
        "withheld": kept_notice(request.principal, resident.id, {REFERRALS}),
        "rows": [handover_row(one) for one in feeds.of_resident(request.principal, resident.id)],
        "hand_over_url": reverse("hand_over", args=[resident.id]),
    }
    return render(request, "referrals/resident_handovers.html", context)


@for_members
def handover(request: MemberRequest, handover_id: UUID) -> HttpResponse:
    found = seen_handover(request, handover_id)
    return show_handover(request, found)


def seen_handover(request: MemberRequest, handover_id: UUID) -> Handover:
    """The handover of a page, with the look written down; 404 for whoever may not read it."""
    by = request.principal
    found = Handover.objects.visible_to(by).select_related(*feeds.SHOWN).filter(id=handover_id).first()
    if found is None:
        raise Http404("No handover of yours")
    audit.looked("handover.viewed", by=by, resident_id=found.resident_id, about=("handover", found.id))
    return found


def show_handover(request: MemberRequest, found: Handover, *, form: ReadBackForm | None = None) -> HttpResponse:
    """The page of one handover, with the form of an answer that was refused; 422 then."""
    by = request.principal
    person = person_of(by, found)
    told, items = _told(by, found, person)
    snapshot = told.read_by(by)
    concerns = feeds.concerns_of(by, found)
    marks = needs_said(by, found)
    page = handover_page(by, found, snapshot, items, concerns, marks, person)
    context = {
        "resident": frame_of(by, found, person, snapshot),
        "handover": found,
        "it": page,
        "called": called(found, person),
        "form": form or _form(found, page.may),
        "named_form": named_form(found) if page.may["edit"] else None,
        "batch": feeds.place_in_batch(by, found),
        "back": reverse("handover_list"),
    }
    return render(request, "referrals/handover.html", context, status=422 if form and form.errors else 200)


def person_of(by: Principal, found: Handover) -> Resident | Identity:
    """Whom it is about, as far as they are the reader's to see; else 404."""
    residents = Resident.objects.visible_to(by).select_related("gp_practice", "neighbourhood")
    person = residents.filter(id=found.resident_id).first() or identities_of([found.resident_id]).get(found.resident_id)
    if person is None:
        raise Http404("Nobody of yours")
    return person


def snapshot_of(found: Handover, person: Resident | Identity) -> Snapshot:
    """What was frozen, as it may be read now."""
    return Snapshot.of(found.snapshot, is_restricted=person.is_restricted) or Snapshot(found.created_at)


def frame_of(by: Principal, found: Handover, person: Resident | Identity, snapshot: Snapshot) -> ResidentFrame:
    """Without the record there are no tabs, and the strip is the offer's, while it is to be decided."""
    if isinstance(person, Resident):
        return record_frame(by, person, "resident_handovers")
    banner = resident_banner(
        family_name=person.family_name,
        given_name=person.given_name,
        title=person.title,
        preferred_name=person.preferred_name,
        birth_date=person.birth_date,
        gender=snapshot.person.get("gender") or "Unknown",
        nhs_number=person.nhs_number,
        died_on=person.died_on,
        is_restricted=person.is_restricted,
        now=clock.now(),
    )
    return ResidentFrame(banner=banner, strip=_strip(by, snapshot) if found.status == "offered" else None)


def called(found: Handover, reader_sees: Resident | Identity | None = None) -> str:
    """What one calls the resident in a sentence, as the reader knows them."""
    if isinstance(reader_sees, Resident):
        return reader_sees.called
    person: dict[str, str] = found.snapshot.get("person", {})
    return person.get("preferred_name") or person.get("given_name", "the resident").split(" ")[0]


def _told(by: Principal, found: Handover, person: Resident | Identity) -> tuple[Snapshot, ItemsTable]:
    if found.status == "draft" and isinstance(person, Resident):
        open_now = open_items_of(by=by, resident_id=person.id)
        preview = take_snapshot(by=by, handover=found, resident=person)
        return preview, draft_items(found, open_now, ticked(found))
    snapshot = snapshot_of(found, person)
    return snapshot, offered_items(by, found, snapshot)


def _strip(by: Principal, snapshot: Snapshot) -> AdjustmentStrip:
    return strip_of([Entry(kind=fact.kind, text=fact.text) for fact in snapshot.facts], by)


def _form(found: Handover, may: Any) -> ReadBackForm | None:
    if may["accept"]:
        return AcceptForm(handover=found)
    return ReadBackForm(handover=found) if may["finish"] or may["read_back_return"] else None


def named_form(found: Handover, typed: Any = None) -> NamedForm | None:
    """Of a draft, while the team that takes over has anybody."""
    if found.to_team_id is None:
        return None
    people = list(Membership.objects.in_team(found.to_team_id).select_related("user").order_by("user__name", "id"))
    return NamedForm(typed, handover=found, people=people) if people else None


def _rows(found: list[feeds.ShownHandover]) -> list[HandoverRow]:
    return [handover_row(one.handover, one.person) for one in found]


def _names(by: Principal) -> str:
    names = list(Team.objects.filter(id__in=by.team_ids).order_by("name").values_list("name", flat=True))
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]])) or "your team"


def _holding(by: Principal) -> list[Team]:
    """Teams of mine whose list can be handed over."""
    teams = Team.objects.filter(id__in=by.team_ids, ended_at=None).order_by("name")
    return [team for team in teams if team.holds_residents]


def _before(request: MemberRequest) -> UUID | None:
    try:
        return UUID(request.GET.get("before", ""))
    except ValueError:
        return None


def _pages(before: UUID | None, shown: list[feeds.ShownHandover], *, has_more: bool) -> Pagination | None:
    here = reverse("handover_list")
    older = Link("Earlier handovers", f"{here}?before={shown[-1].handover.id}") if has_more else None
    newest = Link("Latest handovers", here) if before else None
    return Pagination(previous=newest, next=older) if older or newest else None

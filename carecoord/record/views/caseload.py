"""A team's caseload, moving residents between its people, and one's own team's entry for a resident."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from carecoord import audit
from carecoord.errors import RuleError
from carecoord.record.caseload import NOBODY, CaseloadContent, Choice, caseload_of, entries_of
from carecoord.record.display.caseload import caseload_display, caseload_row
from carecoord.record.forms import CaseloadEndForm, CaseloadOpenForm, MoveForm
from carecoord.record.waiting import surroundings, waiting
from careplans.doubles import doubled_of_team
from neighbourhoods.frame import record_frame
from neighbourhoods.models import CaseloadEntry, Membership, Resident, Team
from neighbourhoods.services import assign_key_worker, take_on
from neighbourhoods.web import MemberRequest, for_members, seen_resident
from referrals.services.letting_go import held_by, let_go


@for_members
def caseload(request: MemberRequest, team_id: UUID) -> HttpResponse:
    """For members of the team; the lead may tick residents and give them to somebody else."""
    team, choice = _team(request, team_id), _choice(request)
    content = caseload_of(request.principal, team, choice)
    shown = [*content.overdue, *content.others]
    audit.looked(
        "caseload.viewed",
        by=request.principal,
        about=("team", team.id),
        residents=[entry.resident_id for entry in shown],
    )
    leads = request.principal.leads(team.id)
    context = {
        "team": team,
        "caseload": caseload_display(content, choice, unowned=waiting(request).unowned, has_ticks=leads),
        "form": _move_form(content) if leads else None,
        "move_url": reverse("caseload_move", args=[team.id]),
        "doubled": doubled_of_team(request.principal, team.id) if leads else None,
        "others": [other for other in surroundings(request).holding_teams if other.id != team.id],
    }
    return render(request, "record/caseload.html", context)


def _move_form(content: CaseloadContent) -> MoveForm:
    return MoveForm(members={load.membership_id: load.name for load in content.loads if load.membership_id})


@require_POST
@for_members
def caseload_move(request: MemberRequest, team_id: UUID) -> HttpResponse:
    """First the preview of what would move to whom, then, with a reason, the move: all or nothing."""
    team = _team(request, team_id)
    if not request.principal.leads(team.id):
        raise Http404("Only the lead moves residents")
    members = Membership.objects.in_team(team.id).order_by("user__name", "id").values_list("id", "user__name")
    form = MoveForm(request.POST, members=dict(members), is_confirmed="confirmed" in request.POST)
    entries = entries_of(request.principal, team, form.ticked())
    if not entries:
        messages.warning(request, "Tick the residents to move first.")
        return redirect("caseload", team.id)
    if form.is_valid() and form.is_confirmed:
        number = _move(request, entries, form)
        plural = "resident" if number == 1 else "residents"
        messages.success(request, f"{number} {plural} moved to {form.name_of_chosen()}.")
        return redirect("caseload", team.id)
    context = {
        "team": team,
        "form": form,
        "rows": [caseload_row(entry, {}, {}) for entry in entries],
        "to": form.name_of_chosen(),
        "back": reverse("caseload", args=[team.id]),
        "move_url": reverse("caseload_move", args=[team.id]),
    }
    return render(request, "record/caseload_move.html", context, status=422 if form.errors else 200)


@for_members
def resident_caseload(request: MemberRequest, resident_id: UUID) -> HttpResponse:
    """Take a resident onto the caseload of a team of mine, or off it; a team that only has the record lets it go."""
    resident = seen_resident(request, resident_id, "people.viewed")
    entries = list(_own_entries(request, resident))
    having = {entry.team_id for entry in entries}
    free = [team for team in surroundings(request).holding_teams if team.id not in having]
    taking = "take" in request.POST
    form = CaseloadOpenForm(request.POST if taking else None, teams=free) if free else None
    holding = [team for team in free if held_by(resident.id, team.id).exists()]
    posted = request.POST if "end" in request.POST else None
    ending = CaseloadEndForm(posted, entries=entries, holding=holding) if entries or holding else None
    if form and form.is_bound and form.is_valid() and _taken_on(request, resident, form):
        return redirect("resident_people", resident.id)
    if ending and ending.is_bound and ending.is_valid() and _ended(request, resident, [*entries, *holding], ending):
        return redirect("my_day")
    shown = [one for one in (form, ending) if one]
    context = {
        "resident": record_frame(request.principal, resident, "resident_people"),
        "called": resident.called,
        "open_form": form,
        "end_form": ending,
        "forms": shown,
        "back": reverse("resident_people", args=[resident.id]),
    }
    status = 422 if any(one.errors for one in shown) else 200
    return render(request, "record/resident_caseload.html", context, status=status)


def _team(request: MemberRequest, team_id: UUID) -> Team:
    team = next((team for team in surroundings(request).holding_teams if team.id == team_id), None)
    if team is None:
        raise Http404("No team of yours that has residents")
    return team


def _choice(request: MemberRequest) -> Choice:
    person, after = request.GET.get("person", ""), request.GET.get("after", "")
    try:
        return Choice(
            person=person if person in {"", NOBODY} else str(UUID(person)), after=UUID(after) if after else None
        )
    except ValueError as problem:
        raise Http404("No such page of the caseload") from problem


@transaction.atomic
def _move(request: MemberRequest, entries: list[CaseloadEntry], form: MoveForm) -> int:
    facts = {"key_worker_id": form.cleaned_data["to"], "reason": form.cleaned_data["reason"]}
    moved = [assign_key_worker(by=request.principal, entry_id=entry.id, **facts) for entry in entries]
    return len(moved)


def _own_entries(request: MemberRequest, resident: Resident) -> list[CaseloadEntry]:
    entries = CaseloadEntry.objects.visible_to(request.principal).filter(resident=resident, ended_at=None)
    return list(entries.filter(team_id__in=request.principal.team_ids).select_related("team"))


def _taken_on(request: MemberRequest, resident: Resident, form: CaseloadOpenForm) -> bool:
    facts = {"team_id": form.cleaned_data["team"], "reason": form.cleaned_data["reason"]}
    try:
        take_on(by=request.principal, resident_id=resident.id, **facts)
    except RuleError as refusal:
        form.add_error(None, refusal.sentence)
        return False
    messages.success(request, f"{resident.called} is on the caseload now.")
    return True


def _ended(
    request: MemberRequest, resident: Resident, offered: list[CaseloadEntry | Team], form: CaseloadEndForm
) -> bool:
    """Whether the resident is off the caseload now; else the form says why not."""
    chosen = next(one for one in offered if one.id == form.cleaned_data["entry"])
    team = chosen if isinstance(chosen, Team) else chosen.team
    try:
        reason = form.cleaned_data["end_reason"]
        let_go(by=request.principal, resident_id=resident.id, team_id=team.id, reason=reason)
    except RuleError as refusal:
        form.add_error(None, refusal.sentence)
        return False
    messages.success(request, f"{team.name} has let {resident.called} go.")
    return True

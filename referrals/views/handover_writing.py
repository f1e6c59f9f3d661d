"""Writing a handover and offering it."""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from carecoord import clock
from carecoord.errors import RuleError, SentAlready, StaleVersion
from carecoord.ids import new_id
from carecoord.ui import dates
from carecoord.ui.components import Link, Notice
from carecoord.ui.sent_already import as_another, into_draft
from neighbourhoods.frame import record_frame
from neighbourhoods.models import Relationship, Resident, Team
from neighbourhoods.models.organisations import TeamKind
from neighbourhoods.principal import Principal
from neighbourhoods.web import MemberRequest, for_members, seen_resident
from referrals.forms_handovers import HandoverForm, team_choices, written
from referrals.models import Handover
from referrals.services.handovers import (
    GivenItem,
    change_draft_handover,
    draft_handover,
    offer_handover,
    open_items_of,
)
from referrals.services.handovers.drafting import ticked
from referrals.views.handovers import called, named_form, seen_handover

WITHOUT_RESIDENTS = (TeamKind.PRIVACY, TeamKind.ADMINISTRATION)


@for_members
def hand_over(request: MemberRequest, resident_id: UUID) -> HttpResponse:
    """Write a handover of one resident, and offer it at once or keep it as a draft."""
    resident = seen_resident(request, resident_id, "handovers.viewed")
    mine = _my_items(request.principal, resident)
    my_teams = _my_teams(request.principal, resident)
    if not my_teams:
        raise Http404("No team of yours has residents")
    start = {
        "made": new_id(),
        "from_team": my_teams[0][0],
        "items": [item.ref.key for item in mine],
    }
    form = _form(request, resident, my_teams, mine, start)
    notice, send_to = None, ""
    if request.method == "POST" and form.is_valid():
        try:
            made = _save(request, form, resident)
        except SentAlready as problem:
            notice, send_to = _made_already(form, problem)
        else:
            if made:
                return _done(request, made, resident)
    back = reverse("resident_handovers", args=[resident.id])
    return _page(request, form, resident, back, notice=notice, send_to=send_to)


@for_members
def handover_edit(request: MemberRequest, handover_id: UUID) -> HttpResponse:
    """Change a draft of one's own team."""
    found = seen_handover(request, handover_id)
    if found.status != "draft" or not request.principal.acts_for(found.from_team_id):
        return redirect("handover", found.id)
    resident = seen_resident(request, found.resident_id, "handover.viewed")
    mine = _my_items(request.principal, resident)
    my_teams = [(str(found.from_team_id), found.from_team.name)]
    open_keys = {item.ref.key for item in mine}
    start = written(found, ticked(found) & open_keys)
    form = _form(request, resident, my_teams, mine, start)
    if request.method == "POST" and form.is_valid():
        made = _save(request, form, resident, draft=found)
        if made:
            return _done(request, made, resident)
    return _page(request, form, resident, reverse("handover", args=[found.id]), draft=found)


@require_POST
@for_members
def handover_offer(request: MemberRequest, handover_id: UUID) -> HttpResponse:
    found = seen_handover(request, handover_id)
    try:
        found = offer_handover(by=request.principal, handover_id=found.id)
    except RuleError as problem:
        messages.warning(request, problem.sentence)
    else:
        _tell_offered(request, found)
    return redirect("handover", found.id)


@require_POST
@for_members
def handover_named(request: MemberRequest, handover_id: UUID) -> HttpResponse:
    """Who of the team that takes over is told first."""
    found = seen_handover(request, handover_id)
    form = named_form(found, request.POST)
    if form is None or not form.is_valid():
        messages.warning(request, "Choose somebody from the list.")
        return redirect("handover", found.id)
    named = form.cleaned_data["named"]
    try:
        change_draft_handover(by=request.principal, handover_id=found.id, named_id=UUID(named) if named else None)
    except RuleError as problem:
        messages.warning(request, problem.sentence)
    else:
        messages.success(request, "Noted. They are told when you offer it." if named else "Noted. The team is told.")
    return redirect("handover", found.id)


def _save(
    request: MemberRequest, form: HandoverForm, resident: Resident, *, draft: Handover | None = None
) -> Handover | None:
    """Draft or change, and offer where asked; all or nothing. None with the refusal on the form. Raises SentAlready."""
    try:
        with transaction.atomic():
            made = _write(request.principal, form, resident, draft)
            if request.POST.get("then") == "offer" and made.status == "draft":
                made = offer_handover(by=request.principal, handover_id=made.id)
    except StaleVersion as stale:
        # Saving again then goes over what stands there now, which the page shows.
        typed = request.POST.copy()
        typed["version"] = str(cast("Handover", stale.current).version)
        form.data = typed
        form.add_error(None, f"{stale.sentence.rstrip('.')}: read what it says now, then save again")
        return None
    except SentAlready:
        raise
    except RuleError as problem:
        form.add_error(problem.field if problem.field in form.fields else None, problem.sentence.rstrip("."))
        return None
    return made


def _write(by: Principal, form: HandoverForm, resident: Resident, draft: Handover | None) -> Handover:
    if draft:
        return change_draft_handover(
            by=by,
            handover_id=draft.id,
            version=form.cleaned_data["version"] or 0,
            items=form.item_refs,
            **form.words,
        )
    from_team_id = UUID(form.cleaned_data["from_team"])
    theirs = {item.ref for item in _my_items(by, resident) if item.team_id == from_team_id}
    return draft_handover(
        by=by,
        resident_id=resident.id,
        from_team_id=from_team_id,
        handover_id=form.cleaned_data["made"],
        items=[ref for ref in form.item_refs if ref in theirs],
        **form.words,
    )


def _made_already(form: HandoverForm, problem: SentAlready) -> tuple[Notice | None, str]:
    """What to say, and where the form goes now: into its draft while that is one, of the same team."""
    first = cast("Handover | None", problem.made)
    if first is None:
        return as_another(form, "handover", None), ""
    link = Link(f"Handover to {first.to_team}", reverse("handover", args=[first.id]))
    if first.status == "draft" and str(first.from_team_id) == form.cleaned_data["from_team"]:
        return into_draft(form, first.version, link), reverse("handover_edit", args=[first.id])
    return as_another(form, "handover", link), ""


def _done(request: MemberRequest, made: Handover, resident: Resident) -> HttpResponse:
    if made.status == "offered":
        _tell_offered(request, made)
    else:
        messages.success(request, f"The draft is saved. {made.from_team} is responsible for {resident.called}.")
    return redirect("handover", made.id)


def _tell_offered(request: MemberRequest, made: Handover) -> None:
    by_when = dates.moment(made.accept_by or clock.now(), now=clock.now()).replace("Today", "today")
    messages.success(
        request,
        f"Offered. {made.to_team} must accept by {by_when}. {made.from_team} stays responsible for {called(made)}'s "
        "care until they do.",
    )


def _page(
    request: MemberRequest,
    form: HandoverForm,
    resident: Resident,
    back: str,
    *,
    draft: Handover | None = None,
    notice: Notice | None = None,
    send_to: str = "",
) -> HttpResponse:
    context: dict[str, Any] = {
        "resident": record_frame(request.principal, resident, "resident_handovers"),
        "called": resident.called,
        "form": form,
        "back": back,
        "is_draft": draft is not None,
        "has_items": bool(form.fields["items"].choices),  # type: ignore[attr-defined]
        "notice": _stale(draft) if draft and form.non_field_errors() else notice,
        "send_to": send_to,
    }
    return render(request, "referrals/hand_over.html", context, status=422 if form.errors else 200)


def _stale(draft: Handover) -> Notice | None:
    now = Handover.objects.only("situation", "recommendation").get(id=draft.id)
    saved = f"Situation: {now.situation} Recommendation: {now.recommendation}"
    return Notice("amber", "What is saved now:", saved, icon="pencil", is_live=True)


def _form(
    request: MemberRequest,
    resident: Resident,
    my_teams: list[tuple[str, str]],
    mine: list[GivenItem],
    start: dict[str, Any],
) -> HandoverForm:
    several = len(my_teams) > 1
    return HandoverForm(
        request.POST or None,
        initial=start,
        called=resident.called,
        my_teams=my_teams,
        all_teams=team_choices(receiving_teams()),
        open_items=[(item.ref.key, _item_words(item, several=several)) for item in mine],
    )


def receiving_teams() -> list[Team]:
    """Every live team that has residents, with its organisation."""
    live = Team.objects.filter(ended_at=None, organisation__ended_at=None).exclude(kind__in=WITHOUT_RESIDENTS)
    return list(live.select_related("organisation").order_by("organisation__name", "name"))


def _my_teams(by: Principal, resident: Resident) -> list[tuple[str, str]]:
    """Teams of mine that have residents, those that hold this one first."""
    teams = Team.objects.filter(id__in=by.team_ids, ended_at=None).exclude(kind__in=WITHOUT_RESIDENTS)
    holding = set(
        Relationship.objects.visible_to(by)
        .open_at(clock.now())
        .filter(resident=resident, level="record")
        .values_list("team_id", flat=True)
    )
    ordered = sorted(teams, key=lambda team: (team.id not in holding, team.name))
    return [(str(team.id), team.name) for team in ordered]


def _my_items(by: Principal, resident: Resident) -> list[GivenItem]:
    return [item for item in open_items_of(by=by, resident_id=resident.id) if by.acts_for(item.team_id)]


def _item_words(item: GivenItem, *, several: bool) -> str:
    now = clock.now()
    due = dates.moment_inside(item.due_at, now=now) if item.due_at else dates.day(item.due_on) if item.due_on else ""
    return ", ".join(filter(None, [item.title, f"due {due}" if due else "", item.team_name if several else ""]))

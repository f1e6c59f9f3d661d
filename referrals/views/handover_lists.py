"""Handing a whole list over, and the list as both teams read it afterwards (rule 9)."""

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from carecoord import audit
from carecoord.errors import RuleError
from carecoord.ids import new_id
from carecoord.ui.components import ResidentLine, resident_line
from neighbourhoods.models import CaseloadEntry, Team
from neighbourhoods.principal import Principal
from neighbourhoods.web import MemberRequest, for_members
from referrals import feeds_handovers as feeds
from referrals.display_handovers.rows import handover_row
from referrals.forms_handovers import team_choices
from referrals.forms_lists import HandoverListForm, Somebody, asked_for
from referrals.models import Handover
from referrals.services.handovers import offer_list
from referrals.services.handovers.batches import MOST_TOGETHER
from referrals.views.handover_writing import WITHOUT_RESIDENTS, receiving_teams


@for_members
def hand_over_list(request: MemberRequest, team_id: UUID) -> HttpResponse:
    """Hand over those of a team's list of whom something is written, all at once."""
    by = request.principal
    team = _my_team(by, team_id)
    entries = _entries(by, team, request.GET.get("person", ""))
    if request.method == "POST":
        asked = asked_for(request.POST)
        entries = [entry for entry in entries if entry.resident_id in asked] or entries
    more, entries = len(entries) > MOST_TOGETHER, entries[:MOST_TOGETHER]
    residents = [entry.resident_id for entry in entries]
    if residents:
        audit.looked("handovers.listed", by=by, about=("team", team.id), residents=sorted(residents))
    form = HandoverListForm(
        request.POST or None,
        initial={"made": new_id()},
        people=_people(by, team, entries),
        all_teams=team_choices(receiving_teams()),
    )
    if request.method == "POST" and form.is_valid() and (made := _offer(request, team, form)):
        return redirect("handover_batch", made[0].batch_id)
    context = {"team": team, "form": form, "more": more, "back": reverse("handover_list")}
    return render(request, "referrals/hand_over_list.html", context, status=422 if form.errors else 200)


@for_members
def handover_batch(request: MemberRequest, batch_id: UUID) -> HttpResponse:
    """Who is handed over, in order, and who is left with the giver."""
    by = request.principal
    shown = feeds.of_batch(by, batch_id)
    if not shown:
        raise Http404("No list of yours")
    giver, receiver = shown[0].handover.from_team, shown[0].handover.to_team
    mine = by.acts_for(giver.id)
    here = {one.handover.resident_id for one in shown}
    left = [entry for entry in _entries(by, giver, "") if entry.resident_id not in here] if mine else []
    audit.looked("handovers.listed", by=by, residents=sorted(here | {entry.resident_id for entry in left}))
    waiting = [one for one in shown if one.handover.status == "offered"]
    answers_here = [one for one in waiting if by.acts_for(one.handover.to_team_id)]
    context = {
        "giver": giver,
        "receiver": receiver,
        "rows": [handover_row(one.handover, one.person) for one in shown],
        "waiting": len(waiting),
        "next_url": reverse("handover", args=[answers_here[0].handover.id]) if answers_here else "",
        "is_giver": mine,
        "left": [_line(entry) for entry in left],
        "back": reverse("handover_list"),
    }
    return render(request, "referrals/handover_batch.html", context)


def _offer(request: MemberRequest, team: Team, form: HandoverListForm) -> list[Handover]:
    """What was offered; nothing with the refusal on the form."""
    try:
        made = offer_list(
            by=request.principal,
            from_team_id=team.id,
            batch_id=form.cleaned_data["made"],
            listed=form.listed,
            words=form.words,
        )
    except RuleError as problem:
        form.add_error(problem.field if problem.field in form.fields else None, problem.sentence.rstrip("."))
        return []
    people = "1 person" if len(made) == 1 else f"{len(made)} people"
    messages.success(
        request, f"Offered: {people} to {made[0].to_team}. {team} stays responsible for each until they accept."
    )
    return made


def _my_team(by: Principal, team_id: UUID) -> Team:
    mine = Team.objects.select_related("organisation").filter(id__in=by.team_ids, ended_at=None)
    team = mine.exclude(kind__in=WITHOUT_RESIDENTS).filter(id=team_id).first()
    if team is None:
        raise Http404("No team of yours that has residents")
    return team


def _entries(by: Principal, team: Team, person: str) -> list[CaseloadEntry]:
    """By name; of one key worker where `person` is a membership. One more than there is room for."""
    entries = CaseloadEntry.objects.visible_to(by).filter(team=team, ended_at=None, resident__died_on=None)
    if person:
        try:
            entries = entries.filter(key_worker_id=UUID(person))
        except ValueError as problem:
            raise Http404("No such person") from problem
    return list(entries.select_related("resident").order_by("sort_name", "id")[: MOST_TOGETHER + 1])


def _people(by: Principal, team: Team, entries: Sequence[CaseloadEntry]) -> list[Somebody]:
    residents = [entry.resident_id for entry in entries]
    offered = Handover.objects.visible_to(by).filter(
        resident_id__in=residents, from_team_id=team.id, status="offered", to_team__isnull=False
    )
    waits = dict(offered.values_list("resident_id", "to_team__name"))
    return [Somebody(entry.resident_id, _line(entry), waits.get(entry.resident_id) or "") for entry in entries]


def _line(entry: CaseloadEntry) -> ResidentLine:
    resident = entry.resident
    return resident_line(
        family_name=resident.family_name,
        given_name=resident.given_name,
        birth_date=resident.birth_date,
        nhs_number=resident.nhs_number,
        died_on=resident.died_on,
        url=reverse("resident_record", args=[resident.id]),
        layout="line",
    )

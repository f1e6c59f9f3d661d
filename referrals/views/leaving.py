"""What somebody of the team holds, and giving it on: one page, however much it is."""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from carecoord import audit
from carecoord.errors import RuleError
from carecoord.ui import dates, forms
from carecoord.ui.components import ResidentLine
from neighbourhoods.identities import identities_of
from neighbourhoods.models import Membership, Team
from neighbourhoods.principal import Principal
from neighbourhoods.web import MemberRequest, for_members
from referrals.display_handovers.rows import line_of
from referrals.services.leaving import ACTION, KEY_WORKER, MOST_AT_ONCE, REFERRAL, HeldItem, give_on, held_by

AT_A_TIME = 200
KINDS = {KEY_WORKER: "Key worker", ACTION: "Action", REFERRAL: "Referral"}


class GiveOnForm(forms.Form):
    to = forms.TypedChoiceField(
        label="Hand what is ticked on to", coerce=UUID, error_messages={"required": "Choose who takes it on"}
    )
    reason = forms.CharField(
        label="Why",
        max_length=200,
        help_text="For example, leaves on 30-Nov-2026. It stands in the record of each resident",
        error_messages={"required": "Say why it is given on"},
    )

    def __init__(self, *args: Any, others: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ChoiceField", self.fields["to"]).choices = [("", "Choose one"), *others]


@for_members
def hand_on(request: MemberRequest, team_id: UUID, membership_id: UUID) -> HttpResponse:
    """Leaving is complete when nothing is left here; each thing has a next person."""
    by = request.principal
    team, person = _who(by, team_id, membership_id)
    members = Membership.objects.in_team(team.id).exclude(id=person.id).select_related("user").order_by("user__name")
    form = GiveOnForm(
        request.POST or None, others=[(str(one.id), f"{one.user.name}, {one.get_role_display()}") for one in members]
    )
    if request.method == "POST" and form.is_valid() and _give(request, team, person, form):
        return redirect("hand_on", team.id, person.id)
    held = held_by(by, team.id, person.id)
    shown = held[:MOST_AT_ONCE]
    ticked = set(request.POST.getlist("item")) if request.method == "POST" else {item.key for item in shown}
    if shown:
        audit.looked(
            "caseload.viewed", by=by, about=("team", team.id), residents=sorted({one.resident_id for one in shown})
        )
    context = {
        "team": team,
        "person": person.user.name,
        "form": form,
        "rows": _rows(shown, ticked),
        "count": len(held),
        "back": reverse("team_duty", args=[team.id]),
    }
    return render(request, "referrals/hand_on.html", context, status=422 if form.errors else 200)


def _give(request: MemberRequest, team: Team, person: Membership, form: GiveOnForm) -> bool:
    """Whether it was given; else the form says why not."""
    try:
        number = give_on(
            by=request.principal,
            team_id=team.id,
            membership_id=person.id,
            keys=request.POST.getlist("item"),
            to_id=form.cleaned_data["to"],
            reason=form.cleaned_data["reason"],
        )
    except RuleError as problem:
        form.add_error(problem.field if problem.field in form.fields else None, problem.sentence.rstrip("."))
        return False
    things = "1 thing" if number == 1 else f"{number} things"
    messages.success(request, f"{things} given on. What {person.user.name} wrote stays theirs.")
    return True


def _who(by: Principal, team_id: UUID, membership_id: UUID) -> tuple[Team, Membership]:
    """A lead gives on what anybody of the team has, everybody their own; also of who has left already."""
    if not (by.leads(team_id) or (by.acts_for(team_id) and by.membership_id == membership_id)):
        raise Http404("No team of yours")
    team = Team.objects.filter(id=team_id, ended_at=None).first()
    people = Membership.objects.select_related("user").filter(id=membership_id, team_links__team_id=team_id)
    person = people.first()
    if team is None or person is None:
        raise Http404("Nobody of this team")
    return team, person


def _rows(items: list[HeldItem], ticked: set[str]) -> list[dict[str, Any]]:
    residents = list(dict.fromkeys(item.resident_id for item in items))
    people: dict[UUID, ResidentLine] = {}
    for begin in range(0, len(residents), AT_A_TIME):
        found = identities_of(residents[begin : begin + AT_A_TIME])
        people |= {one.id: line_of(one, reverse("resident_record", args=[one.id])) for one in found.values()}
    return [
        {
            "key": item.key,
            "kind": KINDS[item.kind],
            "title": item.title,
            "due": dates.day(item.due) if item.due else "",
            "resident": people.get(item.resident_id),
            "is_ticked": item.key in ticked,
        }
        for item in items
    ]

"""What was measured over time, next to the goals, and the small form that adds to it."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from carecoord.errors import RuleError, SentAlready
from careplans.display.measures import goals_beside, measures_page
from careplans.measures import EXTERNAL, measured_of
from careplans.models import Goal, GoalOutcome
from careplans.reading import AUTHOR
from careplans.services.goals import GOAL_ENDED
from careplans.views.common import page, refuse
from neighbourhoods.definitions import Definition, recordable
from neighbourhoods.forms.entries import MeasureForm, initial_of
from neighbourhoods.models.clinical import kinds_to_record, reads_kind
from neighbourhoods.models.sharing import PLAN
from neighbourhoods.principal import Principal
from neighbourhoods.services import record_entry
from neighbourhoods.views.encounter_parts import my_teams
from neighbourhoods.views.entry_parts import choices_for, sent_already
from neighbourhoods.web import MemberRequest, for_members, not_for_this_role, seen_resident
from neighbourhoods.withheld import kept_notice


@for_members
def resident_measures(request: MemberRequest, resident_id: UUID) -> HttpResponse:
    resident = seen_resident(request, resident_id, "measures.viewed")
    principal = request.principal
    goals = Goal.objects.visible_to(principal).filter(resident_id=resident.id).exclude(status__in=GOAL_ENDED)
    outcomes = GoalOutcome.objects.visible_to(principal).filter(goal__in=goals).select_related(*AUTHOR)
    context = {
        "measures": measures_page(resident, measured_of(principal, resident.id), measures_to_record(principal)),
        "goals": goals_beside(principal, goals, list(outcomes)),
        "withheld": kept_notice(principal, resident.id, {PLAN, "assessments"}),
    }
    return page(request, "resident_measures", resident, context)


@for_members
def measure_new(request: MemberRequest, resident_id: UUID, measure: str) -> HttpResponse:
    definition = next((one for one in recordable(clinical=True) if one.key == measure and is_measure(one)), None)
    if definition is None:
        raise Http404("Nothing that is measured")
    if not reads_kind(request.principal, measure):
        return not_for_this_role(request, resident_id, "Your role does not record what is clinical.")
    resident = seen_resident(request, resident_id, "measures.viewed")
    form = MeasureForm(
        request.POST if request.method == "POST" else None,
        initial=initial_of(definition),
        definition=definition,
        choices=choices_for(definition),
        teams=my_teams(request.principal) if len(request.principal.team_ids) > 1 else (),
    )
    notice = None
    if request.method == "POST" and form.is_valid():
        made = {"entry_id": form.cleaned_data["made"], "team_id": form.cleaned_data.get("team")}
        try:
            record_entry(by=request.principal, resident_id=resident.id, facts=form.facts(), **made)
        except SentAlready as problem:
            notice = sent_already(form, problem, "entry")
        except RuleError as problem:
            refuse(form, problem)
        else:
            messages.success(request, f"Written down: {definition.title}.")
            return redirect("resident_measures", resident.id)
    context = {"form": form, "notice": notice, "definition": definition}
    return page(request, "measure_new", resident, context, refused=bool(form.errors))


def is_measure(definition: Definition) -> bool:
    return bool(definition.measures) or definition.key == EXTERNAL


def measures_to_record(principal: Principal) -> list[Definition]:
    return [definition for definition in kinds_to_record(principal) if is_measure(definition)]

"""How often alerts reach people and are acted on: of a team for itself, of the whole place for its administrators."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from carecoord.alerts.kinds import NOT_ANSWERED, title_of
from carecoord.alerts.measures import (
    FEWEST,
    LEAST_ACTED_ON,
    LOOKS_BACK,
    Measured,
    measured_in,
    measured_in_place,
    measured_together,
    people_told,
)
from carecoord.alerts.rulebook import shipped
from carecoord.ui import dates
from carecoord.ui.components import DayBars
from neighbourhoods.administered import administers_place, for_administrators
from neighbourhoods.models import Team
from neighbourhoods.web import MemberRequest, for_members


@dataclass(frozen=True)
class RuleRow:
    """`noisy_in` names the teams, on the page of a whole place."""

    title: str
    measured: Measured
    url: str = ""
    noisy_in: tuple[str, ...] = ()

    @property
    def is_noisy(self) -> bool:
        return bool(self.noisy_in) or self.measured.is_noisy


WORDS = {"days": LOOKS_BACK.days, "fewest": FEWEST, "least": round(100 * LEAST_ACTED_ON)}


@require_GET
@for_members
def team_alert_measures(request: MemberRequest, team_id: UUID) -> HttpResponse:
    """Each rule, for everybody in the team; each person, for who leads it."""
    by = request.principal
    team = Team.objects.filter(id=team_id, id__in=by.team_ids, ended_at=None).select_related("organisation").first()
    if team is None:
        raise Http404("No team of yours")
    rows = _sorted(RuleRow(title_of(one.kind), one) for one in measured_in([team.id]).get(team.id, ()))
    told = people_told(by, team.id) if by.leads(team.id) else None
    context = {
        "team": team,
        "rows": rows,
        "noisy": [row.title for row in rows if row.is_noisy],
        "told": told,
        "bars": DayBars("Alerts for each person", [(dates.short_day(day), n) for day, n in told.by_day.items()])
        if told and told.people
        else None,
    }
    return render(request, "alerts/team_alert_measures.html", context | WORDS)


@require_GET
@for_administrators
def admin_alert_measures(request: MemberRequest) -> HttpResponse:
    """Of the whole place, by rule; of people nothing."""
    if not administers_place(request.principal):
        raise Http404("Only for administrators of the partnership")
    of_rule: dict[str, list[tuple[UUID, Measured]]] = defaultdict(list)
    for team_id, rules in measured_in_place().items():
        for one in rules:
            of_rule[one.kind].append((team_id, one))
    noisy = {team_id for found in of_rule.values() for team_id, one in found if one.is_noisy}
    names = dict(Team.objects.filter(id__in=noisy).order_by("name").values_list("id", "name"))
    rows = _sorted(_of_place(found, names) for found in of_rule.values())
    return render(request, "alerts/admin_alert_measures.html", {"rows": rows} | WORDS)


def _of_place(found: list[tuple[UUID, Measured]], names: dict[UUID, str]) -> RuleRow:
    together = measured_together(one for _, one in found)
    noisy_in = tuple(sorted(names[team_id] for team_id, one in found if one.is_noisy))
    kind = together.kind.removesuffix(NOT_ANSWERED)
    url = "" if shipped(kind).is_fixed else reverse("admin_alert_rule", args=[kind])
    return RuleRow(title_of(together.kind), together, url, noisy_in)


def _sorted(rows: Iterable[RuleRow]) -> list[RuleRow]:
    """What is noisy first, then what alerts most."""
    return sorted(rows, key=lambda row: (not row.is_noisy, -row.measured.raised, row.title))

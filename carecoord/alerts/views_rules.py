"""Administration: the rules of alerts of a place. A change is looked at before it is saved."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from carecoord import clock
from carecoord.alerts.forms import CHANNELS, TOLD, URGENCIES, RuleForm
from carecoord.alerts.kinds import KINDS
from carecoord.alerts.models import AlertRule
from carecoord.alerts.previewing import LOOKS_BACK, MOST_ALERTS, Preview, Staff
from carecoord.alerts.rule_changes import (
    Previewed,
    RuleFacts,
    as_changed,
    change_rule,
    place_of,
    previewed,
    rule_in_force,
    versions_of,
)
from carecoord.alerts.rulebook import EMAIL, SHIPPED_RULES, SMS, Rule, Urgency, shipped
from carecoord.ui import dates
from carecoord.ui.components import DefinitionRows, Row
from neighbourhoods.administered import administers_place, for_administrators
from neighbourhoods.principal import Principal
from neighbourhoods.views.administration_pages import attempted, posted_version
from neighbourhoods.web import MemberRequest

# Under what the page names a rule, by how its kind begins.
ABOUT: Final = (
    ("Referrals", {"referral"}),
    ("Handovers", {"handover"}),
    ("Plans, actions and care", {"action", "actions", "plan", "cohort", "package", "stay"}),
    ("Residents and their records", {"resident", "hospital", "entry", "proxy", "sharing", "import"}),
    ("Teams", {"duty", "leaver", "alerts", "webhook"}),
)
AS_IT_CAME: Final = "As it came"
BRIEFLY: Final = {EMAIL: "Email", SMS: "text if urgent"}
URGENT: Final = {Urgency.AS_IT_IS: "If the work is", Urgency.ALWAYS: "Always", Urgency.NEVER: "Never"}


@dataclass(frozen=True)
class RuleRow:
    title: str
    url: str
    told: str
    channels: str
    urgency: str
    version: str
    is_changed: bool


@dataclass(frozen=True)
class Version:
    title: str
    second: str
    reason: str
    facts: DefinitionRows


@dataclass(frozen=True)
class TeamRow:
    name: str
    organisation: str
    alerts: int
    told: int


@for_administrators
def admin_alert_rules(request: MemberRequest) -> HttpResponse:
    _require_partnership(request.principal)
    changed = (
        AlertRule.objects.filter(place_id=place_of(request.principal)).order_by("kind", "-number").distinct("kind")
    )
    rules = {kind: rule for kind, rule in SHIPPED_RULES.items() if not rule.is_fixed}
    rules |= {version.kind: version.as_rule() for version in changed}
    changed_kinds = sum(rule.number > 0 for rule in rules.values())
    context = {"groups": _grouped(rules.values()), "how_many": len(rules), "changed": changed_kinds}
    return render(request, "alerts/admin_alert_rules.html", context)


@for_administrators
def admin_alert_rule(request: MemberRequest, rule: str) -> HttpResponse:
    """Choose, look at whom it would have alerted, then save: what is saved is what was looked at."""
    by = request.principal
    _require_partnership(by)
    if rule not in SHIPPED_RULES or shipped(rule).is_fixed:
        raise Http404("No rule that can be changed")
    in_force = rule_in_force(by, rule)
    form = RuleForm(request.POST or None, rule=in_force)
    shown = attempted(form, lambda: previewed(by, as_changed(in_force, form.facts())))
    seen = _seen(form.facts()) if shown else ""
    if shown and request.POST.get("seen") == seen and _saved(request, rule, form):
        messages.success(request, "The rule is changed. Alerts that were raised before keep theirs.")
        return redirect("admin_alert_rule", rule)
    context = {
        "form": form,
        "title": KINDS[rule].title,
        "version": posted_version(request) if form.is_bound else in_force.number,
        "seen": seen,
        "preview": _preview(shown) if shown else None,
        "versions": _versions(versions_of(by, rule), shipped(rule)),
    }
    return render(request, "alerts/admin_alert_rule.html", context, status=422 if form.errors else 200)


def _saved(request: MemberRequest, kind: str, form: RuleForm) -> AlertRule | None:
    reason, version = form.cleaned_data["reason"], posted_version(request)
    made = lambda: change_rule(  # noqa: E731
        by=request.principal, kind=kind, version=version, facts=form.facts(), reason=reason
    )
    return attempted(form, made)


def _require_partnership(by: Principal) -> None:
    if not administers_place(by):
        raise Http404("Only for administrators of the partnership")


def _seen(facts: RuleFacts) -> str:
    """What was looked at: saved is nothing else."""
    return sha256(repr(facts).encode()).hexdigest()[:16]


def _grouped(rules: Iterable[Rule]) -> list[tuple[str, list[RuleRow]]]:
    of = {subject: [rule for rule in rules if rule.kind.partition(".")[0] in begins] for subject, begins in ABOUT}
    return [(subject, sorted(map(_row, some), key=lambda row: row.title)) for subject, some in of.items()]


def _row(rule: Rule) -> RuleRow:
    return RuleRow(
        title=KINDS[rule.kind].title,
        url=reverse("admin_alert_rule", args=[rule.kind]),
        told=TOLD[rule.tells],
        channels="; ".join(BRIEFLY[one] for one in rule.channels) or "Not told elsewhere",
        urgency=URGENT[rule.urgency],
        version=f"Version {rule.number}" if rule.number else AS_IT_CAME,
        is_changed=rule.number > 0,
    )


def _channels(rule: Rule) -> str:
    return "; ".join(["Page of alerts", *(CHANNELS[one].lower() for one in rule.channels)])


def _versions(versions: Sequence[AlertRule], first: Rule) -> list[Version]:
    now = clock.now()
    found = [
        Version(
            f"Version {one.number}",
            f"{one.made_by.user.name}, {dates.moment(one.made_at, now=now)}",
            one.reason,
            _facts(one.as_rule()),
        )
        for one in versions
    ]
    return [*found, Version(AS_IT_CAME, "Before any change", "", _facts(first))]


def _facts(rule: Rule) -> DefinitionRows:
    later = [Row(f"After {round(rung.share * 100)}%", TOLD[rung.audience]) for rung in rule.ladder[1:]]
    return DefinitionRows(
        (
            Row("At once", TOLD[rule.tells]),
            *later,
            Row("How", _channels(rule)),
            Row("Urgent", URGENCIES[rule.urgency]),
        )
    )


def _preview(found: Previewed) -> dict[str, object]:
    then, now = found.then, found.now
    return {
        "days": LOOKS_BACK.days,
        "alerts": then.alerts,
        "is_cut": then.alerts == MOST_ALERTS,
        "facts": DefinitionRows((Row("With this change", _counted(then)), Row("As it is now", _counted(now)))),
        "teams": _teams(then, found.staff),
        "most_told": [(found.staff.names[one], count) for one, count in then.most_told],
    }


def _counted(preview: Preview) -> str:
    people = "1 person" if preview.people == 1 else f"{preview.people:,} people"
    return f"{people}, told {preview.messages:,} {'time' if preview.messages == 1 else 'times'} in all"


def _teams(preview: Preview, staff: Staff) -> list[TeamRow]:
    teams = [(staff.teams[team_id], count) for team_id, count in preview.raised_in.items()]
    rows = [TeamRow(team.name, team.organisation.name, count, preview.told_of[team.id]) for team, count in teams]
    return sorted(rows, key=lambda row: (-row.told, row.name))[:50]

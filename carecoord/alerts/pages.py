"""Where an alert leads, and the page of its own that some have: the privacy officers', and the front door's."""

from typing import Any

from django.urls import reverse

from carecoord import clock
from carecoord.alerts.display import Reader, acknowledged_by, clock_of
from carecoord.alerts.kinds import NOT_ANSWERED, kind_of, title_of
from carecoord.alerts.models import Alert
from carecoord.alerts.rungs import AT_ONCE
from carecoord.ui import dates
from carecoord.ui.components import Button, Empty, Row, SummaryList
from neighbourhoods.models import Membership, Team, TeamKind
from neighbourhoods.principal import Principal


def item_url(alert: Alert) -> str:
    """The page of what it is about; empty where the alert has a page of its own."""
    opens = kind_of(alert.kind).opens
    if not opens or _is_for_front_door(alert):
        return ""
    return reverse(opens, args=[alert.about_id])


def alert_page(principal: Principal, alert: Alert) -> dict[str, Any]:
    now = clock.now()
    reader = Reader(principal, now)
    is_waiting = alert.state == Alert.State.WAITING
    acknowledge = reverse("alert_acknowledge", args=[alert.id])
    return {
        "title": title_of(alert.kind),
        "sentence": _sentence(alert),
        "facts": SummaryList(tuple(_facts(alert, reader))),
        "clock": clock_of(alert, now),
        "acknowledge": Button("Acknowledge", acknowledge, tone="green", is_post=True) if is_waiting else None,
    }


def none_waiting(acknowledged: int) -> Empty:
    text = "What your team has acknowledged stands below until it is answered." if acknowledged else ""
    return Empty("Nothing is waiting to be acknowledged", text, "A new alert shows here within 10 seconds.")


def _is_for_front_door(alert: Alert) -> bool:
    return alert.kind.endswith(NOT_ANSWERED) and alert.team.kind == TeamKind.FRONT_DOOR


def _sentence(alert: Alert) -> str:
    if _is_for_front_door(alert) and alert.escalation_level == AT_ONCE.level:
        return "Nobody works in this team now, so nobody there can answer. Find out from its organisation who will."
    if _is_for_front_door(alert):
        return "A team has not answered in time. Ring them: they can see what it is about."
    return {
        "relationship.claimed": "Somebody in your organisation opened a record with a reason of their own.",
        "membership.created": "Somebody may now act for your organisation.",
        "membership.ended": "Somebody no longer acts for your organisation.",
    }.get(alert.kind, "")


def _facts(alert: Alert, reader: Reader) -> list[Row]:
    rows = [Row("Reference", alert.reference), Row("Sent", dates.moment(alert.started_at, now=reader.now))]
    if alert.due_at:
        rows.append(Row("Answer was due", dates.moment(alert.due_at, now=reader.now)))
    if alert.about_type == "membership":
        rows += _of_membership(alert)
    if _is_for_front_door(alert) and alert.sending_team:
        rows += _of_team(alert.sending_team)
    if alert.state == Alert.State.ACKNOWLEDGED:
        rows.append(Row("Acknowledged", acknowledged_by(alert, reader)))
    return rows


def _of_membership(alert: Alert) -> list[Row]:
    membership = Membership.objects.select_related("user").filter(id=alert.about_id).first()
    if membership is None:
        return []
    return [Row("Person", membership.user.name), Row("Role", membership.get_role_display())]


def _of_team(team: Team) -> list[Row]:
    leads = Membership.objects.leading(team.id).order_by("user__name").values_list("user__name", flat=True)
    return [
        Row("Team", team.name, second=team.organisation.name),
        Row("Team lead", ", ".join(leads) or "Nobody"),
        Row("Phone", team.phone or "Not known"),
        *([Row("When the team is closed", team.out_of_hours)] if team.out_of_hours else []),
    ]

"""Where an alert leads, and the page of its own that some have: the privacy officers', and the front door's."""

from typing import Any

from django.urls import reverse

from carecoord import clock
from carecoord.accounts.models import User
from carecoord.alerts.display import Reader, acknowledged_by, clock_of
from carecoord.alerts.imports import DIFFERED, MOST_SHOWN, differing, differing_lines, differing_sentence
from carecoord.alerts.kinds import NOT_ANSWERED, kind_of, title_of
from carecoord.alerts.models import Alert
from carecoord.alerts.rungs import AT_ONCE
from carecoord.alerts.services import OWN_ACCESS
from carecoord.api.scopes import EVERY_SCOPE
from carecoord.ui import dates
from carecoord.ui.components import Button, Empty, Row, SummaryList
from neighbourhoods.models import ApiClient, Membership, Team, TeamKind
from neighbourhoods.principal import Principal


def item_url(alert: Alert) -> str:
    """The page of what it is about; empty where the alert has a page of its own."""
    opens = kind_of(alert.kind).opens
    if not opens or _is_for_front_door(alert):
        return ""
    return reverse(opens, args=[alert.about_id])


def alert_page(principal: Principal, alert: Any) -> dict[str, Any]:
    """`alert` knows whether it is about the reader's own access: then it is not theirs to acknowledge."""
    now = clock.now()
    reader = Reader(principal, now)
    about = differing(principal, alert)
    is_mine = alert.state == Alert.State.WAITING and not alert.is_own_access
    acknowledge = reverse("alert_acknowledge", args=[alert.id])
    return {
        "title": title_of(alert.kind),
        "sentence": differing_sentence(about) if alert.kind == DIFFERED else _sentence(alert),
        "residents": differing_lines(about),
        "shown_first": f"The first {MOST_SHOWN} of {len(about)}" if len(about) > MOST_SHOWN else "",
        "seen": [one.resident.id for one in about[:MOST_SHOWN]],
        "facts": SummaryList(tuple(_facts(alert, reader))),
        "clock": clock_of(alert, now),
        "own_access": OWN_ACCESS if alert.is_own_access else "",
        "sent_url": reverse("alert_messages", args=[alert.id]) if principal.acts_for(alert.team_id) else "",
        "acknowledge": Button("Acknowledge", acknowledge, tone="green", is_post=True) if is_mine else None,
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
        "sign_in.linked": "Somebody who works for you can sign in through the identity provider from now on.",
        "sign_in.unlinked": "Somebody who works for you can no longer sign in through the identity provider.",
        "resident.died_asked": "Close the referral or handover they sent you, or ring the team that sent it.",
        "resident.death_undone_asked": "What they asked you for stands as before.",
        "client.created": "A partner's system may act for your organisation through the API from now on.",
        "client.changed": "What a partner's system may do for your organisation, or its agreement, has changed.",
        "client.secret_rotated": "The system that signs in with it acts for your organisation.",
        "client.old_secret_ended": "Only the newest secret of a system that acts for your organisation is good now.",
        "client.deactivated": "A partner's system no longer acts for your organisation.",
        "client.reactivated": "A partner's system acts for your organisation again.",
    }.get(alert.kind, "")


def _facts(alert: Alert, reader: Reader) -> list[Row]:
    rows = [Row("Reference", alert.reference), Row("Sent", dates.moment(alert.started_at, now=reader.now))]
    if alert.due_at:
        rows.append(Row("Answer was due", dates.moment(alert.due_at, now=reader.now)))
    if alert.about_type == "membership":
        rows += _of_membership(alert)
    if alert.about_type == "user":
        rows += [Row("Person", user.name) for user in User.objects.filter(id=alert.about_id)]
    if alert.about_type == "client":
        rows += _of_client(alert)
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


def _of_client(alert: Alert) -> list[Row]:
    """As it is now: who let it do what, and when, is in the audit record."""
    client = ApiClient.objects.select_related("client").prefetch_related("teams").filter(id=alert.about_id).first()
    if client is None:
        return []
    return [
        Row("System", client.name),
        Row("Acts for", "\n".join(team.name for team in client.teams.all())),
        Row("May", "\n".join(EVERY_SCOPE.get(scope, scope) for scope in client.client.get_scopes())),
        Row("Sharing agreement", client.agreement, second=f"Until {dates.day(client.agreement_ends_on)}"),
        Row("Purposes", ", ".join(client.purposes)),
    ]


def _of_team(team: Team) -> list[Row]:
    leads = Membership.objects.leading(team.id).order_by("user__name").values_list("user__name", flat=True)
    return [
        Row("Team", team.name, second=team.organisation.name),
        Row("Team lead", ", ".join(leads) or "Nobody"),
        Row("Phone", team.phone or "Not known"),
        *([Row("When the team is closed", team.out_of_hours)] if team.out_of_hours else []),
    ]

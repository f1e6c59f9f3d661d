"""Alerts of one person's teams, for the roof: rows and counts in two statements, whatever their number."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef, QuerySet, Subquery, Value

from carecoord import clock
from carecoord.alerts.display import Reader, Shown, alert_row
from carecoord.alerts.kinds import NOT_ANSWERED
from carecoord.alerts.models import ESCALATED_FROM, Alert, AlertQuerySet, AlertRung
from carecoord.alerts.rungs import LADDER, Rung
from carecoord.prepared import prepared_with_one_plan
from carecoord.ui.components import AlertRow
from neighbourhoods.identities import Identity, identities_of
from neighbourhoods.models import Membership
from neighbourhoods.principal import Principal


@dataclass(frozen=True)
class AlertFeed:
    """`waiting` counts what nobody has acknowledged, `total` all that belongs here; both also beyond `rows`.

    `people` are those of the rows, and those asked for beside them.
    """

    rows: tuple[AlertRow, ...] = ()
    waiting: int = 0
    total: int = 0
    people: Mapping[UUID, Identity] = field(default_factory=dict)


def waiting_alerts(
    principal: Principal, *, limit: int = 4, next_url: str = "", also: Iterable[UUID] = (), shows_sent: bool = False
) -> AlertFeed:
    """What stands on my day: unacknowledged first, then what is still unanswered after its deadline.

    `next_url` is the page to which Acknowledge comes back; `also` are residents whom the page shows elsewhere.
    """
    # "waiting" comes before "acknowledged" when read backwards.
    return _feed(_standing(principal, limit), Reader(principal, clock.now(), next_url, shows_sent), also)


@prepared_with_one_plan
def _standing(principal: Principal, limit: int) -> QuerySet[Alert]:
    standing = Alert.objects.of(principal).standing().order_by("-state", "due_at", "-started_at", "id")
    return _first_of(standing, limit)


def acknowledged_alerts(principal: Principal, *, limit: int = 25) -> AlertFeed:
    """What somebody has acknowledged, nobody has answered, and whose deadline has not passed; newest first."""
    in_hand = Alert.objects.of(principal).filter(state="acknowledged", escalation_level__lt=ESCALATED_FROM)
    rows = _first_of(in_hand.order_by("-acknowledged_at", "id"), limit)
    return _feed(rows, Reader(principal, clock.now(), shows_sent=True))


def shown_alert(principal: Principal, alert: Alert, *, next_url: str = "") -> AlertRow | None:
    """One alert as its row; None where it has ended."""
    only = Alert.objects.of(principal).open().filter(id=alert.id)
    return next(iter(_feed(_first_of(only, 1), Reader(principal, clock.now(), next_url)).rows), None)


def ladder_about(principal: Principal, about_id: UUID) -> tuple[Rung, ...]:
    """Who is told while nobody answers about this item, as the rule says under which its alert was raised."""
    asks = Alert.objects.visible_to(principal).open().filter(about_id=about_id, due_at__isnull=False)
    alert = asks.exclude(kind__endswith=NOT_ANSWERED).select_related("rule").order_by("id").first()
    return alert.told_by.ladder if alert else LADDER


def count_waiting(principal: Principal) -> int:
    """For the header: what nobody has acknowledged."""
    return Alert.objects.of(principal).filter(state="waiting").count()


def _feed(alerts: Iterable[Alert], reader: Reader, also: Iterable[UUID] = ()) -> AlertFeed:
    rows: list[Any] = list(alerts)
    known = identities_of([*also, *(row.resident_id for row in rows if row.resident_id)])
    if not rows:
        return AlertFeed(people=known)
    shown = (
        Shown(row, row.lead_names, row.leads_told_at, known.get(row.resident_id), row.is_own_access) for row in rows
    )
    return AlertFeed(tuple(alert_row(one, reader) for one in shown), rows[0].in_waiting, rows[0].in_all, known)


def _first_of(alerts: AlertQuerySet, limit: int) -> AlertQuerySet:
    """The first rows with what is shown of them, and how many there are: each count and choice is made once, by ids."""
    leads = Membership.objects.leading(OuterRef("team_id"))  # type: ignore[arg-type]
    told_late = AlertRung.objects.filter(alert=OuterRef("pk"), level=ESCALATED_FROM)
    return (
        alerts.window(0, limit)
        .knowing_own_access()
        .select_related("team", "sending_team", "acknowledged_by__user", "rule")
        .annotate(
            lead_names=ArraySubquery(leads.order_by("user__name").values("user__name")),
            leads_told_at=Subquery(told_late.values("fired_at")),
            in_all=_count(alerts),
            in_waiting=_count(alerts.filter(state="waiting")),
        )
    )


def _count(alerts: AlertQuerySet) -> Subquery:
    return Subquery(
        alerts.order_by().annotate(all=Value(1)).values("all").annotate(number=Count("pk")).values("number")
    )

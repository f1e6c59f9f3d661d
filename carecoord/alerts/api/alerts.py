"""Alerts to the client's teams."""

from functools import reduce
from operator import or_
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Q
from rest_framework.response import Response

from carecoord import audit
from carecoord.alerts.api.shapes import AlertQuery, AlertShape
from carecoord.alerts.models import Alert, AlertQuerySet
from carecoord.alerts.services import acknowledge_alert
from carecoord.api.operations import operation
from carecoord.api.paging import Cursor, page_of
from carecoord.api.problems import not_found
from neighbourhoods.api.endpoint import Endpoint
from neighbourhoods.models.visibility import among
from neighbourhoods.principal import Principal


class Alerts(Endpoint):
    shape = AlertShape

    @operation("List alerts", page=AlertShape, query=AlertQuery)
    def get(self, _request: object) -> Response:
        """To the client's own teams; the newest first. `state=waiting` is what nobody has acknowledged."""
        page = page_of(_of(self.by).filter(**self.asked), self.request, order=("-id",), narrow=self._next_of_each_team)
        return self.page_with(page, AlertShape)

    def _next_of_each_team(self, cursor: Cursor | None, most: int) -> Q:
        """Each team's list is read in the order of its index, and no further than the page."""
        is_back = cursor is not None and cursor.is_back
        rows = Alert.objects.of(self.by).filter(**self.asked).order_by("id" if is_back else "-id").values("id")
        if cursor:
            rows = rows.filter(**{"id__gt" if is_back else "id__lt": cursor.values[0]})
        each = (ArraySubquery(rows.filter(team_id=team_id)[:most]) for team_id in self.by.team_ids)
        return reduce(or_, (Q(among(F("id"), ids)) for ids in each), Q())


class OneAlert(Endpoint):
    shape = AlertShape

    @operation("Read an alert", answer=AlertShape)
    def get(self, _request: object, alert_id: UUID) -> Response:
        alert = _one(self.by, alert_id)
        audit.looked("alert.viewed", by=self.by, resident_id=alert.resident_id, about=("alert", alert_id))
        return self.one(alert)


class Acknowledge(Endpoint):
    shape = AlertShape

    @operation("Acknowledge an alert", answer=AlertShape)
    def post(self, _request: object, alert_id: UUID) -> Response:
        """Says that somebody of the team has it, and stops reminders. The first one counts: a second changes nothing.

        It is no answer: after its deadline an unanswered alert goes on to the leads.
        """
        _one(self.by, alert_id)
        acknowledge_alert(by=self.by, alert_id=alert_id)
        return self.one(_one(self.by, alert_id))


def _of(by: Principal) -> AlertQuerySet:
    return Alert.objects.of(by).knowing_own_access().select_related("acknowledged_by__user")


def _one(by: Principal, alert_id: UUID) -> Alert:
    alert = _of(by).filter(id=alert_id).first()
    if alert is None:
        raise not_found()
    return alert

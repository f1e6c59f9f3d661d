"""Alerts to the client's teams."""

from uuid import UUID

from rest_framework.response import Response

from carecoord import audit
from carecoord.alerts.api.shapes import AlertQuery, AlertShape
from carecoord.alerts.models import Alert, AlertQuerySet
from carecoord.alerts.services import acknowledge_alert
from carecoord.api.operations import operation
from carecoord.api.problems import not_found
from neighbourhoods.api.endpoint import Endpoint
from neighbourhoods.principal import Principal


class Alerts(Endpoint):
    shape = AlertShape

    @operation("List alerts", page=AlertShape, query=AlertQuery)
    def get(self, _request: object) -> Response:
        """To the client's own teams; the newest first. `state=waiting` is what nobody has acknowledged."""
        return self.page(_of(self.by).filter(**self.asked), AlertShape, order=("-id",))


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
    return Alert.objects.of(by).select_related("acknowledged_by__user")


def _one(by: Principal, alert_id: UUID) -> Alert:
    alert = _of(by).filter(id=alert_id).first()
    if alert is None:
        raise not_found()
    return alert

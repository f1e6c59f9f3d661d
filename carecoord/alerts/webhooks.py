"""An organisation's own system as a way to be told: registered, on again, ended; its secret, and how it fares."""

import base64
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac

from carecoord import audit, clock
from carecoord.alerts.facts import AlertFacts
from carecoord.alerts.kinds import kind_of
from carecoord.alerts.models import Alert, Webhook
from carecoord.alerts.services import raise_alert
from carecoord.delivery.channels import Refused
from carecoord.delivery.models import Delivery
from carecoord.delivery.posting import Endpoint, why_not_url
from carecoord.errors import NotYours, RuleError
from neighbourhoods.models import Organisation, Team, TeamKind
from neighbourhoods.principal import Principal
from neighbourhoods.services import administers

DISABLED: Final = "webhook.disabled"
FAILS_FOR: Final = timedelta(days=1)
FAILS_TIMES: Final = 10
"""It is switched off once it has taken nothing for so long, and so many attempts in a row."""
TYPE: Final = "alert"


@dataclass(frozen=True)
class Made:
    """A webhook with its secret, to be shown once."""

    webhook: Webhook
    secret: str


def webhook_of(organisation_id: UUID) -> Webhook | None:
    """The one that stands, on or switched off."""
    return Webhook.objects.filter(organisation_id=organisation_id, ended_at=None).first()


@transaction.atomic
def register_webhook(*, by: Principal, organisation: Organisation, url: str) -> Made:
    """Alerts of the organisation's teams are told there from now on; what stood before has ended.

    Raises NotYours, RuleError for an address that is not taken.
    """
    made_by = _require(by, organisation)
    if why := why_not_url(url):
        raise RuleError(why, field="url")
    Webhook.objects.filter(organisation=organisation, ended_at=None).update(ended_at=clock.now())
    webhook = Webhook(organisation=organisation, url=url, made_by_id=made_by)
    try:
        with transaction.atomic():
            webhook.save(force_insert=True)
    except IntegrityError as clash:
        raise RuleError("Somebody did the same a moment ago. Look at it as it is now.") from clash
    _note(by, "webhook.registered", webhook)
    return Made(webhook, written_secret(webhook))


@transaction.atomic
def renew_secret(*, by: Principal, organisation: Organisation) -> Made:
    """The old one signs nothing any more. Raises NotYours, RuleError where there is no webhook."""
    _require(by, organisation)
    webhook = _locked(organisation)
    webhook.secret_number += 1
    webhook.save(update_fields=["secret_number"])
    _note(by, "webhook.secret_renewed", webhook)
    return Made(webhook, written_secret(webhook))


@transaction.atomic
def switch_on(*, by: Principal, organisation: Organisation) -> Webhook:
    """After it was switched off for failing. What was not taken meanwhile is not sent again: it stands in CareCoord."""
    _require(by, organisation)
    webhook = _locked(organisation)
    if webhook.disabled_at is not None:
        webhook.disabled_at, webhook.failing_since, webhook.failures, webhook.failure = None, None, 0, ""
        webhook.save(update_fields=["disabled_at", "failing_since", "failures", "failure"])
        _note(by, "webhook.switched_on", webhook)
    return webhook


@transaction.atomic
def end_webhook(*, by: Principal, organisation: Organisation) -> None:
    """Nothing is told there any more."""
    _require(by, organisation)
    webhook = _locked(organisation)
    webhook.ended_at = clock.now()
    webhook.save(update_fields=["ended_at"])
    _note(by, "webhook.ended", webhook)


def endpoint_of_alert(delivery: Delivery) -> Endpoint:
    """For workers. Raises Refused where it is switched off, or has ended."""
    webhook = Webhook.objects.filter(id=_hook_id(delivery)).first()
    alert = Alert.objects.filter(id=delivery.about_id).first()
    if webhook is None or alert is None or not webhook.is_on:
        raise Refused("The system was switched off")
    data = {"count": 1, "kind": kind_of(alert.kind).noun, "urgency": "urgent" if alert.is_urgent else "routine"}
    return Endpoint(webhook.url, _secret(webhook), TYPE, delivery.created_at, data)


@transaction.atomic
def note_outcome(delivery: Delivery, why: str) -> None:
    """Of one attempt; one that has failed for long is switched off, and its administrators are told."""
    webhook = Webhook.objects.select_for_update().filter(id=_hook_id(delivery)).first()
    if webhook is None or not webhook.is_on:
        return
    now = clock.now()
    if not why:
        webhook.taken_at, webhook.failing_since, webhook.failures, webhook.failure = now, None, 0, ""
    else:
        webhook.failing_since = webhook.failing_since or now
        webhook.failures, webhook.failure = webhook.failures + 1, why[:200]
        if now - webhook.failing_since >= FAILS_FOR and webhook.failures >= FAILS_TIMES:
            webhook.disabled_at = now
    webhook.save(update_fields=["taken_at", "failing_since", "failures", "failure", "disabled_at"])
    if webhook.disabled_at:
        _tell_administrators(webhook)


def written_secret(webhook: Webhook) -> str:
    """As Standard Webhooks writes it."""
    return f"whsec_{base64.b64encode(_secret(webhook)).decode()}"


def _secret(webhook: Webhook) -> bytes:
    """Kept nowhere: other bytes for each webhook, and for each time that it is made anew."""
    said = f"{webhook.id}:{webhook.secret_number}"
    return salted_hmac("carecoord.alerts.webhooks", said, algorithm="sha256").digest()


def _hook_id(delivery: Delivery) -> UUID:
    return UUID(delivery.cause.split(":")[1])


def _locked(organisation: Organisation) -> Webhook:
    webhook = Webhook.objects.select_for_update().filter(organisation=organisation, ended_at=None).first()
    if webhook is None:
        raise RuleError("No system is registered any more. Register one first.")
    return webhook


def _require(by: Principal, organisation: Organisation) -> UUID:
    """Their membership."""
    if by.membership_id is None or not administers(by, organisation):
        raise NotYours("Only an administrator of the organisation may do this.")
    return by.membership_id


def _note(by: Principal, what: str, webhook: Webhook) -> None:
    audit.record(what, by=by, about=("webhook", webhook.id), organisation_id=webhook.organisation_id)


def _tell_administrators(webhook: Webhook) -> None:
    teams = Team.objects.filter(
        organisation_id=webhook.organisation_id, kind=TeamKind.ADMINISTRATION, ended_at=None
    ).order_by("id")
    for team_id in teams.values_list("id", flat=True):
        facts = AlertFacts(
            kind=DISABLED,
            about=("organisation", webhook.organisation_id),
            resident_id=None,
            team_id=team_id,
            sending_team_id=None,
            is_urgent=False,
            started_at=clock.now(),
            due_at=None,
            by_the_clock=True,
        )
        raise_alert(facts=facts, cause_id=uuid5(webhook.id, f"{webhook.disabled_at}"))

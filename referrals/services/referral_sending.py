"""Sending a referral, and sending it on: by the receiver (redirect) or by the sender (reroute)."""

from collections.abc import Iterable, Sequence
from typing import Any, cast
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from carecoord import audit, clock
from carecoord.errors import NotYours, RuleError
from carecoord.prepared import add, prepared, prepared_together
from neighbourhoods import gate
from neighbourhoods.models import Resident, Service, Team
from neighbourhoods.principal import Principal
from neighbourhoods.services import lead_or_own
from referrals.cards import card_of, said_of
from referrals.eligibility import why_not
from referrals.models import Referral, ReferralEvent
from referrals.reasons import REROUTED
from referrals.services.referral_access import (
    end_access,
    keep_record_and_show_card,
    keep_senders_record,
    show_card,
)
from referrals.services.referral_drafts import (
    Ask,
    missing_from,
    new_referral,
    save_under_a_free_reference,
    service_of,
    service_row,
    team_row,
    tell_of_draft,
    their_own,
    unsaved_referral,
)
from referrals.services.referral_moves import checked, event_of, locked, make_move, set_clocks, settle, tell
from referrals.states import WITH_A_RECEIVER


@transaction.atomic
def send_referral(*, by: Principal, referral_id: UUID) -> Referral:
    """Send a draft: the receiver gets the card, and the clock runs. The sender stays accountable until acceptance.

    Raises RuleError, with the field, for what is missing; where the service does not take the resident; and, with code
    `duplicate`, where one is open already.
    """
    referral = locked(by, referral_id)
    checked(referral, "send", by)
    _send(referral, by=by)
    return referral


@transaction.atomic
def refer(
    *, by: Principal, resident_id: UUID, service_id: UUID, from_team_id: UUID, ask: Ask
) -> tuple[Referral, ReferralEvent]:
    """Write a referral and send it at once: what `draft_referral` and `send_referral` do, and nothing in between.

    With the one thing that has happened to it. Raises what they raise, with nothing written.
    """
    resident = _locked_resident(by, resident_id)
    teams, services, twins, said, entries = _before_referring(by, resident_id, service_id, from_team_id)
    team, service = _chosen(by, teams, services)
    for field, sentence in missing_from(ask):
        raise RuleError(f"{sentence}.", field=field)
    referral = unsaved_referral(by=by, resident_id=resident_id, service=service, from_team=team, ask=ask)
    referral.resident = resident
    _check_taken(referral, resident)
    _check_not_a_second(referral, by, twins)
    before, referral.status = referral.status, checked(referral, "send", by).target
    referral.to_team, referral.sent_at = service.team, clock.now()
    referral.card = card_of(referral, by, resident, said).as_json()
    settle(referral)
    event = event_of(referral, "send", before, by=by)
    set_clocks(referral, [event])
    save_under_a_free_reference(referral)
    add([event])
    with audit.together():
        tell_of_draft(referral, by=by)
        tell(referral, "send", by=by, before=before, after=referral.status)
        keep_record_and_show_card(referral, by=by, entries=entries)
    return referral, event


def _chosen(by: Principal, teams: Sequence[Team], services: Sequence[Service]) -> tuple[Team, Service]:
    """What `sending_team` and `service_of` give, and raise, of what has been read."""
    if not teams:
        raise Team.DoesNotExist
    team = their_own(by, teams[0])
    if not services:
        raise Service.DoesNotExist
    return team, services[0]


@prepared_together
def _before_referring(
    by: Principal, resident_id: UUID, service_id: UUID, from_team_id: UUID
) -> tuple[QuerySet[Any], ...]:
    """All that is looked up once the resident is locked: team, service, open referrals to it, what the card says of
    the resident, and who leads."""
    return (
        team_row.build(from_team_id),
        service_row.build(by, service_id),
        _twins.build(resident_id, service_id),
        said_of.build(by, resident_id, service_id),
        lead_or_own.build(resident_id, from_team_id),
    )


@transaction.atomic
def redirect_referral(*, by: Principal, referral_id: UUID, to_service_id: UUID, words: str) -> Referral:
    """Send a referral on to the service it should have gone to; returns the new one, from the same sender.

    The receiver holds a card only, so the sender's team writes the new row (docs/decisions/0005-redirect.md); the
    person is named in its history and audited on the old one.
    """
    old = locked(by, referral_id)
    checked(old, "redirect", by)
    if not words.strip():
        raise RuleError(f"Tell {old.from_team} why you send it on.", field="words")
    service = _other_service(old, by, to_service_id)
    if service.team_id == old.from_team_id:
        raise RuleError(f"{service} is the sender's own. Decline instead, and suggest it.", field="service")
    make_move(old, "redirect", by=by, words=words, reason_code=REROUTED, changes=_why_it_ended(words))
    with gate.acting_as(gate.team(old.from_team)) as sender:
        new = _send_on(old, service, by=sender, author=by)
    end_access(old, by=by, reason=REROUTED)
    return new


@transaction.atomic
def reroute_referral(*, by: Principal, referral_id: UUID, to_service_id: UUID, words: str = "") -> Referral:
    """After a decline or a failure, try another service on the same journey; returns the new referral, sent."""
    old = locked(by, referral_id)
    checked(old, "reroute", by)
    service = _other_service(old, by, to_service_id)
    make_move(old, "reroute", by=by, words=words, reason_code=REROUTED, changes=_why_it_ended(words))
    new = _send_on(old, service, by=by, author=by)
    end_access(old, by=by, reason=REROUTED)
    return new


def _why_it_ended(words: str) -> dict[str, object]:
    return {"status_reason_code": REROUTED, "status_reason": words}


def _other_service(old: Referral, by: Principal, to_service_id: UUID) -> Service:
    try:
        service = service_of(by, to_service_id)
    except Service.DoesNotExist:
        raise RuleError("Choose a service of the directory.", field="service") from None
    if service.id == old.service_id:
        raise RuleError("Choose another service than the one it was sent to.", field="service")
    return service


def _send_on(old: Referral, service: Service, *, by: Principal, author: Principal) -> Referral:
    new = new_referral(
        by=by,
        resident_id=old.resident_id,
        service=service,
        from_team=old.from_team,
        ask=_same_ask(old),
        replaces=old,
        author=author,
    )
    _send(new, by=by, author=author)
    return new


def _same_ask(old: Referral) -> Ask:
    return Ask(
        reason=old.reason,
        urgency=old.urgency,
        urgency_reason=old.urgency_reason,
        risks=tuple(old.risks),
        no_known_risks=old.no_known_risks,
        persons_choice=old.persons_choice,
        told_resident=old.told_resident,
    )


def _send(referral: Referral, *, by: Principal, author: Principal | None = None) -> None:
    resident = _locked_resident(by, referral.resident_id)
    for field, sentence in missing_from(_same_ask(referral)):
        raise RuleError(f"{sentence}.", field=field)
    _check_taken(referral, resident)
    _check_not_a_second(referral, by, _twins(referral.resident_id, referral.service_id))
    keep_senders_record(referral, by=by)
    card = card_of(referral, by, resident).as_json()
    sent = {"to_team": referral.service.team, "sent_at": clock.now(), "card": card}
    make_move(referral, "send", by=by, author=author, changes=sent)
    show_card(referral)


def _locked_resident(by: Principal, resident_id: UUID) -> Resident:
    """Two people who send at once wait for each other here, so that the second is told of the first."""
    for resident in _to_lock(by, resident_id):
        return cast("Resident", resident)
    raise Resident.DoesNotExist


@prepared
def _to_lock(by: Principal, resident_id: UUID) -> QuerySet[Resident]:
    residents = Resident.objects.select_for_update(no_key=True, of=("self",)).visible_to(by)
    return residents.select_related("gp_practice", "neighbourhood").filter(id=resident_id)


def _check_taken(referral: Referral, resident: Resident) -> None:
    service = referral.service
    if resident.died_on:
        raise RuleError("This resident has died, so nothing can be sent about them.")
    if not service.accepts_referrals:
        raise RuleError(f"{service} needs no referral: tell the resident how to reach it.", field="service")
    if service.team_id == referral.from_team_id:
        raise NotYours(f"{service} is your own team's. Add an action instead.", field="service")
    problem = why_not(service, born=resident.birth_date, today=clock.today())
    if problem:
        raise RuleError(f"{service} does not take this resident. {problem}", field="service")


def _check_not_a_second(referral: Referral, by: Principal, found: Iterable[tuple[UUID]]) -> None:
    """`found`: what `_twins` has found."""
    twins = [one for (one,) in found if one != referral.id]
    if not twins:
        return
    seen = Referral.objects.filter(id__in=twins).visible_to(by).first()
    name = f" It is {seen.reference}, from {seen.from_team}." if seen else ""
    raise RuleError(f"There is an open referral to {referral.service} already.{name}", code="duplicate")


@prepared
def _twins(resident_id: UUID, service_id: UUID) -> QuerySet[Any]:
    """Of this resident with this service, as far as the policies show them to the sender."""
    twins = Referral.objects.filter(resident_id=resident_id, service_id=service_id, status__in=WITH_A_RECEIVER)
    return twins.values_list("id")

"""What must be so at the end, whatever broke: read as the owner, past every policy."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Count

from carecoord.alerts.kinds import NOT_ANSWERED
from carecoord.alerts.models import Alert, AlertRecipient, AlertRung, HeldMessage
from carecoord.alerts.rungs import LADDER
from carecoord.chaos.flood import Kept
from carecoord.chaos.mail import Handed
from carecoord.chaos.place import ChaosPlace
from carecoord.delivery.models import Delivery
from carecoord.outbox.models import OutboxMessage
from neighbourhoods.models import Membership
from referrals.models import Handover

OFFERS = ("handover.offered", "handover.discharge")
NOTICES = {"accepted": "handover.accepted", "closed": "handover.accepted", "declined": "handover.declined"}
MOST_NAMED = 5


@dataclass
class Reckoning:
    """`wrong` has a sentence for each promise that was broken, with some of what it was broken for."""

    figures: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def none_of(self, what: Iterable[object], sentence: str) -> None:
        found = [str(one) for one in what]
        if found:
            more = f" and {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else ""
            self.wrong.append(f"{sentence}: {', '.join(found[:MOST_NAMED])}{more}")


def reckon(place: ChaosPlace, kept: Kept, handed: Sequence[Handed]) -> Reckoning:
    told = Reckoning()
    handovers = {one.id: one for one in Handover.objects.filter(from_team=place.ward).exclude(offered_at=None)}
    _nothing_was_lost_or_made_twice(told, place, kept, handovers)
    _every_handover_has_its_alerts(told, place, handovers)
    _each_rung_fired_once(told, handovers)
    _every_message_arrived_under_its_id(told, handed)
    _nothing_was_told_of_what_was_taken_back(told, kept)
    _nothing_is_stuck(told)
    told.figures |= _figures(kept, handed, handovers)
    return told


def _nothing_was_lost_or_made_twice(
    told: Reckoning, place: ChaosPlace, kept: Kept, handovers: dict[UUID, Handover]
) -> None:
    told.none_of(set(kept.offered) - handovers.keys(), "It was said that these handovers are offered, and they are not")
    written = Handover.objects.filter(from_team=place.ward).values("resident_id").annotate(written=Count("id"))
    twice = written.filter(written__gt=1).values_list("resident_id", flat=True)
    told.none_of(twice, "These people were handed over twice, though it was asked once")
    news = Counter(OutboxMessage.objects.filter(topic="handover.offered").values_list("about_id", flat=True))
    told.none_of(
        (one for one in handovers if news[one] != 1), "Of these handovers there is not exactly one piece of news"
    )


def _every_handover_has_its_alerts(told: Reckoning, place: ChaosPlace, handovers: dict[UUID, Handover]) -> None:
    """An offer that was answered before the relay came to it asks nothing any more: then there may be none."""
    alerts: dict[tuple[UUID, str], list[Alert]] = defaultdict(list)
    for alert in Alert.objects.filter(about_id__in=handovers.keys()):
        alerts[alert.about_id, alert.kind].append(alert)
    offers = {one: [alert for kind in OFFERS for alert in alerts[one, kind]] for one in handovers}
    open_ones = {one for one, handover in handovers.items() if handover.status == "offered"}
    told.none_of((one for one in open_ones if not offers[one]), "Nobody was told of these handovers")
    told.none_of((one for one in handovers if len(offers[one]) > 1), "These handovers have more than one alert")
    told.none_of(_without_notice(handovers, alerts), "The giver was not told once of the answer to these handovers")
    receivers = set(Membership.objects.in_team(place.nursing.id).values_list("id", flat=True))
    recipients = _recipients(alert.id for found in offers.values() for alert in found)
    missed = (one for one, found in offers.items() for alert in found if not receivers <= recipients[alert.id])
    told.none_of(missed, "Not everybody of the receiving team was told of these handovers")
    for team_id, who in (
        (place.ward.id, "the giver's lead"),
        (place.ward.organisation.place.front_door_id, "the place"),
    ):
        unheard = {alert.about_id for alert in _not_answered(open_ones) if alert.team_id == team_id}
        told.none_of(open_ones - unheard, f"These were never answered, and {who} has not been told")


def _without_notice(handovers: dict[UUID, Handover], alerts: dict[tuple[UUID, str], list[Alert]]) -> Iterator[UUID]:
    for one, handover in handovers.items():
        kind = NOTICES.get(handover.status)
        if kind and len(alerts[one, kind]) != 1:
            yield one


def _not_answered(about: Iterable[UUID]) -> Iterable[Alert]:
    kinds = [f"{kind}{NOT_ANSWERED}" for kind in OFFERS]
    return Alert.objects.filter(about_id__in=list(about), kind__in=kinds)


def _recipients(alerts: Iterable[UUID]) -> dict[UUID, set[UUID]]:
    found: dict[UUID, set[UUID]] = defaultdict(set)
    rows = AlertRecipient.objects.filter(alert_id__in=list(alerts)).values_list("alert_id", "membership_id")
    for alert_id, membership_id in rows:
        found[alert_id].add(membership_id)
    return found


def _each_rung_fired_once(told: Reckoning, handovers: dict[UUID, Handover]) -> None:
    alerts = Alert.objects.filter(about_id__in=handovers.keys(), kind__in=OFFERS)
    fired: dict[UUID, list[int]] = defaultdict(list)
    for alert_id, level in (
        AlertRung.objects.filter(alert__in=alerts).order_by("level").values_list("alert_id", "level")
    ):
        fired[alert_id].append(level)
    whole = [rung.level for rung in LADDER]
    broken = (alert.id for alert in alerts if fired[alert.id] != whole[: len(fired[alert.id])])
    told.none_of(broken, "These alerts did not climb their ladder rung by rung")
    left = (alert.id for alert in alerts if alert.state == Alert.State.WAITING and fired[alert.id] != whole)
    told.none_of(left, "These alerts have no answer, and did not climb to the end of their ladder")


def _every_message_arrived_under_its_id(told: Reckoning, handed: Sequence[Handed]) -> None:
    staff = Delivery.objects.filter(recipient__isnull=False, channel=Delivery.Channel.EMAIL).select_related("recipient")
    asked = {str(one.id): one.recipient.email for one in staff if one.recipient}
    told.none_of(
        {one.message_id for one in handed} - asked.keys(), "The mail server was handed ids that nobody asked for"
    )
    known = [one for one in handed if one.message_id in asked]
    elsewhere = {one.message_id for one in known if asked[one.message_id] != one.address}
    told.none_of(elsewhere, "These messages went to another address")
    texts: dict[str, set[str]] = defaultdict(set)
    for one in known:
        texts[one.message_id].add(one.digest)
    told.none_of((name for name, found in texts.items() if len(found) > 1), "These ids were used for other words")
    taken = {one.message_id for one in known if one.is_taken}
    told.none_of(asked.keys() - taken, "These messages never arrived")
    told.none_of(_recipients_without_message(), "These people are recipients, and no message was for them")


def _recipients_without_message() -> Iterator[UUID]:
    """What was missed goes as one message with the rest, or not at all where it has been seen to by then."""
    asked = set(Delivery.objects.values_list("about_id", "recipient_id"))
    asked |= set(HeldMessage.objects.exclude(ended_at=None).values_list("alert_id", "user_id"))
    rows = AlertRecipient.objects.values_list("id", "alert_id", "membership__user_id")
    return (row for row, alert_id, user_id in rows if (alert_id, user_id) not in asked)


def _nothing_was_told_of_what_was_taken_back(told: Reckoning, kept: Kept) -> None:
    news = OutboxMessage.objects.filter(about_type="handover")
    alerts = Alert.objects.filter(about_type="handover")
    there = set(Handover.objects.values_list("id", flat=True))
    told.none_of(there & set(kept.rolled_back), "These handovers were taken back, and are there")
    told.none_of(set(news.values_list("about_id", flat=True)) - there, "There is news of handovers that do not exist")
    told.none_of(
        set(alerts.values_list("about_id", flat=True)) - there, "There are alerts of handovers that do not exist"
    )
    about = set(Delivery.objects.filter(about_type="alert").values_list("about_id", flat=True))
    told.none_of(
        about - set(Alert.objects.values_list("id", flat=True)), "There are messages about alerts that do not exist"
    )


def _nothing_is_stuck(told: Reckoning) -> None:
    told.none_of(OutboxMessage.objects.waiting().values_list("id", flat=True), "News that still waits")
    told.none_of(OutboxMessage.objects.exclude(failed_at=None).values_list("id", flat=True), "News that was given up")
    unsent = Delivery.objects.exclude(state=Delivery.State.SENT)
    told.none_of(unsent.values_list("id", flat=True), "Messages that were not sent")
    held = HeldMessage.objects.filter(ended_at=None)
    told.none_of(held.values_list("id", flat=True), "Messages that were held back, and never sent")
    told.none_of(Alert.objects.exclude(next_rung_at=None).values_list("id", flat=True), "Alerts with a rung left")


def _figures(kept: Kept, handed: Sequence[Handed], handovers: dict[UUID, Handover]) -> dict[str, int]:
    times = Counter(one.message_id for one in handed)
    return {
        "handovers offered": len(handovers),
        "of them answered": sum(one.status != "offered" for one in handovers.values()),
        "rolled back": len(kept.rolled_back),
        "alerts": Alert.objects.count(),
        "people told": AlertRecipient.objects.count(),
        "rungs": AlertRung.objects.count(),
        "messages": Delivery.objects.count(),
        "handed to the mail server": len(handed),
        "of them handed more than once": sum(count > 1 for count in times.values()),
    }

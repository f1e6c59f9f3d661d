"""Where lower rooms are handed what they may not import, by name, all in one place. Runs once when a process starts."""

import careplans.fhir
import neighbourhoods.fhir
from carecoord.alerts.privacy import PrivacyFacts
from carecoord.alerts.rules import alert_on, resolve_on
from neighbourhoods.frame import count_open_items
from referrals import feeds_handovers, feeds_referrals
from referrals.alert_facts_handovers import handover_alert_facts
from referrals.alert_facts_referrals import ANSWERED_BY, ASKS, referral_alert_facts, undone_alert_facts

TOLD_TO_PRIVACY_OFFICERS = (
    "relationship.claimed",
    "membership.created",
    "membership.changed",
    "membership.ended",
    "second_factor.removed",
)


def connect() -> None:
    """Register handlers of outbox topics, counters of tabs, and how resources of other systems are mapped."""
    _connect_alerts()
    count_open_items("resident_referrals", feeds_referrals.open_count)
    count_open_items("resident_handovers", feeds_handovers.open_count)
    neighbourhoods.fhir.register_mappings()
    careplans.fhir.register_mappings()


def _connect_alerts() -> None:
    """What resolves comes before what raises: a refusal ends the asking alert, then tells the one who asked."""
    # Closing asks for nothing more: it only ever follows an acceptance, which has resolved the offer.
    for happened in ("accepted", "declined", "withdrawn", "returned", "entered_in_error"):
        resolve_on(f"handover.{happened}")
    for happened in ("offered", "accepted", "declined", "returned", "unsatisfactory"):
        alert_on(f"handover.{happened}", handover_alert_facts)
    for topic in ANSWERED_BY:
        resolve_on(topic)
    for topic in ASKS:
        alert_on(topic, referral_alert_facts)
    alert_on("referral.acceptance_undone", undone_alert_facts)
    for topic in TOLD_TO_PRIVACY_OFFICERS:
        alert_on(topic, PrivacyFacts(topic))

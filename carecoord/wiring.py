"""Where lower rooms are handed what they may not import, by name, all in one place. Runs once when a process starts."""


def connect() -> None:
    """Register handlers of outbox topics, counters of tabs, and words of alerts."""
    _connect_alerts()


def _connect_alerts() -> None:
    """What resolves comes before what raises: a refusal ends the asking alert, then tells the one who asked."""
    from carecoord.alerts.privacy import PrivacyFacts
    from carecoord.alerts.rules import alert_on, resolve_on
    from referrals.alert_facts_handovers import handover_alert_facts

    for happened in ("accepted", "declined", "withdrawn", "returned", "closed", "entered_in_error"):
        resolve_on(f"handover.{happened}")
    for happened in ("offered", "declined", "returned"):
        alert_on(f"handover.{happened}", handover_alert_facts)
    for topic in ("relationship.claimed", "membership.created", "membership.ended"):
        alert_on(topic, PrivacyFacts(topic))

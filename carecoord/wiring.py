"""Where lower rooms are handed what they may not import, by name, all in one place. Runs once when a process starts."""


def connect() -> None:
    """Register handlers of outbox topics, counters of tabs, and words of alerts."""

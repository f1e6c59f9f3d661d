from datetime import UTC, datetime


def in_utc(moment: datetime) -> datetime:
    """The same moment in UTC, where arithmetic is exact on every day of the year.

    Raises ValueError for a datetime without a time zone: it would be read in the machine's own.
    """
    if moment.utcoffset() is None:
        raise ValueError(f"{moment!r} has no time zone: give an aware datetime")
    return moment.astimezone(UTC)

"""Who wrote something, and when."""

from datetime import datetime

from carecoord import clock
from carecoord.ui import dates
from neighbourhoods.models import Membership
from neighbourhoods.principal import Principal


def author(membership: Membership | None, name: str = "") -> str:
    """`Dan Whitfield, Social worker, Aldermoor Council`; what no member wrote has a `name`, or was imported."""
    if membership is None:
        return name or "An import"
    return f"{membership.user.name}, {membership.get_role_display()}, {membership.organisation.name}"


def written(membership: Membership | None, at: datetime, name: str = "") -> str:
    """The author and the moment."""
    return f"{author(membership, name)}, {dates.moment_inside(at, now=clock.now())}"


def changed(principal: Principal, membership: Membership | None, at: datetime, name: str = "") -> str:
    """The short line of the contents list: `02-Nov-2026, Joan Okafor`, `Today 09:40, you`."""
    now = clock.now()
    when = dates.moment(at, now=now) if dates.local_day(at) == dates.local_day(now) else dates.day(at)
    if membership is None:
        return f"{when}, {name}" if name else when
    who = "you" if membership.id == principal.membership_id else membership.user.name
    return f"{when}, {who}"

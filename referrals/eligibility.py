"""Whether a service takes somebody like this resident, as far as the directory knows."""

from datetime import date

from neighbourhoods.models import Service
from neighbourhoods.principal import Principal


def years_old(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def ages_taken(service: Service) -> str:
    """`aged 18 to 64`, `aged 65 or over`, `under 18`; empty where every age is taken."""
    youngest, oldest = service.minimum_age, service.maximum_age
    if youngest is not None and oldest is not None:
        return f"aged {youngest} to {oldest}"
    if youngest is not None:
        return f"aged {youngest} or over"
    return f"aged {oldest} or under" if oldest is not None else ""


def why_not(service: Service, *, born: date | None, today: date) -> str:
    """Why the service does not take somebody born then; empty where it does. An unknown age is taken."""
    if service.status != Service.Status.ACTIVE:
        return f"{service.get_status_display()}."
    if born is None:
        return ""
    age = years_old(born, today)
    too_young = service.minimum_age is not None and age < service.minimum_age
    too_old = service.maximum_age is not None and age > service.maximum_age
    return f"Only for people {ages_taken(service)}." if too_young or too_old else ""


def is_own(service: Service, principal: Principal) -> bool:
    """One's own team takes on an action instead of sending itself a referral."""
    return service.team_id is not None and principal.acts_for(service.team_id)

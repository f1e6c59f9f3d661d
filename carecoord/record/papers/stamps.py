"""Who a paper is about, when it was printed and by whom (UI-30)."""

from collections.abc import Iterator
from typing import Final

from carecoord import clock
from carecoord.record.papers.parts import Pairs
from carecoord.record.papers.reading import OnPaper
from carecoord.ui import dates
from neighbourhoods.frame import banner_of
from neighbourhoods.models import Role
from neighbourhoods.models.residents import RESTRICTED
from neighbourhoods.models.sharing import PARTS
from neighbourhoods.principal import Principal

OLD: Final = "It may be out of date, and not everything is on paper: check the record."
OLD_OWN: Final = "It may be out of date. Ask for a new one."


def stamp(by: Principal) -> str:
    role = Role(by.role).label if by.role in Role.values else ""
    who = ", ".join(filter(None, [by.name, role, by.organisation_name]))
    return f"Printed at {_now()} by {who}. {OLD}"


def own_stamp(by: Principal) -> str:
    """In the words of a letter."""
    now = clock.now()
    at = f"{dates.long_day(now)} at {dates.time_of_day(now)}"
    return f"Printed on {at} by {by.name}, {by.organisation_name}. {OLD_OWN}"


def foot(found: OnPaper) -> str:
    """Each page says whose it is: pages fall apart."""
    banner = banner_of(found.resident)
    return f"{banner.name}. NHS No. {banner.nhs_number}. Printed {_now()}: it may be out of date."


def own_foot(found: OnPaper) -> str:
    resident = found.resident
    return f"{resident.given_name} {resident.family_name}. Printed on {dates.long_day(clock.now())}."


def about(found: OnPaper) -> Pairs:
    """The box at the top; its first row is the name."""
    return tuple(_about(found))


def own_about(found: OnPaper) -> Pairs:
    resident = found.resident
    name = " ".join(filter(None, [resident.title, resident.given_name, resident.family_name]))
    born = [("Born", dates.long_day(resident.birth_date))] if resident.birth_date else []
    return (("", name), *born)


def notices(found: OnPaper) -> tuple[str, ...]:
    """Nobody takes for empty what is only withheld."""
    if not found.withheld:
        return ()
    said = ", ".join(sorted(PARTS.get(part, "everything") for part in found.withheld))
    return (f"Not here, because {found.resident.called} has objected to sharing it: {said}. Ask them.",)


def _about(found: OnPaper) -> Iterator[tuple[str, str]]:
    banner = banner_of(found.resident)
    yield "", banner.name
    yield "Born", banner.born
    if banner.died:
        yield "Died", banner.died
    yield "Gender", banner.gender
    yield "NHS No.", banner.nhs_number
    if banner.preferred_name:
        yield "Likes to be called", banner.preferred_name
    if banner.is_restricted:
        yield "Address and phone", RESTRICTED


def _now() -> str:
    now = clock.now()
    return f"{dates.day(now)} {dates.time_of_day(now)}"

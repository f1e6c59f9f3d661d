"""What the teams around a resident are told of a change, whichever way it came: a move, a death, a death taken back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Self
from uuid import UUID

from carecoord import clock, outbox
from carecoord.errors import RuleError
from neighbourhoods.models import Resident
from neighbourhoods.principal import Principal

MOVED, MOVED_AWAY, DIED, DEATH_UNDONE = (
    "resident.moved",
    "resident.moved_away",
    "resident.died",
    "resident.death_undone",
)


@dataclass(frozen=True)
class Circumstances:
    died_on: date | None
    lives: tuple[str, ...]
    practice_id: UUID | None
    neighbourhood_id: UUID | None

    @classmethod
    def of(cls, resident: Resident) -> Self:
        return cls(
            died_on=resident.died_on,
            lives=tuple(filter(None, [*resident.address_lines, resident.postcode])),
            practice_id=resident.gp_practice_id,
            neighbourhood_id=resident.neighbourhood_id,
        )


def news_of(before: Circumstances, after: Circumstances) -> str:
    """The one topic to tell, or none. To learn where somebody has lived all along is no move."""
    if before.died_on or after.died_on:
        if before.died_on and after.died_on:
            return ""
        return DIED if after.died_on else DEATH_UNDONE
    if before.neighbourhood_id and before.neighbourhood_id != after.neighbourhood_id:
        return MOVED_AWAY
    has_moved = bool(before.lives) and before.lives != after.lives
    is_elsewhere = before.practice_id is not None and before.practice_id != after.practice_id
    return MOVED if has_moved or is_elsewhere else ""


def check_day_of_death(resident: Resident) -> None:
    if resident.died_on is None:
        return
    if resident.died_on > clock.today():
        raise RuleError("Choose today or a day before.", field="died_on")
    if resident.birth_date and resident.birth_date_status == "exact" and resident.died_on < resident.birth_date:
        raise RuleError("Choose a day after they were born.", field="died_on")


def tell_the_teams_around(topic: str, *, by: Principal, resident_id: UUID, knowing: Iterable[UUID] = ()) -> None:
    """By reference: who it is about and what has changed is read in the record, by whoever may open it. Teams of `by`
    know, as do those `knowing`."""
    kind = "death" if topic in (DIED, DEATH_UNDONE) else "resident"
    outbox.publish(
        topic,
        about=(kind, resident_id),
        resident_id=resident_id,
        organisation_id=by.organisation_id,
        by_team_ids=",".join(str(one) for one in {*by.team_ids, *knowing}),
    )

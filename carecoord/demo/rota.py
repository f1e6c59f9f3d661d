"""The week's rota of the nurses, and somebody of theirs who is away: so that the page of it opens to something."""

from carecoord.demo.course import DAY, HOUR, MINUTE, morning
from carecoord.demo.making import Demonstration
from neighbourhoods import gate
from neighbourhoods.services.duty import add_duty_turn, record_absence

TEAM = "Millbrook Community Nursing"
LONG = 12 * HOUR
DAYS = 7


def write_rota(here: Demonstration) -> None:
    here.course.once(here.course.ends - 5 * MINUTE, lambda: _write(here))


def _write(here: Demonstration) -> None:
    """By day the nurse and a colleague take turns; a third is away, and the colleague covers."""
    day = morning(here.course.ends) - HOUR
    nurse, colleague, away = here.people["nurse"], here.colleague_in(TEAM, 0), here.colleague_in(TEAM, 1)
    with gate.acting_as(here.people["lead"]) as lead:
        for number in range(DAYS):
            who = (nurse, colleague)[number % 2]
            begins, ends = day + number * DAY, day + number * DAY + LONG
            if who.membership_id and ends > here.course.ends:
                add_duty_turn(
                    by=lead,
                    team_id=here.teams[TEAM].id,
                    membership_id=who.membership_id,
                    starts_at=begins,
                    ends_at=ends,
                )
        if away.membership_id and away.membership_id != colleague.membership_id:
            record_absence(
                by=lead,
                membership_id=away.membership_id,
                starts_at=day - DAY,
                ends_at=day + 4 * DAY + LONG,
                cover_id=colleague.membership_id,
            )

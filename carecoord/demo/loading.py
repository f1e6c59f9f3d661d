"""Makes the demonstration place, once, through the ordinary services, a year of it."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction

from carecoord import audit, clock
from carecoord.accounts.models import User
from carecoord.accounts.services import set_up_totp, share_password
from carecoord.delivery.services import asked_together, note_all_sent
from carecoord.demo import ground, residents, tables
from carecoord.demo.accounts import DOMAIN, second_factor_secret
from carecoord.demo.course import DAY, MINUTE, Course, happening, morning, savepoints
from carecoord.demo.entries import facts_of
from carecoord.demo.hands import NotMade, Say, Share, make
from carecoord.demo.happenings import happen
from carecoord.demo.making import Demonstration
from carecoord.demo.one_record import bring_a_list
from carecoord.demo.people import PEOPLE
from carecoord.demo.told import set_and_hear
from carecoord.demo.year import FULL, Size, cast
from carecoord.gathering import remembering
from carecoord.outbox.tasks import written_together
from carecoord.privacy.noticing import examine_what_is_over
from neighbourhoods import gate
from neighbourhoods.models import Place, Relationship, Resident
from neighbourhoods.services import (
    Identity,
    add_detail,
    change_resident,
    identity_of,
    open_caseload_entry,
    register_resident,
)
from neighbourhoods.services.entries import record_entry
from referrals.references import one_of

YEAR = 370 * DAY


def is_loaded() -> bool:
    """Whether all of it is there: what is written by hand is kept last."""
    return ground.is_laid() and Resident.objects.filter(nhs_number=residents.ROWS[0].nhs_number).exists()


def end_of(today: date | None) -> datetime:
    """The moment up to which things happen: now, or half past ten on the day that was asked for."""
    if today is None:
        return clock.now()
    return datetime.combine(today, time(10, 30), tzinfo=ZoneInfo(settings.TIME_ZONE))


def load(
    password: str,
    say: Callable[[str], object],
    *,
    seed: int = 1,
    ends: datetime,
    size: Size = FULL,
    hands: int = 1,
) -> None:
    """Make the place, its accounts and its year, by so many processes.

    A run that was interrupted is begun again: the ground that it has laid stays, and of the year there is nothing.
    Raises NotMade.
    """
    tell: Say = lambda percent, words: say(f"{percent:3} % {words}")  # noqa: E731
    if not ground.is_laid():
        tell(0, "Organisations, teams and services, and the people who work there")
        ground.lay(seed, ends - YEAR)
    elif Relationship.objects.filter(team__organisation__place__name=tables.PLACE).exists():
        raise NotMade("Half of the demonstration place is there. Begin again with an empty database.")
    make(lambda share, tell: _year(share, tell, seed, ends, size), hands, tell)
    bring_a_list(ends)
    with happening(ends):
        examine_what_is_over()
    note_all_sent()
    set_and_hear(ends)
    with happening(ends - YEAR):
        set_passwords(password)
    with connection.cursor() as cursor:
        # Everything came at once: without this, pages would be slow until autovacuum has been round.
        cursor.execute("ANALYZE")
    tell(100, "The demonstration place is ready")


def _year(share: Share, say: Say, seed: int, ends: datetime, size: Size) -> None:
    course = Course(ends - YEAR, ends)
    with savepoints(used=False), _seldom_tidied(), _by_indexes(), one_of(share.hands, share.hand), remembering():
        here = ground.stand_on(course, share, seed)
        everybody = cast(here, seed, size)
        if share.hand == 0:
            for number, row in enumerate(residents.ROWS):
                course.once(morning(ends - 30 * DAY) + number * 7 * MINUTE, partial(_resident, here, row))
            course.once(morning(ends - 9 * DAY), lambda: _moves(here))
            happen(here)
        with written_together(), asked_together(), audit.together():
            course.run(_Progress(say, course, len(everybody)))
        note_all_sent()


@contextmanager
def _seldom_tidied() -> Iterator[None]:
    """What is there now stays, so Python need not look through it again and again for what could go."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


@contextmanager
def _by_indexes() -> Iterator[None]:
    """Plans are made while the tables are empty, and kept: those that read a table whole would soon read all of it,
    and the policies would judge each row of it."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL seq_page_cost = 1000")
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL seq_page_cost TO DEFAULT")


class _Progress:
    """Says which month it is there, and how much of the work is done: most of it lies in the first and last weeks."""

    def __init__(self, say: Say, course: Course, residents: int) -> None:
        self._say, self._course, self._residents, self._said = say, course, residents, ""

    def __call__(self, day: datetime) -> None:
        month = f"{day:%B %Y}"
        if month != self._said:
            self._said = month
            done = 4 + int(94 * (day - self._course.begins) / (self._course.ends - self._course.begins))
            self._say(done, f"{month}: what happens to {self._residents} residents")


@transaction.atomic
def set_passwords(password: str) -> None:
    """Give every demonstration account this password; `gp` also gets its second factor."""
    by = ground.builder_of(Place.objects.get(name=tables.PLACE))
    with_second_factor = {f"{row.account}@{DOMAIN}" for row in PEOPLE if row.has_second_factor}
    users = list(User.objects.filter(email__endswith=f"@{DOMAIN}"))
    share_password(by=by, user_ids=[user.id for user in users], password=password)
    for user in users:
        if user.email in with_second_factor:
            set_up_totp(user, second_factor_secret(password))


def _moves(here: Demonstration) -> None:
    """Joan has given up her house: where she lived before stays in the record, marked as past."""
    joan, by = here.residents["Joan"], here.somebody_of(residents.HOME)
    moved = replace(identity_of(joan), address_lines=("Willow Bank, room 4", "Aldermoor"), phone="01632 960 140")
    with gate.acting_as(by):
        change_resident(by=by, resident_id=joan.id, identity=moved)


def _resident(here: Demonstration, row: residents.ResidentRow) -> None:
    by, team = here.somebody_of(row.team), here.teams[row.team]
    practice = here.organisations.get(row.practice)
    died = row.died_on_days_ago
    identity = Identity(
        given_name=row.given_name,
        family_name=row.family_name,
        title=row.title,
        preferred_name=row.preferred_name,
        birth_date=row.born,
        gender=row.gender,
        nhs_number=row.nhs_number or None,
        address_lines=(row.address, "Aldermoor") if row.address else (),
        postcode=row.postcode,
        phone=row.phone,
        gp_practice_id=practice.id if practice else None,
        died_on=clock.today() - timedelta(days=died) if died is not None else None,
        **row.codes,
    )
    with gate.acting_as(by):
        resident = register_resident(by=by, identity=identity, team_id=team.id)
        open_caseload_entry(
            by=by,
            resident_id=resident.id,
            team_id=team.id,
            is_lead=True,
            reason=row.why,
            key_worker_id=here.people[row.key_worker].membership_id if row.key_worker else None,
        )
        for said in row.strip:
            record_entry(by=by, resident_id=resident.id, facts=facts_of(said))
        for more in row.further:
            add_detail(by=by, resident_id=resident.id, facts=more)
    here.residents[row.given_name] = resident

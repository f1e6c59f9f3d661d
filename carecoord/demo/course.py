"""The course of a year: lives that go on when their moment has come, and between them what is due by itself."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from heapq import heappop, heappush
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection

from carecoord import audit, clock, outbox
from carecoord.alerts.escalation import fire_due_rungs
from carecoord.alerts.services import end_notices
from carecoord.outbox.subscriptions import heard_topics
from carecoord.outbox.tasks import deliver
from careplans.services.overdue import tell_overdue_actions
from neighbourhoods.services import end_expired_relationships
from referrals.services.handovers import return_ended_handovers, tell_missing_needs

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)

Life = Iterator[datetime]
"""A generator that does one thing after another and yields the moment of the next."""

# Earlier moments have been swept: their dead entries in the index would be read again and again.
_NEXT_DUE = """
SELECT
    (SELECT min(next_rung_at) FROM alerts_alert WHERE next_rung_at >= %s),
    (SELECT min(ends_at) FROM referrals_handover WHERE status = 'accepted' AND ends_at >= %s)
"""


class Course:
    """Runs lives in the order of time, from `begins` to `ends`, with every clock at the moment of what happens.

    News is relayed at its own moment, and what beat would have swept is swept at the moment it fell due, by the same
    functions. What lies after `ends` never happens: that is how items stay open.
    """

    def __init__(self, begins: datetime, ends: datetime) -> None:
        self.begins, self.ends = begins, ends
        self._coming: list[tuple[datetime, int, Life]] = []
        self._number = 0
        self._day = self._reached = begins
        self._rung_due: datetime | None = None
        self._cover_ends: datetime | None = None

    @property
    def today(self) -> date:
        """The day on which the course ends."""
        with clock.at(self.ends):
            return clock.today()

    def live(self, life: Life) -> None:
        """Let a life begin, at the first moment it yields."""
        self._push(next(life, None), life)

    def once(self, moment: datetime, what: Callable[[], object]) -> None:
        self.live(_once(moment, what))

    def run(self, passing: Callable[[datetime], object] = lambda _: None) -> None:
        """Let everything happen; `passing` is told of each new day."""
        while self._coming and self._coming[0][0] <= self.ends:
            moment, _, life = heappop(self._coming)
            self._pass_until(moment, passing)
            self._reached = max(self._reached, moment)
            with happening(moment) as topics:
                following = next(life, None)
            if topics & set(heard_topics()):
                self._look_ahead()
            self._push(following, life)
        self._pass_until(self.ends, passing)
        _tidy(self.ends)
        with happening(self.ends):
            tell_overdue_actions()
            tell_missing_needs()

    def _push(self, moment: datetime | None, life: Life) -> None:
        if moment is not None:
            self._number += 1
            heappush(self._coming, (moment, self._number, life))

    def _pass_until(self, moment: datetime, passing: Callable[[datetime], object]) -> None:
        while self._day + DAY <= moment:
            self._day += DAY
            self._sweep_until(self._day)
            with happening(self._day):
                tell_missing_needs()
            if self._day.toordinal() % 3 == 0:
                _tidy(self._day)
            passing(self._day)
        self._sweep_until(moment)

    def _sweep_until(self, moment: datetime) -> None:
        """What was due before it was known of is done as soon as it is known: the clock never goes back."""
        before = None
        while (due := min(filter(None, (self._rung_due, self._cover_ends)), default=None)) and due <= moment:
            if due == before:
                raise RuntimeError(f"What was due at {before:%Y-%m-%d %H:%M} could not be done: see the log.")
            before = due
            self._reached = max(self._reached, due)
            with happening(self._reached):
                if due == self._rung_due:
                    fire_due_rungs()
                if due == self._cover_ends:
                    return_ended_handovers()
            self._look_ahead()

    def _look_ahead(self) -> None:
        """What falls due next. An alert may be due from before it was raised, so the weeks before are looked at too."""
        since = self._day - 30 * DAY
        with connection.cursor() as cursor:
            cursor.execute(_NEXT_DUE, [since, since])
            self._rung_due, self._cover_ends = cursor.fetchone() or (None, None)


@contextmanager
def happening(moment: datetime) -> Iterator[set[str]]:
    """The clock stands at the moment; what is told meanwhile is delivered before it goes on, to nobody outside.

    The set holds the topics of what was told, once the block has ended.
    """
    topics: set[str] = set()
    with clock.at(moment), audit.together():
        with outbox.collecting() as news:
            yield topics
        while news:
            topics |= {message.topic for message in news}
            with outbox.collecting() as more:
                deliver(news)
            news = more


@contextmanager
def savepoints(used: bool) -> Iterator[None]:
    """Whether a service inside another one can be undone alone.

    The year is made whole or not at all, so nothing in it has to be; half of all statements would be savepoints.
    Only whoever draws something at random, and draws again where that is taken, needs them.
    """
    features = connection.features
    before = features.uses_savepoints
    features.uses_savepoints = used
    try:
        yield
    finally:
        features.uses_savepoints = before


def _tidy(moment: datetime) -> None:
    """What ends by itself and tells nobody: beat does this more often, and nobody would see the difference."""
    with clock.at(moment):
        end_notices()
        end_expired_relationships()


def _once(moment: datetime, what: Callable[[], object]) -> Life:
    yield moment
    what()


def at_work(moment: datetime) -> datetime:
    """The same moment, or the next on a weekday between 08:30 and 17:30."""
    local = moment.astimezone(ZoneInfo(settings.TIME_ZONE))
    if local.time() > time(17, 30):
        local = (local + DAY).replace(hour=8, minute=30 + local.minute % 30)
    elif local.time() < time(8, 30):
        local = local.replace(hour=8, minute=30 + local.minute % 30)
    while local.weekday() > 4:
        local += DAY
    return local


def morning(moment: datetime) -> datetime:
    """Nine o'clock of that day, or of the next on which people work."""
    return at_work(moment).astimezone(ZoneInfo(settings.TIME_ZONE)).replace(hour=9, minute=0, second=0, microsecond=0)

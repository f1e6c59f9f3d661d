"""A year of referrals: every state, every reason, every position of the clock."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from random import Random

from carecoord import clock
from carecoord.demo.course import DAY, HOUR, MINUTE, Life, at_work, savepoints
from carecoord.demo.making import Demonstration
from carecoord.demo.population import Drawn
from carecoord.demo.year_contacts import contact_of
from neighbourhoods import gate
from referrals.models import Referral
from referrals.reasons import CancelReason, DeclineReason, FailReason, HoldReason
from referrals.services import referrals as verbs

# Of every six hundred referrals, how many end their course in which way. A redirected and a rerouted one count twice.
WAYS: dict[str, tuple[int, tuple[tuple[str, ...], ...]]] = {
    "draft": (10, ((),)),
    "sent": (34, (("send",),)),
    "received": (22, (("send", "receive"), ("send", "receive", "ask", "reply"))),
    "info_requested": (14, (("send", "receive", "ask"),)),
    "accepted": (22, (("send", "receive", "accept"), ("send", "accept", "undo", "accept"))),
    "rejected": (10, (("send", "receive", "decline"),)),
    "in_progress": (80, (("send", "receive", "accept", "start"), ("send", "accept", "start", "hold", "resume"))),
    "on_hold": (16, (("send", "receive", "accept", "start", "hold"),)),
    "completed": (14, (("send", "receive", "accept", "start", "complete"),)),
    "closed": (
        262,
        (
            ("send", "receive", "accept", "start", "complete", "acknowledge"),
            ("send", "accept", "start", "complete", "acknowledge"),
            ("send", "receive", "ask", "reply", "accept", "start", "complete", "acknowledge"),
            ("send", "accept", "complete", "acknowledge"),
        ),
    ),
    "failed": (10, (("send", "accept", "start", "fail"),)),
    "cancelled": (46, (("send", "cancel"), ("send", "accept", "call_off"), ("send", "receive", "decline", "cancel"))),
    "redirected": (15, (("send", "receive", "redirect", "accept", "start", "complete", "acknowledge"),)),
    "rerouted": (10, (("send", "receive", "decline", "reroute", "accept", "start"),)),
    "entered_in_error": (10, (("send", "in_error"),)),
}
TWICE = frozenset({"redirected", "rerouted"})
WAITING = frozenset({"sent", "received", "info_requested", "accepted", "rejected", "completed", "failed"})
"""What stands on somebody's page until they do something."""

# How urgent, and how long ago it was sent: on time, due soon and overdue whatever the day of the week.
POSITIONS = (
    ("urgent", 25 * MINUTE),
    ("urgent", 103 * MINUTE),
    ("urgent", 200 * MINUTE),
    ("routine", 8 * HOUR),
    ("routine", 7 * DAY),
    ("soon", 3 * HOUR),
    ("routine", 26 * HOUR),
    ("two_hour", 12 * MINUTE),
    ("soon", 5 * DAY),
    ("routine", 2 * HOUR),
    ("routine", 46 * HOUR),
)
STARTS = (30, 110, 170)
"""An accepted referral is due to be started where it is for within two hours: of eight to eight, sent so long ago."""
CLOCKED = {"sent": POSITIONS, "received": POSITIONS, "accepted": tuple(("two_hour", ago * MINUTE) for ago in STARTS)}
"""What stands on a page with a clock: of each there is one in every position, however small the place."""


def open_ago(ends: datetime, ago: timedelta) -> timedelta:
    """How long before `ends` so much of the time from eight to eight had still to pass."""
    moment = ends
    while clock.working_time_between(clock.DAILY_8_TO_8, moment, ends) < ago:
        moment -= 5 * MINUTE
    return ends - moment


# How many hours pass before a step.
HOURS = {
    "send": (0.1, 1),
    "receive": (0.3, 9),
    "ask": (0.5, 5),
    "reply": (2, 40),
    "accept": (1, 20),
    "undo": (0.1, 0.4),
    "decline": (1, 20),
    "redirect": (1, 8),
    "reroute": (2, 30),
    "start": (20, 200),
    "hold": (24, 300),
    "resume": (48, 300),
    "complete": (150, 1100),
    "acknowledge": (2, 80),
    "fail": (100, 500),
    "cancel": (3, 60),
    "call_off": (5, 100),
    "in_error": (0.2, 2),
}
QUICK = frozenset({"receive", "ask", "reply", "accept", "decline", "redirect"})
BY_THE_SENDER = frozenset({"send", "reply", "reroute", "acknowledge", "cancel", "in_error"})
SEES = frozenset({"start", "resume"})
"""Steps at which whoever was asked has seen the person, more often than not."""
OUTCOMES = (
    "Seen four times; needs nobody to come along now",
    "Equipment fitted, daughter knows how to use it",
    "Went along twice and made a friend",
    "Wound healed on Tuesday",
    "Assessment done, care package agreed",
)


def moments(
    rng: Random, steps: tuple[str, ...], urgency: str, last: datetime, after: datetime, ends: datetime
) -> list[datetime]:
    """When each step is taken, the last at `last`, the first after `after`; in working hours unless it is just now."""
    back, moment = [], last
    for step in reversed(("draft", *steps)):
        back.append(moment)
        hours = rng.uniform(*HOURS.get(step, (0, 0)))
        late = 6 if step == "accept" and rng.random() < 0.07 else 1
        moment -= timedelta(hours=hours * late * (0.03 if urgency in {"urgent", "two_hour"} and step in QUICK else 1))
    return list(in_order(reversed(back), after, ends))


def in_order(wished: Iterator[datetime], after: datetime, ends: datetime) -> Iterator[datetime]:
    """The wished moments, each after the one before, and by day where it is not the very end of the course."""
    before = after
    for moment in wished:
        worked = at_work(moment) if moment < ends - 40 * HOUR else moment
        before = max(worked, before + 6 * MINUTE)
        yield before


def referral_life(
    here: Demonstration,
    rng: Random,
    who: Drawn,
    service: str,
    reason: str,
    urgency: str,
    steps: tuple[str, ...],
    when: list[datetime],
) -> Life:
    """Draft it and take each step at its moment."""
    yield when[0]
    is_risky = rng.random() < 0.3
    ask = verbs.Ask(
        reason=who.words(reason),
        urgency=urgency,
        urgency_reason="It cannot wait until tomorrow" if urgency in {"urgent", "two_hour"} else "",
        risks=("Dog in the house, ring first",) if is_risky else (),
        no_known_risks=not is_risky,
        persons_choice="Asked for this rather than a class" if rng.random() < 0.3 else "",
        told_resident="Agreed to it" if rng.random() < 0.9 else "",
    )
    with here.acting(who.team, rng.randrange(9)) as by, savepoints(used=True):
        made = verbs.draft_referral(
            by=by,
            resident_id=who.resident_id,
            service_id=here.services[service].id,
            from_team_id=here.teams[who.team].id,
            ask=ask,
        )
    for step, moment in zip(steps, when[1:], strict=True):
        yield moment
        made = _take(here, rng, who, made, step)


def _take(here: Demonstration, rng: Random, who: Drawn, made: Referral, step: str) -> Referral:
    receiver = here.team_named(made.to_team_id) if made.to_team_id else who.team
    team = who.team if step in BY_THE_SENDER else receiver
    with gate.acting_as(here.somebody_of(team, rng.randrange(9))) as by:
        if step in {"redirect", "reroute"}:
            to = here.services[another_service(here, rng, who, made)].id
            move = verbs.redirect_referral if step == "redirect" else verbs.reroute_referral
            with savepoints(used=True):
                return move(by=by, referral_id=made.id, to_service_id=to, words="They will know this better than we do")
        if step in SEES and made.to_team_id and rng.random() < 0.5:
            contact_of(here, rng, who, receiver, by)
        return STEPS[step](rng)(by=by, referral_id=made.id)


def another_service(here: Demonstration, rng: Random, who: Drawn, made: Referral) -> str:
    """Where it should have gone: somewhere that takes everybody and that nobody has asked for this person."""
    possible = ("Sign language and equipment", "Independent advocacy", "Food and money advice")
    left = [name for name in possible if name not in who.asked and here.services[name].id != made.service_id]
    chosen = rng.choice(left)
    who.asked.add(chosen)
    return chosen


def _with(verb: Callable[..., Referral], **words: object) -> Callable[..., Referral]:
    return lambda **given: verb(**given, **words)


def _coded(codes: type, rng: Random) -> dict[str, str]:
    code = rng.choice(codes.values)  # type: ignore[attr-defined]
    return {"reason_code": code, "words": "The stairs are too steep for our minibus" if code == "other" else ""}


STEPS: dict[str, Callable[[Random], Callable[..., Referral]]] = {
    "send": lambda _: verbs.send_referral,
    "receive": lambda _: verbs.receive_referral,
    "ask": lambda _: _with(verbs.request_information, question="Since when, and who lives with them?"),
    "reply": lambda _: _with(verbs.reply_to_request, words="Since August. Lives with a son who works nights."),
    "accept": lambda _: verbs.accept_referral,
    "undo": lambda _: _with(verbs.undo_acceptance, words="Pressed the wrong one"),
    "decline": lambda rng: _with(
        verbs.decline_referral, **_coded(DeclineReason, rng), suggestion=rng.choice(("", "Try the integrated team"))
    ),
    "start": lambda _: verbs.start_referral,
    "hold": lambda rng: _with(
        verbs.hold_referral, **_coded(HoldReason, rng), until=clock.today() + rng.randint(3, 24) * DAY
    ),
    "resume": lambda _: verbs.resume_referral,
    "complete": lambda rng: _with(verbs.complete_referral, outcome=rng.choice(OUTCOMES)),
    "acknowledge": lambda _: verbs.acknowledge_outcome,
    "fail": lambda rng: _with(verbs.fail_referral, **_coded(FailReason, rng)),
    "cancel": lambda rng: _with(verbs.cancel_referral, **_coded(CancelReason, rng)),
    "call_off": lambda rng: _with(verbs.cancel_referral, **_coded(CancelReason, rng)),
    "in_error": lambda _: _with(verbs.enter_referral_in_error, words="Sent for the wrong person"),
}

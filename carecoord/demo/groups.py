"""What each group of domain.md, section 4, is recorded for: stays, care packages, and groups with a clock.

Most of it stands well; some of it is due, or late, so that there is something to see on every list.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from carecoord import clock
from carecoord.demo.cohorts import IN_HOSPITAL
from carecoord.demo.course import DAY, HOUR, Course, Life, at_work
from carecoord.demo.making import Demonstration
from carecoord.demo.population import Drawn
from careplans.services.reviews import tell_overdue_reviews
from neighbourhoods.definitions import COHORT
from neighbourhoods.services import (
    EntryFacts,
    PackageFacts,
    StayFacts,
    admit,
    discharge,
    meet_step,
    record_entry,
    request_package,
)
from neighbourhoods.services.clock_telling import tell_due_clocks

HOSPITAL, PROVIDERS = "Aldermoor General", ("Aldermoor Home Care", "Kind Hands", "Alder Valley Care")
PACKAGES = ("Morning and evening calls", "Four calls a day", "Reablement after hospital", "Three nights a week")
TRIGGERS = ("Letters about money", "The week of the anniversary", "Three nights without sleep", "Crowds")
SIGNS = ("Does not answer the door", "Stops cooking", "Talks very fast")
COPING = ("Walks to the canal and back", "Rings a sister", "Plays the one record")
RING = ("The team, weekdays 9 to 5", "The crisis line, day and night", "A sister, any time")
SCHOOLS = ("Alder Bank School", "Weir Street Academy", "Aldermoor College")


def groups(here: Demonstration, make: Callable[[str], Random], living: Iterable[Drawn]) -> None:
    """Let each of them be in the group that they were drawn from; then what is due is told as by beat."""
    for who in living:
        rng = make(f"group {who.number}")
        life = LIVES.get(who.cohort.name)
        if life:
            here.live(who, life(here, rng, who))
    here.course.live(_each_night(here.course))
    here.course.once(here.course.ends - HOUR, tell_due_clocks)


def _each_night(course: Course) -> Life:
    """What a new day makes due, or too late, is told in its first minutes."""
    moment = course.begins.astimezone(ZoneInfo(settings.TIME_ZONE)).replace(hour=0, minute=5, second=0, microsecond=0)
    while True:
        moment += DAY
        yield moment
        tell_due_clocks()
        tell_overdue_reviews()


def on_the_ward(here: Demonstration, rng: Random, who: Drawn) -> Life:
    """From the day on which they came; none of those has gone home yet."""
    yield who.comes_at + HOUR
    with here.acting(who.team) as by:
        expected = here.course.today + timedelta(days=rng.randint(1, 9))
        ward = StayFacts(
            "hospital", by.organisation_id, room=f"Bed {rng.randint(1, 28)}", expected_discharge_on=expected
        )
        admit(by=by, resident_id=who.resident_id, facts=ward)


def _care_home(here: Demonstration, rng: Random, who: Drawn) -> Life:
    is_new = rng.random() < 0.2
    yield _before_the_end(here, who, rng.randint(2, 8) if is_new else rng.randint(15, 90))
    with here.acting(who.team) as by:
        home = StayFacts("care_home", by.organisation_id, room=str(rng.randint(1, 42)))
        stay = admit(by=by, resident_id=who.resident_id, facts=home)
    if is_new or rng.random() < 0.1:
        return
    yield at_work(clock.now() + rng.randint(2, 6) * DAY)
    with here.acting(who.team) as by:
        for step in ("assessment", "plan"):
            meet_step(by=by, stay_id=stay.id, step=step)
    if rng.random() < 0.15:
        yield at_work(here.course.ends - rng.randint(6, 9) * DAY)
        with here.acting(who.team) as by:
            bed = admit(by=by, resident_id=who.resident_id, facts=_hospital(here))
        yield at_work(here.course.ends - rng.randint(2, 4) * DAY)
        with here.acting(who.team) as by:
            discharge(by=by, stay_id=bed.id, destination="care_home")


def _care_package(here: Demonstration, rng: Random, who: Drawn) -> Life:
    yield _before_the_end(here, who, rng.randint(20, 200))
    is_running, share = rng.random() > 0.12, rng.random()
    needed = here.course.today + timedelta(days=rng.randint(-3, 12))
    with here.acting(who.team) as by:
        facts = PackageFacts(
            name=rng.choice(PACKAGES),
            kind="home_care",
            provider_name=rng.choice(PROVIDERS),
            minutes_per_week=rng.choice((210, 420, 630, 840)),
            visits_per_week=rng.choice((7, 14, 28)),
            is_double_handed=rng.random() < 0.2,
            local_authority="Aldermoor Council",
            funding=rng.choice(("council", "council", "direct_payment", "chc", "self")),
            starts_on=None if is_running else needed,
            restart_contact="The provider's duty desk",
        )
        team_id = here.teams[who.team].id
        request_package(by=by, resident_id=who.resident_id, team_id=team_id, facts=facts, is_running=is_running)
    if not is_running or share > 0.2:
        return
    yield at_work(max(here.course.ends - rng.randint(5, 18) * DAY, clock.now() + DAY))
    with here.acting(who.team) as by:
        bed = admit(by=by, resident_id=who.resident_id, facts=_hospital(here))
    if share < 0.08:
        yield at_work(max(here.course.ends - rng.randint(1, 3) * DAY, clock.now() + DAY))
        with here.acting(who.team) as by:
            discharge(by=by, stay_id=bed.id, destination="home")


def _recorded(*kinds: Callable[[Random, date], EntryFacts]) -> Callable[[Demonstration, Random, Drawn], Life]:
    """A group in which somebody is by an entry, or two."""

    def life(here: Demonstration, rng: Random, who: Drawn) -> Life:
        yield _before_the_end(here, who, rng.randint(10, 60))
        today = clock.today()
        with here.acting(who.team) as by:
            for kind in kinds:
                record_entry(
                    by=by,
                    resident_id=who.resident_id,
                    facts=kind(rng, today),
                    team_id=here.teams[who.team].id,
                )

    return life


def _learning_disability(rng: Random, today: date) -> EntryFacts:
    return _facts("learning_disabilities", last_check_on=_ago(rng, today, 20, 390), passport=rng.random() < 0.7)


def _dementia(rng: Random, today: date) -> EntryFacts:
    strained = rng.random() < 0.3
    return _facts("dementia", last_review_on=_ago(rng, today, 20, 390), carer_strain=strained)


def _mental_health(rng: Random, today: date) -> EntryFacts:
    return _facts("mental_health", key_worker="The named worker", next_on=today + timedelta(days=rng.randint(5, 90)))


def _safety_plan(rng: Random, today: date) -> EntryFacts:
    answers = {
        "triggers": "\n".join(rng.sample(TRIGGERS, 2)),
        "signs": "\n".join(rng.sample(SIGNS, 2)),
        "coping": "\n".join(rng.sample(COPING, 2)),
        "ring": "\n".join(RING[: rng.randint(2, 3)]),
    }
    return EntryFacts(
        "safety_plan", "Sit down. Ring somebody. Do not be alone tonight.", answers,
        review_due_on=today + timedelta(days=365),
    )  # fmt: skip


def _safeguarding(rng: Random, today: date) -> EntryFacts:
    stage = rng.choice(("concern", "gathering", "enquiry", "plan", "review"))
    return _facts("safeguarding", stage=stage, next_on=today + timedelta(days=rng.randint(8, 70)))


def _send(rng: Random, today: date) -> EntryFacts:
    stage = rng.choice(("requested", "assessing", "drafting", "drafting", "final", "final"))
    weeks = {"requested": (0, 4), "assessing": (5, 9), "drafting": (12, 17), "final": (24, 50)}[stage]
    asked = today - timedelta(weeks=rng.randint(*weeks))
    final = {"final_on": asked + timedelta(weeks=19)} if stage == "final" else {}
    return _facts("send", stage=stage, requested_on=asked, school=rng.choice(SCHOOLS), **final)


def _children(rng: Random, today: date) -> EntryFacts:
    stage = rng.choice(("assessment", "plan", "plan", "early-help"))
    return _facts("childrens_services", stage=stage, stage_on=today - timedelta(days=rng.randint(1, 30)))


def _plain(word: str) -> Callable[[Random, date], EntryFacts]:
    return lambda _rng, _today: _facts(word)


def _facts(word: str, **answers: Any) -> EntryFacts:
    return EntryFacts(f"{COHORT}{word}", data=answers)


def _ago(rng: Random, today: date, least: int, most: int) -> date:
    return today - timedelta(days=rng.randint(least, most))


def _hospital(here: Demonstration) -> StayFacts:
    return StayFacts("hospital", here.organisations[HOSPITAL].id)


def _before_the_end(here: Demonstration, who: Drawn, days: int) -> datetime:
    """So many days before the year ends, and not before they have come."""
    return max(at_work(here.course.ends - days * DAY), who.comes_at + 3 * HOUR)


LIVES: dict[str, Callable[[Demonstration, Random, Drawn], Life]] = {
    IN_HOSPITAL.name: on_the_ward,
    "Care homes": _care_home,
    "Care packages": _care_package,
    "Learning disabilities": _recorded(_learning_disability),
    "Mental health": _recorded(_mental_health, _safety_plan),
    "Dementia": _recorded(_dementia),
    "Safeguarding": _recorded(_safeguarding),
    "SEND": _recorded(_send),
    "Children's services": _recorded(_children),
    "Fewer admissions": _recorded(_plain("frailty")),
    "Carers": _recorded(_plain("carers")),
}

"""Who comes when, and whose plan, referral or handover goes which way: cast by chance, the same for the same seed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import cycle, groupby
from random import Random
from typing import Any, Self
from uuid import UUID

from carecoord import clock
from carecoord.alerts.kinds import notices
from carecoord.alerts.models import Alert
from carecoord.alerts.services import acknowledge_alert
from carecoord.demo.accounts import WATCHED_TEAMS
from carecoord.demo.chance import chance
from carecoord.demo.cohorts import IN_HOSPITAL
from carecoord.demo.course import DAY, HOUR, MINUTE, Life, at_work
from carecoord.demo.entries import facts_of, interpreter
from carecoord.demo.groups import groups
from carecoord.demo.making import Demonstration
from carecoord.demo.population import Drawn, draw, phone_of_kin
from carecoord.demo.year_contacts import CONTACT_STATES, contact_life, moment_of, whose
from carecoord.demo.year_handovers import (
    KINDS,
    STATES,
    Passing,
    handover_life,
    receiver_for,
)
from carecoord.demo.year_handovers import (
    POSITIONS as OFFERED_AGO,
)
from carecoord.demo.year_handovers import WAITING as HANDOVER_WAITS
from carecoord.demo.year_plans import PLAN_STATES, plan_life
from carecoord.demo.year_referrals import (
    CLOCKED,
    STARTS,
    TWICE,
    WAITING,
    WAYS,
    moments,
    open_ago,
    referral_life,
)
from carecoord.privacy.models import PrivacyReview
from carecoord.privacy.services import close_review
from neighbourhoods import gate
from neighbourhoods.models.memberships import PRIVACY_ROLES
from neighbourhoods.principal import Principal
from neighbourhoods.services import (
    ClaimReason,
    ContactFacts,
    add_contact,
    change_resident,
    claim_relationship,
    open_caseload_entry,
    record_entry,
    register_residents,
)
from referrals.eligibility import why_not
from referrals.models.handovers import TEMPORARY_KINDS


@dataclass(frozen=True)
class Size:
    """How much is drawn, beside what is written by hand."""

    residents: int = 2000
    plans: int = 400
    referrals: int = 600
    handovers: int = 150
    contacts: int = 1400

    @classmethod
    def for_residents(cls, residents: int) -> Self:
        """So many residents, and of everything else as much less."""
        share = residents / cls.residents
        return cls(
            residents, *(round(share * most) for most in (cls.plans, cls.referrals, cls.handovers, cls.contacts))
        )

    def of(self, share: int, whole: int, wanted: int) -> int:
        """That share of what is wanted, and at least one of everything."""
        return max(1, round(wanted * share / whole))


FULL = Size()


def cast(here: Demonstration, seed: int, size: Size) -> list[Drawn]:
    """Plan the whole year. Nothing has happened yet when this returns; `here.course` has it all."""
    rng = chance(seed, "who")
    everybody = draw(rng, size.residents, here.course.begins, here.course.ends)
    left = list(everybody)
    rng.shuffle(left)
    passings = list(_handovers(here, chance(seed, "handovers"), size, left))
    for number, (who, passing) in enumerate(passings):
        here.live(who, handover_life(here, chance(seed, f"handover {number}"), who, passing))
    _still_on_the_ward(here, rng, left)
    living = [who for who in left if who.cohort is not IN_HOSPITAL]
    _plans(here, seed, size, living)
    _referrals(here, seed, size, living)
    dying = living[-max(1, size.residents // 100) :]
    _contacts(here, seed, size, [who for who in left if who not in dying])
    _register(here, seed, everybody, {who.number for who, _ in passings})
    _deaths(here, dying)
    _looking_after(here, chance(seed, "reading"), living)
    groups(here, lambda name: chance(seed, name), [who for who in left if who not in dying])
    return everybody


def _spread(states: Mapping[str, int], size: Size, wanted: int) -> Iterator[str]:
    whole = sum(states.values())
    for state, share in states.items():
        yield from [state] * size.of(share, whole, wanted)


def _watched(*teams: str) -> bool:
    return bool(WATCHED_TEAMS & set(teams))


# --- handovers ---


def _handovers(here: Demonstration, rng: Random, size: Size, left: list[Drawn]) -> Iterator[tuple[Drawn, Passing]]:
    """Each takes its resident out of `left`: nobody else's life may end what this one needs."""
    states = list(_spread(STATES, size, size.handovers))
    offered, kinds = cycle(OFFERED_AGO), cycle(KINDS)
    for state in states:
        kind, ago = next(offered) if state == "offered" else (next(kinds), timedelta())
        if state in {"covering", "returned"}:
            kind = rng.choice(("out_of_hours", "leave_cover"))
        who, to_team = _giver(rng, kind, left, is_waiting=state in HANDOVER_WAITS)
        left.remove(who)
        yield who, _passing(here, rng, who, kind, to_team, state, ago)


def _giver(rng: Random, kind: str, left: Sequence[Drawn], *, is_waiting: bool) -> tuple[Drawn, str]:
    possible = [who for who in left if _gives(kind, who)] or [_moved(rng, kind, left)]
    for who in possible:
        to_team = receiver_for(rng, kind, who)
        if not (is_waiting and _watched(who.team, to_team)):
            return who, to_team
    if is_waiting and kind in {"discharge", "shift"}:
        elsewhere = [who for who in left if not _watched(f"{who.where} Community Nursing")]
        who = _moved(rng, kind, elsewhere or left)
        who.team = next(team for team in IN_HOSPITAL.teams if not _watched(team))
        return who, receiver_for(rng, kind, who)
    return possible[0], receiver_for(rng, kind, possible[0])


def _moved(rng: Random, kind: str, left: Sequence[Drawn]) -> Drawn:
    """A small place has nobody to hand over in this way: some grown-up is with such a team instead."""
    who = next(one for one in left if one.cohort.ages[0] > 17)
    if kind in {"discharge", "shift"}:
        who.cohort, who.team = IN_HOSPITAL, rng.choice(IN_HOSPITAL.teams)
    else:
        who.team = f"{who.where} {'Integrated Team' if kind == 'organisation' else 'Community Nursing'}"
    return who


def _gives(kind: str, who: Drawn) -> bool:
    if kind in {"discharge", "shift"}:
        return who.cohort is IN_HOSPITAL
    nursed = who.team == f"{who.where} Community Nursing"
    if kind == "team":
        return nursed
    if kind == "organisation":
        return who.team.startswith("Adult Social Care") or who.team.endswith("Integrated Team")
    return nursed or (kind == "leave_cover" and who.team.startswith("Adult Social"))


def _passing(
    here: Demonstration, rng: Random, who: Drawn, kind: str, to_team: str, state: str, ago: timedelta
) -> Passing:
    ends = here.course.ends
    if state == "offered":
        offered_at = ends - ago
    elif state in {"draft", "accepted", "covering"}:
        offered_at = ends - rng.randint(9, 60) * HOUR
    else:
        offered_at = at_work(max(who.comes_at + 3 * DAY, here.course.begins + rng.randint(20, 350) * DAY))
        offered_at = min(offered_at, at_work(ends - 6 * DAY))
    if who.cohort is IN_HOSPITAL:
        who.comes_at = at_work(offered_at - rng.randint(4, 15) * DAY)
    ends_at = None
    if kind in TEMPORARY_KINDS:
        ends_at = {
            "returned": offered_at + (14 * HOUR if kind == "out_of_hours" else 4 * DAY),
        }.get(state, ends + rng.randint(8, 16) * HOUR if kind == "out_of_hours" else ends + rng.randint(3, 12) * DAY)
    return Passing(kind, to_team, state, offered_at, ends_at)


def _still_on_the_ward(here: Demonstration, rng: Random, left: Iterable[Drawn]) -> None:
    for who in left:
        if who.cohort is IN_HOSPITAL:
            who.comes_at = at_work(here.course.ends - rng.randint(2, 12) * DAY)


# --- plans and referrals ---


def _plans(here: Demonstration, seed: int, size: Size, living: Sequence[Drawn]) -> None:
    states = list(_spread(PLAN_STATES, size, size.plans))
    whose = cycle(living)
    for number, state in enumerate(states):
        rng, who = chance(seed, f"plan {number}"), next(whose)
        latest = here.course.ends - 45 * DAY
        began_at = at_work(who.comes_at + rng.randint(3, 200) * DAY + rng.randint(0, 480) * MINUTE)
        began_at = max(min(began_at, latest), who.comes_at + DAY)
        here.live(who, plan_life(here, rng, who, state, at_work(began_at)))


def _referrals(here: Demonstration, seed: int, size: Size, living: Sequence[Drawn]) -> None:
    rng, ends = chance(seed, "referrals"), here.course.ends
    referred = cycle(living[len(living) // 8 :])
    shares = {way: share * (2 if way in TWICE else 1) for way, (share, _) in WAYS.items()}
    for way, share in shares.items():
        many = size.of(share, sum(shares.values()), size.referrals)
        many = max(1, many // 2) if way in TWICE else max(many, 3 if way in CLOCKED else 1)
        for number in range(many):
            who, service, reason = _asked(here, rng, referred, is_waiting=way in WAITING)
            steps = rng.choice(WAYS[way][1])
            urgency, ago = _urgency(rng), _ago(rng, way)
            is_clocked = way in CLOCKED and (way != "accepted" or number < len(STARTS))
            if is_clocked:
                # The first three as they were sent: no question has stopped their clock.
                steps = WAYS[way][1][0] if number < 3 else steps
                urgency, ago = CLOCKED[way][number % len(CLOCKED[way])]
                ago = open_ago(ends, ago) if urgency == "two_hour" else ago
            last = max(ends - ago, who.comes_at + 3 * DAY)
            when = moments(rng, steps, urgency, last, who.comes_at + DAY, ends)
            if is_clocked:
                when = _just_now(when, ends, ago)
            own = chance(rng.random(), "referral")
            here.live(who, referral_life(here, own, who, service, reason, urgency, steps, when))


def _contacts(here: Demonstration, seed: int, size: Size, living: Sequence[Drawn]) -> None:
    """Of every team some are seen, and some again and again, so that their timelines have something to tell."""
    states = list(_spread(CONTACT_STATES, size, size.contacts))
    chance(seed, "contacts").shuffle(states)
    for number, (state, who) in enumerate(zip(states, whose(living), strict=False)):
        rng = chance(seed, f"contact {number}")
        here.live(who, contact_life(here, rng, who, state, moment_of(here, rng, who, state)))


def _just_now(when: list[datetime], ends: datetime, ago: timedelta) -> list[datetime]:
    """Sent exactly so long ago, whatever the hour; what follows is spread over the time since."""
    sent, later = ends - ago, len(when) - 2
    return [sent - 8 * MINUTE, sent, *(sent + ago * (number + 1) / (later + 2) for number in range(later))]


def _urgency(rng: Random) -> str:
    return rng.choices(("routine", "soon", "urgent", "two_hour"), (72, 18, 8, 2))[0]


def _ago(rng: Random, way: str) -> timedelta:
    """How long ago the last step was."""
    if way in WAITING:
        return rng.randint(40, 60 * 40) * MINUTE
    if way in {"in_progress", "on_hold", "draft", "rerouted"}:
        return rng.randint(3, 24 * 12) * HOUR
    return rng.randint(2 * 24, 320 * 24) * HOUR


def _asked(here: Demonstration, rng: Random, referred: Iterator[Drawn], *, is_waiting: bool) -> tuple[Drawn, str, str]:
    """Somebody, and a service that takes them and that nobody has asked yet."""
    for who in referred:
        asks = [(who.words(service), reason) for service, reason in who.cohort.asks]
        rng.shuffle(asks)
        for service, reason in asks:
            if service not in who.asked and _takes(here, service, who, is_waiting=is_waiting):
                who.asked.add(service)
                return who, service, reason
    raise LookupError("Nobody is left to refer.")


def _takes(here: Demonstration, name: str, who: Drawn, *, is_waiting: bool) -> bool:
    service = here.services[name]
    team = service.team.name if service.team else ""
    if team == who.team or (is_waiting and (_watched(team, who.team) or not team)):
        return False
    born, today = who.identity.birth_date, here.course.today
    # Whatever day of the year they are referred on.
    return not (why_not(service, born=born, today=today) or why_not(service, born=born, today=today - 400 * DAY))


# --- people come, die, are read about ---


def _register(here: Demonstration, seed: int, everybody: Sequence[Drawn], handed_over: set[int]) -> None:
    """By the bulk registration that imports use: one call for each team and day."""
    come = sorted(filter(here.has, everybody), key=lambda who: (who.comes_at, who.team, who.number))
    for (moment, _), batch in groupby(come, key=lambda who: (who.comes_at, who.team)):
        here.course.live(_come(here, seed, moment, list(batch), handed_over))


def _come(here: Demonstration, seed: int, moment: datetime, batch: Sequence[Drawn], handed_over: set[int]) -> Life:
    yield moment
    team = batch[0].team
    identities = [
        replace(who.identity, gp_practice_id=here.organisations[who.practice].id if who.practice else None)
        for who in batch
    ]
    with here.acting(team) as by:
        registered = register_residents(by=by, identities=identities, team_id=here.teams[team].id)
        for who, resident in zip(batch, registered, strict=True):
            who.id = resident.id
            _know(here, chance(seed, f"resident {who.number}"), who, is_settled=who.number not in handed_over)


def _know(here: Demonstration, rng: Random, who: Drawn, *, is_settled: bool) -> None:
    """What is known of somebody on their first day: why they are here, what is recorded, whom to ring."""
    by, team_id = here.somebody_of(who.team), here.teams[who.team].id
    if is_settled and rng.random() < 0.6:
        key_worker = here.colleague_in(who.team, rng.randrange(9)).membership_id if rng.random() < 0.6 else None
        reason = who.words(rng.choice(who.cohort.reasons))
        open_caseload_entry(
            by=by, resident_id=who.resident_id, team_id=team_id, is_lead=True, reason=reason, key_worker_id=key_worker
        )
    if who.cohort.entries and rng.random() < 0.35:
        chosen = rng.sample(who.cohort.entries, rng.randint(1, min(2, len(who.cohort.entries))))
        # An allergy ends "no known allergies", and refuses it afterwards.
        for said in sorted(chosen, key=lambda entry: entry[0] != "no_known_allergies"):
            record_entry(by=by, resident_id=who.resident_id, facts=facts_of(said))
    if who.identity.interpreter_required:
        record_entry(by=by, resident_id=who.resident_id, facts=facts_of(interpreter(who.heritage.language)))
    if rng.random() < 0.2:
        add_contact(by=by, resident_id=who.resident_id, facts=_next_of_kin(rng, who))


def _next_of_kin(rng: Random, who: Drawn) -> ContactFacts:
    return ContactFacts(
        kind="personal",
        name=f"{rng.choice(who.heritage.women)} {_family_of_kin(rng, who)}",
        relationship=rng.choice(("Daughter", "Sister", "Neighbour", "Aunt", "Cousin")),
        phone=phone_of_kin(who.number),
        is_carer=rng.random() < 0.4,
        is_emergency_contact=rng.random() < 0.7,
    )


def _family_of_kin(rng: Random, who: Drawn) -> str:
    """The same family name, as a woman bears it; another where women bear none such."""
    of, name = who.heritage, who.identity.family_name
    if name in of.families_of_women:
        return name
    return next((woman for woman in of.families_of_women if woman[:5] == name[:5]), rng.choice(of.families_of_women))


def _deaths(here: Demonstration, these: Iterable[Drawn]) -> None:
    for number, who in enumerate(these):
        if not who.asked:
            moment = at_work(max(who.comes_at + 9 * DAY, here.course.ends - (6 + number * 13 % 280) * DAY))
            here.live(who, _death(here, who, moment))


def _death(here: Demonstration, who: Drawn, moment: datetime) -> Life:
    yield moment
    with here.acting(who.team) as by:
        practice = here.organisations[who.practice].id if who.practice else None
        died = replace(who.identity, gp_practice_id=practice, died_on=clock.today() - DAY)
        change_resident(by=by, resident_id=who.resident_id, identity=died)


def _looking_after(here: Demonstration, rng: Random, living: Sequence[Drawn]) -> None:
    """Notices are read, what privacy officers are told is looked into, and now and then a record is claimed."""
    here.course.live(_reading(here))
    first = sorted(living, key=lambda who: (who.comes_at, who.number))
    for number, ago in enumerate((3, 9, 40, 75, 110, 160, 210, 260)):
        who = first[number]
        here.live(who, _claim(here, who, at_work(here.course.ends - ago * DAY - rng.randint(0, 300) * MINUTE)))


def _reading(here: Demonstration) -> Life:
    """Every third day somebody reads what their team was told three days ago or earlier."""
    moment = here.course.begins + 2 * DAY
    names = {team.id: name for name, team in here.teams.items()}
    privacy = _privacy(here)
    while True:
        moment = at_work(moment + 3 * DAY)
        yield moment
        old = Alert.objects.filter(state="waiting", started_at__lte=clock.now() - 3 * DAY, due_at=None)
        if here.share.hand:
            old = old.exclude(about_type="membership")  # who began on the first day is for one hand to look at
        for alert in old.order_by("started_at", "kind", "about_id"):
            is_notice = alert.kind in notices()
            if is_notice and alert.started_at.minute % 2:
                continue  # never read: it ends by itself after four weeks
            those = [here.somebody_of(names[alert.team_id], 1)] if is_notice else privacy.get(alert.team_id, [])
            for by in those:
                with gate.acting_as(by):
                    # Their own access is for somebody else to look into.
                    if is_notice or not _is_own_access(by, alert):
                        acknowledge_alert(by=by, alert_id=alert.id)
                        break


def _privacy(here: Demonstration) -> dict[UUID, list[Principal]]:
    """Who looks into what, by team."""
    found: dict[UUID, list[Principal]] = {}
    for who in here.people.values():
        if who.role in PRIVACY_ROLES:
            found.setdefault(who.team_ids[0], []).append(who)
    return found


def _is_own_access(by: Principal, alert: Alert) -> bool:
    found: Any = Alert.objects.visible_to(by).knowing_own_access().get(id=alert.id)
    return bool(found.is_own_access)


def _claim(here: Demonstration, who: Drawn, moment: datetime) -> Life:
    yield moment
    team = next(name for name in ("Urgent Community Response", "Out of Hours Nursing") if name != who.team)
    with here.acting(team) as by:
        claim_relationship(
            by=by,
            resident_id=who.resident_id,
            team_id=here.teams[team].id,
            reason=ClaimReason.CONTACTED,
            until=clock.now() + 8 * HOUR,
        )
    yield at_work(moment + 6 * HOUR)
    _review_claims(here)


def _review_claims(here: Demonstration) -> None:
    """What has been opened until now is looked into."""
    privacy = _privacy(here)
    for review in PrivacyReview.objects.open().filter(opened_at__lt=clock.now()):
        for by in privacy.get(review.team_id, [])[:1]:
            note = "Their team covered that day, as the rota says."
            with gate.acting_as(by):
                close_review(by=by, review_id=review.id, outcome=PrivacyReview.Outcome.JUSTIFIED, note=note)

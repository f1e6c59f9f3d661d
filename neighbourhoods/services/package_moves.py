"""Care packages pass through `states.PACKAGE`: by hand, or because somebody comes to stay somewhere, or goes home."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from carecoord import audit, clock, outbox
from carecoord.errors import IllegalMove, NotYours, RuleError
from carecoord.moves import Side
from neighbourhoods.cohorts.clocks import package_due_at
from neighbourhoods.models import CarePackage, Stay, Team
from neighbourhoods.models.stays import MAX_REASON
from neighbourhoods.principal import Principal
from neighbourhoods.services.encounter_facts import words
from neighbourhoods.services.locks import held_resident
from neighbourhoods.states import PACKAGE

PAST_TENSE = {
    "arrange": "arranged",
    "start": "started",
    "suspend": "suspended",
    "restart": "restarted",
    "end": "ended",
}
SAY_WHY = frozenset({"suspend", "end"})


def sides_of(by: Principal, package: CarePackage) -> set[Side]:
    """Whose team arranges it, whose organisation provides it or wrote it down, gives; everybody else is around."""
    theirs = package.provider_id, package.recorded_by_organisation_id
    is_theirs = by.acts_for(package.team_id) or (by.organisation_id is not None and by.organisation_id in theirs)
    return {Side.GIVER} if is_theirs else {Side.RECEIVER}


def allowed_on_package(by: Principal, package: CarePackage) -> tuple[str, ...]:
    return PACKAGE.allowed(package.status, sides_of(by, package))


@transaction.atomic
def move_package(
    *, by: Principal, package_id: UUID, verb: str, reason: str = "", on: date | None = None
) -> CarePackage:
    """One of the verbs of `states.PACKAGE`; `on` is the day from which it is so, today where nothing is said.

    Suspending and ending say why. Raises IllegalMove, NotYours for whom it is not to move, RuleError with the field.
    """
    if verb not in PAST_TENSE:
        raise IllegalMove("Choose what happens with the package.")
    package = locked_package(by, package_id)
    sides = sides_of(by, package)
    if verb not in allowed_on_package(by, package) and verb in PACKAGE.allowed(package.status, {Side.GIVER}):
        name = Team.objects.values_list("name", flat=True).get(id=package.team_id)
        raise NotYours(f"{name} arranges this package, and decides. Ring them.")
    before, target = package.status, PACKAGE.move(verb, package.status, sides).target
    why = words(reason, "reason", MAX_REASON, required="Say why." if verb in SAY_WHY else "")
    since = on or clock.today()
    _check_day(package, verb, since)
    _put(package, target, since, why)
    _save(package)
    tell(PAST_TENSE[verb], by, package, reason=why, before=before, after=target)
    return package


def suspend_active(*, by: Principal, stay: Stay) -> list[CarePackage]:
    """Whoever stays somewhere needs nobody at home: with the stay itself, or not at all."""
    running = CarePackage.objects.select_for_update().filter(resident_id=stay.resident_id, status="active")
    suspended = list(running.order_by("id"))
    for package in suspended:
        package.status, package.suspended_at, package.suspended_by = "suspended", stay.admitted_at, stay
        package.suspend_reason = f"{stay.get_kind_display()}: {stay.where}"[:MAX_REASON]
        renew_clock(package)
        _save(package)
        tell("suspended", by, package, stay_id=stay.id, before="active", after="suspended")
    return suspended


def expect_home(stay: Stay) -> None:
    """Another day on which they are expected to leave: what was suspended for the stay is looked at before it."""
    for package in CarePackage.objects.select_for_update().filter(suspended_by=stay, status="suspended"):
        package.suspended_by = stay
        renew_clock(package)
        package.save_changes("due_at", "told_at")


def ask_to_restart(*, by: Principal, resident_id: UUID, suspended_by: Stay | None = None) -> list[CarePackage]:
    """They are home: the team that arranged each suspended package is told, and told again, until it runs or ends."""
    waiting = CarePackage.objects.select_for_update().filter(resident_id=resident_id, status="suspended")
    if suspended_by is not None:
        waiting = waiting.filter(suspended_by=suspended_by)
    asked = list(waiting.order_by("id"))
    for package in asked:
        package.restart_asked_at = clock.now()
        package.save_changes("restart_asked_at")
        tell("restart_asked", by, package)
    return asked


def locked_package(by: Principal, package_id: UUID) -> CarePackage:
    """The resident first, as everybody who writes about them does."""
    found = CarePackage.objects.visible_to(by).get(id=package_id)
    held_resident(by, found.resident_id)
    mine = CarePackage.objects.select_for_update(of=("self",)).visible_to(by)
    return mine.select_related("provider", "resident").get(id=package_id)


def tell(what: str, by: Principal, package: CarePackage, reason: str = "", **detail: object) -> None:
    about = ("care_package", package.id)
    audit.record(
        f"package.{what}",
        by=by,
        resident_id=package.resident_id,
        about=about,
        reason=reason,
        team_id=package.team_id,
        **detail,
    )
    own = next((team for team in by.team_ids if team == package.team_id), None)
    outbox.publish(
        f"package.{what}",
        about=about,
        resident_id=package.resident_id,
        team_id=package.team_id,
        from_team_id=own,
    )


def _check_day(package: CarePackage, verb: str, on: date) -> None:
    if on > clock.today():
        raise RuleError("Choose today or a day before: write it down when it is so.", field="on")
    if verb == "end" and package.has_run and package.starts_on and on < package.starts_on:
        raise RuleError("Choose a day after it began.", field="on")
    if verb == "restart" and package.suspended_at and on < package.suspended_at.date():
        raise RuleError("Choose a day after it was suspended.", field="on")


def _put(package: CarePackage, target: str, on: date, why: str) -> None:
    """The state, and what goes with it: the database refuses one without the other."""
    if target == "active" and not package.provided_by:
        raise RuleError("Say first who provides it: change the package.", field="provider")
    was, had_run, package.status = package.status, package.has_run, target
    package.suspended_at = package.suspended_by = package.restart_asked_at = None
    if target == "suspended":
        package.suspended_at, package.suspend_reason = _moment_of(on), why
    elif target == "active" and was != "suspended":
        package.starts_on = on
    elif target == "ended":
        package.ends_on, package.ended_reason = on, why
        if not had_run and package.starts_on and package.starts_on > on:
            package.starts_on = None  # It was to begin then, and never did.
    renew_clock(package)


def _moment_of(on: date) -> datetime:
    """The day itself where it is not today: nobody says at what hour."""
    now = clock.now()
    return now if on == clock.today() else now.replace(year=on.year, month=on.month, day=on.day)


def renew_clock(package: CarePackage) -> None:
    stay = package.suspended_by
    home_on = stay.expected_discharge_on if stay and stay.is_open else None
    due = package_due_at(package.status, package.starts_on, package.suspended_at, home_on)
    if due != package.due_at:
        package.due_at, package.told_at = due, None


def _save(package: CarePackage) -> None:
    package.save_changes(
        *("status", "starts_on", "ends_on", "ended_reason", "suspended_at", "suspended_by", "suspend_reason"),
        *("restart_asked_at", "due_at", "told_at"),
    )

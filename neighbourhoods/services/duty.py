"""The duty rota of a team, and its people's absences. A lead writes both; everybody says of themselves when away."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from carecoord import audit, clock
from carecoord.errors import NotYours, RuleError
from neighbourhoods.models import Absence, DutyTurn, Membership
from neighbourhoods.principal import Principal

LONGEST_TURN = timedelta(days=31)
LONGEST_ABSENCE = timedelta(days=366)


@transaction.atomic
def add_duty_turn(
    *, by: Principal, team_id: UUID, membership_id: UUID, starts_at: datetime, ends_at: datetime
) -> DutyTurn:
    """Put somebody of the team on duty. For its lead. Raises NotYours, RuleError with its field."""
    _require_lead(by, team_id)
    person = Membership.objects.in_team(team_id).filter(id=membership_id).first()
    if person is None:
        raise RuleError("Choose somebody of this team.", field="person")
    _check_time(starts_at, ends_at, LONGEST_TURN, "A turn is at most 31 days long.")
    turn = DutyTurn(team_id=team_id, membership=person, starts_at=starts_at, ends_at=ends_at)
    turn.save(force_insert=True)
    audit.record("duty.added", by=by, about=("team", team_id), person=person.id, starts_at=starts_at, ends_at=ends_at)
    return turn


@transaction.atomic
def cancel_duty_turn(*, by: Principal, turn_id: UUID) -> DutyTurn:
    """Take somebody off duty. Raises DutyTurn.DoesNotExist where no team of `by`'s has it."""
    turn = DutyTurn.objects.select_for_update(of=("self",)).get(id=turn_id, team_id__in=by.team_ids)
    _require_lead(by, turn.team_id)
    if turn.cancelled_at is None:
        turn.cancelled_at = clock.now()
        turn.save_changes("cancelled_at")
        audit.record("duty.cancelled", by=by, about=("team", turn.team_id), person=turn.membership_id)
    return turn


@transaction.atomic
def record_absence(
    *, by: Principal, membership_id: UUID, starts_at: datetime, ends_at: datetime, cover_id: UUID | None = None
) -> Absence:
    """Somebody is away, and `cover_id`, of one of their teams, is told in their place.

    By themselves, or by a lead of a team of theirs. Raises NotYours, RuleError with its field.
    """
    person = _person_of_mine(by, membership_id)
    _check_time(starts_at, ends_at, LONGEST_ABSENCE, "An absence is at most a year long.")
    if cover_id is not None:
        _check_cover(person, cover_id, starts_at, ends_at)
    absence = Absence(membership=person, cover_id=cover_id, starts_at=starts_at, ends_at=ends_at)
    absence.save(force_insert=True)
    audit.record(
        "absence.recorded", by=by, about=("membership", person.id), cover=cover_id, starts_at=starts_at, ends_at=ends_at
    )
    return absence


@transaction.atomic
def end_absence(*, by: Principal, absence_id: UUID) -> Absence:
    """Back earlier, or not away at all. Raises Absence.DoesNotExist where it is of nobody in `by`'s teams."""
    mine = Absence.objects.filter(membership__team_links__team_id__in=by.team_ids).values("id")
    absence = Absence.objects.select_for_update(of=("self",)).filter(id__in=mine).get(id=absence_id)
    _person_of_mine(by, absence.membership_id)
    if absence.cancelled_at is None:
        absence.cancelled_at = clock.now()
        absence.save_changes("cancelled_at")
        audit.record("absence.ended", by=by, about=("membership", absence.membership_id))
    return absence


def _require_lead(by: Principal, team_id: UUID) -> None:
    if not by.leads(team_id):
        raise NotYours("Only a lead of this team writes its rota.")


def _person_of_mine(by: Principal, membership_id: UUID) -> Membership:
    """Whoever acts, or somebody of a team that they lead. Raises NotYours."""
    person = Membership.objects.live().filter(id=membership_id).first()
    teams = [] if person is None else list(person.team_links.values_list("team_id", flat=True))
    if person is None or not (person.id == by.membership_id or any(by.leads(team) for team in teams)):
        raise NotYours("Only they themselves or a lead of their team can say when they are away.", field="person")
    return person


def _check_time(starts_at: datetime, ends_at: datetime, longest: timedelta, too_long: str) -> None:
    if ends_at <= starts_at:
        raise RuleError("The end must be after the beginning.", field="ends_at")
    if ends_at <= clock.now():
        raise RuleError("The end must be in the future.", field="ends_at")
    if ends_at - starts_at > longest:
        raise RuleError(too_long, field="ends_at")


def _check_cover(person: Membership, cover_id: UUID, starts_at: datetime, ends_at: datetime) -> None:
    if cover_id == person.id:
        raise RuleError("Choose somebody else to cover.", field="cover")
    shared = person.team_links.values("team_id")
    if not Membership.objects.live().filter(id=cover_id, team_links__team_id__in=shared).exists():
        raise RuleError("Choose somebody of the same team to cover.", field="cover")
    away = Absence.objects.standing().filter(membership_id=cover_id, starts_at__lt=ends_at, ends_at__gt=starts_at)
    if away.exists():
        raise RuleError("They are away at that time too. Choose somebody else to cover.", field="cover")

"""What a team reads of its rota and of who is away."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from carecoord import clock
from neighbourhoods.models import Absence, DutyTurn, Membership

MOST = 100


@dataclass(frozen=True)
class Rota:
    """`turns` and `absences` are now or to come, in the order of their beginning."""

    turns: Sequence[DutyTurn]
    absences: Sequence[Absence]
    members: Sequence[Membership]

    @property
    def is_unattended(self) -> bool:
        """There is a rota, and nobody who is there is on duty now."""
        now = clock.now()
        away = {one.membership_id for one in self.absences if one.starts_at <= now and one.cover_id is None}
        on_duty = [turn for turn in self.turns if turn.starts_at <= now and turn.membership_id not in away]
        return bool(self.turns) and not on_duty

    @property
    def uncovered(self) -> Sequence[Absence]:
        now = clock.now()
        return [one for one in self.absences if one.starts_at <= now and one.cover_id is None]


def rota_of(team_id: UUID) -> Rota:
    people = Membership.objects.in_team(team_id).select_related("user").order_by("user__name", "id")
    turns = DutyTurn.objects.standing().filter(team_id=team_id).select_related("membership__user")
    absences = Absence.objects.standing().filter(membership__in=Membership.objects.in_team(team_id))
    return Rota(
        list(turns.order_by("starts_at", "id")[:MOST]),
        list(absences.select_related("membership__user", "cover__user").order_by("starts_at", "id")[:MOST]),
        list(people),
    )

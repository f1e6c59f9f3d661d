"""Who may be the one who does an action, beside the team that answers for it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from carecoord import clock
from carecoord.errors import RuleError
from careplans.models.actions import RESIDENT
from neighbourhoods.models import Contact, Level, Membership, Relationship, Service, TeamKind
from neighbourhoods.principal import Principal


def checked_doer(by: Principal, resident_id: UUID, done_by: str) -> str:
    """`done_by` as `Action.done_by` has it. Raises RuleError for somebody who is not around this resident."""
    kind, _, found = done_by.partition(":")
    if kind in ("", RESIDENT) and not found:
        return done_by
    people: dict[str, Callable[[Principal, UUID], QuerySet[Any]]] = {
        "contact": contacts_of,
        "volunteer": volunteers_of,
        "service": _services_of,
    }
    if kind not in people or not _is_there(people[kind](by, resident_id), found):
        raise RuleError("Choose somebody around the resident, or a service of the directory.", field="done_by")
    return done_by


def contacts_of(by: Principal, resident_id: UUID) -> QuerySet[Contact]:
    """Family, friends and carers who are around the resident now."""
    around = Contact.objects.visible_to(by).filter(resident_id=resident_id, kind=Contact.Kind.PERSONAL)
    return around.exclude(ends_on__lte=clock.today())


def volunteers_of(by: Principal, resident_id: UUID) -> QuerySet[Membership]:
    """Volunteers of a team that helps the resident now."""
    helps = Relationship.objects.visible_to(by).open_at(clock.now()).filter(resident_id=resident_id, level=Level.VISIT)
    of_team = Exists(helps.filter(team_id=OuterRef("team_links__team_id")))
    members = Membership.objects.live().filter(team_links__team__kind=TeamKind.VOLUNTEERS)
    return members.filter(of_team).select_related("user", "organisation").distinct()


def services_now() -> QuerySet[Service]:
    """What the directory offers now."""
    return Service.objects.filter(status=Service.Status.ACTIVE).select_related("organisation").order_by("name", "id")


def _services_of(_by: Principal, _resident_id: UUID) -> QuerySet[Service]:
    return services_now()


def _is_there(among: QuerySet[Any], found: str) -> bool:
    try:
        return among.filter(id=UUID(found)).exists()
    except ValueError:
        return False

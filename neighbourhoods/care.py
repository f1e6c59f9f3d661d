"""Where a resident stays, and what care is arranged for them. Read after the gate."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from carecoord.prepared import prepared_together
from neighbourhoods.models import CarePackage, Stay
from neighbourhoods.principal import Principal

MOST = 50
WRITTEN_FOR = ("recorded_by_organisation",)


@dataclass(frozen=True)
class Care:
    """The latest first; what was entered in error too."""

    stays: Sequence[Stay]
    packages: Sequence[CarePackage]

    @property
    def open_stays(self) -> tuple[Stay, ...]:
        return tuple(one for one in self.stays if one.is_open)

    @property
    def past_stays(self) -> tuple[Stay, ...]:
        return tuple(one for one in self.stays if not one.is_open)

    @property
    def current_packages(self) -> tuple[CarePackage, ...]:
        return tuple(one for one in self.packages if one.status != "ended")

    @property
    def ended_packages(self) -> tuple[CarePackage, ...]:
        return tuple(one for one in self.packages if one.status == "ended")

    @property
    def to_restart(self) -> tuple[CarePackage, ...]:
        return tuple(one for one in self.packages if one.restart_asked_at)


def care_of(principal: Principal, resident_id: UUID) -> Care:
    """One statement; fifty of each, which is more than anybody has had."""
    return Care(*_care(principal, resident_id))


@prepared_together
def _care(principal: Principal, resident_id: UUID) -> tuple[QuerySet[Any], ...]:
    about = Q(resident_id=resident_id)
    stays = Stay.objects.visible_to(principal).filter(about).select_related("organisation", *WRITTEN_FOR)
    packages = CarePackage.objects.visible_to(principal).filter(about).select_related("provider", "team", *WRITTEN_FOR)
    return stays.order_by("-admitted_at", "-id")[:MOST], packages.order_by("-created_at", "-id")[:MOST]

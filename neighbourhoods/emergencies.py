"""What a person has open in an emergency, for their own pages."""

from datetime import datetime
from uuid import UUID

from neighbourhoods.models import EmergencyAccess
from neighbourhoods.principal import Principal


def open_until(principal: Principal, resident_id: UUID) -> datetime | None:
    """When the emergency access of this sign-in to this resident ends; None without one. Others are not asked for."""
    if principal.glass is None:
        return None
    mine = EmergencyAccess.objects.visible_to(principal).open_now(principal.glass).filter(resident_id=resident_id)
    return mine.order_by("-until").values_list("until", flat=True).first()


def waits_for_review(principal: Principal) -> bool:
    """Whether an earlier emergency access of this person has not been reviewed yet."""
    return EmergencyAccess.objects.visible_to(principal).filter(reviewed_at=None).exists()

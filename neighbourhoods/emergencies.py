"""What a person has open in an emergency, for their own pages."""

from datetime import datetime
from uuid import UUID

from neighbourhoods.models import EmergencyAccess
from neighbourhoods.principal import Principal


def open_until(principal: Principal, resident_id: UUID) -> tuple[str, datetime] | None:
    """What this sign-in has open of this resident, the record before what is sealed in it, and until when; None for
    whoever has nothing open anywhere, without asking."""
    if principal.glass is None:
        return None
    mine = EmergencyAccess.objects.visible_to(principal).open_to(principal).filter(resident_id=resident_id)
    return mine.order_by("seal", "-until").values_list("seal", "until").first()


def waits_for_review(principal: Principal) -> bool:
    """Whether an earlier emergency access of this person has not been reviewed yet."""
    return EmergencyAccess.objects.visible_to(principal).filter(reviewed_at=None).exists()

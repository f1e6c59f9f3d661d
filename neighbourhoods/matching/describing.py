"""What is known of a person, as far as it tells whether another description means the same one."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from neighbourhoods.keys import phone_key, postcode_key


@dataclass(frozen=True)
class Description:
    """As it was typed or is stored; `postcode` and `nhs_number` in their stored form, `phone` in any."""

    given_name: str
    family_name: str
    birth_date: date | None = None
    birth_is_estimated: bool = False
    gender: str = "unknown"
    nhs_number: str | None = None
    preferred_name: str = ""
    postcode: str = ""
    phone: str = ""
    gp_practice_id: UUID | None = None


@dataclass(frozen=True)
class Shared:
    """What both have in common of how to reach them. Of people beyond one's own only this is told, never the values."""

    postcode: bool = False
    phone: bool = False
    practice: bool = False


def shared_by(one: Description, other: Description) -> Shared:
    return Shared(
        postcode=bool(postcode_key(one.postcode)) and postcode_key(one.postcode) == postcode_key(other.postcode),
        phone=bool(phone_key(one.phone)) and phone_key(one.phone) == phone_key(other.phone),
        practice=one.gp_practice_id is not None and one.gp_practice_id == other.gp_practice_id,
    )

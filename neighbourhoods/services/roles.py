"""Which of their memberships a person acts as (IG-02)."""

from uuid import UUID

from carecoord import audit
from neighbourhoods.gate import enter, scoped
from neighbourhoods.principal import Principal


def choose_role(*, user_id: UUID, membership_id: UUID) -> Principal:
    """The person begins to act as this membership; written down in its own name.

    Raises NoSuchMembership unless it is theirs and open now.
    """
    with scoped():
        principal = enter(user_id, membership_id)
        audit.record("role.chosen", by=principal, about=("membership", membership_id))
    return principal

"""Who reads what is clinical (IG-10): each kind of entry says in its definition whether it is, and here alone a role is
asked whether it reads that."""

from neighbourhoods.definitions import clinical_kinds, definition_of, recordable
from neighbourhoods.definitions.shapes import Definition
from neighbourhoods.models.memberships import NON_CLINICAL_ROLES
from neighbourhoods.principal import Principal


def reads_all_kinds(principal: Principal) -> bool:
    """Whether nothing is kept from this role for being clinical."""
    return principal.role not in NON_CLINICAL_ROLES


def reads_kind(principal: Principal, kind: str) -> bool:
    """A kind that no file defines any more is clinical."""
    return reads_all_kinds(principal) or not definition_of(kind).clinical


def unread_kinds(principal: Principal) -> tuple[str, ...]:
    """What this role is shown nothing of."""
    return () if reads_all_kinds(principal) else clinical_kinds()


def kinds_to_record(principal: Principal) -> tuple[Definition, ...]:
    return recordable(clinical=reads_all_kinds(principal))

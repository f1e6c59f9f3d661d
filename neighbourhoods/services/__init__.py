"""Every write of this app: one function per verb."""

from neighbourhoods.services.caseloads import (
    assign_key_worker,
    end_caseload_entry,
    ensure_lead,
    move_lead,
    open_caseload_entry,
)
from neighbourhoods.services.contacts import (
    ContactFacts,
    add_contact,
    end_banner_entry,
    end_contact,
    record_banner_entry,
)
from neighbourhoods.services.memberships import (
    add_person,
    administers_whole_person,
    close_account,
    create_membership,
    end_membership,
    reopen_account,
    reset_second_factor,
    set_membership_teams,
)
from neighbourhoods.services.organisations import (
    OrganisationFacts,
    administers,
    change_organisation,
    create_neighbourhood,
    create_organisation,
    create_place,
    create_service,
)
from neighbourhoods.services.relationships import (
    ClaimReason,
    claim_relationship,
    end_expired_relationships,
    end_relationships,
    open_relationship,
)
from neighbourhoods.services.residents import (
    Identity,
    change_resident,
    place_resident,
    register_resident,
    register_residents,
)

__all__ = [
    "ClaimReason",
    "ContactFacts",
    "Identity",
    "add_contact",
    "administers",
    "assign_key_worker",
    "change_resident",
    "claim_relationship",
    "create_membership",
    "create_neighbourhood",
    "create_organisation",
    "create_place",
    "create_service",
    "create_team",
    "end_banner_entry",
    "end_caseload_entry",
    "end_contact",
    "end_expired_relationships",
    "end_membership",
    "end_relationships",
    "ensure_lead",
    "move_lead",
    "open_caseload_entry",
    "open_relationship",
    "place_resident",
    "record_banner_entry",
    "register_resident",
    "register_residents",
]

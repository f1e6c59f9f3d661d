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
from neighbourhoods.services.teams import TeamFacts, change_team, create_team, end_team, residents_held

__all__ = [
    "ClaimReason",
    "ContactFacts",
    "Identity",
    "OrganisationFacts",
    "TeamFacts",
    "add_contact",
    "add_person",
    "administers",
    "administers_whole_person",
    "assign_key_worker",
    "change_organisation",
    "change_resident",
    "change_team",
    "claim_relationship",
    "close_account",
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
    "end_team",
    "ensure_lead",
    "move_lead",
    "open_caseload_entry",
    "open_relationship",
    "place_resident",
    "record_banner_entry",
    "register_resident",
    "register_residents",
    "reopen_account",
    "reset_second_factor",
    "residents_held",
    "set_membership_teams",
]

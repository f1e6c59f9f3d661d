"""Every write of this app: one function per verb."""

from neighbourhoods.services.caseloads import (
    assign_key_worker,
    end_caseload_entry,
    ensure_lead,
    lead_or_own,
    move_lead,
    open_caseload_entries,
    open_caseload_entry,
    take_on,
)
from neighbourhoods.services.contact_facts import CarerFacts, ContactFacts
from neighbourhoods.services.contacts import add_contact, change_contact, end_contact, link_contact
from neighbourhoods.services.deaths import record_death, undo_death
from neighbourhoods.services.detail_facts import DetailFacts
from neighbourhoods.services.details import Held, add_detail, end_detail
from neighbourhoods.services.emergencies import break_glass, break_seal, end_emergency
from neighbourhoods.services.encounter_facts import EncounterFacts, facts_of
from neighbourhoods.services.encounters import (
    allowed_moves,
    change_encounter,
    complete_encounter,
    move_encounter,
    plan_encounter,
    record_encounter,
)
from neighbourhoods.services.entries import (
    annotate_entry,
    correct_entry,
    end_entry,
    enter_entry_in_error,
    query_entry,
    record_entry,
)
from neighbourhoods.services.entry_facts import EntryFacts
from neighbourhoods.services.entry_rules import allowed_on_entry, may_change, who_changes
from neighbourhoods.services.entry_secrets import may_reveal, reveal_secret
from neighbourhoods.services.huddles import list_for_huddle, unlist
from neighbourhoods.services.locks import held_resident
from neighbourhoods.services.memberships import (
    add_person,
    administers_whole_person,
    close_account,
    create_membership,
    end_membership,
    invite_again,
    link_to_hand_over,
    reopen_account,
    reset_second_factor,
    set_membership_teams,
    suits,
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
from neighbourhoods.services.package_moves import allowed_on_package, move_package
from neighbourhoods.services.packages import PackageFacts, change_package, facts_of_package, request_package
from neighbourhoods.services.registering import AlikeKnown, register_new_resident
from neighbourhoods.services.relationships import (
    ClaimReason,
    claim_relationship,
    end_expired_relationships,
    end_relationships,
    open_relationship,
    open_relationships,
    relationships_together,
)
from neighbourhoods.services.residents import (
    Identity,
    change_resident,
    identity_of,
    place_resident,
    register_resident,
    register_residents,
)
from neighbourhoods.services.sign_ins import link_sign_in, unlink_sign_in
from neighbourhoods.services.sorting import say_nothing_to_sort, sort_resident
from neighbourhoods.services.stay_facts import StayFacts
from neighbourhoods.services.stays import admit, change_stay, discharge, enter_stay_in_error, meet_step
from neighbourhoods.services.teams import (
    TeamFacts,
    change_team,
    create_team,
    end_team,
    may_have_residents,
    residents_held,
    task_team,
)

__all__ = [
    "AlikeKnown",
    "CarerFacts",
    "ClaimReason",
    "ContactFacts",
    "DetailFacts",
    "EncounterFacts",
    "EntryFacts",
    "Held",
    "Identity",
    "OrganisationFacts",
    "PackageFacts",
    "StayFacts",
    "TeamFacts",
    "add_contact",
    "add_detail",
    "add_person",
    "administers",
    "administers_whole_person",
    "admit",
    "allowed_moves",
    "allowed_on_entry",
    "allowed_on_package",
    "annotate_entry",
    "assign_key_worker",
    "break_glass",
    "break_seal",
    "change_contact",
    "change_encounter",
    "change_organisation",
    "change_package",
    "change_resident",
    "change_stay",
    "change_team",
    "claim_relationship",
    "close_account",
    "complete_encounter",
    "correct_entry",
    "create_membership",
    "create_neighbourhood",
    "create_organisation",
    "create_place",
    "create_service",
    "create_team",
    "discharge",
    "end_caseload_entry",
    "end_contact",
    "end_detail",
    "end_emergency",
    "end_entry",
    "end_expired_relationships",
    "end_membership",
    "end_relationships",
    "end_team",
    "ensure_lead",
    "enter_entry_in_error",
    "enter_stay_in_error",
    "facts_of",
    "facts_of_package",
    "held_resident",
    "identity_of",
    "invite_again",
    "lead_or_own",
    "link_contact",
    "link_sign_in",
    "link_to_hand_over",
    "list_for_huddle",
    "may_change",
    "may_have_residents",
    "may_reveal",
    "meet_step",
    "move_encounter",
    "move_lead",
    "move_package",
    "open_caseload_entries",
    "open_caseload_entry",
    "open_relationship",
    "open_relationships",
    "place_resident",
    "plan_encounter",
    "query_entry",
    "record_death",
    "record_encounter",
    "record_entry",
    "register_new_resident",
    "register_resident",
    "register_residents",
    "relationships_together",
    "reopen_account",
    "request_package",
    "reset_second_factor",
    "residents_held",
    "reveal_secret",
    "say_nothing_to_sort",
    "set_membership_teams",
    "sort_resident",
    "suits",
    "take_on",
    "task_team",
    "undo_death",
    "unlink_sign_in",
    "unlist",
    "who_changes",
]

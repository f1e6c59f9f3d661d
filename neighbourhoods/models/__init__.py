"""Facts about places, organisations, people and who may know whom."""

from neighbourhoods.models.caseloads import CaseloadEntry
from neighbourhoods.models.clients import ApiClient
from neighbourhoods.models.codes import Code, CodeList
from neighbourhoods.models.contacts import Contact
from neighbourhoods.models.details import ResidentDetail
from neighbourhoods.models.emergencies import EmergencyAccess, EmergencyGround
from neighbourhoods.models.encounters import Encounter
from neighbourhoods.models.entries import Entry
from neighbourhoods.models.memberships import Membership, MembershipTeam, Role
from neighbourhoods.models.organisations import Organisation, OrganisationKind, Service, Team, TeamKind
from neighbourhoods.models.places import Area, Neighbourhood, Place, Postcode
from neighbourhoods.models.relationships import Level, Relationship, Source
from neighbourhoods.models.residents import Gender, Resident
from neighbourhoods.models.seals import Seal
from neighbourhoods.models.sharing import SharingDecision
from neighbourhoods.models.visibility import ResidentRecord, VisibleQuerySet

__all__ = [
    "ApiClient",
    "Area",
    "CaseloadEntry",
    "Code",
    "CodeList",
    "Contact",
    "EmergencyAccess",
    "EmergencyGround",
    "Encounter",
    "Entry",
    "Gender",
    "Level",
    "Membership",
    "MembershipTeam",
    "Neighbourhood",
    "Organisation",
    "OrganisationKind",
    "Place",
    "Postcode",
    "Relationship",
    "Resident",
    "ResidentDetail",
    "ResidentRecord",
    "Role",
    "Seal",
    "Service",
    "SharingDecision",
    "Source",
    "Team",
    "TeamKind",
    "VisibleQuerySet",
]

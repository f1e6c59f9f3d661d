"""Facts about places, organisations, people and who may know whom."""

from neighbourhoods.models.caseloads import CaseloadEntry
from neighbourhoods.models.clients import ApiClient
from neighbourhoods.models.codes import Code, CodeList
from neighbourhoods.models.contacts import Contact
from neighbourhoods.models.details import ResidentDetail
from neighbourhoods.models.duty import Absence, DutyTurn
from neighbourhoods.models.emergencies import EmergencyAccess, EmergencyGround
from neighbourhoods.models.encounters import Encounter
from neighbourhoods.models.entries import Entry
from neighbourhoods.models.imports import (
    ImportDecision,
    ImportOutcome,
    ImportVerdict,
    ResidentImport,
    ResidentImportRow,
)
from neighbourhoods.models.memberships import Membership, MembershipTeam, Role
from neighbourhoods.models.merges import Merge, MergeChange
from neighbourhoods.models.messages import ResidentMessage
from neighbourhoods.models.organisations import Organisation, OrganisationKind, Service, Team, TeamKind
from neighbourhoods.models.packages import CarePackage
from neighbourhoods.models.places import Area, Neighbourhood, Place, Postcode
from neighbourhoods.models.proxies import LegalBasis, Proxy
from neighbourhoods.models.relationships import Level, Relationship, Source, Visits
from neighbourhoods.models.residents import Gender, Resident
from neighbourhoods.models.seals import Seal
from neighbourhoods.models.secrets import EntrySecret
from neighbourhoods.models.sharing import SharingDecision
from neighbourhoods.models.stays import Stay
from neighbourhoods.models.visibility import ResidentRecord, VisibleQuerySet

__all__ = [
    "Absence",
    "ApiClient",
    "Area",
    "CarePackage",
    "CaseloadEntry",
    "Code",
    "CodeList",
    "Contact",
    "DutyTurn",
    "EmergencyAccess",
    "EmergencyGround",
    "Encounter",
    "Entry",
    "EntrySecret",
    "Gender",
    "ImportDecision",
    "ImportOutcome",
    "ImportVerdict",
    "LegalBasis",
    "Level",
    "Membership",
    "MembershipTeam",
    "Merge",
    "MergeChange",
    "Neighbourhood",
    "Organisation",
    "OrganisationKind",
    "Place",
    "Postcode",
    "Proxy",
    "Relationship",
    "Resident",
    "ResidentDetail",
    "ResidentImport",
    "ResidentImportRow",
    "ResidentMessage",
    "ResidentRecord",
    "Role",
    "Seal",
    "Service",
    "SharingDecision",
    "Source",
    "Stay",
    "Team",
    "TeamKind",
    "VisibleQuerySet",
    "Visits",
]

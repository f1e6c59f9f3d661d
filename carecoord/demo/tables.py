"""Organisations, teams, services and people of the demonstration place. Everybody in it is invented."""

from dataclasses import dataclass, field

from neighbourhoods.models import OrganisationKind as Kind
from neighbourhoods.models import Role, TeamKind

PLACE, PARTNERSHIP = "Aldermoor", "Aldermoor Together"
NEIGHBOURHOODS = ("Millbrook", "Highcross")
PHONE = "01632 960"  # a range set aside for drama


@dataclass(frozen=True)
class TeamRow:
    name: str
    kind: TeamKind = TeamKind.CARE
    neighbourhood: str = ""
    phone: str = ""
    out_of_hours: str = ""
    every_day: bool = False


@dataclass(frozen=True)
class OrganisationRow:
    name: str
    kind: Kind
    neighbourhood: str = ""
    ods_code: str = ""
    teams: tuple[TeamRow, ...] = ()


URGENT_RESPONSE = f"Urgent Community Response, {PHONE} 199, 08:00 to 20:00"

ORGANISATIONS = (
    OrganisationRow(
        "Aldermoor General",
        Kind.HOSPITAL,
        ods_code="RZZ01",
        teams=(TeamRow("Ward 7", TeamKind.WARD, phone=f"{PHONE} 177", every_day=True),),
    ),
    OrganisationRow(
        "Aldermoor Community Health",
        Kind.COMMUNITY_HEALTH,
        ods_code="RZZ02",
        teams=(
            TeamRow("Millbrook Community Nursing", TeamKind.CARE, "Millbrook", f"{PHONE} 135", URGENT_RESPONSE),
            TeamRow("Highcross Community Nursing", TeamKind.CARE, "Highcross", f"{PHONE} 136", URGENT_RESPONSE),
            TeamRow("Millbrook Integrated Team", TeamKind.CARE, "Millbrook", f"{PHONE} 121", URGENT_RESPONSE),
            TeamRow("Falls Prevention Team", phone=f"{PHONE} 151"),
        ),
    ),
    OrganisationRow(
        "Bridge Street Surgery",
        Kind.GP_PRACTICE,
        "Millbrook",
        "ZZ001",
        (TeamRow("Bridge Street Surgery team", TeamKind.CARE, "Millbrook", f"{PHONE} 102"),),
    ),
    OrganisationRow(
        "Highgate Surgery",
        Kind.GP_PRACTICE,
        "Highcross",
        "ZZ002",
        (TeamRow("Highgate Surgery team", TeamKind.CARE, "Highcross", f"{PHONE} 103"),),
    ),
    OrganisationRow(
        "Aldermoor Council",
        Kind.COUNCIL,
        teams=(TeamRow("Adult Social Care, Millbrook", TeamKind.CARE, "Millbrook", f"{PHONE} 144"),),
    ),
    OrganisationRow(
        "Willow Bank Care Home",
        Kind.CARE_HOME,
        "Millbrook",
        teams=(TeamRow("Willow Bank", TeamKind.CARE, "Millbrook", f"{PHONE} 160", every_day=True),),
    ),
    OrganisationRow("Aldermoor Carers' Hub", Kind.VCSE, teams=(TeamRow("Carers' support", phone=f"{PHONE} 170"),)),
    OrganisationRow("Aldermoor Good Neighbours", Kind.VCSE, teams=(TeamRow("Befriending", phone=f"{PHONE} 171"),)),
    OrganisationRow("Aldermoor Leisure Trust", Kind.OTHER, teams=(TeamRow("Strength and Balance"),)),
    OrganisationRow(
        "Aldermoor Mental Health",
        Kind.MENTAL_HEALTH,
        ods_code="RZZ03",
        teams=(TeamRow("Aldermoor Memory Service", phone=f"{PHONE} 180"),),
    ),
    OrganisationRow("Millbrook Pharmacy", Kind.PHARMACY, "Millbrook", "FZZ01"),
    OrganisationRow("Homefield Care at Home", Kind.HOME_CARE, teams=(TeamRow("Homefield, Millbrook", every_day=True),)),
    OrganisationRow("Aldermoor Homes", Kind.HOUSING),
)


@dataclass(frozen=True)
class ServiceRow:
    name: str
    organisation: str
    team: str = ""
    description: str = ""
    needs: tuple[str, ...] = ()
    accepts_referrals: bool = True
    eligibility: str = ""
    minimum_age: int | None = None
    how_to_refer: str = "By referral here"
    opening: str = ""


SERVICES = (
    ServiceRow(
        "Carers' support",
        "Aldermoor Carers' Hub",
        "Carers' support",
        "A link worker for people who care for somebody: breaks, advice, a group on Thursdays, an emergency plan.",
        ("carers", "caring", "respite", "sitting service", "dementia", "loneliness"),
        eligibility="Anybody who cares for somebody in Aldermoor, and the person they care for",
        opening="Monday to Friday, 09:00 to 17:00",
    ),
    ServiceRow(
        "Community nursing, Millbrook",
        "Aldermoor Community Health",
        "Millbrook Community Nursing",
        "Nursing at home: wounds, catheters, insulin, end of life.",
        ("wound", "dressing", "catheter", "insulin", "pressure area", "nursing"),
        eligibility="Housebound, registered in Millbrook",
        minimum_age=18,
    ),
    ServiceRow(
        "Community nursing, Highcross",
        "Aldermoor Community Health",
        "Highcross Community Nursing",
        "Nursing at home: wounds, catheters, insulin, end of life.",
        ("wound", "dressing", "catheter", "insulin", "pressure area", "nursing"),
        eligibility="Housebound, registered in Highcross",
        minimum_age=18,
    ),
    ServiceRow(
        "Falls prevention",
        "Aldermoor Community Health",
        "Falls Prevention Team",
        "Home assessment by a physiotherapist after a fall.",
        ("falls", "balance", "walking", "physiotherapy"),
        eligibility="Two falls in a year or one with an injury",
        minimum_age=65,
    ),
    ServiceRow(
        "Strength and balance class",
        "Aldermoor Leisure Trust",
        "Strength and Balance",
        "Eight weeks, twice a week; transport can be booked.",
        ("falls", "balance", "exercise", "strength"),
        eligibility="Walks with or without a frame",
        minimum_age=65,
    ),
    ServiceRow(
        "Adult social care, Millbrook",
        "Aldermoor Council",
        "Adult Social Care, Millbrook",
        "Care Act assessments, carer's assessments, care packages, equipment.",
        ("care package", "carer's assessment", "equipment", "home care", "safeguarding"),
        eligibility="",
        minimum_age=18,
    ),
    ServiceRow(
        "Memory assessment",
        "Aldermoor Mental Health",
        "Aldermoor Memory Service",
        "Diagnosis, advice and yearly review.",
        ("memory", "dementia", "confusion"),
        eligibility="",
        minimum_age=18,
    ),
    ServiceRow(
        "Befriending",
        "Aldermoor Good Neighbours",
        "Befriending",
        "A volunteer visits or rings once a week.",
        ("loneliness", "befriending", "company", "volunteer"),
        eligibility="Everybody in Aldermoor",
    ),
    ServiceRow(
        "Medicines use review",
        "Millbrook Pharmacy",
        description="A pharmacist goes through all medicines with the person.",
        needs=("medicines", "tablets"),
        how_to_refer="Ring the pharmacy",
        opening="Monday to Saturday, 09:00 to 18:00",
    ),
    ServiceRow(
        "Millbrook Walking Group",
        "Aldermoor Leisure Trust",
        description="Meets at St Anne's Hall on Tuesdays at 10:00. All are welcome.",
        needs=("walking", "exercise", "company"),
        accepts_referrals=False,
        eligibility="Everybody",
        how_to_refer="No referral needed",
    ),
)


@dataclass(frozen=True)
class PersonRow:
    """`account` is the part before `@demo.example`; teams marked with an asterisk are led."""

    account: str
    name: str
    roles: tuple[tuple[Role, str, tuple[str, ...]], ...] = field(default_factory=tuple)
    has_second_factor: bool = False


NURSING, WARD = "Millbrook Community Nursing", "Ward 7"
HEALTH, GENERAL = "Aldermoor Community Health", "Aldermoor General"
PRIVACY, ADMINISTRATORS, FRONT_DOOR = "Privacy officers", "Administrators", "Front door"

PEOPLE = (
    PersonRow("nurse", "Amina Khan", ((Role.NURSE, HEALTH, (NURSING,)),)),
    PersonRow("lead", "Ruth Calder", ((Role.TEAM_LEAD, HEALTH, (f"{NURSING}*",)),)),
    PersonRow("ward", "Grace Mensah", ((Role.WARD_NURSE, GENERAL, (WARD,)),)),
    PersonRow("linkworker", "Marcus Bell", ((Role.LINK_WORKER, "Aldermoor Carers' Hub", ("Carers' support*",)),)),
    PersonRow(
        "socialworker",
        "Dan Whitfield",
        ((Role.SOCIAL_WORKER, "Aldermoor Council", ("Adult Social Care, Millbrook*",)),),
    ),
    PersonRow("gp", "Dr Priya Nair", ((Role.GP, "Bridge Street Surgery", ("Bridge Street Surgery team*",)),), True),
    PersonRow("coordinator", "Joan Okafor", ((Role.CARE_COORDINATOR, HEALTH, ("Millbrook Integrated Team*",)),)),
    PersonRow("carehome", "Mary Fenton", ((Role.CARE_HOME_MANAGER, "Willow Bank Care Home", ("Willow Bank*",)),)),
    PersonRow("privacy", "Oluwaseun Bright", ((Role.PRIVACY_OFFICER, HEALTH, (PRIVACY,)),)),
    PersonRow("placeprivacy", "Ifeoma Grant", ((Role.PRIVACY_OFFICER, PARTNERSHIP, (PRIVACY,)),)),
    PersonRow("admin", "Siân Parry", ((Role.ADMINISTRATOR, PARTNERSHIP, (ADMINISTRATORS,)),)),
    PersonRow("outsider", "Helen Frost", ((Role.NURSE, HEALTH, ("Highcross Community Nursing*",)),)),
    PersonRow(
        "frontdoor",
        "Nadia Rahman",
        (
            (Role.CARE_COORDINATOR, PARTNERSHIP, (f"{FRONT_DOOR}*",)),
            (Role.SUPPORT_WORKER, "Aldermoor Good Neighbours", ("Befriending*",)),
        ),
    ),
    PersonRow("leah", "Leah Thompson", ((Role.NURSE, HEALTH, (NURSING,)),)),
    PersonRow("tom", "Tom Eaves", ((Role.NURSE, HEALTH, (NURSING,)),)),
    PersonRow("wardlead", "Samuel Osei", ((Role.TEAM_LEAD, GENERAL, (f"{WARD}*",)),)),
    PersonRow("physio", "Carol Finch", ((Role.THERAPIST, HEALTH, ("Falls Prevention Team*",)),)),
)

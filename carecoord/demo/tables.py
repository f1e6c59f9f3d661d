"""Organisations and teams of the demonstration place. All of them are invented."""

from dataclasses import dataclass

from neighbourhoods.models import OrganisationKind as Kind
from neighbourhoods.models import TeamKind

PLACE, PARTNERSHIP = "Aldermoor", "Aldermoor Together"
NEIGHBOURHOODS = ("Millbrook", "Highcross", "Weirside", "Stonebeck", "Eastmoor")
PHONE = "01632 960"  # a range set aside for drama
HEALTH, GENERAL, COUNCIL = "Aldermoor Community Health", "Aldermoor General", "Aldermoor Council"
MENTAL_HEALTH = "Aldermoor Mental Health"
PRIVACY, ADMINISTRATORS, FRONT_DOOR = "Privacy officers", "Administrators", "Front door"
URGENT_RESPONSE = f"Urgent Community Response, {PHONE} 199, 08:00 to 20:00"


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
    phone: str = ""
    address: str = ""


def _local(name: str, phone: int) -> tuple[TeamRow, ...]:
    """A team of this name for each neighbourhood."""
    return tuple(
        TeamRow(name.format(where), TeamKind.CARE, where, f"{PHONE} {phone + number}", URGENT_RESPONSE)
        for number, where in enumerate(NEIGHBOURHOODS)
    )


def _practice(name: str, where: str, ods_code: str, phone: int) -> OrganisationRow:
    team = TeamRow(f"{name} team", TeamKind.CARE, where, f"{PHONE} {phone}")
    return OrganisationRow(name, Kind.GP_PRACTICE, where, ods_code, (team,), f"{PHONE} {phone}")


def _home(name: str, where: str, team: str, phone: int) -> OrganisationRow:
    return OrganisationRow(
        name, Kind.CARE_HOME, where, teams=(TeamRow(team, TeamKind.CARE, where, f"{PHONE} {phone}", every_day=True),)
    )


def _home_care(name: str, team: str, phone: int) -> OrganisationRow:
    return OrganisationRow(name, Kind.HOME_CARE, teams=(TeamRow(team, phone=f"{PHONE} {phone}", every_day=True),))


def _group(name: str, team: str, phone: int, where: str = "", kind: Kind = Kind.VCSE) -> OrganisationRow:
    teams = (TeamRow(team, neighbourhood=where, phone=f"{PHONE} {phone}"),) if team else ()
    return OrganisationRow(name, kind, where, teams=teams, phone=f"{PHONE} {phone}")


ORGANISATIONS = (
    OrganisationRow(
        GENERAL,
        Kind.HOSPITAL,
        ods_code="RZZ01",
        teams=(
            TeamRow("Ward 7", TeamKind.WARD, phone=f"{PHONE} 177", every_day=True),
            TeamRow("Ward 3, Frailty", TeamKind.WARD, phone=f"{PHONE} 173", every_day=True),
            TeamRow("Ward 12, Surgery", TeamKind.WARD, phone=f"{PHONE} 172", every_day=True),
        ),
    ),
    OrganisationRow(
        HEALTH,
        Kind.COMMUNITY_HEALTH,
        ods_code="RZZ02",
        teams=(
            *_local("{} Community Nursing", 135),
            *_local("{} Integrated Team", 121),
            TeamRow("Falls Prevention Team", phone=f"{PHONE} 151"),
            TeamRow("Urgent Community Response", phone=f"{PHONE} 199", every_day=True),
            TeamRow("Out of Hours Nursing", phone=f"{PHONE} 198", every_day=True),
            TeamRow("Children's Community Nursing", phone=f"{PHONE} 152"),
        ),
    ),
    _practice("Bridge Street Surgery", "Millbrook", "ZZ001", 102),
    _practice("Highgate Surgery", "Highcross", "ZZ002", 103),
    _practice("Loom Street Practice", "Millbrook", "ZZ003", 104),
    _practice("Weirside Medical Centre", "Weirside", "ZZ004", 105),
    _practice("Stonebeck Surgery", "Stonebeck", "ZZ005", 106),
    _practice("Eastmoor Health Centre", "Eastmoor", "ZZ006", 107),
    _practice("Quarry Lane Surgery", "Eastmoor", "ZZ007", 108),
    OrganisationRow(
        COUNCIL,
        Kind.COUNCIL,
        teams=(
            *_local("Adult Social Care, {}", 144),
            TeamRow("Children and Families", phone=f"{PHONE} 141"),
            TeamRow("Reablement", phone=f"{PHONE} 142", every_day=True),
        ),
    ),
    _home("Willow Bank Care Home", "Millbrook", "Willow Bank", 160),
    _home("Beech House Care Home", "Highcross", "Beech House", 161),
    _home("Ferry Lodge Nursing Home", "Weirside", "Ferry Lodge", 162),
    _home("The Limes Care Home", "Stonebeck", "The Limes", 163),
    _home("Moor View Care Home", "Eastmoor", "Moor View", 164),
    _home_care("Homefield Care at Home", "Homefield, Millbrook", 165),
    _home_care("Bridgewater Care", "Bridgewater", 166),
    _home_care("Larkhill Home Support", "Larkhill", 167),
    _group("Aldermoor Carers' Hub", "Carers' support", 170),
    OrganisationRow(
        "Aldermoor Good Neighbours",
        Kind.VCSE,
        teams=(
            TeamRow("Befriending", phone=f"{PHONE} 171"),
            TeamRow("Neighbourly visitors", TeamKind.VOLUNTEERS, phone=f"{PHONE} 171"),
        ),
        phone=f"{PHONE} 171",
    ),
    _group("Age Well Aldermoor", "Age Well", 174),
    _group("Open Minds Aldermoor", "Open Minds", 175),
    _group("Aldermoor Deaf Centre", "Deaf Centre", 176),
    _group("Weirside Food Pantry", "Food Pantry", 178, "Weirside"),
    _group("Aldermoor Advocacy", "Advocacy", 179),
    _group("Stonebeck Repair Shed", "Repair Shed", 181, "Stonebeck"),
    _group("Eastmoor Sisters", "Eastmoor Sisters", 182, "Eastmoor"),
    _group("Highcross Library", "", 183, "Highcross"),
    _group("Highcross Allotments", "", 189, "Highcross"),
    _group("Aldermoor Leisure Trust", "Strength and Balance", 184, kind=Kind.OTHER),
    _group("St Bride's Hospice", "Hospice at Home", 185, kind=Kind.OTHER),
    _group("Moorside School", "", 186, "Eastmoor", Kind.OTHER),
    OrganisationRow(
        MENTAL_HEALTH,
        Kind.MENTAL_HEALTH,
        ods_code="RZZ03",
        teams=(
            TeamRow("Aldermoor Memory Service", phone=f"{PHONE} 180"),
            TeamRow("Community Mental Health Team", phone=f"{PHONE} 187"),
            TeamRow("Learning Disability Team", phone=f"{PHONE} 188"),
        ),
    ),
    OrganisationRow("Millbrook Pharmacy", Kind.PHARMACY, "Millbrook", "FZZ01", phone=f"{PHONE} 190"),
    OrganisationRow("Highcross Pharmacy", Kind.PHARMACY, "Highcross", "FZZ02", phone=f"{PHONE} 191"),
    OrganisationRow("Weir Street Chemist", Kind.PHARMACY, "Weirside", "FZZ03", phone=f"{PHONE} 192"),
    OrganisationRow("Eastmoor Pharmacy", Kind.PHARMACY, "Eastmoor", "FZZ04", phone=f"{PHONE} 193"),
    _group("Aldermoor Homes", "Tenancy support", 194, kind=Kind.HOUSING),
    OrganisationRow("Weirside Housing Association", Kind.HOUSING, "Weirside", phone=f"{PHONE} 195"),
)

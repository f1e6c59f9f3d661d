"""People who work in the demonstration place: those with an account to try, and everybody else."""

from dataclasses import dataclass, field
from random import Random

from carecoord.demo import heritages, names
from carecoord.demo.tables import (
    ADMINISTRATORS,
    COUNCIL,
    FRONT_DOOR,
    GENERAL,
    HEALTH,
    ORGANISATIONS,
    PARTNERSHIP,
    PRIVACY,
    OrganisationRow,
    TeamRow,
)
from neighbourhoods.models import OrganisationKind as Kind
from neighbourhoods.models import Role, TeamKind

STAFF_DOMAIN = "staff.demo.example"


@dataclass(frozen=True)
class PersonRow:
    """`account` is the part before `@demo.example`; teams marked with an asterisk are led."""

    account: str
    name: str
    roles: tuple[tuple[Role, str, tuple[str, ...]], ...] = field(default_factory=tuple)
    has_second_factor: bool = False


NURSING, WARD = "Millbrook Community Nursing", "Ward 7"

PEOPLE = (
    PersonRow("nurse", "Amina Khan", ((Role.NURSE, HEALTH, (NURSING,)),)),
    PersonRow("lead", "Ruth Calder", ((Role.TEAM_LEAD, HEALTH, (f"{NURSING}*",)),)),
    PersonRow("ward", "Grace Mensah", ((Role.WARD_NURSE, GENERAL, (WARD,)),)),
    PersonRow("linkworker", "Marcus Bell", ((Role.LINK_WORKER, "Aldermoor Carers' Hub", ("Carers' support*",)),)),
    PersonRow(
        "socialworker",
        "Dan Whitfield",
        ((Role.SOCIAL_WORKER, COUNCIL, ("Adult Social Care, Millbrook*",)),),
    ),
    PersonRow("gp", "Dr Priya Nair", ((Role.GP, "Bridge Street Surgery", ("Bridge Street Surgery team*",)),), True),
    PersonRow("coordinator", "Joan Okafor", ((Role.CARE_COORDINATOR, HEALTH, ("Millbrook Integrated Team*",)),)),
    PersonRow("carehome", "Mary Fenton", ((Role.CARE_HOME_MANAGER, "Willow Bank Care Home", ("Willow Bank*",)),)),
    PersonRow("privacy", "Oluwaseun Bright", ((Role.PRIVACY_OFFICER, HEALTH, (PRIVACY,)),)),
    PersonRow("guardian", "Dr Ifeoma Grant", ((Role.CALDICOTT_GUARDIAN, PARTNERSHIP, (PRIVACY,)),)),
    PersonRow("admin", "Siân Parry", ((Role.ADMINISTRATOR, PARTNERSHIP, (ADMINISTRATORS,)),)),
    PersonRow("outsider", "Helen Frost", ((Role.NURSE, HEALTH, ("Highcross Community Nursing*",)),)),
    PersonRow(
        "frontdoor",
        "Nadia Rahman",
        (
            (Role.CARE_COORDINATOR, PARTNERSHIP, (f"{FRONT_DOOR}*",)),
            (Role.SUPPORT_WORKER, "Aldermoor Good Neighbours", ("Befriending*", "Neighbourly visitors*")),
        ),
    ),
    PersonRow("volunteer", "Dilys Morgan", ((Role.VOLUNTEER, "Aldermoor Good Neighbours", ("Neighbourly visitors",)),)),
    # Two who guard: nobody looks into their own access.
    PersonRow("deputy", "Margaret Ellison", ((Role.CALDICOTT_GUARDIAN, PARTNERSHIP, (PRIVACY,)),)),
    PersonRow("leah", "Leah Thompson", ((Role.NURSE, HEALTH, (NURSING,)),)),
    PersonRow("tom", "Tom Eaves", ((Role.NURSE, HEALTH, (NURSING,)),)),
    PersonRow("wardlead", "Samuel Osei", ((Role.TEAM_LEAD, GENERAL, (f"{WARD}*",)),)),
    PersonRow("physio", "Carol Finch", ((Role.THERAPIST, HEALTH, ("Falls Prevention Team*",)),)),
)


_ROLES = {
    Kind.HOSPITAL: Role.WARD_NURSE,
    Kind.COMMUNITY_HEALTH: Role.NURSE,
    Kind.GP_PRACTICE: Role.GP,
    Kind.MENTAL_HEALTH: Role.NURSE,
    Kind.COUNCIL: Role.SOCIAL_WORKER,
    Kind.CARE_HOME: Role.SUPPORT_WORKER,
    Kind.HOME_CARE: Role.SUPPORT_WORKER,
}


def staff(rng: Random) -> list[PersonRow]:
    """Two colleagues in every team, so that each has somebody to lead it, to answer and to take over a shift. Those of
    volunteers are written by hand."""
    led = {name.rstrip("*") for person in PEOPLE for _, _, teams in person.roles for name in teams if "*" in name}
    taken: set[str] = set()
    rows = []
    for organisation in ORGANISATIONS:
        for team in organisation.teams:
            for number in range(0 if team.kind is TeamKind.VOLUNTEERS else 2):
                leads = number == 0 and team.name not in led
                rows.append(_colleague(rng, organisation, team, taken, leads=leads))
    return rows


def _colleague(rng: Random, organisation: OrganisationRow, team: TeamRow, taken: set[str], *, leads: bool) -> PersonRow:
    while (name := heritages.of_staff(rng)) in taken:
        pass
    taken.add(name)
    role = Role.TEAM_LEAD if leads else _ROLES.get(organisation.kind, Role.LINK_WORKER)
    if "Integrated" in team.name and not leads:
        role = Role.CARE_COORDINATOR
    account = names.plain(name)
    return PersonRow(account, name, ((role, organisation.name, (f"{team.name}*" if leads else team.name,)),))

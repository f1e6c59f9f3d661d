"""What somebody looked or changed something for (IG-27). Care, unless their role or the caller says otherwise."""

from enum import StrEnum


class Purpose(StrEnum):
    CARE = "individual care"
    GOVERNANCE = "information governance"
    ADMINISTRATION = "administration"
    ASKED = "asked for by the resident"
    PLANNING = "planning and checking"


# `app.purpose()` says the same for what the database writes by itself; a test compares them.
OF_ROLE = {
    "privacy_officer": Purpose.GOVERNANCE,
    "caldicott_guardian": Purpose.GOVERNANCE,
    "administrator": Purpose.ADMINISTRATION,
}


def purpose_in(role: str) -> Purpose:
    """What whoever acts in this role does things for."""
    return OF_ROLE.get(role, Purpose.CARE)

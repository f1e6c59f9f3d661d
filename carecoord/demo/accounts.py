"""What whoever tries the demonstration must know to sign in. Needs nothing but Python: the launcher reads it too."""

import base64
import hashlib

DOMAIN = "demo.example"
ACCOUNTS = (
    ("nurse", "community nurse, Millbrook Community Nursing"),
    ("lead", "team lead, of the same team as nurse"),
    ("ward", "ward nurse, Ward 7 of Aldermoor General"),
    ("linkworker", "link worker, Aldermoor Carers' Hub"),
    ("socialworker", "social worker, Aldermoor Council"),
    ("gp", "general practitioner, Bridge Street Surgery; with a second factor"),
    ("coordinator", "care coordinator, Millbrook Integrated Team"),
    ("carehome", "care home manager, Willow Bank"),
    ("privacy", "privacy officer, Aldermoor Community Health"),
    ("guardian", "Caldicott Guardian, Aldermoor Together"),
    ("admin", "administrator, Aldermoor Together"),
    ("frontdoor", "front door, and support worker of a charity: chooses a role"),
    ("volunteer", "volunteer, Aldermoor Good Neighbours: her own tasks, and no record"),
    ("outsider", "nurse of another neighbourhood, with no relationship"),
)
# The teams of these accounts. What waits for them is written by hand, so that each page opens to something to do.
WATCHED_TEAMS = frozenset(
    {
        "Millbrook Community Nursing",
        "Highcross Community Nursing",
        "Millbrook Integrated Team",
        "Adult Social Care, Millbrook",
        "Bridge Street Surgery team",
        "Ward 7",
        "Willow Bank",
        "Carers' support",
        "Befriending",
        "Neighbourly visitors",
    }
)


def second_factor_secret(password: str) -> str:
    """The secret of the one account with a second factor, base32: worked out from the password, so kept nowhere."""
    return base64.b32encode(hashlib.sha256(f"second factor {password}".encode()).digest()[:20]).decode()

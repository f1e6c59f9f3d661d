"""The demonstration place, as far as the launcher knows it: its password, when to load it, what to print."""

import hashlib
import os
import secrets
from collections.abc import Mapping

from carecoord.demo.accounts import ACCOUNTS, DOMAIN, second_factor_secret
from carecoord.local.folders import Folders, say
from carecoord.local.kept import write_privately
from carecoord.local.steps import take_step

# Letters and digits that nobody takes for one another.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def demo_variables(folders: Folders) -> dict[str, str]:
    """DEMO and the one password of every demonstration account: the caller's, else one made here and kept."""
    kept = folders.data / "demo-password"
    password = os.environ.get("CARECOORD_DEMO_PASSWORD") or (kept.read_text().strip() if kept.exists() else _password())
    if not kept.exists() or kept.read_text().strip() != password:
        write_privately(kept, f"{password}\n")
    return {"DEMO": "1", "CARECOORD_DEMO_PASSWORD": password}


def load_demo(folders: Folders, environment: Mapping[str, str]) -> None:
    """Loads the place into a database that has none, and again, changing nothing else, for a new password."""
    loaded = folders.data / "demo-loaded"
    place = environment["DATABASE_OWNER_URL"].rpartition("@")[2]
    wanted = hashlib.sha256(f"{place} {environment['CARECOORD_DEMO_PASSWORD']}".encode()).hexdigest()
    if loaded.exists() and loaded.read_text() == wanted:
        return
    say("Making the demonstration place.")
    take_step(folders, environment, "The demonstration place could not be made", "load_demo")
    write_privately(loaded, wanted)


def accounts(password: str) -> str:
    addresses = [f"{name}@{DOMAIN}" for name, _ in ACCOUNTS]
    width = max(map(len, addresses))
    lines = [f"  {address:<{width}}  {who}" for address, (_, who) in zip(addresses, ACCOUNTS, strict=True)]
    second = f"The second factor's secret, for an authenticator app: {second_factor_secret(password)}"
    return "\n".join([f"Demonstration accounts, all with the password {password}", *lines, second])


def _password() -> str:
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))

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
    """DEMO, the one password of every demonstration account, and the one secret of its API clients."""
    return {
        "DEMO": "1",
        "CARECOORD_DEMO_PASSWORD": _kept(folders, "demo-password", "CARECOORD_DEMO_PASSWORD"),
        "CARECOORD_DEMO_CLIENT_SECRET": _kept(folders, "demo-client-secret", "CARECOORD_DEMO_CLIENT_SECRET"),
    }


def load_demo(folders: Folders, environment: Mapping[str, str]) -> None:
    """Loads the place into a database that has none, and again, changing nothing else, for a new password."""
    loaded = folders.data / "demo-loaded"
    place = environment["DATABASE_OWNER_URL"].rpartition("@")[2]
    words = f"{place} {environment['CARECOORD_DEMO_PASSWORD']} {environment['CARECOORD_DEMO_CLIENT_SECRET']}"
    wanted = hashlib.sha256(words.encode()).hexdigest()
    if loaded.exists() and loaded.read_text() == wanted:
        return
    say("Making the demonstration place, a year of a borough. This takes a minute or two, once.")
    take_step(folders, environment, "The demonstration place could not be made", "load_demo", heard=_say_progress)
    write_privately(loaded, wanted)


def _say_progress(line: str) -> None:
    """Passes on what begins with a percentage; everything else stays in the log."""
    percent, sign, _ = line.partition(" % ")
    if sign and percent.strip().isdigit():
        say(f"  {line}")


def accounts(password: str, client_secret: str) -> str:
    addresses = [f"{name}@{DOMAIN}" for name, _ in ACCOUNTS]
    width = max(map(len, addresses))
    lines = [f"  {address:<{width}}  {who}" for address, (_, who) in zip(addresses, ACCOUNTS, strict=True)]
    second = f"The second factor's secret, for an authenticator app: {second_factor_secret(password)}"
    clients = f"API clients demo-partner (hospital) and demo-council, both with the secret {client_secret}"
    return "\n".join([f"Demonstration accounts, all with the password {password}", *lines, second, clients])


def _kept(folders: Folders, name: str, variable: str) -> str:
    """The caller's word, else one made here and kept."""
    kept = folders.data / name
    word = os.environ.get(variable) or (kept.read_text().strip() if kept.exists() else _password())
    if not kept.exists() or kept.read_text().strip() != word:
        write_privately(kept, f"{word}\n")
    return word


def _password() -> str:
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))

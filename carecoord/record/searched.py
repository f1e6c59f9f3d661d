"""The proof that somebody was searched for before they are registered: signed, carried by the form, kept nowhere."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.core import signing
from django.utils.crypto import salted_hmac

from neighbourhoods.models.residents import sort_name
from neighbourhoods.principal import Principal
from neighbourhoods.services import Identity

SALT = "record.searched"
GOOD_FOR = timedelta(minutes=30)


class Standing(StrEnum):
    """Whether a search was made for whoever is about to be registered. The words stand above the form."""

    GOOD = ""
    NONE = "Nobody was searched for yet, so we searched for what you typed"
    LATE = "Your search is more than 30 minutes old, so we searched again"
    OF_SOMEBODY_ELSE = "You changed who it is since your search, so we searched again"


@dataclass(frozen=True)
class Search:
    """`looked_at` are those whom the page has shown; nobody, where the search was not for this person."""

    standing: Standing
    looked_at: frozenset[UUID] = frozenset()


def proof_of(by: Principal, identity: Identity, shown: Iterable[UUID]) -> str:
    """What the form carries. What was left out of the search may be added later; what was in it may not change."""
    content = {"by": _searcher(by), "for": _hashes(identity), "shown": [one.hex for one in shown]}
    return signing.dumps(content, salt=SALT, compress=True)


def search_proved_by(proof: str, by: Principal, identity: Identity) -> Search:
    try:
        content: dict[str, Any] = signing.loads(proof, salt=SALT, max_age=GOOD_FOR)
    except signing.SignatureExpired:
        return Search(Standing.LATE)
    except signing.BadSignature:
        return Search(Standing.NONE)
    if content["by"] != _searcher(by):
        return Search(Standing.NONE)
    if not content["for"].items() <= _hashes(identity).items():
        return Search(Standing.OF_SOMEBODY_ELSE)
    return Search(Standing.GOOD, frozenset(UUID(hex=one) for one in content["shown"]))


def _searcher(by: Principal) -> str:
    return f"{by.actor_id} {by.membership_id}"


def _hashes(identity: Identity) -> dict[str, str]:
    """Of who it is, as far as it was said: in the address bar of no browser and in no log can names be read from it."""
    said = {
        "number": identity.nhs_number or "",
        "family": sort_name(identity.family_name, "").strip(", "),
        "given": sort_name("", identity.given_name).strip(", "),
        "born": str(identity.birth_date or ""),
    }
    return {name: salted_hmac(SALT, f"{name} {value}").hexdigest()[:16] for name, value in said.items() if value}

"""The identity provider of the settings, and what its claims prove."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings


@dataclass(frozen=True)
class IdentityProvider:
    """`issuer` is compared letter for letter. `proof` is the claim that tells of a second factor, with its values."""

    name: str
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    proof: tuple[str, frozenset[str]] = ("", frozenset())
    acr_values: str = ""
    also_at: tuple[str, ...] = ()

    @property
    def discovery_url(self) -> str:
        return f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"

    @property
    def origins(self) -> list[str]:
        """Where a browser may be sent by the sign-in form."""
        parts = urlsplit(self.issuer)
        return [f"{parts.scheme}://{parts.netloc}", *self.also_at]

    def proves_second_factor(self, claims: Mapping[str, Any]) -> bool:
        name, accepted = self.proof
        said = claims.get(name) if name else None
        values = said if isinstance(said, list) else [said]
        return any(str(value) in accepted for value in values if value is not None)


def the_provider() -> IdentityProvider | None:
    """None where the settings name none."""
    if not settings.OIDC_ISSUER:
        return None
    return IdentityProvider(
        name=settings.OIDC_NAME,
        issuer=settings.OIDC_ISSUER,
        client_id=settings.OIDC_CLIENT_ID,
        client_secret=settings.OIDC_CLIENT_SECRET,
        proof=settings.OIDC_SECOND_FACTOR,
        acr_values=settings.OIDC_ACR_VALUES,
        also_at=settings.OIDC_ALSO_AT,
    )

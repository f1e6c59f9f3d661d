"""Reading what an identity provider has signed. Nothing it says is believed before its signature is."""

from collections.abc import Mapping
from typing import Any

import jwt
from allauth.socialaccount.providers.oauth2.client import OAuth2Error

from carecoord.accounts.oidc.provider import IdentityProvider

# Signatures by a key that the provider alone has: never a shared secret, never none.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
LEEWAY_SECONDS = 30
LONGEST_SUBJECT = 255


class ProviderProblem(OAuth2Error):  # type: ignore[misc]
    """What a provider sent is not to be believed. Its words may be logged: they hold nothing of what was sent."""


def claims_of(id_token: object, keys: object, provider: IdentityProvider) -> dict[str, Any]:
    """The claims of an ID token that is signed by one of `keys`, of this provider, for us and not too old.

    Raises ProviderProblem otherwise.
    """
    if not isinstance(id_token, str) or not isinstance(keys, dict):
        raise ProviderProblem("no ID token, or no keys to check it with")
    try:
        claims: dict[str, Any] = jwt.decode(
            id_token,
            _key(id_token, keys),
            algorithms=ALGORITHMS,
            audience=provider.client_id,
            issuer=provider.issuer,
            leeway=LEEWAY_SECONDS,
            options={"require": ["iss", "sub", "aud", "exp", "iat"]},
        )
    except jwt.PyJWTError as wrong:
        raise ProviderProblem(f"ID token refused: {type(wrong).__name__}") from None
    _check_party(claims, provider)
    return claims


def _key(id_token: str, keys: Mapping[str, Any]) -> jwt.PyJWK:
    kid = jwt.get_unverified_header(id_token).get("kid")
    found = [key for key in jwt.PyJWKSet.from_dict(dict(keys)).keys if kid is None or key.key_id == kid]
    if len(found) != 1:
        raise ProviderProblem("ID token signed with a key that the provider does not publish")
    return found[0]


def _check_party(claims: Mapping[str, Any], provider: IdentityProvider) -> None:
    """A token for several audiences says for whom it was made (OpenID Connect Core, 3.1.3.7)."""
    if claims.get("azp", provider.client_id) != provider.client_id:
        raise ProviderProblem("ID token was made for somebody else")
    subject = claims["sub"]
    if not isinstance(subject, str) or not subject or len(subject) > LONGEST_SUBJECT or "\x00" in subject:
        raise ProviderProblem("ID token without a usable subject")

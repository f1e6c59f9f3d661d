"""What the provider of the tests says about people: it has asked only the GP for a second factor."""

from allauth.idp.oidc.adapter import DefaultOIDCAdapter


class ProviderClaims(DefaultOIDCAdapter):
    def get_claims(self, purpose, user, client, scopes, email=None, **kwargs):
        claims = super().get_claims(purpose, user, client, scopes, email, **kwargs)
        return claims | {"amr": ["pwd", "mfa"] if user.email.startswith("gp@") else ["pwd"]}

"""The second step of signing in, left out where the identity provider has proved that it took it."""

from allauth.mfa.stages import AuthenticateStage
from django.http import HttpRequest

from carecoord.accounts.oidc.proof import proved_second_factor


class SecondFactorStage(AuthenticateStage):  # type: ignore[misc]
    def _should_handle(self, request: HttpRequest) -> bool:
        return not proved_second_factor(self.login.signal_kwargs) and super()._should_handle(request)

"""The identity provider for partner systems: what it says about itself."""

from typing import Any

from allauth.idp.oidc.adapter import DefaultOIDCAdapter

from carecoord.api.scopes import EVERY_SCOPE


class ProviderAdapter(DefaultOIDCAdapter):  # type: ignore[misc]
    def populate_server_metadata(self, data: dict[str, Any]) -> None:
        data["scopes_supported"] = [*data["scopes_supported"], *EVERY_SCOPE]
        data["token_endpoint_auth_methods_supported"] = ["client_secret_basic", "client_secret_post"]
        data["service_documentation"] = self.request.build_absolute_uri("/api/v1/docs/")

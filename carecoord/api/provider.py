"""The identity provider for partner systems: what it says about itself."""

from typing import Any

from allauth.idp.oidc.adapter import DefaultOIDCAdapter

from carecoord.api.scopes import EVERY_SCOPE

# Answered to by nobody: see neighbourhoods/api/provider_urls.py.
_FOR_PEOPLE = ("authorization_endpoint", "device_authorization_endpoint", "end_session_endpoint", "userinfo_endpoint")


class ProviderAdapter(DefaultOIDCAdapter):  # type: ignore[misc]
    def populate_server_metadata(self, data: dict[str, Any]) -> None:
        for name in _FOR_PEOPLE:
            del data[name]
        data["grant_types_supported"], data["response_types_supported"] = ["client_credentials"], []
        data["scopes_supported"] = [*data["scopes_supported"], *EVERY_SCOPE]
        data["token_endpoint_auth_methods_supported"] = ["client_secret_basic", "client_secret_post"]
        data["service_documentation"] = self.request.build_absolute_uri("/api/v1/docs/")

"""What the identity provider answers to: a token, its keys, and what it says about itself.

Its clients have credentials of their own and no people behind them, so pages to sign in for, devices and the rest of
the provider are nowhere. It asks for the names of their addresses all the same.
"""

from allauth.idp.oidc import views
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path
from django.urls.resolvers import URLPattern

from neighbourhoods.api.token import revoke, token


def _nothing(_request: HttpRequest) -> HttpResponse:
    raise Http404


def _unused(name: str, route: str) -> URLPattern:
    return path(route, _nothing, name=name)


_oidc = [
    path("identity/o/api/token", token, name="token"),
    path("identity/o/api/revoke", revoke, name="revoke"),
    path(".well-known/openid-configuration", views.configuration, name="configuration"),
    path(".well-known/jwks.json", views.jwks, name="jwks"),
    _unused("authorization", "identity/o/authorize"),
    _unused("device_authorization", "identity/o/device"),
    _unused("device_code", "identity/o/api/device/code"),
    _unused("logout", "identity/o/logout"),
    _unused("userinfo", "identity/o/api/userinfo"),
]

app_name = "idp"
urlpatterns = [path("", include((_oidc, "oidc")))]

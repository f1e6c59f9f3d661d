"""The REST API, put together from every app's part."""

from django.urls import include, path, re_path

from carecoord.api.endpoint import NoSuchAddress
from carecoord.api.views import docs, schema

app_name = "api"
urlpatterns = [
    path("schema/", schema, name="schema"),
    path("docs/", docs, name="docs"),
    path("", include("neighbourhoods.api.urls")),
    path("", include("careplans.api.urls")),
    path("", include("referrals.api.urls")),
    path("", include("carecoord.alerts.api.urls")),
    re_path(r"^", NoSuchAddress.as_view(), name="no_such_address"),
]

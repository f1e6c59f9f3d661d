"""Where everything is. Each app names its own pages."""

from django.urls import include, path

from carecoord import health
from carecoord.metrics import metrics
from neighbourhoods.api.token import token

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("status", health.status, name="status"),
    path("metrics", metrics, name="metrics"),
    path("api/v1/", include("carecoord.api_urls")),
    path("identity/o/api/token", token),  # before the provider's own: with a limit, and for clients in force
    path("", include("allauth.idp.urls")),
    path("", include("carecoord.record.urls")),
    path("", include("carecoord.alerts.urls")),
    path("", include("referrals.urls")),
    path("", include("careplans.urls")),
    path("", include("neighbourhoods.urls")),
    path("", include("carecoord.accounts.urls")),
]

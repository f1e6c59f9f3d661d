"""Where everything is. Each app names its own pages."""

from django.urls import include, path

from carecoord import health
from carecoord.metrics import metrics

handler500 = "carecoord.errorpages.went_wrong"
urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("status", health.status, name="status"),
    path("metrics", metrics, name="metrics"),
    path("api/v1/", include("carecoord.api_urls")),
    path("fhir/R4/", include("referrals.api.fhir_urls")),
    path("", include("neighbourhoods.api.provider_urls")),
    path("", include("carecoord.record.urls")),
    path("", include("carecoord.alerts.urls")),
    path("", include("carecoord.privacy.urls")),
    path("", include("referrals.urls")),
    path("", include("careplans.urls")),
    path("", include("neighbourhoods.urls")),
    path("", include("carecoord.accounts.urls")),
    path("", include("carecoord.delivery.receipts")),
]

"""Where everything is. Each app names its own pages."""

from django.urls import include, path

urlpatterns = [
    path("", include("carecoord.record.urls")),
    path("", include("carecoord.alerts.urls")),
    path("", include("referrals.urls")),
    path("", include("careplans.urls")),
    path("", include("neighbourhoods.urls")),
    path("", include("carecoord.accounts.urls")),
    path("accounts/", include("allauth.urls")),
]

"""The whole of the identity provider, before the pages of CareCoord."""

from django.urls import include, path

urlpatterns = [path("", include("allauth.idp.urls")), path("", include("carecoord.urls"))]
